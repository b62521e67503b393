import { describe, expect, it, vi } from "vitest";
import { knob } from "../src/controls";
import { learningRate, optimizer } from "./example";

const boolean = { ...optimizer(), name: "shuffle", label: "shuffle", values: [true, false], texts: ["on", "off"] };
const depth = { ...optimizer(), values: [1, 2, 3, 4, 5], texts: ["1", "2", "3", "4", "5"] };

describe("a slider", () => {
  it("steps over positions and speaks values", () => {
    const { element, show } = knob(learningRate(), vi.fn());
    show(2);
    const input = element.querySelector("input")!;
    expect([input.type, input.min, input.max, input.step, input.value]).toEqual(["range", "0", "2", "1", "2"]);
    expect(input.getAttribute("aria-valuetext")).toBe("1");
    expect(element.querySelector("output")!.textContent).toBe("1");
    expect(input.labels![0]!.textContent).toBe("learning rate η");
  });

  it("calls back with the position, and not when it is set", () => {
    const moved = vi.fn();
    const { element, show } = knob(learningRate(), moved);
    show(2);
    expect(moved).not.toHaveBeenCalled();
    const input = element.querySelector("input")!;
    input.value = "0";
    input.dispatchEvent(new Event("input"));
    expect(moved).toHaveBeenCalledExactlyOnceWith(0);
  });

  it("points to its help", () => {
    const { element } = knob(learningRate(), vi.fn());
    const id = element.querySelector("input")!.getAttribute("aria-describedby")!;
    expect(element.querySelector(`#${id}`)!.textContent).toBe("How far each step goes.");
  });
});

it("makes radio buttons of a few choices, a menu of many, a switch of a boolean", () => {
  const kinds = [optimizer(), depth, boolean].map((control) => {
    const field = knob(control, vi.fn()).element.querySelector("input, select")!;
    return field.getAttribute("role") ?? field.getAttribute("type") ?? field.localName;
  });
  expect(kinds).toEqual(["radio", "select", "switch"]);
});

it.each([
  ["radio buttons", optimizer(), (field: HTMLElement[]) => field[1]!.click(), 1],
  ["a menu", depth, ([menu]: HTMLElement[]) => {
    (menu as HTMLSelectElement).value = "3";
    menu!.dispatchEvent(new Event("change"));
  }, 3],
  ["a switch whose first value is true", boolean, ([box]: HTMLElement[]) => box!.click(), 1],
])("%s call back with the position", (_, control, act, position) => {
  const moved = vi.fn();
  const { element, show } = knob(control, moved);
  document.body.append(element);
  show(0);
  act([...element.querySelectorAll<HTMLElement>("input, select")]);
  expect(moved).toHaveBeenCalledExactlyOnceWith(position);
});
