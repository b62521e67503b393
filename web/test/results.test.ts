import { expect, it } from "vitest";
import { resultsOf, toCsv } from "../src/results";
import { diverged, runs, setting } from "./example";

it("reports the median of every metric after the last epoch", () => {
  expect(resultsOf(runs(), setting(1)).map(({ curve }) => curve)).toEqual(["loss", "val_loss", "accuracy", "val_accuracy"]);
  expect(resultsOf(runs(), setting(1))[1]!.value).toBeCloseTo(1.01, 12);
  expect(resultsOf(runs(), diverged())[1]!.value).toBeNull();
});

it("writes CSV with full numbers and quoted sentences", () => {
  const odd = { ...setting(1), verdict: 'It "works", mostly.' };
  const lines = toCsv(runs(), [{ number: 1, positions: [0, 1], setting: odd }, { number: 3, positions: [2, 0], setting: diverged() }]).split("\r\n");
  expect(lines[0]).toBe("run,learning_rate,optimizer,loss,val_loss,accuracy,val_accuracy,status,verdict");
  expect(lines[1]).toBe('1,0.01,adam,0.51,1.01,0.41000000000000003,0.31,ok,"It ""works"", mostly."');
  expect(lines[2]).toBe("3,1,sgd,,,,,diverged,Diverged at epoch 2.");
  expect(lines[3]).toBe("");
});
