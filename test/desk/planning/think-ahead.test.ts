import { describe, expect, it } from "vitest";
import { marketTopic } from "#agents/deep-trader-manager/answers/distil.ts";
import { StoreError } from "#schemas/errors.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import { intentKey } from "#schemas/question.ts";
import { unixMs } from "#schemas/units.ts";
import { workUnits } from "#schemas/work.ts";
import { patience } from "#test/support/desk.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { marketWide, openThinkingDesk, slot } from "./thinking-desk.ts";

const NOTHING = { digests: 0, preAnswers: 0, analyses: 0 };

describe("a pass of thought", () => {
  it("spends nothing above the sweep while nobody has asked anything", async () => {
    const { tick, thinkingEntries } = await openThinkingDesk({ assets: 12 });
    for (let n = 0; n < 6; n++) expect((await tick(n)).thought).toMatchObject({ made: NOTHING, units: 0 });
    expect(await thinkingEntries()).toEqual([]);
  });

  it("spends nothing for questions too rare to pay", async () => {
    const { tick, ask, about, thinkingEntries } = await openThinkingDesk();
    await tick(0);
    await ask(about(0, { timeframe: "1h" }));
    await ask(marketWide());
    expect((await tick(1)).thought).toMatchObject({ considered: expect.any(Number), made: NOTHING, units: 0 });
    expect(await thinkingEntries()).toEqual([]);
  });

  it("makes the analysis of another timeframe that is asked for again and again, and not twice", async () => {
    const { desk, symbols, tick, ask, about } = await openThinkingDesk();
    await tick(0);
    await ask(about(0, { timeframe: "1h" }), 20);
    expect((await tick(1)).thought).toMatchObject({ made: { ...NOTHING, analyses: 1 } });
    const [symbol] = symbols;
    if (symbol === undefined) throw new Error("no market");
    const key = { venueId: desk.marketData.venueId, symbol, timeframe: "1h" } as const;
    const recall = await desk.khala.recall(key, { nowMs: slot(1) }, patience);
    expect(recall).toMatchObject({ status: "fresh", record: { origin: "sleep" } });
    expect((await tick(2)).thought).toMatchObject({ made: NOTHING, skippedFresh: 1 });
  });

  it("makes one digest for all kinds of question about the whole market, which is then served", async () => {
    const { desk, tick, ask } = await openThinkingDesk();
    await tick(0);
    for (const kind of ["oversold", "movers", "riskiest", "market"] as const) await ask(marketWide({ kind }), 10);
    expect((await tick(1)).thought).toMatchObject({ made: { ...NOTHING, digests: 1 } });
    const topic = marketTopic({ timeframe: "5m", venueId: desk.marketData.venueId }, desk.hosts);
    const recall = await desk.topics.recall("digest", topic, { nowMs: slot(1) }, patience);
    expect(recall).toMatchObject({ status: "fresh", record: { asOfMs: slot(1), validUntilMs: slot(2) } });
    expect(recall.status === "fresh" && recall.record.sources).toHaveLength(6);
  });

  it("makes pre-answers where no digest serves, and none of what costs one record either way", async () => {
    const { desk, tick, ask, about, symbols } = await openThinkingDesk();
    await tick(0);
    const other = symbols[1] ?? null;
    const compare = about(0, { kind: "compare", other });
    await ask(compare, 60);
    await ask(about(2), 60);
    expect((await tick(1)).thought).toMatchObject({ made: { ...NOTHING, preAnswers: 1 } });
    const topic = intentKey(compare, { deskId: desk.deskId, venueId: desk.marketData.venueId });
    const recall = await desk.topics.recall("answer", topic, { nowMs: slot(1) }, patience);
    expect(recall).toMatchObject({ status: "fresh", record: { body: { intent: compare } } });
  });

  it.each([
    [2, NOTHING],
    [3, { ...NOTHING, analyses: 1 }],
    [4, { ...NOTHING, analyses: 1, digests: 1 }],
    [5, { preAnswers: 1, analyses: 1, digests: 1 }],
  ])("makes at level %i only what the level allows", async (level, made) => {
    const { tick, ask, about, symbols } = await openThinkingDesk({ thinking: { level } });
    await tick(0);
    await ask(about(0, { timeframe: "1h" }), 20);
    await ask(marketWide(), 30);
    await ask(about(0, { kind: "compare", other: symbols[1] ?? null }), 60);
    expect((await tick(1)).thought?.made).toEqual(made);
  });

  it("makes no stored answer of a kind under quarantine", async () => {
    const { desk, tick, ask, about, symbols } = await openThinkingDesk();
    await tick(0);
    await ask(about(0, { kind: "compare", other: symbols[1] ?? null }), 60);
    await desk.account.append(
      [{ type: "quarantine", atMs: slot(0), kind: "compare", state: "begun", detail: "staged" }],
      patience,
    );
    expect((await tick(1)).thought?.made).toEqual(NOTHING);
  });

  it("records exactly what it took, by kind", async () => {
    const { tick, ask, thinkingEntries } = await openThinkingDesk();
    await tick(0);
    await ask(marketWide(), 30);
    const { thought } = await tick(1);
    const [entry, ...rest] = await thinkingEntries();
    expect(rest).toEqual([]);
    expect(entry).toMatchObject({ phase: "sleep", made: 0, prepared: { digest: 1, answer: 0 }, overBudget: {} });
    expect(entry && workUnits(entry.work)).toBe(thought?.units);
    expect(entry?.work.recordsRead).toBe(6);
  });
});

