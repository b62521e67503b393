/** Axis ticks and number texts. */

import type { Control, Limits, Scale } from "./contract";

export interface Ticks {
  at: number[];
  texts: string[];
}

/** Rough width of a character of tick text, and the least space between two. */
const CHARACTER_PX = 7;
const GAP_PX = 10;
/** The plot of a chart that shares its row, or a phone's. */
const NARROW_PX = 250;
const SINE_OF_SLANT = 0.57;

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** Three significant digits, the way a reader writes them: 0.0312, 12.3, 1.2×10⁻⁶. */
export function format(value: number): string {
  if (value === 0) return "0";
  const exponent = Math.floor(Math.log10(Math.abs(value)) + 1e-9);
  if (exponent >= -4 && exponent <= 5) return String(Number(value.toPrecision(3))).replace("-", "−");
  const mantissa = Number((value / 10 ** exponent).toPrecision(3));
  const sign = exponent < 0 ? "⁻" : "";
  const power = `10${sign}${[...String(Math.abs(exponent))].map((digit) => SUPERSCRIPTS[Number(digit)]).join("")}`;
  return mantissa === 1 ? power : `${String(mantissa).replace("-", "−")}×${power}`;
}

/** Steps of 1, 2 or 5 times a power of ten, about `count` of them. */
export function linearTicks([low, high]: Limits, count = 5): number[] {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough * 0.999)!;
  const ticks: number[] = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
    ticks.push(Number((i * step).toPrecision(12)));
  }
  return ticks;
}

/** Powers of ten, or 1, 2, 5 times them where the axis spans too few. */
export function logTicks([low, high]: Limits, count = 6): number[] {
  const ticks = (factors: number[], stride: number): number[] => {
    const found: number[] = [];
    for (let e = Math.floor(Math.log10(low)); e <= Math.ceil(Math.log10(high)); e++) {
      if (e % stride !== 0) continue;
      for (const factor of factors) {
        const tick = Number((factor * 10 ** e).toPrecision(12));
        if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) found.push(tick);
      }
    }
    return found;
  };
  const decades = Math.log10(high / low);
  const powers = ticks([1], Math.max(1, Math.ceil(decades / count)));
  return powers.length >= 3 ? powers : ticks([1, 2, 5], 1);
}

export function axisTicks(scale: Scale, limits: Limits, count?: number): Ticks {
  const at = scale === "log" ? logTicks(limits, count) : linearTicks(limits, count);
  return { at, texts: at.map(format) };
}

/** Where a control's values stand on the sweep axis: log10 of them, themselves, or 0, 1, 2… */
export function controlPlaces({ scale, values }: Control): number[] {
  if (scale === "choice") return values.map((_, i) => i);
  const numbers = values.map(Number);
  if (scale === "linear") return numbers;
  const positive = numbers.filter((value) => value > 0).map(Math.log10);
  // Zero has no logarithm; it stands one decade left of the smallest positive value.
  const zero = positive.length ? Math.min(...positive) - 1 : 0;
  return numbers.map((value) => (value > 0 ? Math.log10(value) : zero));
}

/** Height that texts need on a narrow chart when slanted, or undefined if they fit side by side. */
export function slantedTexts(texts: string[]): number | undefined {
  const longest = Math.max(...texts.map((text) => text.length)) * CHARACTER_PX;
  if ((longest + GAP_PX) * texts.length <= NARROW_PX) return undefined;
  return Math.round(longest * SINE_OF_SLANT) + 14;
}

/** The same for the positions of a slider: only a choice names them in words. */
export function slantedHeight({ scale, texts }: Control): number | undefined {
  return scale === "choice" ? slantedTexts(texts) : undefined;
}

/** As many of a control's texts as fit side by side; on a log axis, powers of ten first. */
export function controlTicks(control: Control, width_px: number): Ticks {
  const places = controlPlaces(control);
  const fits = (shown: number[]) =>
    shown.reduce((sum, i) => sum + CHARACTER_PX * control.texts[i]!.length + GAP_PX, 0) <= width_px;
  const all = places.map((_, i) => i);
  if (slantedHeight(control)) return { at: places, texts: control.texts };
  const powers = all.filter((i) => Number.isInteger(Number(places[i]!.toFixed(9))));
  const wanted = control.scale === "log" && powers.length >= 3 && !fits(all) ? powers : all;
  let shown = wanted;
  for (let stride = 2; !fits(shown) && shown.length > 2; stride++) shown = wanted.filter((_, i) => i % stride === 0);
  return { at: shown.map((i) => places[i]!), texts: shown.map((i) => control.texts[i]!) };
}
