// Floor 4. Closed trades and what they come to: by market, by UTC day of the exit, by strategy. The document of `trades`.
import { z } from "zod";
import { add, Decimal, Money, ZERO_MONEY } from "#schemas/money.ts";
import { ClosedTrade } from "#schemas/portfolio.ts";
import { Count, Percent, UnixMs } from "#schemas/units.ts";
import { Metrics, tradeFigures, winRatePct } from "../account/summary.ts";

export const TradesPart = z.object({
  name: z.string().describe("market, day as `2026-01-05`, or strategy"),
  trades: Count,
  won: Count.describe("with a profit after fees"),
  winRatePct: Percent.nullable().describe("trades with a profit after fees; null without trades"),
  pnl: Money.describe("after fees"),
});
export type TradesPart = z.infer<typeof TradesPart>;

export const TradesReport = z.object({
  run: z.string().describe("id of the run"),
  strategy: z.string().describe("ids of the desk now, separated by commas; each trade carries its own"),
  strategies: z.array(z.string()).readonly(),
  quote: z.string().describe("the settlement currency"),
  nowMs: UnixMs,
  sinceMs: UnixMs.nullable().describe("trades that ended before are left out; null: the whole run"),
  trades: z.array(ClosedTrade).readonly().describe("in the order in which they ended"),
  pnl: Money.describe("after fees, in quote. A fee in a third coin is in `fees` alone."),
  fees: z.array(z.object({ currency: z.string(), amount: Decimal })),
  byMarket: z.array(TradesPart),
  byDay: z.array(TradesPart),
  byStrategy: z.array(TradesPart),
  tradesClosed: Metrics.shape.tradesClosed,
  winRatePct: Metrics.shape.winRatePct,
  meanTradePct: Metrics.shape.meanTradePct,
  meanTradePct95: Metrics.shape.meanTradePct95,
  profitFactor: Metrics.shape.profitFactor,
  openPositions: Count.describe("a trade that goes on is in no other figure"),
  buyAndHoldPct: z
    .number()
    .nullable()
    .describe("of today's universe over the same time, equal weights, no costs; null where it cannot be told"),
  feeBps: z.number().describe("a side, of the paper venue, where a market has none of its own; basis points"),
  slippageBps: z.number().describe("likewise, basis points"),
});
export type TradesReport = z.infer<typeof TradesReport>;

export function tradesReportOf(
  all: readonly ClosedTrade[],
  about: Pick<
    TradesReport,
    "run" | "strategies" | "quote" | "nowMs" | "sinceMs" | "openPositions" | "buyAndHoldPct" | "feeBps" | "slippageBps"
  >,
): TradesReport {
  const { sinceMs } = about;
  const trades = all.filter(({ exitMs }) => sinceMs === null || exitMs >= sinceMs);
  return {
    ...about,
    strategy: about.strategies.join(", "),
    trades,
    pnl: profitOf(trades),
    fees: feesOf(trades),
    byMarket: partsOf(trades, ({ symbol }) => symbol),
    byDay: partsOf(trades, ({ exitMs }) => new Date(exitMs).toISOString().slice(0, 10)),
    byStrategy: strategyParts(trades, about.strategies),
    ...tradeFigures(trades),
  };
}

const profitOf = (trades: readonly ClosedTrade[]): Money => trades.reduce((sum, { pnl }) => add(sum, pnl), ZERO_MONEY);

export function feesOf(trades: readonly Pick<ClosedTrade, "fees">[]): TradesReport["fees"] {
  const fees = new Map<string, string>();
  for (const { currency, amount } of trades.flatMap((trade) => trade.fees))
    fees.set(currency, add<string>(fees.get(currency) ?? "0", amount));
  return [...fees].map(([currency, amount]) => ({ currency, amount }));
}

const partsOf = (trades: readonly ClosedTrade[], nameOf: (trade: ClosedTrade) => string): TradesPart[] =>
  [...Map.groupBy(trades, nameOf)].map(([name, own]) => partOf(name, own)).sort((a, b) => (a.name < b.name ? -1 : 1));

const partOf = (name: string, own: readonly ClosedTrade[]): TradesPart => ({
  name,
  trades: own.length,
  won: own.filter(({ pnl }) => Number(pnl) > 0).length,
  winRatePct: winRatePct(own),
  pnl: profitOf(own),
});

/** One of each strategy that trades, also without a closed trade, and of those that did; in this order. */
export function strategyParts(trades: readonly ClosedTrade[], strategies: readonly string[]): TradesPart[] {
  const ids = new Set([...strategies, ...trades.map(({ strategyId }) => strategyId).sort()]);
  return [...ids].map((id) =>
    partOf(
      id,
      trades.filter(({ strategyId }) => strategyId === id),
    ),
  );
}
