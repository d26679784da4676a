import { describe, expect, it } from "vitest";
import type { SweepOutcome } from "#agents/market-analyst/sleep-time.ts";
import { relationshipsTopic } from "#agents/relationship-analyst/relationship-analyst.ts";
import type { UniverseOfDay } from "#desk/run-slot/daily-universe.ts";
import { runLiveSlot, tradeOnce } from "#desk/run-slot/live-slot.ts";
import { leaderHourSigmasOf, readsOf } from "#desk/run-slot/relationships.ts";
import { createRelationshipsKeeper } from "#desk/run-slot/relationships-keeper.ts";
import { runSleepCycle } from "#desk/run-slot/sleep-cycle.ts";
import { BacktestRelationships } from "#scheduler/backtest-relationships.ts";
import type { Recall } from "#schemas/analysis.ts";
import { ProviderError } from "#schemas/errors.ts";
import type { CandleSeries } from "#schemas/market.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { Relationships } from "#schemas/relationship.ts";
import { type MarketSymbol, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { openTestDesk, patience, type TestDesk, type TestDeskParts } from "#test/support/desk.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import {
  createSyntheticMarket,
  FIRST_SLOT_MS,
  kindredShapes,
  reportOf,
  type SyntheticMarket,
} from "#test/support/synthetic-market.ts";
import { portfolio as emptyPortfolio, held, onOrder, order, position } from "#test/toolkits/risk/fixture.ts";

const STEP_MS = timeframeMs("5m");
const HOUR_MS = timeframeMs("1h");
const slot = (number: number): UnixMs => unixMs(FIRST_SLOT_MS + number * STEP_MS);
const market = (name: string): MarketSymbol => `${name}/USDT` as MarketSymbol;
const LEAD = market("LEAD");
/** No holes, nothing that begins late, no token that is unsafe; KIN3 is not in the first day's universe. */
const VENUE: SyntheticMarket = {
  ...createSyntheticMarket({
    seed: 5,
    timeframe: "5m",
    firstSlotMs: FIRST_SLOT_MS,
    slots: 120,
    shapes: kindredShapes(100).map((shape) => ({ ...shape, hole: 0, before: 520, begins: null })),
  }),
  security: {
    id: "clear",
    report: async ({ nowMs }) => reportOf("clear", nowMs, Number.MAX_SAFE_INTEGER),
  },
};

/** A venue that counts what is asked of it and does not answer for the markets that are down. */
function watched() {
  const down = new Set<MarketSymbol>();
  const counts = { candles: 0 };
  const candles: typeof VENUE.marketData.candles = async (request, options) => {
    counts.candles += 1;
    if (down.has(request.symbol)) throw new ProviderError({ was: "No answer within 10 s.", remedy: "Wait." });
    return VENUE.marketData.candles(request, options);
  };
  return { venue: { ...VENUE, marketData: { ...VENUE.marketData, candles } }, down, counts };
}

async function openAt(slotMs: UnixMs, parts: Partial<TestDeskParts> = {}): Promise<TestDesk> {
  return openTestDesk({ venue: VENUE, startMs: slotMs, assets: VENUE.markets.size, ...parts });
}

async function tickFrom(test: TestDesk, first: number, last: number): Promise<void> {
  for (let number = first; number <= last; number++) {
    test.clock.advanceTo(slot(number));
    await runLiveSlot(test.desk, slot(number), patience);
  }
}

const entriesOf = async ({ desk }: TestDesk) =>
  (await desk.ledger.entries({}, patience)).filter((entry) => entry.job === "relationships");

