/** A small hand check of the contract that names what is wrong. The full one is schema.json. */

import { type Control, FORMAT, type Runs, type Spec, type View } from "./contract";
import { gridSize } from "./grid";

export class ContractError extends Error {}

type Fields = Record<string, unknown>;

function fail(where: string, expected: string, received: unknown): never {
  const shown = JSON.stringify(received) ?? "nothing";
  const short = shown.length > 60 ? `${shown.slice(0, 57)}…` : shown;
  throw new ContractError(`${where}: expected ${expected}. Received: ${short}`);
}

function object(value: unknown, where: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) fail(where, "an object", value);
  return value as Fields;
}

function list(value: unknown, where: string, length?: number): unknown[] {
  if (!Array.isArray(value)) fail(where, "a list", value);
  if (length !== undefined && value.length !== length) {
    fail(where, `${length} entries`, `${value.length} entries`);
  }
  return value;
}

function texts(fields: Fields, names: string[], where: string): void {
  for (const name of names) {
    if (typeof fields[name] !== "string") fail(`${where}.${name}`, "a text", fields[name]);
  }
}

function numbers(value: unknown, where: string, length?: number): void {
  for (const entry of list(value, where, length)) {
    if (typeof entry !== "number") fail(where, "numbers", entry);
  }
}

function curve(value: unknown, where: string, length?: number): void {
  for (const entry of list(value, where, length)) {
    if (entry !== null && typeof entry !== "number") fail(where, "numbers or null", entry);
  }
}

function format(fields: Fields): void {
  if (fields.format !== FORMAT) fail("format", String(FORMAT), fields.format);
}

function axis(fields: Fields, scale: unknown, where: string): void {
  numbers(fields.limits, `${where}.limits`, 2);
  const [low, high] = fields.limits as [number, number];
  if (!(low < high)) fail(`${where}.limits`, "low < high", fields.limits);
  if (scale !== "log" && scale !== "linear") fail(`${where}.scale`, '"log" or "linear"', scale);
  if (scale === "log" && low <= 0) fail(`${where}.limits`, "positive limits on a log scale", fields.limits);
}

function checkControls(value: unknown): Control[] {
  const controls = list(value, "controls");
  if (controls.length === 0) fail("controls", "at least one", controls);
  controls.forEach((entry, i) => {
    const where = `controls[${i}]`;
    const control = object(entry, where);
    texts(control, ["name", "label", "symbol", "help"], where);
    if (!["log", "linear", "choice"].includes(control.scale as string)) {
      fail(`${where}.scale`, '"log", "linear" or "choice"', control.scale);
    }
    const values = list(control.values, `${where}.values`);
    if (control.scale !== "choice") numbers(values, `${where}.values`);
    list(control.texts, `${where}.texts`, values.length);
    const start = control.default as number;
    if (!Number.isInteger(start) || start < 0 || start >= values.length) {
      fail(`${where}.default`, `an index below ${values.length}`, start);
    }
  });
  return controls as Control[];
}

function checkViews(value: unknown): View[] {
  const views = list(value, "views");
  views.forEach((entry, i) => {
    const where = `views[${i}]`;
    const view = object(entry, where);
    texts(view, ["name", "title", "alt", "x_label", "y_label"], where);
    if (view.kind === "heatmap") {
      numbers(view.shape, `${where}.shape`, 2);
      numbers(view.extent, `${where}.extent`, 4);
      axis(view, "linear", where);
    } else if (view.kind === "lines") {
      numbers(view.x, `${where}.x`);
      axis(view, view.y_scale, where);
    } else if (view.kind === "bars") {
      list(view.labels ?? view.edges, `${where}.labels or .edges`);
      axis(view, "linear", where);
    } else {
      fail(`${where}.kind`, '"heatmap", "lines" or "bars"', view.kind);
    }
  });
  return views as View[];
}

function checkViewData(value: unknown, view: View, where: string): void {
  const data = object(value, where);
  if (view.kind === "heatmap") {
    const bytes = view.shape[0] * view.shape[1];
    const length = 4 * Math.ceil(bytes / 3);
    if (typeof data.values !== "string" || data.values.length !== length) {
      fail(`${where}.values`, `base64 of ${bytes} bytes`, data.values);
    }
    return;
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
  list(setting.diverged, `${where}.diverged`, seeds);
  const curves = object(setting.curves, `${where}.curves`);
  const names = runs.metrics.flatMap(({ name }) => [name, `val_${name}`]);
  for (const name of new Set([...names, runs.objective.name])) {
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
    list(spec.captions, "captions", size);
    if (typeof spec.frames !== "string") checkFrames(spec.frames, size);
  } else {
    fail("spec.kind", '"explorer" or "demo"', spec.kind);
  }
  return value as Spec;
}

/** Checks the frames of a demo: one SVG document per grid point. */
export function checkFrames(value: unknown, size: number): string[] {
  list(value, "frames", size).forEach((frame, i) => {
    if (typeof frame !== "string") fail(`frames[${i}]`, "the text of an SVG document", frame);
  });
  return value as string[];
}

/** Returns its argument as recorded runs, or throws a ContractError that names the first fault. */
export function checkRuns(value: unknown): Runs {
  const fields = object(value, "runs");
  format(fields);
  texts(fields, ["name"], "runs");
  numbers(fields.seeds, "seeds");
  object(fields.experiment, "experiment");
  const dataset = object(fields.dataset, "dataset");
  texts(dataset, ["name", "title"], "dataset");
  numbers([dataset.n_train, dataset.n_val], "dataset.n_train and .n_val");
  texts(object(fields.provenance, "provenance"), ["tensorflow", "keras", "recorded"], "provenance");
  const size = gridSize(checkControls(fields.controls));
  for (const entry of [...list(fields.metrics, "metrics"), fields.objective]) {
    const metric = object(entry, "metric or objective");
    texts(metric, ["name", "title"], "metric or objective");
    axis(metric, metric.scale, String(metric.name));
  }
  checkViews(fields.views);
  const runs = value as Runs;
  list(runs.settings, "settings", size).forEach((setting, i) => checkSetting(setting, runs, `settings[${i}]`));
  return runs;
}
