import { describe, expect, it } from "vitest";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { nextSlot } from "#desk/slots.ts";
import type { Clock, MarketData, SecuritySource, Universe } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { openTestDesk, patience } from "#test/support/desk.ts";
import {
  assortedShapes,
  createSyntheticMarket,
  FIRST_SLOT_MS,
  randomFrom,
  reportOf,
  type SyntheticMarket,
} from "#test/support/synthetic-market.ts";

const STEP_MS = timeframeMs("5m");
const GRACE_MS = 3_000;
const SLOTS = 50;

/** Reads as a system clock and is moved by hand; whoever sleeps moves it on, and is told of every moment passed. */
function handClock(startMs: UnixMs, onPassed: (fromMs: number, toMs: number) => Promise<void>) {
  let nowMs = startMs;
  const advanceTo = async (toMs: number): Promise<void> => {
    const fromMs = nowMs;
    nowMs = unixMs(Math.max(nowMs, toMs));
    await onPassed(fromMs, nowMs);
  };
  const clock: Clock = {
    kind: "system",
    now: () => nowMs,
    sleep: async (ms: number, { signal }: CallOptions) => {
      signal.throwIfAborted();
      await advanceTo(nowMs + ms);
    },
  };
  return { clock, advanceTo };
}

/** Each candle of each market is published 0-10 s after its close, and not before. */
function publishedLate(inner: SyntheticMarket, seed: number): MarketData {
  const latenessMs = (symbol: string, closeMs: number): number =>
    10_000 * randomFrom(seed + closeMs / STEP_MS + symbol.charCodeAt(0) * 7919)();
  return {
    ...inner.marketData,
    graceMs: GRACE_MS,
    candles: async (request, options) => {
      const { symbol, nowMs } = request;
      const newestMs = Math.floor((nowMs - GRACE_MS) / STEP_MS) * STEP_MS;
      const out = nowMs >= newestMs + latenessMs(symbol, newestMs);
      const seenMs = unixMs(out ? newestMs : newestMs - STEP_MS);
      return { ...(await inner.marketData.candles({ ...request, nowMs: seenMs }, options)), checkedThroughMs: nowMs };
    },
  };
}

const ALL_CLEAR: SecuritySource = {
  id: "clear",
  report: async ({ nowMs }) => reportOf("clear", nowMs, Number.MAX_SAFE_INTEGER),
};

const universeOf = (venue: SyntheticMarket): Universe => ({
  topAssets: async () => ({ assets: [...venue.markets.keys()], liquidity: new Map() }),
});

/** Share of moments, fifty a slot drawn at random, at which a question would find a fresh analysis of every market. */
async function freshShare(seed: number, askAgainForMs: number): Promise<number> {
  const venue = createSyntheticMarket({
    seed,
    timeframe: "5m",
    firstSlotMs: FIRST_SLOT_MS,
    slots: SLOTS + 1,
    shapes: assortedShapes()
      .filter(({ symbol }) => ["AAA/USDT", "BBB/USDT", "JJJ/USDT"].includes(symbol))
      .map((shape) => ({ ...shape, hole: 0 })),
  });
  const random = randomFrom(seed * 13);
  const moments: number[] = [];
  for (let slot = 0; slot < SLOTS; slot++) {
    for (let n = 0; n < 50; n++)
      moments.push(FIRST_SLOT_MS + slot * STEP_MS + GRACE_MS + Math.floor(random() * STEP_MS));
  }
  moments.sort((a, b) => a - b);

  const marketData = publishedLate(venue, seed);
  let asked = 0;
  let fresh = 0;
  let next = 0;
  const { clock, advanceTo } = handClock(FIRST_SLOT_MS, async (_fromMs, toMs) => {
    for (let atMs = moments[next]; atMs !== undefined && atMs < toMs; atMs = moments[++next]) {
      const keys = [...venue.markets.keys()].map((symbol) => ({
        venueId: marketData.venueId,
        symbol,
        timeframe: "5m" as const,
      }));
      for (const recall of await desk.khala.recallMany(keys, { nowMs: unixMs(atMs) }, patience)) {
        asked += 1;
        if (recall.status === "fresh") fresh += 1;
      }
    }
  });
  const test = await openTestDesk({
    venue: { ...venue, marketData, universe: universeOf(venue), security: ALL_CLEAR },
    startMs: FIRST_SLOT_MS,
    clock,
  });
  const desk = { ...test.desk, askAgainForMs };
  let slotMs = FIRST_SLOT_MS;
  for (let slot = 0; slot < SLOTS; slot++) {
    await advanceTo(slotMs + GRACE_MS);
    await runLiveSlot(desk, slotMs, patience);
    slotMs = nextSlot(slotMs, "5m");
  }
  await advanceTo(slotMs + GRACE_MS);
  expect(asked).toBe(SLOTS * 50 * 3);
  return fresh / asked;
}

