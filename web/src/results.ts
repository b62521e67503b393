/** The results of a setting as a row: settings, final metrics, verdict. Shared by the pin table and its CSV file. */

import type { Header, Metric, Setting } from "./contract";
import { direction, finalOf } from "./statistics";

export interface Result {
  curve: string;
  title: string;
  /** Median over seeds after the last epoch; null if most diverged. */
  value: number | null;
}

export function resultsOf({ metrics }: Header, setting: Setting): Result[] {
  return metrics.flatMap((metric: Metric) =>
    [
      { curve: metric.name, title: `${metric.title}, training` },
      { curve: `val_${metric.name}`, title: `${metric.title}, validation` },
    ].map((each) => ({ ...each, value: finalOf(setting, each.curve, direction(metric)).median })),
  );
}

function quote(value: unknown): string {
  const text = value === null ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

/** One line per pin, as RFC 4180 wants it; numbers in full. */
export function toCsv(header: Header, pins: { number: number; positions: number[]; setting: Setting }[]): string {
  const { controls, metrics } = header;
  const curves = metrics.flatMap(({ name }) => [name, `val_${name}`]);
  const lines = pins.map(({ number, positions, setting }) => [
    number,
    ...controls.map(({ values }, i) => values[positions[i]!]),
    ...resultsOf(header, setting).map(({ value }) => value),
    setting.status,
    setting.verdict,
  ]);
  const head = ["run", ...controls.map(({ name }) => name), ...curves, "status", "verdict"];
  return [head, ...lines].map((line) => `${line.map(quote).join(",")}\r\n`).join("");
}

export function download(name: string, text: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.download = name;
  anchor.click();
  URL.revokeObjectURL(address);
}
