// Floor 3. A question in English -> its slots, by grammar and tables only. No model is asked, so the same text always has
// the same intent; what the grammar does not understand it says, and never guesses.
import { type AccountFigure, BREADTH_KINDS, DESK_KINDS, type Intent, type QuestionKind } from "#schemas/question.ts";
import { TIMEFRAMES, type Timeframe } from "#schemas/units.ts";
import { type AssetFinding, type AssetWords, readAssets } from "./intent-asset.ts";
import { uncoveredByExamples } from "./intent-coverage.ts";
import { type KindFinding, kindOf } from "./intent-kind.ts";
import {
  isForecast,
  isHypothetical,
  isLesson,
  isOneMarketBenchmark,
  isOrder,
  isShortSale,
  isWhoOrWhen,
} from "./intent-limits.ts";
import { PERIODS_KNOWN, type PeriodFinding, periodOf } from "./intent-period.ts";
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
import { corrected } from "./intent-vocabulary.ts";

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
  /** `cause`: why the market does something. Null: none named, or none that the grammar knows. */
  readonly kind: QuestionKind | "cause" | null;
  /** Of kind `account`. */
  readonly figure?: AccountFigure;
  /** Of a question about the desk. */
  readonly period: PeriodFinding;
  /** Words that no rule answers, where that is why there is no kind. */
  readonly uncovered: readonly string[];
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
  side: kind !== null && isSided(kind) ? sideOf(words) : null,
  negation: isNegated(words) || (kind === "why" && isLetBe(words)),
});

/** "The overnight summary", "BTC over the last day": only the time that is named says what is asked. */
function kindOfTimes(words: string, { horizon, past }: Times, asset: AssetFinding): QuestionKind | null {
  if (uncoveredByExamples("since", words).length > 0) return null;
  if (asset.status === "found" && past !== null && past.span !== null && isJustTheAsset(words, asset)) return "trend";
  const isNight = horizon === "overnight" || past !== null;
  return asset.status === "none" && isNight && NEWS.test(words) ? "since" : null;
}
/** "Is the desk up?" asks whether it runs, "is the desk up today?" what it made. */
const ofTheDay = (found: KindFinding, words: string, isTimed: boolean): Pick<Reading, "kind" | "figure"> =>
  found.kind === "health" && isTimed && /\b(?:desk|bot|you) (?:up|down)\b/.test(words)
    ? { kind: "account", figure: "profit" }
    : found;
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
  "account",
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
  "account",
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

const NOT_CLEAR =
  "It is not clear what is asked: the desk knows prices, indicators, token security and its own trading.";

/** Names the words that stand in the way, where some do. */
const notClear = ({ uncovered }: Reading): string =>
  uncovered.length === 0
    ? NOT_CLEAR
    : `Not understood: "${uncovered.slice(0, MAX_UNCOVERED).join(" ")}". One thing at a time, please.`;
const MAX_UNCOVERED = 6;

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
      if (kind === "portfolio" || (asset.weak && kind !== null && NO_ASSET.includes(kind))) return none;
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
  if (NEAR_TRIGGER.test(reading.words))
    return `${NO_ASSET_NAMED} The nearest triggers of all are listed by \`deeptrader triggers\`.`;
  return reading.uncovered.length > 0 ? notClear(reading) : NO_ASSET_NAMED;
};
const NEAR_TRIGGER =
  /\b(?:which|what|any|anything|coins|markets)\b.*\b(?:near|nearest|close|closest|triggers?|about to)\b/;

/** Why a question of this kind, though understood, has no answer in the records; null where it has. */
function limitOf(reading: Reading): string | null {
  const { kind, words, times, asset } = reading;
  if (asset.status === "found" && COMPARING.test(words) && kind !== "portfolio" && kind !== "why") {
    return "A comparison needs two assets that are traded at this venue; the question names one.";
  }
  if (asset.status === "found" && isOneMarketBenchmark(words)) {
    return "The desk is measured against holding all of its markets; what one of them alone would have brought is not kept.";
  }
  if (isLesson(words)) return NOT_CLEAR;
  if (isWhoOrWhen(words) && kind !== "compare" && !isBreadthKind(kind) && !isDeskKind(kind)) return NOT_CLEAR;
  if ((kind === "signal" || kind === "trigger") && isHypothetical(words)) {
    return "The rules are asked about the newest close, not about a price that is not there; ask at what price the desk would act.";
  }
  if (hasOtherPeriod(words))
    return "The desk keeps RSI and ATR over 14 candles and bands over 20 with 2 deviations only.";
  if (isShortSale(words)) return "The desk buys, and sells what it holds; it never goes short.";
  if (kind !== null && isDeskKind(kind)) {
    if ((kind === "portfolio" || kind === "account") && /\bwould (?:i|we|you|it|_x|the desk)\b/.test(words))
      return NOT_TRIED;
    const isOfWhatComes = reading.figure !== "stop-distance" && isForecast(words);
    return (kind === "portfolio" || kind === "account") && isOfWhatComes ? NO_FORECASTS : limitOfPeriod(reading);
  }
  if (isForecast(words) || (kind !== "signal" && isAhead(times.horizon))) return NO_FORECASTS;
  if (times.past === null || (isSpanKind(kind) && times.past.span !== null)) return null;
  return isSpanKind(kind)
    ? "The change of the last hour and of the last day is kept with each analysis; other stretches are not."
    : "Chat answers about now; earlier records are in the memory history.";
}

/** Figures of closed trades and of purchases are kept with their times; all others are of this moment. */
const DATED: readonly (AccountFigure | undefined)[] = [
  "bought",
  "sold",
  "realised",
  "profit",
  "trades",
  "trade-count",
  "win-rate",
  "profit-factor",
  "best-trade",
  "worst-trade",
  "last-trade",
];

/** Why the desk cannot say it of the time that was named; null where it can, or none was. */
function limitOfPeriod({ kind, figure, period, times }: Reading): string | null {
  if (kind === "fees" || kind === "since" || kind === "why" || (kind === "account" && DATED.includes(figure))) {
    return period === "unclear" ? `Times that are read: ${PERIODS_KNOWN} (UTC).` : null;
  }
  if (times.past === null) return null;
  return kind === "benchmark"
    ? "The run is measured against holding from its beginning only."
    : "The desk knows this as of now only; of earlier days it keeps trades, fees and profit.";
}

const NOT_TRIED = "What would have been is not in the records.";
const NO_FORECASTS = "The desk makes no forecasts.";
const COMPARING = /\b(?:compar(?:e|ed|ing|ison)|versus|vs)\b(?! (?:the|its|their) )/;
/** Another definition is another number: "RSI(7)" must not be answered with the RSI of 14. */
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
  return horizon ?? (isDeskKind(kind) ? past?.words : past?.span) ?? (isDay ? "last day" : null);
}

/** "BTC?", "ETH 1h", "bitcoin please", "and SOL?". */
const isJustTheAsset = (words: string, asset: AssetFinding): boolean =>
  (asset.status === "found" || asset.status === "ambiguous") &&
  words.split(" ").length <= 4 &&
  uncoveredByExamples("summary", words).length === 0 &&
  !/\b(?:who|what|when|where|which|why|is|are|did|does|do|will|has|can|not|no)\b/.test(words);
