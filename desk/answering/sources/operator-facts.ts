// Floor 4. The figures of a question → facts, so that an answer can repeat them by id. They are the operator's: never evidence of
// the market.
import { COMMON_QUOTES } from "#agents/deep-trader-manager/language/intent-words.ts";
import type { NewFact } from "#agents/deep-trader-manager/talk/fact-source.ts";
import type { Language } from "#schemas/language.ts";
import { multiply, toNumber } from "#schemas/money.ts";
import { factsOf } from "./make-facts.ts";

/** Figures of one question; more than these are not a question. */
const MOST_FIGURES = 20;

/**
 * A figure: a sign and a currency before it, digits with separators, a `k`; then a percent sign or word, or a currency's letters.
 * Not where letters, digits, or the marks of clock times, dates and versions adjoin.
 */
const FIGURE =
  /(?<![\p{L}\p{N}_/:#]|\d[.,-])(?<sign>[-−+])?(?<mark>[$€£])? ?(?<digits>\d+(?:[.,'’]\d+)*)(?<kilo>[kK](?![\p{L}\p{N}]))?(?: ?(?<pct>%|(?:percent|pct|prozent|por ciento|per cent)(?![\p{L}]))| ?(?<after>[$€£]|\p{L}+))?(?!:\d|[/\p{N}]|-\d)/giu;

/** Behind a number they make it a time, not a figure. */
const TIME_WORD =
  /^(?:s|sec|secs|seconds?|m|min|mins|minutes?|h|hr|hrs|hours?|d|days?|w|weeks?|months?|years?|am|pm|uhr|sekunden?|minuten?|stunden?|tage?n?|wochen?|monate?n?|jahre?n?|segundos?|minutos?|horas?|d[ií]as?|semanas?|mes(?:es)?|años?|candles?|kerzen?|velas?|st|nd|rd|th)$/iu;

const MARKS: Readonly<Record<string, string>> = { $: "USD", "€": "EUR", "£": "GBP" };

/** @param language of the operator: whether 1.000 is a thousand */
export function operatorFacts(question: string, language: Language = "en"): readonly NewFact[] {
  const make = factsOf({ recordId: "question" });
  const facts = [...question.matchAll(FIGURE)].flatMap((found): NewFact[] => {
    const { sign, mark, digits = "", kilo, pct, after } = found.groups ?? {};
    const isAttached = after !== undefined && !found[0].includes(` ${after}`);
    const currency = MARKS[mark ?? ""] ?? MARKS[after ?? ""] ?? currencyOf(after);
    // `24 hours`, `1hr`, `1INCH`: no figure. A word of its own behind a figure changes nothing.
    if (after !== undefined && currency === null && (isAttached || TIME_WORD.test(after))) return [];
    const plain = plainDecimal(digits, language);
    if (plain === null) return [];
    const whole = kilo === undefined ? plain : multiply(plain, "1000");
    const value = sign === "-" || sign === "−" ? multiply(whole, "-1") : whole;
    const said = currency === null && after !== undefined ? found[0].slice(0, -after.length) : found[0];
    const label = `figure of the operator: ${JSON.stringify(said.trim())}`;
    if (pct !== undefined) return [make.pct("operator", toNumber(value), label)];
    return currency === null
      ? [make.index("operator", toNumber(value), label)]
      : [make.money("operator", value, currency, label)];
  });
  return facts.slice(0, MOST_FIGURES);
}

const currencyOf = (word: string | undefined): string | null =>
  word !== undefined && COMMON_QUOTES.has(word.toUpperCase()) ? word.toUpperCase() : null;

/** `1,000.5` and `1.000,5` → `1000.5`; null for what is no number, such as `1.2.3`. */
export function plainDecimal(digits: string, language: Language): string | null {
  const [thousands, point] = language === "en" ? [",", "."] : [".", ","];
  const grouped = new RegExp(`^\\d{1,3}(?:[${thousands}'’]\\d{3})+(?:[${point}]\\d+)?$`);
  const plain = grouped.test(digits)
    ? digits.replace(new RegExp(`[${thousands}'’]`, "g"), "").replace(point, ".")
    : digits.replace(",", ".");
  if (!/^\d+(?:\.\d+)?$/.test(plain)) return null;
  return plain.replace(/^0+(?=\d)/, "");
}
