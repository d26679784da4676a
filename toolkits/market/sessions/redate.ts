// Floor 2. Plain data, or candles, dated on one side of a session calendar → the same on the other side.
import { DataFormatError } from "#schemas/errors.ts";
import { isRecord } from "#schemas/is-record.ts";
import type { CandleSeries, DataNote } from "#schemas/market.ts";
import { timeframeMs, toIso, unixMs } from "#schemas/units.ts";
import { stepNotes } from "../candle-notes.ts";
import type { SessionCalendar } from "./session-calendar.ts";

const MOMENT = /Ms$/;
/** Where something begins: with the open of a session. */
const OPENING = /^(openMs|dayStartMs|windowStartMs)$/;

/**
 * Plain data of the grid with its moments as they are outside: every number under a key that ends in `Ms` from the calendar's
 * first session on. A duration is no such number: it would have to last from 1970.
 * @param as what a moment between two sessions is; what begins a candle, a day or a window is an open in any case
 */
export function inRealTime<Value>(
  value: Value,
  calendar: SessionCalendar,
  as: Parameters<SessionCalendar["toReal"]>[1] = "close",
): Value {
  const firstMs = calendar.sessions[0] ?? 0;
  const redate = (key: string, each: unknown): unknown => {
    if (typeof each === "number")
      return MOMENT.test(key) && each >= firstMs ? calendar.toReal(each, OPENING.test(key) ? "open" : as) : each;
    if (Array.isArray(each)) return each.map((one) => redate(key, one));
    return isRecord(each)
      ? Object.fromEntries(Object.entries(each).map(([name, one]) => [name, redate(name, one)]))
      : each;
  };
  return redate("", value) as Value;
}

/** A series with other open times, its notes made anew: a day without a session is no hole on the grid. */
function redated(series: CandleSeries, toMs: (openMs: number) => number, closesMs: number): CandleSeries {
  return { ...series, openMs: series.openMs.map(toMs), checkedThroughMs: unixMs(closesMs) };
}

/**
 * Daily candles on the grid of a calendar.
 * @throws DataFormatError for a candle on a day without a session
 */
export function onGrid(series: CandleSeries, calendar: SessionCalendar, where: string): CandleSeries {
  const days = new Set<number>(calendar.sessions);
  const stray = series.openMs.find((openMs) => !days.has(openMs));
  if (stray !== undefined) {
    throw new DataFormatError({
      where,
      was: `a candle of ${toIso(stray).slice(0, 10)}, on which the calendar ${calendar.name} of markets.json has no session.`,
      expected: "candles of its sessions only",
      remedy: "Add the day to the calendar's sessions, or remove the candle.",
    });
  }
  const lengthMs = timeframeMs(series.timeframe);
  const lastOpenMs = series.openMs.at(-1) ?? 0;
  const moved = redated(series, calendar.toGrid, calendar.toGrid(lastOpenMs) + lengthMs);
  const { warmupSessions } = calendar;
  return {
    ...moved,
    notes: notesOn(moved, calendar, series.notes),
    ...(warmupSessions === null ? {} : { fullFrom: warmupSessions }),
  };
}

/** The same candles with the days on which they were. */
export const inRealDays = (series: CandleSeries, calendar: SessionCalendar): CandleSeries =>
  redated(series, (openMs) => calendar.toReal(openMs, "open"), calendar.toReal(series.checkedThroughMs, "close"));

/** Holes are those of the grid; what else was noted stays, at its place there. */
function notesOn(moved: CandleSeries, calendar: SessionCalendar, before: readonly DataNote[]): readonly DataNote[] {
  const { openMs, close, timeframe } = moved;
  const holes = [...openMs.keys()].flatMap((row) => {
    const [last, at] = [openMs[row - 1], openMs[row]];
    if (last === undefined || at === undefined) return [];
    const step = stepNotes(
      { openMs: last, close: close[row - 1] ?? 0 },
      { openMs: at, close: close[row] ?? 0 },
      timeframeMs(timeframe),
    );
    return step
      .filter(({ kind }) => kind === "hole")
      .map((note) => ({
        ...note,
        text: note.text.replace(toIso(note.atMs), toIso(calendar.toReal(note.atMs, "open"))),
      }));
  });
  const others = before
    .filter(({ kind }) => kind !== "hole")
    .map((note) => ({ ...note, atMs: calendar.toGrid(note.atMs) }));
  return [...holes, ...others].sort((a, b) => a.atMs - b.atMs);
}
