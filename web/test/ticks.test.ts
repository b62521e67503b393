import { expect, it } from "vitest";
import { controlPlaces, controlTicks, format, linearTicks, logTicks, slantedHeight } from "../src/ticks";
import { learningRate, optimizer } from "./example";

it.each([
  [0, "0"], [0.03125, "0.0313"], [12.345, "12.3"], [100000, "100000"], [-0.5, "−0.5"],
  [0.00001, "10⁻⁵"], [1.23e-7, "1.23×10⁻⁷"], [1e12, "10¹²"],
])("writes %d as %s", (value, text) => {
  expect(format(value)).toBe(text);
});

it("steps by 1, 2 or 5 within the limits", () => {
  expect(linearTicks([0, 1])).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(linearTicks([1, 20])).toEqual([5, 10, 15, 20]);
  expect(linearTicks([-1, 1], 4)).toEqual([-1, -0.5, 0, 0.5, 1]);
});

it("takes powers of ten, thinned on a long axis and refined on a short one", () => {
  expect(logTicks([0.01, 10])).toEqual([0.01, 0.1, 1, 10]);
  expect(logTicks([1e-12, 1], 4)).toEqual([1e-12, 1e-9, 1e-6, 1e-3, 1]);
  expect(logTicks([0.5, 5])).toEqual([0.5, 1, 2, 5]);
});

it("spaces a control's values as its scale says", () => {
  expect(controlPlaces(learningRate())).toEqual([-2, -1, 0]);
  expect(controlPlaces({ ...learningRate(), values: [0, 0.01, 0.1] })).toEqual([-3, -2, -1]);
  expect(controlPlaces({ ...learningRate(), scale: "linear", values: [1, 5] })).toEqual([1, 5]);
  expect(controlPlaces(optimizer())).toEqual([0, 1]);
});

it("labels as many values as fit", () => {
  const values = Array.from({ length: 11 }, (_, i) => 10 ** (-4 + i / 2));
  const control = { ...learningRate(), values, texts: values.map((value) => value.toPrecision(1)) };
  expect(controlTicks(control, 2000).at).toHaveLength(11);
  expect(controlTicks(control, 300).at.map(Math.round)).toEqual([-4, -3, -2, -1, 0, 1]);
  expect(controlTicks(control, 120).at.length).toBeLessThanOrEqual(3);
});

it("long choices are slanted and all shown, short ones stand upright", () => {
  const choice = (texts: string[]) =>
    ({ name: "a", label: "a", symbol: "", scale: "choice", values: texts, texts, default: 0, help: "" }) as const;
  const long = choice(["constant", "polynomial", "exponential", "warmup cosine", "one cycle"]);

  expect(slantedHeight(choice(["off", "on"]) as never)).toBeUndefined();
  expect(slantedHeight(long as never)).toBeGreaterThan(28);
  expect(controlTicks(long as never, 200).texts).toEqual(long.texts);
});
