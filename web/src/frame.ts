/** What a chart shows, as plain data: the charts compute frames, plot.ts paints them. */

import type { Curve, HeatmapView, Limits, Point, Scale } from "./contract";
import type { Ticks } from "./ticks";
import type { Color } from "./theme";

export interface Axis {
  label: string;
  scale: Scale;
  limits: Limits;
  /** Chosen by the painter to fit the width, unless given. */
  ticks?: (width_px: number) => Ticks;
  /** Height of tick texts that are too long to stand side by side, and are slanted. */
  slanted_px?: number;
}

export interface Line {
  values: Curve;
  color: Color;
  dashed?: boolean;
  /** In CSS pixels; 0 hides the line, as for the edges of a band. */
  width?: number;
  dots?: boolean;
}

/** The area between two lines, given by their index. */
export interface Area {
  high: number;
  low: number;
  color: Color;
}

export type Mark =
  | { kind: "cross"; x: number; y: number; color: Color }
  | { kind: "dot"; x: number; y: number; color: Color; shape: number; size: number }
  | { kind: "badge"; x: number; y: number; text: string; lift_px?: number }
  | { kind: "rule"; x: number }
  | { kind: "note"; x: number; y: number; text: string }
  | { kind: "whisker"; x: number; low: number; high: number; color: Color }
  | { kind: "bar"; x0: number; x1: number; y: number; color: Color; outline: boolean }
  | { kind: "image"; view: HeatmapView; cells: Uint8Array };

/** An entry of a chart's legend. */
export interface Key {
  label: string;
  /** What the line comes to at the setting shown. */
  value?: string;
  color: Color;
  dashed: boolean;
}

export interface Frame {
  title: string;
  /** What a screen reader says instead of the picture. */
  label: string;
  x: Axis;
  y: Axis;
  xs: number[];
  lines: Line[];
  areas: Area[];
  marks: Mark[];
  /** Which line is which. */
  keys: Key[];
  /** A sentence under the chart. */
  note?: string | undefined;
}

/** Data points over a view; groups differ in colour and in shape. */
export function pointMarks(points: Point[] = []): Mark[] {
  return points.map(([x, y, group]) => ({
    kind: "dot",
    x,
    y,
    color: group === undefined ? "muted" : group % 2 === 0 ? "group-0" : "group-1",
    shape: group ?? 0,
    size: 7,
  }));
}

/** Keeps a mark inside the axes: a loss of 1e30 is shown on the edge. */
export function clamp(value: number, [low, high]: Limits): number {
  return Math.min(high, Math.max(low, value));
}
