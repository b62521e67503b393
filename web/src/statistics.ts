/** Median and range over seeds. */

import type { Better, Curve, Metric, Setting } from "./contract";

export interface Band {
  median: Curve;
  low: Curve;
  high: Curve;
}

export interface Summary {
  median: number | null;
  low: number | null;
  high: number | null;
  /** How many seeds have no finite value. */
  diverged: number;
}

/** Median, as NumPy's: the mean of the middle two when the count is even. */
export function median(values: number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const value = sorted.length % 2 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
  return Number.isFinite(value) ? value : null;
}

/** Which end of a metric is good; by name as in Keras's mode="auto" unless it says so. */
export function direction(metric: Metric): Better {
  return metric.better ?? (metric.name.includes("acc") ? "higher" : "lower");
}

/**
 * Median and range over seeds.
 *
 * A diverged seed counts as the worst in the median: leaving it out would let the survivors
 * speak for a setting that mostly fails. The range spans the seeds that are still finite.
 */
export function summarize(values: (number | null | undefined)[], diverged: boolean[], better: Better): Summary {
  const worst = better === "lower" ? Infinity : -Infinity;
  const finite = values.filter((value): value is number => value != null);
  const lost = values.filter((value, seed) => value == null && diverged[seed]).length;
  return {
    median: median([...finite, ...Array<number>(lost).fill(worst)]),
    low: finite.length ? Math.min(...finite) : null,
    high: finite.length ? Math.max(...finite) : null,
    diverged: lost,
  };
}

/** Summary of every epoch. A seed that stopped early without diverging leaves the median. */
export function bandOver(seeds: Curve[], diverged: boolean[], better: Better): Band {
  const epochs = Math.max(0, ...seeds.map((curve) => curve.length));
  const band: Band = { median: [], low: [], high: [] };
  for (let epoch = 0; epoch < epochs; epoch++) {
    const summary = summarize(seeds.map((curve) => curve[epoch]), diverged, better);
    band.median.push(summary.median);
    band.low.push(summary.low);
    band.high.push(summary.high);
  }
  return band;
}

const bands = new WeakMap<Setting, Map<string, Band>>();

/** Band of one curve of a setting, computed once. */
export function bandOf(setting: Setting, curve: string, better: Better): Band {
  const known = bands.get(setting) ?? new Map<string, Band>();
  bands.set(setting, known);
  const band = known.get(curve) ?? bandOver(setting.curves[curve] ?? [], lost(setting), better);
  known.set(curve, band);
  return band;
}

/** Summary of the last epoch of one curve of a setting. */
export function finalOf(setting: Setting, curve: string, better: Better): Summary {
  const seeds = setting.curves[curve] ?? [];
  const last = seeds.map((values, seed) => (setting.diverged[seed] == null ? values[values.length - 1] : null));
  return summarize(last, lost(setting), better);
}

function lost(setting: Setting): boolean[] {
  return setting.diverged.map((epoch) => epoch != null);
}
