import { describe, expect, it, vi } from "vitest";
import { loadFrames } from "../src/demo";
import { loadRecorded, LoadError } from "../src/source";
import { demoSpec, runs } from "./example";

function answer(body: string, status = 200): void {
  vi.stubGlobal("fetch", async () => new Response(body, { status }));
}

it("serves recorded settings without delay", async () => {
  answer(JSON.stringify(runs()));
  const source = await loadRecorded("runs.json");
  expect(source.epochs).toBe(2);
  expect(source.setting(3)).toMatchObject({ verdict: "Reached 0.2." });
  expect(source.known(3)).toBe(source.setting(3));
  expect(source.header).not.toHaveProperty("settings");
});

describe("failures say what happened", () => {
  it.each([
    ["a missing file", "", 404, /runs\.json: HTTP 404/],
    ["a file cut off", '{"format": 1', 200, /not valid JSON/],
    ["another format", '{"format": 9}', 200, /format: expected 1\. Received: 9/],
  ])("%s", async (_, body, status, message) => {
    answer(body, status);
    const failure = await loadRecorded("runs.json").catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(LoadError);
    expect(String(failure)).toMatch(message);
  });

  it.each([["http:", /Check your connection/], ["file:", /make serve/]])("no answer under %s", async (protocol, message) => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
    vi.stubGlobal("location", { protocol });
    await expect(loadRecorded("runs.json")).rejects.toThrow(message);
  });
});

it("fetches a demo's frames if they are in a file, and counts them", async () => {
  const spec = demoSpec();
  expect(await loadFrames(spec)).toBe(spec.frames);
  answer(JSON.stringify(spec.frames));
  expect(await loadFrames({ ...spec, frames: "frames.json" })).toEqual(spec.frames);
  answer(JSON.stringify(["<svg/>"]));
  await expect(loadFrames({ ...spec, frames: "frames.json" })).rejects.toThrow(/frames: expected 2 entries/);
});
