// Floor 4. A run's figures for people and scripts: returns with their costs, an interval and buy and hold beside them.
import { z } from "zod";
import { Decimal, toNumber } from "#schemas/money.ts";
import type { ClosedTrade } from "#schemas/portfolio.ts";
import { Count, Percent, UnixMs } from "#schemas/units.ts";
import type { TradeStatistics } from "./trade-statistics.ts";

/** Trades from which an interval of their mean is worth printing. */
const MIN_TRADES_FOR_INTERVAL = 30;
/** 97.5 % point of the normal distribution. */
const Z_95 = 1.959964;

export const Metrics = z.object({
  startMs: UnixMs,
  endMs: UnixMs,
  slots: Count,
  tradesClosed: Count,
  totalReturnPct: Percent.describe("of starting cash, as if nothing had been put in or taken out since"),
  buyAndHoldPct: Percent.nullable().describe(
    "equal weights, bought at the start, no costs; null where no market has prices at both ends",
  ),
  maxDrawdownPct: Percent.describe("greatest fall of equity from an earlier high, 0 or positive"),
  winRatePct: Percent.nullable().describe("closed trades with a profit after fees; null without trades"),
  meanTradePct: Percent.nullable().describe(
    "mean return of a trade: profit after fees over what was paid; null without trades",
  ),
  meanTradePct95: z
    .tuple([Percent, Percent])
    .readonly()
    .nullable()
    .describe(
      "95 % interval of the mean return of a trade, from 30 trades on: normal approximation, trades taken as independent",
    ),
  profitFactor: z
    .number()
    .nullable()
    .describe("profit of the winners over the loss of the losers; null without losers"),
  feesPaid: Decimal.describe("settlement currency"),
  feeBps: z.number().describe("assumed a side, basis points"),
  slippageBps: z.number().describe("assumed a side, basis points"),
  decisions: Count.describe("to enter or exit"),
  refusals: Count.describe("by the risk gate"),
  orders: Count,
  fills: Count,
});
export type Metrics = Readonly<z.infer<typeof Metrics>>;

export interface MetricsInput {
  readonly statistics: TradeStatistics;
  readonly counts: Pick<Metrics, "decisions" | "refusals" | "orders" | "fills">;
  readonly startMs: UnixMs;
  readonly endMs: UnixMs;
  readonly slots: number;
  readonly startingCash: number;
  readonly finalEquity: number;
  readonly buyAndHoldPct: number | null;
  readonly feesPaid: string;
  readonly costs: { readonly feeBps: number; readonly slippageBps: number };
}

export function computeMetrics(input: MetricsInput): Metrics {
  return {
    startMs: input.startMs,
    endMs: input.endMs,
    slots: input.slots,
    totalReturnPct: (input.finalEquity / input.startingCash - 1) * 100,
    buyAndHoldPct: input.buyAndHoldPct,
    maxDrawdownPct: input.statistics.maxDrawdownPct(),
    ...tradeFigures(input.statistics.trades()),
    feesPaid: input.feesPaid,
    feeBps: input.costs.feeBps,
    slippageBps: input.costs.slippageBps,
    ...input.counts,
  };
}

/** What closed trades alone tell. */
export type TradeFigures = Pick<
  Metrics,
  "tradesClosed" | "winRatePct" | "meanTradePct" | "meanTradePct95" | "profitFactor"
>;

export function tradeFigures(trades: readonly ClosedTrade[]): TradeFigures {
  const returns = trades.map((trade) => trade.returnPct);
  const mean = returns.length === 0 ? null : sum(returns) / returns.length;
  return {
    tradesClosed: trades.length,
    winRatePct: winRatePct(trades),
    meanTradePct: mean,
    meanTradePct95: mean === null ? null : intervalOfMean(returns, mean),
    profitFactor: profitFactor(trades),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function intervalOfMean(values: readonly number[], mean: number): readonly [number, number] | null {
  if (values.length < MIN_TRADES_FOR_INTERVAL) return null;
  const variance = sum(values.map((value) => (value - mean) ** 2)) / (values.length - 1);
  const halfWidth = Z_95 * Math.sqrt(variance / values.length);
  return [mean - halfWidth, mean + halfWidth];
}

/** Share of trades with a profit after fees; null without trades. */
export const winRatePct = (trades: readonly ClosedTrade[]): number | null =>
  trades.length === 0 ? null : (trades.filter((t) => toNumber(t.pnl) > 0).length / trades.length) * 100;

/** Profit of the winners over the loss of the losers; null without losers. */
export function profitFactor(trades: readonly ClosedTrade[]): number | null {
  const pnl = trades.map((trade) => toNumber(trade.pnl));
  const lost = -sum(pnl.filter((p) => p < 0));
  return lost === 0 ? null : sum(pnl.filter((p) => p > 0)) / lost;
}
