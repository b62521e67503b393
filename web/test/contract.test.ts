/** schema.json, the hand check and the types accept the same documents and refuse the same faults. */

import Ajv from "ajv";
import { describe, expect, it } from "vitest";
import schema from "../schema.json";
import { checkRuns, checkSpec } from "../src/check";
import { demoSpec, explorerSpec, runs } from "./example";

const ajv = new Ajv({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true });
ajv.addSchema(schema, "schema");

const validate = (definition: string, value: unknown) => ajv.validate(`schema#/definitions/${definition}`, value);

type Anything = any;

describe("examples", () => {
  it.each([["spec", explorerSpec()], ["spec", demoSpec()], ["runs", runs()]])("%s fits the schema", (definition, value) => {
    expect(validate(definition, value), ajv.errorsText()).toBe(true);
  });

  it("pass the hand check", () => {
    expect(checkSpec(explorerSpec()).name).toBe("learning_rate");
    expect(checkSpec(demoSpec()).name).toBe("quadratic");
    expect(checkRuns(runs()).settings).toHaveLength(6);
  });

  it("may keep a demo's frames in a file", () => {
    const spec = { ...demoSpec(), frames: "runs/quadratic.frames.json" };
    expect(validate("spec", spec)).toBe(true);
    expect(checkSpec(spec)).toBe(spec);
  });
});

describe("faults that both refuse", () => {
  const faults: [string, (value: Anything) => void, RegExp][] = [
    ["an unknown format", (r) => (r.format = 2), /format: expected 1\. Received: 2/],
    ["a view of unknown kind", (r) => (r.views[0].kind = "pie"), /views\[0\]\.kind/],
    ["a control on an unknown scale", (r) => (r.controls[0].scale = "square"), /controls\[0\]\.scale/],
    ["a control without values", (r) => (r.controls[0].values = null), /controls\[0\]\.values: expected a list/],
    ["a curve of texts", (r) => (r.settings[1].curves.loss[2] = ["low"]), /settings\[1\]\.curves\.loss\[2\]/],
    ["a missing verdict", (r) => delete r.settings[0].verdict, /settings\[0\]\.verdict: expected a text/],
    ["missing provenance", (r) => delete r.provenance.tensorflow, /provenance\.tensorflow/],
    ["a list instead of an object", (r) => (r.dataset = []), /dataset: expected an object/],
  ];
  it.each(faults)("%s", (_, damage, message) => {
    const value = runs();
    damage(value);
    expect(validate("runs", value)).toBe(false);
    expect(() => checkRuns(value)).toThrow(message);
  });

  it.each([
    ["an unknown kind", { ...explorerSpec(), kind: "film" }],
    ["no address of runs", { ...explorerSpec(), runs: undefined }],
    ["a demo without captions", { ...demoSpec(), captions: undefined }],
  ])("a spec with %s", (_, value) => {
    expect(validate("spec", value)).toBe(false);
    expect(() => checkSpec(value)).toThrow(/expected/);
  });
});

describe("lengths that only the hand check can compare", () => {
  const faults: [string, (value: Anything) => void, RegExp][] = [
    ["settings and grid", (r) => r.settings.pop(), /settings: expected 6 entries\. Received: "5 entries"/],
    ["curves and seeds", (r) => r.settings[3].curves.val_loss.pop(), /settings\[3\]\.curves\.val_loss: expected 3/],
    ["a curve that is not there", (r) => delete r.settings[0].curves.accuracy, /settings\[0\]\.curves\.accuracy: expected a list/],
    ["texts and values", (r) => r.controls[1].texts.pop(), /controls\[1\]\.texts: expected 2/],
    ["default and values", (r) => (r.controls[1].default = 2), /controls\[1\]\.default: expected an index below 2/],
    ["bytes and shape", (r) => (r.settings[0].views.boundary.values = "AA=="), /views\.boundary\.values: expected base64 of 4 bytes/],
    ["bars and edges", (r) => r.settings[0].views.weights.series[0].values.pop(), /weights\.series\[0\]\.values: expected 2/],
    ["log scale and limits", (r) => (r.metrics[0].limits = [0, 1]), /positive limits/],
    ["low and high", (r) => (r.metrics[1].limits = [1, 0]), /low < high/],
    ["a metric and what every object has", (r) => (r.metrics[0].name = "constructor"), /name: expected a name that .*"constructor"/],
    ["a view and what every object has", (r) => (r.views[0].name = "toString"), /views\[0\]\.name: expected .*"toString"/],
  ];
  it.each(faults)("%s", (_, damage, message) => {
    const value = runs();
    damage(value);
    expect(() => checkRuns(value)).toThrow(message);
  });

  it("frames and grid", () => {
    const spec = demoSpec();
    (spec.frames as string[]).pop();
    expect(() => checkSpec(spec)).toThrow(/frames: expected 2 entries/);
  });
});
