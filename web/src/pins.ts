/** The table of pinned runs. */

import type { Header } from "./contract";
import { button, h, scroller } from "./dom";
import { download, resultsOf, toCsv } from "./results";
import type { Ghost } from "./scene";
import { controlTitle } from "./sweep";
import { format } from "./ticks";

export interface PinActions {
  unpin(number: number): void;
  goTo(positions: number[]): void;
  clear(): void;
}

export class PinTable {
  readonly element = h("section", { class: "knob-pins", "aria-label": "Pinned runs", hidden: true });
  private readonly body = h("tbody");
  private ghosts: Ghost[] = [];

  constructor(
    private readonly header: Header,
    private readonly actions: PinActions,
  ) {
    const titles = [
      "run",
      ...header.controls.map(controlTitle),
      ...header.metrics.flatMap(({ title }) => [`${title}, training`, `${title}, validation`]),
    ];
    const cells = titles.map((title) => h("th", { scope: "col" }, title));
    const table = h("table", { class: "knob-table" }, h("thead", {}, h("tr", {}, ...cells)), this.body);
    const save = () => download(`${header.name}.csv`, toCsv(header, this.ghosts), "text/csv");
    this.element.append(
      h("h4", { class: "knob-subtitle" }, "Pinned runs"),
      scroller("Table of pinned runs", table),
      h("div", { class: "knob-actions" }, button("Download CSV", save), button("Clear all", actions.clear)),
    );
  }

  show(ghosts: Ghost[]): void {
    this.element.hidden = ghosts.length === 0;
    const same = ghosts.length === this.ghosts.length && ghosts.every((g, i) => g.number === this.ghosts[i]!.number);
    this.ghosts = ghosts;
    // Left alone while sliders move, so that focus and scroll stay where they are.
    if (!same || this.body.rows.length === 0) this.body.replaceChildren(...ghosts.flatMap((ghost) => this.rows(ghost)));
  }

  /** A row of numbers, and below it the verdict with the buttons. */
  private rows({ number, positions, setting }: Ghost): HTMLElement[] {
    const { controls } = this.header;
    const values = h(
      "tr",
      {},
      h("th", { scope: "row" }, h("span", { class: "knob-badge" }, String(number))),
      ...controls.map(({ texts }, i) => h("td", {}, texts[positions[i]!]!)),
      ...resultsOf(this.header, setting).map(({ value }) => h("td", {}, value === null ? "diverged" : format(value))),
    );
    const actions = h(
      "span",
      { class: "knob-actions" },
      button("Set sliders to this", () => this.actions.goTo(positions), { "aria-label": `Set sliders to this: run ${number}` }),
      button("Unpin", () => this.actions.unpin(number), { "aria-label": `Unpin run ${number}` }),
    );
    const note = h("td", { colspan: values.cells.length }, h("div", {}, setting.verdict, actions));
    return [values, h("tr", { class: "knob-pin-note" }, note)];
  }
}
