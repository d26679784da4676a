// When a venue's "no such order" is final.
import { describe, expect, it } from "vitest";
import { Doubts } from "#toolkits/execution/live/doubts.ts";

describe("an order in doubt", () => {
  const open = () => {
    let nowMs = 0;
    const doubts = new Doubts(15_000, () => nowMs);
    return {
      doubts,
      pass: (ms: number) => {
        nowMs += ms;
      },
      no: () => doubts.sayNo("a", nowMs),
    };
  };

  it("is gone once the venue has denied it twice, a second apart, after the last moment at which it may take it and then show it", () => {
    const { doubts, pass, no } = open();
    doubts.begin("a", 4_000);
    expect(doubts.leftMs("a")).toBe(22_000);
    expect(no()).toBe(23_000);
    pass(22_001);
    expect(no()).not.toBeNull();
    expect(no()).not.toBeNull();
    pass(1_000);
    expect(no()).toBeNull();
  });

  it("was sent just before the first question, answered or not, if another process may have sent it", () => {
    const { doubts, pass, no } = open();
    doubts.ask("a");
    pass(10_000);
    doubts.ask("a");
    expect(no()).toBe(17_000);
    pass(16_001);
    expect(no()).not.toBeNull();
    pass(1_000);
    expect(no()).toBeNull();
  });

  it("is gone at once if it never left this machine", () => {
    const { doubts, no } = open();
    doubts.begin("a", null);
    expect([doubts.isUnsent("a"), doubts.leftMs("a"), no()]).toEqual([true, null, null]);
  });

  it("that never left is tried again later and later, within 3 s", () => {
    const { doubts } = open();
    const waits = [1, 2, 3, 4].map(() => {
      doubts.begin("a", null);
      return doubts.waitMs("a");
    });
    expect(waits).toEqual([1_000, 2_000, 3_000, 3_000]);
    doubts.end("a");
    expect(doubts.waitMs("a")).toBe(0);
  });

  it("is forgotten once it works no more", () => {
    const { doubts } = open();
    doubts.begin("a", 0);
    doubts.begin("b", null);
    doubts.keep(new Map([["a", null]]));
    expect([doubts.leftMs("a"), doubts.isUnsent("b"), doubts.waitMs("b")]).toEqual([26_000, false, 0]);
    doubts.keep(new Map());
    expect(doubts.leftMs("a")).toBeNull();
  });
});
