// Floor 2, risk. The debate, bought asleep: it may refuse an entry, and size.ts applies what it shrinks.
import { type Debate, holdsAt } from "#schemas/debate.ts";
import { toIso } from "#schemas/units.ts";
import type { Rule } from "./rule.ts";

/** One that does not hold for this candle at this price is none. */
export const debateVeto: Rule = ({ debate, decision }) =>
  debate?.verdict === "veto" && holdsAt(debate, decision.asOfMs, decision.price) ? reasonOf(debate) : null;

/** Who said it, when, and how likely its judge held the target to come first. No words of a model. */
function reasonOf({ judge, probability, madeAtMs, validUntilMs }: Debate): string {
  const said = `${judge.author.model} vetoes it in its debate of ${toIso(madeAtMs)}, which holds to ${toIso(validUntilMs)}`;
  return probability === null ? said : `${said}: ${probability.toFixed(2)} that the target comes before the stop`;
}
