// Floor 2, performance. Closed trades as plain numbers → what they came to.
import { meanOf, medianOf, requireFinite, sampleSdOf, sumOf } from "./moments.ts";

/** A closed trade. */
export interface TradeNumbers {
  /** After fees, settlement currency. */
  readonly pnl: number;
  readonly returnPct: number;
  readonly holdingMs: number;
}

/** Null: it cannot be told of these trades. */
export interface TradeFigures {
  readonly closed: number;
  /** With a profit after fees. */
  readonly won: number;
  /** With a loss after fees. */
  readonly lost: number;
  readonly winRatePct: number | null;
  readonly meanPct: number | null;
  readonly medianPct: number | null;
  readonly bestPct: number | null;
  readonly worstPct: number | null;
  /** Profit of the winners over the loss of the losers; null without losers. */
  readonly profitFactor: number | null;
  /** Mean profit of a trade, settlement currency. */
  readonly expectancy: number | null;
  /** System quality number (Van Tharp) of profits: √trades × mean / sample standard deviation. Null where they do not vary. */
  readonly sqn: number | null;
  readonly meanHoldingMs: number | null;
  readonly medianHoldingMs: number | null;
  readonly shortestHoldingMs: number | null;
  readonly longestHoldingMs: number | null;
}

/** @throws InvariantError for a number that is not finite */
export function tradeFiguresOf(trades: readonly TradeNumbers[]): TradeFigures {
  const pnls = trades.map(({ pnl }) => pnl);
  const returns = trades.map(({ returnPct }) => returnPct);
  const holding = trades.map(({ holdingMs }) => holdingMs);
  requireFinite(pnls, "profits of trades");
  requireFinite(returns, "returns of trades");
  const won = pnls.filter((pnl) => pnl > 0);
  const lost = pnls.filter((pnl) => pnl < 0);
  const sd = sampleSdOf(pnls);
  const ofSome = (figure: (values: readonly number[]) => number, values: readonly number[]): number | null =>
    values.length === 0 ? null : figure(values);
  return {
    closed: pnls.length,
    won: won.length,
    lost: lost.length,
    winRatePct: ofSome((all) => (won.length / all.length) * 100, pnls),
    meanPct: ofSome(meanOf, returns),
    medianPct: medianOf(returns),
    bestPct: ofSome(highestOf, returns),
    worstPct: ofSome(lowestOf, returns),
    profitFactor: lost.length === 0 ? null : sumOf(won) / -sumOf(lost),
    expectancy: ofSome(meanOf, pnls),
    sqn: sd === null || sd === 0 ? null : (Math.sqrt(pnls.length) * meanOf(pnls)) / sd,
    meanHoldingMs: ofSome(meanOf, holding),
    medianHoldingMs: medianOf(holding),
    shortestHoldingMs: ofSome(lowestOf, holding),
    longestHoldingMs: ofSome(highestOf, holding),
  };
}

const highestOf = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b));
const lowestOf = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b));
