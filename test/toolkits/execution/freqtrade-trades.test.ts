// Trades that freqtrade's own tests work out, through the product's matching and bracket rules.

import { describe, expect, it } from "vitest";
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
import { CASES, type Case, expectedOf, type Played, trailingOf } from "./freqtrade-cases.ts";

const HOUR_MS = 3_600_000;
const START_MS = unixMs(1_700_002_800_000);
const markets = new Map([[BTC, testMarket(BTC, { tickSize: "0.001", stepSize: "0.000001", minNotional: "0" })]]);
const costs = Costs.parse({ feeBps: 0, slippageBps: 0, maxVolumeSharePct: 100 });

/** freqtrade's settings as a bracket: ROI minutes are take-profit steps. */
function bracketOf(given: Case): Bracket {
  return {
    stopPct: -100 * given.stop_loss,
    takeProfit: Object.entries(given.roi).map(([minutes, ratio]) => ({
      afterMs: Number(minutes) * 60_000,
      gainPct: 100 * ratio,
    })),
    trailing: trailingOf(given),
    maxHoldMs: null,
  };
}

const REASONS = { entry: "", exit: "exit_signal", "stop-loss": "stop_loss", "take-profit": "roi" } as const;

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

describe.skipIf(CASES.length === 0)("trades that freqtrade has worked out (DEEPTRADER_ORACLES)", () => {
  it.each(CASES.map((each) => [each.name, each] as const))("%s", (_, given) => {
    const { trades, profit } = play(given);
    const expected = expectedOf(given);
    expect(trades).toEqual(expected.trades);
    expect(profit).toBeCloseTo(expected.profit, 3);
  });
});
