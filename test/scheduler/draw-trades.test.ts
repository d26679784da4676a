// Trades on their candles: what is drawn is what the run did, and what the desk would have said before.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runBacktest } from "#scheduler/backtest-driver.ts";
import { strategiesOf } from "#scheduler/backtest-input.ts";
import { chartSpan } from "#scheduler/chart-candles.ts";
import { chosenTrades, MOST_CHARTS } from "#scheduler/choose-trades.ts";
import { TradeDrawing, tradeChartsOf } from "#scheduler/draw-trades.ts";
import { holdLine } from "#scheduler/hold-line.ts";
import { toNumber } from "#schemas/money.ts";
import { TradeCharts } from "#schemas/trade-chart.ts";
import { timeframeMs, unixMs } from "#schemas/units.ts";
import { candleValues } from "#toolkits/indicators/candle-values.ts";
import { type BandedCandle, packCandles, unpackCandles } from "#toolkits/market/packed-candles.ts";
import { shippedStrategy } from "#toolkits/strategies/registry.ts";
import { researchWorld } from "../support/research-world.ts";

const STEP_MS = timeframeMs("5m");
const signal = new AbortController().signal;

const runs = new Map<string, ReturnType<typeof runOf>>();

/** Each made once. */
function drawnRun(strategyId = "mean-reversion") {
  const run = runs.get(strategyId) ?? runOf(strategyId);
  runs.set(strategyId, run);
  return run;
}

async function runOf(strategyId: string) {
  const world = await researchWorld({ slots: 1200, strategies: [shippedStrategy(strategyId)] });
  const drawing = new TradeDrawing();
  const input = { ...world.input, firstSlotMs: world.firstSlotMs, lastSlotMs: world.lastSlotMs };
  const run = await runBacktest(input, { signal, onEvent: (event) => drawing.take(event) });
  const trades = run.account.statistics().trades();
  const charts = tradeChartsOf({
    trades,
    drawing,
    timeframe: "5m",
    strategies: strategiesOf(world.input.venue),
    tickSizes: new Map([...world.input.venue.markets].map(([symbol, { tickSize }]) => [symbol, tickSize])),
    allSeriesOf: run.allSeriesOf,
  });
  return { ...world, run, trades, charts };
}

describe("the charts of a run's trades", () => {
  it("are one a trade, of its own candles, its fills at its prices, its bracket as the strategy wishes it", async () => {
    const { run, trades, charts } = await drawnRun();
    expect(trades.length).toBeGreaterThan(5);
    expect(charts.leftOut).toBeNull();
    expect(charts.charts.map(({ trade }) => trade)).toEqual([...trades.keys()]);
    expect(TradeCharts.parse(JSON.parse(JSON.stringify(charts)))).toEqual(charts);
    for (const chart of charts.charts) {
      const trade = trades[chart.trade];
      const series = trade === undefined ? null : run.seriesOf(trade.symbol);
      if (trade === undefined || series === null) throw new Error("a trade");
      const candles = unpackCandles(chart.candles);
      expect(candles[0]?.openMs).toBeLessThanOrEqual(Math.floor(trade.entryMs / STEP_MS - 40) * STEP_MS);
      for (const { openMs, close } of candles) {
        const row = series.openMs.indexOf(openMs + (chart.perCandle - 1) * STEP_MS);
        if (row >= 0)
          expect(Math.abs(close - (series.close[row] ?? 0))).toBeLessThanOrEqual(chart.candles.unit * 0.5001);
      }
      expect([chart.fills[0]?.role, chart.fills[0]?.atMs]).toEqual(["entry", trade.entryMs]);
      expect([chart.fills.at(-1)?.role, chart.fills.at(-1)?.atMs]).toEqual([trade.exitRole, trade.exitMs]);
      expect(chart.fills[0]?.reason).toContain("RSI");
      for (const fill of chart.fills) expect(candles.some(({ openMs }) => openMs <= fill.openMs)).toBe(true);
      const entry = toNumber(trade.entryPrice);
      const [stop] = chart.stop;
      const [target] = chart.target;
      expect(stop?.price).toBeLessThan(entry);
      expect(target?.price).toBeGreaterThan(entry);
      if (trade.exitRole === "take-profit") expect(toNumber(trade.exitPrice)).toBeCloseTo(target?.price ?? 0, 8);
    }
  });

  it("name the closes at which the strategy would have entered, and the close it entered at is among them", async () => {
    const { run, trades, charts } = await drawnRun();
    let worked = 0;
    for (const { levels, decidedMs, trade: place } of charts.charts) {
      const trade = trades[place];
      if (levels === null || levels.status !== "exact" || decidedMs === null || trade === undefined) continue;
      const series = run.seriesOf(trade.symbol);
      const close = series?.close[series.openMs.indexOf(decidedMs - STEP_MS)] ?? Number.NaN;
      const enters = levels.intervals.filter(({ action }) => action === "enter");
      const isIn = enters.some(({ from, to }) => (from === null || close >= from) && (to === null || close <= to));
      expect([place, isIn]).toEqual([place, true]);
      worked += 1;
    }
    expect(worked).toBeGreaterThan(trades.length / 2);
  });

  it("show a trailing stop step by step, never down", async () => {
    const { charts } = await drawnRun("breakout");
    const trailed = charts.charts.filter(({ stop }) => stop.length > 1);
    expect(trailed.length).toBeGreaterThan(0);
    for (const { stop } of trailed)
      for (const [at, { price, fromMs }] of stop.entries()) {
        const before = stop[at - 1];
        if (before !== undefined) expect([price > before.price, fromMs >= before.fromMs]).toEqual([true, true]);
      }
  });

  it("have the bands of the market's own chart", async () => {
    const { run, trades, charts } = await drawnRun();
    const [chart] = charts.charts;
    const series = run.seriesOf(trades[chart?.trade ?? 0]?.symbol ?? ("" as never));
    if (chart === undefined || series === null) throw new Error("a chart");
    const all = candleValues(series, series.openMs.length);
    const banded = unpackCandles(chart.candles).filter(({ bands }) => bands !== null);
    expect(banded.length).toBeGreaterThan(30);
    for (const { openMs, bands } of banded) {
      const own = all[series.openMs.indexOf(openMs)]?.bollinger;
      expect(Math.abs((bands?.upper ?? 0) - (own?.upper ?? 0))).toBeLessThanOrEqual(chart.candles.unit);
      expect(Math.abs((bands?.lower ?? 0) - (own?.lower ?? 0))).toBeLessThanOrEqual(chart.candles.unit);
    }
  });
});

