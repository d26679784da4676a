// Floor 5. Candles of a backtest's markets → what holding them in equal parts would have come to at each time, and how far it fell.
import type { CandleSeries } from "#schemas/market.ts";
import type { HoldLine } from "#schemas/trade-chart.ts";
import { timeframeMs, type UnixMs } from "#schemas/units.ts";
import { lastCloseBy } from "./backtest-track.ts";

export interface HeldSpan {
  readonly firstSlotMs: UnixMs;
  /** Inclusive. */
  readonly lastSlotMs: UnixMs;
}

/**
 * Of the markets that have a price at both ends, as `buyAndHoldPct` counts them.
 * @param times ascending, each a slot of the span
 * @returns null: no market has a price at both ends
 */
export function holdLine(all: readonly CandleSeries[], span: HeldSpan, times: readonly UnixMs[]): HoldLine | null {
  const held = all.flatMap((series) => {
    const stepMs = timeframeMs(series.timeframe);
    const from = lastCloseBy(series, span.firstSlotMs - stepMs);
    const to = lastCloseBy(series, span.lastSlotMs - stepMs);
    return from === null || to === null ? [] : [{ series, from, stepMs, row: -1 }];
  });
  const [one] = held;
  if (one === undefined) return null;
  const points: { atMs: UnixMs; returnPct: number }[] = [];
  let peak = 0;
  let maxDrawdownPct = 0;
  let next = 0;
  for (let slotMs = span.firstSlotMs as number; slotMs <= span.lastSlotMs; slotMs += one.stepMs) {
    let sum = 0;
    for (const each of held) {
      const { openMs, close } = each.series;
      while ((openMs[each.row + 1] ?? Number.POSITIVE_INFINITY) <= slotMs - each.stepMs) each.row += 1;
      sum += (close[each.row] ?? Number.NaN) / each.from;
    }
    const worth = sum / held.length;
    peak = Math.max(peak, worth);
    maxDrawdownPct = Math.max(maxDrawdownPct, (1 - worth / peak) * 100);
    for (; (times[next] ?? Number.POSITIVE_INFINITY) <= slotMs; next++)
      points.push({ atMs: times[next] as UnixMs, returnPct: (worth - 1) * 100 });
  }
  return { markets: held.length, maxDrawdownPct, points };
}
