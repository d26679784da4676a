// A trade that may be an order's in doubt, and for how long it counts.
import { expect, it } from "vitest";
import { StrangeTrades } from "#toolkits/execution/live/strange-trades.ts";

it("a trade of no order keeps an order in doubt for ten minutes, which begin anew for one that was forgotten meanwhile", () => {
  let nowMs = 0;
  const strange = new StrangeTrades(() => nowMs);
  const after = (ms: number): readonly boolean[] => {
    nowMs += ms;
    return [strange.keeps("a", true), strange.keeps("b", true)];
  };
  expect(after(0)).toEqual([true, true]);
  strange.keep(new Map([["a", null]]));
  expect(after(599_999)).toEqual([true, true]);
  expect(after(1)).toEqual([false, true]);
});
