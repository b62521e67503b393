/** Where runs come from. Recorded files are the one source today; training in the reader's browser could be another. */

import { checkRuns, ContractError } from "./check";
import type { Header, Setting } from "./contract";

export interface RunSource {
  readonly header: Header;
  /** The longest curve at any setting, in epochs: the fixed end of the epoch axis. */
  readonly epochs: number;
  /** The runs of a grid point; a promise if they have yet to be trained. */
  setting(index: number): Setting | Promise<Setting>;
  /** The runs of a grid point if they are at hand: what the sweep chart can draw. */
  known(index: number): Setting | undefined;
}

/** Something went wrong that the reader can be told about. */
export class LoadError extends Error {}

/** Fetches JSON that belongs to the page; its errors say what to do. A second try passes by the browser's cache. */
export async function fetchJson(address: string, cache: RequestCache): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(address, { cache });
  } catch {
    throw new LoadError(
      location.protocol === "file:"
        ? "This page was opened from a file, where a browser does not let it read its recorded runs. " +
          "Run `make serve` and open the address it prints."
        : "The recorded runs could not be fetched. Check your connection, then try again.",
    );
  }
  if (!response.ok) {
    throw new LoadError(`The server has no recorded runs for this panel (${address}: HTTP ${response.status}).`);
  }
  try {
    return await response.json();
  } catch {
    throw new LoadError(`The recorded runs are damaged (${address} is not valid JSON). Try again, or rebuild the book.`);
  }
}

export async function loadRecorded(address: string, cache: RequestCache = "default"): Promise<RunSource> {
  const value = await fetchJson(address, cache);
  try {
    const { settings, ...header } = checkRuns(value);
    const lengths = settings.flatMap(({ curves }) => Object.values(curves).flat().map((curve) => curve.length));
    return {
      header,
      epochs: lengths.reduce((longest, length) => Math.max(longest, length), 1),
      setting: (index) => settings[index]!,
      known: (index) => settings[index],
    };
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    throw new LoadError(`The recorded runs do not fit this page (${address}: ${error.message}). Rebuild the book.`);
  }
}
