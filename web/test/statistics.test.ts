import { expect, it } from "vitest";
import { bandOf, bandOver, direction, finalOf, median } from "../src/statistics";
import { diverged, setting } from "./example";

it("takes NumPy's median", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeNull();
});

it("spans the seeds at every epoch", () => {
  const band = bandOver([[5, 1], [3, 2], [4, 9]], [false, false, false], "lower");
  expect(band).toEqual({ median: [4, 2], low: [3, 1], high: [5, 9] });
});

it("counts a diverged seed as the worst, in either direction", () => {
  const seeds = [[1, null], [1, 2], [1, 4]];
  expect(bandOver(seeds, [true, false, false], "lower").median).toEqual([1, 4]);
  expect(bandOver(seeds, [true, false, false], "higher").median).toEqual([1, 2]);
});

it("has no median where most seeds diverged", () => {
  const final = finalOf(diverged(), "val_loss", "lower");
  expect(final).toEqual({ median: null, low: 0.5, high: 0.5, diverged: 2 });
});

it("drops a seed that stopped early without diverging", () => {
  const band = bandOver([[3, 1], [3], [3, 2]], [false, false, false], "lower");
  expect(band.median).toEqual([3, 1.5]);
});

it("reports the last epoch of each seed", () => {
  expect(finalOf(setting(1), "val_loss", "lower").median).toBeCloseTo(1.01, 12);
});

it("computes a setting's band once", () => {
  const one = setting(1);
  expect(bandOf(one, "loss", "lower")).toBe(bandOf(one, "loss", "lower"));
  expect(bandOf(one, "loss", "lower")).not.toBe(bandOf(one, "val_loss", "lower"));
});

it("reads a metric's direction from its name unless it is given", () => {
  const metric = { name: "accuracy", title: "accuracy", scale: "linear", limits: [0, 1] } as const;
  expect(direction({ ...metric, limits: [0, 1] })).toBe("higher");
  expect(direction({ ...metric, name: "loss", limits: [0, 1] })).toBe("lower");
  expect(direction({ ...metric, better: "lower", limits: [0, 1] })).toBe("lower");
});
