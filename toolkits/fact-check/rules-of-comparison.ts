// Floor 2. Fact layer, comparisons: "above its upper band", "under the limit of {{f}}", worked out from the table.
import type { Fact, FactKind } from "#schemas/fact.ts";
import { type Fault, fault } from "./check-run.ts";
import { factOf, numberOf } from "./fact-table.ts";
import type { Meaning } from "./lexicon.ts";
import { isAnd, LEVELS, nounsOf } from "./nouns.ts";
import { type Found, findAllPhrases } from "./phrases.ts";
import { isNegated, type Reading, textOf } from "./reading.ts";
import { subjectMarket } from "./rules-of-direction.ts";
import { CELL, isMark, isReference, type Token } from "./sentence.ts";
import { fitsTime } from "./times.ts";

/** Kinds that may be compared with each other. */
const FAMILIES: readonly ReadonlySet<FactKind>[] = [
  LEVELS,
  new Set(["rsi", "threshold-oversold", "threshold-overbought", "threshold"]),
  new Set(["exposure", "drawdown", "limit", "size", "risk", "concentration"]),
  new Set(["equity", "cash", "value", "fees", "limit", "pnl", "scenario"]),
];

/** Only like units and kinds; prices of one market, unless both are market prices. */
function areLike(a: Fact, b: Fact): boolean {
  if (a.unit !== b.unit && !(isMoney(a) && isMoney(b) && (a.kind === "operator" || b.kind === "operator")))
    return false;
  if (a.kind === "operator" || b.kind === "operator") return a.kind !== b.kind;
  if (a.kind === b.kind) return true;
  const isFamily = FAMILIES.some((family) => family.has(a.kind) && family.has(b.kind));
  return isFamily && (a.market === b.market || a.market === null || b.market === null);
}

const isMoney = ({ unit }: Fact): boolean => unit === "price" || unit === "money";
const VALUES: ReadonlySet<Fact["unit"]> = new Set([
  "price",
  "money",
  "pct",
  "index",
  "ratio",
  "count",
  "quantity",
  "duration",
]);

interface Operand {
  readonly at: number;
  readonly fact: Fact;
}

export function comparisonFault(reading: Reading): Fault | null {
  for (const found of reading.meanings) {
    const { value, from, to } = found;
    if (value.about !== "comparison" || reading.isConditional[from] === true || isOfTime(reading, to)) continue;
    if (isAbout(reading, from, to) || isOfRule(reading, found) || isOfOther(reading, from, to)) continue;
    const words = textOf(reading, from, to);
    if (value.way === "between") {
      if (!isBetween(reading, from, to)) return fault("comparison", words);
      continue;
    }
    if (isPointing(reading, from, to)) continue;
    const past = changeSince(reading, from, to);
    if (past !== null) {
      if ((value.way === "above" ? past < 0 : past > 0) === isNegated(reading, from)) return fault("comparison", words);
      continue;
    }
    const sides = extentsOf(reading, from, to) ?? sidesOf(reading, from, to);
    if (sides === null) return fault("comparison", words);
    const isExtent = sides.every(({ fact }) => fact.kind === "change");
    const [left, right] = sides.map(({ fact }) => (isExtent ? extentOf(fact, from, reading) : numberOf(fact)));
    if (left === undefined || right === undefined || left === null || right === null) return fault("comparison", words);
    const isSo = value.way === "above" ? left > right : left < right;
    if (isSo === isNegated(reading, from))
      return fault("comparison", `${words}: ${sides.map(({ fact }) => fact.id).join(", ")}`);
  }
  return null;
}

/** "the result above includes": a noun right before, nothing to compare with behind. */
const isPointing = (reading: Reading, from: number, to: number): boolean =>
  nounsOf(reading).some((noun) => noun.to === from) && operandsBehind(reading, to).length === 0;

/** "Über die Richtung sagt er nichts", "was ich über BTC denke": about something, in a clause without a value. */
function isAbout({ tokens, words, lists, assets, references }: Reading, from: number, to: number): boolean {
  if (to - from > 1 || !lists.aboutWords.has(words[from] ?? "")) return false;
  const isEnd = (token: Token): boolean => isMark(token, ",;:.!?–—") || token.text === CELL;
  const first = tokens.findLastIndex((token, at) => at < from && isEnd(token)) + 1;
  const end = tokens.findIndex((token, at) => at >= to && isEnd(token));
  const last = end < 0 ? tokens.length : end;
  if (references.some(({ at }) => at >= first && at < last)) return false;
  const isObject = lists.aboutObjects.has(words[to] ?? "");
  if (words.slice(first, from).some((word) => lists.speakers.has(word))) return isObject || assets.markets.has(to);
  return isObject && from === 0 && ![...assets.markets.keys()].some((at) => at < last);
}

