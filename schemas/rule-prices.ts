// Floor 1. What each rule of the risk gate has saved or cost: every entry that it refused, traded to its end on an account of its own.
import { z } from "zod";
import { RiskRule } from "./decision.ts";
import { Money } from "./money.ts";
import { Headline } from "./performance.ts";
import { ClosedTrade } from "./portfolio.ts";
import { Count, MarketSymbol, UnixMs } from "./units.ts";

/** One entry as it would have gone. */
export const ShadowTrade = z.object({
  rule: RiskRule.nullable().describe("that refused it; null: it was made, and is here to check the arithmetic"),
  strategyId: z.string(),
  symbol: MarketSymbol,
  decidedMs: UnixMs.describe("the slot"),
  isAlone: z.boolean().describe("no other rule objected: but for this one it would have been made"),
  state: z
    .enum(["closed", "open", "not-filled", "not-tradable"])
    .describe("open: it has not ended in the range; not-tradable: it could not have been sent"),
  trade: ClosedTrade.nullable().describe("null: it has not closed"),
  pnl: Money.describe("after fees; an open one at its last close; settlement currency"),
});
export type ShadowTrade = Readonly<z.infer<typeof ShadowTrade>>;

export const RulePrice = z.object({
  rule: RiskRule,
  refused: Count.describe("as the run counts them: exits + repeated + notTradable + notFilled + open + closed"),
  exits: Count.describe("refused exits, which have no price here"),
  repeated: Count.describe(
    "entries refused while the shadow of an earlier one, of the same rule, strategy and market, was open",
  ),
  notTradable: Count.describe("entries that could not have been sent: too small, another currency, a closed market"),
  notFilled: Count.describe("entries that would not have been filled"),
  open: Count.describe("not ended in the range"),
  closed: Count,
  won: Count.describe("closed with a profit after fees: what the rule cost"),
  alone: Count.describe(
    "of the closed ones, no other rule objected to: only these would follow from removing the rule",
  ),
  meanTradePct: Headline.describe(
    "mean result of the closed ones, percent of what was paid; positive: refusing was a loss",
  ),
  saved: Money.describe("minus the profit of the closed ones, settlement currency; positive: so much was not lost"),
  savedAlone: Money.describe("the part of `saved` of those that no other rule objected to"),
  savedOpen: Money.describe("minus the profit of the open ones at their last close; not in `saved`"),
});
export type RulePrice = Readonly<z.infer<typeof RulePrice>>;

export const RulePrices = z.object({
  rules: z.array(RulePrice).readonly().describe("those that refused anything, most refusals first"),
  refusals: Count.describe("of all rules"),
  control: z
    .object({ entries: Count, equal: Count })
    .describe(
      "entries that were made and have closed, traded by the same arithmetic; and how many came out equal to the last digit",
    ),
  method: z.string(),
});
export type RulePrices = Readonly<z.infer<typeof RulePrices>>;

/** A rule of a running desk: what its journal does not say is not here. */
export const DeskRulePrice = RulePrice.omit({ alone: true, savedAlone: true }).extend({
  refused: Count.describe(
    "in the range: exits + repeated + notTradable + notFilled + open + closed + those of notPriced",
  ),
  open: Count.describe("not ended at the last slot"),
  notPriced: z
    .array(z.object({ why: z.string(), count: Count }))
    .readonly()
    .describe("refused entries that cannot be traded to their end any more"),
});
export type DeskRulePrice = Readonly<z.infer<typeof DeskRulePrice>>;

export const DeskRulePrices = RulePrices.extend({
  rules: z.array(DeskRulePrice).readonly().describe("those that refused anything, most refusals first"),
  fromMs: UnixMs.describe("refusals of slots from here on"),
  toMs: UnixMs.describe("the last slot that was decided"),
  days: Count,
});
export type DeskRulePrices = Readonly<z.infer<typeof DeskRulePrices>>;
