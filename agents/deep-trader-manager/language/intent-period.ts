// Floor 3. A stretch of the past in words → a period ("last:6h", "since:monday"), and a period → its bounds. All in UTC. Pure.
import type { Period } from "#schemas/question.ts";
import { DAY_MS, startOfDay, type UnixMs, unixMs } from "#schemas/units.ts";
import phrases from "./intent-phrases.json" with { type: "json" };
import type { Times } from "./intent-time.ts";

/** From, included, until, excluded; the words name both ends that are not now. */
export interface PeriodBounds {
  readonly fromMs: UnixMs;
  readonly untilMs: UnixMs;
  readonly words: string;
}

/** `unclear`: a time was named that is none of the periods. */
export type PeriodFinding = Period | null | "unclear";

export const PERIODS_KNOWN =
  "today, yesterday, this or last week, the last 6 hours or 3 days, since 09:30, since Monday, a date";

const COUNTS: Readonly<Record<string, number>> = phrases.counts;
const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const MINUTE_MS = 60_000;
const UNITS: Readonly<Record<string, number>> = { m: MINUTE_MS, h: 60 * MINUTE_MS, d: DAY_MS, w: 7 * DAY_MS };
/** Where the morning begins; said with the answer. */
const MORNING = "06:00";
const CLOCKS: Readonly<Record<string, string>> = { noon: "12:00", midnight: "00:00", morning: MORNING };

/** The one period that a question names. */
export function periodOf({ horizon, past }: Pick<Times, "horizon" | "past">): PeriodFinding {
  if (past === null) return horizon === null ? null : (ofHorizon(horizon) ?? "unclear");
  const period = ofPast(past.words) ?? "unclear";
  // "Today since 10:00" is one stretch, "today and yesterday" are two.
  return horizon === null || (horizon === "today" && /^(?:today|since:\d)/.test(period)) ? period : "unclear";
}

function ofHorizon(horizon: string): Period | null {
  if (horizon === "overnight") return "last:12h";
  const which = /^(today|this (week|month))$/.exec(horizon);
  if (which !== null) return which[2] === undefined ? "today" : `this-${which[2]}`;
  // "Over 3 days", "in 24 hours": of what was.
  return ofCount(/^(?:in|over|within|for) (?:the )?(.*)$/.exec(horizon)?.[1] ?? "");
}

function ofPast(named: string): Period | null {
  const words = named.replace(/^(?:in|over|during|within|for|from|of|on|at) /, "").replace(/^(?:the|my|our) /, "");
  if (/^yesterday$/.test(words)) return "yesterday";
  if (/^since yesterday$/.test(words)) return "since:yesterday";
  if (/^(?:last|past|previous) night$/.test(words)) return "last:12h";
  if (/^(?:since |earlier )?this morning$/.test(words)) return `since:${MORNING}`;
  if (/^earlier(?: today)?$/.test(words)) return "today";
  if (/^(?:week|month)$/.test(words)) return `this-${words}`;
  const whole = /^(?:last|previous) (week|month)$/.exec(words);
  if (whole !== null) return `last-${whole[1]}`;
  const some = /^(?:last|past|previous) (.*)$/.exec(words);
  if (some?.[1] !== undefined) {
    const weekday = WEEKDAYS.find((day) => day === some[1]);
    return weekday === undefined ? ofCount(some[1]) : `on:${weekday}`;
  }
  const since = /^(since|after|from) (?:last )?(.*)$/.exec(named);
  if (since?.[2] !== undefined) return ofPoint("since", since[2]);
  return ofPoint("on", words);
}

/** "3 days", "an hour", "6h", "24 hours", "week". */
function ofCount(text: string): Period | null {
  const found = /^(?:(\d{1,4}|[a-z]+)(?: of)?[- ]?)??(m|h|d|w|mins?|minutes?|hrs?|hours?|days?|wks?|weeks?)$/.exec(
    text,
  );
  if (found === null) return null;
  const count = found[1] === undefined ? 1 : (COUNTS[found[1]] ?? Number(found[1]));
  return Number.isInteger(count) && count > 0 ? `last:${count}${found[2]?.charAt(0)}` : null;
}

