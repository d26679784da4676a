// Floor 2. Fact layer, by reference: whose value it is, and what it is called.
import type { FactKind } from "#schemas/fact.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { bareName } from "./assets.ts";
import { type Fault, fault } from "./check-run.ts";
import { isAnd, LEVELS, type Noun, nounsOf } from "./nouns.ts";
import { findAllPhrases } from "./phrases.ts";
import { type Reading, textOf } from "./reading.ts";
import { CELL, isMark, isReference, lettersOf, type Reference } from "./sentence.ts";

/** An asset of which the run has no fact voids the sentence, unless a statement in it is about that asset. */
export function assetFault(reading: Reading): Fault | null {
  const { assets, table, tokens, references } = reading;
  const statements = references.filter(({ reference }) => reference.fact.kind === "statement");
  const said = new Set(statements.flatMap(({ reference }) => String(reference.fact.value).split(/[^\p{L}\p{N}]+/u)));
  const unknown = [...assets.markets].filter(([, market]) => !table.markets.has(market)).map(([at]) => at);
  const bad = [...assets.strangers, ...unknown].find((at) => !said.has(bareName(lettersOf(tokens[at]))));
  return bad === undefined ? null : fault("asset", lettersOf(tokens[bad]));
}

/** The cell of a row that a token stands in: 0 for the first. */
const columnOf = ({ tokens }: Reading, at: number): number =>
  tokens.slice(0, at).filter(({ text }) => text === CELL).length;

const headOf = (reading: Reading, at: number): Reading | undefined => reading.heads[columnOf(reading, at)];

/**
 * A sentence that names markets names that of each reference: the nearest before it, or the next one behind "for", or both in
 * the same order; in a table, that of the row or of the column.
 */
export function marketFault(reading: Reading): Fault | null {
  const own = reading.references.filter(({ reference }) => isOfMarket(reference));
  for (const { at, reference } of own) {
    const head = headOf(reading, at);
    const ofHead = head === undefined ? [] : [...head.assets.markets.values()];
    if (ofHead.length > 0 && !ofHead.includes(reference.fact.market as MarketSymbol))
      return fault("market", `${reference.fact.market} below ${ofHead[0]}`);
  }
  const named = [...reading.assets.markets].filter(([at]) => !isOfUnit(reading, at));
  if (named.length === 0) return null;
  const isInOrder = sameOrder(
    named.map(([, market]) => market),
    own.map(({ reference }) => reference.fact.market as MarketSymbol),
  );
  for (const { at, reference } of own) {
    const market = reference.fact.market as MarketSymbol;
    if (!named.some(([, each]) => each === market)) {
      if ([...(headOf(reading, at)?.assets.markets.values() ?? [])].includes(market)) continue;
      return fault("market", `${textOf(reading, at - 2, at)} ${market}`);
    }
    if (isInOrder) continue;
    const behind = assetBehind(reading, at);
    const before = named.filter(([place]) => place < at).at(-1)?.[1];
    const next = named.find(([place]) => place > at)?.[1];
    if ((behind ?? before ?? next) !== market) return fault("market", `${textOf(reading, at - 2, at)} ${market}`);
  }
  return null;
}

const isOfMarket = ({ fact }: Reference): boolean => fact.market !== null && fact.unit !== "sentence" && !fact.quoted;

/** "0.5 ETH": the asset is written as a unit and names nothing more. */
const isOfUnit = ({ tokens }: Reading, at: number): boolean => {
  const before = tokens[at - 1];
  return isReference(before) && before.reference.fact.currency === tokens[at]?.text;
};

/** "27.4 for ETH": at most three words between. */
function assetBehind({ tokens, words, lists, assets }: Reading, at: number): MarketSymbol | undefined {
  const isLink = lists.joiners.has(words[at + 1] ?? "");
  if (!isLink) return undefined;
  for (let place = at + 2; place <= at + 4 && place < tokens.length; place += 1) {
    const market = assets.markets.get(place);
    if (market !== undefined) return market;
    if (tokens[place]?.type !== "word") return undefined;
  }
  return undefined;
}

function sameOrder(named: readonly MarketSymbol[], referenced: readonly MarketSymbol[]): boolean {
  const runs = (list: readonly MarketSymbol[]) => list.filter((market, index) => market !== list[index - 1]);
  const [left, right] = [runs(named), runs(referenced)];
  return left.length > 1 && left.length === right.length && left.every((market, index) => market === right[index]);
}

/** "its lower band ({{f}} against {{g}})": behind a comparison the noun names the second value. */
function valueAgainst({ tokens, words, lists, references, meanings }: Reading, at: number): Reference | undefined {
  const [found] = findAllPhrases(words.slice(at + 1, at + 3), lists.against).filter(({ from }) => from === 0);
  const next = found === undefined ? undefined : references.find((each) => each.at === at + 1 + found.to);
  const isCompared = meanings.some(({ value, to }) => value.about === "comparison" && to <= at);
  return next !== undefined && isCompared && !isReference(tokens[at - 1]) ? next.reference : undefined;
}

