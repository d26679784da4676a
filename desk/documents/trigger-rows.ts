// Floor 4. Views and what strategies say of them → rows of action levels, nearest first: what `triggers` prints and answers
// rank. Pure.
import { z } from "zod";
import type { Saying } from "#memory/said-of.ts";
import { intervalsOf, nearestLevel } from "#schemas/action-levels.ts";
import { FloatPrice } from "#schemas/money.ts";
import { ActionInterval, ActionLevels, type MarketView } from "#schemas/reading.ts";
import { mayEnter, SecurityVerdict } from "#schemas/security.ts";
import { MarketSymbol, Percent, UnixMs } from "#schemas/units.ts";

const Interval = ActionInterval.omit({ action: true });

/** One row: it speaks of the candle that closes one timeframe after `asOfMs`, and of no other. */
export const TriggerRow = z.object({
  symbol: MarketSymbol,
  strategyId: z.string(),
  asOfMs: UnixMs.describe("close of the newest candle: the row speaks of the next one alone"),
  price: FloatPrice.describe("that close"),
  status: ActionLevels.shape.status,
  note: ActionLevels.shape.note,
  searched: ActionLevels.shape.searched,
  enter: z.array(Interval).describe("closes at which it would enter"),
  exit: z.array(Interval).describe("closes at which it would leave"),
  enterDistancePct: Percent.nullable().describe(
    "from the price to the nearest close of them, negative below it, 0 where the price is at one; null: at none that is known",
  ),
  exitDistancePct: Percent.nullable().describe("likewise"),
  verdict: SecurityVerdict,
  held: z.boolean().describe("by this strategy"),
  blocked: z.boolean().describe("by the operator: it is not entered"),
});
export type TriggerRow = Readonly<z.infer<typeof TriggerRow>>;

export function triggerRow(
  { symbol, asOfMs, price, security }: MarketView,
  saying: Saying,
  { held, blocked }: Pick<TriggerRow, "held" | "blocked">,
): TriggerRow {
  const levels: ActionLevels =
    saying.status === "read"
      ? saying.reading.levels
      : { status: "not-worked-out", note: saying.why, searched: null, intervals: [] };
  const distance = (action: "enter" | "exit") => nearestLevel(levels, action, price)?.distancePct ?? null;
  const intervals = (action: "enter" | "exit") => intervalsOf(levels, action).map(({ from, to }) => ({ from, to }));
  return {
    symbol,
    strategyId: saying.strategyId,
    asOfMs,
    price,
    status: levels.status,
    note: levels.note,
    searched: levels.searched,
    enter: intervals("enter"),
    exit: intervals("exit"),
    enterDistancePct: distance("enter"),
    exitDistancePct: distance("exit"),
    verdict: security.verdict,
    held,
    blocked,
  };
}

/** By how far the price is from what the desk would then do; what it cannot do (a barred entry) stands at the end. */
export function nearestFirst(a: TriggerRow, b: TriggerRow): number {
  const [wayA, wayB] = [wayToGo(a), wayToGo(b)];
  if (wayA !== wayB) return wayA - wayB;
  return a.symbol === b.symbol ? 0 : a.symbol < b.symbol ? -1 : 1;
}

/** Percent of the price that the next close has to move, either way; infinite where no close is known, or may be acted on. */
export function wayToGo({ held, blocked, verdict, enterDistancePct, exitDistancePct }: TriggerRow): number {
  const distance = held ? exitDistancePct : mayEnter(verdict) && !blocked ? enterDistancePct : null;
  return distance === null ? Number.POSITIVE_INFINITY : Math.abs(distance);
}
