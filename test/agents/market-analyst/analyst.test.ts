import { describe, expect, it } from "vitest";
import { ANALYSIS_DEFINITION_ID, assess } from "#agents/market-analyst/assess.ts";
import { type AnalystDeps, analyseAtTestTime, analyseFromScratch } from "#agents/market-analyst/from-scratch.ts";
import { LazyAnalysis } from "#agents/market-analyst/lazy-analysis.ts";
import { summariseSweep, sweepMarkets, sweepSlot } from "#agents/market-analyst/sleep-time.ts";
import { createKhala, type Khala } from "#memory/khala.ts";
import { createMarketViews } from "#memory/market-views.ts";
import { createReadings } from "#memory/readings.ts";
import { createSimulatedClock } from "#scheduler/clock.ts";
import { Analysis } from "#schemas/analysis.ts";
import {
  DataFormatError,
  InvariantError,
  ProviderError,
  ProviderRefusedError,
  VenuePausedError,
} from "#schemas/errors.ts";
import type { SecuritySource } from "#schemas/ports/market.ts";
import { withoutReadings } from "#schemas/reading.ts";
import { type MarketSymbol, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { WorkTally } from "#schemas/work.ts";
import { patience } from "#test/support/desk.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { assortedShapes, createSyntheticMarket, FIRST_SLOT_MS, reportOf } from "#test/support/synthetic-market.ts";
import { type CandleWindow, windowAt } from "#toolkits/indicators/window.ts";
import { countInto } from "#toolkits/ports/counted.ts";
import { createLocalHost } from "#toolkits/strategies/host.ts";
import { shippedStrategy } from "#toolkits/strategies/registry.ts";

const STEP_MS = timeframeMs("5m");
const A = "AAA/USDT" as MarketSymbol;
const silent = (): ProviderError => new ProviderError({ was: "No answer.", remedy: "Wait." });

/** A source whose reports are valid for an hour. */
function failingSecurity() {
  const state = { error: null as Error | null };
  const source: SecuritySource = {
    id: "test",
    report: async ({ nowMs }) => {
      if (state.error !== null) throw state.error;
      return reportOf("clear", nowMs, nowMs + 3_600_000);
    },
  };
  return { source, state };
}

const localSecurity: SecuritySource = {
  id: "local",
  report: async ({ nowMs }) => reportOf("clear", nowMs, nowMs + 3_600_000),
};

function createAnalyst(change: { readonly security?: SecuritySource; readonly ends?: number } = {}) {
  const venue = createSyntheticMarket({
    seed: 5,
    timeframe: "5m",
    firstSlotMs: FIRST_SLOT_MS,
    slots: 30,
    shapes: assortedShapes().map((shape) => ({ ...shape, hole: 0, ends: change.ends ?? shape.ends })),
  });
  const clock = createSimulatedClock(FIRST_SLOT_MS);
  const writes: number[] = [];
  const store = createMemoryStore();
  const strategies = [createLocalHost(shippedStrategy("mean-reversion"))];
  const inner = createKhala({
    store,
    clock,
    graceMs: 0,
    definitionId: ANALYSIS_DEFINITION_ID,
    driftAtr: 2,
  });
  const khala: Khala = {
    ...inner,
    rememberMany: async (analyses, options) => {
      writes.push(analyses.length);
      return inner.rememberMany(analyses, options);
    },
  };
  const readings = createReadings({ store });
  const deps: AnalystDeps = {
    marketData: venue.marketData,
    security: change.security ?? localSecurity,
    khala,
    readings,
    views: createMarketViews({ khala, readings, strategies: () => strategies.map(({ info }) => info) }),
    strategies,
    markets: venue.markets,
    clock,
    tally: new WorkTally(),
    windows: null,
  };
  return { deps, venue, clock, writes };
}

const at = (nowMs: UnixMs) => ({ symbol: A, timeframe: "5m" as const, nowMs, origin: "sleep" as const });

describe("an analysis", () => {
  it("is a valid record of the newest closed candle, dated by it", async () => {
    const { deps } = createAnalyst();
    const outcome = await analyseFromScratch(deps, at(unixMs(FIRST_SLOT_MS + 7_000)), patience);
    if (outcome.status !== "analysed") throw new Error("there is a candle");
    expect(Analysis.parse(outcome.analysis)).toEqual(withoutReadings(outcome.analysis));
    expect(outcome.analysis).toMatchObject({ asOfMs: FIRST_SLOT_MS, computedAtMs: FIRST_SLOT_MS + 7_000 });
  });

  it("has the same id from sleep and test time, early and late: results make it, not circumstances", async () => {
    const { deps } = createAnalyst();
    const first = await analyseFromScratch(deps, at(FIRST_SLOT_MS), patience);
    const later = { ...at(unixMs(FIRST_SLOT_MS + 60_000)), origin: "test-time" as const };
    const second = await analyseFromScratch(deps, later, patience);
    if (first.status !== "analysed" || second.status !== "analysed") throw new Error("there is a candle");
    expect(second.analysis.id).toBe(first.analysis.id);
    expect(second.analysis.origin).toBe("test-time");
  });

  it("has another id when a candle, or the security verdict, is another", async () => {
    const { venue } = createAnalyst();
    const series = venue.series.get(A);
    const window = series === undefined ? null : windowAt(series, FIRST_SLOT_MS);
    if (window === null) throw new Error("there is a candle");
    const input = {
      venueId: venue.marketData.venueId,
      venue: "synthetic",
      simulated: true,
      window,
      security: reportOf("clear", 0, 1e15),
      origin: "sleep" as const,
      computedAtMs: FIRST_SLOT_MS,
      checkedThroughMs: FIRST_SLOT_MS,
    };
    // Its columns are cut when they are read, so it is not one to be spread.
    const { symbol, timeframe, gridMs, startMs, length, asOfMs, filled, notes, open, high, low, close, source } =
      window;
    const { received, filledLately, filledBefore, newestClose } = window;
    const whole = (change: Partial<CandleWindow>): CandleWindow => ({
      ...{ symbol, timeframe, gridMs, startMs, length, asOfMs, received, filledLately, filledBefore, filled, notes },
      ...{ open, high, low, close, volume: window.volume, source, newestClose, ...change },
    });
    const volume = window.source.volume.map((value, index) => (index === 3 ? value + 1 : value));
    const ids = [
      assess(input).id,
      assess({ ...input, window: whole({ source: { ...window.source, volume } }) }).id,
      assess({ ...input, security: reportOf("block", 0, 1e15) }).id,
    ];
    expect(new Set(ids).size).toBe(3);
    // Frozen or not, the report's digest is that of its content.
    expect(assess({ ...input, security: Object.freeze(reportOf("clear", 0, 1e15)) }).id).toBe(ids[0]);
    // A backtest's says the same, field by field, once it is asked.
    const lazy = new LazyAnalysis(input);
    for (const [field, value] of Object.entries(assess(input))) {
      const said = lazy[field as keyof Analysis];
      if (typeof value !== "object" || Array.isArray(value)) expect(said, field).toEqual(value);
      else for (const [part, of] of Object.entries(value)) expect(said, field).toHaveProperty(part, of);
    }
  });

  it("is not made where the newest candle is missing; Khala hears that it was asked for", async () => {
    const { deps, clock } = createAnalyst({ ends: 0 });
    await analyseAtTestTime(deps, at(FIRST_SLOT_MS), patience);
    const nowMs = unixMs(FIRST_SLOT_MS + STEP_MS);
    clock.advanceTo(nowMs);
    const outcome = await analyseAtTestTime(deps, at(nowMs), patience);
    expect(outcome).toEqual({ status: "no-candle", symbol: A, checkedThroughMs: nowMs, newestCloseMs: FIRST_SLOT_MS });
    const key = { venueId: deps.marketData.venueId, symbol: A, timeframe: "5m" as const };
    expect(await deps.khala.recall(key, { nowMs }, patience)).toMatchObject({ status: "stale", reason: "no-candle" });
  });
});

describe("token security", () => {
  it.each([silent(), new ProviderRefusedError({ was: "403.", remedy: "Ask." })])(
    "is unknown until the next slot when its source fails (%s), and the failure is not kept",
    async (error) => {
      const { source, state } = failingSecurity();
      const { deps } = createAnalyst({ security: source });
      state.error = error;
      const failed = await analyseFromScratch(deps, at(FIRST_SLOT_MS), patience);
      if (failed.status !== "analysed") throw new Error("there is a candle");
      expect(failed.analysis.security).toMatchObject({
        verdict: "unknown",
        reason: expect.stringContaining("test did not answer"),
        validUntilMs: FIRST_SLOT_MS + STEP_MS,
      });
      state.error = null;
      const mended = await analyseFromScratch(deps, at(FIRST_SLOT_MS), patience);
      expect(mended).toMatchObject({ analysis: { security: { verdict: "clear" } } });
    },
  );

  it("hides neither a bug of the source nor an abort", async () => {
    const { source, state } = failingSecurity();
    const { deps } = createAnalyst({ security: source });
    for (const error of [new TypeError("a bug"), new DOMException("stopped", "AbortError")]) {
      state.error = error;
      await expect(analyseFromScratch(deps, at(FIRST_SLOT_MS), patience)).rejects.toBe(error);
    }
  });
});

describe("a sweep", () => {
  const request = (symbols: readonly MarketSymbol[]) => ({
    symbols,
    timeframe: "5m" as const,
    nowMs: FIRST_SLOT_MS,
    origin: "sleep" as const,
  });

  it("reads at most eight markets at once, writes once, and counts up to all of them", async () => {
    const { deps, venue, writes } = createAnalyst();
    let [reading, most] = [0, 0];
    const candles: typeof venue.marketData.candles = async (one, options) => {
      most = Math.max(most, ++reading);
      await new Promise((resolve) => setImmediate(resolve));
      reading -= 1;
      return venue.marketData.candles(one, options);
    };
    const symbols = [...venue.markets.keys()];
    const progress: number[] = [];
    const outcomes = await sweepMarkets({ ...deps, marketData: { ...venue.marketData, candles } }, request(symbols), {
      ...patience,
      onProgress: (done) => progress.push(done),
    });
    expect(outcomes.size).toBe(symbols.length);
    expect(most).toBe(8);
    expect(writes).toHaveLength(1);
    expect(progress).toEqual(symbols.map((_, n) => n + 1));
  });

  it("names failed and skipped markets by symbol and analyses the rest", async () => {
    const { deps, venue } = createAnalyst();
    const candles: typeof venue.marketData.candles = async (one, options) => {
      if (one.symbol === A) throw silent();
      return venue.marketData.candles(one, options);
    };
    const outcomes = await sweepMarkets(
      { ...deps, marketData: { ...venue.marketData, candles } },
      request([...venue.markets.keys()].reverse()),
      patience,
    );
    const summary = summariseSweep(outcomes, "5m");
    expect(summary.failed).toEqual([{ symbol: A, error: "No answer. Wait." }]);
    // DDD begins later: it has no candle yet.
    expect(summary.skipped).toEqual([{ symbol: "DDD/USDT", reason: expect.stringContaining("no 5m candle up to") }]);
    expect(summary.analysed.length).toBe(venue.markets.size - 2);
  });

  it("ends with an error that concerns the desk, begins nothing after it, and waits for what is under way", async () => {
    const { deps, venue } = createAnalyst();
    const bug = new InvariantError({ was: "Broken.", remedy: "Report it." });
    let [begun, ended] = [0, 0];
    const candles: typeof venue.marketData.candles = async (one, options) => {
      begun += 1;
      if (begun === 1) throw bug;
      await new Promise((resolve) => setImmediate(resolve));
      ended += 1;
      return venue.marketData.candles(one, options);
    };
    const sweep = sweepMarkets(
      { ...deps, marketData: { ...venue.marketData, candles } },
      request([...venue.markets.keys()]),
      patience,
    );
    await expect(sweep).rejects.toBe(bug);
    expect([begun, ended]).toEqual([8, 7]);
  });
});

describe("the sweep of a slot", () => {
  const B = "BBB/USDT" as MarketSymbol;
  const NOW_MS = unixMs(FIRST_SLOT_MS + 3_000);
  const request = {
    symbols: [A, B],
    timeframe: "5m" as const,
    nowMs: NOW_MS,
    origin: "sleep" as const,
    askAgainForMs: 30_000,
  };

  /** BBB publishes its newest candle at `publishedMs`; reads are counted by market. */
  function withLateMarket(publishedMs: number) {
    const { deps, venue, clock } = createAnalyst();
    clock.advanceTo(NOW_MS);
    const reads = new Map<MarketSymbol, number>();
    const candles: typeof venue.marketData.candles = async (one, options) => {
      reads.set(one.symbol, (reads.get(one.symbol) ?? 0) + 1);
      const out = one.symbol !== B || one.nowMs >= publishedMs;
      return venue.marketData.candles({ ...one, nowMs: unixMs(out ? one.nowMs : one.nowMs - STEP_MS) }, options);
    };
    return { deps: { ...deps, marketData: { ...venue.marketData, candles } }, clock, reads };
  }

  const statusOf = (outcomes: ReadonlyMap<MarketSymbol, { readonly status: string }>) =>
    Object.fromEntries([...outcomes].map(([symbol, { status }]) => [symbol, status]));

  it("hands over at once what is there: a quiet market bars no other", async () => {
    const { deps, clock } = withLateMarket(Number.POSITIVE_INFINITY);
    const { attempts } = await sweepSlot(deps, request, patience);
    expect(statusOf(attempts)).toEqual({ [A]: "analysed", [B]: "no-candle" });
    expect(clock.now()).toBe(NOW_MS);
  });

  it("gives what decisions need before anything is remembered, and remembers what is cited before the rest, once", async () => {
    const { deps } = withLateMarket(0);
    const puts: string[][] = [];
    const khala: typeof deps.khala = {
      ...deps.khala,
      rememberMany: async (analyses, options) => {
        puts.push(analyses.map(({ symbol }) => symbol));
        return deps.khala.rememberMany(analyses, options);
      },
    };
    const kept: string[] = [];
    const windows: NonNullable<typeof deps.windows> = {
      read: async (source, asked, options) => ({ series: await source.candles(asked, options), corrected: [] }),
      keep: async (symbols) => void kept.push(...symbols),
    };
    const sweep = await sweepSlot({ ...deps, khala, windows }, request, patience);
    const signals = await sweep.signals();
    expect(puts).toEqual([]);
    await sweep.cite(new Set([B]));
    expect(puts).toEqual([[B]]);
    // Candles can be had again: no order waits for their write.
    expect(kept).toEqual([]);
    const all = await sweep.remember();
    expect(puts).toEqual([[B], [A]]);
    expect(kept.toSorted()).toEqual([A, B]);
    for (const [symbol, outcome] of all) {
      const signalled = signals.get(symbol);
      if (outcome.status !== "analysed" || signalled?.status !== "analysed") throw new Error("not analysed");
      expect([signalled.analysis.id, signalled.analysis.price]).toEqual([outcome.analysis.id, outcome.analysis.price]);
      // Nothing is done, so nothing is said.
      expect(signalled.reads).toEqual(
        outcome.analysis.readings.map(({ strategyId, symbol: of, signal: { action, strength }, warmup }) => ({
          ...{ strategyId, symbol: of, signal: { action, strength, reasons: [] }, values: {}, warmup },
        })),
      );
    }
  });

  it("asks late markets alone, and yields one that comes as soon as it is remembered", async () => {
    const { deps, clock, reads } = withLateMarket(NOW_MS + 5_000);
    const { late } = await sweepSlot(deps, request, patience);
    const rounds: unknown[] = [];
    for await (const round of late()) {
      rounds.push({ atMs: clock.now() - NOW_MS, ...statusOf(round) });
      const key = { venueId: deps.marketData.venueId, symbol: B, timeframe: "5m" as const };
      const kept = await deps.khala.recall(key, { nowMs: clock.now() }, patience);
      expect(kept.status === "fresh").toBe(statusOf(round)[B] === "analysed");
    }
    expect(rounds).toEqual([
      { atMs: 2_000, [B]: "no-candle" },
      { atMs: 4_000, [B]: "no-candle" },
      { atMs: 6_000, [B]: "analysed" },
    ]);
    expect(reads).toEqual(
      new Map([
        [A, 1],
        [B, 4],
      ]),
    );
  });

  it("asks for no longer than it may", async () => {
    const { deps, clock } = withLateMarket(Number.POSITIVE_INFINITY);
    const { late } = await sweepSlot(deps, request, patience);
    let rounds = 0;
    for await (const _ of late()) rounds += 1;
    expect([rounds, clock.now() - NOW_MS]).toEqual([15, 30_000]);
  });

  it("asks a silent venue again in the slot, and one with bad rows not before the next", async () => {
    const { deps } = withLateMarket(0);
    const failures = new Map<MarketSymbol, Error>([
      [A, new DataFormatError({ where: "rows", was: "NaN.", remedy: "Mend it." })],
      [B, silent()],
    ]);
    const candles = async (one: { readonly symbol: MarketSymbol }) => {
      throw failures.get(one.symbol) ?? new Error("no such market");
    };
    const { attempts, late } = await sweepSlot(
      { ...deps, marketData: { ...deps.marketData, candles } },
      request,
      patience,
    );
    expect(statusOf(attempts)).toEqual({ [A]: "failed", [B]: "failed" });
    for await (const round of late()) expect([...round.keys()]).toEqual([B]);
  });

  it.each([
    { restMs: 29_000, rounds: 15 },
    { restMs: 31_000, rounds: 0 },
  ])("asks a venue that rests for $restMs ms again only where that ends in time", async ({ restMs, rounds }) => {
    const { deps, clock } = withLateMarket(0);
    const candles = async () => {
      throw new VenuePausedError({ untilMs: NOW_MS + restMs, was: "Too many requests." });
    };
    const paused = { ...deps, marketData: { ...deps.marketData, candles } };
    const { attempts, late } = await sweepSlot(paused, request, patience);
    let asked = 0;
    for await (const _ of late()) asked += 1;
    expect([asked, clock.now() - NOW_MS]).toEqual([rounds, rounds * 2_000]);
    expect(summariseSweep(attempts, "5m").failed.map(({ error }) => error)).toEqual(
      Array(2).fill(expect.stringContaining("Too many requests.")),
    );
  });

  it("counts a late market's work into the unit that asks for it", async () => {
    const { deps } = withLateMarket(NOW_MS + 1_000);
    const { late } = await sweepSlot(deps, request, patience);
    const tally = new WorkTally();
    const before = deps.tally.total().indicatorEvaluations;
    await countInto(tally, async () => {
      for await (const _ of late());
    });
    expect([before, tally.total().indicatorEvaluations]).toEqual([1, 1]);
    expect(deps.tally.total().indicatorEvaluations).toBe(before);
  });

  it("asks nothing again where the source cannot be late", async () => {
    const { deps } = withLateMarket(Number.POSITIVE_INFINITY);
    const { late } = await sweepSlot(deps, { ...request, askAgainForMs: 0 }, patience);
    expect(await late().next()).toEqual({ done: true, value: undefined });
  });

  /** BBB's read hangs until it is settled by hand; no read is waited for once it hangs. */
  function withHangingMarket() {
    const late = withLateMarket(0);
    const hanging = Promise.withResolvers<void>();
    const { marketData } = late.deps;
    let begun = 0;
    const candles: typeof marketData.candles = async (one, options) => {
      if (one.symbol === B) {
        begun += 1;
        await hanging.promise;
      }
      return marketData.candles(one, options);
    };
    // Long enough for every answer that needs no waiting.
    const tooLong = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));
    const deps = { ...late.deps, marketData: { ...marketData, candles } };
    return { deps, request: { ...request, tooLong }, hanging, begun: () => begun };
  }

  it("leaves a market behind that does not answer, and takes its one read up again", async () => {
    const { deps, request: asked, hanging, begun } = withHangingMarket();
    const { attempts, late } = await sweepSlot(deps, asked, patience);
    expect(statusOf(attempts)).toEqual({ [A]: "analysed", [B]: "failed" });
    const rounds = late();
    expect(statusOf((await rounds.next()).value ?? new Map())).toEqual({ [B]: "failed" });
    hanging.resolve();
    expect(statusOf((await rounds.next()).value ?? new Map())).toEqual({ [B]: "analysed" });
    expect(await rounds.next()).toEqual({ done: true, value: undefined });
    expect(begun()).toBe(1);
  });

  it("ends with an error of the desk that a late read brings", async () => {
    const { deps, request: asked, hanging } = withHangingMarket();
    const { late } = await sweepSlot(deps, asked, patience);
    const bug = new InvariantError({ was: "Broken.", remedy: "Report it." });
    hanging.reject(bug);
    await expect(late().next()).rejects.toBe(bug);
  });
});
