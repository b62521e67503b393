/** Makes a panel of every <div class="knob-explorer"> on the page, each when it comes near the viewport. */

import "uplot/dist/uPlot.min.css";
import "./style.css";
import { checkSpec, ContractError } from "./check";
import type { Spec } from "./contract";
import { Demo, loadFrames } from "./demo";
import { button, h } from "./dom";
import { Explorer } from "./explorer";
import { target } from "./link";
import { LoadError, loadRecorded } from "./source";
import { printInLight, watchTheme } from "./theme";

const NEAR_PX = 800;

function readSpec(script: Element): Spec {
  try {
    return checkSpec(JSON.parse(script.textContent ?? ""));
  } catch (error) {
    if (error instanceof ContractError) throw new LoadError(`This panel is not described rightly: ${error.message}`);
    if (error instanceof SyntaxError) throw new LoadError("This panel's description is damaged. Rebuild the book.");
    throw error;
  }
}

async function load(spec: Spec, cache: RequestCache): Promise<Explorer | Demo> {
  return spec.kind === "explorer"
    ? new Explorer(spec, await loadRecorded(spec.runs, cache))
    : new Demo(spec, await loadFrames(spec, cache));
}

/** One place on the page: its picture, until the panel takes over. */
class Place {
  private shown: Explorer | Demo | null = null;
  private opening: Promise<void> | null = null;
  private readonly message = h("p", { class: "knob-message", role: "status" });

  constructor(
    readonly element: HTMLElement,
    private readonly spec: Spec,
  ) {}

  get name(): string {
    return this.spec.name;
  }

  /** Settles when the panel has taken over, or has said why it could not. */
  open(cache: RequestCache = "default"): Promise<void> {
    return (this.opening ??= this.takeOver(cache));
  }

  private async takeOver(cache: RequestCache): Promise<void> {
    this.element.dataset.state = "loading";
    this.message.textContent = "Loading the recorded runs…";
    this.element.append(this.message);
    try {
      const shown = await load(this.spec, cache);
      this.message.remove();
      this.element.append(shown.panel.element);
      this.element.dataset.state = "ready";
      this.shown = shown;
      shown.panel.update(shown.panel.state);
    } catch (error) {
      this.opening = null;
      explain(this.element, this.message, error);
      this.message.append(" ", button("Try again", () => void this.open("reload")));
    }
  }

  follow(): void {
    this.shown?.panel.follow(location.hash);
  }

  restyle(): void {
    this.shown?.restyle();
  }
}

/** The picture stays, with a plain message below it. */
function explain(element: HTMLElement, message: HTMLElement, error: unknown): void {
  element.dataset.state = "failed";
  message.textContent = `The interactive panel is not available. ${error instanceof LoadError ? error.message : String(error)}`;
  element.append(message);
  if (!(error instanceof LoadError)) console.error(error);
}

/** Reads every panel's description; a broken one is explained on the spot, a picture without one is left alone. */
function findPlaces(): Place[] {
  return [...document.querySelectorAll<HTMLElement>(".knob-explorer")].flatMap((element) => {
    const script = element.querySelector("script.knob-spec");
    if (!script) return [];
    try {
      return [new Place(element, readSpec(script))];
    } catch (error) {
      explain(element, h("p", { class: "knob-message", role: "status" }), error);
      return [];
    }
  });
}

function openWhenNear(places: Place[]): void {
  const near = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target: element } of entries) {
        if (!isIntersecting) continue;
        near.unobserve(element);
        void places.find((place) => place.element === element)?.open();
      }
    },
    { rootMargin: `${NEAR_PX}px` },
  );
  for (const { element } of places) near.observe(element);
}

/** Applies a link. Panels above its own open first: they would push it out of sight again. */
async function followLink(places: Place[]): Promise<void> {
  const linked = places.findIndex(({ name }) => name === target(location.hash));
  await Promise.all(places.slice(0, linked + 1).map((place) => place.open()));
  places[linked]?.follow();
}

function boot(): void {
  const places = findPlaces();
  openWhenNear(places);
  addEventListener("hashchange", () => void followLink(places));
  void followLink(places);
  watchTheme(() => places.forEach((place) => place.restyle()));
  printInLight();
}

if (document.readyState === "loading") addEventListener("DOMContentLoaded", boot);
else boot();
