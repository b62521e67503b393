/** Paints marks on a chart's canvas. All sizes here are CSS pixels times the device pixel ratio. */

import type uPlot from "uplot";
import type { HeatmapView } from "./contract";
import type { Mark } from "./frame";
import { colorStops, colorTable, type Palette } from "./theme";

/** Marks that belong under the lines. */
export function isBackground(mark: Mark): boolean {
  return mark.kind === "image" || mark.kind === "bar" || mark.kind === "rule";
}

export function paintMarks(plot: uPlot, marks: Mark[], palette: Palette): void {
  const { ctx, bbox } = plot;
  ctx.save();
  for (const mark of marks) {
    // Data stay inside the axes; a ✕ or a number on the very edge must not be cut in half.
    if (mark.kind === "bar" || mark.kind === "image") {
      ctx.save();
      ctx.beginPath();
      ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
      ctx.clip();
    }
    paintMark(plot, mark, palette);
    if (mark.kind === "bar" || mark.kind === "image") ctx.restore();
  }
  ctx.restore();
}

function paintMark(plot: uPlot, mark: Mark, palette: Palette): void {
  const { ctx } = plot;
  const unit = devicePixelRatio || 1;
  const px = (x: number) => plot.valToPos(x, "x", true);
  const py = (y: number) => plot.valToPos(y, "y", true);
  ctx.setLineDash([]);
  switch (mark.kind) {
    case "image":
      return paintImage(plot, mark, palette);
    case "bar": {
      const [left, right, top, bottom] = [px(mark.x0), px(mark.x1), py(mark.y), py(0)];
      const box = [left, Math.min(top, bottom), right - left, Math.abs(bottom - top)] as const;
      ctx.lineWidth = unit;
      if (mark.outline) {
        ctx.strokeStyle = palette[mark.color];
        ctx.strokeRect(...box);
      } else {
        ctx.fillStyle = palette[mark.color];
        ctx.fillRect(...box);
      }
      return;
    }
    case "rule": {
      // On a pixel's centre, so that the thin line is sharp.
      const x = Math.floor(px(mark.x)) + 0.5;
      ctx.strokeStyle = palette.muted;
      ctx.lineWidth = unit;
      ctx.setLineDash([3 * unit, 3 * unit]);
      return line(ctx, [[x, plot.bbox.top], [x, plot.bbox.top + plot.bbox.height]]);
    }
    case "whisker":
      ctx.strokeStyle = palette[mark.color];
      ctx.lineWidth = 2 * unit;
      return line(ctx, [[px(mark.x), py(mark.low)], [px(mark.x), py(mark.high)]]);
    case "cross": {
      const [x, y, arm] = [px(mark.x), py(mark.y), 5 * unit];
      ctx.lineCap = "round";
      // A halo in the page's colour keeps the ✕ readable on top of its own curve.
      for (const [color, width] of [[palette.surface, 5], [palette[mark.color], 2.25]] as const) {
        ctx.strokeStyle = color;
        ctx.lineWidth = width * unit;
        line(ctx, [[x - arm, y - arm], [x + arm, y + arm]]);
        line(ctx, [[x - arm, y + arm], [x + arm, y - arm]]);
      }
      return;
    }
    case "dot":
      ctx.beginPath();
      outline(ctx, px(mark.x), py(mark.y), (mark.size / 2) * unit, mark.shape);
      ctx.fillStyle = palette[mark.color];
      ctx.fill();
      ctx.strokeStyle = palette.surface;
      ctx.lineWidth = (mark.size > 8 ? 2 : 0.75) * unit;
      return ctx.stroke();
    case "note":
      ctx.fillStyle = "#fff"; // on the dark end of the colours
      ctx.font = `${11 * unit}px ${palette.font}`;
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      return ctx.fillText(mark.text, px(mark.x), py(mark.y));
    case "badge": {
      const [x, y] = [px(mark.x), Math.max(py(mark.y) - (mark.lift_px ?? 0) * unit, plot.bbox.top)];
      ctx.beginPath();
      ctx.arc(x, y, 7.5 * unit, 0, 2 * Math.PI);
      ctx.fillStyle = palette.surface;
      ctx.fill();
      ctx.strokeStyle = palette.ghost;
      ctx.lineWidth = 1.25 * unit;
      ctx.stroke();
      ctx.fillStyle = palette.text;
      ctx.font = `${10 * unit}px ${palette.font}`;
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      return ctx.fillText(mark.text, x, y + 0.5 * unit);
    }
  }
}

function line(ctx: CanvasRenderingContext2D, [from, to]: [[number, number], [number, number]]): void {
  ctx.beginPath();
  ctx.moveTo(...from);
  ctx.lineTo(...to);
  ctx.stroke();
}

/** Circle, square, triangle: groups of points are told apart without colour too. */
function outline(ctx: CanvasRenderingContext2D, x: number, y: number, r: number, shape: number): void {
  if (shape % 3 === 0) return ctx.arc(x, y, r, 0, 2 * Math.PI);
  if (shape % 3 === 1) return ctx.rect(x - 0.9 * r, y - 0.9 * r, 1.8 * r, 1.8 * r);
  ctx.moveTo(x, y - 1.2 * r);
  ctx.lineTo(x + 1.1 * r, y + 0.8 * r);
  ctx.lineTo(x - 1.1 * r, y + 0.8 * r);
  ctx.closePath();
}

function paintImage(plot: uPlot, { view, cells }: Extract<Mark, { kind: "image" }>, palette: Palette): void {
  const { left, top, width, height } = plot.bbox;
  plot.ctx.imageSmoothingEnabled = !view.crisp;
  plot.ctx.drawImage(pictureOf(view, cells, palette), left, top, width, height);
}

const pictures = new WeakMap<Uint8Array, { palette: Palette; canvas: HTMLCanvasElement }>();

/** A heatmap's cells as a picture, one pixel each; made once per theme. */
function pictureOf(view: HeatmapView, cells: Uint8Array, palette: Palette): HTMLCanvasElement {
  const known = pictures.get(cells);
  if (known?.palette === palette) return known.canvas;
  const [rows, columns] = view.shape;
  const table = colorTable(colorStops(view.colors, palette));
  const image = new ImageData(columns, rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const color = table[cells[row * columns + column]!]!;
      // Row 0 lies at the smallest y: at the bottom of the picture.
      image.data.set([...color, 255], 4 * ((rows - 1 - row) * columns + column));
    }
  }
  const canvas = document.createElement("canvas");
  canvas.width = columns;
  canvas.height = rows;
  canvas.getContext("2d")!.putImageData(image, 0, 0);
  pictures.set(cells, { palette, canvas });
  return canvas;
}
