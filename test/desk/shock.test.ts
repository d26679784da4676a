// What becomes untrue, and nothing else: a price of the leader takes back exactly what is linked with it, a corrected candle
// exactly what was made from it.

import { describe, expect, it } from "vitest";
import type { Desk } from "#desk/desk.ts";
import { collectReports } from "#desk/run-slot/collect-reports.ts";
import { runLiveSlot, tradeOnce } from "#desk/run-slot/live-slot.ts";
import { voidByLeaderPrice } from "#desk/run-slot/relationships.ts";
import { runSleepCycle } from "#desk/run-slot/sleep-cycle.ts";
import type { Analysis } from "#schemas/analysis.ts";
import type { CandleSeries } from "#schemas/market.ts";
import type { Clock } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, type UnixMs, unixMs, type VenueId } from "#schemas/units.ts";
import { openTestDesk, patience } from "#test/support/desk.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { readSeries } from "#test/support/read-series.ts";
import {
  createSyntheticMarket,
  FIRST_SLOT_MS,
  kindredShapes,
  reportOf,
  type SyntheticMarket,
} from "#test/support/synthetic-market.ts";
import { canonicalLines } from "./both-ways.ts";

const STEP_MS = timeframeMs("5m");
const slot = (number: number): UnixMs => unixMs(FIRST_SLOT_MS + number * STEP_MS);
const market = (name: string): MarketSymbol => `${name}/USDT` as MarketSymbol;
const LEAD = market("LEAD");

const venueOf = (crashAt: number): SyntheticMarket => ({
  ...createSyntheticMarket({
    seed: 5,
    timeframe: "5m",
    firstSlotMs: FIRST_SLOT_MS,
    slots: 60,
    shapes: kindredShapes(crashAt).map((shape) => ({ ...shape, hole: 0, before: 520, begins: null })),
  }),
  security: {
    id: "clear",
    report: async ({ nowMs }) => reportOf("clear", nowMs, Number.MAX_SAFE_INTEGER),
  },
});
const VENUE = venueOf(500);
const { venueId } = VENUE.marketData;

/** The newest analysis of a market, whatever recall says of it. */
async function newest(desk: Desk, symbol: MarketSymbol, timeframe: Timeframe = "5m"): Promise<Analysis> {
  const recall = await desk.khala.recall({ venueId, symbol, timeframe }, { nowMs: desk.clock.now() }, patience);
  if (recall.status === "missing") throw new Error(`no analysis of ${symbol}`);
  return recall.record;
}

/** Every analysis that is there, and what recall says of it now: `LEAD/USDT 5m sim: fresh`. */
async function states(desk: Desk): Promise<ReadonlyMap<string, string>> {
  const listed = await desk.khala.list(null, { nowMs: desk.clock.now() }, patience);
  return new Map(
    listed.map(({ key, recall }) => [
      `${key.symbol} ${key.timeframe} ${key.venueId}`,
      recall.status === "fresh" ? "fresh" : recall.reason,
    ]),
  );
}

const nameOf = (symbol: MarketSymbol, timeframe = "5m", venue: string = venueId) => `${symbol} ${timeframe} ${venue}`;

/** Which names read `reason`, sorted. */
const those = (map: ReadonlyMap<string, string>, reason: string): readonly string[] =>
  [...map].flatMap(([name, state]) => (state === reason ? [name] : [])).sort();

/** A desk after the tick of the first slot, with records of other timeframes and venues beside it. */
async function openShocked() {
  const test = await openTestDesk({ venue: VENUE, startMs: slot(0), assets: VENUE.markets.size });
  const { desk } = test;
  await runLiveSlot(desk, slot(0), patience);
  const relationships = desk.relationships.current(slot(0));
  if (relationships === null) throw new Error("expected relationships");
  const leader = await newest(desk, LEAD);
  const linked = await newest(desk, market("KIN1"));
  await desk.khala.rememberMany(
    [
      { ...leader, timeframe: "1h" },
      { ...linked, timeframe: "1h" },
      { ...linked, venueId: "elsewhere" as VenueId },
    ],
    patience,
  );
  const atr = leader.indicators.atr ?? Number.NaN;
  return { ...test, relationships, leader, priceAway: (atrs: number) => leader.price + atrs * atr };
}

