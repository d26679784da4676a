// A desk on a real clock keeps its windows and asks for what is new; one on recorded candles reads all of them each time.
import { describe, expect, it } from "vitest";
import { runSleepCycle } from "#desk/run-slot/sleep-cycle.ts";
import type { Clock } from "#schemas/ports/market.ts";
import { timeframeMs, unixMs } from "#schemas/units.ts";
import { openTestDesk, patience } from "#test/support/desk.ts";
import { assortedShapes, createSyntheticMarket, FIRST_SLOT_MS } from "#test/support/synthetic-market.ts";

const STEP_MS = timeframeMs("5m");
const SLOTS = 60;

const synthetic = createSyntheticMarket({
  seed: 5,
  timeframe: "5m",
  firstSlotMs: FIRST_SLOT_MS,
  slots: SLOTS + 1,
  shapes: assortedShapes()
    .slice(0, 4)
    .map((shape) => ({ ...shape, jump: 0.03, ticks: 0.03 })),
});
// No second source: bid and ask of the synthetic venue are its own last close.
const venue = { ...synthetic, marketData: { ...synthetic.marketData, tickers: async () => [] } };

async function analysesOf(kind: Clock["kind"]): Promise<readonly string[]> {
  let nowMs = FIRST_SLOT_MS;
  const clock: Clock = {
    kind,
    now: () => nowMs,
    sleep: async (_, { signal }) => signal.throwIfAborted(),
  };
  const symbols = [...venue.markets.keys()];
  const universe = { topAssets: async () => ({ assets: symbols, liquidity: new Map() }) };
  const { desk, store } = await openTestDesk({
    venue: { ...venue, universe },
    startMs: FIRST_SLOT_MS,
    clock,
    assets: 4,
  });
  expect(desk.windows === null).toBe(kind === "simulated");
  const lines: string[] = [];
  for (let slot = 0; slot < SLOTS; slot++) {
    nowMs = unixMs(FIRST_SLOT_MS + slot * STEP_MS);
    // The clock does not move within a slot, so that nothing is asked for again.
    await runSleepCycle({ ...desk, askAgainForMs: 0 }, nowMs, patience);
    for (const symbol of symbols) {
      const key = { venueId: desk.marketData.venueId, symbol, timeframe: "5m" } as const;
      const recall = await desk.khala.recall(key, { nowMs }, patience);
      if (recall.status === "missing") continue;
      const { id, asOfMs, indicators, notes } = recall.record;
      const doubts = notes.filter((note) => note.kind === "pending" || note.kind === "implausible");
      lines.push(`${symbol} ${asOfMs} ${id} ${indicators.warmup} ${doubts.map(({ kind }) => kind).join(",")}`);
    }
  }
  if (kind === "system") {
    // Rows are kept as they came: the verdict stands beside them.
    let doubted = 0;
    for (const symbol of symbols) {
      const key = { venueId: desk.marketData.venueId, symbol, timeframe: "5m" } as const;
      const kept = await store.candles.window(key, 5000, patience);
      const verdicts = await store.candles.verdicts(key, { fromMs: 0, nowMs }, patience);
      doubted += verdicts.length;
      for (const { openMs } of verdicts) expect(kept?.openMs.includes(openMs)).toBe(true);
    }
    expect(doubted).toBeGreaterThan(5);
  }
  return lines;
}

describe("windows that are kept", () => {
  it("give every analysis that whole reads give, under ticks, jumps and holes", async () => {
    const kept = await analysesOf("system");
    expect(kept).toEqual(await analysesOf("simulated"));
    expect(
      kept.filter((line) => line.includes("insufficient pending") || line.includes(",pending")).length,
    ).toBeGreaterThan(5);
    expect(kept.filter((line) => line.includes("implausible")).length).toBeGreaterThan(50);
  });
});
