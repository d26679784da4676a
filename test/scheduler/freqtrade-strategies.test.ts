// Trades that freqtrade's own tests work out, through strategies: each case is one, whose entries and exits are the given
// candles and whose bracket has its ROI, stop and trailing distances; run by the backtest driver over the case's candles.
import { describe, expect, it } from "vitest";
import { runBacktest } from "#scheduler/backtest-driver.ts";
import { Costs } from "#schemas/config.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { type CandleSeries, candleColumns } from "#schemas/market.ts";
import type { Money } from "#schemas/money.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import { MarketSymbol, unixMs, VenueId } from "#schemas/units.ts";
import { patience, testConfig } from "#test/support/desk.ts";
import { testMarket } from "#test/support/market.ts";
import { reportOf } from "#test/support/synthetic-market.ts";
import { selectClosed } from "#toolkits/market/closed-candles.ts";
import { compileStrategy } from "#toolkits/strategies/compile-strategy.ts";
import { defineStrategy } from "#toolkits/strategies/define-strategy.ts";
import { createLocalHost } from "#toolkits/strategies/host.ts";
import type { Strategy } from "#toolkits/strategies/strategy.ts";
import { CASES, type Case, expectedOf, type Played, trailingOf } from "../toolkits/execution/freqtrade-cases.ts";

const SYMBOL = MarketSymbol.parse("BTC/USDT");
const HOUR_MS = 3_600_000;
/** Candles before the case's first: a strategy does not enter before it is warm. */
const WARM_UP = 600;
const START_MS = unixMs(1_700_002_800_000);
const openMsOf = (candle: number): number => START_MS + candle * HOUR_MS;

function strategyOf(given: Case): Strategy {
  const listed = (column: number): ReadonlySet<number> =>
    new Set(given.data.flatMap((row) => (row[column] === 1 ? [openMsOf(Number(row[0]))] : [])));
  const [entries, exits] = [listed(6), listed(7)];
  return compileStrategy(
    defineStrategy({
      id: given.name,
      indicators: {},
      lookBack: 0,
      enter: ({ openMs }) => entries.has(openMs),
      exit: ({ openMs }) => exits.has(openMs) && "exit signal",
      bracket: {
        stopPct: -100 * given.stop_loss,
        roi: Object.fromEntries(Object.entries(given.roi).map(([minutes, ratio]) => [minutes, 100 * ratio])),
        trailing: trailingOf(given),
      },
      stake: { entryPct: 50 },
    }),
    { file: null },
  );
}

/** The case's candles, behind as many that stand at its first open. */
function seriesOf({ data }: Case): CandleSeries {
  const rows = data.map((row) => row.map(Number));
  const [, first = 0] = rows[0] ?? [];
  const length = WARM_UP + rows.length;
  const names = ["candle", "open", "high", "low", "close", "volume"];
  return {
    symbol: SYMBOL,
    timeframe: "1h",
    ...candleColumns((name) =>
      Float64Array.from({ length }, (_, i) => {
        if (name === "openMs") return openMsOf(i - WARM_UP);
        // A little up and down, so that the price moves at all.
        if (i < WARM_UP)
          return name === "volume" ? 6172 : name === "low" ? first - 1 : name === "high" ? first + 1 : first;
        return rows[i - WARM_UP]?.[names.indexOf(name)] ?? Number.NaN;
      }),
    ),
    notes: [],
    askedFromMs: unixMs(0),
    checkedThroughMs: unixMs(openMsOf(rows.length)),
  };
}

type Way = "low-first" | "high-first";

/** Quarters of an hour that go from the open to one end, to the other, to the close, and stay there. */
function quartersOf(series: CandleSeries, way: Way): CandleSeries {
  const rows = [...series.openMs.keys()].flatMap((row) => {
    const at = (name: "open" | "high" | "low" | "close" | "volume"): number => series[name][row] ?? Number.NaN;
    const turns = way === "low-first" ? [at("low"), at("high")] : [at("high"), at("low")];
    const stations = [at("open"), ...turns, at("close"), at("close")];
    return [0, 1, 2, 3].map((n) => {
      const [open = Number.NaN, close = Number.NaN] = stations.slice(n, n + 2);
      const [high, low] = [Math.max(open, close), Math.min(open, close)];
      return {
        openMs: (series.openMs[row] ?? 0) + (n * HOUR_MS) / 4,
        open,
        high,
        low,
        close,
        volume: at("volume") / 4,
      };
    });
  });
  return {
    ...series,
    timeframe: "15m",
    ...candleColumns((name) => Float64Array.from(rows, (row) => row[name])),
  };
}

const REASONS = { entry: "", exit: "exit_signal", "stop-loss": "stop_loss", "take-profit": "roi" } as const;

