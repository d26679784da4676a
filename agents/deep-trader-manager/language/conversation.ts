// Floor 3. A text and the intent asked before it → the question that is meant. What the new text leaves out ("and ETH?", "on
// 1h?", "is it safe?", "why?") comes from the previous intent; what it says is never overruled, and a whole question starts anew.
import { type Intent, MARKET_KINDS, type QuestionKind } from "#schemas/question.ts";
import {
  concludeReading,
  type GrammarContext,
  type ParsedQuestion,
  parseQuestion,
  readQuestion,
  slotsOfWords,
} from "./intent.ts";
import { kindOf } from "./intent-kind.ts";
import { PATTERNS } from "./intent-patterns.ts";
import { isBreadthKind, isDeskKind, type Reading } from "./intent-reading.ts";
import { sideOf } from "./intent-side.ts";
import { ASSET_MARK } from "./intent-text.ts";

/** @param previous the intent last parsed in this conversation, answered or not; null at its start */
export function parseInConversation(text: string, previous: Intent | null, context: GrammarContext): ParsedQuestion {
  return resolveFollowUp(text, previous, context) ?? parseQuestion(text, context);
}

/** Null where the text stands on its own, or there is nothing to follow. */
export function resolveFollowUp(text: string, previous: Intent | null, context: GrammarContext): ParsedQuestion | null {
  if (previous === null) return null;
  const reading = readQuestion(text, context);
  if ("status" in reading) return null;
  if (reading.asset.status === "unknown" || (reading.asset.status === "ambiguous" && !reading.asset.weak)) return null;
  const filled =
    bareWhy(reading, previous) ??
    barePrice(reading, previous) ??
    withoutKind(reading, previous) ??
    withoutAsset(reading, previous);
  if (filled === null || "status" in filled) return filled;
  return concludeReading(filled, { ...context, defaultTimeframe: inheritedTimeframe(filled, previous, context) });
}

const ambiguous = (question: string): ParsedQuestion => ({ status: "ambiguous", question });

/** Words that only lead over to the next question. */

/** The words that are left when slots, leads and small words are gone. */
const rest = (words: string): string =>
  `${words} `
    .replace(PATTERNS.lead, " ")
    .replace(/\b_(?:x|tf|q)\b/g, " ")
    .replace(PATTERNS.filler, " ")
    .replace(/\b(?:and|or|but|so|ok|okay)\b/g, " ")
    .replace(/\s+/g, " ")
    .trim();

/** "Why?" after advice or an act asks for the desk's reasons; after a security verdict, for the checks. */
function bareWhy(reading: Reading, previous: Intent): Reading | null {
  const left = rest(reading.words);
  if (!PATTERNS.bareWhy.test(left)) return null;
  if (reading.asset.status === "pair" || reading.asset.status === "ambiguous") return null;
  const named = reading.asset.status === "found";
  if (previous.kind === "security" && !/\bnot\b/.test(left)) {
    return { ...reading, kind: "security", asset: named ? reading.asset : assetOf(previous), side: null };
  }
  if (previous.kind !== "signal" && previous.kind !== "why" && previous.kind !== "trigger") return null;
  return {
    ...reading,
    kind: "why",
    asset: named ? reading.asset : assetOf(previous),
    side: previous.side,
    negation: reading.negation || previous.negation,
  };
}

/** "At what price?" after advice asks for the trigger of the same side. */
function barePrice(reading: Reading, previous: Intent): Reading | null {
  if (previous.kind !== "signal" && previous.kind !== "trigger") return null;
  if (!PATTERNS.barePrice.test(reading.words) || reading.asset.status !== "none") return null;
  return { ...reading, kind: "trigger", asset: assetOf(previous), side: reading.side ?? previous.side };
}

/** Kinds that one asset can be put into. */
const takesAsset = (kind: QuestionKind): boolean =>
  (MARKET_KINDS as readonly QuestionKind[]).includes(kind) ||
  ["why", "portfolio", "account", "fees", "stop-loss"].includes(kind);