describe("what moves together, on a desk", () => {
  it("is made in the first slot of an hour from what the sweep has read, with no call of its own", async () => {
    const { venue, counts } = watched();
    const test = await openAt(slot(0), { venue });
    const calls: number[] = [];
    for (let number = 0; number <= 24; number++) {
      counts.candles = 0;
      await tickFrom(test, number, number);
      calls.push(counts.candles);
      const { desk } = test;
      expect(desk.relationships.current(slot(number))?.hourMs).toBe(slot(number) - (slot(number) % HOUR_MS));
    }
    expect(calls[12]).toBe(calls[11]);
    const entries = await entriesOf(test);
    expect(entries.map(({ atMs }) => atMs)).toEqual([slot(0), slot(12), slot(24)]);
    expect(entries[0]).toMatchObject({ phase: "sleep", made: 0, work: { providerCalls: 0, candlesRead: 0 } });
  });

  it("names the leader and the cluster that the market was made with, and not who goes his own way", async () => {
    const test = await openAt(slot(0));
    await tickFrom(test, 0, 0);
    const found = test.desk.relationships.current(slot(0));
    expect(found?.leader).toBe(LEAD);
    const kin = ["KIN1", "KIN2", "KIN4", "KIN5", "KIN6"].map(market);
    expect(found?.clusters).toHaveLength(1);
    expect(new Set(found?.clusters[0]?.members)).toEqual(new Set([LEAD, ...kin]));
    expect(new Set(found?.linkedToLeader)).toEqual(new Set(kin));
  });

  it("is remembered as a digest that stands on the analyses of the sweep", async () => {
    const test = await openAt(slot(0));
    await tickFrom(test, 0, 12);
    const topic = relationshipsTopic("5m", VENUE.marketData.venueId);
    const at = { topic, nowMs: slot(12), limit: 5 };
    const history = await test.desk.topics.history("digest", at, patience);
    expect(history.map(({ record }) => (record.body as Relationships).hourMs)).toEqual([slot(12), slot(0)]);
    const [newest] = history;
    expect(newest?.record.body).toEqual(test.desk.relationships.current(slot(12)));
    expect(newest?.record.sources).toHaveLength(VENUE.markets.size - 1);
    const recall = await test.desk.topics.recall("digest", topic, { nowMs: slot(12) }, patience);
    expect(recall.status).toBe("fresh");
  });

  it("begun in the middle of an hour reads nothing after the hour", async () => {
    const late = await openAt(slot(7));
    await tickFrom(late, 7, 7);
    const early = await openAt(slot(0));
    await tickFrom(early, 0, 0);
    const [atSeven, atFull] = [late.desk.relationships.current(slot(7)), early.desk.relationships.current(slot(0))];
    expect(atSeven).toEqual(atFull);
    expect(atSeven?.hourMs).toBe(slot(0));
  });

  it("is read back after a restart, although what is held has changed since", async () => {
    const store = createMemoryStore();
    const first = await openAt(slot(0), { store });
    await tickFrom(first, 0, 2);
    const before = first.desk.relationships.current(slot(2));
    // Ordered meanwhile, and not of the day's universe: it belongs to the next hour.
    expect(before?.clusters.flatMap(({ members }) => members)).not.toContain(market("KIN3"));
    await first.desk.account.append(
      [{ type: "order", atMs: slot(2), order: order({ symbol: market("KIN3"), status: "accepted" }) }],
      patience,
    );
    const second = await openAt(slot(3), { store });
    await tickFrom(second, 3, 3);
    expect(second.desk.relationships.current(slot(3))).toEqual(before);
    expect(await entriesOf(second)).toHaveLength(1);
    await tickFrom(second, 4, 12);
    expect(second.desk.relationships.current(slot(12))?.hourMs).toBe(slot(12));
  });

  it("is read back in the very slot of the restart too, where no sweep runs any more", async () => {
    const store = createMemoryStore();
    const first = await openAt(slot(0), { store });
    await runSleepCycle(first.desk, slot(0), patience);
    const second = await openAt(slot(0), { store });
    expect((await runSleepCycle(second.desk, slot(0), patience)).repeated).toBe(true);
    expect(second.desk.relationships.current(slot(0))).toBeNull();
    await tradeOnce(second.desk, slot(0), patience);
    expect(second.desk.relationships.current(slot(0))).toEqual(first.desk.relationships.current(slot(0)));
  });

  it("is made by a decision cycle that no sweep came before, from what it delegates", async () => {
    const { desk } = await openAt(slot(0));
    await tradeOnce(desk, slot(0), patience);
    const swept = await openAt(slot(0));
    await runSleepCycle(swept.desk, slot(0), patience);
    expect(desk.relationships.current(slot(0))).toEqual(swept.desk.relationships.current(slot(0)));
  });

  it("of which a market could not be read, is made of the others and again in the next slot, then no more", async () => {
    const { venue, down } = watched();
    const test = await openAt(slot(0), { venue });
    down.add(market("KIN1"));
    await tickFrom(test, 0, 0);
    const members = () => test.desk.relationships.current(test.clock.now())?.clusters[0]?.members;
    expect(members()).toContain(market("KIN2"));
    expect(members()).not.toContain(market("KIN1"));
    down.clear();
    await tickFrom(test, 1, 3);
    expect(members()).toContain(market("KIN1"));
    expect(test.desk.relationships.current(slot(3))?.hourMs).toBe(slot(0));
    expect((await entriesOf(test)).map(({ atMs }) => atMs)).toEqual([slot(0), slot(1)]);
  });

  it("is made again once the day's markets have been ranked, where the ranking did not answer", async () => {
    let isSilent = true;
    const universe: typeof VENUE.universe = {
      topAssets: async (request, options) => {
        if (isSilent) throw new ProviderError({ was: "No answer within 10 s.", remedy: "Wait." });
        return VENUE.universe.topAssets(request, options);
      },
    };
    const test = await openAt(slot(0), { venue: { ...VENUE, universe } });
    await test.desk.account.append(
      [{ type: "order", atMs: slot(0), order: order({ symbol: market("KIN3"), status: "accepted" }) }],
      patience,
    );
    await tickFrom(test, 0, 0);
    expect(test.desk.relationships.current(slot(0))).toMatchObject({ leader: market("KIN3"), clusters: [] });
    isSilent = false;
    await tickFrom(test, 1, 2);
    expect(test.desk.relationships.current(slot(2))).toMatchObject({ hourMs: slot(0), leader: LEAD });
    expect(await entriesOf(test)).toHaveLength(2);
  });

  it("stays that of the hour before while nothing can be read, and for no longer than an hour", async () => {
    const { venue, down } = watched();
    const test = await openAt(slot(0), { venue });
    await tickFrom(test, 0, 11);
    for (const symbol of VENUE.markets.keys()) down.add(symbol);
    await tickFrom(test, 12, 24);
    expect(test.desk.relationships.current(slot(23))?.hourMs).toBe(slot(0));
    expect(test.desk.relationships.current(slot(24))).toBeNull();
    down.clear();
    await tickFrom(test, 25, 25);
    expect(test.desk.relationships.current(slot(25))?.hourMs).toBe(slot(24));
  });
});

