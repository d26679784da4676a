// Floor 3. The times in a question: candle length, horizon, past. Text -> slots, with the words used up taken out.
import { TIMEFRAMES, type Timeframe, timeframeMs } from "#schemas/units.ts";
import { TIME_MARK } from "./intent-text.ts";

export type TimeframeFinding =
  | { readonly status: "named"; readonly timeframe: Timeframe }
  | { readonly status: "several"; readonly timeframes: readonly Timeframe[] }
  | { readonly status: "unsupported"; readonly words: string }
  | { readonly status: "none" };

/** A stretch of the past that was named. */
export interface PastTime {
  /** As it stands in the question, lower case. */
  readonly words: string;
  /** An hour and a day back from now are kept with each analysis; other stretches are not. */
  readonly span: "last hour" | "last day" | null;
}

export interface Times {
  /** What the answer is wanted for ("tomorrow", "long term"), lower case; null where nothing was named. */
  readonly horizon: string | null;
  readonly past: PastTime | null;
  /** The text without both. */
  readonly rest: string;
}

const UNIT = "(?:minutes?|hours?|days?|weeks?|months?|years?)";
const SHORT_UNIT = "(?:mins?|m|hrs?|h|d|wks?|w|mo|yrs?|y)";
const SOME =
  "(?:\\d+|an?|one|two|three|four|five|six|seven|eight|ten|twelve|twenty|a few|a couple of|couple of|few|some|several)";
const CHART = "(?![- ]*(?:candles?|charts?|bars?|timeframes?|rsi|atr|bollinger|bands?))";
const WEEKDAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)day";
const MONTH = "(?:january|february|march|april|may|june|july|august|september|october|november|december)";

const HORIZON = new RegExp(
  [
    "\\b(?:by )?(?:today|tonight|tomorrow|overnight|this (?:week(?:end)?|month|year|afternoon|evening))\\b",
    `\\b(?:in|for|within|over) (?:the )?(?:next )?${SOME} ${UNIT}\\b${CHART}`,
    `\\b(?:the )?(?:next|coming) (?:${SOME} )?(?:${UNIT}|quarter|weekend|${WEEKDAY})\\b${CHART}`,
    `\\b(?:over |for |in )?(?:the )?next \\d+ ?${SHORT_UNIT}\\b${CHART}`,
    `\\bby (?:${WEEKDAY}|(?:the )?(?:end|close) of (?:the )?(?:day|week|month|year)|eo[dwmy]|christmas|new year)\\b`,
    "\\b(?:for the )?(?:short|mid|medium|long|longer|near)[- ](?:term|run)\\b",
  ].join("|"),
  "gi",
);

/** A horizon that lies ahead: no indicator knows it. */
export const isAhead = (horizon: string | null): boolean =>
  horizon !== null && !/^(?:today|tonight|this|.*(?:term|run)$)/.test(horizon);

const IN = "(?:\\b(?:in|over|during|within|for|from|of) )?";
const PAST = new RegExp(
  [
    `${IN}\\b(?:the |my |our )?(?:last|previous|past) (?:${SOME}[- ]?)?(?:night|weekend|quarter|session|${UNIT}|${WEEKDAY})\\b${CHART}`,
    `${IN}\\b(?:the )?(?:last|previous|past) \\d+ ?${SHORT_UNIT}\\b${CHART}`,
    `\\b(?:since |from |than |versus |vs |on |compared (?:to|with) )?yesterday\\b(?: (?:morning|evening|night))?`,
    `\\b${SOME} ?(?:${UNIT}|${SHORT_UNIT}) ago\\b`,
    "\\bago\\b",
    "\\b(?:on|for) the (?:week|month)\\b",
    "\\b(?:(?:on|since|from|before|until) )?(?:19|20)\\d\\d-\\d\\d-\\d\\d\\b",
    "\\b(?:in|since|during) (?:19|20)\\d\\d\\b",
    `\\b(?:on|since|from|before|this) ${WEEKDAY}\\b(?: (?:morning|evening|night))?`,
    `\\b(?:in|since|during|last|back in) ${MONTH}\\b`,
    "\\b(?:since |from |earlier )?this morning\\b",
    "\\b(?:at|since|before|after|around) (?:\\d{1,2}(?::\\d\\d)? ?(?:am|pm|utc|o'?clock)|\\d{1,2}:\\d\\d|noon|midnight|breakfast|lunch(?:time)?|dinner)\\b",
    "\\b(?:earlier(?: today| on)?|back then|in the past|previously|historically)\\b",
  ].join("|"),
  "gi",
);

