/** What Python hands to the page: the TypeScript face of schema.json. */

export const FORMAT = 1;

export type Scale = "linear" | "log";
export type Better = "lower" | "higher";
export type Limits = [low: number, high: number];
export type Value = number | string | boolean;
/** One number per epoch; null where it was not finite. */
export type Curve = (number | null)[];
/** [x, y] or [x, y, group]. */
export type Point = [x: number, y: number, group?: number];

export interface Control {
  name: string;
  label: string;
  symbol: string;
  scale: Scale | "choice";
  values: Value[];
  texts: string[];
  /** Index into `values`. */
  default: number;
  help: string;
}

export interface ExplorerSpec {
  format: number;
  kind: "explorer";
  name: string;
  title: string;
  /** Relative to the page. */
  runs: string;
  alt: string;
}

export interface DemoSpec {
  format: number;
  kind: "demo";
  name: string;
  title: string;
  controls: Control[];
  /** SVG documents in C order, or the address of a JSON list of them. */
  frames: string[] | string;
  captions: string[];
}

export type Spec = ExplorerSpec | DemoSpec;

export interface Metric {
  name: string;
  title: string;
  scale: Scale;
  limits: Limits;
  better?: Better;
}

export interface Objective extends Metric {
  better: Better;
}

interface ViewHeader {
  name: string;
  title: string;
  alt: string;
  x_label: string;
  y_label: string;
  limits: Limits;
  /** What a reader of the page should know besides; shown under the chart. */
  note?: string;
}

export interface HeatmapView extends ViewHeader {
  kind: "heatmap";
  shape: [rows: number, columns: number];
  extent: [x0: number, x1: number, y0: number, y1: number];
  colors: "diverging" | "sequential";
  /** Cells keep their edges. */
  crisp?: boolean;
  /** No ticks: the axes mean nothing. */
  bare?: boolean;
  /** Names of the rows and columns 0, 1, 2… */
  labels?: string[];
  points?: Point[];
}

export interface LinesView extends ViewHeader {
  kind: "lines";
  x: number[];
  x_scale: Scale;
  y_scale: Scale;
  /** A dot at each value, where nothing lies between them. */
  dots?: boolean;
  points?: Point[];
}

export interface BarsView extends ViewHeader {
  kind: "bars";
  /** Either labels, or edges (one more than there are bars). */
  labels?: string[];
  edges?: number[];
}

export type View = HeatmapView | LinesView | BarsView;

/** A text on a heatmap, around a place. */
export type Note = [x: number, y: number, text: string];

export interface Cells {
  /** Base64 of rows × columns bytes. */
  values: string;
  notes?: Note[];
}

export interface Series {
  label: string;
  values: Curve;
}

export type ViewData = Cells | { series: Series[] };

/** The runs of one grid point, one per seed. */
export interface Setting {
  verdict: string;
  status: string;
  /** Per seed: the first epoch, counted from 1, without a finite loss. */
  diverged: (number | null)[];
  curves: Record<string, Curve[]>;
  views: Record<string, ViewData>;
}

/** Everything about a sweep but its runs. */
export interface Header {
  name: string;
  experiment: Record<string, unknown>;
  dataset: { name: string; title: string; n_train: number; n_val: number };
  controls: Control[];
  seeds: number[];
  metrics: Metric[];
  objective: Objective;
  views: View[];
  provenance: Record<string, string>;
}

export interface Runs extends Header {
  format: number;
  /** C order: the last control varies fastest. */
  settings: Setting[];
}
