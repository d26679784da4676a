// Floor 2. Timestamp text of a file → UTC epoch ms, by arithmetic alone: no clock and no local time zone comes in.
import { DAY_MS, HOUR_MS } from "#schemas/units.ts";

const DIGITS = /^\d{1,15}$/;
const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s?(Z|[+-]\d{2}:?\d{2})?$/;
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** Days from 1970-01-01 in the proleptic Gregorian calendar; null where the calendar has no such day. */
function daysSinceEpoch(year: number, month: number, day: number): number | null {
  const days = (MONTH_DAYS[month - 1] ?? 0) + (month === 2 && isLeap(year) ? 1 : 0);
  if (day < 1 || day > days) return null;
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) - 477;
  let dayOfYear = day - 1;
  for (let m = 1; m < month; m += 1) dayOfYear += (MONTH_DAYS[m - 1] ?? 0) + (m === 2 && isLeap(year) ? 1 : 0);
  return (year - 1970) * 365 + leapDays + dayOfYear;
}

/**
 * Epoch ms (digits), or ISO-8601 (`2018-01-10`, `2018-01-10T04:55:00Z`, `2018-01-10 04:55:00+00:00`); without a zone the
 * text is taken as UTC, since data exports leave it out. Null where it is neither. Fractions of a ms are refused.
 */
export function parseTimeMs(text: string): number | null {
  if (DIGITS.test(text)) return Number(text);
  const parts = ISO.exec(text);
  if (parts === null) return null;
  const part = (index: number): number => Number(parts[index] ?? "0");
  const days = daysSinceEpoch(part(1), part(2), part(3));
  const [hour, minute, second] = [part(4), part(5), part(6)];
  const fraction = (parts[7] ?? "").padEnd(3, "0");
  if (days === null || hour > 23 || minute > 59 || second > 59 || /[1-9]/.test(fraction.slice(3))) return null;
  const zone = parts[8] ?? "Z";
  const zoneDigits = zone.replace(":", "");
  const zoneMinutes = zone === "Z" ? 0 : Number(zoneDigits.slice(1, 3)) * 60 + Number(zoneDigits.slice(3, 5));
  const offsetMs = (zone.startsWith("-") ? -1 : 1) * zoneMinutes * 60_000;
  const timeMs =
    days * DAY_MS + hour * HOUR_MS + minute * 60_000 + second * 1000 + Number(fraction.slice(0, 3)) - offsetMs;
  return timeMs >= 0 ? timeMs : null;
}