/** The horizon and the past named in a text, and the text without them. */
export function takeTimes(text: string): Times {
  const named = text.match(PAST)?.map((words) => words.toLowerCase().trim()) ?? [];
  const now = text.replace(PAST, " ");
  const horizon = now.match(HORIZON)?.[0]?.toLowerCase() ?? null;
  const [first] = named;
  const past =
    first === undefined ? null : { words: named.join(", "), span: named.length === 1 ? spanOf(first) : null };
  return { horizon, past, rest: now.replace(HORIZON, " ") };
}

function spanOf(words: string): PastTime["span"] {
  if (/(?:last|past|previous) (?:(?:1|an|one)[- ]?)?(?:hour|hr|h)$|(?:60|sixty) ?m(?:in(?:ute)?s?)?$/.test(words))
    return "last hour";
  if (/^(?:since|than|versus|vs|on|compared (?:to|with)) yesterday$/.test(words)) return "last day";
  return /(?:last|past|previous) (?:(?:1|a|one)[- ]?)?(?:day|d)$|24 ?(?:hours?|hrs?|h)$/.test(words)
    ? "last day"
    : null;
}

const MINUTES: Readonly<Record<string, number>> = { m: 1, h: 60, d: 1440, w: 10_080 };
const NUMBERS: Readonly<Record<string, number>> = {
  half: 0.5,
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  eight: 8,
  ten: 10,
  twelve: 12,
  fifteen: 15,
  thirty: 30,
  sixty: 60,
};
const COUNT = Object.keys(NUMBERS)
  .filter((word) => word.length > 2)
  .join("|");
const LENGTH = new RegExp(
  `\\b(\\d{1,4}|${COUNT})[- ]?(minutes?|mins?|m|hours?|hourly|hrs?|hr|h|days?|d|weeks?|wks?|w|months?|mo|seconds?|secs?|(?<=\\d[- ]?)s)\\b`,
  "gi",
);
const CHART_STYLE = /\b([MHD])(\d{1,2})\b/g;
const ADVERB =
  /\b(?:hourly|daily|weekly|monthly|quarterly|yearly|annual|minutely)\b|\b(?:hour|day|minute|week|month) (?:candles?|charts?|timeframe)\b/gi;
const ADVERB_MINUTES: Readonly<Record<string, number>> = {
  minutely: 1,
  minute: 1,
  hourly: 60,
  hour: 60,
  daily: 1440,
  day: 1440,
};
/** "24h" beside a change is a stretch of time; beside an indicator it is a candle length. */
const DAY_LONG = /\b(?:24|twenty[- ]?four)[- ]?(?:h|hrs?|hours?)\b/gi;

export const isDayLong = (text: string): boolean => text.search(DAY_LONG) >= 0;
export const withoutDayLong = (text: string): string => text.replace(DAY_LONG, " ");

/** @param text without its horizon and past */
export function findTimeframe(text: string): TimeframeFinding {
  const named = [...lengths(text)];
  const bad = named.find(({ timeframe }) => timeframe === undefined);
  if (bad !== undefined) return { status: "unsupported", words: bad.words };
  const timeframes = [...new Set(named.flatMap(({ timeframe }) => timeframe ?? []))];
  const [timeframe] = timeframes;
  if (timeframe === undefined) return { status: "none" };
  return timeframes.length === 1 ? { status: "named", timeframe } : { status: "several", timeframes };
}

/** Candle lengths become marks, so that no rule for the kind stumbles over them. */
export const maskTimeframes = (text: string): string =>
  [LENGTH, CHART_STYLE, ADVERB].reduce((masked, pattern) => masked.replace(pattern, ` ${TIME_MARK} `), text);

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