async function play(given: Case, way: Way | null = null): Promise<Played> {
  const series = seriesOf(given);
  const quarters = way === null ? null : quartersOf(series, way);
  const marketData: MarketData = {
    venueId: VenueId.parse("freqtrade"),
    venue: "freqtrade",
    simulated: true,
    graceMs: 0,
    markets: async () => [],
    candles: async ({ timeframe, nowMs, fromMs }) =>
      selectClosed(timeframe === "15m" && quarters !== null ? quarters : series, { nowMs, graceMs: 0, fromMs }),
    turnovers: async () => new Map(),
    tickers: async () => [],
  };
  const markets = new Map([
    [SYMBOL, testMarket(SYMBOL, { tickSize: "0.001", stepSize: "0.000001", minNotional: "0" })],
  ]);
  const limits = {
    entryPct: 50,
    maxExposurePct: 100,
    maxDayLossPct: 100,
    maxDrawdownPct: 100,
    cooldownCandles: 0,
    leaderFallSigmas: 100,
  };
  const config = {
    ...testConfig({ timeframe: "1h", limits, assets: 1 }),
    costs: Costs.parse({ feeBps: 0, slippageBps: 0, maxVolumeSharePct: 100 }),
  };
  const events: JournalEvent[] = [];
  await runBacktest(
    {
      config,
      venue: {
        marketData,
        markets,
        universe: { topAssets: async () => ({ assets: [SYMBOL], liquidity: new Map([[SYMBOL, 1e9]]) }) },
        security: {
          id: "none",
          report: async ({ nowMs }) => reportOf("not-applicable", nowMs, nowMs + 24 * HOUR_MS),
        },
        hosts: [createLocalHost(strategyOf(given))],
        quote: "USDT",
        cash: "10000" as Money,
      },
      firstSlotMs: unixMs(openMsOf(0)),
      lastSlotMs: unixMs(openMsOf(given.data.length)),
      ...(way === null ? {} : { detail: "15m" as const }),
    },
    { ...patience, onEvent: (event) => events.push(event) },
  );
  return playedIn(events);
}

function playedIn(events: readonly JournalEvent[]): Played {
  const trades: { reason: string; open: number; close: number }[] = [];
  let profit = 0;
  let bought: { readonly price: number; readonly candle: number } | null = null;
  let raised = false;
  for (const event of events) {
    if (event.type === "order-list" && event.orders[0]?.role === "stop-loss") raised = true;
    if (event.type !== "fill") continue;
    const { fill } = event;
    const price = Number(fill.price);
    // A fill at the open carries the candle's open time, any other its close time.
    const candle = (fill.atMs - START_MS) / HOUR_MS - (fill.basis === "next-open" ? 0 : 1);
    if (fill.side === "buy") [bought, raised] = [{ price, candle }, false];
    else if (bought !== null) {
      profit += price / bought.price - 1;
      const reason = REASONS[fill.role];
      trades.push({
        reason: reason === "stop_loss" && raised ? "trailing_stop_loss" : reason,
        open: bought.candle,
        close: candle,
      });
    }
  }
  return { trades, profit };
}

/** An entry at a price of the strategy's own is no property of a strategy: next open, or the quote, is all it can choose. */
const canBeSaid = ({ custom_entry_price: price }: Case): boolean => price === null;

describe.skipIf(CASES.length === 0)("trades that freqtrade has worked out, by strategies (DEEPTRADER_ORACLES)", () => {
  it.each(CASES.filter(canBeSaid).map((each) => [each.name, each] as const))("%s", async (_, given) => {
    const { trades, profit } = await play(given);
    const expected = expectedOf(given);
    expect(trades).toEqual(expected.trades);
    expect(profit).toBeCloseTo(expected.profit, 3);
  });
});

/**
 * Where quarters of an hour that rise first give something else than the hour, and why. With quarters that fall first nothing differs: that is
 * the order which freqtrade and our whole candle assume.
 */
const RISES_FIRST: Readonly<Record<string, { readonly why: string; readonly ours: Played }>> = {
  tc4: {
    why: "stop and target lie in one hour; the quarters say that the price rose through the target of 5300 first",
    ours: { trades: [{ reason: "roi", open: 1, close: 2 }], profit: 0.06 },
  },
  tc6: {
    why: "stop and target lie in one hour; the quarters say that the price rose through the target of 5250 first",
    ours: { trades: [{ reason: "roi", open: 1, close: 2 }], profit: 0.05 },
  },
  tc15: {
    why: "so do those of the second trade, bought at 5100: its target of 5151 comes before its stop",
    ours: {
      trades: [
        { reason: "roi", open: 1, close: 1 },
        { reason: "roi", open: 2, close: 2 },
      ],
      profit: 0.02,
    },
  },
  tc16: {
    why: "a take-profit of −100 % sells at any price, for which the whole hour gives its low of 4940; the first quarter's low is 4975",
    ours: { trades: [{ reason: "roi", open: 1, close: 3 }], profit: -0.005 },
  },
};

describe.skipIf(CASES.length === 0)("the same with quarters of an hour in them (DEEPTRADER_ORACLES)", () => {
  it.each(
    CASES.filter(canBeSaid).flatMap((each) =>
      (["low-first", "high-first"] as const).map((way) => [each.name, way, each] as const),
    ),
  )("%s, %s", async (name, way, given) => {
    const { trades, profit } = await play(given, way);
    const argued = way === "high-first" ? RISES_FIRST[name]?.ours : undefined;
    const expected = argued ?? expectedOf(given);
    expect(trades).toEqual(expected.trades);
    expect(profit).toBeCloseTo(expected.profit, 3);
  });
});
