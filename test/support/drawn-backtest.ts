// A backtest's document as large as one likes, with every part that is drawn.
import fc from "fast-check";
import { DrawnBacktest } from "#apps/page/views/drawn-backtest.ts";
import { MOST_CHARTS } from "#scheduler/choose-trades.ts";
import { DAY_MS } from "#schemas/units.ts";
import { packCandles } from "#toolkits/market/packed-candles.ts";

const START_MS = Date.UTC(2023, 10, 6);
const STEP_MS = 300_000;
export const HOSTILE = `<script>alert("x")</script>'"&`;

interface Size {
  readonly trades: number;
  readonly markets: number;
  readonly days?: number;
  /** A strategy's id, a tag and a rule's words. */
  readonly words?: string;
  readonly simulated?: boolean;
}

export function drawnBacktest({
  trades: count,
  markets,
  days = 400,
  words = "my-cross",
  simulated = true,
}: Size): DrawnBacktest {
  // The same numbers at every run.
  const [dice = []] = fc.sample(
    fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 5000, maxLength: 5000 }),
    {
      numRuns: 1,
      seed: 5,
    },
  );
  const die = (at: number): number => dice[at % dice.length] ?? 0;
  const trades = Array.from({ length: count }, (_, at) => {
    const entryMs = START_MS + Math.floor((at * days * DAY_MS) / Math.max(1, count) / STEP_MS) * STEP_MS;
    const price = 0.05 * 10 ** (at % 6) * (1 + 0.3 * die(at));
    const returnPct = 3 * die(at + 7);
    return {
      symbol: `M${at % markets}/USDT`,
      strategyId: words,
      quantity: "12.5",
      entryMs,
      exitMs: entryMs + (1 + (at % 300)) * STEP_MS,
      entryPrice: price.toFixed(8),
      exitPrice: (price * (1 + returnPct / 100)).toFixed(8),
      exitRole: (["exit", "stop-loss", "take-profit"] as const)[at % 3] ?? "exit",
      entryTag: words,
      exitReason: "exit",
      exitTag: null,
      fees: [{ currency: "USDT", amount: "0.4" }],
      pnl: (2 * returnPct).toFixed(6),
      returnPct,
    };
  });
  const charts = [...trades.keys()].slice(-MOST_CHARTS).map((place) => {
    const { entryMs, exitMs, entryPrice, exitPrice } = trades[place] as (typeof trades)[number];
    let close = Number(entryPrice) * 1.01;
    const length = Math.min(160, 60 + (exitMs - entryMs) / STEP_MS);
    const candles = Array.from({ length }, (_, at) => {
      const open = close;
      close *= 1 + 0.004 * die(place + at);
      const bands = { upper: close * 1.02, lower: close * 0.98 };
      const openMs = entryMs + (at - 40) * STEP_MS;
      return { openMs, open, high: Math.max(open, close) * 1.001, low: Math.min(open, close) * 0.999, close, bands };
    });
    const fill = { reason: words, role: "entry" as const };
    return {
      trade: place,
      candles: packCandles(candles, STEP_MS),
      perCandle: 1,
      fills: [
        { ...fill, atMs: entryMs, openMs: entryMs, side: "buy", price: Number(entryPrice) },
        { ...fill, role: "exit", atMs: exitMs, openMs: exitMs - STEP_MS, side: "sell", price: Number(exitPrice) },
      ],
      stop: [
        { fromMs: entryMs, price: Number(entryPrice) * 0.97 },
        { fromMs: entryMs + 5 * STEP_MS, price: Number(entryPrice) * 0.98 },
      ],
      target: [{ fromMs: entryMs, price: Number(entryPrice) * 1.03 }],
      decidedMs: entryMs,
      levels: {
        status: "exact",
        note: "",
        searched: { from: Number(entryPrice) * 0.9, to: Number(entryPrice) * 1.1 },
        intervals: [{ action: "enter", from: null, to: Number(entryPrice) * 1.002 }],
      },
    };
  });
  const line = Array.from({ length: 2000 }, (_, at) => START_MS + Math.floor((at * days * DAY_MS) / 2000));
  const headline = (value: number | null, interval95: readonly [number, number] | null = null) => ({
    value,
    interval95,
    why: interval95 === null ? "under 30 trades: no interval" : null,
  });
  const part = (name: string) => ({ name, trades: 40, won: 20, winRatePct: 50, meanTradePct: 0.2, pnl: "12.5" });
  const endMs = START_MS + days * DAY_MS;
  return DrawnBacktest.parse({
    trades,
    metrics: {
      startMs: START_MS,
      endMs,
      slots: days * 288,
      tradesClosed: count,
      totalReturnPct: 4.2,
      buyAndHoldPct: -3.1,
      maxDrawdownPct: 6.5,
      winRatePct: 51,
      meanTradePct: 0.1,
      meanTradePct95: [-0.1, 0.3],
      profitFactor: 1.1,
      feesPaid: "800",
      feeBps: 10,
      slippageBps: 5,
      decisions: 2 * count,
      refusals: 10,
      orders: 2 * count,
      fills: 2 * count,
    },
    equity: "10420",
    decisionsHash: "0".repeat(64),
    quote: "USDT",
    venue: simulated ? "sim" : "replay",
    simulated,
    strategies: [words],
    security: "recorded",
    timeframe: "5m",
    openPositions: 1,
    leftOut: { markets: [], candles: null, refusals: { of: 20, refused: 0, byRule: {}, byMarket: {}, reasons: {} } },
    marketsWithOwnFee: 2,
    fillsOutsideCandle: 3,
    equityLine: line.map((atMs, at) => ({ atMs, equity: (10_000 + 400 * Math.sin(at / 200) + at / 5).toFixed(4) })),
    rules: [{ words, text: words }],
    holdLine: {
      markets,
      maxDrawdownPct: 20,
      points: line.map((atMs, at) => ({ atMs, returnPct: 5 * Math.sin(at / 100) })),
    },
    tradeCharts: { charts, leftOut: count > MOST_CHARTS ? `${MOST_CHARTS} of ${count} trades are drawn.` : null },
    performance: {
      startMs: START_MS,
      endMs,
      periodsPerYear: 365,
      headlines: {
        totalReturnPct: headline(4.2, [-1, 9]),
        cagrPct: headline(3.8, [-1, 8]),
        volatilityPct: headline(12, [10, 14]),
        sharpe: headline(0.4, [-0.2, 1]),
        sortino: headline(0.6, [-0.3, 1.4]),
        calmar: headline(0.5),
        maxDrawdownPct: headline(6.5, [4, 12]),
        winRatePct: headline(51, [48, 54]),
        meanTradePct: headline(0.1, [-0.1, 0.3]),
        profitFactor: headline(null),
        expectancy: headline(0.2, [-0.2, 0.6]),
        sqn: headline(1.1, [-0.5, 2]),
      },
      trades: {
        closed: count,
        won: Math.floor(count / 2),
        lost: Math.ceil(count / 2),
        medianPct: 0.1,
        bestPct: 3,
        worstPct: -3,
        meanHoldingMs: 3_600_000,
        medianHoldingMs: 3_600_000,
        shortestHoldingMs: STEP_MS,
        longestHoldingMs: DAY_MS,
      },
      timeInMarketPct: 60,
      meanExposurePct: 8,
      drawdowns: [
        { peakMs: START_MS, troughMs: START_MS + DAY_MS, recoveredMs: null, depthPct: 6.5, durationMs: days * DAY_MS },
      ],
      underwater: line.map((atMs, at) => ({ atMs, drawdownPct: 3 + 3 * Math.sin(at / 90) })),
      byMarket: Array.from({ length: markets }, (_, at) => part(`M${at}/USDT`)),
      byExitReason: [part("exit"), part("stop-loss")],
      byEntryTag: [part(words)],
      byMonth: [part("2023-11"), part("2023-12")],
      byWeekday: ["Monday", "Tuesday"].map(part),
      months: Array.from({ length: 14 }, (_, at) => ({
        month: new Date(Date.UTC(2023, 10 + at, 1)).toISOString().slice(0, 7),
        returnPct: 2 * die(at),
      })),
      freqtradeCompat: { cagr: 0.038, max_drawdown_account: null },
      definitions: { sharpe: `mean over deviation of daily returns ${words}`, freqtradeCompat: "as it computes them" },
    },
  });
}
