/** The only module that knows uPlot: a figure that shows frames. */

import uPlot from "uplot";
import { h } from "./dom";
import type { Axis, Frame } from "./frame";
import { isBackground, paintMarks } from "./paint";
import { type Palette, readPalette } from "./theme";
import { axisTicks, format } from "./ticks";

const HEIGHT_PX = 220;
const SLANT_DEGREES = 35;
const DASH_PX = [6, 4];
const BAND_OPACITY = "2e";

export class Plot {
  readonly element: HTMLElement;
  private readonly title = h("figcaption", { class: "knob-chart-title" });
  private readonly yLabel = h("span", { class: "knob-axis-label" });
  private readonly keys = h("span", { class: "knob-keys" });
  private readonly host = h("div", { class: "knob-chart-canvas", role: "img" });
  private readonly empty = h("p", { class: "knob-chart-empty", hidden: true });
  private readonly note = h("p", { class: "knob-chart-note", hidden: true });
  private plot: uPlot | null = null;
  private form = "";
  private frame: Frame | null = null;
  private palette: Palette | null = null;

  /** @param pick called with a place on the x axis that the reader pressed or dragged to. */
  constructor(private readonly pick?: (x: number) => void) {
    const head = h("div", { class: "knob-chart-head", "aria-hidden": "true" }, this.yLabel, this.keys);
    this.element = h("figure", { class: "knob-chart" }, this.title, head, this.host, this.empty, this.note);
    if (pick) this.listen();
    // A chart first gets its width when it is laid out, then whenever the page is resized.
    new ResizeObserver(() => this.resize()).observe(this.host);
  }

  /** Redraws; the canvas is kept as long as only numbers change. */
  show(frame: Frame): void {
    this.frame = frame;
    this.empty.hidden = true;
    this.host.hidden = false;
    setText(this.title, frame.title);
    setText(this.yLabel, frame.y.label);
    setText(this.note, frame.note ?? "");
    this.note.hidden = !frame.note;
    this.host.setAttribute("aria-label", frame.label);
    this.keys.replaceChildren(...keysOf(frame));
    const form = formOf(frame);
    if (this.plot && form === this.form) this.plot.setData(dataOf(frame));
    else this.build(form);
  }

  /** Says why there is no picture. */
  showNothing(title: string, why: string): void {
    setText(this.title, title);
    setText(this.empty, why);
    this.empty.hidden = false;
    this.host.hidden = true;
    this.yLabel.textContent = "";
    this.keys.replaceChildren();
  }

  /** Takes over the colours of a changed theme. */
  restyle(): void {
    this.palette = null;
    if (this.frame) this.build(this.form);
  }

  private build(form: string): void {
    const width = this.host.clientWidth;
    if (!width || !this.frame) return; // Not laid out yet: the observer comes back.
    this.form = form;
    this.palette ??= readPalette(this.element);
    this.plot?.destroy();
    this.plot = new uPlot(this.options(this.frame, this.palette, width), dataOf(this.frame), this.host);
  }

  private resize(): void {
    const width = this.host.clientWidth;
    if (!this.plot && this.frame) this.build(formOf(this.frame));
    else if (this.plot && width && width !== this.plot.width) this.plot.setSize({ width, height: HEIGHT_PX });
  }

