// Floor 2, performance. Closed trades → what they came to by what they have in common.
import { add, type Money, toNumber, ZERO_MONEY } from "#schemas/money.ts";
import type { PerformancePart } from "#schemas/performance.ts";
import type { ClosedTrade } from "#schemas/portfolio.ts";
import { toIso } from "#schemas/units.ts";

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;
/** Monday first. */
const WEEK: readonly string[] = [...WEEKDAYS.slice(1), WEEKDAYS[0]];

/** What trades without an entry tag are summed up under. */
export const NO_TAG = "no tag";

/** `2026-01` */
export const monthOf = (timeMs: number): string => toIso(timeMs).slice(0, 7);

const weekdayOf = (timeMs: number): string => WEEKDAYS[new Date(timeMs).getUTCDay()] ?? "";

export function tradeParts(trades: readonly ClosedTrade[]) {
  return {
    byMarket: partsOf(trades, ({ symbol }) => symbol).sort(byTrades),
    byExitReason: partsOf(trades, ({ exitReason }) => exitReason).sort(byTrades),
    byEntryTag: partsOf(trades, ({ entryTag }) => entryTag ?? NO_TAG).sort(byTrades),
    byMonth: partsOf(trades, ({ exitMs }) => monthOf(exitMs)).sort((a, b) => (a.name < b.name ? -1 : 1)),
    byWeekday: partsOf(trades, ({ entryMs }) => weekdayOf(entryMs)).sort(
      (a, b) => WEEK.indexOf(a.name) - WEEK.indexOf(b.name),
    ),
  };
}

const byTrades = (a: PerformancePart, b: PerformancePart): number =>
  b.trades - a.trades || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

const partsOf = (trades: readonly ClosedTrade[], nameOf: (trade: ClosedTrade) => string): PerformancePart[] =>
  [...Map.groupBy(trades, nameOf)].map(([name, own]) => partOf(name, own));

function partOf(name: string, trades: readonly ClosedTrade[]): PerformancePart {
  const won = trades.filter(({ pnl }) => toNumber(pnl) > 0).length;
  return {
    name,
    trades: trades.length,
    won,
    winRatePct: (won / trades.length) * 100,
    meanTradePct: trades.reduce((sum, { returnPct }) => sum + returnPct, 0) / trades.length,
    pnl: trades.reduce<Money>((sum, { pnl }) => add(sum, pnl), ZERO_MONEY),
  };
}
