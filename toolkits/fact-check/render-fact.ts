// Floor 2. A fact → what a person reads: value with unit, in the conventions of the operator's language.
import { amountText } from "#schemas/amount-text.ts";
import { InvariantError } from "#schemas/errors.ts";
import { deskText, type Fact, type ShownText } from "#schemas/fact.ts";
import { DAY_MS, HOUR_MS } from "#schemas/units.ts";
import type { CheckRun, Language } from "./check-run.ts";
import { numberOf } from "./fact-table.ts";
import { wordLists } from "./lexicon.ts";
import type { FactForm } from "./sentence.ts";
import { timeText } from "./times.ts";

const LOCALES: Readonly<Record<Language, string>> = { en: "en-US", de: "de-DE", es: "es-ES" };
const LONGEST_QUOTE = 80;
const MINUTE_MS = 60_000;

/** How a reference is shown. */
export interface Shape {
  readonly form: FactForm;
  /** Whether a word beside it says the sign: "fell 4.6 %". */
  readonly isSignSaid?: boolean;
}

/**
 * `3,012.4 USDT`, `27.4`, `−4.6 %`; "not known" for null, never a number.
 * @throws InvariantError where the value is not of its unit
 */
export function renderFact(fact: Fact, { form, isSignSaid = false }: Shape, run: CheckRun): ShownText {
  const { notKnown } = wordLists(run.language).shown;
  if (form === "name") return deskText(fact.market ?? notKnown);
  if (form === "at") return deskText(fact.asOfMs === null ? notKnown : timeText(fact.asOfMs, run.timeZone));
  if (fact.value === null) return deskText(notKnown);
  return deskText(isWords(fact) ? wordsOf(fact, run) : figureOf(fact, form === "abs" || isSignSaid, run));
}

const isWords = ({ unit }: Fact): boolean => unit === "text" || unit === "verdict" || unit === "sentence";

function wordsOf(fact: Fact, { language }: CheckRun): string {
  const { values, quotes, ownWords, strategyWords, feedWords } = wordLists(language).shown;
  const text = String(fact.value);
  if (!fact.quoted) return values[text] ?? text;
  // A stranger's: printable ASCII without what a page or a terminal would act on.
  const plain = text.replaceAll(/[^ -~]|["`<>|*_[\]\\{}]/g, "").slice(0, LONGEST_QUOTE);
  const whose = fact.kind === "headline" ? feedWords : fact.strategyId === null ? ownWords : strategyWords;
  return `${quotes[0]}${plain}${quotes[1]} (${whose})`;
}

function figureOf(fact: Fact, isMagnitude: boolean, { language, timeZone }: CheckRun): string {
  const number = numberOf(fact);
  if (number === null) {
    throw new InvariantError({
      was: `The fact ${fact.id} has the value ${JSON.stringify(fact.value)}.`,
      expected: `a number, as its unit is ${fact.unit}`,
      remedy: "Mend the tool that made the fact.",
    });
  }
  if (fact.unit === "time") return timeText(number, timeZone);
  const locale = LOCALES[language];
  const size = magnitude(fact, Math.abs(number), locale);
  const isZero = !/[1-9]/.test(size);
  const sign = isMagnitude || isZero ? "" : number < 0 ? "−" : SIGNED.has(fact.kind) ? "+" : "";
  return `${sign}${size}`;
}

const SIGNED: ReadonlySet<Fact["kind"]> = new Set(["change", "pnl", "return"]);

function magnitude(fact: Fact, size: number, locale: string): string {
  const inCurrency = (text: string): string => (fact.currency === null ? text : `${text} ${fact.currency}`);
  switch (fact.unit) {
    case "price":
    case "quantity":
      return inCurrency(amountText(size, { locale }));
    case "money":
      return inCurrency(amountText(size, { locale, mostDecimals: 2 }));
    case "pct":
      return `${amountText(size, { locale, mostDecimals: 2 })} %`;
    case "index":
      return amountText(size, { locale, mostDecimals: fact.kind === "rsi" ? 1 : 2 });
    case "ratio":
      return amountText(size, { locale, mostDecimals: 3 });
    case "duration":
      return durationText(size, locale);
    default:
      return amountText(size, { locale, mostDecimals: 0 });
  }
}

/** `45 s`, `5 min`, `3.5 h`, `2.2 d`. */
function durationText(ms: number, locale: string): string {
  const steps = [
    [2 * DAY_MS, DAY_MS, "d", 1],
    [2 * HOUR_MS, HOUR_MS, "h", 1],
    [2 * MINUTE_MS, MINUTE_MS, "min", 0],
  ] as const;
  const [, unitMs, unit, mostDecimals] = steps.find(([from]) => ms >= from) ?? [0, 1000, "s", 0];
  return `${amountText(ms / unitMs, { locale, mostDecimals })} ${unit}`;
}
