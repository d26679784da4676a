// Floor 3. A question in English -> its slots, by grammar and tables only. No model is asked, so the same text always has
// the same intent; what the grammar does not understand it says, and never guesses.
import { BREADTH_KINDS, DESK_KINDS, type Intent, type QuestionKind } from "#schemas/question.ts";
import { TIMEFRAMES, type Timeframe } from "#schemas/units.ts";
import { type AssetFinding, type AssetWords, readAssets } from "./intent-asset.ts";
import { kindOf } from "./intent-kind.ts";
import {
  isForecast,
  isHypothetical,
  isLesson,
  isOffTopic,
  isOneMarketBenchmark,
  isOrder,
  isWhoOrWhen,
} from "./intent-limits.ts";
import type { AssetCount } from "./intent-rule.ts";
import { isLetBe, isNegated, sideOf } from "./intent-side.ts";
import { spellOut, wordsOfKind } from "./intent-text.ts";
import {
  findTimeframe,
  isAhead,
  isDayLong,
  maskTimeframes,
  type TimeframeFinding,
  type Times,
  takeTimes,
  withoutDayLong,
} from "./intent-time.ts";
import { corrected, unknownWords } from "./intent-vocabulary.ts";

export interface GrammarContext extends AssetWords {
  /** The desk's timeframe, for questions that name none. */
  readonly defaultTimeframe: Timeframe;
}

export type ParsedQuestion =
  | { readonly status: "parsed"; readonly intent: Intent }
  | { readonly status: "ambiguous"; readonly question: string }
  | { readonly status: "unparsed"; readonly reason: string };

/** What a text says, slot by slot, before anything is made of it. A follow-up fills in the slots that it leaves out. */
export interface Reading {
  /** The text with contractions spelled out. */
  readonly plain: string;
  /** The words of the kind: lower case, slots as marks (`_x` an asset, `_tf` a candle length), slips of the pen corrected. */
  readonly words: string;
  readonly times: Times;
  readonly asset: AssetFinding;
  readonly timeframe: TimeframeFinding;
  /** `cause`: why the market does something. Null: not said, or none that the grammar knows. */
  readonly kind: QuestionKind | "cause" | null;
  readonly side: Intent["side"];
  readonly negation: boolean;
}

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
  if (isOrder(plain)) return unparsed("The chat places no orders: the trading loop does, by its own rules.");
  const times = takeTimes(plain);
  const { finding, masked } = readAssets(times.rest, context);
  const words = corrected(wordsOfKind(maskTimeframes(masked)));
  const told = kindOf(words, countOf(finding));
  const isLoose =
    told === null || told === "summary" || (told === "market" && !/\b(?:markets?|crypto|coins|board)\b/.test(words));
  const kind = (isLoose ? kindOfTimes(words, times, finding) : null) ?? ofTheDay(told, words, times);
  return {
    plain,
    words,
    times,
    asset: finding,
    timeframe: findTimeframe(isSpanKind(kind) ? withoutDayLong(times.rest) : times.rest),
    ...slotsOfWords(words, kind ?? (isJustTheAsset(words, finding) ? "summary" : null)),
  };
}

/** The slots that are told from the words alone, once their kind is known. */
export const slotsOfWords = (words: string, kind: Reading["kind"]): Pick<Reading, "kind" | "side" | "negation"> => ({
  kind,
  side: kind !== null && isSided(kind) ? sideOf(words) : null,
  negation: isNegated(words) || (kind === "why" && isLetBe(words)),
});

/** "The overnight summary", "BTC over the last day": only the time named tells what is asked. */
function kindOfTimes(words: string, { horizon, past }: Times, asset: AssetFinding): QuestionKind | null {
  if (unknownWords(words).length > 0) return null;
  if (asset.status === "found" && past !== null && past.span !== null && isJustTheAsset(words, asset)) return "trend";
  const isNight = horizon === "overnight" || past !== null;
  return asset.status === "none" && isNight && NEWS.test(words) ? "since" : null;
}
/** "Is the desk up?" asks whether it runs, "is the desk up today?" what it made. */
const ofTheDay = (kind: Reading["kind"], words: string, { horizon, past }: Times): Reading["kind"] =>
  kind === "health" && (horizon !== null || past !== null) && /\b(?:desk|bot|you) (?:up|down)\b/.test(words)
    ? "portfolio"
    : kind;