describe("the budget of a pass", () => {
  it("ends it before the limit, and is said", async () => {
    const { tick, ask, about, thinkingEntries } = await openThinkingDesk({ thinking: { passUnits: 600 } });
    await tick(0);
    for (let n = 0; n < 4; n++) await ask(about(n, { timeframe: "1h" }), 20);
    const { thought } = await tick(1);
    expect(thought).toMatchObject({ made: { analyses: 2 }, overBudget: { pass: 2 } });
    expect(thought?.units).toBeLessThanOrEqual(600);
    expect(await thinkingEntries()).toMatchObject([{ overBudget: { pass: 2 } }]);
    // What did not fit has its turn in the next slot.
    expect((await tick(2)).thought).toMatchObject({ made: { analyses: 2 }, overBudget: {} });
  });

  it("of nothing is not spent on looking, either", async () => {
    const { tick, ask, about, thinkingEntries } = await openThinkingDesk({ thinking: { passUnits: 0 } });
    await tick(0);
    await ask(about(0, { timeframe: "1h" }), 20);
    await ask(marketWide(), 30);
    expect((await tick(1)).thought).toMatchObject({ made: NOTHING, units: 0, overBudget: { pass: 2 } });
    expect(await thinkingEntries()).toMatchObject([{ overBudget: { pass: 2 } }]);
  });

  it("of the day goes on across a restart, and ends with the day", async () => {
    const store = createMemoryStore();
    const first = await openThinkingDesk({ store, thinking: { dayUnits: 300 } });
    await first.tick(0);
    for (let n = 0; n < 3; n++) await first.ask(first.about(n, { timeframe: "4h" }), 30);
    expect((await first.tick(1)).thought).toMatchObject({ made: { analyses: 1 }, overBudget: { day: 2 } });
    const again = await openThinkingDesk({ store, startMs: slot(1), thinking: { dayUnits: 300 } });
    expect((await again.tick(2)).thought).toMatchObject({
      made: { analyses: 0 },
      skippedFresh: 1,
      overBudget: { day: 2 },
    });
    const nextDay = Math.round(86_400_000 / 300_000);
    expect((await again.tick(nextDay)).thought?.made.analyses).toBe(1);
  });
});

describe("a question during a pass", () => {
  it("is answered before the pass begins another step", async () => {
    const reads: string[] = [];
    let during: (() => void) | null = null;
    const { desk, tick, ask, about } = await openThinkingDesk({
      wrapVenue: (venue) => {
        const candles: MarketData["candles"] = async (request, options) => {
          if (request.timeframe === "1h") {
            reads.push(request.symbol);
            during?.();
          }
          return venue.marketData.candles(request, options);
        };
        return { ...venue, marketData: { ...venue.marketData, candles } };
      },
    });
    await tick(0);
    for (let n = 0; n < 4; n++) await ask(about(n, { timeframe: "1h" }), 20);
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    let readsAtAnswer = -1;
    during = () => {
      during = null;
      void desk.questionPriority.asked(async () => {
        await answered;
        readsAtAnswer = reads.length;
      });
    };
    const pass = tick(1);
    // Whatever the pass can do without the question being over, it has done.
    await new Promise((resolve) => setImmediate(resolve));
    answer();
    const { thought } = await pass;
    expect(readsAtAnswer).toBe(1);
    expect(thought).toMatchObject({ made: { analyses: 4 }, interruptions: 1 });
  });
});

