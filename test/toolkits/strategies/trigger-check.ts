// Every close of a series held against the trigger that was written before it.
import type { Triggers } from "#schemas/analysis.ts";
import type { CandleSeries } from "#schemas/market.ts";
import type { Signal } from "#schemas/reading.ts";
import { timeframeMs, unixMs } from "#schemas/units.ts";
import { computeSnapshot } from "#toolkits/indicators/snapshot.ts";
import { type CandleWindow, windowAt } from "#toolkits/indicators/window.ts";
import { meanReversion } from "#toolkits/strategies/mean-reversion.ts";

export type Action = Signal["action"];

/** What a trigger says of the close that follows it. */
export function actionAt({ enterAtOrBelow, exitAtOrAbove }: Triggers, close: number): Action {
  if (enterAtOrBelow !== null && close <= enterAtOrBelow) return "enter";
  return exitAtOrAbove !== null && close >= exitAtOrAbove ? "exit" : "hold";
}

/** What the rule says at the end of a window. */
const ruleOf = (window: CandleWindow): Action =>
  meanReversion.signal({ snapshot: computeSnapshot(window), price: window.close.at(-1) ?? Number.NaN }).action;

/** What the rule would say at row `row`, had it closed at `close`. */
export const ruleIf = (series: CandleSeries, row: number, close: number): Action =>
  ruleOf(windowOfRow({ ...series, close: series.close.with(row, close) }, row));

export function windowOfRow(series: CandleSeries, row: number): CandleWindow {
  const window = windowAt(series, unixMs((series.openMs[row] ?? Number.NaN) + timeframeMs(series.timeframe)));
  if (window === null) throw new Error(`row ${row} of ${series.symbol} has no window`);
  return window;
}

/** True where a candle follows row `row` without a hole: a trigger speaks of no other. */
export const isFollowed = (series: CandleSeries, row: number): boolean =>
  series.openMs[row + 1] === (series.openMs[row] ?? Number.NaN) + timeframeMs(series.timeframe);

export interface TriggerTally {
  /** Closes that had a trigger. */
  closes: number;
  entries: number;
  exits: number;
  readonly differences: string[];
}

export const newTally = (): TriggerTally => ({ closes: 0, entries: 0, exits: 0, differences: [] });

/** Adds every close that follows another one. */
export function tallySeries(tally: TriggerTally, series: CandleSeries, triggersOf = meanReversion.triggers): void {
  let triggers: Triggers | null = null;
  series.close.forEach((close, row) => {
    const window = windowOfRow(series, row);
    if (triggers !== null) {
      const decided = ruleOf(window);
      tally.closes++;
      if (decided === "enter") tally.entries++;
      if (decided === "exit") tally.exits++;
      if (decided !== actionAt(triggers, close))
        tally.differences.push(
          `${series.symbol} row ${row}: ${decided} at ${close}, not by ${JSON.stringify(triggers)}`,
        );
    }
    triggers = isFollowed(series, row) ? triggersOf(window) : null;
  });
}

/** The float64 that lies `steps` floats above a price (below, where negative). */
export function floatsAbove(price: number, steps: number): number {
  const bits = new BigInt64Array(Float64Array.of(price).buffer);
  return new Float64Array(BigInt64Array.of((bits[0] ?? 0n) + BigInt(steps)).buffer)[0] ?? Number.NaN;
}
