import { afterEach, describe, expect, it } from "vitest";
import { printInLight } from "../src/theme";

const root = document.documentElement;

describe("printInLight", () => {
  printInLight();
  afterEach(() => delete root.dataset.theme);

  it("prints a dark page in light, and brings the dark back", () => {
    root.dataset.theme = "dark";

    dispatchEvent(new Event("beforeprint"));
    expect(root.dataset.theme).toBe("light");

    dispatchEvent(new Event("afterprint"));
    expect(root.dataset.theme).toBe("dark");
  });

  it("leaves a light page alone", () => {
    root.dataset.theme = "light";

    dispatchEvent(new Event("beforeprint"));
    dispatchEvent(new Event("afterprint"));

    expect(root.dataset.theme).toBe("light");
  });

  it("adds no theme to a page that has none", () => {
    dispatchEvent(new Event("beforeprint"));
    dispatchEvent(new Event("afterprint"));

    expect(root.dataset.theme).toBeUndefined();
  });
});