describe("the keeper", () => {
  const of = (hourMs: UnixMs, timeframe: Relationships["timeframe"] = "5m"): Relationships => ({
    hourMs,
    timeframe,
    leader: null,
    clusters: [],
    linkedToLeader: [],
    labels: {},
  });

  it("knows nothing of an hour to come, and is due again until the hour is whole", () => {
    const keeper = createRelationshipsKeeper();
    expect([keeper.current(slot(0)), keeper.isDue(slot(0))]).toEqual([null, true]);
    keeper.keep(of(slot(12)), false);
    expect(keeper.current(slot(11))).toBeNull();
    expect(keeper.isDue(slot(13))).toBe(true);
    keeper.keep(of(slot(12)), true);
    expect([13, 23, 24].map((number) => keeper.isDue(slot(number)))).toEqual([false, false, true]);
  });

  it("keeps what daily candles say until the next day", () => {
    const keeper = createRelationshipsKeeper();
    keeper.keep(of(slot(0), "1d"), true);
    expect(keeper.current(unixMs(slot(0) + 24 * HOUR_MS))).not.toBeNull();
    expect(keeper.current(unixMs(slot(0) + 25 * HOUR_MS))).toBeNull();
  });
});

describe("the leader's move", () => {
  it("is known only from a fresh analysis of this slot", async () => {
    const test = await openAt(slot(0));
    await tickFrom(test, 0, 0);
    const key = { venueId: VENUE.marketData.venueId, symbol: LEAD, timeframe: "5m" as const };
    const recall = await test.desk.khala.recall(key, { nowMs: slot(0) }, patience);
    if (recall.status !== "fresh") throw new Error("expected a fresh analysis");
    const relationships = test.desk.relationships.current(slot(0));
    const sigmas = (recalls: readonly (readonly [MarketSymbol, Recall])[]) =>
      leaderHourSigmasOf(relationships, new Map(recalls));
    expect(recall.record.trend.hourMoveDailySigmas).not.toBeNull();
    expect(sigmas([[LEAD, recall]])).toBe(recall.record.trend.hourMoveDailySigmas);
    expect(sigmas([[LEAD, { ...recall, status: "stale", reason: "no-candle" }]])).toBeNull();
    expect(sigmas([[LEAD, { status: "missing" }]])).toBeNull();
    expect(sigmas([[market("KIN1"), recall]])).toBeNull();
    expect(leaderHourSigmasOf(null, new Map([[LEAD, recall]]))).toBeNull();
  });
});

