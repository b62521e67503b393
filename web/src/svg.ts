/** Pre-rendered SVG documents, made safe to stand in the page. */

import { ContractError } from "./fields";

/** Parses an SVG document; nothing in it can run, and its ids cannot meet another picture's. */
export function importSvg(text: string, prefix: string, label: string): SVGSVGElement {
  const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
  const root = parsed.documentElement;
  if (root.localName !== "svg") throw new ContractError("This frame is not an SVG document.");
  for (const element of [root, ...root.querySelectorAll("*")]) {
    if (["script", "foreignObject", "metadata"].includes(element.localName)) element.remove();
    for (const { name, value } of [...element.attributes]) {
      if (/^on/i.test(name) || /^\s*javascript:/i.test(value)) element.removeAttribute(name);
      else if (name === "id") element.id = prefix + value;
      else if (/(^|:)href$/.test(name) && value.startsWith("#")) element.setAttribute(name, `#${prefix}${value.slice(1)}`);
      else if (value.includes("url(#")) element.setAttribute(name, value.replace(/url\(#/g, `url(#${prefix}`));
    }
  }
  root.setAttribute("role", "img");
  root.setAttribute("aria-label", label);
  return document.importNode(root, true) as unknown as SVGSVGElement;
}
