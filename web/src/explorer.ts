/** The panel over recorded runs: charts that follow the knobs, and pins. */

import type { ExplorerSpec, Header } from "./contract";
import { curveFrame } from "./curves";
import { button, h } from "./dom";
import { ravel } from "./grid";
import { Numbers } from "./numbers";
import { Panel } from "./panel";
import { PinTable } from "./pins";
import { Plot } from "./plot";
import type { Scene } from "./scene";
import type { RunSource } from "./source";
import { clearPins, jump, MAX_PINS, move, pin, pinAt, type State, unpin } from "./state";
import { nearest, sweepFrame } from "./sweep";
import { viewFrame } from "./views";

export class Explorer {
  readonly panel: Panel;
  private readonly metrics: Plot[];
  private readonly sweep: Plot;
  private readonly views: Plot[];
  private readonly pins: PinTable;
  private readonly numbers = new Numbers();
  private readonly pinButton = button("Pin this run", () => this.pin(), { class: "knob-button knob-primary" });
  private newest = 0;

  constructor(
    spec: ExplorerSpec,
    private readonly source: RunSource,
  ) {
    const { header } = source;
    this.panel = new Panel(spec.name, spec.title, header.controls, () => void this.render());
    this.metrics = header.metrics.map(() => new Plot());
    this.sweep = new Plot((x) => this.pick(x));
    this.views = header.views.map(() => new Plot());
    this.pins = new PinTable(header, {
      unpin: (number) => this.drop(unpin(this.panel.state, number)),
      goTo: (positions) => this.panel.update(jump(this.panel.state, positions)),
      clear: () => this.drop(clearPins(this.panel.state)),
    });
    this.panel.actions.prepend(this.pinButton);
    const plots = [...this.metrics, this.sweep, ...this.views];
    this.panel.body.append(
      h("p", { class: "knob-hidden" }, spec.alt),
      h("div", { class: "knob-charts" }, ...plots.map(({ element }) => element)),
      h("p", { class: "knob-legend" }, legend(header)),
      this.pins.element,
      this.numbers.element,
      h("p", { class: "knob-provenance" }, provenance(header)),
    );
  }

  /** Takes over the colours of a changed theme. */
  restyle(): void {
    for (const plot of [...this.metrics, this.sweep, ...this.views]) plot.restyle();
  }

  private pin(): void {
    const { state } = this.panel;
    const known = pinAt(state, state.positions);
    this.panel.update(pin(state, state.positions));
    if (known) this.panel.notify(`This run is pinned already, as run ${known.number}.`);
    else if (state.pins.length >= MAX_PINS) this.panel.notify(`${MAX_PINS} runs are pinned. Unpin one first.`);
    else this.panel.notify(`Pinned as run ${this.panel.state.pins[state.pins.length]!.number}.`);
  }

  /** The button pressed goes with its row: keyboard focus moves on to the one that pins. */
  private drop(state: State): void {
    this.panel.update(state);
    this.pinButton.focus({ preventScroll: true });
  }

  private pick(x: number): void {
    const { state } = this.panel;
    const position = nearest(this.source.header.controls[state.axis]!, x);
    if (position !== state.positions[state.axis]) this.panel.update(move(state, state.axis, position));
  }

  /** Draws the state. A source may take its time: only the newest request is drawn. */
  private async render(): Promise<void> {
    const request = ++this.newest;
    const { positions, axis, pins } = this.panel.state;
    const { header } = this.source;
    const setting = (at: number[]) => this.source.setting(ravel(header.controls, at));
    const [current, ...pinned] = await Promise.all([positions, ...pins.map((each) => each.positions)].map(setting));
    if (request !== this.newest) return;
    const ghosts = pins.map((each, i) => ({ ...each, setting: pinned[i]! }));
    this.draw({ source: this.source, header, positions, axis, setting: current!, ghosts });
  }

  private draw(scene: Scene): void {
    const { header, setting } = scene;
    this.panel.say(setting.verdict, setting.status);
    header.metrics.forEach((metric, i) => this.metrics[i]!.show(curveFrame(metric, scene)));
    this.sweep.show(sweepFrame(scene));
    header.views.forEach((view, i) => {
      const frame = viewFrame(view, scene);
      if (frame) this.views[i]!.show(frame);
      else this.views[i]!.showNothing(view.title, "Nothing to show at this setting.");
    });
    this.pins.show(scene.ghosts);
    this.numbers.show(scene);
  }
}

function seedCount({ seeds }: Header): string {
  return `${seeds.length} ${seeds.length === 1 ? "seed" : "seeds"}`;
}

function legend(header: Header): string {
  const lines = header.seeds.length > 1 ? `Lines: median of ${seedCount(header)}. Bands: lowest to highest. ` : "";
  return `${lines}✕: a run diverged. Press or drag on the chart of the ${header.objective.title} to set its slider.`;
}

export function provenance(header: Header): string {
  const { dataset, provenance: from } = header;
  const count = (n: number) => n.toLocaleString("en");
  return (
    `Recorded Keras runs, ${seedCount(header)}, TensorFlow ${from.tensorflow}, ` +
    `${dataset.title} (${count(dataset.n_train)} training / ${count(dataset.n_val)} validation examples); ` +
    `recorded ${from.recorded}.`
  );
}
