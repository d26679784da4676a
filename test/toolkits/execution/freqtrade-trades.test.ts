// Trades that freqtrade's own tests work out (github.com/freqtrade/freqtrade, tests/optimize/test_backtest_detail.py), through
// the product's matching and bracket rules. The cases are read from DEEPTRADER_ORACLES/freqtrade-trades.json.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Costs } from "#schemas/config.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Candle } from "#schemas/market.ts";
import type { Money, Price, Quantity } from "#schemas/money.ts";
import { type Bracket, clientOrderIdOf } from "#schemas/order.ts";
import { unixMs } from "#schemas/units.ts";
import { testMarket } from "#test/support/market.ts";
import { ofMarket } from "#test/support/strategy.ts";
import { matchSlot, sendOrders } from "#toolkits/execution/answer.ts";
import { orderListOf } from "#toolkits/execution/bracket-orders.ts";
import { exchangeStateOf, SimulatedExchange } from "#toolkits/execution/simulated-exchange.ts";
import { applyEvent, emptyPortfolio } from "#toolkits/portfolio/portfolio.ts";
import { BTC, entryOrder, exitOrder } from "./fixture.ts";

const Case = z.object({
  name: z.string(),
  data: z.array(z.array(z.union([z.number(), z.string(), z.null()]))),
  stop_loss: z.number(),
  roi: z.record(z.string(), z.number()),
  profit_perc: z.number(),
  trailing_stop: z.boolean().default(false),
  trailing_only_offset_is_reached: z.boolean().default(false),
  trailing_stop_positive: z.number().nullable().default(null),
  trailing_stop_positive_offset: z.number().default(0),
  use_custom_stoploss: z.boolean().default(false),
  custom_entry_price: z.number().nullable().default(null),
  custom_exit_price: z.number().nullable().default(null),
  adjust_entry_price: z.unknown().optional(),
  leverage: z.number().default(1),
  trades: z.array(z.object({ reason: z.string(), open: z.number(), close: z.number(), short: z.boolean() })),
});
type Case = z.infer<typeof Case>;

const HOUR_MS = 3_600_000;
const START_MS = unixMs(1_700_002_800_000);
const markets = new Map([[BTC, testMarket(BTC, { tickSize: "0.001", stepSize: "0.000001", minNotional: "0" })]]);
const costs = Costs.parse({ feeBps: 0, slippageBps: 0, maxVolumeSharePct: 100 });

/** freqtrade's settings as a bracket: ROI minutes are take-profit steps, its two trailing distances are stages. */
function bracketOf(given: Case): Bracket {
  const stopPct = -100 * given.stop_loss;
  const { trailing_stop_positive: positive, trailing_stop_positive_offset: offset } = given;
  const base = given.trailing_only_offset_is_reached ? [] : [{ fromGainPct: 0, distancePct: stopPct }];
  const near = positive === null ? [] : [{ fromGainPct: 100 * offset, distancePct: 100 * positive }];
  return {
    stopPct,
    takeProfit: Object.entries(given.roi).map(([minutes, ratio]) => ({
      afterMs: Number(minutes) * 60_000,
      gainPct: 100 * ratio,
    })),
    // With an offset of 0 the near distance holds from the start.
    trailing: given.trailing_stop ? (offset === 0 && near.length > 0 ? near : [...base, ...near]) : [],
    maxHoldMs: null,
  };
}

const REASONS = { entry: "", exit: "exit_signal", "stop-loss": "stop_loss", "take-profit": "roi" } as const;

interface Played {
  readonly trades: readonly { readonly reason: string; readonly open: number; readonly close: number }[];
  readonly profit: number;
}

