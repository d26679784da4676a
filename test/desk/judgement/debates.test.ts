import { describe, expect, it } from "vitest";
import { runDebateCycle } from "#desk/judgement/debate-cycle.ts";
import {
  buyDebates,
  type DebateCandidate,
  type DebatePass,
  debateCandidates,
  MAX_DEBATES,
  tokenAllowance,
} from "#desk/judgement/debates.ts";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { JournalEvent, journalEventId } from "#schemas/journal.ts";
import type { Market } from "#schemas/market.ts";
import type { Money } from "#schemas/money.ts";
import { type Portfolio, type Position, positionKey } from "#schemas/portfolio.ts";
import type { MarketView, Reading } from "#schemas/reading.ts";
import { DAY_MS, type MarketSymbol, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { aDebate } from "#test/agents/debate/a-debate.ts";
import { anAnalysis, aReading, levelsAt } from "#test/agents/debate/an-analysis.ts";
import { CHECK_RUN } from "#test/agents/debate/check-run.ts";
import { type ScriptedModel, says, scriptedModel } from "#test/agents/debate/scripted.ts";
import { levelsOf } from "#test/memory/fixtures.ts";
import { openTestDesk, patience } from "#test/support/desk.ts";
import { testMarket } from "#test/support/market.ts";
import { STRATEGY, TERMS } from "#test/support/strategy.ts";
import { FIRST_SLOT_MS } from "#test/support/synthetic-market.ts";
import { applyEvent, emptyPortfolio } from "#toolkits/portfolio/portfolio.ts";
import { shippedStrategy } from "#toolkits/strategies/registry.ts";
import { debatesIn, LIMITS, marketOf } from "./debate-trial.ts";

const STEP_MS = timeframeMs("5m");
/** 20:00 UTC: one of the slots in which held markets have their turn. */
const SLOT_MS = FIRST_SLOT_MS;
const symbolOf = (base: string): MarketSymbol => `${base}/USDT` as MarketSymbol;

const EXAMPLE = { ...shippedStrategy(STRATEGY), bracket: TERMS.bracket };

/** An analysis of a market at 100 whose entry level is `wayPct` under it. */
const near = (base: string, wayPct: number | null, change: Partial<MarketView> = {}): MarketView =>
  withLevels(levelsAt(wayPct === null ? null : 100 - wayPct, 130), { symbol: symbolOf(base), ...change });

function withLevels(levels: Reading["levels"], change: Partial<MarketView>): MarketView {
  const view = anAnalysis({ asOfMs: SLOT_MS, price: 100, ...change });
  return { ...view, readings: change.readings ?? [aReading(view, { strategyId: STRATEGY, levels })] };
}

const marketNamed = (base: string, change: Partial<Market> = {}): Market => testMarket(symbolOf(base), change);

const positionIn = (base: string, change: Partial<Position> = {}): Position =>
  ({
    strategyId: STRATEGY,
    symbol: symbolOf(base),
    base,
    quantity: "1",
    averagePrice: "90",
    dust: false,
    ...change,
  }) as Position;

const portfolioWith = (...positions: readonly Position[]): Portfolio =>
  ({
    positions: new Map(positions.map((p) => [positionKey(p), p])),
    orders: new Map(),
    debates: new Map(),
  }) as unknown as Portfolio;

const chosen = (
  analyses: readonly MarketView[],
  portfolio = portfolioWith(),
  markets = new Map(analyses.map(({ symbol }) => [symbol, marketNamed(symbol.split("/")[0] ?? "")])),
) =>
  debateCandidates(analyses, {
    slotMs: SLOT_MS,
    nowMs: SLOT_MS,
    portfolio,
    markets,
    quote: "USDT",
    strategies: [EXAMPLE],
    nearTriggerPct: 1,
  }).map(({ analysis, position }) => `${analysis.symbol}${position === null ? "" : " held"}`);

describe("what deserves a debate", () => {
  it("is near its entry trigger, nearest first and ties by name; then what is held", () => {
    const analyses = [near("B", 0.9), near("Z", 0.2), near("A", 0.9), near("H", 50), near("G", null), near("N", -3)];
    expect(chosen(analyses, portfolioWith(positionIn("H"), positionIn("G")))).toEqual([
      "N/USDT",
      "Z/USDT",
      "A/USDT",
      "B/USDT",
      "G/USDT held",
      "H/USDT held",
    ]);
  });

  it("may be near an entry above its price as well as below", () => {
    const above = (base: string, from: number): MarketView =>
      withLevels(levelsOf([{ action: "enter", from, to: null }]), { symbol: symbolOf(base) });
    expect(chosen([above("A", 100.4), near("B", 0.5), above("C", 100.3), above("D", 102)])).toEqual([
      "C/USDT",
      "A/USDT",
      "B/USDT",
    ]);
  });

  it("is a strategy and a market: each strategy is asked about by its own level, and what one holds the other may enter", () => {
    const cross = { ...EXAMPLE, id: "ema-cross" };
    const view = near("A", 0.5);
    const both = {
      ...view,
      readings: [...view.readings, aReading(view, { strategyId: cross.id, levels: levelsAt(99.8, 130) })],
    };
    const rules = { slotMs: SLOT_MS, nowMs: SLOT_MS, quote: "USDT", strategies: [EXAMPLE, cross], nearTriggerPct: 1 };
    const markets = new Map([[symbolOf("A"), marketNamed("A")]]);
    const asked = (portfolio: Portfolio) =>
      debateCandidates([both], { ...rules, portfolio, markets }).map(
        ({ strategy, reading, position }) => [strategy.id, reading.levels.intervals[0]?.to, position === null] as const,
      );
    expect(asked(portfolioWith())).toEqual([
      ["ema-cross", 99.8, true],
      [STRATEGY, 99.5, true],
    ]);
    expect(asked(portfolioWith(positionIn("A")))).toEqual([
      ["ema-cross", 99.8, true],
      [STRATEGY, 99.5, false],
    ]);
  });

  it("is exactly as near as the setting says, and no further", () => {
    expect(chosen([near("A", 1), near("B", 1.000002)])).toEqual(["A/USDT"]);
  });

  it("is within the reach of one candle: 1.5 ATR, and the nearest in ATR comes first", () => {
    const atr = (value: number | null) => ({ indicators: { ...near("A", 0).indicators, atr: value } });
    const analyses = [
      near("A", 0.75, atr(0.5)),
      near("B", 0.75, atr(0.499)),
      near("C", 0.5, atr(2)),
      near("D", 0.1, atr(null)),
      near("E", 0.1, atr(0)),
      near("F", -1, atr(null)),
    ];
    expect(chosen(analyses)).toEqual(["F/USDT", "C/USDT", "A/USDT"]);
  });

  it("is held and in its turn, which comes every four hours", () => {
    for (const [minutes, turn] of [
      [0, true],
      [5, false],
      [60, false],
      [240, true],
    ] as const) {
      const asOfMs = unixMs(SLOT_MS + minutes * 60_000);
      const analysis = near("A", null, { asOfMs });
      const rules = {
        slotMs: asOfMs,
        nowMs: asOfMs,
        portfolio: portfolioWith(positionIn("A")),
        markets: new Map([[symbolOf("A"), marketNamed("A")]]),
        quote: "USDT",
        strategies: [EXAMPLE],
        nearTriggerPct: 1,
      };
      expect(debateCandidates([analysis], rules).length).toBe(turn ? 1 : 0);
    }
  });

  it.each<[string, Partial<MarketView>]>([
    ["of another slot", { asOfMs: unixMs(SLOT_MS - STEP_MS) }],
    ["blocked", { security: { ...near("A", 0).security, verdict: "block" } }],
    ["of unknown security", { security: { ...near("A", 0).security, verdict: "unknown" } }],
    ["with a report that is over", { security: { ...near("A", 0).security, validUntilMs: SLOT_MS } }],
    ["without any close that enters", { readings: [aReading(near("A", 0), { levels: levelsAt(null, 120) })] }],
    ["that no strategy has read", { readings: [] }],
  ])("is not one %s", (_what, change) => {
    expect(chosen([near("A", 0.1, change)])).toEqual([]);
  });

  it("is not one that could not be entered: inactive, in another currency, unlisted, or its base taken", () => {
    const analyses = [near("A", 0), near("B", 0), near("C", 0), near("D", 0)];
    const markets = new Map([
      [symbolOf("A"), marketNamed("A", { active: false })],
      [symbolOf("B"), marketNamed("B", { quote: "BTC" })],
      [symbolOf("D"), marketNamed("D")],
    ]);
    const other = positionIn("D", { symbol: "D/USDC" as MarketSymbol });
    expect(chosen(analyses, portfolioWith(other), markets)).toEqual([]);
  });

  it("may be dust: that is not held", () => {
    expect(chosen([near("A", 0)], portfolioWith(positionIn("A", { dust: true })))).toEqual(["A/USDT"]);
  });
});

describe("what was debated before", () => {
  const debated = (change: Parameters<typeof aDebate>[0]) => {
    const debate = aDebate({ symbol: symbolOf("A"), forAsOfMs: SLOT_MS, ...change });
    return { ...portfolioWith(), debates: new Map([[positionKey(debate), debate]]) };
  };
  const next = unixMs(SLOT_MS + STEP_MS);

  it("is not debated again while it holds for the next close, at the price now", () => {
    expect(chosen([near("A", 0.5)], debated({ validUntilMs: next }))).toEqual([]);
    expect(chosen([near("A", 0.5)], debated({ validUntilMs: SLOT_MS }))).toEqual(["A/USDT"]);
    const bounds = { above: 101, below: null };
    expect(chosen([near("A", 0.5)], debated({ validUntilMs: next, bounds }))).toEqual(["A/USDT"]);
    const other = debated({ validUntilMs: next, strategyId: "other" });
    expect(chosen([near("A", 0.5)], other)).toEqual(["A/USDT"]);
  });
});

describe("a pass of debates", () => {
  const candidates = (count: number): readonly DebateCandidate[] =>
    Array.from({ length: count }, (_, i) => {
      const analysis = near(`M${i}`, i / 100);
      return { analysis, reading: aReading(analysis), strategy: EXAMPLE, position: null };
    });
  const kept: string[] = [];
  const passWith = (models: readonly ScriptedModel[], change: Partial<DebatePass> = {}) => {
    kept.length = 0;
    return buyDebates({
      models: models.map(({ choice }) => choice),
      candidates: candidates(3),
      around: async () => ({ higher: null, related: { relationships: null, leaderHourSigmas: null } }),
      settled: [],
      checkOf: () => CHECK_RUN,
      forAsOfMs: unixMs(SLOT_MS + STEP_MS),
      nowMs: SLOT_MS,
      maxTokens: 1e6,
      deadlineMs: 600_000,
      leftMs: () => null,
      monotonicMs: () => 0,
      beforeStep: async () => undefined,
      keep: async ({ symbol }) => void kept.push(symbol),
      signal: patience.signal,
      ...change,
    });
  };

  const judged = (model: ScriptedModel) => model.asked.filter(({ role }) => role === "judge");

  it(`debates ${MAX_DEBATES} markets at most, in their order, and says how many it left out`, async () => {
    const model = scriptedModel((asked) => says(asked));
    const { tally } = await passWith([model], { candidates: candidates(11) });
    expect(judged(model).map(({ market }) => market)).toEqual(
      candidates(8).map(({ analysis }) => analysis.symbol as string),
    );
    expect(tally).toMatchObject({ considered: 11, agree: 8, left: 3 });
  });

  it("keeps a debate before the next market is debated", async () => {
    const seen: number[] = [];
    const model = scriptedModel((asked) => {
      if (asked.role === "bull") seen.push(kept.length);
      return says(asked, { verdict: "veto" });
    });
    await passWith([model]);
    expect(seen).toEqual([0, 1, 2]);
  });

  it("asks a model that did not answer once, and lets the next one speak for all", async () => {
    const dead = scriptedModel(() => Promise.reject(new Error("down")), { id: "test/dead" });
    const alive = scriptedModel((asked) => says(asked, { verdict: "shrink", sizeRatio: 0.4 }), { id: "test/alive" });
    const { tally } = await passWith([dead, alive]);
    // By bull and bear of the first debate, side by side.
    expect([dead.asked.length, alive.asked.length]).toEqual([2, 9]);
    expect(tally).toMatchObject({ shrink: 3, failed: 0 });
  });

  it("asks the next model about what one answered unreadably, and counts what none answered readably", async () => {
    const odd = scriptedModel((asked) => (asked.market === symbolOf("M1") ? "no idea" : says(asked)));
    const second = scriptedModel((asked) => says(asked, { verdict: "veto" }), { id: "test/second" });
    expect((await passWith([odd, second])).tally).toMatchObject({ agree: 2, veto: 1, rejected: 0 });
    expect((await passWith([odd])).tally).toMatchObject({ agree: 2, rejected: 1 });
    expect(kept).toEqual([symbolOf("M0"), symbolOf("M2")]);
  });

  it("without a model left, holds none", async () => {
    expect((await passWith([])).tally).toMatchObject({ considered: 3, failed: 3 });
  });

  it("begins no debate that its tokens would not bring to an end", async () => {
    const model = scriptedModel((asked) => says(asked), { usage: { input: 2_000, output: 500 } });
    // One is reckoned at some 9,000 and spends 7,500.
    const { tally, work } = await passWith([model], { maxTokens: 17_500 });
    expect(tally).toMatchObject({ agree: 2, overBudget: 1 });
    expect(work.total()).toMatchObject({ modelCalls: 6, inputTokens: 12_000, outputTokens: 3_000, estimatedTokens: 0 });
    expect((await passWith([model], { maxTokens: 0 })).work.total().modelCalls).toBe(0);
  });

  it("stops before the close, and at the operator's word", async () => {
    const model = scriptedModel((asked) => says(asked));
    const left = [60_000, 1_900, 60_000];
    const { tally } = await passWith([model], { leftMs: () => left.shift() ?? 0 });
    expect(tally).toMatchObject({ agree: 1, left: 2 });
    const caller = new AbortController();
    const beforeStep = async () => caller.abort();
    expect((await passWith([model], { signal: caller.signal, beforeStep })).tally).toMatchObject({ agree: 0, left: 3 });
  });
});

describe("a debate in the journal", () => {
  const opinion = (by: object): JournalEvent =>
    JournalEvent.parse({
      type: "opinion",
      atMs: SLOT_MS,
      opinion: {
        ...by,
        symbol: symbolOf("BTC"),
        timeframe: "5m",
        forAsOfMs: SLOT_MS + STEP_MS,
        verdict: "veto",
        sizeRatio: 0,
        reason: "thin volume",
        model: "openai/gpt-5",
        analysisId: "a",
        madeAtMs: SLOT_MS,
      },
    });
  const forMs = unixMs(SLOT_MS + STEP_MS);
  const folded = (...events: readonly JournalEvent[]) =>
    events.reduce(applyEvent, emptyPortfolio({ quote: "USDT", cash: "1000" as Money })).debates;
  const equityAt = (slotMs: UnixMs) =>
    ({ type: "equity", atMs: slotMs, slotMs, loss: null }) as unknown as JournalEvent;

  it("is a row of its own for each strategy, on one market and one close", () => {
    const debates = [aDebate({ debateId: "a", strategyId: STRATEGY }), aDebate({ debateId: "b", strategyId: "other" })];
    const events = debates.map((debate): JournalEvent => ({ type: "debate", atMs: SLOT_MS, debate }));
    expect(new Set(events.map(journalEventId)).size).toBe(2);
    expect(folded(...events).size).toBe(2);
  });

  it("is a second opinion of before there were debates, under the id it has: for one close, of no known probability", () => {
    const old = opinion({});
    expect(journalEventId(old)).toBe(`opinion:BTC/USDT:5m:${forMs}`);
    expect(journalEventId(opinion({ strategyId: "other" }))).toBe(`opinion:other:BTC/USDT:5m:${forMs}`);
    const key = positionKey({ strategyId: "mean-reversion", symbol: symbolOf("BTC") });
    expect(folded(old).get(key)).toMatchObject({
      verdict: "veto",
      probability: null,
      forAsOfMs: forMs,
      validUntilMs: forMs,
      judge: { author: { model: "openai/gpt-5" }, points: [] },
    });
  });

  it("is in the fold to its last close, the newest of each strategy and market, and no longer", () => {
    const held = (change: Parameters<typeof aDebate>[0]): JournalEvent => ({
      type: "debate",
      atMs: SLOT_MS,
      debate: aDebate({ forAsOfMs: forMs, ...change }),
    });
    const later = unixMs(forMs + STEP_MS);
    const both = [held({ debateId: "a", validUntilMs: later }), held({ debateId: "b", validUntilMs: later })];
    expect([...folded(...both).values()].map(({ debateId }) => debateId)).toEqual(["b"]);
    expect(folded(...both, equityAt(later)).size).toBe(1);
    expect(folded(...both, equityAt(unixMs(later + STEP_MS))).size).toBe(0);
    const quarantine = { type: "quarantine", atMs: SLOT_MS, kind: "debate", detail: "" } as const;
    expect(folded(...both, { ...quarantine, state: "begun" }).size).toBe(0);
    expect(folded(...both, { ...quarantine, kind: "rsi", state: "begun" }).size).toBe(1);
  });
});

describe("the day's tokens", () => {
  it("bound a pass, and never below nothing", () => {
    const lastHourMs = unixMs(20_000 * DAY_MS + 23 * 3_600_000);
    expect([0, 200, 250, 900].map((spent) => tokenAllowance(250, spent, lastHourMs))).toEqual([250, 50, 0, 0]);
  });

  it("are let out by the hour, and add up to the day's", () => {
    const at = (hour: number, spent: number) =>
      tokenAllowance(2_400, spent, unixMs(20_000 * DAY_MS + hour * 3_600_000 + 1));
    expect([at(0, 0), at(0, 70), at(0, 100), at(1, 100), at(12, 0), at(23, 0)]).toEqual([100, 30, 0, 100, 1300, 2400]);
  });
});

describe("the debate cycle", () => {
  const open = async (model: ScriptedModel, slots: number) => {
    const venue = marketOf(1, 240);
    const opened = await openTestDesk({
      venue,
      limits: LIMITS,
      startMs: SLOT_MS,
      assets: venue.markets.size,
      sleepModels: async () => [model.choice],
      sleepModel: "scripted/asleep",
      thinking: { nearTriggerPct: 50, debateDayTokens: 200_000 },
    });
    let slotMs: UnixMs = SLOT_MS;
    for (let i = 0; i < slots; i++) {
      slotMs = unixMs(SLOT_MS + i * STEP_MS);
      opened.clock.advanceTo(slotMs);
      await runLiveSlot(opened.desk, slotMs, patience);
    }
    return { ...opened, slotMs };
  };

  it("is the only one that calls a model: settling, sleeping and deciding do not", async () => {
    const model = scriptedModel((asked) => says(asked, { verdict: "veto" }));
    const { desk, slotMs } = await open(model, 3);
    expect(model.asked).toEqual([]);
    await runDebateCycle(desk, slotMs, patience);
    const calls = model.asked.length;
    expect(calls).toBeGreaterThan(2);
    const nextMs = unixMs(slotMs + STEP_MS);
    (desk.clock as unknown as { advanceTo(ms: UnixMs): void }).advanceTo(nextMs);
    await runLiveSlot(desk, nextMs, patience);
    expect(model.asked.length).toBe(calls);
  });

  it("is done once a slot, however often it is called", async () => {
    const model = scriptedModel((asked) => says(asked));
    const { desk, slotMs } = await open(model, 3);
    const first = await runDebateCycle(desk, slotMs, patience);
    const calls = model.asked.length;
    expect(await runDebateCycle(desk, slotMs, patience)).toEqual({ ...first, repeated: true });
    expect([calls > 2, model.asked.length]).toEqual([true, calls]);
  });

  it("that was broken off goes on where it was, and pays for no market twice", async () => {
    const caller = new AbortController();
    const model = scriptedModel((asked, index) => {
      if (index === 7) caller.abort();
      return says(asked);
    });
    const { desk, slotMs, events } = await open(model, 3);
    await runDebateCycle(desk, slotMs, { signal: caller.signal });
    const kept = debatesIn(await events()).length;
    expect(kept).toBe(2);
    await runDebateCycle(desk, slotMs, patience);
    const symbols = debatesIn(await events()).map(({ symbol }) => symbol);
    expect(symbols.length).toBeGreaterThan(kept);
    expect(new Set(symbols).size).toBe(symbols.length);
    // Only the one that was under way is debated again.
    expect(model.asked.length).toBe(3 * symbols.length + 2);
  });

  it("lets questions go first", async () => {
    const order: string[] = [];
    const model = scriptedModel((asked) => {
      order.push("asked a model");
      return says(asked);
    });
    const { desk, slotMs } = await open(model, 3);
    const { promise, resolve } = Promise.withResolvers<void>();
    const question = desk.questionPriority.asked(() => promise).then(() => order.push("answered"));
    const pass = runDebateCycle(desk, slotMs, patience);
    await new Promise((go) => setImmediate(go));
    resolve();
    await Promise.all([question, pass]);
    expect(order.slice(0, 2)).toEqual(["answered", "asked a model"]);
  });

  it("asks nobody once the close it would be for is there", async () => {
    const model = scriptedModel((asked) => says(asked));
    const { desk, clock, slotMs } = await open(model, 1);
    clock.advanceTo(unixMs(slotMs + STEP_MS));
    expect(await runDebateCycle(desk, slotMs, patience)).toBeNull();
    expect(model.asked).toEqual([]);
  });
});
