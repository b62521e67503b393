/** What explorers and demos share: a title, knobs, Reset, a link, and one state. */

import type { Control } from "./contract";
import { knob, type Knob } from "./controls";
import { Announcer, button, h } from "./dom";
import { defaults } from "./grid";
import { decode, encode } from "./link";
import { jump, move, pin, start, type State } from "./state";

export class Panel {
  readonly element: HTMLElement;
  readonly body = h("div", { class: "knob-body" });
  readonly actions = h("div", { class: "knob-actions" });
  /** What the panel has to say: seen at once, announced when the reader pauses. */
  private readonly verdict = h("p", { class: "knob-verdict", "aria-hidden": "true" });
  private readonly announcer = new Announcer();
  private readonly notice = h("p", { class: "knob-notice", role: "status" });
  private readonly knobs: Knob[];
  state: State;

  constructor(
    private readonly name: string,
    title: string,
    private readonly controls: Control[],
    private readonly changed: () => void,
  ) {
    this.state = start(defaults(controls));
    this.knobs = controls.map((control, i) => knob(control, (position) => this.update(move(this.state, i, position))));
    this.actions.append(
      button("Reset", () => this.update(jump(this.state, defaults(this.controls)))),
      button("Copy link", () => void this.copyLink()),
    );
    this.element = h(
      "section",
      { class: "knob-panel", "aria-label": title },
      h("h3", { class: "knob-title" }, title),
      h("div", { class: "knob-controls" }, ...this.knobs.map(({ element }) => element)),
      this.actions,
      this.notice,
      this.verdict,
      this.announcer.element,
      this.body,
    );
  }

  update(state: State): void {
    this.state = state;
    this.notice.textContent = "";
    this.knobs.forEach((each, i) => each.show(state.positions[i]!));
    this.changed();
  }

  /** One sentence on what is shown, and a word for its colour. */
  say(verdict: string, status: string): void {
    this.verdict.textContent = verdict;
    this.verdict.dataset.status = status;
    this.announcer.say(verdict);
  }

  notify(text: string): void {
    this.notice.textContent = text;
  }

  /** Takes over the settings of a link that speaks of this panel. */
  follow(hash: string): void {
    const place = decode(hash, this.name, this.controls);
    if (!place) return;
    // A link says everything: pins it does not name are gone.
    this.update(place.pins.reduce(pin, { ...start(place.positions), axis: this.state.axis }));
    this.notify(place.notes.join(" "));
    this.element.scrollIntoView({ block: "start" });
  }

  private async copyLink(): Promise<void> {
    const { positions, pins } = this.state;
    const hash = encode(this.name, this.controls, positions, pins.map((each) => each.positions));
    history.replaceState(history.state, "", hash);
    try {
      await navigator.clipboard.writeText(location.href);
      this.notify("Link copied.");
    } catch {
      // No clipboard without permission or over plain http.
      this.notify("The link is in the address bar now.");
    }
  }
}
