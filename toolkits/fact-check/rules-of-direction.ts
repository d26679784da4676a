// Floor 2. Fact layer, ways and sides: "rose", "at a loss", "buy signal", "trending down" against the signs and words of facts.
import type { Fact, FactKind } from "#schemas/fact.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { type Fault, fault } from "./check-run.ts";
import { numberOf } from "./fact-table.ts";
import type { Meaning } from "./lexicon.ts";
import { isAnd, nounsOf } from "./nouns.ts";
import { type Found, findAllPhrases } from "./phrases.ts";
import { isNegated, type Reading, textOf } from "./reading.ts";
import { CELL, isMark, type Reference, type Token } from "./sentence.ts";

const SIGNED: ReadonlySet<FactKind> = new Set(["change", "pnl", "return"]);
/** These are shown with a plus where they are positive and no word has said so. */
export const isSigned = ({ fact }: Reference): boolean => SIGNED.has(fact.kind);

/** References whose sign a word of the sentence has said: they are shown without it. */
export interface Directions {
  readonly signSaid: ReadonlySet<number>;
}

export function directionsOf(reading: Reading): Directions | Fault {
  const signSaid = new Set<number>();
  for (const [index, found] of reading.meanings.entries()) {
    const { value, from, to } = found;
    if (value.about !== "direction" || reading.isConditional[from] === true) continue;
    if (isPartOfVerb(reading, from, to) || isOfOperator(reading, to)) continue;
    const isOfScenario = fitsScenario(reading, found);
    if (isOfScenario === false) return fault("direction", textOf(reading, from, to));
    if (isOfScenario === true || isNameOfValue(reading, found) || isOneOfBoth(reading, index)) continue;
    const words = textOf(reading, from, to);
    const candidate = signedFor(reading, found, reading.meanings.slice(index + 1));
    if (candidate === undefined && (!value.isSure || isGeneral(reading, found) || isSaidBefore(reading, found)))
      continue;
    const number = candidate === undefined ? null : numberOf(candidate.reference.fact);
    if (candidate === undefined || number === null) return fault("direction", words);
    const isSo = value.way === "up" ? number > 0 : number < 0;
    if (isSo === isSaidNot(reading, found)) return fault("direction", `${words} … {{${candidate.reference.fact.id}}}`);
    signSaid.add(candidate.at);
  }
  return { signSaid };
}

/**
 * "a {{drop}} drop means a loss of {{scenario}}": worked out of the operator's figure. Whether it has the sign that is said; null
 * where no such value follows.
 */
function fitsScenario(reading: Reading, { value, to, from }: Found<Meaning>): boolean | null {
  const facts = reading.references.map(({ reference }) => reference.fact);
  const next = reading.references.find(({ at }) => at >= to && at <= to + 4)?.reference.fact;
  if (next?.kind !== "scenario" || !reading.lists.directionNouns.has(reading.words[from] ?? "")) return null;
  if (!facts.some(({ kind }) => kind === "operator") || value.about !== "direction") return null;
  const number = numberOf(next) ?? 0;
  return value.way === "up" ? number > 0 : number < 0;
}

/** A noun of direction ("gains"), not the verb behind its subject. */
const isNoun = ({ words, assets, lists }: Reading, { from, to }: Found<Meaning>): boolean =>
  to - from === 1 && lists.directionNouns.has(words[from] ?? "") && !assets.tokens.has(from - 1);

/** What is lost at most, or would be: "a loss of {{limit}}", "daily loss {{limit}}". */
const NAMED_LOSSES: ReadonlySet<FactKind> = new Set(["limit", "drawdown"]);

function isNameOfValue(reading: Reading, found: Found<Meaning>): boolean {
  const { references, words, lists, assets } = reading;
  const next = references.find(({ at }) => at >= found.to);
  // "ETH made a loss of {{limit}}" says more than what the limit is.
  if (assets.markets.size > 0) return false;
  if (next === undefined || !isNoun(reading, found) || !NAMED_LOSSES.has(next.reference.fact.kind)) return false;
  const isOfLimits =
    words.slice(0, next.at).some((word) => lists.limitWords.has(word)) ||
    nounsOf(reading).some(({ kinds, to }) => to <= next.at && kinds[0] === "limit");
  if (next.reference.fact.kind === "limit" && !isOfLimits) return false;
  return next.at - found.to <= 4;
}

const WIDEST_PAIR = 8;