function play(given: Case): Played {
  const rows = given.data.map((row) => row.map(Number));
  const at = (n: number) => unixMs(START_MS + n * HOUR_MS);
  const candles = rows.map(
    ([, open = 0, high = 0, low = 0, close = 0, volume = 0], n): Candle => ({
      openMs: at(n),
      open,
      high,
      low,
      close,
      volume,
    }),
  );
  let portfolio = emptyPortfolio({ quote: "USDT", cash: "1000000" as Money });
  const trades: { reason: string; open: number; close: number }[] = [];
  let profit = 0;
  let bought: { readonly price: number; readonly candle: number } | null = null;
  let raised = false;
  const take = (events: readonly JournalEvent[], candle: number): void => {
    for (const event of events) {
      portfolio = applyEvent(portfolio, event);
      if (event.type === "order-list" && event.orders[0]?.role === "stop-loss") raised = true;
      if (event.type !== "fill") continue;
      const price = Number(event.fill.price);
      if (event.fill.side === "buy") [bought, raised] = [{ price, candle }, false];
      else if (bought !== null) {
        profit += price / bought.price - 1;
        const reason = REASONS[event.fill.role];
        const trails = reason === "stop_loss" && raised;
        trades.push({ reason: trails ? "trailing_stop_loss" : reason, open: bought.candle, close: candle });
      }
    }
  };
  const exchange = new SimulatedExchange({ markets, timeframe: "1h", costs, restore: exchangeStateOf(portfolio) });
  candles.forEach((candle, n) => {
    const account = { portfolio: () => portfolio, take: (events: readonly JournalEvent[]) => take(events, n) };
    const context = { markets, timeframe: "1h", nowMs: at(n + 1) } as const;
    matchSlot(exchange, account, { openMs: at(n), candleOf: () => candle }, context);
    const [enters, leaves] = [rows[n]?.[6] === 1, rows[n]?.[7] === 1];
    const held = portfolio.positions.get(ofMarket(BTC))?.quantity;
    const common = { decisionId: `${given.name} ${n}`, status: "initialized", activeFromMs: at(n + 1) } as const;
    if (leaves && held !== undefined) {
      const order = exitOrder({
        ...common,
        quantity: held,
        clientOrderId: clientOrderIdOf(common.decisionId, "exit", 0),
      });
      account.take([{ type: "order-list", atMs: at(n + 1), orders: [order] }]);
    } else if (enters && held === undefined) {
      const limit = given.custom_entry_price;
      const order = entryOrder({
        ...common,
        clientOrderId: clientOrderIdOf(common.decisionId, "entry", 0),
        quantity: "1" as Quantity,
        expiresAtMs: at(n + 2),
        bracket: bracketOf(given),
        ...(limit === null ? {} : { type: "limit", limitPrice: String(limit) as Price }),
      });
      account.take([{ type: "order-list", atMs: at(n + 1), orders: [...orderListOf(order)] }]);
    }
    sendOrders(exchange, account, context);
  });
  return { trades, profit };
}

const NOTHING: Played = { trades: [], profit: 0 };

/**
 * Where ours differs, why, and what ours gives. A number that stands here was argued for, not adjusted.
 */
const DIFFERENT: Readonly<Record<string, { readonly why: string; readonly ours: Played }>> = {
  tc11: {
    why: "the candle opens at 5000, below the stop of 5093 that the candle before had raised: a stop that the open has passed sells at the open, not at a price that the market may reach later",
    ours: { trades: [{ reason: "trailing_stop_loss", open: 1, close: 3 }], profit: 0 },
  },
  tc24: {
    why: "the candle opens at 4850, below the stop of 5093 that the candle before had raised: the stop sells at the open, before the price rises to the target of 5150",
    ours: { trades: [{ reason: "trailing_stop_loss", open: 1, close: 3 }], profit: -0.03 },
  },
  tc40: {
    why: "a limit of 7200 buys at the open of 5000, the better price at hand, not at the candle's high; so the stop is hit a candle later, which opens below it",
    ours: { trades: [{ reason: "stop_loss", open: 1, close: 2 }], profit: -0.02 },
  },
  tc42: {
    why: "a limit below the open expires: whether it was filled later in the candle is not known",
    ours: NOTHING,
  },
  tc43: {
    why: "a limit below the open expires: whether it was filled later in the candle is not known",
    ours: NOTHING,
  },
};

const folder = process.env["DEEPTRADER_ORACLES"] ?? "";
const file = join(folder, "freqtrade-trades.json");
const cases = folder !== "" && existsSync(file) ? z.array(Case).parse(JSON.parse(readFileSync(file, "utf8"))) : [];
/** Short trades and leverage, a stop worked out by a function, exits at a price of one's own, entries whose price is moved. */
const hasOurs = (each: Case) =>
  isLong(each) && !each.use_custom_stoploss && each.custom_exit_price === null && each.adjust_entry_price === undefined;
const isLong = ({ trades, data, leverage }: Case) =>
  trades.every(({ short }) => !short) && data.every((row) => row[8] !== 1) && leverage === 1;

describe.skipIf(cases.length === 0)("trades that freqtrade has worked out (DEEPTRADER_ORACLES)", () => {
  it.each(cases.filter(hasOurs).map((each) => [each.name, each] as const))("%s", (name, given) => {
    const { trades, profit } = play(given);
    const expected = DIFFERENT[name]?.ours ?? { trades: given.trades, profit: given.profit_perc };
    expect(trades).toEqual(expected.trades.map(({ reason, open, close }) => ({ reason, open, close })));
    expect(profit).toBeCloseTo(expected.profit, 3);
  });
});
