// Floor 4. The source `docs`: what the desk's words mean here, and what it does not do, as sentences owned by code.
import { z } from "zod";
import { factSource, type NewFact } from "#agents/deep-trader-manager/talk/fact-source.ts";
import { OVERBOUGHT_RSI, OVERSOLD_RSI } from "#schemas/indicator.ts";
import type { Language } from "#schemas/language.ts";
import docs from "./docs.json" with { type: "json" };
import { factsOf } from "./make-facts.ts";

export const DOCS: Readonly<Record<keyof typeof docs, Readonly<Record<Language, string>>>> = docs;
type DocId = keyof typeof docs;

/** Rules of the shipped strategies are told by `strategy`. */
const TOPICS = (Object.keys(docs) as DocId[]).filter((id) => !id.startsWith("rule-"));

export const docsSource = () =>
  factSource({
    id: "docs",
    description:
      "What a word means on this desk (RSI, bands, ATR, stop, exposure, verdicts …), how to pause, close, backtest or write a strategy, and what the desk does not do (forecasts, advice, news, plans, short sales).",
    input: z.object({ topics: z.array(z.enum(TOPICS)).min(1).max(5) }),
    read: async ({ topics }, { language }) =>
      [...new Set(topics)].flatMap((topic) => [docFact(topic, language), ...(topic === "rsi" ? rsiThresholds() : [])]),
  });

export const docFact = (topic: DocId, language: Language): NewFact => ({
  kind: "statement",
  value: DOCS[topic][language],
  unit: "sentence",
  recordId: `docs ${topic}`,
  label: topic.replaceAll("-", " "),
});

/** By Wilder, as breadth counts them; a strategy may have its own. */
function rsiThresholds(): NewFact[] {
  const { index } = factsOf({ recordId: "docs rsi" });
  return [
    index("threshold-oversold", OVERSOLD_RSI, "RSI under this is called oversold"),
    index("threshold-overbought", OVERBOUGHT_RSI, "RSI over this is called overbought"),
  ];
}
