/** A hand check of the contract that names what is wrong: schema.json, and what a schema cannot compare. */

import { type Control, FORMAT, type Runs, type Spec, type View } from "./contract";
import {
  ascending, curve, fail, type Fields, filled, integers, key, list, numbers, object, span, textList, texts,
} from "./fields";
import { gridSize } from "./grid";

export { ContractError } from "./fields";

/** More grid points than a file can hold, or a slider can reach. */
const MOST_SETTINGS = 100_000;

function format(fields: Fields): void {
  if (fields.format !== FORMAT) fail("format", String(FORMAT), fields.format);
}

function axis(fields: Fields, scale: unknown, where: string): void {
  if (scale !== "log" && scale !== "linear") fail(`${where}.scale`, '"log" or "linear"', scale);
  const limits = numbers(fields.limits, `${where}.limits`, 2) as [number, number];
  span(limits, `${where}.limits`, scale === "log");
}

function checkControls(value: unknown): Control[] {
  const controls = filled(value, "controls");
  controls.forEach((entry, i) => {
    const where = `controls[${i}]`;
    const control = object(entry, where);
    texts(control, ["name", "label", "symbol", "help"], where);
    if (!["log", "linear", "choice"].includes(control.scale as string)) {
      fail(`${where}.scale`, '"log", "linear" or "choice"', control.scale);
    }
    const values = filled(control.values, `${where}.values`);
    if (control.scale === "choice") checkChoices(values, `${where}.values`);
    else ascending(values, `${where}.values`, 1);
    if (control.scale === "log" && (values[0] as number) < 0) fail(`${where}.values`, "no negative number on a log scale", values[0]);
    textList(control.texts, `${where}.texts`, values.length);
    const start = control.default as number;
    if (!Number.isInteger(start) || start < 0 || start >= values.length) {
      fail(`${where}.default`, `an index below ${values.length}`, start);
    }
  });
  const size = gridSize(controls as Control[]);
  if (size > MOST_SETTINGS) fail("controls", `at most ${MOST_SETTINGS} settings`, size);
  return controls as Control[];
}

function checkChoices(values: unknown[], where: string): void {
  for (const value of values) {
    if (typeof value === "number" ? !Number.isFinite(value) : typeof value !== "string" && typeof value !== "boolean") {
      fail(where, "numbers, texts or switches", value);
    }
  }
}

function checkViews(value: unknown): View[] {
  const views = list(value, "views");
  views.forEach((entry, i) => {
    const where = `views[${i}]`;
    const view = object(entry, where);
    key(view, where);
    texts(view, ["title", "alt", "x_label", "y_label"], where);
    if (view.points !== undefined) checkPoints(view.points, `${where}.points`);
    if (view.note !== undefined) texts(view, ["note"], where);
    if (view.kind === "heatmap") {
      if (view.labels !== undefined) textList(view.labels, `${where}.labels`);
      integers(view.shape, `${where}.shape`, 1, 2);
      const [x0, x1, y0, y1] = numbers(view.extent, `${where}.extent`, 4) as [number, number, number, number];
      span([x0, x1], `${where}.extent`);
      span([y0, y1], `${where}.extent`);
      axis(view, "linear", where);
      if (view.colors !== "diverging" && view.colors !== "sequential") {
        fail(`${where}.colors`, '"diverging" or "sequential"', view.colors);
      }
    } else if (view.kind === "lines") {
      const x = ascending(view.x, `${where}.x`, 2);
      axis({ limits: [x[0], x[x.length - 1]] }, view.x_scale, `${where}.x`);
      axis(view, view.y_scale, where);
    } else if (view.kind === "bars") {
      if (view.labels !== undefined) textList(filled(view.labels, `${where}.labels`), `${where}.labels`);
      else {
        const edges = ascending(view.edges, `${where}.edges`, 2);
        span([edges[0]!, edges[edges.length - 1]!], `${where}.edges`);
      }
      axis(view, "linear", where);
    } else {
      fail(`${where}.kind`, '"heatmap", "lines" or "bars"', view.kind);
    }
  });
  return views as View[];
}

function checkPoints(value: unknown, where: string): void {
  for (const point of list(value, where)) {
    const [, , group] = numbers(point, where, list(point, where).length === 3 ? 3 : 2);
    if (group !== undefined) integers([group], where, 0);
  }
}

/** What `atob` reads, and as many bytes as there are cells. */
function checkCells(value: unknown, cells: number, where: string): void {
  const length = 4 * Math.ceil(cells / 3);
  const padding = (3 - (cells % 3)) % 3;
  if (
    typeof value !== "string" || value.length !== length ||
    !/^[A-Za-z0-9+/]*$/.test(value.slice(0, length - padding)) || value.slice(length - padding) !== "=".repeat(padding)
  ) {
    fail(where, `base64 of ${cells} bytes`, value);
  }
}

