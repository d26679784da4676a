// Floor 6. The rules that a backtest is given in words → typed rules. A note binds nothing, so words that are not read end it.
import { createAccount } from "#desk/account/account.ts";
import { checkNewRule } from "#desk/operator-rules/add-rule.ts";
import { ruleFromWords } from "#desk/operator-rules/rule-words.ts";
import { vocabularyOf } from "#desk/operator-rules/vocabulary.ts";
import type { WordedRule } from "#scheduler/backtest-input.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { UsageError } from "#schemas/errors.ts";
import { deskTerms } from "#toolkits/risk/strategy-terms.ts";
import type { Venue } from "../venues/venue.ts";

/** Of `--rule`, which may be given several times. */
export const ruleWordsOf = ({ rule }: Readonly<Record<string, unknown>>): readonly string[] =>
  Array.isArray(rule) ? rule.filter((words) => typeof words === "string") : [];

/** @throws UsageError naming the first that is not read, or cannot hold here */
export function backtestRules(
  wordings: readonly string[],
  { markets, quote, cash, hosts }: Venue,
  { limits }: Pick<DeskConfig, "limits">,
): readonly WordedRule[] {
  const strategies = new Map(hosts.map(({ info }) => [info.id, deskTerms(limits, "next-open")]));
  const account = createAccount({ quote, cash });
  return wordings.map((words) => {
    const rule = ruleFromWords(words, vocabularyOf({ markets, strategies }));
    if (rule === null) {
      throw refused(`--rule ${JSON.stringify(words)} is not read, and a note binds nothing in a backtest.`);
    }
    const reason = checkNewRule({ account, quote, strategies }, { rule, words, by: "operator" });
    if (reason !== null) throw refused(`--rule ${JSON.stringify(words)}: ${reason}`);
    return { rule, words };
  });
}

const refused = (was: string): UsageError =>
  new UsageError({ was, remedy: 'Write it as in --rule "max two entries a day in AI tokens".' });