function ofPoint(how: "since" | "on", text: string): Period | null {
  const word = text.replace(/^(?:the|this) /, "").replace(/ (?:morning|utc)$/, "");
  if (WEEKDAYS.includes(word)) return `${how}:${word}`;
  if (/^(?:19|20)\d\d-\d\d-\d\d$/.test(word)) return Number.isNaN(Date.parse(word)) ? null : `${how}:${word}`;
  if (how === "on") return null;
  if (/^yesterday(?: evening| night)?$/.test(word)) return "since:yesterday";
  const clock = CLOCKS[word] ?? clockOf(word);
  return clock === null ? null : `since:${clock}`;
}

function clockOf(word: string): string | null {
  const found = /^(\d{1,2})(?::(\d\d))? ?(am|pm|o'?clock)?$/.exec(word);
  if (found === null) return null;
  const hour = (Number(found[1]) % (found[3] === undefined ? 24 : 12)) + (found[3] === "pm" ? 12 : 0);
  const minute = Number(found[2] ?? 0);
  if (Number(found[1]) > 23 || minute > 59) return null;
  return `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
}

const timeWords = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace("T", " ");
const dayWords = (ms: number): string => timeWords(ms).slice(0, 10);

/** The bounds of a period as of a moment, and how an answer names them. */
export function boundsOf(period: Period, nowMs: UnixMs): PeriodBounds {
  const dayMs = startOfDay(nowMs);
  const between = (fromMs: number, untilMs: number, words: string): PeriodBounds => ({
    fromMs: unixMs(fromMs),
    untilMs: unixMs(Math.min(untilMs, nowMs + 1)),
    words,
  });
  const since = (fromMs: number): PeriodBounds => between(fromMs, nowMs + 1, `since ${timeWords(fromMs)} UTC`);
  const on = (fromMs: number): PeriodBounds => between(fromMs, fromMs + DAY_MS, `on ${dayWords(fromMs)} (UTC)`);
  if (period === "today") return between(dayMs, dayMs + DAY_MS, `today (since ${timeWords(dayMs)} UTC)`);
  if (period === "yesterday") return between(dayMs - DAY_MS, dayMs, `yesterday (${dayWords(dayMs - DAY_MS)}, UTC)`);
  // 1 January 1970 was a Thursday; a week begins on Monday.
  const mondayMs = dayMs - ((Math.floor(dayMs / DAY_MS) + 3) % 7) * DAY_MS;
  const day = new Date(nowMs);
  const monthMs = (back: number): number => Date.UTC(day.getUTCFullYear(), day.getUTCMonth() - back, 1);
  if (period === "this-week") return between(mondayMs, nowMs + 1, `this week (since ${dayWords(mondayMs)}, UTC)`);
  if (period === "last-week")
    return between(mondayMs - 7 * DAY_MS, mondayMs, `last week (from ${dayWords(mondayMs - 7 * DAY_MS)}, UTC)`);
  if (period === "this-month") return between(monthMs(0), nowMs + 1, `this month (since ${dayWords(monthMs(0))}, UTC)`);
  if (period === "last-month") return between(monthMs(1), monthMs(0), `last month (from ${dayWords(monthMs(1))}, UTC)`);
  const [how = "", ...rest] = period.split(":");
  const at = rest.join(":");
  if (how === "last") {
    const fromMs = nowMs - Number(at.slice(0, -1)) * (UNITS[at.slice(-1)] ?? 0);
    return between(
      fromMs + 1,
      nowMs + 1,
      `in the last ${at.slice(0, -1)} ${at.slice(-1) === "m" ? "min" : at.slice(-1)}`,
    );
  }
  const point = pointOf(at, nowMs, dayMs, how === "on");
  return how === "on" ? on(point) : since(point);
}

/** The newest such point that is not ahead. */
function pointOf(at: string, nowMs: number, dayMs: number, isDay: boolean): number {
  if (at === "yesterday") return dayMs - DAY_MS;
  const weekday = WEEKDAYS.indexOf(at);
  if (weekday >= 0) {
    const back = (new Date(dayMs).getUTCDay() - weekday + 7) % 7;
    return dayMs - (isDay && back === 0 ? 7 : back) * DAY_MS;
  }
  if (/^\d\d:\d\d$/.test(at)) {
    const ms = dayMs + (Number(at.slice(0, 2)) * 60 + Number(at.slice(3))) * MINUTE_MS;
    return ms > nowMs ? ms - DAY_MS : ms;
  }
  return Date.parse(`${at}T00:00:00Z`);
}