/** "more than a description": no value on either side. */
function isOfOther(reading: Reading, from: number, to: number): boolean {
  const { tokens, words, lists, references, assets } = reading;
  if (references.length > 0 || (assets.markets.size > 0 && from > 0)) return false;
  if (to - from < 2 || !["than", "als", "que"].includes(words[to - 1] ?? "")) return false;
  if (operandsBehind(reading, to).length > 0 || lists.comparedPronouns.has(words[to] ?? "")) return false;
  return tokens[to]?.type === "word";
}

/** "a day ago it was higher, as the change of {{f}} shows": the change since then; null where no time and change stand there. */
function changeSince(reading: Reading, from: number, to: number): number | null {
  const { meanings, tokens, references } = reading;
  const first = tokens.findLastIndex((token, at) => at < from && isMark(token, ",;:–—")) + 1;
  const past = meanings.find(
    ({ value, from: at }) => value.about === "time" && value.time.startsWith("ago:") && at >= first && at < from,
  );
  const market = subjectMarket(reading, from);
  const change = references
    .map(({ reference }) => reference.fact)
    .find((fact) => fact.kind === "change" && (market === null || fact.market === market));
  if (past?.value.about !== "time" || change === undefined || operandsBehind(reading, to).length > 1) return null;
  return fitsTime(past.value.time, [change], reading.run) ? numberOf(change) : null;
}

/** "fell less than SOL, {{f}} and {{g}}": the extents of two changes, behind a word of direction. */
function extentsOf(reading: Reading, from: number, to: number): readonly [Operand, Operand] | null {
  const { meanings, assets, references } = reading;
  const isMove = meanings.some(({ value, to: end }) => value.about === "direction" && end === from);
  const market = assets.markets.get(to);
  if (!isMove || market === undefined) return null;
  const changes = references.filter(({ reference }) => reference.fact.kind === "change");
  const right = changes.find(({ reference }) => reference.fact.market === market);
  const left = changes.find(({ reference }) => reference.fact.market === subjectMarket(reading, from));
  if (left === undefined || right === undefined || left === right) return null;
  return [
    { at: left.at, fact: left.reference.fact },
    { at: right.at, fact: right.reference.fact },
  ];
}

/** How far, where a verb of direction stands before the comparison; else the value. */
function extentOf(fact: Fact, from: number, { meanings }: Reading): number | null {
  const isMove = meanings.some(({ value, to }) => value.about === "direction" && to === from);
  const value = numberOf(fact);
  return value === null || !isMove ? value : Math.abs(value);
}

const OF_RULES: ReadonlySet<FactKind> = new Set(["threshold", "threshold-oversold", "threshold-overbought", "limit"]);

/** "Below {{threshold}} the rule speaks of …", "anything beneath {{threshold}} counts as …": of a rule, not of a value. */
function isOfRule(reading: Reading, { value, from, to }: Found<Meaning>): boolean {
  const { tokens, words, lists, assets, references } = reading;
  const token = [tokens[to], tokens[to + 1]].find(isReference);
  if (token === undefined || !OF_RULES.has(token.reference.fact.kind)) return false;
  // What lies above the threshold of oversold is not oversold.
  const [state, way] =
    token.reference.fact.kind === "threshold-oversold" ? ["oversold", "below"] : ["overbought", "above"];
  const isState = reading.meanings.some(({ value: other }) => other.about === "state" && other.state === state);
  if (isState && value.about === "comparison" && value.way !== way) return false;
  if (words.slice(Math.max(0, from - 2), from).some((word) => lists.genericSubjects.has(word))) return true;
  const isOther = references.some(({ reference }) => !OF_RULES.has(reference.fact.kind));
  if (assets.markets.size > 0 || isOther) return false;
  return tokens[from - 1]?.type !== "word" || isAnd(words[from - 1] ?? "");
}

/** "over 30 days"; "lower {{f}}, upper {{g}}", where the word names the value. */
const isOfTime = ({ tokens, words }: Reading, to: number): boolean =>
  tokens[to]?.type === "literal" || (isReference(tokens[to]) && ["lower", "upper"].includes(words[to - 1] ?? ""));

/**
 * Left and right of the word. Where nothing stands on the left, the sentence before is asked ("That is below …"); where nothing
 * stands on the right, the two last values before it are compared, the nearer one first.
 */
function sidesOf(reading: Reading, from: number, to: number): readonly [Operand, Operand] | null {
  const before = operandsBefore(reading, from);
  const behind = operandsBehind(reading, to);
  const pair = pairAgainst(reading, to);
  if (pair !== null) return areLike(pair[0].fact, pair[1].fact) ? pair : null;
  const own = ownValue(reading, to);
  if (own !== null) {
    const other = [...operandsOfSentenceBefore(reading), ...before].find(
      ({ fact }) => fact.id !== own.fact.id && areLike(fact, own.fact),
    );
    return other === undefined ? null : [own, other];
  }
  for (const right of behind) {
    const left = [...before, ...operandsOfSentenceBefore(reading)].find(
      ({ fact }) => fact.id !== right.fact.id && areLike(fact, right.fact),
    );
    if (left !== undefined) return [left, right];
  }
  if (behind.length > 0) return null;
  const [left] = before.filter(({ fact }) => fact.kind !== "operator");
  const other = [...before, ...operandsOfSentenceBefore(reading)].find(
    (each) => left !== undefined && each.fact.id !== left.fact.id && areLike(each.fact, left.fact),
  );
  return left === undefined || other === undefined ? null : [left, other];
}

