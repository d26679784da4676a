// Floor 3. Numbers, lists and times of answers → text. Pure; the only place where an answer's numbers are rounded.
import { toIso } from "#schemas/units.ts";

/** The last sentence of an answer: the time its data is of, and how long ago that is. */
export const timeLine = (asOfMs: number, ageMs: number): string => `As of ${toIso(asOfMs)}, ${duration(ageMs)} old.`;

/** Two decimals from 1,000 on, four from 1 on, six significant digits below; never an exponent. */
export function price(value: number): string {
  const size = Math.abs(value);
  if (size >= 1) return value.toFixed(size >= 1000 ? 2 : 4);
  return value.toLocaleString("en-US", { maximumSignificantDigits: 6, useGrouping: false });
}

/** A level as the venue writes prices: every digit counts, since a tick further the strategy does something else. */
export const levelPrice = (value: number): string =>
  value.toLocaleString("en-US", { maximumSignificantDigits: 12, useGrouping: false });

/** `+1.20 %`, `−0.45 %` with a real minus sign, `0.00 %`. */
export function signedPct(pct: number): string {
  const text = Math.abs(pct).toFixed(2);
  const sign = Number(text) === 0 ? "" : pct < 0 ? "−" : "+";
  return `${sign}${text} %`;
}

/** `45 s`, `5 min`, `3 h 20 min`, `2 d 4 h`. */
export function duration(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  const two = (big: number, bigUnit: string, small: number, smallUnit: string): string =>
    small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;
  if (days > 0) return two(days, "d", hours % 24, "h");
  if (hours > 0) return two(hours, "h", minutes % 60, "min");
  return minutes > 0 ? `${minutes} min` : `${Math.floor(ms / 1000)} s`;
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** With a full stop, unless it ends in one already. */
export const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** `1 market`, `3 markets`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
