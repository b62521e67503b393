/** Whatever is done to a document: it is refused by name, or a panel can show it. */

import fc from "fast-check";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { checkFrames, checkRuns, checkSpec, ContractError } from "../src/check";
import type { Control, DemoSpec, Runs } from "../src/contract";
import { Demo } from "../src/demo";
import { Explorer } from "../src/explorer";
import type { Frame } from "../src/frame";
import { gridSize } from "../src/grid";
import { toCsv } from "../src/results";
import { loadRecorded, LoadError } from "../src/source";
import { axisTicks } from "../src/ticks";
import { demoSpec, explorerSpec, runs } from "./example";

/** The same documents each time; FUZZ_SEED=1 FUZZ_TIMES=100 npm test looks for others, and longer. */
declare const process: { env: Record<string, string | undefined> };
const TIMES = Number(process.env.FUZZ_TIMES ?? 1);
const TIMEOUT_MS = 120_000 * TIMES;
fc.configureGlobal({ seed: Number(process.env.FUZZ_SEED ?? 0), numRuns: 100 * TIMES });

const WIDTH_PX = 300;
const MOST_TICKS = 1000;

vi.mock("../src/plot", () => ({
  Plot: class {
    element = document.createElement("figure");
    /** What the painter asks of a frame. */
    show(frame: Frame): void {
      for (const axis of [frame.x, frame.y]) {
        const { at } = axis.ticks?.(WIDTH_PX) ?? axisTicks(axis.scale, axis.limits);
        expect(at.length).toBeLessThan(MOST_TICKS);
      }
      for (const mark of frame.marks) {
        if (mark.kind !== "image") continue;
        const [rows, columns] = mark.view.shape;
        expect(mark.cells).toHaveLength(rows * columns);
      }
    }
    showNothing(): void {}
    restyle(): void {}
  },
}));

beforeEach(() => {
  Element.prototype.scrollIntoView = () => {};
});

type Anything = any;
type Place = [holder: Anything, key: string | number];

/** Walks into a document; a list of 15 settings is met as often as a text beside it. */
function find(document: Anything, steps: number[]): Place | null {
  let place: Place | null = null;
  let holder = document;
  for (const step of steps) {
    if (typeof holder !== "object" || holder === null) break;
    const keys = Array.isArray(holder) ? [...holder.keys()] : Object.keys(holder);
    if (keys.length === 0) break;
    const key = keys[step % keys.length]!;
    place = [holder, key];
    holder = holder[key];
  }
  return place;
}

/** Numbers that JSON can say and arithmetic stumbles over, and other surprises. */
const odd = fc.constantFrom<unknown>(
  Infinity, -Infinity, 1e308, -1e308, 5e-324, 1 + 2 ** -52, 0, -0, -1, 0.5, 2 ** 53, null, true, "", "1", "__proto__",
  "constructor", "====", "<svg", [], {}, [[]], [null], [0, 0], [1, 1 + 2 ** -52], [-2, -2], [Infinity, 1], [1e308, -1e308],
);
const junk = fc.oneof(odd, fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<unknown>);

const steps = fc.array(fc.nat(1000), { minLength: 1, maxLength: 6 });
const change = fc.record({
  where: steps,
  how: fc.constantFrom("replace", "replace", "replace", "delete", "double", "rename", "swap"),
  value: junk,
  other: steps,
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function apply(document: Anything, { where, how, value, other }: Change): void {
  const [place, from] = [find(document, where), find(document, other)];
  if (!place || !from) return;
  const [holder, key] = place;
  if (how === "replace") holder[key] = structuredClone(value);
  else if (how === "swap") holder[key] = structuredClone(from[0][from[1]]);
  else if (Array.isArray(holder)) {
    if (how === "delete") holder.splice(key as number, 1);
    else holder.splice(key as number, 0, structuredClone(holder[key as number]));
  } else {
    if (how === "rename") holder[`${key}_`] = holder[key];
    if (how !== "double") delete holder[key];
  }
}

/** A document after one to three changes anywhere in it. */
const changed = (make: () => Anything) =>
  fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
    const document = make();
    for (const each of changes) apply(document, each);
    return document;
  });

/** Returns what a check accepts, or null where it refuses by name. */
function accepted<T>(check: () => T): T | null {
  try {
    return check();
  } catch (error) {
    expect(error).toBeInstanceOf(ContractError);
    expect(String(error)).toMatch(/: expected .+\. Received: /);
    return null;
  }
}

const LINES = {
  kind: "lines", name: "fit", title: "Fit", alt: "A fit.", x_label: "x", y_label: "y",
  x: [0, 1, 2], x_scale: "linear", y_scale: "linear", limits: [0, 1], points: [[0, 1]],
};
const BARS = {
  kind: "bars", name: "shares", title: "Shares", alt: "Shares.", x_label: "x", y_label: "y",
  labels: ["a", "b"], limits: [0, 1],
};

