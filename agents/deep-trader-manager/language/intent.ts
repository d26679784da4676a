// Floor 3. A question in English → its slots, by grammar and tables only. No model is asked, so the same text always has
// the same intent; what the grammar does not understand it says, and never guesses.
import type { Intent, QuestionKind } from "#schemas/question.ts";
import { TIMEFRAMES, type Timeframe } from "#schemas/units.ts";
import { type AssetFinding, type AssetWords, readAssets } from "./intent-asset.ts";
import { uncoveredByExamples } from "./intent-coverage.ts";
import { limitOf, NO_FORECASTS, notClear } from "./intent-decline.ts";
import { type KindFinding, kindOf } from "./intent-kind.ts";
import { isForecast, isOrder } from "./intent-limits.ts";
import { PATTERNS } from "./intent-patterns.ts";
import { periodOf } from "./intent-period.ts";
import { isBreadthKind, isDeskKind, isSpanKind, type Reading } from "./intent-reading.ts";
import type { AssetCount } from "./intent-rules.ts";
import { isLetBe, isNegated, sideOf } from "./intent-side.ts";
import { readStress, type StressReading } from "./intent-stress.ts";
import { spellOut, wordsOfKind } from "./intent-text.ts";
import { findTimeframe, isDayLong, maskTimeframes, type Times, takeTimes, withoutDayLong } from "./intent-time.ts";
import { corrected } from "./intent-vocabulary.ts";

export interface GrammarContext extends AssetWords {
  /** The desk's timeframe, for questions that name none. */
  readonly defaultTimeframe: Timeframe;
}

export type ParsedQuestion =
  | { readonly status: "parsed"; readonly intent: Intent }
  | { readonly status: "ambiguous"; readonly question: string }
  | { readonly status: "unparsed"; readonly reason: string };

/** Longer texts are no questions; the limit also bounds the work of the patterns. */
const MAX_LENGTH = 1000;

export function parseQuestion(text: string, context: GrammarContext): ParsedQuestion {
  const reading = readQuestion(text, context);
  return "status" in reading ? reading : concludeReading(reading, context);
}

/** The slots that a text says; or at once why there are none to read: too long, empty, an order. */
export function readQuestion(text: string, context: GrammarContext): Reading | ParsedQuestion {
  if (text.length > MAX_LENGTH)
    return unparsed(`The question has ${text.length} characters; at most ${MAX_LENGTH} are read.`);
  const plain = spellOut(text);
  if (plain === "") return unparsed("The question is empty.");
  const stress = readStress(plain, context);
  if (stress !== null) return concludeStress(stress, context);
  if (isOrder(plain)) return unparsed("The chat places no orders: the trading loop does, by its own rules.");
  const times = takeTimes(plain);
  const { finding, masked } = readAssets(times.rest, context);
  const words = corrected(wordsOfKind(maskTimeframes(masked)));
  const isTimed = times.horizon !== null || times.past !== null;
  const found = kindOf(words, countOf(finding));
  const isLoose =
    found.kind === null ||
    found.kind === "summary" ||
    (found.kind === "market" && !/\b(?:markets?|crypto|coins|board)\b/.test(words));
  const ofTimes = isLoose ? kindOfTimes(words, times, finding) : null;
  const own = ofTimes === null ? ofTheDay(found, words, isTimed) : { kind: ofTimes };
  const { kind } = own;
  return {
    ...(own.figure === undefined ? {} : { figure: own.figure }),
    period: periodOf(times),
    uncovered: found.uncovered,
    plain,
    words,
    times,
    asset: finding,
    timeframe: findTimeframe(isSpanKind(kind) ? withoutDayLong(times.rest) : times.rest),
    ...slotsOfWords(words, kind ?? (isJustTheAsset(words, finding) ? "summary" : null)),
  };
}

/** The slots that are read from the words alone, once their kind is known. */
export const slotsOfWords = (words: string, kind: Reading["kind"]): Pick<Reading, "kind" | "side" | "negation"> => ({
  kind,
  side: kind !== null && SIDED.includes(kind) ? sideOf(words) : null,
  negation: isNegated(words) || (kind === "why" && isLetBe(words)),
});

/** "The overnight summary", "BTC over the last day": only the time that is named says what is asked. */
function kindOfTimes(words: string, { horizon, past }: Times, asset: AssetFinding): QuestionKind | null {
  if (uncoveredByExamples("since", words).length > 0) return null;
  if (asset.status === "found" && past !== null && past.span !== null && isJustTheAsset(words, asset)) return "trend";
  const isNight = horizon === "overnight" || past !== null;
  return asset.status === "none" && isNight && PATTERNS.news.test(words) ? "since" : null;
}
/** "Is the desk up?" asks whether it runs, "is the desk up today?" what it made. */
const ofTheDay = (found: KindFinding, words: string, isTimed: boolean): Pick<Reading, "kind" | "figure"> =>
  found.kind === "health" && isTimed && /\b(?:desk|bot|you) (?:up|down)\b/.test(words)
    ? { kind: "account", figure: "profit" }
    : found;

function countOf(asset: AssetFinding): AssetCount {
  if (asset.status === "pair") return 2;
  return asset.status === "none" || (asset.status === "ambiguous" && asset.weak) ? 0 : 1;
}