const NEWS =
  /\b(?:summary|recap|reports?|updates?|highlights?|rundown|happen\w*|what did (?:you|we|the desk|the bot) do|anything|went on|brief(?:ing)?)\b/;

function countOf(asset: AssetFinding): AssetCount {
  if (asset.status === "pair") return 2;
  return asset.status === "none" || (asset.status === "ambiguous" && asset.weak) ? 0 : 1;
}

/** A question of these kinds needs no asset: a word that may be one is a word in it. */
const NO_ASSET: readonly string[] = [
  ...BREADTH_KINDS,
  "benchmark",
  "since",
  "health",
  "stop-loss",
  "fees",
  "portfolio",
];
export const isBreadthKind = (kind: string | null): boolean =>
  (BREADTH_KINDS as readonly (string | null)[]).includes(kind);
export const isDeskKind = (kind: string | null): boolean => (DESK_KINDS as readonly (string | null)[]).includes(kind);
/** Their answers know what changed over the last hour and day, or since the desk began. */
const isSpanKind = (kind: string | null): boolean =>
  kind === "trend" || kind === "movers" || kind === "market" || isDeskKind(kind);
/** Where a side changes nothing, it is no slot: "did we beat buy and hold" has none. Movers show both ways in one answer. */
const UNSIDED: readonly string[] = [
  ...BREADTH_KINDS,
  "benchmark",
  "stop-loss",
  "fees",
  "since",
  "health",
  "price",
  "trend",
  "security",
];
const isSided = (kind: string): boolean => !UNSIDED.includes(kind);

const NO_ASSET_NAMED = "The question names no asset that is traded at this venue.";

/** Slots -> an intent, a question back, or the reason why neither. */
export function concludeReading(reading: Reading, context: GrammarContext): ParsedQuestion {
  const { kind, asset, words, times } = reading;
  if (kind === "cause") return unparsed("Why the market moves is not in the desk's data; only why the desk acted is.");
  const timeframe = timeframeOf(reading, context);
  if (typeof timeframe !== "string") return timeframe;
  const markets = marketsOf(kind, asset);
  if ("status" in markets) return markets;
  const needsNone = isBreadthKind(kind) || isDeskKind(kind);
  if (kind !== "portfolio" && markets.symbol === null && !needsNone) return unparsed(withoutAsset(reading));
  const limit = limitOf(reading);
  if (limit !== null) return unparsed(limit);
  if (kind === null) return unparsed(NOT_CLEAR);
  return {
    status: "parsed",
    intent: {
      kind,
      ...markets,
      timeframe,
      side: reading.side,
      negation: reading.negation,
      horizon: horizonOf(kind, times, words),
    },
  };
}

const NOT_CLEAR =
  "It is not clear what is asked about the asset: the desk's records hold prices, indicators, security checks and its own trading.";

const unparsed = (reason: string): ParsedQuestion => ({ status: "unparsed", reason });
const ambiguous = (question: string): ParsedQuestion => ({ status: "ambiguous", question });

function timeframeOf({ timeframe }: Reading, { defaultTimeframe }: GrammarContext): Timeframe | ParsedQuestion {
  switch (timeframe.status) {
    case "said":
      return timeframe.timeframe;
    case "none":
      return defaultTimeframe;
    case "several":
      return ambiguous(`The question names ${timeframe.timeframes.join(" and ")}. One at a time, please: which one?`);
    case "unsupported":
      return unparsed(`The desk has no ${timeframe.said} candles; it works on ${TIMEFRAMES.join(", ")}.`);
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
      if (kind === "portfolio" || (asset.weak && kind !== null && NO_ASSET.includes(kind))) return none;
      return ambiguous(asset.question);
    case "unknown":
      return kind === "portfolio" ? none : unparsed(asset.reason);
    case "none":
      return none;
  }
}