/** The example with a view of every kind. */
function everyView(): Anything {
  const document: Anything = runs();
  document.views.push(structuredClone(LINES), structuredClone(BARS));
  for (const setting of document.settings.slice(0, 4)) {
    setting.views.fit = { series: [{ label: "training", values: [0, null, 1] }] };
    setting.views.shares = { series: [{ label: "a", values: [0.1, 0.2] }, { label: "b", values: [0, null] }] };
  }
  return document;
}

/** Shows every position of a slider, pins some, and opens the tables. */
async function explore(recorded: Runs): Promise<void> {
  const { settings, ...header } = recorded;
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify(recorded)));
  const source = await loadRecorded("runs.json");
  const { panel } = new Explorer(explorerSpec(), source);
  document.body.replaceChildren(panel.element);
  panel.element.querySelector("details")!.open = true;
  for (let at = 0; at < Math.min(settings.length, 8); at++) {
    const positions = place(header.controls, at);
    panel.update({ ...panel.state, positions, axis: at % header.controls.length });
    [...panel.element.querySelectorAll("button")].find((each) => each.textContent === "Pin this run")!.click();
    await new Promise((resolve) => setTimeout(resolve));
  }
  panel.element.querySelector("details")!.dispatchEvent(new Event("toggle"));
  panel.follow("#explorer=learning_rate&learning_rate=0.3&pin=1,sgd");
  toCsv(header, settings.map((setting, number) => ({ number, positions: place(header.controls, number), setting })));
}

function place(controls: Control[], index: number): number[] {
  return [...controls]
    .reverse()
    .map(({ values }) => {
      const at = index % values.length;
      index = Math.floor(index / values.length);
      return at;
    })
    .reverse();
}

it("starts from a document that is shown", async () => {
  await explore(checkRuns(everyView()));
});

describe("recorded runs", () => {
  it("changed in any way are refused by name, or shown", async () => {
    let shown = 0;
    await fc.assert(
      fc.asyncProperty(changed(everyView), async (value) => {
        const recorded = accepted(() => checkRuns(value));
        if (!recorded) return;
        shown++;
        await explore(recorded);
      }),
      { numRuns: 600 * TIMES },
    );
    // Words can be changed at will, so that both ways are taken often.
    expect(shown).toBeGreaterThan(20);
  }, TIMEOUT_MS);

  it("that are anything at all are refused by name", () => {
    fc.assert(fc.property(fc.anything({ withBigInt: false }), (value) => accepted(() => checkRuns(value)) === null));
  });

  it("as any text give a run source or an error for the reader", async () => {
    const text = JSON.stringify(runs());
    const cut = fc.nat(text.length).map((end) => text.slice(0, end));
    const huge = fc.constantFrom("0.01", "10").map((part) => text.replace(part, "1e999"));
    await fc.assert(
      fc.asyncProperty(fc.oneof(cut, huge, fc.string(), fc.json()), async (body) => {
        vi.stubGlobal("fetch", async () => new Response(body));
        const failure = await loadRecorded("runs.json").then(() => null, (error: unknown) => error);
        if (body !== text) expect(failure).toBeInstanceOf(LoadError);
      }),
      { numRuns: 300 * TIMES },
    );
  });

  it("nested too deep to be written out are refused by name", () => {
    const name = JSON.parse(`${"[".repeat(20_000)}${"]".repeat(20_000)}`) as unknown;

    expect(() => checkRuns({ ...runs(), name })).toThrow(/name: expected a text\. Received: a list of 1/);
  });
});

describe("descriptions of panels", () => {
  it("changed in any way are refused by name, or shown", () => {
    const specs = fc.oneof(changed(demoSpec), changed(explorerSpec), fc.anything({ withBigInt: false }));
    fc.assert(
      fc.property(specs, (value) => {
        const spec = accepted(() => checkSpec(value));
        if (spec?.kind !== "demo" || typeof spec.frames === "string") return;
        show(spec, spec.frames);
      }),
      { numRuns: 1000 * TIMES },
    );
  }, TIMEOUT_MS);

  it("keep a damaged frame from the other ones", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.string().map((text) => `<svg ${text}`)), { minLength: 2, maxLength: 2 }), (value) => {
        const frames = accepted(() => checkFrames(value, 2));
        if (frames) show(demoSpec(), frames);
      }),
    );
  });

  function show(spec: DemoSpec, frames: string[]): void {
    const { panel } = new Demo(spec, frames);
    for (let at = 0; at < gridSize(spec.controls); at++) {
      panel.update({ ...panel.state, positions: place(spec.controls, at) });
      expect(panel.element.querySelector("svg, .knob-message")).not.toBeNull();
    }
  }
});
