/** The panel without its canvases, which jsdom does not have. */

import { beforeEach, expect, it, vi } from "vitest";
import type { Setting } from "../src/contract";
import { Demo } from "../src/demo";
import { Explorer } from "../src/explorer";
import type { Frame } from "../src/frame";
import type { RunSource } from "../src/source";
import { demoSpec, explorerSpec, runs } from "./example";

const shown: Frame[] = [];

vi.mock("../src/plot", () => ({
  Plot: class {
    element = document.createElement("figure");
    show(frame: Frame): void {
      shown.push(frame);
    }
    showNothing(): void {}
    restyle(): void {}
  },
}));

const recorded = runs();
const source: RunSource = {
  header: recorded,
  epochs: 2,
  setting: (index) => recorded.settings[index]!,
  known: (index) => recorded.settings[index],
};

function open(from: RunSource = source): HTMLElement {
  const { panel } = new Explorer(explorerSpec(), from);
  document.body.replaceChildren(panel.element);
  panel.update(panel.state);
  panel.follow(location.hash);
  return panel.element;
}

const settled = () => new Promise((resolve) => setTimeout(resolve));
const press = (panel: HTMLElement, name: string) =>
  [...panel.querySelectorAll("button")].find((each) => (each.ariaLabel ?? each.textContent) === name)!.click();
const slide = (panel: HTMLElement, position: number) => {
  const input = panel.querySelector<HTMLInputElement>("input[type=range]")!;
  input.value = String(position);
  input.dispatchEvent(new Event("input"));
};
const text = (panel: HTMLElement, selector: string) => panel.querySelector(selector)!.textContent;

beforeEach(() => {
  shown.length = 0;
  history.replaceState(null, "", "#");
  Element.prototype.scrollIntoView = () => {};
});

it("follows the slider with its charts and its verdict", async () => {
  const panel = open();
  await settled();
  expect(text(panel, ".knob-verdict")).toBe("Reached 0.1.");
  slide(panel, 0);
  await settled();
  expect(text(panel, ".knob-verdict")).toBe("Reached 1.");
  expect(shown[shown.length - 1]!.title).toBe("Weights");
});

it("announces only where the slider came to rest", async () => {
  vi.useFakeTimers();
  const panel = open();
  for (const position of [0, 2, 0]) {
    slide(panel, position);
    await vi.advanceTimersByTimeAsync(100);
  }
  const region = panel.querySelector(".knob-hidden[role=status]")!;
  expect(region.textContent).toBe("");
  await vi.advanceTimersByTimeAsync(1000);
  expect(region.textContent).toBe("Reached 1.");
  vi.useRealTimers();
});

it("draws the newest request of a source that takes its time", async () => {
  const waiting = new Map<number, (setting: Setting) => void>();
  const slow = { ...source, setting: (index: number) => new Promise<Setting>((done) => waiting.set(index, done)) };
  const panel = open(slow);
  slide(panel, 0);
  waiting.get(0)!(recorded.settings[0]!);
  await settled();
  waiting.get(2)!(recorded.settings[2]!);
  await settled();
  expect(text(panel, ".knob-verdict")).toBe("Reached 1.");
});

it("pins runs, goes back to them, and forgets them", async () => {
  const panel = open();
  press(panel, "Pin this run");
  slide(panel, 0);
  await settled();
  press(panel, "Pin this run");
  await settled();
  const rows = () => [...panel.querySelectorAll(".knob-pins tbody tr:not(.knob-pin-note)")].map((row) => row.textContent);
  expect(rows()).toEqual(["10.1SGD0.060.110.410.31", "20.01SGD0.511.010.410.31"]);
  press(panel, "Pin this run");
  expect(text(panel, ".knob-notice")).toContain("pinned already, as run 2");
  press(panel, "Set sliders to this: run 1");
  expect(panel.querySelector("input")!.value).toBe("1");
  await settled();
  press(panel, "Unpin run 1");
  await settled();
  expect(rows()).toHaveLength(1);
  press(panel, "Clear all");
  await settled();
  expect(panel.querySelector<HTMLElement>(".knob-pins")!.hidden).toBe(true);
});

it("puts its settings and pins into a link, and takes them from one", async () => {
  const panel = open();
  press(panel, "Pin this run");
  slide(panel, 2);
  press(panel, "Copy link");
  const link = location.hash;
  press(panel, "Reset");
  expect(panel.querySelector("input")!.value).toBe("1");
  history.replaceState(null, "", link);
  const again = open();
  await settled();
  expect(again.querySelector("input")!.value).toBe("2");
  expect(again.querySelectorAll(".knob-pin-note")).toHaveLength(1);
});

it("says which part of a link it could not follow", () => {
  history.replaceState(null, "", "#explorer=learning_rate&learning_rate=0.3&colour=red");
  expect(text(open(), ".knob-notice")).toMatch(/“colour”.*0\.3; the nearest recorded one is 0\.1/);
});

it("shows the numbers on request, and what they come from", async () => {
  const panel = open();
  await settled();
  const details = panel.querySelector("details")!;
  expect(details.querySelector("td")).toBeNull();
  details.open = true;
  details.dispatchEvent(new Event("toggle"));
  expect(details.textContent).toContain("0.11 (0.1 to 0.12)");
  expect(details.textContent).toContain('Held fixed: dataset = "digits", epochs = 2.');
  expect(text(panel, ".knob-provenance")).toBe(
    "Recorded Keras runs, 3 seeds, TensorFlow 2.21.0, digits (1,000 training / 437 validation examples); recorded 2026-11-22.",
  );
});

it("exchanges the frames of a demo", () => {
  const spec = demoSpec();
  const { panel } = new Demo(spec, spec.frames as string[]);
  panel.update(panel.state);
  slide(panel.element, 1);
  expect(text(panel.element, ".knob-stage text")).toBe("step 1");
  expect(panel.element.querySelectorAll(".knob-stage svg")).toHaveLength(1);
  expect(panel.element.querySelector(".knob-stage svg")!.getAttribute("aria-label")).toBe("After one step.");
});