/** The noun right before a reference, or the head of its column, or the counted noun behind it, fits what the value is. */
export function kindFault(reading: Reading): Fault | null {
  const nouns = nounsOf(reading);
  const faultOf = (at: number, reference: Reference, noun: Noun): Fault | null => {
    if (reference.form === "at" || reference.form === "name" || fits(noun.kinds, reference)) return null;
    if (isAge(reading, at, reference) || isListedUnder(reading, noun, reference)) return null;
    // "bought at a price of {{entry}}"
    const isAny = reading.lists.indefinites.has(reading.words[noun.from - 1] ?? "");
    if (reference.fact.kind === "entry" && noun.kinds.includes("price") && isAny && (isBought || isDated)) return null;
    // "if the price reaches {{level}}" tells of no price of now.
    if (reading.isConditional[at] === true && isLevel(noun.kinds) && isLevel([reference.fact.kind])) return null;
    return fault("kind", `${textOf(reading, noun.from, noun.to)} … {{${reference.fact.id}}}`);
  };
  const { references } = reading;
  const isBought = reading.meanings.some(({ value }) => value.about === "event" && value.kinds.includes("entry"));
  const isDated = references.some(({ reference }) => reference.fact.unit === "time");
  for (let index = 0; index < references.length; index += 1) {
    const group = listFrom(reading, index);
    const heads = nounsBefore(reading, references[index]?.at ?? 0, nouns);
    for (const [place, { at, reference }] of group.entries()) {
      // "result {{f}}, {{g}} open positions": the noun behind it is that of a count.
      if (place > 0 && reference.fact.unit === "count" && countedNoun(reading, at, nouns) !== undefined) continue;
      // As many nouns as values: one each. One noun: of all. Else the last noun is that of the first value.
      const noun =
        heads.length === group.length ? heads[place] : place === 0 || heads.length === 1 ? heads.at(-1) : undefined;
      const opposite = noun === undefined || group.length > 1 ? undefined : valueAgainst(reading, at);
      const found = noun === undefined ? null : faultOf(at, opposite ?? reference, noun);
      if (found !== null) return found;
    }
    index += group.length - 1;
  }
  for (const { at, reference } of references) {
    const head = headOf(reading, at);
    const noun = head === undefined ? undefined : nounsOf(head).at(-1);
    if (noun !== undefined && !fits(noun.kinds, reference)) return fault("kind", `column of {{${reference.fact.id}}}`);
    const counted = countedNoun(reading, at, nouns);
    // "turned away {{f}} orders"
    const isRefused = reading.meanings.some(({ value }) => value.about === "event" && value.kinds[0] === "reason");
    if (isRefused && reference.fact.kind === "count-refusals") continue;
    if (reference.fact.unit === "count" && counted !== undefined && !fits(counted.kinds, reference))
      return faultOf(at, reference, counted);
  }
  return null;
}

/** A reason or an event may follow any noun; "the price is {{f}} above the stop" leads to a distance. */
function fits(kinds: readonly FactKind[], { fact }: Reference): boolean {
  if (UNNAMED.has(fact.kind)) return true;
  if (fact.unit === "time" && kinds.some((kind) => kind === "entry" || kind === "exit")) return true;
  return kinds.includes(fact.kind) || (fact.kind === "distance" && isLevel(kinds));
}

/** "the limits: exposure {{limit}}, drawdown {{limit}}": what leads to the list says what its values are. */
function isListedUnder(reading: Reading, noun: Noun, reference: Reference): boolean {
  if (reference.fact.kind !== "limit") return false;
  const { tokens, words, lists } = reading;
  // "exposure is capped at {{f}}, drawdown at {{g}}"
  if (words.slice(0, noun.from).some((word) => lists.limitWords.has(word))) return true;
  const colon = tokens.findLastIndex((token, at) => at < noun.from && isMark(token, ":"));
  return nounsOf(reading).some(({ to, kinds }) => to <= colon && kinds[0] === "limit");
}

/** "the values are {{f}} old" */
const isAge = ({ words, lists }: Reading, at: number, { fact }: Reference): boolean =>
  fact.unit === "duration" && lists.ages.has(words[at + 1] ?? "");

const UNNAMED: ReadonlySet<FactKind> = new Set(["reason", "event", "statement", "name", "scenario"]);
const isLevel = (kinds: readonly FactKind[]): boolean => kinds.some((kind) => LEVELS.has(kind));

/** References that follow each other with only commas and "and" between. */
function listFrom({ references, tokens }: Reading, index: number) {
  let end = index + 1;
  while (end < references.length) {
    const between = tokens.slice((references[end - 1]?.at ?? 0) + 1, references[end]?.at ?? 0);
    if (!between.every((token) => isMark(token, ",") || isAnd(token.word))) break;
    end += 1;
  }
  return references.slice(index, end);
}

