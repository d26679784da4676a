// Floor 2, risk. Times that come again every week → whether one of them touches a span, and when it ends. All in UTC, which has
// no summer time: a weekend is 48 hours, always.
import { type RuleWindow, WEEKDAYS } from "#schemas/operator-rule.ts";
import { DAY_MS, HOUR_MS, startOfDay, type UnixMs, unixMs } from "#schemas/units.ts";

export const WEEK_MS = 7 * DAY_MS;

/** 1970-01-05, a Monday. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

/** Monday 00:00 UTC of the week that `timeMs` falls in. */
export const startOfWeek = (timeMs: number): UnixMs =>
  unixMs(Math.floor((timeMs - FIRST_MONDAY_MS) / WEEK_MS) * WEEK_MS + FIRST_MONDAY_MS);

/** From `startMs` up to, and without, `endMs`. */
export interface Span {
  readonly startMs: UnixMs;
  readonly endMs: UnixMs;
}

/** Part of a day, ms from its 00:00; the end may lie in the next one. */
function dayPart(when: RuleWindow): readonly [from: number, to: number] {
  if (when.kind !== "hours") return [0, DAY_MS];
  const [from, to] = [timeOfDayMs(when.from), timeOfDayMs(when.to)];
  return [from, to > from ? to : to + DAY_MS];
}

const timeOfDayMs = (time: string): number => Number(time.slice(0, 2)) * HOUR_MS + Number(time.slice(3)) * 60_000;

const WEEKEND = ["sat", "sun"] as const;

function isDayOf(when: RuleWindow, dayMs: number): boolean {
  if (when.kind === "hours") return true;
  const days: readonly string[] = when.kind === "weekend" ? WEEKEND : when.days;
  return days.includes(WEEKDAYS[(dayMs - startOfWeek(dayMs)) / DAY_MS] ?? "");
}

/**
 * The first window that has a moment in [fromMs, toMs]; null: none has. Days that follow each other are one window.
 * @param leadMs by how much each window begins earlier
 */
export function windowIn(when: RuleWindow, fromMs: number, toMs: number, leadMs = 0): Span | null {
  const [from, to] = dayPart(when);
  for (let dayMs: number = startOfDay(fromMs) - DAY_MS; dayMs + from - leadMs <= toMs; dayMs += DAY_MS) {
    if (!isDayOf(when, dayMs) || dayMs + to <= fromMs) continue;
    let [firstMs, endMs] = [dayMs, dayMs + to];
    if (to - from === DAY_MS) {
      while (isDayOf(when, firstMs - DAY_MS)) firstMs -= DAY_MS;
      while (isDayOf(when, endMs)) endMs += DAY_MS;
    }
    return { startMs: unixMs(firstMs + from - leadMs), endMs: unixMs(endMs) };
  }
  return null;
}
