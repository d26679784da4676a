// Floor 3. A question that is understood, or nearly → why it has no answer in the records; null where it has one.
import { type AccountFigure, TRADE_FIGURES } from "#schemas/question.ts";
import { isForecast, isShortSale } from "./intent-limits.ts";
import { PATTERNS } from "./intent-patterns.ts";
import { PERIODS_KNOWN } from "./intent-period.ts";
import { isBreadthKind, isDeskKind, isSpanKind, type Reading } from "./intent-reading.ts";
import { isAhead } from "./intent-time.ts";

const NOT_CLEAR =
  "It is not clear what is asked: the desk knows prices, indicators, token security and its own trading.";

/** Names the words that stand in the way, where some do. */
export const notClear = ({ uncovered }: Reading): string =>
  uncovered.length === 0
    ? NOT_CLEAR
    : `Not understood: "${uncovered.slice(0, MAX_UNCOVERED).join(" ")}". One thing at a time, please.`;
const MAX_UNCOVERED = 6;

/** Why a question of this kind, though understood, has no answer in the records; null where it has. */
export function limitOf(reading: Reading): string | null {
  const { kind, words, times, asset } = reading;
  if (asset.status === "found" && PATTERNS.comparing.test(words) && kind !== "portfolio" && kind !== "why") {
    return "A comparison needs two assets that are traded at this venue; the question names one.";
  }
  if (asset.status === "found" && PATTERNS.oneMarketBenchmark.test(words)) {
    return "The desk is measured against holding all of its markets; what one of them alone would have brought is not kept.";
  }
  if (PATTERNS.lesson.test(words)) return NOT_CLEAR;
  if (PATTERNS.whoOrWhen.test(words) && kind !== "compare" && !isBreadthKind(kind) && !isDeskKind(kind))
    return NOT_CLEAR;
  if ((kind === "signal" || kind === "trigger") && PATTERNS.hypothetical.test(words)) {
    return "The rules are asked about the newest close, not about a price that is not there; ask at what price the desk would act.";
  }
  if (PATTERNS.otherSetting.test(words))
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

const isTradeFigure = (figure: AccountFigure | undefined): boolean =>
  (TRADE_FIGURES as readonly (AccountFigure | undefined)[]).includes(figure);

/** Why the desk cannot say it of the time that was named; null where it can, or none was. */
function limitOfPeriod({ kind, figure, period, times }: Reading): string | null {
  if (
    kind === "fees" ||
    kind === "since" ||
    kind === "why" ||
    kind === "news" ||
    (kind === "account" && isTradeFigure(figure))
  ) {
    return period === "unclear" ? `Times that are read: ${PERIODS_KNOWN} (UTC).` : null;
  }
  if (kind === "benchmark")
    return period === null ? null : "The run is measured against holding from its beginning only.";
  return times.past === null && (period === null || period === "today" || period === "unclear")
    ? null
    : "The desk knows this as of now only; of earlier days it keeps trades, fees and profit.";
}

const NOT_TRIED = "What would have been is not in the records.";
export const NO_FORECASTS = "The desk makes no forecasts.";
