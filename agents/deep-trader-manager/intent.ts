// Floor 3. A question in English -> its slots, by grammar and tables only. No model is asked, so the same text always has
// the same intent; what the grammar does not understand it says, and never guesses.
import type { Intent, QuestionKind } from "#schemas/question.ts";
import { TIMEFRAMES, type Timeframe } from "#schemas/units.ts";
import { type AssetWords, findAsset } from "./intent-asset.ts";
import { findTimeframe, isAhead, isPast, takeHorizon } from "./intent-time.ts";
import { COMMON_QUOTES } from "./intent-words.ts";

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
  if (text.length > MAX_LENGTH)
    return unparsed(`The question has ${text.length} characters; at most ${MAX_LENGTH} are read.`);
  const plain = spellOut(text);
  if (plain === "") return unparsed("The question is empty.");
  if (isOrder(plain)) return unparsed("The chat places no orders: the trading loop does, by its own rules.");
  const { horizon, rest } = takeHorizon(plain);
  const kind = kindOf(withoutTickers(rest));
  if (kind === "cause") return unparsed("Why the market moves is not in the desk's data; only why the desk acted is.");

  const timeframe = findTimeframe(isPast(rest) ? "" : rest);
  if (timeframe.status === "several") {
    return ambiguous(`The question names ${timeframe.timeframes.join(" and ")}. One at a time, please: which one?`);
  }
  if (timeframe.status === "unsupported") {
    return unparsed(`The desk has no ${timeframe.said} candles; it works on ${TIMEFRAMES.join(", ")}.`);
  }
  const asset = findAsset(rest, context);
  const aboutDesk = kind === "portfolio" || kind === "why";
  if (asset.status === "ambiguous" && kind !== "portfolio") return ambiguous(asset.question);
  if (asset.status === "unknown" && kind !== "portfolio") return unparsed(asset.reason);
  const symbol = asset.status === "found" ? asset.symbol : null;
  if (symbol === null && !aboutDesk) return unparsed("The question names no asset that is traded at this venue.");
  if (!aboutDesk && isPast(rest)) return unparsed("Chat answers about now; earlier records are in the memory history.");

  const meant = kind ?? (isJustTheAsset(rest) ? "summary" : null);
  if (meant === null) return unparsed("It is not clear what is asked about the asset.");
  if (isForecast(meant, horizon, rest)) return unparsed("The desk makes no forecasts.");
  return {
    status: "parsed",
    intent: {
      kind: meant,
      symbol,
      other: null,
      timeframe: timeframe.status === "said" ? timeframe.timeframe : context.defaultTimeframe,
      side: sideOf(rest),
      negation: /\b(?:not|never|no|avoid|without)\b/i.test(rest),
      horizon,
    },
  };
}

const unparsed = (reason: string): ParsedQuestion => ({ status: "unparsed", reason });
const ambiguous = (question: string): ParsedQuestion => ({ status: "ambiguous", question });