/** "under its entry, {{f}} against {{g}}": both sides as values behind it. */
function pairAgainst({ words, lists, references, tokens }: Reading, to: number): readonly [Operand, Operand] | null {
  const [left, right] = references.filter(({ at }) => at >= to);
  if (left === undefined || right === undefined) return null;
  const between = words.slice(left.at + 1, right.at);
  const isAgainst = findAllPhrases(between, lists.against).some(
    (found) => found.from === 0 && found.to === between.length,
  );
  if (!isAgainst || tokens.slice(to, left.at).some((token) => isMark(token, ".;:"))) return null;
  return [
    { at: left.at, fact: left.reference.fact },
    { at: right.at, fact: right.reference.fact },
  ];
}

/** "below that line at {{f}}", "above it with {{f}}": the value is that of the subject, the pronoun what it is compared with. */
function ownValue({ tokens, words, lists, references }: Reading, to: number): Operand | null {
  const next = references.find(({ at }) => at >= to);
  if (next === undefined || next.at - to > 4 || next.at - to < 2) return null;
  if (tokens.slice(to, next.at).some((token) => token.type === "mark" && token.text !== ",")) return null;
  const isPronoun = lists.comparedPronouns.has(words[to] ?? "");
  return isPronoun && lists.beforeOwnValue.has(words[next.at - 1] ?? "")
    ? { at: next.at, fact: next.reference.fact }
    : null;
}

const operandsOfSentenceBefore = ({ previous }: Reading): readonly Operand[] =>
  previous.filter(({ unit }) => VALUES.has(unit)).map((fact) => ({ at: -1, fact }));

/** "below the middle band ({{f}}) and below the lower band ({{g}})": the first is not what the second is compared with. */
const isAside = ({ tokens }: Reading, at: number): boolean =>
  isReference(tokens[at]) && isMark(tokens[at - 1], "(") && isMark(tokens[at + 1], ")");

/** Nearest first: references, and values that the table has of a noun or a market that is named. */
function operandsBefore(reading: Reading, from: number): readonly Operand[] {
  const all = operands(reading, (at) => at < from).sort((a, b) => b.at - a.at);
  const isSecond = reading.meanings.some(({ value, from: at }) => value.about === "comparison" && at < from);
  if (!isSecond) return all;
  const aside = new Set(all.filter(({ at }) => isAside(reading, at)).map(({ fact }) => fact.id));
  return all.filter(({ fact }) => !aside.has(fact.id));
}

/** "than the RSI of BTC, {{f}},": the value of the noun before the comma belongs to the clause. */
function clauseEnd({ tokens }: Reading, from: number): number {
  const isEnd = (token: Token, at: number): boolean =>
    isMark(token, `;.–—${CELL}`) || (isMark(token, ",") && !isReference(tokens[at + 1]));
  const end = tokens.findIndex((token, at) => at >= from && isEnd(token, at));
  return end < 0 ? tokens.length : end;
}

/** In order, up to the end of the clause. */
function operandsBehind(reading: Reading, to: number): readonly Operand[] {
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

function operands(reading: Reading, isThere: (at: number) => boolean): Operand[] {
  const { references, assets, table, lists, words } = reading;
  const written = references
    .filter(
      ({ reference: { fact, form } }) =>
        VALUES.has(fact.unit) && fact.kind !== "distance" && form !== "at" && form !== "name",
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

/** "between {{low}} and {{high}}": in this order, and what is compared lies inside. */
function isBetween(reading: Reading, from: number, to: number): boolean {
  const end = clauseEnd(reading, to);
  const values = reading.references.filter(({ at }) => at >= to && at < end);
  // "the correlation between ETH and SOL is {{f}}": no two values are meant.
  if (values.length < 2 || (values[0]?.at ?? 0) > to + 3) return true;
  const [low, high] = operands(reading, (at) => at >= to)
    .filter(({ at }) => reading.tokens[at]?.type === "reference")
    .sort((a, b) => a.at - b.at);
  if (low === undefined || high === undefined || !areLike(low.fact, high.fact)) return false;
  const [least, most] = [numberOf(low.fact), numberOf(high.fact)];
  if (least === null || most === null || least > most) return false;
  const left = operandsBefore(reading, from).find(
    ({ fact, at }) => areLike(fact, low.fact) && reading.tokens[at]?.type === "reference",
  );
  const value = left === undefined ? null : numberOf(left.fact);
  return value === null || (value >= least && value <= most);
}
