/** Builds elements in one expression. Text is set as text, never parsed as HTML. */

type Child = Node | string;
type Attributes = Record<string, string | number | boolean>;

/** `true` sets an empty attribute, `false` leaves it out. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children);
  return element;
}

export function button(text: string, action: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const element = h("button", { type: "button", class: "knob-button", ...attributes }, text);
  element.addEventListener("click", action);
  return element;
}

/** A box that scrolls sideways on a small screen, reachable by keyboard. */
export function scroller(label: string, child: Child): HTMLElement {
  return h("div", { class: "knob-scroller", role: "region", tabindex: 0, "aria-label": label }, child);
}

/**
 * A live region for screen readers that waits until the reader pauses, so that
 * dragging a slider announces where it came to rest and nothing in between.
 */
export class Announcer {
  readonly element = h("p", { class: "knob-hidden", role: "status", "aria-live": "polite" });
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly wait_ms = 500) {}

  say(text: string): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.element.textContent = text;
    }, this.wait_ms);
  }
}
