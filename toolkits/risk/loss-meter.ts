// Floor 2, risk. Mark-to-market equity, slot by slot, in; day loss and drawdown with their latches out.
import type { RiskLimits } from "#schemas/config.ts";
import { InvariantError } from "#schemas/errors.ts";
import type { LossState } from "#schemas/portfolio.ts";
import { DAY_MS, type UnixMs } from "#schemas/units.ts";

/** The drawdown is measured from the highest equity of today and the 29 days before. */
const PEAK_DAYS = 30;
/** Share of the reference within which float64 rounding counts as "at the limit": exactly −2 % latches. */
const TOLERANCE = 1e-12;

const hasLost = (from: number, to: number, limitPct: number): boolean =>
  (from - to) * 100 >= limitPct * from - from * TOLERANCE;

function advancePeaks(previous: LossState | null, dayStartMs: number, equity: number): LossState["peaks"] {
  const peaks = previous?.peaks ?? [];
  const last = peaks.at(-1);
  if (last?.dayStartMs === dayStartMs) {
    // The usual slot: neither a new day nor a new high. The array is shared, not copied.
    if (equity <= last.equity) return peaks;
    return peaks.with(-1, { dayStartMs, equity });
  }
  const oldestMs = dayStartMs - (PEAK_DAYS - 1) * DAY_MS;
  return [...peaks.filter((peak) => peak.dayStartMs >= oldestMs), { dayStartMs, equity }];
}

/** The candle that ends at 00:00 belongs to the day it ends, or on 1d no candle would belong to any. */
const dayOf = (slotMs: UnixMs): number => Math.floor((slotMs - 1) / DAY_MS) * DAY_MS;

/**
 * The meter after one slot. `equity` is mark-to-market in quote, fees and unrealised results included; `previous` is the
 * journaled state (null on a desk's first slot), so a restart resets nothing. The day is the UTC day; its reference is
 * the equity at 00:00, or of the first slot seen that day. A clock that steps back never reopens an earlier day.
 * @throws InvariantError when equity is not a positive number.
 */
export function advanceLoss(
  previous: LossState | null,
  at: { readonly slotMs: UnixMs; readonly equity: number },
  limits: Pick<RiskLimits, "maxDayLossPct" | "maxDrawdownPct">,
): LossState {
  const { slotMs, equity } = at;
  if (!(Number.isFinite(equity) && equity > 0)) {
    throw new InvariantError({
      was: `Equity is ${equity} at slot ${slotMs}.`,
      expected: "a positive number of quote currency",
      remedy: "Halt the desk and check the journal's fills against the marks.",
    });
  }
  const dayStartMs = Math.max(dayOf(slotMs), previous?.dayStartMs ?? 0);
  const sameDay = previous !== null && previous.dayStartMs === dayStartMs ? previous : null;
  const atMidnight = previous?.slotMs === dayStartMs ? previous.equity : equity;
  const dayStartEquity = sameDay?.dayStartEquity ?? atMidnight;
  const peaks = advancePeaks(previous, dayStartMs, equity);
  let peak = equity;
  for (const day of peaks) if (day.equity > peak) peak = day.equity;
  return {
    slotMs,
    dayStartMs,
    dayStartEquity,
    peaks,
    equity,
    dayChangePct: ((equity - dayStartEquity) / dayStartEquity) * 100,
    drawdownPct: ((peak - equity) / peak) * 100,
    dayLossLatched: (sameDay?.dayLossLatched ?? false) || hasLost(dayStartEquity, equity, limits.maxDayLossPct),
    drawdownLatched: (previous?.drawdownLatched ?? false) || hasLost(peak, equity, limits.maxDrawdownPct),
  };
}
