/** What the charts draw, as data. */

import { expect, it } from "vitest";
import type { BarsView, Cells, HeatmapView, LinesView, Runs } from "../src/contract";
import { curveFrame } from "../src/curves";
import { ravel } from "../src/grid";
import type { Scene } from "../src/scene";
import { nearest, sweepFrame } from "../src/sweep";
import { colorStops, colorTable, type Palette } from "../src/theme";
import { viewFrame } from "../src/views";
import { learningRate, runs } from "./example";

function scene(positions: number[], pinned: number[][] = [], recorded: Runs = runs(), axis = 0): Scene {
  const at = (each: number[]) => recorded.settings[ravel(recorded.controls, each)]!;
  return {
    source: { header: recorded, epochs: 2, setting: (i) => recorded.settings[i]!, known: (i) => recorded.settings[i] },
    header: recorded,
    positions,
    axis,
    setting: at(positions),
    ghosts: pinned.map((each, i) => ({ number: i + 1, positions: each, setting: at(each) })),
  };
}

const loss = runs().metrics[0]!;

it("draws training solid blue and validation dashed orange", () => {
  const { lines, areas, keys } = curveFrame(loss, scene([1, 0]));
  const medians = lines.filter(({ width }) => width === undefined);
  expect(medians.map(({ color, dashed }) => [color, dashed])).toEqual([["training", false], ["validation", true]]);
  expect(medians[1]!.values).toEqual([0.2, 0.11]);
  expect(areas.map(({ color }) => color)).toEqual(["training", "validation"]);
  expect(lines[areas[1]!.high]!.values[1]).toBeCloseTo(0.12, 12);
  expect(lines[areas[1]!.low]!.values[1]).toBeCloseTo(0.1, 12);
  expect(keys.map(({ value }) => value)).toEqual(["0.06", "0.11"]);
});

it("marks where each diverged seed ends, on both curves", () => {
  const crosses = curveFrame(loss, scene([2, 0])).marks.filter(({ kind }) => kind === "cross");
  expect(crosses).toHaveLength(4);
  expect(crosses[0]).toMatchObject({ x: 1, y: 3 });
  expect(curveFrame(loss, scene([1, 0])).marks).toEqual([]);
});

it("keeps limits and styles while a slider moves, so that the canvas is kept", () => {
  const [here, there] = [curveFrame(loss, scene([0, 0])), curveFrame(loss, scene([2, 1]))];
  expect([here.x, here.y, here.xs]).toEqual([there.x, there.y, there.xs]);
  expect(here.lines.map(({ values: _, ...style }) => style)).toEqual(there.lines.map(({ values: _, ...style }) => style));
});

it("gives pinned runs grey lines and their number", () => {
  const { lines, marks } = curveFrame(loss, scene([1, 0], [[0, 0], [0, 1]]));
  expect(lines.filter(({ color }) => color === "ghost")).toHaveLength(4);
  expect(marks.filter((mark) => mark.kind === "badge").map(({ text }) => text)).toEqual(["1", "2"]);
});

it("sweeps the control last touched and marks the slider and the diverged settings", () => {
  const { lines, marks, xs, keys } = sweepFrame(scene([1, 0]));
  expect(xs).toEqual([-2, -1, 0]);
  const median = lines.find(({ dots }) => dots)!.values;
  [1.01, 0.11].forEach((value, i) => expect(median[i]).toBeCloseTo(value, 12));
  expect(median[2]).toBeNull();
  expect(marks).toContainEqual({ kind: "cross", x: 0, y: 10, color: "validation" });
  expect(marks).toContainEqual({ kind: "rule", x: -1 });
  expect(keys[0]).toMatchObject({ label: "η = 0.1", value: "0.11" });
  expect(sweepFrame(scene([1, 0])).label).toContain("Best: 0.11 at 0.1.");
});

it("has no line through the values of a choice", () => {
  const { lines, marks, areas } = sweepFrame(scene([1, 0], [], runs(), 1));
  expect(lines.every(({ width }) => width === 0)).toBe(true);
  expect(areas).toEqual([]);
  expect(marks.filter(({ kind }) => kind === "whisker")).toHaveLength(2);
});

it("draws the sweep of a pin that differs elsewhere", () => {
  expect(sweepFrame(scene([1, 0], [[0, 0]])).lines.filter(({ color }) => color === "ghost")).toHaveLength(0);
  expect(sweepFrame(scene([1, 0], [[0, 1], [1, 1]])).lines.filter(({ color }) => color === "ghost")).toHaveLength(1);
});

it("puts a diverged setting on the bottom edge when higher is better", () => {
  const recorded = runs();
  recorded.objective = { name: "val_accuracy", title: "accuracy", scale: "linear", limits: [0, 1], better: "higher" };
  expect(sweepFrame(scene([1, 0], [], recorded)).marks).toContainEqual({ kind: "cross", x: 0, y: 0, color: "validation" });
});

it("finds the value nearest to a press", () => {
  expect(nearest(learningRate(), -1.4)).toBe(1);
  expect(nearest(learningRate(), 99)).toBe(2);
});

