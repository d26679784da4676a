// Floor 2. What a comparison may be about: references, and values that the table has of the nouns and markets of a sentence.
import { type Fact, type FactKind, FIGURE_UNITS } from "#schemas/fact.ts";
import { factOf } from "./fact-table.ts";
import { LEVELS, nounsOf } from "./nouns.ts";
import { findAllPhrases } from "./phrases.ts";
import type { Reading } from "./reading.ts";
import { subjectMarket } from "./rules-of-direction.ts";
import { CELL, isMark, isReference, type Token } from "./sentence.ts";

/** Kinds that may be compared with each other. */
const FAMILIES: readonly ReadonlySet<FactKind>[] = [
  LEVELS,
  new Set(["rsi", "threshold-oversold", "threshold-overbought", "threshold"]),
  new Set(["exposure", "drawdown", "limit", "size", "risk", "concentration"]),
  new Set(["equity", "cash", "value", "fees", "limit", "pnl", "scenario"]),
];

/** Only like units and kinds; prices of one market, unless both are market prices. */
export function areLike(a: Fact, b: Fact): boolean {
  if (a.unit !== b.unit && !(isMoney(a) && isMoney(b) && (a.kind === "operator" || b.kind === "operator")))
    return false;
  if (a.kind === "operator" || b.kind === "operator") return a.kind !== b.kind;
  if (a.kind === b.kind) return true;
  const isFamily = FAMILIES.some((family) => family.has(a.kind) && family.has(b.kind));
  return isFamily && (a.market === b.market || a.market === null || b.market === null);
}

const isMoney = ({ unit }: Fact): boolean => unit === "price" || unit === "money";
export interface Operand {
  readonly at: number;
  readonly fact: Fact;
}

export const operandsOfSentenceBefore = ({ previous }: Reading): readonly Operand[] =>
  previous.filter(({ unit }) => FIGURE_UNITS.has(unit)).map((fact) => ({ at: -1, fact }));

/** "below the middle band ({{f}}) and below the lower band ({{g}})": the first is not what the second is compared with. */
const isAside = ({ tokens }: Reading, at: number): boolean =>
  isReference(tokens[at]) && isMark(tokens[at - 1], "(") && isMark(tokens[at + 1], ")");

/** Nearest first: references, and values that the table has of a noun or a market that is named. */
export function operandsBefore(reading: Reading, from: number): readonly Operand[] {
  const all = operands(reading, (at) => at < from).sort((a, b) => b.at - a.at);
  const isSecond = reading.meanings.some(({ value, from: at }) => value.about === "comparison" && at < from);
  if (!isSecond) return all;
  const aside = new Set(all.filter(({ at }) => isAside(reading, at)).map(({ fact }) => fact.id));
  return all.filter(({ fact }) => !aside.has(fact.id));
}

/** "than the RSI of BTC, {{f}},": the value of the noun before the comma belongs to the clause. */
export function clauseEnd({ tokens }: Reading, from: number): number {
  const isEnd = (token: Token, at: number): boolean =>
    isMark(token, `;.–—${CELL}`) || (isMark(token, ",") && !isReference(tokens[at + 1]));
  const end = tokens.findIndex((token, at) => at >= from && isEnd(token, at));
  return end < 0 ? tokens.length : end;
}

/** In order, up to the end of the clause. */
export function operandsBehind(reading: Reading, to: number): readonly Operand[] {
  const { tokens } = reading;
  const end = clauseEnd(reading, to);
  const all = operands(reading, (at) => at >= to && at < end).sort((a, b) => a.at - b.at);
  // A value goes before the noun that leads to it: "the limit of {{f}}".
  return all.filter(({ at, fact }) => {
    const next = all.find((each) => each.at > at && isReference(tokens[each.at]));
    const leads = next !== undefined && !isReference(tokens[at]) && next.at - at <= 5 && next.fact.kind === fact.kind;
    return !leads;
  });
}

export function operands(reading: Reading, isThere: (at: number) => boolean): Operand[] {
  const { references, assets, table, lists, words } = reading;
  const written = references
    .filter(
      ({ reference: { fact, form } }) =>
        FIGURE_UNITS.has(fact.unit) && fact.kind !== "distance" && form !== "at" && form !== "name",
    )
    .map(({ at, reference }) => ({ at, fact: reference.fact }));
  const ofNouns = nounsOf(reading).flatMap(({ from, to, kinds }) => {
    const market = marketAt(reading, from, to);
    if (isOfOperator(reading, from, to)) return operatorsOf(reading).map((fact) => ({ at: from, fact }));
    // "beneath that level": one of the sentence before.
    if (lists.comparedPronouns.has(words[from - 1] ?? "")) {
      const meant = reading.previous.find(({ kind }) => kinds.includes(kind));
      return meant === undefined ? [] : [{ at: from, fact: meant }];
    }
    const fact = kinds
      .map((kind) => factOf(table, kind, market) ?? factOf(table, kind, null))
      .find((each) => each !== undefined);
    return fact === undefined || fact.kind === "distance" ? [] : [{ at: from, fact }];
  });
  // Not where it hangs on a noun: "the band of BTC".
  const alone = [...assets.markets].filter(([at]) => !lists.genitives.has(words[at - 1] ?? ""));
  const ofMarkets = alone.flatMap(([at, market]) => {
    const fact = factOf(table, "price", market);
    return fact === undefined ? [] : [{ at, fact }];
  });
  return [...written, ...ofNouns, ...ofMarkets].filter(({ at }) => isThere(at));
}

/** "your level": the operator's figure, of this sentence or the one before. */
const isOfOperator = ({ words, lists }: Reading, from: number, to: number): boolean =>
  findAllPhrases(words.slice(0, to), lists.operator).some((found) => found.from === from - 1 && found.to === to);
const operatorsOf = ({ references, previous }: Reading): readonly Fact[] =>
  [...references.map(({ reference }) => reference.fact), ...previous]
    .filter(({ kind }) => kind === "operator")
    .slice(0, 1);

/** Named, or else that of the sentence's only market. */
function marketAt(reading: Reading, at: number, to: number) {
  const named = subjectMarket(reading, at, to);
  if (named !== null) return named;
  const markets = new Set(
    reading.references.flatMap(({ reference: { fact } }) => (fact.market === null ? [] : [fact.market])),
  );
  return markets.size === 1 ? ([...markets][0] ?? null) : null;
}
