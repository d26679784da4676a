// Floor 2. The days on which a venue trades, as markets.json has them ↔ a grid without gaps, on which windows, holes and slots are
// counted: session i of the calendar stands i days after the first one. What is computed lives on the grid; what people see is real.
import { z } from "zod";
import { FULL_WARMUP_CANDLES, MIN_CANDLES } from "#schemas/indicator.ts";
import type { CandleSeries } from "#schemas/market.ts";
import { DAY_MS, startOfDay, toIso, type UnixMs, unixMs } from "#schemas/units.ts";
import { TimeMs } from "../replay/json-file.ts";

/** What markets.json may say of its venue's sessions. */
export const CalendarGiven = z.strictObject({
  /** As people call it, for example XNYS (ISO 10383). */
  name: z.string().min(1).max(40),
  /** Days with a session, oldest first, or `from-candles`: every day on which a market of the folder has a candle. */
  sessions: z
    .union([z.literal("from-candles"), z.array(TimeMs).min(1)])
    .default("from-candles")
    .refine((given) => given === "from-candles" || isAscending(given), {
      error: "expected days, each at 00:00 UTC such as 2025-03-03, oldest first, none twice",
    }),
  /** What figures of a day are annualised with. */
  sessionsPerYear: z.number().min(1).max(366).default(252),
  /** Sessions after which a market may be entered, whatever its indicators need; left out: 250, or what they need. */
  warmupSessions: z.int().min(MIN_CANDLES).max(FULL_WARMUP_CANDLES).optional(),
});
export type CalendarGiven = z.infer<typeof CalendarGiven>;

const isAscending = (days: readonly number[]): boolean =>
  days.every((day, i) => day % DAY_MS === 0 && day > (days[i - 1] ?? -1));

export interface SessionCalendar {
  readonly name: string;
  readonly sessionsPerYear: number;
  /** Null: the usual 250, or what a strategy's indicators need. */
  readonly warmupSessions: number | null;
  /** Open times of the sessions, real, oldest first. */
  readonly sessions: readonly UnixMs[];
  /**
   * A real moment on the grid. Inside a session it keeps its distance from the open; between two it is the close of the one before;
   * before the first it stays as it is, and after the last the days count on.
   */
  toGrid(realMs: number): UnixMs;
  /** A moment of the grid. Between two sessions it is the close of the one or the open of the other, by what it is asked as. */
  toReal(gridMs: number, as: "open" | "close"): UnixMs;
}

/** @param sessions 00:00 UTC of each day, ascending, at least one */
export function createSessionCalendar(
  { name, sessionsPerYear, warmupSessions }: Omit<CalendarGiven, "sessions">,
  sessions: readonly UnixMs[],
): SessionCalendar {
  const firstMs = sessions[0] ?? unixMs(0);
  const lastMs = sessions.at(-1) ?? firstMs;
  const lastGridMs = firstMs + (sessions.length - 1) * DAY_MS;
  const indexAt = (realMs: number): number => {
    let [low, high] = [0, sessions.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sessions[middle] ?? 0) <= realMs) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };
  return Object.freeze({
    name,
    sessionsPerYear,
    warmupSessions: warmupSessions ?? null,
    sessions,
    toGrid(realMs: number): UnixMs {
      if (realMs < firstMs) return unixMs(realMs);
      if (realMs >= lastMs) return unixMs(lastGridMs + (realMs - lastMs));
      const index = indexAt(realMs);
      return unixMs(firstMs + index * DAY_MS + Math.min(realMs - (sessions[index] ?? 0), DAY_MS));
    },
    toReal(gridMs: number, as: "open" | "close"): UnixMs {
      if (gridMs < firstMs) return unixMs(gridMs);
      const whole = Math.min(Math.floor((gridMs - firstMs) / DAY_MS), sessions.length - 1);
      const isBetween = gridMs === firstMs + whole * DAY_MS;
      const index = isBetween && as === "close" ? Math.max(0, whole - 1) : whole;
      return unixMs((sessions[index] ?? 0) + (gridMs - firstMs - index * DAY_MS));
    },
  });
}

/** The calendar that markets.json asks for, over the daily candles of a folder. */
export function calendarOf(given: CalendarGiven, series: Iterable<CandleSeries>): SessionCalendar {
  const days =
    given.sessions === "from-candles"
      ? [...new Set([...series].flatMap(({ openMs }) => [...openMs]))].sort((a, b) => a - b)
      : given.sessions;
  return createSessionCalendar(
    given,
    days.map((day) => startOfDay(day)),
  );
}

/** `XNYS: 154 sessions from 2024-12-13 to 2025-07-31, 252 a year`. */
export const calendarText = ({ name, sessions, sessionsPerYear }: SessionCalendar): string =>
  `${name}: ${sessions.length} sessions from ${day(sessions[0])} to ${day(sessions.at(-1))}, ${sessionsPerYear} a year`;

const day = (atMs: number | undefined): string => toIso(atMs ?? 0).slice(0, 10);
