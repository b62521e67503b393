import { expect, it } from "vitest";
import { clearPins, MAX_PINS, move, pin, pinAt, start, unpin } from "../src/state";

it("remembers the control last touched", () => {
  const before = start([1, 0]);
  const after = move(before, 1, 2);
  expect(after).toMatchObject({ positions: [1, 2], axis: 1 });
  expect(before.positions).toEqual([1, 0]);
});

it("numbers pins and keeps the numbers when others go", () => {
  const three = [[0, 0], [1, 0], [2, 0]].reduce(pin, start([0, 0]));
  const two = unpin(three, 2);
  expect(two.pins.map((each) => each.number)).toEqual([1, 3]);
  expect(pin(two, [0, 1]).pins.map((each) => each.number)).toEqual([1, 3, 4]);
  expect(pinAt(two, [2, 0])?.number).toBe(3);
  expect(clearPins(two).pins).toEqual([]);
});

it("pins a place once, and no more than can be told apart", () => {
  const once = pin(start([0]), [0]);
  expect(pin(once, [0])).toBe(once);
  const full = Array.from({ length: MAX_PINS + 3 }, (_, i) => [i]).reduce(pin, start([0]));
  expect(full.pins).toHaveLength(MAX_PINS);
});
