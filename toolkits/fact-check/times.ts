// Floor 2. Words of time ("yesterday", "Monday", "the last hour") against the times and windows of facts, in the operator's zone.
import type { Fact } from "#schemas/fact.ts";
import { DAY_MS } from "#schemas/units.ts";
import type { CheckRun } from "./check-run.ts";
import { numberOf } from "./fact-table.ts";

/** `2026-03-04`, and the number of its weekday from 0 (Sunday) and of its month from 1. */
export function dayOf(timeMs: number, timeZone = "UTC") {
  const parts = zoneFormat(timeZone).formatToParts(timeMs);
  const part = (type: string): number => Number(parts.find((each) => each.type === type)?.value);
  const [year, month, day] = [part("year"), part("month"), part("day")];
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
  return { year, month, day, weekday, hour: part("hour"), minute: part("minute") };
}

const formats = new Map<string, Intl.DateTimeFormat>();
function zoneFormat(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    hourCycle: "h23",
  });
  formats.set(timeZone, made);
  return made;
}

/** `2026-03-04 14:05` of the zone, for people. */
export function timeText(timeMs: number, timeZone = "UTC"): string {
  const { year, month, day, hour, minute } = dayOf(timeMs, timeZone);
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)} ${timeZone}`;
}

const WINDOWS: Readonly<Record<string, readonly string[]>> = {
  hour: ["1h", "60m"],
  day: ["1d", "24h"],
  week: ["7d", "1w"],
  month: ["30d", "31d", "28d", "29d"],
};

/**
 * @param time `today yesterday tomorrow ago`, `ago:day` (a time, or a window of that length), `habit` (weekends: beside no value), `hour day week month` (a window that has passed), `tf:1h` (a candle length),
 * `weekday:1` (Monday), `month:3` (March)
 * @param facts of the sentence
 */
export function fitsTime(time: string, facts: readonly Fact[], { nowMs, timeZone }: CheckRun): boolean {
  const moments = facts.flatMap((fact) => momentsOf(fact).map((moment) => dayOf(moment, timeZone)));
  const isOn = (timeMs: number): boolean => {
    const { year, month, day } = dayOf(timeMs, timeZone);
    return moments.some((each) => each.year === year && each.month === month && each.day === day);
  };
  const [kind, value = ""] = time.split(":");
  const windows = WINDOWS[time];
  if (windows !== undefined) return facts.some(({ window }) => window !== null && windows.includes(window));
  switch (kind) {
    case "habit":
      return facts.length === 0;
    case "today":
      return facts.length === 0 || isOn(nowMs) || facts.some(({ kind: own }) => own === "statement");
    case "yesterday":
      return isOn(nowMs - DAY_MS);
    case "tomorrow":
      return isOn(nowMs + DAY_MS);
    case "ago":
      return facts.some(
        ({ unit, window }) =>
          unit === "time" || unit === "duration" || (window !== null && WINDOWS[value]?.includes(window) === true),
      );
    case "tf":
      return facts.length === 0 || facts.some(({ timeframe, window }) => timeframe === value || window === value);
    case "weekday":
      return moments.some(({ weekday }) => weekday === Number(value));
    case "month":
      return moments.some(({ month }) => month === Number(value));
    default:
      return false;
  }
}

/** What a fact says of time: a time itself, else the time of its data. */
function momentsOf(fact: Fact): readonly number[] {
  const value = fact.unit === "time" ? numberOf(fact) : fact.asOfMs;
  return value === null ? [] : [value];
}
