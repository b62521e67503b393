import { expect, it } from "vitest";
import { importSvg } from "../src/svg";

const svg = (inside: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">${inside}</svg>`;

it("keeps a frame's own references and takes them apart from other pictures'", () => {
  const text = '<defs><path id="a" d="M0 0"/></defs><use xlink:href="#a" clip-path="url(#c)" style="fill: url(#g)"/>';
  const picture = importSvg(svg(text), "demo-3-", "A dot.");
  const use = picture.querySelector("use")!;
  expect(picture.querySelector("path")!.id).toBe("demo-3-a");
  expect(use.getAttribute("xlink:href")).toBe("#demo-3-a");
  expect(use.getAttribute("clip-path")).toBe("url(#demo-3-c)");
  expect(use.getAttribute("style")).toBe("fill: url(#demo-3-g)");
  expect(picture.getAttribute("aria-label")).toBe("A dot.");
});

it("drops whatever could run", () => {
  const text = '<script>alert(1)</script><a href=" javascript:alert(1)" onclick="alert(1)"><text>x</text></a><foreignObject/>';
  const markup = importSvg(svg(text), "p-", "").outerHTML;
  expect(markup).not.toMatch(/alert|foreignObject/);
  expect(markup).toContain("<text>x</text>");
});

it("refuses what is not SVG", () => {
  expect(() => importSvg("<p>not a picture</p>", "p-", "")).toThrow(/not an SVG/);
  expect(() => importSvg("<svg", "p-", "")).toThrow(/not an SVG/);
});