/** "losses as well as gains": both ways, and no value between. */
function isOneOfBoth(reading: Reading, index: number): boolean {
  const { meanings, references, assets } = reading;
  const found = meanings[index];
  if (found === undefined || !isNoun(reading, found)) return false;
  // "an interval of {{f}}, so that a loss is in it"
  const isOfMarket = assets.markets.size > 0;
  if (!isOfMarket && references.some(({ reference }) => reference.fact.kind === "interval")) return true;
  return meanings.some(
    (other) =>
      other.value.about === "direction" &&
      found.value.about === "direction" &&
      other.value.way !== found.value.way &&
      isNoun(reading, other) &&
      Math.abs(other.from - found.from) <= WIDEST_PAIR &&
      !references.some(({ at }) => at > Math.min(other.from, found.from) && at < Math.max(other.from, found.from)),
  );
}

/** Of no market: a noun in a sentence that has no market's value, or what is won and lost in trades, beside the win rate. */
function isGeneral(reading: Reading, found: Found<Meaning>): boolean {
  const { assets, references, lists, words } = reading;
  if (assets.markets.size > 0) return false;
  const facts = references.map(({ reference }) => reference.fact);
  if (facts.some(({ kind }) => kind === "win-rate")) return true;
  return isNoun(reading, found) && lists.generalNouns.has(words[found.from] ?? "") && facts.length === 0;
}

const HOURS_OF = { m: 1 / 60, h: 1, d: 24, w: 168 } as const;
const windowMs = ({ window }: Fact): number =>
  window === null ? 0 : Number.parseInt(window, 10) * HOURS_OF[window.slice(-1) as keyof typeof HOURS_OF] * 3_600_000;

const MOVED: ReadonlySet<FactKind> = new Set(["price", "change", "pnl", "quantity", "value", "return", "entry"]);
const isMoved = (kind: FactKind): boolean => MOVED.has(kind);

/** The sentence before has the value, or the table where a level is crossed: "has slipped under {{lower}}". */
function isSaidBefore(reading: Reading, found: Found<Meaning>): boolean {
  const { value, from, to } = found;
  if (value.about !== "direction") return false;
  const near = [...reading.references.map(({ reference }) => reference.fact), ...reading.previous];
  const market = subjectMarket(reading, from) ?? near.find((fact) => fact.market !== null)?.market ?? null;
  const isOfMarket = (fact: Fact): boolean => SIGNED.has(fact.kind) && (market === null || fact.market === market);
  const isSo = (fact: Fact): boolean => {
    const number = numberOf(fact) ?? 0;
    return (value.way === "up" ? number > 0 : number < 0) !== isNegated(reading, from);
  };
  // "The RSI fell" is said by no change of the price.
  const isOfOther = nounsOf(reading).some(
    ({ to: end, kinds }) => end <= from && end >= from - 4 && !kinds.some(isMoved),
  );
  if (isOfOther) return false;
  // "why SOL fell": of no value in the sentence, by the change over the longest window.
  if (reading.references.length === 0 && reading.assets.markets.size > 0) {
    const changes = reading.table.all.filter((fact) => fact.kind === "change" && fact.market === market);
    const [longest] = changes.toSorted((a, b) => windowMs(b) - windowMs(a));
    return longest !== undefined && isSo(longest);
  }
  // "bought at {{entry}}, it has fallen to {{price}}"
  const levelOf = (kind: FactKind): number | null => {
    const fact = near.find((each) => each.kind === kind && each.market === market);
    return fact === undefined ? null : numberOf(fact);
  };
  const [price, entry] = [levelOf("price"), levelOf("entry")];
  if (price !== null && entry !== null && market !== null)
    return (value.way === "up" ? price > entry : price < entry) !== isNegated(reading, from);
  const before = reading.previous.find(isOfMarket);
  if (before !== undefined) return isSo(before);
  const isResult = findAllPhrases(reading.words, reading.lists.resultPhrases).some(
    (each) => each.from <= from && to <= each.to,
  );
  const results = reading.table.all.filter(({ kind, market: own }) => kind === "pnl" && own !== null && own === market);
  if (isResult && results.length > 0) return results.every(isSo);
  const isCrossing = reading.meanings.some((each) => each.value.about === "comparison" && each.from === to);
  return isCrossing && market !== null && reading.table.all.some((fact) => isOfMarket(fact) && isSo(fact));
}

