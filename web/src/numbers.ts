/** The charts as tables, for readers who cannot or would rather not read a picture. */

import { h, scroller } from "./dom";
import type { Scene } from "./scene";
import { type Band, bandOf, direction, type Summary } from "./statistics";
import { controlTitle, summariesAlong } from "./sweep";
import { format } from "./ticks";

function text(median: number | null | undefined, low: number | null | undefined, high: number | null | undefined): string {
  if (median == null) return "–";
  return low == null || high == null || low === high ? format(median) : `${format(median)} (${format(low)} to ${format(high)})`;
}

function table(caption: string, head: string[], rows: string[][]): HTMLElement {
  return h(
    "table",
    { class: "knob-table" },
    h("caption", {}, caption),
    h("thead", {}, h("tr", {}, ...head.map((title) => h("th", { scope: "col" }, title)))),
    h(
      "tbody",
      {},
      ...rows.map(([first, ...rest]) =>
        h("tr", {}, h("th", { scope: "row" }, first!), ...rest.map((cell) => h("td", {}, cell))),
      ),
    ),
  );
}

function curveTable(scene: Scene): HTMLElement {
  const columns = scene.header.metrics.flatMap((metric) =>
    [["", "training"], ["val_", "validation"]].map(([prefix, split]) => ({
      title: `${metric.title}, ${split}`,
      band: bandOf(scene.setting, prefix + metric.name, direction(metric)),
    })),
  );
  const epochs = Math.max(0, ...columns.map(({ band }) => band.median.length));
  const cell = (band: Band, epoch: number) => text(band.median[epoch], band.low[epoch], band.high[epoch]);
  const rows = Array.from({ length: epochs }, (_, epoch) => [
    String(epoch + 1),
    ...columns.map(({ band }) => cell(band, epoch)),
  ]);
  return table(`Median over seeds (lowest to highest) after each epoch`, ["epoch", ...columns.map((c) => c.title)], rows);
}

function sweepTable(scene: Scene): HTMLElement {
  const { controls, objective, seeds } = scene.header;
  const control = controls[scene.axis]!;
  const fraction = (s: Summary) => (s.diverged ? `${s.diverged} of ${seeds.length}` : "none");
  const rows = summariesAlong(scene, scene.positions).map((s, i) => [
    control.texts[i]!,
    s ? text(s.median, s.low, s.high) : "–",
    s ? fraction(s) : "–",
  ]);
  return table(
    `The other sliders as they stand: median over seeds (lowest to highest)`,
    [controlTitle(control), objective.title, "seeds diverged"],
    rows,
  );
}

/** The hyperparameters that no slider moves. */
function fixed({ header }: Scene): string {
  const moved = new Set(header.controls.map(({ name }) => name));
  const rest = Object.entries(header.experiment).filter(([name]) => !moved.has(name));
  return `Held fixed: ${rest.map(([name, value]) => `${name} = ${JSON.stringify(value)}`).join(", ")}.`;
}

/** A folded pair of tables that costs nothing until it is opened. */
export class Numbers {
  readonly element: HTMLDetailsElement;
  private readonly curves = scroller("Numbers of the curves", "");
  private readonly sweep = scroller("Numbers of the sweep", "");
  private readonly fixed = h("p", { class: "knob-legend" });
  private scene: Scene | null = null;

  constructor() {
    this.element = h("details", { class: "knob-numbers" }, h("summary", {}, "Show the numbers"), this.fixed, this.sweep, this.curves);
    this.element.addEventListener("toggle", () => this.render());
  }

  show(scene: Scene): void {
    this.scene = scene;
    this.render();
  }

  private render(): void {
    if (!this.element.open || !this.scene) return;
    this.fixed.textContent = fixed(this.scene);
    this.sweep.replaceChildren(sweepTable(this.scene));
    this.curves.replaceChildren(curveTable(this.scene));
  }
}
