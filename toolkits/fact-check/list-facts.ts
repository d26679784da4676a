// Floor 2. Facts listed by code: the answer where no sentence of a draft stands, or the draft is in another language.
import { deskText, type Fact, type ShownText } from "#schemas/fact.ts";
import type { CheckRun } from "./check-run.ts";
import { wordLists } from "./lexicon.ts";
import { renderFact } from "./render-fact.ts";

/**
 * A line a fact, in the order given: `- ETH/USDT RSI (Wilder, 14) (1h): 27.4`; statements as they are. Empty for no facts.
 * Labels are English: in other languages the kind stands for them.
 */
export function listFacts(facts: readonly Fact[], run: CheckRun): ShownText {
  const { kinds } = wordLists(run.language).shown;
  const lines = facts.map((fact) => {
    const value = renderFact(fact, { form: "value" }, run);
    if (fact.unit === "sentence") return `- ${value}`;
    const over = fact.timeframe ?? fact.window;
    const what = run.language === "en" ? fact.label : (kinds[fact.kind] ?? fact.kind);
    const name = [fact.market, what, over === null ? null : `(${over})`];
    return `- ${name.filter((part) => part !== null).join(" ")}: ${value}`;
  });
  return deskText(lines.join("\n"));
}
