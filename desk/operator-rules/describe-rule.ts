// Floor 4. A rule of the operator's, on this desk → exactly what will hold: what it does, which of the desk's markets it covers
// now, and what it does not cover.
import { z } from "zod";
import type { OperatorRule, RuleScope } from "#schemas/operator-rule.ts";
import { isInScope } from "#schemas/operator-rule.ts";
import { MarketSymbol, splitSymbol, timeframeMs } from "#schemas/units.ts";
import { ruleText } from "#toolkits/risk/operator-rules/text.ts";
import { WEEK_MS, windowIn } from "#toolkits/risk/operator-rules/windows.ts";
import type { Desk } from "../desk.ts";

export type RuleDesk = Pick<Desk, "account" | "clock" | "config" | "markets" | "quote" | "strategies">;

export const RuleDescription = z.object({
  text: z.string().describe("sentences for the operator"),
  enforced: z.boolean().describe("false: a note"),
  covers: z
    .array(MarketSymbol)
    .readonly()
    .describe("markets in the settlement currency that it covers now; of a strategy's rule all of them"),
});
export type RuleDescription = Readonly<z.infer<typeof RuleDescription>>;

/** Pure: reads the desk and changes nothing. */
export function describeRule(desk: RuleDesk, rule: OperatorRule): RuleDescription {
  if (rule.type === "note") return { text: ruleText(rule), enforced: false, covers: [] };
  const { scope } = rule;
  const own = [...desk.markets.keys()].filter((symbol) => splitSymbol(symbol).quote === desk.quote);
  const covers = own.filter((symbol) => coversMarket(scope, symbol)).sort();
  const parts = [ruleText(rule), ...coverageText(scope, covers, own.length, desk.quote), ...everySlot(rule, desk)];
  return { text: parts.join(" "), enforced: true, covers };
}

/** A strategy's rule covers every market that the strategy trades. */
const coversMarket = (scope: RuleScope, symbol: MarketSymbol): boolean =>
  scope.kind === "strategy" || isInScope(scope, { symbol, strategyId: "" });

/** Markets named one by one. */
const MARKETS_NAMED = 12;

function coverageText(scope: RuleScope, covers: readonly MarketSymbol[], of: number, quote: string): readonly string[] {
  if (scope.kind === "all" || scope.kind === "strategy") return [];
  const named = covers.slice(0, MARKETS_NAMED).join(", ");
  const more = covers.length > MARKETS_NAMED ? ` and ${covers.length - MARKETS_NAMED} more` : "";
  const now =
    covers.length === 0
      ? `It covers none of the desk's ${of} ${quote} markets now.`
      : `Of the desk's ${of} ${quote} markets it covers ${named}${more}; no other.`;
  if (scope.kind === "markets") return [now];
  if (scope.kind === "assets") return [now, "Tokens that it does not name are not covered."];
  const list = scope.asOf === null ? "your own list" : `this project's list of ${scope.asOf}`;
  return [now, `${scope.name} are ${scope.assets.join(" ")}, by ${list}: a token that is not in it is not covered.`];
}

/** Where candles are longer than the time between two windows, nothing is ever entered: that is said. */
function everySlot(rule: OperatorRule, { config: { timeframe } }: RuleDesk): readonly string[] {
  if (rule.type !== "no-hold-over") return [];
  const stepMs = timeframeMs(timeframe);
  for (let slotMs = 0; slotMs < WEEK_MS; slotMs += stepMs) {
    if (windowIn(rule.when, slotMs, slotMs + stepMs, rule.hoursBefore * 3_600_000) === null) return [];
  }
  return [`On ${timeframe} candles that bars every entry: no slot lies far enough outside it.`];
}
