/** Colours of the canvases, read from the style sheet so that they follow the page's theme. */

const NAMES = [
  "text", "muted", "grid", "surface", "accent", "training", "validation", "ghost",
  "series-1", "series-2", "series-3", "group-0", "group-1", "middle",
] as const;

export type Color = (typeof NAMES)[number];
export type Palette = Record<Color, string> & { font: string };

/** The computed `--knob-…` colours of an element. */
export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const colors = NAMES.map((name) => [name, style.getPropertyValue(`--knob-${name}`).trim() || "gray"]);
  return { ...Object.fromEntries(colors), font: style.fontFamily || "sans-serif" } as Palette;
}

/** Calls back when the reader or the system switches between light and dark. */
export function watchTheme(changed: () => void): void {
  new MutationObserver(changed).observe(document.documentElement, {
    attributes: true,
    attributeFilter: ["data-theme", "data-mode", "class"],
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
}

/** Paper is white: a page in dark mode is printed in light, and goes back. */
export function printInLight(): void {
  const { dataset } = document.documentElement;
  let theme: string | undefined;
  addEventListener("beforeprint", () => {
    theme = dataset["theme"];
    if (theme === "dark") dataset["theme"] = "light";
  });
  addEventListener("afterprint", () => {
    if (theme === "dark") dataset["theme"] = theme;
  });
}

type RGB = [number, number, number];

// ColorBrewer's PRGn, and viridis: both safe for colour-blind readers, and neither is the
// blue and orange that mean training and validation everywhere in the book.
const VIRIDIS: RGB[] = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];
const PURPLE: RGB[] = [[118, 42, 131], [175, 141, 195]];
const GREEN: RGB[] = [[127, 191, 123], [27, 120, 55]];

function parse(color: string): RGB {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color);
  return hex ? [parseInt(hex[1]!, 16), parseInt(hex[2]!, 16), parseInt(hex[3]!, 16)] : [247, 247, 247];
}

/** Stops of a colour map from low to high; the middle of a diverging one follows the theme. */
export function colorStops(colors: "diverging" | "sequential", palette: Palette): RGB[] {
  return colors === "sequential" ? VIRIDIS : [...PURPLE, parse(palette.middle), ...GREEN];
}

/** 256 colours interpolated between the stops. */
export function colorTable(stops: RGB[]): RGB[] {
  return Array.from({ length: 256 }, (_, byte) => {
    const place = (byte / 255) * (stops.length - 1);
    const below = Math.min(Math.floor(place), stops.length - 2);
    const [from, to] = [stops[below]!, stops[below + 1]!];
    return from.map((channel, i) => Math.round(channel + (place - below) * (to[i]! - channel))) as RGB;
  });
}