describe("freshness under a venue that publishes 0-10 s late", () => {
  it("at least 95 % of a slot's seconds find fresh analysis", async () => {
    for (const seed of [1, 2, 3]) expect(await freshShare(seed, 30_000)).toBeGreaterThan(0.95);
  });

  it("which is the asking again: without it most slots stay stale", async () => {
    expect(await freshShare(1, 0)).toBeLessThan(0.6);
  });
});

describe("a venue that once was too late for its slot", () => {
  it("is asked again in the next one: one bad slot does not make every market a quiet one", async () => {
    const venue = createSyntheticMarket({
      seed: 4,
      timeframe: "5m",
      firstSlotMs: FIRST_SLOT_MS,
      slots: 4,
      shapes: assortedShapes()
        .slice(0, 1)
        .map((shape) => ({ ...shape, hole: 0 })),
    });
    const lateMs = [45_000, 5_000, 5_000];
    const { clock, advanceTo } = handClock(FIRST_SLOT_MS, async () => undefined);
    const candles: MarketData["candles"] = async (request, options) => {
      const newestMs = Math.floor((request.nowMs - GRACE_MS) / STEP_MS) * STEP_MS;
      const slot = (newestMs - FIRST_SLOT_MS) / STEP_MS;
      const out = request.nowMs >= newestMs + (lateMs[slot] ?? 0);
      return venue.marketData.candles({ ...request, nowMs: unixMs(out ? newestMs : newestMs - STEP_MS) }, options);
    };
    const { desk } = await openTestDesk({
      venue: { ...venue, marketData: { ...venue.marketData, graceMs: GRACE_MS, candles }, universe: universeOf(venue) },
      startMs: FIRST_SLOT_MS,
      clock,
    });
    const analysed: number[] = [];
    for (const slot of [0, 1, 2]) {
      const slotMs = unixMs(FIRST_SLOT_MS + slot * STEP_MS);
      await advanceTo(slotMs + GRACE_MS);
      analysed.push((await runLiveSlot(desk, slotMs, patience)).sleep.analysed);
    }
    expect(analysed).toEqual([0, 1, 1]);
  });

  it("a quiet market is not asked again and again", async () => {
    const venue = createSyntheticMarket({
      seed: 4,
      timeframe: "5m",
      firstSlotMs: FIRST_SLOT_MS,
      slots: 6,
      shapes: assortedShapes()
        .slice(0, 1)
        .map((shape) => ({ ...shape, hole: 0, ends: 1 })),
    });
    let asked = 0;
    const { clock, advanceTo } = handClock(FIRST_SLOT_MS, async () => undefined);
    const candles: MarketData["candles"] = async (request, options) => {
      asked += 1;
      return venue.marketData.candles({ ...request, nowMs: unixMs(request.nowMs - GRACE_MS) }, options);
    };
    const { desk } = await openTestDesk({
      venue: { ...venue, marketData: { ...venue.marketData, graceMs: GRACE_MS, candles }, universe: universeOf(venue) },
      startMs: FIRST_SLOT_MS,
      clock,
    });
    const calls: number[] = [];
    for (const slot of [0, 1, 2, 3]) {
      const slotMs = unixMs(FIRST_SLOT_MS + slot * STEP_MS);
      asked = 0;
      await advanceTo(slotMs + GRACE_MS);
      await runLiveSlot(desk, slotMs, patience);
      calls.push(asked);
    }
    // Analysed twice, then missed for the first time and waited for, then known to be quiet.
    expect(calls).toEqual([1, 1, 16, 1]);
  });
});
