/** The chapter's own pictures: heatmaps, lines, bars. Generic, so that a new chapter needs nothing here. */

import type { BarsView, Cells, Curve, HeatmapView, LinesView, Series, Setting, View } from "./contract";
import { type Frame, type Key, type Line, type Mark, pointMarks } from "./frame";
import type { Scene } from "./scene";
import type { Color } from "./theme";
import { slantedTexts, type Ticks } from "./ticks";

const SERIES: Color[] = ["series-1", "series-2", "series-3", "accent"];

/** Training and validation keep their colours; other series take the next free one. */
export function seriesStyle(label: string, index: number): { color: Color; dashed: boolean } {
  if (label === "training") return { color: "training", dashed: false };
  if (label === "validation") return { color: "validation", dashed: true };
  return { color: SERIES[index % SERIES.length]!, dashed: index % 2 === 1 };
}

export function seriesOf(view: View, setting: Setting): Series[] {
  const data = setting.views[view.name];
  return data && "series" in data ? data.series : [];
}

/** A single series needs no key: the title names it. */
function keysOf(view: View, setting: Setting): Key[] {
  const series = seriesOf(view, setting);
  return series.length > 1 ? series.map(({ label }, i) => ({ label, ...seriesStyle(label, i) })) : [];
}

const decoded = new WeakMap<Cells, Uint8Array>();

function cellsOf(view: View, setting: Setting): Uint8Array | null {
  const data = setting.views[view.name];
  if (!data || !("values" in data)) return null;
  const cells = decoded.get(data) ?? Uint8Array.from(atob(data.values), (char) => char.charCodeAt(0));
  decoded.set(data, cells);
  return cells;
}

/** The picture of a view at the setting shown, or null if there is none, as after divergence. */
export function viewFrame(view: View, scene: Scene): Frame | null {
  if (view.kind === "heatmap") return heatmapFrame(view, scene);
  if (seriesOf(view, scene.setting).length === 0) return null;
  return view.kind === "lines" ? linesFrame(view, scene) : barsFrame(view, scene);
}

function heatmapFrame(view: HeatmapView, { setting }: Scene): Frame | null {
  const cells = cellsOf(view, setting);
  if (!cells) return null;
  const [x0, x1, y0, y1] = view.extent;
  const notes = (setting.views[view.name] as Cells).notes ?? [];
  const ticks = heatmapTicks(view);
  return {
    title: view.title,
    label: view.alt,
    x: { label: view.x_label, scale: "linear", limits: [x0, x1], ...ticks, ...slanted(view.labels) },
    y: { label: view.y_label, scale: "linear", limits: [y0, y1], ...ticks },
    xs: [x0, x1],
    lines: [],
    areas: [],
    marks: [
      { kind: "image", view, cells },
      ...pointMarks(view.points),
      ...notes.map(([x, y, text]): Mark => ({ kind: "note", x, y, text })),
    ],
    keys: [],
    note: view.note,
  };
}

function heatmapTicks({ bare, labels }: HeatmapView): { ticks?: () => Ticks } {
  if (bare) return { ticks: () => ({ at: [], texts: [] }) };
  return labels ? labelTicks(labels) : {};
}

function labelTicks(labels: string[]): { ticks: () => Ticks } {
  return { ticks: () => ({ at: labels.map((_, i) => i), texts: labels }) };
}

function slanted(labels?: string[]): { slanted_px?: number } {
  const slanted_px = labels && slantedTexts(labels);
  return slanted_px === undefined ? {} : { slanted_px };
}

function lastFinite(values: Curve): number {
  return values.reduce<number>((last, value, i) => (value === null ? last : i), 0);
}

function linesFrame(view: LinesView, scene: Scene): Frame {
  const lines: Line[] = [];
  const marks: Mark[] = pointMarks(view.points);
  const dots = view.dots ?? false;
  for (const ghost of scene.ghosts) {
    const series = seriesOf(view, ghost.setting);
    series.forEach(({ label, values }, i) => {
      lines.push({ values, color: "ghost", width: 1.25, dashed: seriesStyle(label, i).dashed, dots });
    });
    const values = series[series.length - 1]?.values;
    if (!values) continue;
    const end = lastFinite(values);
    marks.push({ kind: "badge", x: view.x[end]!, y: values[end] ?? view.limits[1], text: String(ghost.number) });
  }
  seriesOf(view, scene.setting).forEach(({ label, values }, i) => lines.push({ values, ...seriesStyle(label, i), dots }));
  return {
    title: view.title,
    label: view.alt,
    x: { label: view.x_label, scale: view.x_scale, limits: [view.x[0]!, view.x[view.x.length - 1]!] },
    y: { label: view.y_label, scale: view.y_scale, limits: view.limits },
    xs: view.x,
    lines,
    areas: [],
    marks,
    keys: keysOf(view, scene.setting),
    note: view.note,
  };
}

function barsFrame(view: BarsView, scene: Scene): Frame {
  const edges = view.edges ?? [...view.labels!, ""].map((_, i) => i - 0.5);
  const bars = (series: Series[], ghost: boolean): Mark[] =>
    series.flatMap(({ label, values }, i) =>
      values.flatMap((value, bar): Mark[] => {
        if (value === null) return [];
        // Labelled bars stand apart, several series side by side; a histogram's bars touch.
        const [left, right] = [edges[bar]!, edges[bar + 1]!];
        const gap = view.labels ? (right - left) * 0.12 : 0;
        const width = (right - left - 2 * gap) / series.length;
        const x0 = left + gap + i * width;
        const color: Color = ghost ? "ghost" : seriesStyle(label, i).color;
        return [{ kind: "bar", x0, x1: x0 + width, y: value, color, outline: ghost }];
      }),
    );
  const { labels } = view;
  return {
    title: view.title,
    label: view.alt,
    x: {
      label: view.x_label,
      scale: "linear",
      limits: [edges[0]!, edges[edges.length - 1]!],
      ...(labels && labelTicks(labels)),
      ...slanted(labels),
    },
    y: { label: view.y_label, scale: "linear", limits: view.limits },
    xs: [edges[0]!, edges[edges.length - 1]!],
    lines: [],
    areas: [],
    marks: [
      ...bars(seriesOf(view, scene.setting), false),
      ...scene.ghosts.flatMap((ghost) => bars(seriesOf(view, ghost.setting), true)),
    ],
    keys: keysOf(view, scene.setting).map((key) => ({ ...key, dashed: false })),
    note: view.note,
  };
}