/** "Which coins are near a buy?" has a list of its own; everything else about an asset needs its name. */
const withoutAsset = ({ words }: Reading): string =>
  isForecast(words)
    ? NO_FORECASTS
    : /\b(?:which|what|any|anything|coins|markets)\b.*\b(?:near|nearest|close|closest|triggers?|about to)\b/.test(words)
      ? `${NO_ASSET_NAMED} The nearest triggers of all are listed by the command \`triggers\`.`
      : NO_ASSET_NAMED;

/** Why a question of this kind, though understood, has no answer in the records; null where it has. */
function limitOf({ kind, words, times, asset }: Reading): string | null {
  if (asset.status === "found" && COMPARING.test(words) && kind !== "portfolio" && kind !== "why") {
    return "A comparison needs two assets that are traded at this venue; the question names one.";
  }
  if (asset.status === "found" && isOneMarketBenchmark(words)) {
    return "The desk is measured against holding all of its markets; what one of them alone would have brought is not kept.";
  }
  if (isLesson(words) || isOffTopic(words)) return NOT_CLEAR;
  if (isWhoOrWhen(words) && kind !== "compare" && !isBreadthKind(kind) && !isDeskKind(kind)) return NOT_CLEAR;
  if ((kind === "signal" || kind === "trigger") && isHypothetical(words)) {
    return "The rules are asked about the newest close, not about a price that is not there; ask at what price the desk would act.";
  }
  if (hasOtherPeriod(words))
    return "The desk keeps RSI and ATR over 14 candles and bands over 20 with 2 deviations only.";
  if (kind !== null && isDeskKind(kind)) {
    return kind === "portfolio" && isForecast(words) ? NO_FORECASTS : null;
  }
  if (isForecast(words) || (kind !== "signal" && isAhead(times.horizon))) return NO_FORECASTS;
  if (times.past === null || (isSpanKind(kind) && times.past.span !== null)) return null;
  return isSpanKind(kind)
    ? "The change of the last hour and of the last day is kept with each analysis; other stretches are not."
    : "Chat answers about now; earlier records are in the memory history.";
}

const NO_FORECASTS = "The desk makes no forecasts.";
const COMPARING = /\b(?:compar(?:e|ed|ing|ison)|versus|vs)\b(?! (?:the|its|their) )/;
/** Another definition is another number: "RSI(7)" must not be told the RSI of 14. */
const hasOtherPeriod = (words: string): boolean =>
  /\brsi (?!(?:14|30|50|70)\b)\d+\b|\batr (?!14\b)\d+\b|\b(?:bollingers?|bands?|bb) (?!20\b)\d+\b|\b(?:bollingers?|bands?|bb) 20 (?!2\b)\d/.test(
    words,
  ) ||
  /\b(?!14\b)\d+ (?:periods?|candles?|bars?) (?:rsi|atr)\b|\b(?!20\b)\d+ (?:periods?|candles?|bars?) (?:bollinger|bands?)\b/.test(
    words,
  );

/** A stretch of the past is a slot where the answer is about one. */
function horizonOf(kind: QuestionKind, { horizon, past, rest }: Times, words: string): string | null {
  if (!isSpanKind(kind)) return horizon;
  const isDay = isDayLong(rest) && words !== "";
  return horizon ?? (isDeskKind(kind) ? past?.said : past?.span) ?? (isDay ? "last day" : null);
}

/** "BTC?", "ETH 1h", "bitcoin please", "and SOL?". */
const isJustTheAsset = (words: string, asset: AssetFinding): boolean =>
  (asset.status === "found" || asset.status === "ambiguous") &&
  words.split(" ").length <= 4 &&
  unknownWords(words).length === 0 &&
  !/\b(?:who|what|when|where|which|why|is|are|did|does|do|will|has|can|not|no)\b/.test(words);
