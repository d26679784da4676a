// What each scenario of the simulated venue does to a desk. Times are of 2024-03-01, a day like any other.
import { describe, expect, it } from "vitest";
import { viewPortfolio } from "#desk/documents/portfolio-view.ts";
import { type LiveSlotReport, runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { candleAt } from "#schemas/market.ts";
import { SIM_SCENARIOS, type SimScenario, simScenarioFault, simScenariosOf } from "#schemas/sim-scenario.ts";
import { type MarketSymbol, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { openTestDesk, patience } from "#test/support/desk.ts";
import { buy } from "#test/toolkits/portfolio/fixture.ts";
import { rsi } from "#toolkits/indicators/refs.ts";
import { createSimulatedVenue } from "#toolkits/market/simulated-venue.ts";
import { createSimulatedSecurity } from "#toolkits/security/simulated-security.ts";
import { compileStrategy } from "#toolkits/strategies/compile-strategy.ts";
import { defineStrategy } from "#toolkits/strategies/define-strategy.ts";
import { createSimulatedUniverse } from "#toolkits/universe/simulated-universe.ts";

const STEP_MS = timeframeMs("5m");
const [BTC, XRP, LINK] = ["BTC/USDT", "XRP/USDT", "LINK/USDT"] as [MarketSymbol, MarketSymbol, MarketSymbol];
const at = (clock: string): UnixMs => unixMs(Date.parse(`2024-03-01T${clock}:00Z`));

/** Enters whatever it may, and leaves nothing by itself. */
const greedy = compileStrategy(
  defineStrategy({
    id: "greedy",
    title: "Enters all, leaves nothing",
    indicators: { rsi: rsi(14) },
    lookBack: 0,
    enter: () => ({ strength: 1, because: ["always"] }),
    exit: () => false,
    describe: ({ now }) => [`RSI ${now.rsi}`],
  }),
  { file: null },
);

/** A desk of the ten largest markets that stands at `from`. */
async function deskIn(scenarios: readonly SimScenario[], from: string) {
  const settings = { seed: 1, assets: 10, scenarios };
  const venue = createSimulatedVenue(settings);
  const markets = new Map(venue.listedAt(at(from)).map((market) => [market.symbol, market]));
  const test = await openTestDesk({
    venue: {
      marketData: venue,
      markets,
      refreshMarkets: async ({ nowMs }) => {
        markets.clear();
        for (const market of venue.listedAt(nowMs)) markets.set(market.symbol, market);
      },
      security: createSimulatedSecurity(settings),
      universe: createSimulatedUniverse(settings),
    },
    startMs: at(from),
    assets: 10,
    strategies: [greedy],
    limits: {
      maxEntriesPerSlot: 10,
      maxEntriesPerCluster: 10,
      cooldownCandles: 0,
      maxDayLossPct: 99,
      maxDrawdownPct: 99,
    },
  });
  /** Slot after slot up to and with the one at `to`. */
  const runTo = async (to: string): Promise<readonly LiveSlotReport[]> => {
    const reports: LiveSlotReport[] = [];
    for (let slotMs = test.clock.now(); slotMs <= at(to); slotMs = unixMs(slotMs + STEP_MS)) {
      test.clock.advanceTo(slotMs);
      reports.push(await runLiveSlot(test.desk, slotMs, patience));
    }
    test.clock.advanceTo(unixMs(at(to) + STEP_MS));
    return reports;
  };
  const candle = async (symbol: MarketSymbol, close: string) => {
    const nowMs = at(close);
    const series = await venue.candles({ symbol, timeframe: "5m", nowMs, fromMs: unixMs(nowMs - STEP_MS) }, patience);
    return candleAt(series, 0);
  };
  const analysisOf = async (symbol: MarketSymbol) => {
    const key = { venueId: venue.venueId, symbol, timeframe: "5m" } as const;
    const recall = await test.desk.khala.recall(key, { nowMs: test.clock.now() }, patience);
    if (recall.status === "missing") throw new Error(`${symbol} was not analysed`);
    return recall.record;
  };
  const hold = (symbol: MarketSymbol, price: string) =>
    test.desk.account.append([buy("1", price, { symbol, strategyId: greedy.id, atMs: at(from) })], patience);
  return { ...test, venue, runTo, candle, analysisOf, hold };
}

describe("a scenario of the simulated venue", () => {
  it("is named by the list, of the regimes one, and part of the venue's name", () => {
    expect(simScenariosOf(" thin, crash ")).toEqual(["crash", "thin"]);
    expect(simScenarioFault("crash,thin")).toBeNull();
    expect(simScenarioFault("crush")).toMatch(/"crush" is no scenario: expected calm, /);
    expect(simScenarioFault("calm,crash")).toMatch(/one of them/);
    expect(createSimulatedVenue({ seed: 7, assets: 1, scenarios: ["crash", "thin"] }).venueId).toBe("sim:7:crash+thin");
    const most = Object.keys(SIM_SCENARIOS).filter((name) => name !== "calm" && name !== "crash") as SimScenario[];
    expect(createSimulatedVenue({ seed: 999_999, assets: 1, scenarios: most }).venueId.length).toBeLessThanOrEqual(80);
  });

  it("that is not named changes nothing", async () => {
    const [plain, none] = [
      createSimulatedVenue({ seed: 3, assets: 3 }),
      createSimulatedVenue({ seed: 3, assets: 3, scenarios: [] }),
    ];
    expect(none.venueId).toBe(plain.venueId);
    const request = { symbol: BTC, timeframe: "1m", nowMs: at("12:00"), fromMs: at("00:00") } as const;
    const depegged = createSimulatedVenue({ seed: 3, assets: 3, scenarios: ["depeg"] });
    expect((await depegged.candles(request, patience)).close).toEqual((await plain.candles(request, patience)).close);
  });

  it("calm: markets move a third of what they do", async () => {
    const [usual, calm] = await Promise.all([deskIn([], "06:00"), deskIn(["calm"], "06:00")]);
    const ratios = [];
    for (const world of [usual, calm]) {
      await world.runTo("06:00");
      const { indicators, price } = await world.analysisOf(BTC);
      ratios.push((indicators.atr ?? Number.NaN) / price);
    }
    expect((ratios[1] ?? 1) / (ratios[0] ?? 1)).toBeCloseTo(1 / 3, 1);
  });

  it("trend: four hours take all markets 8 % away, the next four back", async () => {
    const [usual, trend] = [await deskIn([], "00:00"), await deskIn(["trend"], "00:00")];
    const bent = async (symbol: MarketSymbol, close: string) =>
      ((await trend.candle(symbol, close))?.close ?? 0) / ((await usual.candle(symbol, close))?.close ?? 1);
    for (const symbol of [BTC, XRP]) {
      const away = await bent(symbol, "04:00");
      expect(Math.abs(away - 1)).toBeCloseTo(0.08, 6);
      expect(away).toBeCloseTo(await bent(BTC, "04:00"), 6);
      expect(await bent(symbol, "08:00")).toBeCloseTo(1, 6);
    }
  });

  it("crash: stops are hit on all that is held", async () => {
    const { runTo, desk } = await deskIn(["crash"], "01:30");
    await runTo("02:00");
    const held = desk.account.portfolio().positions.size;
    expect(held).toBeGreaterThan(0);
    const reports = await runTo("02:25");
    const stops = reports
      .flatMap(({ settled }) => settled)
      .filter((e) => e.type === "fill" && e.fill.role === "stop-loss");
    expect(stops.length).toBeGreaterThanOrEqual(held);
  });

  it("thin: markets are insufficient for their holes, and quotes lie far apart", async () => {
    const { runTo, venue, analysisOf } = await deskIn(["thin"], "06:00");
    const [report] = await runTo("06:00");
    expect((report?.sleep.skipped.length ?? 0) + (report?.sleep.analysed ?? 0)).toBe(10);
    const symbols = (await venue.markets(patience)).map(({ symbol }) => symbol);
    const skipped = new Set(report?.sleep.skipped.map(({ symbol }) => symbol));
    const read = symbols.filter((symbol) => !skipped.has(symbol));
    const warmups = await Promise.all(read.map(async (symbol) => (await analysisOf(symbol)).indicators.warmup));
    expect(warmups).toContain("insufficient");
    const [ticker] = await venue.tickers({ symbols: [BTC], nowMs: at("06:00") }, patience);
    expect(((ticker?.ask ?? 0) / (ticker?.bid ?? 1) - 1) * 10_000).toBeCloseTo(20, 0);
  });

  it("gaps: a price stands still, and opens elsewhere at the next four hours", async () => {
    const { candle } = await deskIn(["gaps"], "00:00");
    const jumps = [];
    for (const [before, after] of [
      ["04:00", "04:05"],
      ["08:00", "08:05"],
      ["12:00", "12:05"],
    ] as const) {
      const [closed, opened] = [await candle(BTC, before), await candle(BTC, after)];
      jumps.push(Math.abs((opened?.open ?? 0) / (closed?.close ?? 1) - 1));
      const inside = await candle(BTC, after);
      expect(((inside?.high ?? 0) - (inside?.low ?? 0)) / (inside?.low ?? 1)).toBeLessThan(0.005);
    }
    expect(Math.max(...jumps)).toBeGreaterThan(0.004);
  });

  it("delisting: what is held of it is named, told once, and holds up nobody", async () => {
    const { runTo, desk, hold } = await deskIn(["delisting"], "01:50");
    await hold(XRP, "2");
    const reports = await runTo("02:30");
    const { positions } = await viewPortfolio(desk, patience);
    expect(positions.find(({ symbol }) => symbol === XRP)).toMatchObject({ market: "gone", isPriceOld: true });
    expect(reports.flatMap(({ alerts }) => alerts).filter(({ kind }) => kind === "market-gone")).toHaveLength(1);
    expect(reports.at(-1)?.sleep).toMatchObject({ analysed: 9, failed: [{ symbol: XRP }] });
  });

  it("token-turn: what is held of it is sold", async () => {
    const { runTo, desk, analysisOf } = await deskIn(["token-turn"], "01:30");
    const holdsIt = (): boolean =>
      [...desk.account.portfolio().positions.values()].some(({ symbol }) => symbol === LINK);
    await runTo("01:55");
    expect(holdsIt()).toBe(true);
    expect((await analysisOf(LINK)).security.verdict).not.toBe("block");
    const reports = await runTo("02:10");
    expect((await analysisOf(LINK)).security.verdict).toBe("block");
    expect(reports.flatMap(({ alerts }) => alerts).map(({ kind }) => kind)).toContain("held-token-turned");
    expect(holdsIt()).toBe(false);
  });

  it("bad-tick: one candle closes at ten times the price, and the quote knows better", async () => {
    const { candle, venue } = await deskIn(["bad-tick"], "02:00");
    const [before, bad, after] = [await candle(BTC, "01:55"), await candle(BTC, "02:00"), await candle(BTC, "02:05")];
    expect((bad?.close ?? 0) / (before?.close ?? 1)).toBeCloseTo(10, 0);
    expect((after?.close ?? 0) / (before?.close ?? 1)).toBeCloseTo(1, 1);
    const [ticker] = await venue.tickers({ symbols: [BTC], nowMs: at("02:00") }, patience);
    expect((ticker?.last ?? 0) / (before?.close ?? 1)).toBeCloseTo(1, 1);
  });

  it("frozen: no market has a candle for an hour, and all go on after it", async () => {
    const { runTo, venue } = await deskIn(["frozen"], "02:00");
    const reports = await runTo("03:05");
    expect(reports.map(({ sleep }) => sleep.analysed)).toEqual([10, ...Array<number>(12).fill(0), 10]);
    const [ticker] = await venue.tickers({ symbols: [BTC], nowMs: at("02:30") }, patience);
    expect(ticker?.atMs).toBe(at("02:00"));
  });

  it("depeg: nothing is entered while the settlement currency is off par", async () => {
    const rules = async (from: string, to: string): Promise<readonly string[]> => {
      const { runTo } = await deskIn(["depeg"], from);
      return (await runTo(to)).flatMap(({ trade }) => trade.refusals.map(({ rule }) => rule));
    };
    expect(await rules("01:30", "01:55")).not.toContain("quote-peg");
    expect(await rules("02:00", "02:25")).toContain("quote-peg");
  });
});