/** "does not undo the fall" denies no fall: a noun is denied by the word before it. */
const isSaidNot = (reading: Reading, found: Found<Meaning>): boolean =>
  isNoun(reading, found)
    ? reading.lists.negations.has(reading.words[found.from - 1] ?? "")
    : isNegated(reading, found.from);

const AFTER_UP = new Set([
  "by",
  "on",
  "from",
  "over",
  "since",
  "today",
  "in",
  "and",
  "but",
  "sharply",
  "slightly",
  "again",
]);

/** "tie up", "write down": no direction, unless a verb of being stands before or the sentence goes on as after one. */
function isPartOfVerb({ words, tokens, lists, assets }: Reading, from: number, to: number): boolean {
  if (to - from > 1 || (words[from] !== "up" && words[from] !== "down")) return false;
  const isBehindBeing = lists.beforeValues.has(words[from - 1] ?? "") || assets.tokens.has(from - 1);
  return !isBehindBeing && tokens[to]?.type === "word" && !AFTER_UP.has(words[to] ?? "");
}

/** "a drop of {{f}} would cost {{g}}": the operator's own figure, worked out in a scenario. */
function isOfOperator({ references }: Reading, to: number): boolean {
  const kinds = new Set(references.map(({ reference }) => reference.fact.kind));
  const isBeside = references.some(
    ({ at, reference }) => reference.fact.kind === "operator" && at >= to - 4 && at <= to + 2,
  );
  return isBeside && kinds.has("scenario");
}

/** The signed value that a word of direction is about: of the market named, the next one behind it or else the nearest before. */
function signedFor(reading: Reading, found: Found<Meaning>, later: readonly Found<Meaning>[]) {
  const market = subjectMarket(reading, found.from);
  const signed = reading.references.filter(
    ({ reference }) => isSigned(reference) && (market === null || reference.fact.market === market),
  );
  const nextWord = later.find(({ value }) => value.about === "direction")?.from ?? Number.POSITIVE_INFINITY;
  const [first, end] = clauseOf(reading, found.from);
  const inClause = signed.filter(({ at }) => at >= first && at < end);
  // "um {{f}} gestiegen, in der letzten Stunde um {{g}} gefallen": of its own clause first.
  const own =
    inClause.find(({ at }) => at >= found.to && at < nextWord) ?? inClause.findLast(({ at }) => at < found.from);
  const behind = own ?? signed.find(({ at }) => at >= found.to && at < nextWord);
  return behind ?? signed.findLast(({ at }) => at < found.from) ?? signed.find(({ at }) => at >= found.to);
}

function clauseOf({ tokens }: Reading, at: number): readonly [first: number, end: number] {
  const isEnd = (token: Token): boolean => isMark(token, `,;:–—${CELL}`) || isAnd(token.word);
  const end = tokens.findIndex((token, place) => place > at && isEnd(token));
  return [tokens.findLastIndex((token, place) => place < at && isEnd(token)) + 1, end < 0 ? tokens.length : end];
}

/**
 * The market that the words from `at` to before `to` are about: "the profit on SOL", or else the nearest named before them, or
 * else the next one; null where none is named.
 */
export function subjectMarket({ assets, lists, words }: Reading, at: number, to = at + 1): MarketSymbol | null {
  const named = [...assets.markets];
  const isLinked = lists.genitives.has(words[to] ?? "");
  const linked = named.find(
    ([place]) => place === to + 1 || (place === to + 2 && lists.articles.has(words[to + 1] ?? "")),
  );
  if (isLinked && linked !== undefined) return linked[1];
  const before = named.findLast(([place]) => place <= at);
  return (before ?? named[0])?.[1] ?? null;
}

/** "buy signal", "trending down": a fact of that word stands in the sentence. */
export function sideFault(reading: Reading): Fault | null {
  for (const { value, from, to } of reading.meanings) {
    if (reading.isConditional[from] === true) continue;
    const words = textOf(reading, from, to);
    const isNo = isNegated(reading, from);
    const said = (kind: FactKind) =>
      reading.references
        .filter(({ reference: { fact } }) => fact.kind === kind)
        .map(({ reference }) => String(reference.fact.value));
    if (value.about === "side") {
      const signals = said("signal");
      if (signals.length === 0 || signals.some((signal) => (signal === value.side) === isNo))
        return fault("side", words);
    }
    if (value.about === "trend") {
      const trends = said("trend");
      if (trends.length === 0 || trends.some((trend) => (trend === value.trend) === isNo))
        return fault("direction", words);
    }
    if (value.about === "short" && !isNo) return fault("side", words);
  }
  return null;
}