/** One kind of apostrophe, contractions in full, possessives gone: "what's BTC's RSI" has the words what, is, BTC, RSI. */
function spellOut(text: string): string {
  return text
    .normalize("NFKC")
    .replace(/[\u2018\u2019\u02bc]/g, "'")
    .replace(/\bcan't\b/gi, "can not")
    .replace(/\bwon't\b/gi, "will not")
    .replace(/n't\b/gi, " not")
    .replace(/\b(what|how|where|who|why|that|it|there)'s\b/gi, "$1 is")
    .replace(/'(?:s|re|ll|ve|d|m)\b/gi, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** What is written as a ticker is no word: the price of $ATR is a price. */
const withoutTickers = (text: string): string =>
  text.replace(TICKER, (token, quote?: string) =>
    quote === undefined || COMMON_QUOTES.has(quote.toUpperCase()) ? " it " : token,
  );
const TICKER = /\$\p{L}[\p{L}\p{N}]*|\b[\p{L}\p{N}]+[/_-](\p{L}+)\b/gu;

// "Buy BTC now" is an order; "buy BTC?", "buy or sell BTC" and "sell signal for BTC" are questions.
const ORDER = /^(?:please |now |just )*(?:buy|sell|purchase|short|long|close|dump|liquidate|cancel|place)\b/i;
const ASKING = /\?|\b(?:or|signals?|should|when|price|pressure)\b/i;
const isOrder = (text: string): boolean => ORDER.test(text) && !ASKING.test(text);

const ACT =
  "(?:buy|bought|buying|sell|sold|selling|enter(?:ed)?|exit(?:ed)?|hold|held|holding|trad(?:e|ed|ing)|refused?|skip(?:ped)?|pass(?:ed)?|reject(?:ed)?|closed?|stopped)";
const WHY_DESK = new RegExp(
  [
    `\\bwhy\\b.*\\b(?:you|we|i|desk|bot|it)\\b.*\\b${ACT}\\b`,
    `\\bwhy (?:was|were|is|are)\\b.*\\b(?:not|bought|sold|entered|exited|refused|skipped|rejected|held|closed|stopped)\\b`,
    `\\bwhy (?:not|no)\\b`,
    `\\bwhy ${ACT}\\b`,
    `\\b(?:how come|what made) (?:you|we|the desk|the bot)\\b`,
    `\\breasons? (?:for|behind|you|why) .*\\b(?:${ACT}|trade|entry|purchase|sale)\\b`,
  ].join("|"),
  "i",
);
const SECURITY =
  /\b(?:safe|safety|secure|security|honey ?pot|scam|rug|rug ?pull|legit|malicious|blacklist(?:ed)?|audit(?:ed)?|risky contract|contract|trustworthy)\b/i;
const INDICATORS: readonly (readonly [QuestionKind, RegExp])[] = [
  ["rsi", /\brsi\b|\brelative strength\b/i],
  ["bollinger", /\bbollingers?\b|\bbands?\b|\bbb(?:ands)?\b/i],
  ["atr", /\batr\b|\btrue range\b|\bvolatil(?:e|ity)\b/i],
];
const SIGNAL =
  /\b(?:should|buy|sell|buying|selling|enter|entry|exit|over ?sold|over ?bought|oversold|overbought|signals?|go long|go short|take profits?|time to|worth (?:buying|selling|holding)|bullish|bearish|hold)\b/i;
const PORTFOLIO =
  /\b(?:positions?|portfolio|holdings?|equity|p ?& ?l|p\/l|pnl|profits?|loss(?:es)?|balance|cash|draw ?down|exposure|open orders?|(?:am|are) (?:i|we|you) (?:doing|up|down)|(?:do|did) (?:i|we|you) (?:hold|own|have|buy|sell|trade)|is the desk doing|our trades|my (?:money|account|trades))\b/i;
const PRICE = /\b(?:prices?|priced|how much|worth|cost|costs|quote|trading at|trade at|going for)\b/i;
const SUMMARY =
  /\b(?:how (?:is|are|about)|analy[sz]e|analysis|tell me|what about|think|thoughts?|overview|summar(?:y|ise|ize)|status|update|report|look(?:s|ing)?|outlook|opinion|going on|doing|show|info)\b/i;

/** `cause`: why the market does something. Null: no word of the grammar. */
function kindOf(text: string): QuestionKind | "cause" | null {
  const why = /\bwhy\b|\bhow come\b|\breasons?\b|\bwhat made\b/i.test(text) && !/\bwhy should\b/i.test(text);
  if (why && WHY_DESK.test(text)) return "why";
  const kind = plainKindOf(text);
  return /\bwhy (?!should)/i.test(text) && (kind === "price" || kind === "summary" || kind === null) ? "cause" : kind;
}

function plainKindOf(text: string): QuestionKind | null {
  if (SECURITY.test(text)) return "security";
  const named = INDICATORS.filter(([, pattern]) => pattern.test(text));
  if (named.length > 0) return named.length === 1 ? (named[0]?.[0] ?? null) : "summary";
  // "Should I take profit?" asks for a signal, "what is my profit?" for the books.
  if (/\bshould\b|\btake profits?\b/i.test(text)) return "signal";
  if (PORTFOLIO.test(text)) return "portfolio";
  if (SIGNAL.test(text)) return "signal";
  if (PRICE.test(text)) return "price";
  return SUMMARY.test(text) ? "summary" : null;
}

/** "BTC?", "ETH 1h", "bitcoin please". */
const isJustTheAsset = (text: string): boolean =>
  text.split(" ").length <= 3 && !/\b(?:who|when|where|is|did|does)\b/i.test(text);

function isForecast(kind: QuestionKind, horizon: string | null, text: string): boolean {
  if (kind === "why" || kind === "portfolio" || kind === "security") return false;
  const willBe = /\b(?:will|going to|gonna|predict(?:ion)?|forecast|price target)\b/i.test(text);
  return willBe || (kind !== "signal" && isAhead(horizon));
}

const BUY = /\b(?:buy|bought|buying|purchase|enter(?:ed)?|entry|go long|long|accumulate|get in)\b/i;
const SELL = /\b(?:sell|sold|selling|exit(?:ed)?|short|dump|take profits?|get out|offload)\b/i;

function sideOf(text: string): Intent["side"] {
  const buy = BUY.test(text);
  return buy === SELL.test(text) ? null : buy ? "buy" : "sell";
}