  private options(frame: Frame, palette: Palette, width: number): uPlot.Options {
    const marks = (background: boolean) => (plot: uPlot) => {
      const shown = this.frame?.marks.filter((mark) => isBackground(mark) === background) ?? [];
      paintMarks(plot, shown, palette);
    };
    return {
      width,
      height: HEIGHT_PX,
      padding: [8, 12, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, ...scale(frame.x) },
        y: scale(frame.y),
      },
      axes: [
        axis(frame.x, palette, {
          label: frame.x.label,
          labelSize: 18,
          labelGap: 0,
          size: frame.x.slanted_px ?? 28,
          ...(frame.x.slanted_px && { rotate: SLANT_DEGREES }),
        }),
        axis(frame.y, palette, { size: yAxisSize(frame.y) }),
      ],
      series: [
        {},
        ...frame.lines.map(({ color, dashed, width: line = 2, dots }) => ({
          stroke: palette[color],
          width: line,
          ...(dashed && { dash: DASH_PX }),
          points: { show: dots ?? false, size: 6, fill: palette[color], stroke: palette[color] },
          spanGaps: false,
        })),
      ],
      bands: frame.areas.map(({ high, low, color }) => ({
        series: [high + 1, low + 1] as [number, number],
        fill: palette[color] + BAND_OPACITY,
      })),
      hooks: { drawAxes: [marks(true)], draw: [marks(false)] },
    };
  }

  private listen(): void {
    const at = (event: PointerEvent): void => {
      if (!this.plot) return;
      const box = this.plot.over.getBoundingClientRect();
      const x = this.plot.posToVal(event.clientX - box.left, "x");
      if (Number.isFinite(x)) this.pick!(x);
    };
    this.host.classList.add("knob-pickable");
    this.host.addEventListener("pointerdown", (event) => {
      if (event.button === 0) at(event);
    });
    this.host.addEventListener("pointermove", (event) => {
      if (event.buttons & 1) at(event);
    });
  }
}

/** Everything that uPlot fixes when it is made. */
function formOf({ x, y, xs, lines, areas }: Frame): string {
  const styles = lines.map(({ color, dashed, width, dots }) => [color, dashed, width, dots]);
  return JSON.stringify([x.label, x.scale, x.limits, x.slanted_px, xs, y.label, y.scale, y.limits, styles, areas]);
}

function dataOf({ xs, lines, y }: Frame): uPlot.AlignedData {
  // A log scale has no place for 0: let the line leave through the bottom instead.
  const floor = y.scale === "log" ? y.limits[0] / 1e3 : -Infinity;
  return [xs, ...lines.map(({ values }) => values.map((v) => (v === null ? null : Math.max(v, floor))))];
}

function scale({ scale, limits }: Axis): uPlot.Scale {
  return { distr: scale === "log" ? 3 : 1, auto: false, range: () => [...limits] };
}

function yAxisSize({ scale, limits, ticks }: Axis): number {
  const { texts } = ticks?.(HEIGHT_PX) ?? axisTicks(scale, limits);
  const longest = Math.max(0, ...texts.map((text) => text.length));
  return Math.max(28, 12 + 7 * longest);
}

function axis(spec: Axis, palette: Palette, options: uPlot.Axis): uPlot.Axis {
  const ticks = (plot: uPlot) => {
    const width = plot.bbox.width / (devicePixelRatio || 1) || plot.width;
    return spec.ticks?.(width) ?? axisTicks(spec.scale, spec.limits);
  };
  return {
    font: `12px ${palette.font}`,
    labelFont: `12px ${palette.font}`,
    stroke: palette.muted,
    grid: { stroke: palette.grid, width: 1 },
    ticks: { stroke: palette.grid, width: 1, size: 4 },
    gap: 4,
    splits: (plot) => ticks(plot).at,
    filter: (_, splits) => splits,
    values: (plot, splits) => {
      const { at, texts } = ticks(plot);
      return splits.map((split) => texts[at.indexOf(split)] ?? "");
    },
    ...options,
  };
}

/** A short line sample and a word for each series; a colour bar for a heatmap. */
function keysOf({ keys, marks }: Frame): HTMLElement[] {
  const image = marks.find((mark) => mark.kind === "image");
  if (image?.kind !== "image") {
    return keys.map(({ label, value, color, dashed }) => {
      const sample = h("span", { class: "knob-sample", "data-color": color, "data-dashed": dashed });
      return h("span", { class: "knob-key" }, sample, label, h("b", {}, value ?? ""));
    });
  }
  const [low, high] = image.view.limits.map(format) as [string, string];
  const bar = h("span", { class: "knob-colorbar", "data-colors": image.view.colors });
  return [h("span", { class: "knob-key" }, low, bar, high)];
}

function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
