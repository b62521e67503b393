/** The sweep chart: the objective against the control last touched, the others as they stand. */

import type { Control } from "./contract";
import { capital, logNote, worstOf } from "./curves";
import { clamp, type Frame, type Line, type Mark } from "./frame";
import { lineThrough } from "./grid";
import type { Scene } from "./scene";
import { samePlace } from "./state";
import { finalOf, type Summary } from "./statistics";
import type { Color } from "./theme";
import { controlPlaces, controlTicks, format, slantedHeight } from "./ticks";

type Along = (Summary | undefined)[];

/** Summaries of the settings met when the sweep axis moves and the rest stays; gaps are not at hand. */
export function summariesAlong(scene: Scene, positions: number[]): Along {
  const { controls, objective } = scene.header;
  return lineThrough(controls, positions, scene.axis).map((index) => {
    const setting = scene.source.known(index);
    return setting && finalOf(setting, objective.name, objective.better);
  });
}

export function controlTitle({ label, symbol }: Control): string {
  return symbol ? `${label} ${symbol}` : label;
}

export function sweepFrame(scene: Scene): Frame {
  const { controls, objective } = scene.header;
  const control = controls[scene.axis]!;
  const xs = controlPlaces(control);
  const here = summariesAlong(scene, scene.positions);
  const ordered = control.scale !== "choice";
  const worst = worstOf(objective);
  const color: Color = objective.name.startsWith("val_") ? "validation" : "training";
  const lines: Line[] = [];
  const marks: Mark[] = [];
  const heights = (along: Along) => along.map((s) => clamp(s?.median ?? worst, objective.limits));

  // A pin that differs elsewhere lies on a sweep curve of its own: draw that too, once.
  const aside = (positions: number[]) => positions.map((p, i) => (i === scene.axis ? 0 : p));
  const drawn = [aside(scene.positions)];
  for (const ghost of scene.ghosts) {
    const along = summariesAlong(scene, ghost.positions);
    if (!drawn.some((each) => samePlace(each, aside(ghost.positions)))) {
      drawn.push(aside(ghost.positions));
      if (ordered) lines.push({ values: along.map((s) => s?.median ?? null), color: "ghost", width: 1.25 });
    }
    const at = ghost.positions[scene.axis]!;
    marks.push({ kind: "badge", x: xs[at]!, y: heights(along)[at]!, text: String(ghost.number), lift_px: 15 });
  }

  const first = lines.length;
  if (ordered) {
    lines.push({ values: here.map((s) => s?.high ?? null), color, width: 0 });
    lines.push({ values: here.map((s) => s?.low ?? null), color, width: 0 });
  }
  lines.push({ values: here.map((s) => s?.median ?? null), color, dots: true, ...(!ordered && { width: 0 }) });
  here.forEach((s, i) => {
    if (s && s.median === null) marks.push({ kind: "cross", x: xs[i]!, y: worst, color });
    else if (s && !ordered) marks.push({ kind: "whisker", x: xs[i]!, low: s.low!, high: s.high!, color });
  });
  const at = scene.positions[scene.axis]!;
  marks.push({ kind: "rule", x: xs[at]! });
  if (here[at]) {
    const diverged = here[at]!.median === null;
    if (!diverged) marks.push({ kind: "dot", x: xs[at]!, y: heights(here)[at]!, color, shape: 0, size: 11 });
  }

  const pad = ordered && xs.length > 1 ? (Math.max(...xs) - Math.min(...xs)) * 0.03 : 0.6;
  const slanted_px = slantedHeight(control);
  return {
    title: `${capital(objective.title)}, by ${control.label}${logNote(objective)}`,
    label: describe(scene, here),
    x: {
      label: controlTitle(control) + (control.scale === "log" ? " (log scale)" : ""),
      scale: "linear",
      limits: [Math.min(...xs) - pad, Math.max(...xs) + pad],
      ticks: (width) => controlTicks(control, width),
      ...(slanted_px && { slanted_px }),
    },
    y: { label: "", scale: objective.scale, limits: objective.limits },
    xs,
    lines,
    areas: ordered ? [{ high: first, low: first + 1, color }] : [],
    marks,
    keys: [{ label: `${control.symbol || control.label} = ${control.texts[at]}`, value: medianText(here[at]), color, dashed: false }],
  };
}

function medianText(summary: Summary | undefined): string {
  if (!summary) return "not trained yet";
  return summary.median === null ? "diverged" : format(summary.median);
}

function describe(scene: Scene, along: Along): string {
  const { controls, objective } = scene.header;
  const control = controls[scene.axis]!;
  const medians = along.map((s) => s?.median ?? null);
  const finite = medians.filter((value): value is number => value !== null);
  const best = objective.better === "lower" ? Math.min(...finite) : Math.max(...finite);
  const found = medians.indexOf(best);
  const at = scene.positions[scene.axis]!;
  const summary = found < 0 ? "Every run diverged." : `Best: ${format(best)} at ${control.texts[found]}.`;
  return `${capital(objective.title)} against ${control.label}. At ${control.texts[at]}: ${medianText(along[at])}. ${summary}`;
}

/** Position on the axis nearest to where the reader clicked. */
export function nearest(control: Control, x: number): number {
  const distances = controlPlaces(control).map((place) => Math.abs(place - x));
  return distances.indexOf(Math.min(...distances));
}
