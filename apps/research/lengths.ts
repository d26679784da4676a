// Floor 6. Flags of the research commands that are counts, and lengths of time as candles: `30d`, `12h`, `45m`, or a number of candles.
import { UsageError } from "#schemas/errors.ts";
import { type Timeframe, timeframeMs } from "#schemas/units.ts";

type Flags = Readonly<Record<string, unknown>>;

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** A whole number; null: not given. @throws UsageError */
export function wholeOf(flags: Flags, name: string, least: number): number | null {
  const given = flags[name];
  if (given === undefined) return null;
  const value = Number(given);
  if (Number.isInteger(value) && value >= least && value <= 1_000_000) return value;
  throw new UsageError({
    was: `--${name} ${String(given)}.`,
    expected: `a whole number from ${least} on`,
    remedy: "Correct it.",
  });
}

/** Candles of the timeframe; null: not given. @throws UsageError for what is no length, or no whole number of candles */
export function candlesOf(flags: Flags, name: string, timeframe: Timeframe): number | null {
  const given = flags[name];
  if (given === undefined) return null;
  const [, amount, unit] = /^(\d{1,7})([mhdw]?)$/.exec(String(given).trim()) ?? [];
  const candles = Number(amount) * (unit ? (UNIT_MS[unit] ?? Number.NaN) / timeframeMs(timeframe) : 1);
  if (Number.isInteger(candles)) return candles;
  throw new UsageError({
    was: `--${name} ${String(given)}.`,
    expected: `a number of candles, or a length such as 30d, 12h or 90m that is a whole number of ${timeframe} candles`,
    remedy: "Correct it.",
  });
}
