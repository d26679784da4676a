// One wrong candle of a feed, on a desk that would act on it: with a position and without.
import { describe, expect, it } from "vitest";
import { pendingReason } from "#schemas/analysis.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { patience } from "#test/support/desk.ts";
import { compileStrategy } from "#toolkits/strategies/compile-strategy.ts";
import { defineStrategy } from "#toolkits/strategies/define-strategy.ts";
import { AAA, openStaged, type StagedDesk, slotMsOf } from "./watch/staged-world.ts";

/** Buys at once, and leaves at any price that is far from 100. */
const holder = compileStrategy(
  defineStrategy({
    id: "holder",
    title: "Leaves what jumps",
    indicators: {},
    enter: () => ({ strength: 1, because: "always" }),
    exit: ({ now: { close } }) => close > 140 || close < 60,
  }),
  { file: null },
);

/** Buys what jumps, either way. */
const chaser = compileStrategy(
  defineStrategy({
    id: "chaser",
    title: "Buys what jumps",
    indicators: {},
    enter: ({ now: { close } }) => close > 140 || close < 80,
  }),
  { file: null },
);

const LIMITS = { stopPct: 20, targetPct: 50, maxDayLossPct: 1, maxDrawdownPct: 2, entryPct: 10 };

const acts = (events: readonly JournalEvent[]): readonly string[] =>
  events.map(({ type }) => type).filter((type) => type !== "equity" && type !== "alert");
const equities = (events: readonly JournalEvent[]) =>
  events.flatMap((event) => (event.type === "equity" ? [Number(event.equity)] : []));

async function eventsSince(staged: StagedDesk, before: number): Promise<readonly JournalEvent[]> {
  return (await staged.test().events()).slice(before);
}
const recall = ({ test }: StagedDesk) => {
  const { desk } = test();
  const key = { venueId: desk.marketData.venueId, symbol: AAA, timeframe: "5m" } as const;
  return desk.khala.recall(key, { nowMs: desk.clock.now() }, patience);
};

describe.each([10, 0.1, 1.6])("a closed candle that the feed gives × %d", (times) => {
  it.each([false, true])(
    "sells nothing of what is held, moves no equity and no latch (restarts: %s)",
    async (restarts) => {
      const staged = await openStaged({ strategies: [holder], limits: LIMITS, restarts });
      await staged.run(4);
      const before = (await staged.test().events()).length;
      expect(staged.test().desk.account.portfolio().positions.size).toBe(2);
      staged.world.ticks.set(staged.next(), times);
      await staged.run(1);
      const pending = await recall(staged);
      expect(pending.status === "fresh" && pending.record.indicators.warmup).toBe("insufficient");
      expect(pending.status === "fresh" && pending.record.price).toBeCloseTo(100, 0);
      expect(pending.status === "fresh" && pendingReason(pending.record)).toMatch(
        /^AAA\/USDT 5m candle closed 09:20 reached [\d.]+, .* its neighbours; waiting for the next candle$/,
      );
      await staged.run(5);
      const events = await eventsSince(staged, before);
      expect(acts(events)).toEqual([]);
      for (const equity of equities(events)) expect(Math.abs(equity / 10_000 - 1)).toBeLessThan(0.003);
      const { loss, positions } = staged.test().desk.account.portfolio();
      expect([loss?.dayLossLatched, loss?.drawdownLatched]).toEqual([false, false]);
      expect(loss?.drawdownPct).toBeLessThan(0.3);
      expect(positions.size).toBe(2);
      const after = await recall(staged);
      expect(after.status === "fresh" && after.record.notes.map(({ kind }) => kind)).toEqual(["implausible"]);
      expect(after.status === "fresh" && after.record.indicators.warmup).toBe("full");
    },
  );

  it("buys nothing where nothing is held, and takes no stop of an entry under way", async () => {
    const staged = await openStaged({ strategies: [chaser], limits: LIMITS });
    await staged.run(2);
    const before = (await staged.test().events()).length;
    staged.world.ticks.set(staged.next(), times);
    await staged.run(6);
    expect(acts(await eventsSince(staged, before))).toEqual([]);
  });
});

describe("a fall that is real", () => {
  it("is acted on one candle later: the stop fills when the next candle agrees, at the price of the candle that hit it", async () => {
    const staged = await openStaged({ strategies: [holder], limits: LIMITS });
    await staged.run(4);
    const crash = staged.next();
    for (let slot = crash; slot < 60; slot++) staged.world.moves.set(slot, 0.55);
    const before = (await staged.test().events()).length;
    await staged.run(1);
    expect(acts(await eventsSince(staged, before))).toEqual([]);
    await staged.run(1);
    const fills = (await eventsSince(staged, before)).flatMap((event) => (event.type === "fill" ? [event.fill] : []));
    expect(fills.map(({ role, atMs }) => [role, atMs])).toEqual([
      ["stop-loss", slotMsOf(crash)],
      ["stop-loss", slotMsOf(crash)],
    ]);
    // 20 % below the entry at 100, and slippage: not the 55 of the close.
    for (const { price } of fills) expect(Number(price)).toBeGreaterThan(79);
    const { loss } = staged.test().desk.account.portfolio();
    expect(loss?.dayLossLatched).toBe(true);
  });
});