function checkNotes(value: unknown, where: string): void {
  for (const note of list(value, where)) {
    const [x, y, text] = list(note, where, 3);
    numbers([x, y], where);
    if (typeof text !== "string") fail(where, "[x, y, text]", note);
  }
}

function checkViewData(value: unknown, view: View, where: string): void {
  const data = object(value, where);
  if (view.kind === "heatmap") {
    checkNotes(data.notes ?? [], `${where}.notes`);
    return checkCells(data.values, view.shape[0] * view.shape[1], `${where}.values`);
  }
  const length = view.kind === "lines" ? view.x.length : (view.labels?.length ?? view.edges!.length - 1);
  list(data.series, `${where}.series`).forEach((entry, i) => {
    const series = object(entry, `${where}.series[${i}]`);
    texts(series, ["label"], `${where}.series[${i}]`);
    curve(series.values, `${where}.series[${i}].values`, length);
  });
}

function checkSetting(value: unknown, runs: Runs, where: string): void {
  const setting = object(value, where);
  const seeds = runs.seeds.length;
  texts(setting, ["verdict", "status"], where);
  for (const epoch of list(setting.diverged, `${where}.diverged`, seeds)) {
    if (epoch !== null) integers([epoch], `${where}.diverged`, 1);
  }
  const curves = object(setting.curves, `${where}.curves`);
  const names = runs.metrics.flatMap(({ name }) => [name, `val_${name}`]);
  for (const name of new Set([...names, runs.objective.name, ...Object.keys(curves)])) {
    list(curves[name], `${where}.curves.${name}`, seeds).forEach((seed, i) => {
      curve(seed, `${where}.curves.${name}[${i}]`);
    });
  }
  const views = object(setting.views, `${where}.views`);
  for (const view of runs.views) {
    // A diverged network has no decision boundary: a view may be left out.
    if (views[view.name] !== undefined) checkViewData(views[view.name], view, `${where}.views.${view.name}`);
  }
}

/** Returns its argument as a spec, or throws a ContractError that names the first fault. */
export function checkSpec(value: unknown): Spec {
  const spec = object(value, "spec");
  format(spec);
  texts(spec, ["name", "title"], "spec");
  if (spec.kind === "explorer") {
    texts(spec, ["runs"], "spec");
  } else if (spec.kind === "demo") {
    const size = gridSize(checkControls(spec.controls));
    textList(spec.captions, "captions", size);
    if (typeof spec.frames !== "string") checkFrames(spec.frames, size);
  } else {
    fail("spec.kind", '"explorer" or "demo"', spec.kind);
  }
  return value as Spec;
}

/** Checks the frames of a demo: one SVG document per grid point. */
export function checkFrames(value: unknown, size: number): string[] {
  list(value, "frames", size).forEach((frame, i) => {
    if (typeof frame !== "string" || !frame.includes("<svg")) fail(`frames[${i}]`, "the text of an SVG document", frame);
  });
  return value as string[];
}

/** Returns its argument as recorded runs, or throws a ContractError that names the first fault. */
export function checkRuns(value: unknown): Runs {
  const fields = object(value, "runs");
  format(fields);
  texts(fields, ["name"], "runs");
  integers(filled(fields.seeds, "seeds"), "seeds", 0);
  object(fields.experiment, "experiment");
  const dataset = object(fields.dataset, "dataset");
  texts(dataset, ["name", "title"], "dataset");
  integers([dataset.n_train, dataset.n_val], "dataset.n_train and .n_val", 1);
  texts(object(fields.provenance, "provenance"), ["tensorflow", "keras", "recorded"], "provenance");
  const size = gridSize(checkControls(fields.controls));
  for (const entry of [...filled(fields.metrics, "metrics"), fields.objective]) {
    const metric = object(entry, "metric or objective");
    key(metric, "metric or objective");
    texts(metric, ["title"], "metric or objective");
    axis(metric, metric.scale, String(metric.name));
    const known = metric.better === "lower" || metric.better === "higher";
    if (!known && (entry === fields.objective || metric.better !== undefined)) {
      fail(`${metric.name}.better`, '"lower" or "higher"', metric.better);
    }
  }
  checkViews(fields.views);
  const runs = value as Runs;
  list(runs.settings, "settings", size).forEach((setting, i) => checkSetting(setting, runs, `settings[${i}]`));
  return runs;
}