/** A digest on each of these, under the names they were given. */
async function digest(desk: Desk, topics: Readonly<Record<string, readonly MarketSymbol[]>>): Promise<void> {
  for (const [topic, symbols] of Object.entries(topics)) {
    const sources = await Promise.all(symbols.map((symbol) => newest(desk, symbol)));
    await desk.topics.remember(
      { kind: "digest", topic, body: { topic }, sources, validUntilMs: unixMs(Number.MAX_SAFE_INTEGER) },
      { nowMs: desk.clock.now() },
      patience,
    );
  }
}

async function topicStates(desk: Desk, topics: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const states = topics.map(async (topic) => {
    const recall = await desk.topics.recall("digest", topic, { nowMs: desk.clock.now() }, patience);
    return [topic, recall.status === "stale" ? recall.reason : recall.status] as const;
  });
  return new Map(await Promise.all(states));
}

describe("a shock on the leader", () => {
  it("voids exactly the linked set: the leader and what moves with it, on this venue and timeframe, and their digests", async () => {
    const { desk, relationships, priceAway } = await openShocked();
    const topics = {
      leader: [LEAD],
      linked: [market("KIN1")],
      odd: [market("ODD1")],
      "two odd ones": [market("ODD1"), market("ODD2")],
      mixed: [market("ODD1"), market("KIN2")],
    };
    await digest(desk, topics);
    const before = await states(desk);
    expect(those(before, "fresh")).toContain(nameOf(LEAD, "5m"));
    expect(relationships.linkedToLeader.length).toBeGreaterThan(3);

    const voided = await voidByLeaderPrice(desk, priceAway(-2.1), patience);
    const expected = [LEAD, ...relationships.linkedToLeader];
    expect(voided).toEqual(expected);
    const after = await states(desk);
    expect(those(after, "source-changed")).toEqual(expected.map((symbol) => nameOf(symbol)).sort());
    for (const [name, state] of before) {
      if (!expected.map((symbol) => nameOf(symbol)).includes(name)) expect(after.get(name), name).toBe(state);
    }
    const ofTopics = await topicStates(desk, Object.keys(topics));
    expect(those(ofTopics, "source-changed")).toEqual(["leader", "linked", "mixed"]);
    expect(those(ofTopics, "fresh")).toEqual(["odd", "two odd ones"]);
  });

  it("says in the record what moved, and how far", async () => {
    const { desk, leader, priceAway } = await openShocked();
    await voidByLeaderPrice(desk, priceAway(3), patience);
    const key = { venueId, symbol: market("KIN2"), timeframe: "5m" as const };
    const [stored] = await desk.khala.history(key, { nowMs: slot(0), limit: 1 }, patience);
    expect(stored?.invalidated?.reason).toBe("source-changed");
    expect(stored?.invalidated?.detail).toContain("LEAD/USDT, which leads it, moved");
    expect(stored?.invalidated?.detail).toContain(`from ${leader.price} to ${priceAway(3)}`);
  });

  it("is one beyond the drift bound, up or down; at the bound it is none", async () => {
    const { desk, priceAway } = await openShocked();
    for (const atrs of [0, 1.9, -1.9]) expect(await voidByLeaderPrice(desk, priceAway(atrs), patience)).toEqual([]);
    expect(those(await states(desk), "source-changed")).toEqual([]);
    expect(await voidByLeaderPrice(desk, priceAway(2.1), patience)).not.toEqual([]);
  });

  it("is heeded once for each analysis of the leader, also after what it voided was made anew from the same candle", async () => {
    const { desk, clock, priceAway, leader } = await openShocked();
    expect(await voidByLeaderPrice(desk, priceAway(-4), patience)).not.toEqual([]);
    expect(await voidByLeaderPrice(desk, priceAway(-5), patience)).toEqual([]);
    await desk.khala.rememberMany([leader, await newest(desk, market("KIN1"))], patience);
    expect(await voidByLeaderPrice(desk, priceAway(-5), patience)).toEqual([]);
    expect((await states(desk)).get(nameOf(market("KIN1")))).toBe("fresh");
    // The next candle's analysis is another one.
    clock.advanceTo(slot(1));
    await runLiveSlot(desk, slot(1), patience);
    const next = await newest(desk, LEAD);
    expect(await voidByLeaderPrice(desk, next.price * 0.5, patience)).not.toEqual([]);
  });

  it("is none where the leader's analysis is out of date in any case, or nobody knows what moves together", async () => {
    const { desk, clock, priceAway } = await openShocked();
    clock.advanceTo(slot(1));
    expect(await voidByLeaderPrice(desk, priceAway(-9), patience)).toEqual([]);
    const fresh = await openTestDesk({ venue: VENUE, startMs: slot(0) });
    expect(await voidByLeaderPrice(fresh.desk, 1, patience)).toEqual([]);
  });

  it("in the middle of every slot changes no decision: what was taken back is made from the same candles", async () => {
    const venue = venueOf(30);
    const limits = { entryPct: 5, maxExposurePct: 100, maxDayLossPct: 9, maxDrawdownPct: 30, cooldownCandles: 0 };
    const run = async (shocked: boolean) => {
      const { desk, clock, events } = await openTestDesk({
        venue,
        startMs: slot(0),
        assets: venue.markets.size,
        limits,
        store: createMemoryStore(),
      });
      let voided = 0;
      for (let number = 0; number < 60; number++) {
        clock.advanceTo(slot(number));
        await collectReports(desk, slot(number), patience);
        await runSleepCycle(desk, slot(number), patience);
        if (shocked) {
          const recall = await desk.khala.recall(
            { venueId: venue.marketData.venueId, symbol: LEAD, timeframe: "5m" },
            { nowMs: slot(number) },
            patience,
          );
          if (recall.status !== "missing") {
            voided += (await voidByLeaderPrice(desk, recall.record.price * 1.5, patience)).length;
          }
        }
        await tradeOnce(desk, slot(number), patience);
      }
      return { lines: canonicalLines(await events()), voided };
    };
    const [calm, shaken] = [await run(false), await run(true)];
    expect(shaken.voided).toBeGreaterThan(200);
    expect(calm.lines.length).toBeGreaterThan(20);
    expect(shaken.lines).toEqual(calm.lines);
  });
});

