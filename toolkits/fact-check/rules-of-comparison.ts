// Floor 2. Fact layer, comparisons: "above its upper band", "under the limit of {{f}}", worked out from the table.
import type { Fact } from "#schemas/fact.ts";
import { type Fault, fault } from "./check-run.ts";
import { factOf, numberOf } from "./fact-table.ts";
import type { Meaning } from "./lexicon.ts";
import { isAbout, isOfOther, isOfRule, isOfTime, isOfWatch, isPointing } from "./no-comparison.ts";
import { LEVELS, nounsOf } from "./nouns.ts";
import {
  areLike,
  clauseEnd,
  type Operand,
  operands,
  operandsBefore,
  operandsBehind,
  operandsOfSentenceBefore,
} from "./operands.ts";
import { type Found, findAllPhrases } from "./phrases.ts";
import { isNegated, type Reading, textOf } from "./reading.ts";
import { subjectMarket } from "./rules-of-direction.ts";
import { isMark } from "./sentence.ts";
import { fitsTime } from "./times.ts";

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
    if (isPointing(reading, from, to) || isOfWatch(reading, from, to) || isOfEvery(reading, found)) continue;
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

/** "the entry levels lie below the prices": no market and no value is named, and it is so in each market that has both. */
function isOfEvery(reading: Reading, { value, from, to }: Found<Meaning>): boolean {
  const { assets, references, table } = reading;
  if (assets.markets.size > 0 || references.some(({ at }) => at >= from) || value.about !== "comparison") return false;
  const left = nounsOf(reading).findLast((noun) => noun.to <= from);
  const right = nounsOf(reading).find((noun) => noun.from >= to && noun.from < clauseEnd(reading, to));
  if (left === undefined || right === undefined) return false;
  const pairs = [...table.markets].flatMap((market) => {
    const [a, b] = [left, right].map(({ kinds }) => kinds.map((kind) => factOf(table, kind, market)).find(Boolean));
    return a === undefined || b === undefined ? [] : [[numberOf(a), numberOf(b)] as const];
  });
  if (pairs.length < 2) return false;
  return pairs.every(([a, b]) => a !== null && b !== null && (value.way === "above" ? a > b : a < b));
}

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
  // "trades below the lower band of {{f}}": of a market's price, where nothing is named on the left.
  const [level] = behind;
  const price = level === undefined ? undefined : factOf(reading.table, "price", level.fact.market);
  const isLeftOpen = before.length === 0 && !nounsOf(reading).some((noun) => noun.to <= from);
  if (level !== undefined && price !== undefined && isLeftOpen && LEVELS.has(level.fact.kind))
    return [{ at: -1, fact: price }, level];
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
  // Or nothing but a comma: "is lower, at {{f}}".
  const isPronoun = lists.comparedPronouns.has(words[to] ?? "") || isMark(tokens[to], ",");
  return isPronoun && lists.beforeOwnValue.has(words[next.at - 1] ?? "")
    ? { at: next.at, fact: next.reference.fact }
    : null;
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
