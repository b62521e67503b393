import { expect, it } from "vitest";
import { decode, encode, locate, target } from "../src/link";
import { learningRate, optimizer } from "./example";

const controls = [learningRate(), optimizer()];
const read = (hash: string) => decode(hash, "learning_rate", controls)!;

it("carries values and pins there and back", () => {
  const hash = encode("learning_rate", controls, [2, 1], [[0, 1], [1, 0]]);
  expect(hash).toBe("#explorer=learning_rate&learning_rate=1&optimizer=adam&pin=0.01%2Cadam&pin=0.1%2Csgd");
  expect(read(hash)).toEqual({ positions: [2, 1], pins: [[0, 1], [1, 0]], notes: [] });
});

it("is for one panel only", () => {
  expect(decode("#explorer=batch_size", "learning_rate", controls)).toBeNull();
  expect(decode("#exercises", "learning_rate", controls)).toBeNull();
  expect(target("#explorer=batch_size&x=1")).toBe("batch_size");
});

it("keeps the defaults of controls it does not name", () => {
  expect(read("#explorer=learning_rate&optimizer=adam")).toEqual({ positions: [1, 1], pins: [], notes: [] });
});

it("takes the nearest recorded value and says so", () => {
  const place = read("#explorer=learning_rate&learning_rate=0.04");
  // log10(0.04) = -1.4 lies nearer to 0.1 than to 0.01, though 0.04 - 0.01 is the smaller difference.
  expect(place.positions[0]).toBe(1);
  expect(place.notes).toEqual(["The link asks for learning rate 0.04; the nearest recorded one is 0.1."]);
});

it("reads a number however it is written", () => {
  expect(read("#explorer=learning_rate&learning_rate=1e-2")).toEqual({ positions: [0, 0], pins: [], notes: [] });
});

it.each([
  ["#explorer=learning_rate&learning_rate=", /“”/],
  ["#explorer=learning_rate&learning_rate=NaN", /“NaN”/],
  ["#explorer=learning_rate&optimizer=lion", /optimizer “lion”/],
  ["#explorer=learning_rate&momentum=0.9", /“momentum”/],
  ["#explorer=learning_rate&pin=0.1", /pins “0.1”/],
  ["#explorer=learning_rate&pin=0.1,sgd,3", /pins/],
  ["#explorer=learning_rate&pin=%E0%A4%A", /pins/],
])("ignores what was not recorded, and says so: %s", (hash, note) => {
  const place = read(hash);
  expect(place.positions).toEqual([1, 0]);
  expect(place.pins).toEqual([]);
  expect(place.notes.join()).toMatch(note);
});

it("finds zero on a log scale that has it", () => {
  const penalty = { ...learningRate(), values: [0, 0.001, 0.01] };
  expect(locate(penalty, "0")).toBe(0);
  expect(locate(penalty, "0.0005")).toBe(1);
});
