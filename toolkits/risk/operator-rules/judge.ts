// Floor 2, risk. The operator's rules that stand, and one decision → what they object to, how large an entry may be, and which
// position they want sold. Pure, and the same in backtest, paper and live. Nothing here permits anything.
import { compare, decimalFromNumber, type Money, minOf, percent } from "#schemas/money.ts";
import { isInScope, type OperatorRule, type StandingRule, type TypedRule } from "#schemas/operator-rule.ts";
import type { Portfolio, StrategyMarket } from "#schemas/portfolio.ts";
import { HOUR_MS, startOfDay, type Timeframe, timeframeMs, toIso, type UnixMs, unixMs } from "#schemas/units.ts";
import type { Draft } from "../draft.ts";
import type { GateInput } from "../gate-input.ts";
import { exposureWith, notKnown } from "../rules/exposure-with.ts";
import { type Rule, shown } from "../rules/rule.ts";
import { workingEntries } from "../working.ts";
import { entriesText, positionsText, scopeText } from "./text.ts";
import { type Span, startOfWeek, windowIn } from "./windows.ts";

type Of<T extends OperatorRule["type"]> = Extract<OperatorRule, { type: T }>;

/** `2026-11-28 00:00 UTC` */
const timeText = (timeMs: number): string => `${toIso(timeMs).slice(0, 16).replace("T", " ")} UTC`;

/** `your rule r2, "never hold memecoins over the weekend"` */
export const namedRule = ({ ruleId, words }: StandingRule): string => `your rule ${ruleId}, "${words}"`;

/** The first rule that bars this entry, named, with its reason; null: none does. */
export const barredByRule: Rule = (input, draft) => {
  for (const standing of input.portfolio.rules.values()) {
    const { rule } = standing;
    if (rule.type === "note" || !isInScope(rule.scope, input.decision)) continue;
    const reason = objection(rule, input, draft);
    if (reason !== null) return `${namedRule(standing)}: ${reason}`;
  }
  return null;
};

function objection(rule: TypedRule, input: GateInput, draft: Draft): string | null {
  const { slotMs, decision } = input;
  switch (rule.type) {
    case "no-hold-over": {
      const span = heldOver(rule, slotMs, decision.timeframe);
      return span === null ? null : `no entries from ${timeText(span.startMs)} to ${timeText(span.endMs)}`;
    }
    case "no-entries":
      return noEntries(rule, slotMs);
    case "max-entries":
      return maxEntries(rule, input);
    case "max-positions":
      return maxPositions(rule, input);
    case "max-exposure":
      return maxExposure(rule, input, draft);
    case "max-stake":
      // The size that it leaves is worked out by the gate, which names what the venue would refuse.
      return null;
  }
}

/**
 * The window over which a position at this slot would be held: one that is under way, or that begins before the next slot
 * is over; null: none. A market order of this slot fills at once, so the last slot before the window is the one to sell at.
 */
function heldOver({ when, hoursBefore }: Of<"no-hold-over">, slotMs: UnixMs, timeframe: Timeframe): Span | null {
  return windowIn(when, slotMs, slotMs + timeframeMs(timeframe), hoursBefore * HOUR_MS);
}

function noEntries({ when, scope }: Of<"no-entries">, slotMs: UnixMs): string | null {
  const of = scope.kind === "all" ? "" : ` in ${scopeText(scope)}`;
  if (when.kind === "always") return `no entries${of}`;
  const span = windowIn(when, slotMs, slotMs);
  return span === null ? null : `no entries${of} until ${timeText(span.endMs)}`;
}

function maxEntries({ scope, per, count }: Of<"max-entries">, { portfolio, slotMs }: GateInput): string | null {
  const sinceMs = per === "day" ? startOfDay(slotMs) : startOfWeek(slotMs);
  const made = portfolio.recentEntries.filter((entry) => entry.atMs >= sinceMs && isInScope(scope, entry)).length;
  return made < count
    ? null
    : `${entriesText(made)} in ${scopeText(scope)} since ${timeText(sinceMs)}; the rule allows ${count}`;
}

function maxPositions({ scope, count }: Of<"max-positions">, { portfolio }: GateInput): string | null {
  const held = [...portfolio.positions.values()].filter(({ dust }) => !dust);
  const places = [...held, ...workingEntries(portfolio)].filter((one) => isInScope(scope, one));
  const open = new Set(places.map(({ strategyId, symbol }) => `${strategyId} ${symbol}`)).size;
  return open < count
    ? null
    : `${positionsText(open)} in ${scopeText(scope)} open or on order; the rule allows ${count}`;
}

function maxExposure({ scope, pct }: Of<"max-exposure">, input: GateInput, draft: Draft): string | null {
  const { equity } = input;
  if (draft.status !== "sized") return "there is no sized entry";
  const total = exposureWith(draft.notional, input, (of) => isInScope(scope, of));
  if (typeof total === "object") return notKnown(total);
  if (compare(total, percent(equity, pct)) <= 0) return null;
  const sharePct = (Number(total) / Number(equity)) * 100;
  return `exposure in ${scopeText(scope)} would be ${shown(sharePct)} % of equity; the rule allows ${decimalFromNumber(pct)} %`;
}

/** The largest notional that the rules leave to an entry, and the rule that says so; null: none limits it. */
export function largestStake({ portfolio, decision, equity }: Pick<GateInput, "portfolio" | "decision" | "equity">): {
  readonly atMost: Money;
  readonly rule: StandingRule;
} | null {
  let smallest: { readonly atMost: Money; readonly rule: StandingRule } | null = null;
  for (const standing of portfolio.rules.values()) {
    const { rule } = standing;
    if (rule.type !== "max-stake" || !isInScope(rule.scope, decision)) continue;
    const { limit } = rule;
    const atMost = "pct" in limit ? (percent(equity, limit.pct) as Money) : limit.amount;
    if (smallest === null || minOf(atMost, smallest.atMost) !== smallest.atMost) smallest = { atMost, rule: standing };
  }
  return smallest;
}

/** Why the operator's rules want a position sold at this slot; null: they do not. */
export function soldByRule(
  { rules }: Pick<Portfolio, "rules">,
  of: StrategyMarket,
  { slotMs, timeframe }: { readonly slotMs: UnixMs; readonly timeframe: Timeframe },
): string | null {
  for (const standing of rules.values()) {
    const { rule } = standing;
    if (rule.type !== "no-hold-over" || !isInScope(rule.scope, of)) continue;
    const span = heldOver(rule, slotMs, timeframe);
    if (span !== null)
      return `${namedRule(standing)}: not held from ${timeText(span.startMs)} to ${timeText(unixMs(span.endMs))}`;
  }
  return null;
}
