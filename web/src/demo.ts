/** The panel over pre-rendered figures: a function of slider values, one SVG frame per position. */

import { checkFrames } from "./check";
import type { DemoSpec } from "./contract";
import { h } from "./dom";
import { gridSize, ravel } from "./grid";
import { Panel } from "./panel";
import { fetchJson } from "./source";
import { importSvg } from "./svg";

/** The frames of a demo, from the page itself or from the file it names. */
export async function loadFrames({ frames, controls }: DemoSpec, cache: RequestCache = "default"): Promise<string[]> {
  return typeof frames === "string" ? checkFrames(await fetchJson(frames, cache), gridSize(controls)) : frames;
}

export class Demo {
  readonly panel: Panel;
  private readonly stage = h("div", { class: "knob-stage" });
  private readonly pictures = new Map<number, SVGSVGElement>();

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
    const picture =
      this.pictures.get(index) ?? importSvg(this.frames[index]!, `${this.spec.name}-${index}-`, caption);
    this.pictures.set(index, picture);
    this.stage.replaceChildren(picture);
    this.panel.say(caption, "demo");
  }
}
