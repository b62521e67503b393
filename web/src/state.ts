/** What a panel remembers: one flat value, replaced and never changed in place. */

export interface Pin {
  /** The number the reader sees; kept when other pins go. */
  number: number;
  positions: number[];
}

export interface State {
  /** One position per control. */
  positions: number[];
  /** The control last touched: the sweep chart's axis. */
  axis: number;
  pins: Pin[];
}

/** More ghosts than this cannot be told apart. */
export const MAX_PINS = 8;

export function start(positions: number[]): State {
  return { positions, axis: 0, pins: [] };
}

export function move(state: State, control: number, position: number): State {
  return { ...state, axis: control, positions: state.positions.map((p, i) => (i === control ? position : p)) };
}

export function jump(state: State, positions: number[]): State {
  return { ...state, positions };
}

export function samePlace(a: number[], b: number[]): boolean {
  return a.length === b.length && a.every((position, i) => position === b[i]);
}

/** The pin at a place, if there is one. */
export function pinAt(state: State, positions: number[]): Pin | undefined {
  return state.pins.find((pin) => samePlace(pin.positions, positions));
}

/** Pins a place; twice the same place, or more than MAX_PINS, changes nothing. */
export function pin(state: State, positions: number[]): State {
  if (pinAt(state, positions) || state.pins.length >= MAX_PINS) return state;
  const number = 1 + Math.max(0, ...state.pins.map((each) => each.number));
  return { ...state, pins: [...state.pins, { number, positions }] };
}

export function unpin(state: State, number: number): State {
  return { ...state, pins: state.pins.filter((each) => each.number !== number) };
}

export function clearPins(state: State): State {
  return { ...state, pins: [] };
}