describe("packed candles", () => {
  it("come back within half a unit, holes as holes, bands where they were", () => {
    const price = fc.double({ min: 1e-7, max: 1e6, noNaN: true });
    const part = fc.double({ min: 0, max: 0.2, noNaN: true });
    const candle = fc.record({
      gap: fc.integer({ min: 1, max: 5 }),
      move: part,
      up: part,
      down: part,
      banded: fc.boolean(),
    });
    fc.assert(
      fc.property(price, fc.array(candle, { minLength: 1, maxLength: 30 }), (start, moves) => {
        let openMs = 0;
        let last = start;
        const candles = moves.map(({ gap, move, up, down, banded }): BandedCandle => {
          openMs += gap * 60_000;
          const open = last;
          last = open * (1 + (move - 0.1) / 2);
          const high = Math.max(open, last) * (1 + up);
          const low = Math.min(open, last) * (1 - down);
          return {
            openMs,
            open,
            high,
            low,
            close: last,
            bands: banded ? { upper: high * 1.1, lower: low * 0.9 } : null,
          };
        });
        const packed = packCandles(candles, 60_000);
        expect(packed.rows.every(Number.isInteger)).toBe(true);
        const back = unpackCandles(packed);
        expect(back.map(({ openMs: at, bands }) => [at, bands !== null])).toEqual(
          candles.map(({ openMs: at, bands }) => [at, bands !== null]),
        );
        const near = (a: number, b: number) => expect(Math.abs(a - b)).toBeLessThanOrEqual(packed.unit * 0.5001);
        for (const [at, one] of candles.entries()) {
          const got = back[at];
          near(got?.open ?? 0, one.open);
          near(got?.high ?? 0, one.high);
          near(got?.low ?? 0, one.low);
          near(got?.close ?? 0, one.close);
          if (one.bands !== null) near(got?.bands?.upper ?? 0, one.bands.upper);
        }
        expect(packed.unit).toBeLessThanOrEqual(Math.max(...candles.map(({ high }) => high)) * 1e-5 * 1.0001);
      }),
    );
  });
});

describe("a chart's span", () => {
  it("is thinned for a long trade, so that no chart has more than some 180 candles", () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 1e6 }), fc.integer({ min: 0, max: 100_000 }), (entry, held) => {
        const entryMs = unixMs(entry * STEP_MS);
        const span = chartSpan({ entryMs, exitMs: unixMs(entryMs + held * STEP_MS) }, STEP_MS);
        expect((span.toMs - span.fromMs) / STEP_MS / span.perCandle).toBeLessThanOrEqual(182);
        expect(span.fromMs).toBeLessThanOrEqual(entryMs);
        expect(span.toMs).toBeGreaterThanOrEqual(entryMs + held * STEP_MS);
      }),
    );
  });
});

describe("the trades that are drawn", () => {
  it("are all of a few; of many the best, the worst and the newest, said", () => {
    const trades = Array.from({ length: 1000 }, (_, at) => ({ returnPct: at === 17 ? 99 : at === 23 ? -99 : at % 7 }));
    const { chosen, leftOut } = chosenTrades(trades);
    expect([chosen.length, chosen.includes(17), chosen.includes(23), chosen.includes(999)]).toEqual([
      MOST_CHARTS,
      true,
      true,
      true,
    ]);
    expect(chosen.filter((place) => place >= 760)).toHaveLength(240);
    expect(leftOut).toContain("300 of 1,000 trades");
    expect(chosenTrades(trades.slice(0, MOST_CHARTS)).leftOut).toBeNull();
  });
});

describe("the line of buy and hold", () => {
  it("begins at nothing, ends at what the backtest says, and falls no less than its points do", async () => {
    const { run, input, firstSlotMs, lastSlotMs } = await drawnRun();
    const all = [...input.venue.markets.keys()].flatMap((symbol) => run.seriesOf(symbol) ?? []);
    const times = run.account
      .statistics()
      .equityLine()
      .map(({ atMs }) => atMs);
    const line = holdLine(all, { firstSlotMs, lastSlotMs }, times);
    expect(line?.points.map(({ atMs }) => atMs)).toEqual(times);
    expect(line?.points[0]?.returnPct).toBeCloseTo(0, 12);
    expect(line?.points.at(-1)?.returnPct).toBeCloseTo(run.buyAndHoldPct ?? Number.NaN, 9);
    let peak = 0;
    let fall = 0;
    for (const { returnPct } of line?.points ?? []) {
      peak = Math.max(peak, 100 + returnPct);
      fall = Math.max(fall, 100 * (1 - (100 + returnPct) / peak));
    }
    expect(line?.maxDrawdownPct).toBeGreaterThanOrEqual(fall);
    expect(holdLine([], { firstSlotMs, lastSlotMs }, times)).toBeNull();
  });
});
