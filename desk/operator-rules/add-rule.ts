// Floor 4. The operator makes a rule, or takes one away: checked, described, journaled. A rule holds from its row on.
import { z } from "zod";
import { hashOf } from "#schemas/hash.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { MAX_WORDS, type OperatorRule, OperatorWords, StandingRule } from "#schemas/operator-rule.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { inTurn } from "../account/in-turn.ts";
import { describeRule, type RuleDesk } from "./describe-rule.ts";

/** Every entry asks each of them. */
const MOST_RULES = 50;

export interface NewRule {
  readonly rule: OperatorRule;
  /** The operator's own, on one line. */
  readonly words: string;
  /** Who made it, such as `operator`. */
  readonly by: string;
}

export interface RuleToRemove {
  readonly ruleId: string;
  readonly by: string;
  /** Why; kept in the journal. */
  readonly words: string;
}

const refused = z.object({ status: z.literal("refused"), reason: z.string().describe("nothing was changed, and why") });

export const RuleAnswer = z.discriminatedUnion("status", [
  z
    .object({
      status: z.enum(["added", "removed"]),
      rule: StandingRule,
      text: z.string().describe("what holds from now on, or no longer does"),
    })
    .readonly(),
  refused.readonly(),
]);
export type RuleAnswer = z.infer<typeof RuleAnswer>;

/** Why a rule cannot be made; null: it can. Pure. */
export function checkNewRule(
  desk: Pick<RuleDesk, "account" | "quote" | "strategies">,
  { rule, words, by }: NewRule,
): string | null {
  const { rules } = desk.account.portfolio();
  if (rules.size >= MOST_RULES)
    return `There are ${rules.size} rules already, the most there can be. Remove one first.`;
  for (const text of [words, by]) {
    if (!OperatorWords.safeParse(text).success)
      return `The words of a rule are one line of 1 to ${MAX_WORDS} characters, and so is who makes it.`;
  }
  const same = [...rules.values()].find((standing) => sameRule(standing.rule, rule));
  if (same !== undefined) return `Rule ${same.ruleId} says the same already.`;
  if (rule.type === "note") return null;
  if (rule.scope.kind === "strategy" && !desk.strategies.has(rule.scope.strategyId))
    return `There is no strategy ${JSON.stringify(rule.scope.strategyId)} on this desk. Expected one of ${[...desk.strategies.keys()].join(", ")}.`;
  if (rule.type === "max-stake" && "amount" in rule.limit && rule.limit.currency !== desk.quote)
    return `The desk settles in ${desk.quote}; a stake cannot be limited in ${rule.limit.currency}.`;
  return null;
}

const sameRule = (a: OperatorRule, b: OperatorRule): boolean => hashOf(a) === hashOf(b);

/** What will hold. Pure. */
export const describeNewRule = (desk: RuleDesk, { rule }: Pick<NewRule, "rule">): string =>
  describeRule(desk, rule).text;

/** Why a rule cannot be taken away; null: it can. Pure. */
export function checkRemoveRule({ account }: Pick<RuleDesk, "account">, { ruleId }: RuleToRemove): string | null {
  const { rules } = account.portfolio();
  if (rules.has(ruleId)) return null;
  const ids = [...rules.keys()];
  return `There is no rule ${JSON.stringify(ruleId)}. ${ids.length === 0 ? "No rule stands." : `Expected one of ${ids.join(", ")}.`}`;
}

/** What will no longer hold. Pure; empty where there is no such rule. */
export function describeRemoveRule(desk: RuleDesk, { ruleId }: Pick<RuleToRemove, "ruleId">): string {
  const standing = desk.account.portfolio().rules.get(ruleId);
  if (standing === undefined) return "";
  const { text, enforced } = describeRule(desk, standing.rule);
  return `${enforced ? "No longer enforced" : "No longer kept"}, ${ruleId} "${standing.words}": ${text}`;
}

/** @throws StoreError */
export const addOperatorRule = (desk: RuleDesk, asked: NewRule, options: CallOptions): Promise<RuleAnswer> =>
  inTurn(desk.account, options, async () => {
    const reason = checkNewRule(desk, asked);
    if (reason !== null) return { status: "refused", reason };
    const { type: _, state: __, ...rule } = newRuleRow(desk, asked);
    await desk.account.append([newRuleRow(desk, asked)], options);
    return { status: "added", rule, text: describeNewRule(desk, asked) };
  });

type RuleRow = Extract<JournalEvent, { type: "operator-rule" }>;

/** The row that makes it. */
export const newRuleRow = ({ account, clock }: RuleDesk, { rule, words, by }: NewRule): RuleRow => ({
  type: "operator-rule",
  state: "added",
  ruleId: `r${account.portfolio().rulesMade + 1}`,
  rule,
  by: by.trim(),
  words: words.trim(),
  atMs: clock.now(),
});

/** @throws StoreError */
export const removeOperatorRule = (desk: RuleDesk, asked: RuleToRemove, options: CallOptions): Promise<RuleAnswer> =>
  inTurn(desk.account, options, async () => {
    const reason = checkRemoveRule(desk, asked);
    const standing = desk.account.portfolio().rules.get(asked.ruleId);
    if (reason !== null || standing === undefined) return { status: "refused", reason: reason ?? "" };
    const text = describeRemoveRule(desk, asked);
    await desk.account.append([removedRuleRow(desk, standing, asked)], options);
    return { status: "removed", rule: standing, text };
  });

/** The row that takes it away. */
export const removedRuleRow = (
  { clock }: Pick<RuleDesk, "clock">,
  { ruleId, rule }: StandingRule,
  { by, words }: Pick<RuleToRemove, "by" | "words">,
): RuleRow => ({ type: "operator-rule", state: "removed", ruleId, rule, by, words, atMs: clock.now() });
