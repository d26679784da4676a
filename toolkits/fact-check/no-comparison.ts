// Floor 2. Words of comparison that compare no value: "over 30 days", "the result above", "anything below {{threshold}} counts as …".
import type { FactKind } from "#schemas/fact.ts";
import type { Meaning } from "./lexicon.ts";
import { isAnd, nounsOf } from "./nouns.ts";
import { operandsBehind } from "./operands.ts";
import type { Found } from "./phrases.ts";
import type { Reading } from "./reading.ts";
import { CELL, isMark, isReference, type Token } from "./sentence.ts";

/** "the result above includes": a noun right before, nothing to compare with behind. */
export const isPointing = (reading: Reading, from: number, to: number): boolean =>
  nounsOf(reading).some((noun) => noun.to === from) && operandsBehind(reading, to).length === 0;

/** "Über die Richtung sagt er nichts", "was ich über BTC denke": about something, in a clause without a value. */
export function isAbout({ tokens, words, lists, assets, references }: Reading, from: number, to: number): boolean {
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
export function isOfOther(reading: Reading, from: number, to: number): boolean {
  const { tokens, words, lists, references, assets } = reading;
  if (references.length > 0 || (assets.markets.size > 0 && from > 0)) return false;
  if (to - from < 2 || !["than", "als", "que"].includes(words[to - 1] ?? "")) return false;
  if (operandsBehind(reading, to).length > 0 || lists.comparedPronouns.has(words[to] ?? "")) return false;
  return tokens[to]?.type === "word";
}

/** "a watch for ETH below {{f}}": what is to be told, not what is. Between the two stands no verb. */
export function isOfWatch({ tokens, words, lists, assets }: Reading, from: number, to: number): boolean {
  const token = tokens[to];
  if (!isReference(token) || token.reference.fact.kind !== "operator") return false;
  const watch = words.findLastIndex((word, at) => at < from && lists.watchWords.has(word));
  const between = words.slice(watch + 1, from);
  const isLink = (word: string, at: number): boolean =>
    lists.joiners.has(word) ||
    lists.genitives.has(word) ||
    lists.articles.has(word) ||
    assets.tokens.has(watch + 1 + at);
  return watch >= 0 && between.every(isLink);
}

const OF_RULES: ReadonlySet<FactKind> = new Set(["threshold", "threshold-oversold", "threshold-overbought", "limit"]);

/** "Below {{threshold}} the rule speaks of …", "anything beneath {{threshold}} counts as …": of a rule, not of a value. */
export function isOfRule(reading: Reading, { value, from, to }: Found<Meaning>): boolean {
  const { tokens, words, lists, assets, references } = reading;
  const token = [tokens[to], tokens[to + 1]].find(isReference);
  if (token === undefined || !OF_RULES.has(token.reference.fact.kind)) return false;
  // What lies above the threshold of oversold is not oversold.
  const [state, way] =
    token.reference.fact.kind === "threshold-oversold" ? ["oversold", "below"] : ["overbought", "above"];
  const isState = reading.meanings.some(({ value: other }) => other.about === "state" && other.state === state);
  if (isState && value.about === "comparison" && value.way !== way) return false;
  const isGeneric = (at: number): boolean =>
    lists.genericSubjects.has(words[at] ?? "") && !lists.beforeValues.has(words[at - 1] ?? "");
  if (isGeneric(from - 1) || isGeneric(from - 2)) return true;
  const isOther = references.some(({ reference: { fact } }) => fact.market !== null || fact.kind === "operator");
  if (assets.markets.size > 0 || isOther) return false;
  // "RSI below {{threshold}} counts as oversold"
  if (nounsOf(reading).some((noun) => noun.to === from)) return true;
  return tokens[from - 1]?.type !== "word" || isAnd(words[from - 1] ?? "");
}

/** "over 30 days"; "lower {{f}}, upper {{g}}", where the word names the value. */
export const isOfTime = ({ tokens, words }: Reading, to: number): boolean =>
  tokens[to]?.type === "literal" || (isReference(tokens[to]) && ["lower", "upper"].includes(words[to - 1] ?? ""));
