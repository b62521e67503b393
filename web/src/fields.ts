/** Checks of single fields, which name what is wrong and where. */

export class ContractError extends Error {}

export type Fields = Record<string, unknown>;

/** A text of at most 60 characters; what is nested is named, however deep it goes. */
function brief(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  const shown = typeof value === "string" ? JSON.stringify(value) : String(value);
  return shown.length > 60 ? `${shown.slice(0, 57)}…` : shown;
}

export function fail(where: string, expected: string, received: unknown): never {
  throw new ContractError(`${where}: expected ${expected}. Received: ${brief(received)}`);
}

export function object(value: unknown, where: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) fail(where, "an object", value);
  return value as Fields;
}

export function list(value: unknown, where: string, length?: number): unknown[] {
  if (!Array.isArray(value)) fail(where, "a list", value);
  if (length !== undefined && value.length !== length) {
    fail(where, `${length} entries`, `${value.length} entries`);
  }
  return value;
}

/** A list with something in it. */
export function filled(value: unknown, where: string): unknown[] {
  if (list(value, where).length === 0) fail(where, "at least one", value);
  return value as unknown[];
}

export function textList(value: unknown, where: string, length?: number): void {
  for (const entry of list(value, where, length)) {
    if (typeof entry !== "string") fail(where, "texts", entry);
  }
}

export function texts(fields: Fields, names: string[], where: string): void {
  for (const name of names) {
    if (typeof fields[name] !== "string") fail(`${where}.${name}`, "a text", fields[name]);
  }
}

/** A name by which something is looked up: not one that every object answers to. */
export function key(fields: Fields, where: string): void {
  texts(fields, ["name"], where);
  if ((fields.name as string) in Object.prototype) fail(`${where}.name`, "a name that no object has by birth", fields.name);
}

/** JSON can say 1e999, which is read as infinity. */
export function numbers(value: unknown, where: string, length?: number): number[] {
  for (const entry of list(value, where, length)) {
    if (!Number.isFinite(entry)) fail(where, "numbers", entry);
  }
  return value as number[];
}

/** Numbers that can be counted, at least `least`. */
export function integers(value: unknown, where: string, least: number, length?: number): void {
  for (const entry of list(value, where, length)) {
    if (!Number.isSafeInteger(entry) || (entry as number) < least) fail(where, `integers from ${least}`, entry);
  }
}

export function curve(value: unknown, where: string, length?: number): void {
  for (const entry of list(value, where, length)) {
    if (entry !== null && !Number.isFinite(entry)) fail(where, "numbers or null", entry);
  }
}

/** Two ends of an axis, far enough apart that a tick fits between them. */
export function span([low, high]: [number, number], where: string, log = false): void {
  if (!(low < high)) fail(where, "low < high", `${low} to ${high}`);
  if (log && low <= 0) fail(where, "positive limits on a log scale", low);
  const apart = log ? Math.log10(high) - Math.log10(low) : (high - low) / Math.max(Math.abs(low), Math.abs(high));
  if (!Number.isFinite(high - low) || apart < 1e-9) fail(where, "limits that can be told apart", `${low} to ${high}`);
}

/** Ascending numbers, such as edges or places along an axis. */
export function ascending(value: unknown, where: string, least: number): number[] {
  const entries = numbers(value, where);
  if (entries.length < least) fail(where, `at least ${least} entries`, value);
  entries.forEach((entry, i) => {
    if (i > 0 && entry <= entries[i - 1]!) fail(where, "ascending numbers", entry);
  });
  return entries;
}
