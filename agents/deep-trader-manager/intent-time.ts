// Floor 3. The times in a question: candle length, horizon, past. Text -> slots, with the words used up taken out.
import { TIMEFRAMES, type Timeframe, timeframeMs } from "#schemas/units.ts";

export type TimeframeFinding =
  | { readonly status: "said"; readonly timeframe: Timeframe }
  | { readonly status: "several"; readonly timeframes: readonly Timeframe[] }
  | { readonly status: "unsupported"; readonly said: string }
  | { readonly status: "none" };

const UNIT = "(?:minutes?|hours?|days?|weeks?|months?|years?)";
const SOME = "(?:\\d+|an?|one|two|three|four|five|six|twelve|a few|some|several)";
const CHART = "(?![- ]*(?:candles?|charts?|bars?|timeframes?|rsi|atr|bollinger|bands?))";
const HORIZON = new RegExp(
  [
    "\\b(?:today|tonight|tomorrow|overnight|this (?:week(?:end)?|month|year))\\b",
    `\\b(?:in|for|within|over) (?:the )?(?:next )?${SOME} ${UNIT}\\b${CHART}`,
    `\\b(?:the )?(?:next|coming) (?:${SOME} )?${UNIT}\\b${CHART}`,
    "\\b(?:for the )?(?:short|mid|medium|long|longer|near)[- ](?:term|run)\\b",
  ].join("|"),
  "gi",
);

/** What the answer is wanted for ("tomorrow", "long term"), and the text without it. */
export function takeHorizon(text: string): { readonly horizon: string | null; readonly rest: string } {
  const horizon = text.match(HORIZON)?.[0]?.toLowerCase() ?? null;
  return { horizon, rest: text.replace(HORIZON, " ") };
}

/** A horizon that lies ahead: no indicator knows it. */
export const isAhead = (horizon: string | null): boolean =>
  horizon !== null && !/^(?:today|tonight|this|.*(?:term|run)$)/.test(horizon);

const PAST = new RegExp(
  [
    "\\byesterday\\b",
    `\\b(?:last|previous|past) (?:${SOME} )?(?:night|${UNIT}|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\\b`,
    "\\bago\\b",
    "\\b(?:in|since|during) (?:19|20)\\d\\d\\b",
    "\\b(?:19|20)\\d\\d-\\d\\d-\\d\\d\\b",
  ].join("|"),
  "i",
);

/** The question is about another moment than now. */
export const isPast = (text: string): boolean => PAST.test(text);

const MINUTES: Readonly<Record<string, number>> = { m: 1, h: 60, d: 1440, w: 10_080 };
const NUMBERS: Readonly<Record<string, number>> = { a: 1, an: 1, one: 1, two: 2, four: 4, five: 5, fifteen: 15 };
const LENGTH =
  /\b(\d{1,4}|one|two|four|five|fifteen)[- ]?(minutes?|mins?|m|hours?|hrs?|hr|h|days?|d|weeks?|wks?|w|months?|mo)\b/gi;
const CHART_STYLE = /\b([MHD])(\d{1,2})\b/g;
const ADVERB = /\b(?:hourly|daily|weekly|monthly|minutely)\b|\b(?:hour|day|minute) (?:candles?|charts?|timeframe)\b/gi;
const ADVERB_MINUTES: Readonly<Record<string, number>> = {
  minutely: 1,
  minute: 1,
  hourly: 60,
  hour: 60,
  daily: 1440,
  day: 1440,
};

/** @param text without its horizon */
export function findTimeframe(text: string): TimeframeFinding {
  const said = [...lengths(text)];
  const bad = said.find(({ timeframe }) => timeframe === undefined);
  if (bad !== undefined) return { status: "unsupported", said: bad.words };
  const timeframes = [...new Set(said.flatMap(({ timeframe }) => timeframe ?? []))];
  const [timeframe] = timeframes;
  if (timeframe === undefined) return { status: "none" };
  return timeframes.length === 1 ? { status: "said", timeframe } : { status: "several", timeframes };
}

function* lengths(text: string): Generator<{ readonly words: string; readonly timeframe: Timeframe | undefined }> {
  for (const [words, count = "", unit = ""] of text.matchAll(LENGTH)) {
    const number = NUMBERS[count.toLowerCase()] ?? Number(count);
    // "1M" is a month wherever candles are sold; no month is a fixed number of minutes.
    const month = /^mo/i.test(unit) || words === "1M";
    yield { words, timeframe: month ? undefined : ofMinutes(number * (MINUTES[unit.charAt(0).toLowerCase()] ?? 0)) };
  }
  for (const [words, unit = "", count] of text.matchAll(CHART_STYLE)) {
    yield { words, timeframe: ofMinutes(Number(count) * (MINUTES[unit.toLowerCase()] ?? 0)) };
  }
  // "4 hour chart" has been read as a length already.
  for (const [words] of text.replace(LENGTH, " ").matchAll(ADVERB)) {
    yield { words, timeframe: ofMinutes(ADVERB_MINUTES[words.toLowerCase().split(/[\s-]/)[0] ?? ""] ?? 0) };
  }
}

const ofMinutes = (minutes: number): Timeframe | undefined =>
  TIMEFRAMES.find((timeframe) => timeframeMs(timeframe) === minutes * 60_000);
