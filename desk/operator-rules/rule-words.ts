// Floor 4. The common wordings of a rule, in English, German and Spanish → the typed rule. What is not read to its last word is
// not read at all: null, and the caller keeps it as a note and says so.
import type { OperatorRule, RuleScope } from "#schemas/operator-rule.ts";
import { scopeFromWords, type Vocabulary } from "./scope-words.ts";
import { amountOf, countOf, percentOf, windowFromWords } from "./value-words.ts";

export type { Vocabulary } from "./scope-words.ts";

/** What the pattern of a wording has found; `in` and `when` are left out where the wording has none. */
interface Found {
  readonly in?: string;
  readonly when?: string;
  readonly n?: string;
  readonly per?: string;
  readonly unit?: string;
}

const IN = "(?: (?:in|of|for|bei|von|en|de) (?<in>.+?))?";
const WHEN =
  "(?: (?<when>(?:on|over|during|at|through|between|from|am|an|über|ueber|während|zwischen|von|los|el|durante|en los|entre|sonntags|samstags) ?.+?))?";
const MOST =
  "(?:max(?:imum)?|at most|(?:never|no|not) more than|up to|höchstens|maximal|nie mehr als|nicht mehr als|máximo|maximo|como máximo|como maximo|nunca más de|nunca mas de|no más de)";
const N = "(?<n>[\\p{L}\\d.,]+)";
const NEW = "(?:(?:new|neue|neuen|nuevas) )?";
const ENTRIES = `${NEW}(?:entry|entries|trades?|buys?|purchases?|einstiege?|käufe|kauf|entradas?|compras?|operaciones)`;
const PER = "(?:a|an|per|each|every|pro|am|je|die|in der|al|por|a la|cada) (?<per>day|week|tag|woche|día|dia|semana)";
const EACH = "(?:a|an|per|each|pro|je|por|cada) (?:entry|trade|buy|einstieg|kauf|entrada|compra|operación)";

type Maker = (found: Found, scope: RuleScope) => OperatorRule | null;

/** Tried in this order; each from the first to the last character. */
const WORDINGS: readonly (readonly [pattern: string, make: Maker])[] = [
  [
    "(?:never|don't|do not|no) (?:hold|holding|keep) (?<in>.+?) (?<when>(?:over|during|through|on|at|between) .+)",
    noHoldOver,
  ],
  ["(?:nie|niemals) (?<in>.+?) (?<when>(?:über|ueber|am|an|während|zwischen) .+?) halten", noHoldOver],
  ["halte (?:nie|niemals) (?<in>.+?) (?<when>(?:über|ueber|am|an|während|zwischen) .+)", noHoldOver],
  ["nunca (?:mantener|tener|mantengas) (?<in>.+?) (?<when>(?:durante|en|el|los|entre) .+)", noHoldOver],
  [`${MOST} ${N} ${ENTRIES} ${PER}${IN}`, maxEntries],
  [`${MOST} ${N} ${ENTRIES}${IN} ${PER}`, maxEntries],
  [`${MOST} ${N} ?(?<unit>%|percent|prozent|por ciento|\\p{L}{2,10}) ${EACH}${IN}`, maxStake],
  [`${MOST} ${N} (?:open |offene |abiertas )?(?:positions?|positionen|posiciones|posición)${IN}`, maxPositions],
  [
    `${MOST} ${N} ?(?:%|percent|prozent|por ciento)(?: (?:of|der|del) (?:equity|the account|kapitals?|capital))?${IN}`,
    maxExposure,
  ],
  [`(?:no|never any|keine|kein|ningunas?|sin) ${ENTRIES}${IN}${WHEN}`, noEntries],
  [`(?:never|don't|do not|nie|niemals|nunca) (?:buy|enter|trade|kaufe|comprar|compres) (?<in>.+?)${WHEN}`, noEntries],
  [`(?:nie|niemals) (?<in>.+?)${WHEN} kaufen`, noEntries],
];

const EXPRESSIONS = WORDINGS.map(([pattern, make]) => [new RegExp(`^${pattern}$`, "iu"), make] as const);

/**
 * @param words such as `max two entries a day in AI tokens`
 * @param vocabulary which assets and strategies there are
 */
export function ruleFromWords(words: string, vocabulary: Vocabulary): OperatorRule | null {
  const text = words
    .trim()
    .replaceAll(/\s+/g, " ")
    .replace(/[.!]+$/, "")
    .replaceAll("’", "'");
  for (const [expression, make] of EXPRESSIONS) {
    const found = expression.exec(text)?.groups as Found | undefined;
    if (found === undefined) continue;
    const scope = found.in === undefined ? ALL : scopeFromWords(found.in, vocabulary);
    const rule = scope === null ? null : make(found, scope);
    if (rule !== null) return rule;
  }
  return null;
}

const ALL: RuleScope = { kind: "all" };

function noHoldOver({ when = "" }: Found, scope: RuleScope): OperatorRule | null {
  const window = windowFromWords(when);
  return window === null ? null : { type: "no-hold-over", scope, when: window, hoursBefore: 0 };
}

function noEntries({ when }: Found, scope: RuleScope): OperatorRule | null {
  if (when === undefined) return { type: "no-entries", scope, when: { kind: "always" } };
  const window = windowFromWords(when);
  return window === null ? null : { type: "no-entries", scope, when: window };
}

function maxEntries({ n = "", per = "" }: Found, scope: RuleScope): OperatorRule | null {
  const count = countOf(n);
  const isWeek = /^(?:week|woche|semana)$/iu.test(per);
  return count === null ? null : { type: "max-entries", scope, per: isWeek ? "week" : "day", count };
}

function maxPositions({ n = "" }: Found, scope: RuleScope): OperatorRule | null {
  const count = countOf(n);
  return count === null ? null : { type: "max-positions", scope, count };
}

function maxExposure({ n = "" }: Found, scope: RuleScope): OperatorRule | null {
  const pct = percentOf(n);
  return pct === null ? null : { type: "max-exposure", scope, pct };
}

function maxStake({ n = "", unit = "" }: Found, scope: RuleScope): OperatorRule | null {
  if (/^(?:%|percent|prozent|por ciento)$/iu.test(unit)) {
    const pct = percentOf(n);
    return pct === null ? null : { type: "max-stake", scope, limit: { pct } };
  }
  const amount = amountOf(n);
  return amount === null ? null : { type: "max-stake", scope, limit: { amount, currency: unit.toUpperCase() } };
}