/** "And ETH?", "on 1h?", "and sell?": slots without a kind of their own take the previous one. */
function withoutKind(reading: Reading, previous: Intent): Reading | ParsedQuestion | null {
  const { asset, timeframe, words } = reading;
  const side = sideOf(words);
  const left = rest(words).replace(PATTERNS.sideOnly, " ").trim();
  if (left !== "" || hasOwnQuestion(words)) return null;
  const hasAsset = asset.status === "found";
  const hasTime = timeframe.status !== "none";
  const hasSide = side !== null && PATTERNS.sideWord.test(words);
  const hasHorizon = reading.times.horizon !== null || reading.times.past !== null;
  if (asset.status === "pair" || asset.status === "ambiguous") return null;
  if (!hasAsset && !hasTime && !hasSide && !hasHorizon) return null;
  if (hasAsset && previous.kind === "compare") {
    return ambiguous(`Compare it with ${previous.symbol} or with ${previous.other}? Please name both.`);
  }
  if (hasAsset && !takesAsset(previous.kind)) return null;
  const isDated = previous.kind === "account" || previous.kind === "fees";
  if ((hasTime || (reading.times.horizon !== null && !isDated)) && isDeskKind(previous.kind)) return null;
  const sided = previous.kind === "signal" || previous.kind === "trigger" || previous.kind === "why";
  if (hasSide && !sided && (previous.symbol === null || previous.other !== null || isDeskKind(previous.kind)))
    return null;
  const kind = hasSide && !sided ? "signal" : previous.kind;
  const own = { ...reading, kind, asset: hasAsset ? asset : assetOf(previous) };
  if (kind !== previous.kind) return { ...own, side };
  return {
    ...own,
    side: hasSide ? side : previous.side,
    negation: reading.negation || previous.negation,
    ...(previous.figure === undefined ? {} : { figure: previous.figure }),
    period: hasHorizon ? reading.period : (previous.period ?? null),
    times: hasHorizon ? reading.times : { ...reading.times, horizon: previous.horizon },
  };
}

/** A verb of its own makes a whole question: "how is SOL" is no ellipsis, "what about SOL" is. */
const hasOwnQuestion = (words: string): boolean => PATTERNS.ownQuestion.test(words);

/** What is not about the asset asked before, though it names none. */
const MAX_TERSE_WORDS = 5;

/** "Is it safe?", "and the RSI?", "compare it with ETH": a kind of its own, the asset of the question before. */
function withoutAsset(reading: Reading, previous: Intent): Reading | ParsedQuestion | null {
  const { asset, words } = reading;
  const hasPronoun = PATTERNS.pronoun.test(words);
  if (asset.status === "found") return comparedWith(reading, previous, hasPronoun);
  if (asset.status !== "none") return null;
  const meant = hasPronoun ? withPronoun(reading, previous) : isElliptic(words) ? reading : null;
  const kind = meant?.kind ?? null;
  if (meant === null || kind === null || kind === "cause") return null;
  if (!hasPronoun && (isDeskKind(kind) || isBreadthKind(kind))) return null;
  if (previous.kind === "compare") {
    return ambiguous(`Do you mean ${previous.symbol} or ${previous.other}? Please name it.`);
  }
  if (previous.symbol === null || kind === "compare") return null;
  // Side and negation belong to the predicate, and this text has its own; asset and candle length go on.
  return { ...meant, kind, asset: assetOf(previous) };
}

/** The same words with the asset in the pronoun's place; null where they ask about the desk or the market as they stand. */
function withPronoun(reading: Reading, previous: Intent): Reading | null {
  const { kind } = reading;
  if (kind === "market" || (isDeskKind(kind) && kind !== "why" && kind !== "portfolio" && kind !== "account"))
    return null;
  if (previous.symbol === null) return null;
  const words = reading.words.replace(PATTERNS.pronoun, ASSET_MARK);
  const found = kindOf(words, 1);
  const own = found.kind ?? kind;
  if (own === null || isBreadthKind(own)) return null;
  const figure = found.kind === null || found.figure === undefined ? {} : { figure: found.figure };
  return { ...reading, ...slotsOfWords(words, own), ...figure, words };
}

const isShort = (words: string): boolean => words.split(" ").length <= MAX_TERSE_WORDS;

/** Without a pronoun the asset goes on only in words that plainly continue: led over, terse, or "the RSI". */
const isElliptic = (words: string): boolean =>
  !PATTERNS.general.test(words) && (PATTERNS.lead.test(words) || isShort(words) || /\bthe\b/.test(words));

function comparedWith(reading: Reading, previous: Intent, hasPronoun: boolean): Reading | ParsedQuestion | null {
  const { asset, words } = reading;
  if (asset.status !== "found" || !PATTERNS.compared.test(words)) return null;
  if (!hasPronoun && !PATTERNS.lead.test(words) && !/^(?:compared?|vs|versus|than|against|or)\b/.test(words))
    return null;
  if (/\bh[oe]ld|\bhodl/.test(words)) return null;
  if (previous.kind === "compare") {
    return ambiguous(`Compare it with ${previous.symbol} or with ${previous.other}? Please name both.`);
  }
  if (previous.symbol === null || previous.symbol === asset.symbol) return null;
  return {
    ...reading,
    kind: "compare",
    asset: { status: "pair", symbol: previous.symbol, other: asset.symbol, question: "" },
  };
}

function assetOf({ symbol, other }: Intent): Reading["asset"] {
  if (symbol === null) return { status: "none" };
  return other === null ? { status: "found", symbol } : { status: "pair", symbol, other, question: "" };
}

/** A candle length that was asked for goes on to questions about candles; the desk has none of its own. */
const inheritedTimeframe = ({ kind }: Reading, previous: Intent, { defaultTimeframe }: GrammarContext) =>
  isDeskKind(kind) && !isDeskKind(previous.kind) && kind !== "why" ? defaultTimeframe : previous.timeframe;