/** A question of these kinds needs no asset: a word that may be one is a word in it. */
const needsNoAsset = (kind: string | null): boolean => isBreadthKind(kind) || (isDeskKind(kind) && kind !== "why");
/** For other kinds a side changes nothing: "did we beat buy and hold" has none. Movers show both ways in one answer. */
const SIDED: readonly string[] = "rsi bollinger atr signal trigger summary compare portfolio why cause".split(" ");

const NO_ASSET_NAMED = "The question names no asset that is traded at this venue.";

/** Slots → an intent, a question back, or the reason why neither. */
export function concludeReading(reading: Reading, context: GrammarContext): ParsedQuestion {
  const { kind, asset, words, times } = reading;
  if (kind === "cause")
    return unparsed("Why that is so is not in the desk's data; only why it bought, sold or did neither is.");
  const timeframe = timeframeOf(reading, context);
  if (typeof timeframe !== "string") return timeframe;
  const markets = marketsOf(kind, asset);
  if ("status" in markets) return markets;
  const needsNone = isBreadthKind(kind) || isDeskKind(kind);
  if (kind !== "portfolio" && markets.symbol === null && !needsNone) return unparsed(withoutAsset(reading));
  const limit = limitOf(reading);
  if (limit !== null) return unparsed(limit);
  if (kind === null) return unparsed(notClear(reading));
  const period = isDeskKind(kind) && reading.period !== "unclear" ? reading.period : null;
  return {
    status: "parsed",
    intent: {
      kind,
      ...markets,
      timeframe,
      side: reading.side,
      negation: reading.negation,
      horizon: horizonOf(kind, times, words),
      ...(kind === "account" && reading.figure !== undefined ? { figure: reading.figure } : {}),
      ...(period === null ? {} : { period }),
    },
  };
}

function concludeStress({ asset, shock }: StressReading, { defaultTimeframe }: GrammarContext): ParsedQuestion {
  if (shock === null) return unparsed("A move is worked out over a day at most.");
  // A word that may be a market's name is asked about: another one would be moved in its place.
  const markets = marketsOf("price", asset);
  if ("status" in markets) return markets;
  const { symbol, other } = markets;
  const of = { symbol, other, timeframe: defaultTimeframe };
  return { status: "parsed", intent: { kind: "stress", ...of, side: null, negation: false, horizon: null, shock } };
}

const unparsed = (reason: string): ParsedQuestion => ({ status: "unparsed", reason });
const ambiguous = (question: string): ParsedQuestion => ({ status: "ambiguous", question });

function timeframeOf({ timeframe }: Reading, { defaultTimeframe }: GrammarContext): Timeframe | ParsedQuestion {
  switch (timeframe.status) {
    case "named":
      return timeframe.timeframe;
    case "none":
      return defaultTimeframe;
    case "several":
      return ambiguous(`The question names ${timeframe.timeframes.join(" and ")}. One at a time, please: which one?`);
    case "unsupported":
      return unparsed(`The desk has no ${timeframe.words} candles; it works on ${TIMEFRAMES.join(", ")}.`);
  }
}

/** The markets of an intent of this kind; a name that is lost, or may be none, is never passed over where it matters. */
function marketsOf(kind: Reading["kind"], asset: AssetFinding): Pick<Intent, "symbol" | "other"> | ParsedQuestion {
  const none = { symbol: null, other: null };
  switch (asset.status) {
    case "found":
      return { symbol: asset.symbol, other: null };
    case "pair":
      if (kind === "compare") return { symbol: asset.symbol, other: asset.other };
      return kind === "portfolio" ? none : ambiguous(asset.question);
    case "ambiguous":
      if (kind === "portfolio" || (asset.weak && needsNoAsset(kind))) return none;
      return ambiguous(asset.question);
    case "unknown":
      return kind === "portfolio" ? none : unparsed(asset.reason);
    case "none":
      return none;
  }
}

/** "Which coins are near a buy?" has a list of its own; everything else about an asset needs its name. */
const withoutAsset = (reading: Reading): string => {
  if (isForecast(reading.words)) return NO_FORECASTS;
  if (PATTERNS.nearTrigger.test(reading.words))
    return `${NO_ASSET_NAMED} The nearest triggers of all are listed by \`deeptrader triggers\`.`;
  return reading.uncovered.length > 0 ? notClear(reading) : NO_ASSET_NAMED;
};

/** A stretch of the past is a slot where the answer is about one. */
function horizonOf(kind: QuestionKind, { horizon, past, rest }: Times, words: string): string | null {
  if (!isSpanKind(kind)) return horizon;
  const isDay = isDayLong(rest) && words !== "";
  return horizon ?? (isDeskKind(kind) ? past?.words : past?.span) ?? (isDay ? "last day" : null);
}

/** "BTC?", "ETH 1h", "bitcoin please", "and SOL?". */
const isJustTheAsset = (words: string, asset: AssetFinding): boolean =>
  (asset.status === "found" || asset.status === "ambiguous") &&
  words.split(" ").length <= 4 &&
  uncoveredByExamples("summary", words).length === 0 &&
  !/\b(?:who|what|when|where|which|why|is|are|did|does|do|will|has|can|not|no)\b/.test(words);
