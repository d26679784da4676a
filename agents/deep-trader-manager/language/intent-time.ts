// Floor 3. The times in a question: candle length, horizon, past. Text → slots, with the words used up taken out.
import { TIMEFRAMES, type Timeframe, timeframeMs } from "#schemas/units.ts";
import { PATTERNS } from "./intent-patterns.ts";
import phrases from "./intent-phrases.json" with { type: "json" };
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

/** A horizon that lies ahead: no indicator knows it. */
export const isAhead = (horizon: string | null): boolean =>
  horizon !== null && !/^(?:today|tonight|this|.*(?:term|run)$)/.test(horizon);

/** The horizon and the past named in a text, and the text without them. */
export function takeTimes(text: string): Times {
  const named = text.match(PATTERNS.past)?.map((words) => words.toLowerCase().trim()) ?? [];
  const now = text.replace(PATTERNS.past, " ");
  const ahead = new Set(now.match(PATTERNS.horizon)?.map((words) => words.toLowerCase()));
  const horizon = ahead.size === 0 ? null : [...ahead].join(", ");
  const [first] = named;
  const past =
    first === undefined ? null : { words: named.join(", "), span: named.length === 1 ? spanOf(first) : null };
  return { horizon, past, rest: now.replace(PATTERNS.horizon, " ") };
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
const NUMBERS: Readonly<Record<string, number>> = phrases.numbers;
const COUNT = Object.keys(NUMBERS)
  .filter((word) => word.length > 2)
  .join("|");
const LENGTH = new RegExp(
  `\\b(\\d{1,4}|${COUNT})[- ]?(minutes?|mins?|m|hours?|hourly|hrs?|hr|h|days?|d|weeks?|wks?|w|months?|mo|seconds?|secs?|(?<=\\d[- ]?)s)\\b`,
  "gi",
);
const CHART_STYLE = /\b([MHD])(\d{1,2})\b/g;
const ADVERB_MINUTES: Readonly<Record<string, number>> = phrases.adverbMinutes;
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
  [LENGTH, CHART_STYLE, PATTERNS.candleAdverb].reduce(
    (masked, pattern) => masked.replace(pattern, ` ${TIME_MARK} `),
    text,
  );

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
  for (const [words] of text.replace(LENGTH, " ").matchAll(PATTERNS.candleAdverb)) {
    yield { words, timeframe: ofMinutes(ADVERB_MINUTES[words.toLowerCase().split(/[\s-]/)[0] ?? ""] ?? 0) };
  }
}

const ofMinutes = (minutes: number): Timeframe | undefined =>
  TIMEFRAMES.find((timeframe) => timeframeMs(timeframe) === minutes * 60_000);