/** "stop and target are": the nouns that lead to a reference with only copulas, prepositions and names between. */
function nounsBefore(reading: Reading, at: number, nouns: readonly Noun[]): readonly Noun[] {
  const { tokens, words, lists, assets } = reading;
  const isBetween = (place: number): boolean => {
    const token = tokens[place];
    if (token === undefined || isReference(token) || token.text === CELL) return false;
    if (assets.tokens.has(place) || token.type === "literal") return true;
    // "the RSI of ETH and BTC"
    if (isAnd(token.word)) return assets.tokens.has(place - 1) && assets.tokens.has(place + 1);
    return token.type === "mark" ? isMark(token, ":(\"'“”„«»,$€£") : lists.betweenNounAndValue.has(words[place] ?? "");
  };
  const found: Noun[] = [];
  // "the holding at a loss is ETH ({{f}})": the value is ETH's.
  const isBehindName = isMark(tokens[at - 1], "(") && assets.tokens.has(at - 2);
  if (isBehindName && lists.beforeValues.has(words[at - 3] ?? "")) return found;
  let place = at - 1;
  while (place >= 0) {
    const noun = nouns.find(({ to }) => to - 1 === place);
    // "{{f}} trades, {{g}} entries": the noun of the value before it.
    if (noun !== undefined && isReference(tokens[noun.from - 1])) break;
    // "{{f}} followed markets, {{g}} of them": of a count, also behind an adjective.
    const counted = tokens[(noun?.from ?? 0) - 2];
    if (noun !== undefined && isReference(counted) && counted.reference.fact.unit === "count") break;
    if (noun !== undefined && found.length === 0 && isOfValueBefore(reading, noun, at)) break;
    if (noun !== undefined) {
      const leading = leadingNoun(reading, noun, nouns);
      // "the loss on the position": what it leads to is the loss.
      if (isOfDirection(reading, leading)) break;
      found.unshift(leading);
      place = leading.from - 1;
      while (place >= 0 && isArticle(reading, place) && !isAnd(words[place] ?? "")) place -= 1;
      if (!isAnd(words[place] ?? "") && !isMark(tokens[place], ",")) break;
      place -= 1;
    } else if (found.length > 0 || !isBetween(place)) break;
    else place -= 1;
  }
  return found;
}

/** "{{f}} for an entry, {{g}} for an exit": the noun hangs on the value before it, and a comma or "and" parts it from the next. */
function isOfValueBefore({ tokens, words, lists, assets }: Reading, noun: Noun, at: number): boolean {
  if (!tokens.slice(noun.to, at).some((token) => isMark(token, ",") || isAnd(token.word))) return false;
  let place = noun.from - 1;
  while (place >= 0 && (assets.tokens.has(place) || lists.articles.has(words[place] ?? ""))) place -= 1;
  return lists.joiners.has(words[place] ?? "") && isReference(tokens[place - 1]);
}

/** "the stop of your ETH position": the first of nouns that hang on each other. */
function leadingNoun(reading: Reading, noun: Noun, nouns: readonly Noun[]): Noun {
  const { words, lists, assets } = reading;
  let place = noun.from - 1;
  let isLinked = false;
  // "der laufenden Position", "the existing position"
  const isLink = (word: string): boolean => lists.genitives.has(word) || lists.articles.has(word);
  if (!isLink(words[place] ?? "") && words[place] !== "" && isLink(words[place - 1] ?? "")) place -= 1;
  while (
    place >= 0 &&
    (lists.genitives.has(words[place] ?? "") || assets.tokens.has(place) || lists.articles.has(words[place] ?? ""))
  ) {
    isLinked ||= lists.genitives.has(words[place] ?? "");
    place -= 1;
  }
  const before = isLinked ? nouns.find(({ to }) => to - 1 === place) : undefined;
  return before === undefined ? noun : leadingNoun(reading, before, nouns);
}

function isOfDirection({ meanings, words, lists, assets }: Reading, { from }: Noun): boolean {
  let place = from - 1;
  while (place >= 0 && (assets.tokens.has(place) || lists.articles.has(words[place] ?? ""))) place -= 1;
  if (!lists.genitives.has(words[place] ?? "")) return false;
  return meanings.some(({ value, to }) => value.about === "direction" && to === place);
}

const isArticle = ({ words, lists }: Reading, at: number): boolean => lists.betweenNounAndValue.has(words[at] ?? "");

/** "{{f}} open positions": the noun behind a count, an adjective between. */
function countedNoun({ words, lists }: Reading, at: number, nouns: readonly Noun[]): Noun | undefined {
  const place = [at + 1, at + 2].find((each) => lists.countNouns.has(words[each] ?? ""));
  return place === undefined ? undefined : nouns.find(({ from, to }) => from <= place && place < to);
}
