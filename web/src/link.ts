/** A link that carries the settings: #explorer=learning_rate&learning_rate=0.1&batch_size=32&pin=1,32 */

import type { Control } from "./contract";
import { defaults } from "./grid";

export interface Place {
  positions: number[];
  pins: number[][];
  /** What could not be taken literally, in sentences for the reader. */
  notes: string[];
}

export function encode(name: string, controls: Control[], positions: number[], pins: number[][]): string {
  const query = new URLSearchParams({ explorer: name });
  controls.forEach((control, i) => query.append(control.name, String(control.values[positions[i]!])));
  for (const pin of pins) query.append("pin", controls.map((c, i) => String(c.values[pin[i]!])).join(","));
  return `#${query.toString()}`;
}

/** Which panel a fragment speaks of; null for an ordinary anchor. */
export function target(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, "")).get("explorer");
}

/** Position of a value written in a link: the same, else the nearest number, else null. */
export function locate(control: Control, text: string): number | null {
  const exact = control.values.findIndex((value) => String(value) === text);
  if (exact >= 0) return exact;
  const wanted = Number(text);
  if (control.scale === "choice" || text.trim() === "" || !Number.isFinite(wanted)) return null;
  // On a log slider 0.03 lies between 0.01 and 0.1, not next to 0.01.
  const place = (x: number) => (control.scale === "log" ? Math.log(Math.max(x, Number.MIN_VALUE)) : x);
  const distances = control.values.map((value) => Math.abs(place(Number(value)) - place(wanted)));
  return distances.indexOf(Math.min(...distances));
}

/** Reads a fragment; null when it is not for this panel. Never throws. */
export function decode(hash: string, name: string, controls: Control[]): Place | null {
  if (target(hash) !== name) return null;
  const query = new URLSearchParams(hash.replace(/^#/, ""));
  const place: Place = { positions: defaults(controls), pins: [], notes: [] };
  for (const key of new Set(query.keys())) {
    const known = key === "explorer" || key === "pin" || controls.some((control) => control.name === key);
    if (!known) place.notes.push(`The link names “${key}”, which this explorer does not have.`);
  }
  const read = (i: number, text: string): void => {
    const control = controls[i]!;
    const position = locate(control, text);
    if (position === null) {
      place.notes.push(`The link asks for ${control.label} “${text}”, which was not recorded.`);
      return;
    }
    place.positions[i] = position;
    if (String(control.values[position]) !== text && Number(text) !== control.values[position]) {
      place.notes.push(`The link asks for ${control.label} ${text}; the nearest recorded one is ${control.texts[position]}.`);
    }
  };
  controls.forEach((control, i) => {
    const text = query.get(control.name);
    if (text !== null) read(i, text);
  });
  for (const pin of query.getAll("pin")) {
    const parts = pin.split(",");
    const positions = controls.map((control, i) => locate(control, parts[i] ?? ""));
    const complete = positions.filter((position): position is number => position !== null);
    if (complete.length === parts.length && parts.length === controls.length) place.pins.push(complete);
    else place.notes.push(`The link pins “${pin}”, which was not recorded.`);
  }
  return place;
}