it("decodes a heatmap, and has none after divergence", () => {
  const view = runs().views[0]!;
  const frame = viewFrame(view, scene([1, 0]))!;
  expect(frame.marks[0]).toMatchObject({ kind: "image", cells: Uint8Array.of(0, 0x40, 0x80, 0xff) });
  expect(frame.marks[1]).toMatchObject({ kind: "dot", color: "group-1", shape: 1 });
  expect(viewFrame(view, scene([2, 0]))).toBeNull();
});

it("names the classes of a heatmap, writes its notes, and says what a page cannot", () => {
  const recorded = runs();
  const view = { ...recorded.views[0]!, labels: ["negative", "positive"], note: "Needs a kernel." } as HeatmapView;
  const cells = recorded.settings[2]!.views[view.name] as Cells;
  recorded.settings[2]!.views[view.name] = { ...cells, notes: [[0.5, 1.5, "4 → 9"]] };
  const { x, y, marks, note } = viewFrame(view, scene([1, 0], [], recorded))!;
  expect(x.ticks!(300)).toEqual({ at: [0, 1], texts: ["negative", "positive"] });
  expect(y.ticks!(300)).toEqual(x.ticks!(300));
  expect(marks).toContainEqual({ kind: "note", x: 0.5, y: 1.5, text: "4 → 9" });
  expect(note).toBe("Needs a kernel.");
});

it("keeps the usual axis below maps and histograms without labels", () => {
  for (const view of runs().views) {
    expect(viewFrame(view, scene([1, 0]))!.x).not.toHaveProperty("slanted_px");
  }
});

it("leaves the axes of a bare map without ticks", () => {
  const view = { ...runs().views[0]!, bare: true } as HeatmapView;
  expect(viewFrame(view, scene([1, 0]))!.y.ticks!(300)).toEqual({ at: [], texts: [] });
});

it("slants the labels of bars that would overlap", () => {
  const recorded = runs();
  const words = "the plot was not very good but the cast was not dull".split(" ");
  const view: BarsView = {
    name: "reading", kind: "bars", title: "So far", alt: "", x_label: "words", y_label: "probability", labels: words,
    limits: [0, 1],
  };
  recorded.settings[2]!.views.reading = { series: [{ label: "model", values: words.map(() => 0.5) }] };
  const { x } = viewFrame(view, scene([1, 0], [], recorded))!;
  expect(x.slanted_px).toBeGreaterThan(20);
  expect(x.ticks!(300).texts).toEqual(words);
});

it("draws a histogram's bars from edge to edge and skips what is null", () => {
  const { marks } = viewFrame(runs().views[1]!, scene([1, 0], [[0, 0]]))!;
  expect(marks).toMatchObject([
    { kind: "bar", x0: 0, x1: 1, y: 0.1, outline: false },
    { kind: "bar", x0: 0, x1: 1, y: 0.1, outline: true, color: "ghost" },
  ]);
});

it("names the lines of a view, training and validation in their colours", () => {
  const recorded = runs();
  const fit: LinesView = {
    name: "fit", kind: "lines", title: "Fit", alt: "", x_label: "x", y_label: "y", x: [0, 1], x_scale: "linear",
    y_scale: "linear", limits: [0, 1], points: [[0.5, 0.5]],
  };
  recorded.settings[2]!.views.fit = {
    series: [{ label: "truth", values: [0, 1] }, { label: "validation", values: [1, null] }],
  };
  const { lines, keys, marks } = viewFrame(fit, scene([1, 0], [[1, 0]], recorded))!;
  expect(keys.map(({ color }) => color)).toEqual(["series-1", "validation"]);
  expect(lines.map(({ color }) => color)).toEqual(["ghost", "ghost", "series-1", "validation"]);
  expect(marks).toContainEqual({ kind: "badge", x: 0, y: 1, text: "1" });
});

it("runs a colour map from its first stop to its last", () => {
  const stops = colorStops("diverging", { middle: "#102030" } as Palette);
  const table = colorTable(stops);
  expect(table).toHaveLength(256);
  expect([table[0], table[255]]).toEqual([stops[0], stops[4]]);
  expect(stops[2]).toEqual([16, 32, 48]);
});

it("puts a dot at each value where nothing lies between, on pinned lines too", () => {
  const recorded = runs();
  const view: LinesView = {
    name: "gradients", kind: "lines", title: "Gradients", alt: "Gradients.", x_label: "layer", y_label: "norm",
    x: [1, 2], x_scale: "linear", y_scale: "log", limits: [1e-9, 1], dots: true,
  };
  for (const each of recorded.settings) each.views.gradients = { series: [{ label: "before training", values: [0, null] }] };
  const dots = (header: LinesView) => viewFrame(header, scene([1, 0], [[0, 0]], recorded))!.lines.map((line) => line.dots);
  expect(dots(view)).toEqual([true, true]);
  expect(dots({ ...view, dots: false })).toEqual([false, false]);
});