describe("triggers", () => {
  it("that come twice make one pass", async () => {
    const { tick, think, ask, thinkingEntries } = await openThinkingDesk();
    await tick(0);
    await ask(marketWide(), 30);
    const reports = await Promise.all([
      think(0, { reason: "idle" }),
      think(0, { reason: "idle" }),
      think(0, { reason: "idle" }),
    ]);
    expect(reports[1]).toBe(reports[0]);
    expect(reports[0].made.digests).toBe(1);
    expect(await thinkingEntries()).toHaveLength(1);
  });

  it("of a slot that is done give its stored result", async () => {
    const { tick, think, ask, clock } = await openThinkingDesk();
    await tick(0);
    await ask(marketWide(), 30);
    clock.advanceTo(slot(1));
    const first = await think(1);
    expect(await think(1, { reason: "once" })).toEqual({ ...first, repeated: true });
  });

  it("end a pass that is over, which says what it left", async () => {
    const { tick, think, ask } = await openThinkingDesk();
    await tick(0);
    await ask(marketWide(), 30);
    expect(await think(0, { reason: "idle", isOver: () => true })).toMatchObject({
      made: NOTHING,
      overBudget: { time: 1 },
    });
  });

  it("of an event think about its markets only", async () => {
    const { desk, tick, think, ask, about, symbols } = await openThinkingDesk();
    await tick(0);
    for (let n = 0; n < 3; n++) await ask(about(n, { timeframe: "1h" }), 20);
    const [, second] = symbols;
    if (second === undefined) throw new Error("no market");
    expect((await think(0, { reason: "event", about: new Set([second]) })).made.analyses).toBe(1);
    const recall = await desk.khala.recall(
      { venueId: desk.marketData.venueId, symbol: second, timeframe: "1h" },
      { nowMs: slot(0) },
      patience,
    );
    expect(recall.status).toBe("fresh");
  });

  it("of an event make anew what it has taken back, where that is expected to be asked", async () => {
    const { desk, tick, think, ask, about, symbols } = await openThinkingDesk();
    await tick(0);
    await ask(about(0), 60);
    const [symbol] = symbols;
    if (symbol === undefined) throw new Error("no market");
    const key = { venueId: desk.marketData.venueId, symbol, timeframe: "5m" } as const;
    const why = { reason: "source-changed", detail: "the leader moved" } as const;
    await desk.khala.invalidate(key, why, patience);
    expect((await think(0, { reason: "event", about: new Set(symbols) })).made.analyses).toBe(1);
    expect((await desk.khala.recall(key, { nowMs: slot(0) }, patience)).status).toBe("fresh");
  });
});

describe("what another look at the source cannot mend", () => {
  it("is not made again because its price has run away", async () => {
    const { desk, tick, think, ask, about, symbols } = await openThinkingDesk();
    await tick(0);
    await ask(about(0), 60);
    const [symbol] = symbols;
    if (symbol === undefined) throw new Error("no market");
    desk.planner.prices.set(symbol, { price: 1e9, atMs: slot(0) });
    const report = await think(0, { reason: "event", about: new Set([symbol]) });
    expect(report).toMatchObject({ made: NOTHING, skippedFresh: 1 });
  });

  it("is not asked for again in the slot whose candle the venue did not have", async () => {
    let hourly = 0;
    let isQuiet = false;
    const { tick, ask, about } = await openThinkingDesk({
      wrapVenue: (venue) => {
        const candles: MarketData["candles"] = async (request, options) => {
          if (request.timeframe === "1h") hourly += 1;
          const at = isQuiet && request.timeframe === "1h" ? unixMs(request.nowMs - 3_600_000) : request.nowMs;
          const found = await venue.marketData.candles({ ...request, nowMs: at }, options);
          return { ...found, checkedThroughMs: request.nowMs };
        };
        return { ...venue, marketData: { ...venue.marketData, candles } };
      },
    });
    await tick(0);
    await ask(about(0, { timeframe: "1h" }), 20);
    expect((await tick(1)).thought?.made.analyses).toBe(1);
    isQuiet = true;
    // 01:00: the hour that has closed brought no candle.
    expect((await tick(11)).thought).toMatchObject({ made: NOTHING, failed: 1 });
    expect((await tick(12)).thought).toMatchObject({ made: NOTHING, failed: 0, skippedFresh: 1 });
    expect(hourly).toBe(2);
  });
});

describe("a pass that is cut short", () => {
  it("leaves a state in which the next one does the rest, and no more", async () => {
    const store = createMemoryStore();
    let left = 2;
    const failing = await openThinkingDesk({
      store,
      wrapVenue: (venue) => {
        const candles: MarketData["candles"] = async (request, options) => {
          if (request.timeframe === "1h" && left-- <= 0) throw new StoreError({ was: "Killed.", remedy: "Start." });
          return venue.marketData.candles(request, options);
        };
        return { ...venue, marketData: { ...venue.marketData, candles } };
      },
    });
    await failing.tick(0);
    for (let n = 0; n < 4; n++) await failing.ask(failing.about(n, { timeframe: "1h" }), 20);
    await expect(failing.tick(1)).rejects.toThrow("Killed.");
    const again = await openThinkingDesk({ store, startMs: slot(1) });
    const { thought } = await again.tick(1);
    expect(thought).toMatchObject({ made: { analyses: 2 }, skippedFresh: 2, repeated: false });
    expect((await again.thinkingEntries()).map(({ made }) => made)).toEqual([2, 2]);
  });

  it("by a venue that does not answer goes on with the next market", async () => {
    const { tick, ask, about, symbols } = await openThinkingDesk({
      wrapVenue: (venue) => {
        const candles: MarketData["candles"] = async (request, options) => {
          const { symbol, timeframe } = request;
          const found = await venue.marketData.candles(request, options);
          if (timeframe !== "1h" || symbol !== symbols[0]) return found;
          return {
            ...found,
            openMs: found.openMs.slice(0, 0),
            close: found.close.slice(0, 0),
            checkedThroughMs: unixMs(0),
          };
        };
        return { ...venue, marketData: { ...venue.marketData, candles } };
      },
    });
    await tick(0);
    for (let n = 0; n < 3; n++) await ask(about(n, { timeframe: "1h" }), 20);
    expect((await tick(1)).thought).toMatchObject({ made: { analyses: 2 }, failed: 1 });
  });
});
