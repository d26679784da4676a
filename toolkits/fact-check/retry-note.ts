// Floor 2. What was dropped → the note for the model's one retry. English: it is read by a model.
import type { Fact } from "#schemas/fact.ts";
import type { Dropped, Rule } from "./check-run.ts";
import { numberOf } from "./fact-table.ts";

const REASONS: Readonly<Record<Rule, string>> = {
  "too-long": "the answer is too long",
  character: "character that is not allowed",
  reference: "reference that cannot be read",
  "unknown-fact": "unknown fact",
  markup: "markup that is not allowed",
  "inline-code": "code that is no command of the desk",
  digit: "bare figure",
  "look-alike": "letters that read as a figure",
  roman: "bare figure",
  "spelled-apart": "bare figure",
  tally: "signs that are counted",
  symbol: "sign that is not allowed",
  "other-language": "words of another language",
  "number-word": "number word",
  "near-number-word": "word that reads as a number",
  "unknown-word": "unknown word where a value would stand",
  unreadable: "too many unknown words",
  edge: "text that touches a reference",
  hedge: "a reference is exact: no words such as about",
  unit: "unit that is not that of the fact",
  table: "table without a head, or a row of other cells",
  asset: "asset without a fact",
  market: "fact of another market than the one named",
  kind: "noun that does not fit the fact",
  direction: "direction that no fact beside it shows",
  comparison: "comparison that the facts do not show",
  state: "state that no fact beside it shows",
  held: "what is held or not is not what the facts say",
  event: "event without its fact",
  side: "side that no fact beside it shows",
  rank: "rank that no fact beside it shows",
  quantifier: "count without its fact",
  time: "time that no fact beside it has",
  "operator-figure": "the operator's figure said as one of the market",
  forecast: "forecast",
  advice: "advice",
  promise: "promise",
  cause: "cause without a fact",
  authority: "source without a fact",
  valuation: "valuation",
  simulated: "the market is simulated",
  "not-neutral": "claim without a reference",
  dependent: "it hangs on a sentence that was left out",
  "lead-in": "nothing that it leads to stands",
  "table-empty": "no row of the table stands",
};

/** `sentence 2: bare figure "27.4"; f12 has that value`, a line each; empty where nothing was dropped. */
export function retryNote(dropped: readonly Dropped[], facts: readonly Fact[]): string {
  return dropped
    .map(({ sentence, rule, words }) => {
      const quoted = words === "" ? "" : ` "${words.replaceAll('"', "'")}"`;
      return `sentence ${sentence}: ${REASONS[rule]}${quoted}${rule === "digit" ? factsOfValue(words, facts) : ""}`;
    })
    .join("\n");
}

function factsOfValue(words: string, facts: readonly Fact[]): string {
  const number = Number(words.replaceAll(/[^\d.]/g, ""));
  const ids = facts.filter((fact) => Math.abs(numberOf(fact) ?? Number.NaN) === number).map(({ id }) => id);
  if (words === "" || ids.length === 0) return "";
  return `; ${ids.join(", ")} ${ids.length === 1 ? "has" : "have"} that value`;
}
