/** Examples of what Python hands over: small, and valid by schema.json. */

import type { Control, Curve, DemoSpec, ExplorerSpec, Runs, Setting } from "../src/contract";

export function learningRate(): Control {
  return {
    name: "learning_rate",
    label: "learning rate",
    symbol: "η",
    scale: "log",
    values: [0.01, 0.1, 1],
    texts: ["0.01", "0.1", "1"],
    default: 1,
    help: "How far each step goes.",
  };
}

export function optimizer(): Control {
  return {
    name: "optimizer",
    label: "optimizer",
    symbol: "",
    scale: "choice",
    values: ["sgd", "adam"],
    texts: ["SGD", "Adam"],
    default: 0,
    help: "",
  };
}

const flat = (value: number): Curve[] => [0, 1, 2].map((seed) => [2 * value, value + seed / 100]);

/** A setting whose final validation loss is `value` at the first of three seeds, 0.01 apart. */
export function setting(value: number): Setting {
  return {
    verdict: `Reached ${value}.`,
    status: "ok",
    diverged: [null, null, null],
    curves: { loss: flat(value / 2), val_loss: flat(value), accuracy: flat(0.4), val_accuracy: flat(0.3) },
    views: { boundary: { values: btoa("\x00\x40\x80\xff") }, weights: { series: [{ label: "layer 1", values: [0.1, null] }] } },
  };
}

/** Two of three seeds diverge, the third reaches 0.5. */
export function diverged(): Setting {
  const curves: Curve[] = [[3, null], [4], [3, 0.5]];
  return {
    verdict: "Diverged at epoch 2.",
    status: "diverged",
    diverged: [2, 2, null],
    curves: { loss: curves, val_loss: curves, accuracy: curves, val_accuracy: curves },
    views: {},
  };
}

/** A 3 × 2 grid; settings 4 and 5, the largest learning rate, diverge. */
export function runs(): Runs {
  return {
    format: 1,
    name: "learning_rate",
    experiment: { dataset: "digits", epochs: 2, learning_rate: 0.1 },
    dataset: { name: "digits", title: "digits", n_train: 1000, n_val: 437 },
    controls: [learningRate(), optimizer()],
    seeds: [0, 1, 2],
    metrics: [
      { name: "loss", title: "loss", scale: "log", limits: [0.01, 10] },
      { name: "accuracy", title: "accuracy", scale: "linear", limits: [0, 1] },
    ],
    objective: { name: "val_loss", title: "validation loss", scale: "log", limits: [0.01, 10], better: "lower" },
    views: [
      {
        name: "boundary", kind: "heatmap", title: "Boundary", alt: "A boundary.", x_label: "x₁", y_label: "x₂",
        shape: [2, 2], extent: [-1, 1, -1, 1], colors: "diverging", limits: [0, 1], points: [[0, 0, 1]],
      },
      {
        name: "weights", kind: "bars", title: "Weights", alt: "Weights.", x_label: "weight", y_label: "count",
        edges: [0, 1, 2], limits: [0, 1],
      },
    ],
    settings: [setting(1), setting(0.8), setting(0.1), setting(0.2), diverged(), diverged()],
    provenance: {
      fingerprint: "00", python: "3.11.0", tensorflow: "2.21.0", keras: "3.15.1", numpy: "2.3.0", recorded: "2026-11-22",
    },
  };
}

export function explorerSpec(): ExplorerSpec {
  return { format: 1, kind: "explorer", name: "learning_rate", title: "Learning rate", runs: "runs/learning_rate.json", alt: "Curves." };
}

export function demoSpec(): DemoSpec {
  const step: Control = { ...learningRate(), name: "step", label: "step", symbol: "t", scale: "linear", values: [0, 1], texts: ["0", "1"] };
  return {
    format: 1,
    kind: "demo",
    name: "quadratic",
    title: "Steps on a quadratic",
    controls: [{ ...step, default: 0 }],
    frames: [0, 1].map((t) => `<svg xmlns="http://www.w3.org/2000/svg"><text>step ${t}</text></svg>`),
    captions: ["Before the first step.", "After one step."],
  };
}
