/** The chart of a metric: training and validation curves, median and range over seeds. */

import type { Curve, Metric, Setting } from "./contract";
import { clamp, type Frame, type Line, type Mark } from "./frame";
import type { Scene } from "./scene";
import { bandOf, direction, finalOf } from "./statistics";
import type { Color } from "./theme";
import { format } from "./ticks";

const SPLITS: { prefix: string; name: string; color: Color; dashed: boolean }[] = [
  { prefix: "", name: "training", color: "training", dashed: false },
  { prefix: "val_", name: "validation", color: "validation", dashed: true },
];

function lastFinite(curve: Curve): number {
  for (let i = curve.length - 1; i >= 0; i--) if (curve[i] != null) return i;
  return -1;
}

/** The edge of the chart where a diverged run belongs. */
export function worstOf(metric: Metric): number {
  return direction(metric) === "lower" ? metric.limits[1] : metric.limits[0];
}

/** One ✕ per diverged seed, where its curve ends. */
function crosses(metric: Metric, curve: string, color: Color, setting: Setting): Mark[] {
  return (setting.curves[curve] ?? []).flatMap((values, seed) => {
    if (setting.diverged[seed] == null) return [];
    const end = lastFinite(values);
    const y = end < 0 ? worstOf(metric) : clamp(values[end]!, metric.limits);
    return [{ kind: "cross", x: Math.max(end, 0) + 1, y, color } as const];
  });
}

function describeFinal(setting: Setting, curve: string, metric: Metric): string {
  const { median } = finalOf(setting, curve, direction(metric));
  return median === null ? "diverged" : format(median);
}

export function curveFrame(metric: Metric, scene: Scene): Frame {
  const xs = Array.from({ length: scene.source.epochs }, (_, i) => i + 1);
  const lines: Line[] = [];
  const areas: Frame["areas"] = [];
  const marks: Mark[] = [];
  const median = (setting: Setting, curve: string) => bandOf(setting, curve, direction(metric)).median;

  scene.ghosts.forEach((ghost, i) => {
    for (const { prefix, dashed } of SPLITS) {
      lines.push({ values: median(ghost.setting, prefix + metric.name), color: "ghost", dashed, width: 1.25 });
    }
    const values = median(ghost.setting, `val_${metric.name}`);
    const end = lastFinite(values);
    // A ghost's number stands on its validation curve, each a little left of the one before:
    // runs that end alike would hide each other's.
    const at = Math.max(0, end - i * Math.ceil(scene.source.epochs / 14));
    const y = end < 0 ? worstOf(metric) : clamp(values[at] ?? worstOf(metric), metric.limits);
    marks.push({ kind: "badge", x: at + 1, y, text: String(ghost.number) });
  });
  for (const { prefix, color, dashed } of SPLITS) {
    const band = bandOf(scene.setting, prefix + metric.name, direction(metric));
    areas.push({ high: lines.length, low: lines.length + 1, color });
    lines.push({ values: band.high, color, width: 0 }, { values: band.low, color, width: 0 });
    lines.push({ values: band.median, color, dashed });
    marks.push(...crosses(metric, prefix + metric.name, color, scene.setting));
  }
  const keys = SPLITS.map(({ prefix, name, color, dashed }) => {
    const value = describeFinal(scene.setting, prefix + metric.name, metric);
    return { label: name, value, color, dashed };
  });
  const finals = keys.map(({ label, value }) => `${label} ${value}`);
  return {
    title: `${capital(metric.title)} per epoch${logNote(metric)}`,
    label: `${capital(metric.title)} over ${scene.source.epochs} epochs. At the end: ${finals.join("; ")}.`,
    x: { label: "epoch", scale: "linear", limits: [scene.source.epochs > 1 ? 1 : 0, Math.max(scene.source.epochs, 2)] },
    y: { label: "", scale: metric.scale, limits: metric.limits },
    xs,
    lines: lines.map((line) => ({ ...line, values: padded(line.values, xs.length) })),
    areas,
    marks,
    keys,
  };
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The title names the y axis, so that says its scale too. */
export function logNote({ scale }: Metric): string {
  return scale === "log" ? ", log scale" : "";
}

function padded(values: Curve, length: number): Curve {
  return [...values, ...Array<null>(length - values.length).fill(null)];
}
