/** A grid point as one number: C order, the last control varies fastest (as NumPy's ravel). */

import type { Control } from "./contract";

export function gridSize(controls: Control[]): number {
  return controls.reduce((size, control) => size * control.values.length, 1);
}

/** Index of a grid point from one position per control. */
export function ravel(controls: Control[], positions: number[]): number {
  return controls.reduce((index, control, i) => index * control.values.length + positions[i]!, 0);
}

/** One position per control from the index of a grid point. */
export function unravel(controls: Control[], index: number): number[] {
  const positions: number[] = [];
  for (const { values } of [...controls].reverse()) {
    positions.unshift(index % values.length);
    index = Math.floor(index / values.length);
  }
  return positions;
}

/** Indices of the grid points met when one control moves and the others stay. */
export function lineThrough(controls: Control[], positions: number[], axis: number): number[] {
  return controls[axis]!.values.map((_, at) => ravel(controls, positions.map((p, i) => (i === axis ? at : p))));
}

export function defaults(controls: Control[]): number[] {
  return controls.map((control) => control.default);
}
