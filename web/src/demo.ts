/** The panel over pre-rendered figures: a function of slider values, one SVG frame per position. */

import { checkFrames, ContractError } from "./check";
import type { DemoSpec } from "./contract";
import { h } from "./dom";
import { gridSize, ravel } from "./grid";
import { Panel } from "./panel";
import { fetchJson, LoadError } from "./source";
import { importSvg } from "./svg";

/** The frames of a demo, from the page itself or from the file it names. */
export async function loadFrames({ frames, controls }: DemoSpec, cache: RequestCache = "default"): Promise<string[]> {
  if (typeof frames !== "string") return frames;
  const value = await fetchJson(frames, cache);
  try {
    return checkFrames(value, gridSize(controls));
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    throw new LoadError(`The recorded pictures do not fit this page (${frames}: ${error.message}). Rebuild the book.`);
  }
}

export class Demo {
  readonly panel: Panel;
  private readonly stage = h("div", { class: "knob-stage" });
  private readonly pictures = new Map<number, Element>();

  constructor(
    private readonly spec: DemoSpec,
    private readonly frames: string[],
  ) {
    this.panel = new Panel(spec.name, spec.title, spec.controls, () => this.render());
    this.panel.body.append(this.stage);
  }

  /** Frames are drawn in currentColor: a changed theme needs nothing. */
  restyle(): void {}

  private render(): void {
    const index = ravel(this.spec.controls, this.panel.state.positions);
    const caption = this.spec.captions[index]!;
    const picture = this.pictures.get(index) ?? this.picture(index, caption);
    this.pictures.set(index, picture);
    this.stage.replaceChildren(picture);
    this.panel.say(caption, "demo");
  }

  /** One damaged frame among many is said in its place. */
  private picture(index: number, caption: string): Element {
    try {
      return importSvg(this.frames[index]!, `${this.spec.name}-${index}-`, caption);
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
      return h("p", { class: "knob-message" }, "This picture is damaged. Rebuild the book.");
    }
  }
}
