import { expect, it } from "vitest";
import { gridSize, lineThrough, ravel, unravel } from "../src/grid";
import { learningRate, optimizer } from "./example";

const controls = [learningRate(), optimizer()];

it("lets the last control vary fastest, as NumPy does", () => {
  // numpy.arange(6).reshape(3, 2)[2, 0] == 4
  expect(ravel(controls, [2, 0])).toBe(4);
  expect(ravel(controls, [0, 1])).toBe(1);
});

it("turns an index back into positions", () => {
  const size = gridSize(controls);
  expect(size).toBe(6);
  for (let index = 0; index < size; index++) expect(ravel(controls, unravel(controls, index))).toBe(index);
});

it("follows one control and keeps the others", () => {
  expect(lineThrough(controls, [1, 1], 0)).toEqual([1, 3, 5]);
  expect(lineThrough(controls, [1, 1], 1)).toEqual([2, 3]);
});