describe("one changed candle", () => {
  it("voids exactly its dependants: the analyses of its market and timeframe, and the digests that name them", async () => {
    let nowMs = slot(0);
    const clock: Clock = {
      kind: "system",
      now: () => nowMs,
      sleep: async (ms: number, { signal }: CallOptions) => {
        signal.throwIfAborted();
        nowMs = unixMs(nowMs + ms);
      },
    };
    const { desk } = await openTestDesk({ venue: VENUE, startMs: slot(0), assets: VENUE.markets.size, clock });
    await runSleepCycle(desk, slot(0), patience);
    const [changed, other] = [market("KIN1"), market("KIN2")];
    const record = await newest(desk, changed);
    await desk.khala.rememberMany(
      [
        { ...record, timeframe: "1h" },
        { ...record, venueId: "elsewhere" as VenueId },
      ],
      patience,
    );
    const topics = { own: [changed], others: [other], both: [other, changed], leader: [LEAD] };
    await digest(desk, topics);
    const before = await states(desk);

    if (desk.windows === null) throw new Error("expected candles that are watched");
    const read = await VENUE.marketData.candles(
      { symbol: changed, timeframe: "5m", nowMs: slot(0), fromMs: unixMs(slot(0) - 500 * STEP_MS) },
      patience,
    );
    expect(await readSeries(desk.windows, read, patience)).toMatchObject({ corrected: [] });
    expect(await states(desk)).toEqual(before);

    const { corrected } = await readSeries(desk.windows, withAnotherClose(read, 321), patience);
    expect(corrected).toEqual([read.openMs[321]]);
    const after = await states(desk);
    expect(those(after, "source-changed")).toEqual([nameOf(changed)]);
    for (const [name, state] of before) if (name !== nameOf(changed)) expect(after.get(name), name).toBe(state);
    const ofTopics = await topicStates(desk, Object.keys(topics));
    expect(those(ofTopics, "source-changed")).toEqual(["both", "own"]);
    expect(those(ofTopics, "fresh")).toEqual(["leader", "others"]);
  });
});

const withAnotherClose = (series: CandleSeries, row: number): CandleSeries => ({
  ...series,
  close: series.close.map((close, i) => (i === row ? close * 1.0001 : close)),
});