describe("in a backtest", () => {
  const KIN1 = market("KIN1");
  const KIN2 = market("KIN2");
  const universe: UniverseOfDay = {
    assets: [KIN1],
    excluded: [],
    liquidity: new Map([
      [LEAD, 9],
      [KIN1, 3],
      [KIN2, 2],
    ]),
    problem: null,
  };
  const holding = (symbol: MarketSymbol): Portfolio => ({ ...emptyPortfolio, positions: held(position(symbol, "1")) });
  const ordering = (symbol: MarketSymbol): Portfolio => ({ ...emptyPortfolio, orders: onOrder(order({ symbol })) });
  const read: MarketSymbol[] = [];
  const seriesOf = (symbol: MarketSymbol): CandleSeries | undefined => {
    read.push(symbol);
    return VENUE.series.get(symbol);
  };

  it("counts what was held and on order at the first slot of the hour, whatever is bought and sold within it", () => {
    const hours = new BacktestRelationships("5m", seriesOf);
    const memberOf = (): readonly MarketSymbol[] => hours.current()?.clusters[0]?.members ?? [];
    hours.pass(slot(0), universe, holding(LEAD));
    hours.pass(slot(5), universe, ordering(KIN2));
    expect(memberOf()).toEqual([LEAD, KIN1]);
    expect(hours.current()?.leader).toBe(LEAD);
    hours.pass(slot(11), universe, emptyPortfolio);
    expect(memberOf()).toEqual([LEAD, KIN1]);
    hours.pass(slot(12), universe, ordering(KIN2));
    expect(memberOf()).toEqual([KIN1, KIN2]);
    // Begun in the middle of an hour: the first slot there is.
    const late = new BacktestRelationships("5m", seriesOf);
    late.pass(slot(4), universe, holding(LEAD));
    late.pass(slot(5), universe, emptyPortfolio);
    expect(late.current()).toMatchObject({ hourMs: slot(0), leader: LEAD });
  });

  it("reads no candle before a rule asks for the clusters, and then once an hour", () => {
    const hours = new BacktestRelationships("5m", seriesOf);
    read.length = 0;
    for (let number = 0; number < 12; number++) {
      hours.pass(slot(number), universe, holding(LEAD));
      expect(hours.current()?.leader).toBe(LEAD);
    }
    expect(read).toEqual([]);
    hours.current()?.clusters.length;
    hours.current()?.linkedToLeader.length;
    expect(read).toEqual([LEAD, KIN1]);
  });

  it("takes the leader's move only where the desk would have read the leader in that slot", () => {
    const hours = new BacktestRelationships("5m", seriesOf);
    expect(hours.leaderHourSigmas(slot(0), universe, emptyPortfolio)).toBeNull();
    hours.pass(slot(0), universe, holding(LEAD));
    expect(hours.leaderHourSigmas(slot(0), universe, holding(LEAD))).not.toBeNull();
    expect(hours.leaderHourSigmas(slot(3), universe, ordering(LEAD))).not.toBeNull();
    // Sold within the hour, and not of the day's universe: nobody looks at it any more.
    expect(hours.leaderHourSigmas(slot(3), universe, emptyPortfolio)).toBeNull();
    const whole = { ...universe, assets: [KIN1, LEAD] };
    expect(hours.leaderHourSigmas(slot(3), whole, emptyPortfolio)).not.toBeNull();
    // No candle closes between two slots.
    expect(hours.leaderHourSigmas(unixMs(slot(3) + 1), whole, emptyPortfolio)).toBeNull();
  });
});

describe("the reads of an hour", () => {
  it("tell a market that is too young from one that was not read", () => {
    const [young, gone] = ["YNG/USDT", "GON/USDT"] as MarketSymbol[];
    if (young === undefined || gone === undefined) throw new Error("two symbols");
    const noCandle = { status: "no-candle", checkedThroughMs: unixMs(0), newestCloseMs: null } as const;
    const outcomes = new Map<MarketSymbol, SweepOutcome>([
      [young, { ...noCandle, symbol: young, hourReturns: () => null }],
      [gone, { status: "failed", symbol: gone, error: "no answer", again: true }],
    ]);
    const { returns } = readsOf(unixMs(0), outcomes);
    expect(returns.get(young)).toBeNull();
    expect(returns.has(gone)).toBe(false);
  });
});
