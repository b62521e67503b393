/** What the charts of one panel look at: the setting shown and the pinned ones. */

import type { Header, Setting } from "./contract";
import type { RunSource } from "./source";

export interface Ghost {
  number: number;
  positions: number[];
  setting: Setting;
}

export interface Scene {
  source: RunSource;
  header: Header;
  positions: number[];
  /** The control on the sweep chart's axis. */
  axis: number;
  setting: Setting;
  ghosts: Ghost[];
}
