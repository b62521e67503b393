/** A slider, a set of buttons, a menu or a switch for each control. */

import type { Control } from "./contract";
import { h } from "./dom";

export interface Knob {
  element: HTMLElement;
  /** Puts the knob at a position without calling back. */
  show(position: number): void;
}

type Moved = (position: number) => void;

/** More buttons than this do not fit a phone. */
const MAX_BUTTONS = 4;

let count = 0;

/** The form element that suits a control's values. */
export function knob(control: Control, moved: Moved): Knob {
  const id = `knob-${++count}`;
  const { values, scale } = control;
  if (values.length === 2 && values.every((value) => typeof value === "boolean")) return toggle(control, id, moved);
  if (scale !== "choice") return slider(control, id, moved);
  return values.length <= MAX_BUTTONS ? buttons(control, id, moved) : menu(control, id, moved);
}

function name({ label, symbol }: Control): (Node | string)[] {
  return symbol ? [label, " ", h("span", { class: "knob-symbol" }, symbol)] : [label];
}

/** Label above, help below: the same frame around every kind of knob. */
function row(control: Control, id: string, label: HTMLElement, value: Node | string, field: HTMLElement): HTMLElement {
  const head = h("div", { class: "knob-head" }, label, value);
  const element = h("div", { class: "knob-row", "data-control": control.name }, head, field);
  if (control.help) {
    element.append(h("p", { class: "knob-help", id: `${id}-help` }, control.help));
    (field.matches("input, select, fieldset") ? field : field.querySelector("input"))?.setAttribute(
      "aria-describedby",
      `${id}-help`,
    );
  }
  return element;
}

function slider(control: Control, id: string, moved: Moved): Knob {
  const last = control.values.length - 1;
  const input = h("input", { type: "range", id, min: 0, max: last, step: 1, class: "knob-slider" });
  const output = h("output", { class: "knob-value", for: id, "aria-live": "off" });
  input.addEventListener("input", () => moved(input.valueAsNumber));
  return {
    element: row(control, id, h("label", { for: id }, ...name(control)), output, input),
    show(position) {
      const text = control.texts[position]!;
      input.value = String(position);
      input.setAttribute("aria-valuetext", text);
      input.style.setProperty("--knob-share", String(last ? position / last : 0));
      output.textContent = text;
    },
  };
}

function buttons(control: Control, id: string, moved: Moved): Knob {
  const inputs = control.values.map((_, i) => {
    const input = h("input", { type: "radio", name: id, id: `${id}-${i}`, class: "knob-radio" });
    input.addEventListener("change", () => moved(i));
    return input;
  });
  const labels = control.texts.map((text, i) => h("label", { for: `${id}-${i}` }, text));
  const group = h("div", { class: "knob-buttons", role: "radiogroup", "aria-labelledby": `${id}-label` });
  inputs.forEach((input, i) => group.append(h("span", { class: "knob-option" }, input, labels[i]!)));
  if (control.help) group.setAttribute("aria-describedby", `${id}-help`);
  return {
    element: row(control, id, h("span", { id: `${id}-label` }, ...name(control)), "", group),
    show(position) {
      inputs[position]!.checked = true;
    },
  };
}

function menu(control: Control, id: string, moved: Moved): Knob {
  const options = control.texts.map((text, i) => h("option", { value: i }, text));
  const select = h("select", { id, class: "knob-menu" }, ...options);
  select.addEventListener("change", () => moved(Number(select.value)));
  return {
    element: row(control, id, h("label", { for: id }, ...name(control)), "", select),
    show(position) {
      select.value = String(position);
    },
  };
}

function toggle(control: Control, id: string, moved: Moved): Knob {
  const input = h("input", { type: "checkbox", role: "switch", id, class: "knob-switch" });
  const output = h("output", { class: "knob-value", for: id, "aria-live": "off" });
  const on = control.values.indexOf(true);
  input.addEventListener("change", () => moved(input.checked ? on : 1 - on));
  return {
    element: row(control, id, h("label", { for: id }, ...name(control)), output, h("div", {}, input)),
    show(position) {
      input.checked = position === on;
      output.textContent = control.texts[position]!;
    },
  };
}
