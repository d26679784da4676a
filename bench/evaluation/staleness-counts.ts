// Bench. Price histories → counts of how often an older analysis, or one that the price has left, decides otherwise than one
// made from scratch at the same moment.
import { FULL_WARMUP_CANDLES } from "#schemas/indicator.ts";
import type { CandleSeries } from "#schemas/market.ts";
import type { ActionLevels, Signal } from "#schemas/reading.ts";
import { DAY_MS, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { computeSnapshot } from "#toolkits/indicators/snapshot.ts";
import { computeTrend } from "#toolkits/indicators/trend.ts";
import { windowAt } from "#toolkits/indicators/window.ts";
import { readAll } from "#toolkits/strategies/host.ts";
import { marketRows } from "#toolkits/strategies/market-rows.ts";
import { shippedStrategy } from "#toolkits/strategies/registry.ts";
import { actionAt } from "./action-at.ts";
import type { History } from "./histories.ts";

/** Age of the analysis, in candles of its own timeframe. */
export const AGES = [1, 2, 3, 6, 12, 24, 48, 96] as const;
/** Distance of the price from the analysis' own, in its ATR. */
export const DRIFTS = [0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4] as const;
/** Greatest age, in candles, at which drift alone is looked at. */
export const DRIFT_MAX_AGE = 24;

type Action = Signal["action"];

/** Whose decisions are counted. */
const STRATEGY = shippedStrategy("mean-reversion");

/** What an analysis made at one close would say. */
export interface Reading {
  readonly asOfMs: number;
  readonly price: number;
  readonly atr: number;
  readonly action: Action;
  readonly direction: string | null;
  /** RSI and %B as an answer prints them. */
  readonly numbers: string;
  /** Worked out only where prices inside the candle are known. */
  readonly levels: ActionLevels;
}

/** One reading a close, null where the newest candle is missing or the window too short for values. */
export function readingsOf({ series: recorded, minutes }: History): readonly (Reading | null)[] {
  // As if there were nothing before.
  const series = { ...recorded, askedFromMs: unixMs(0) };
  const lengthMs = timeframeMs(series.timeframe);
  const firstCloseMs = (series.openMs[FULL_WARMUP_CANDLES - 1] ?? Number.NaN) + lengthMs;
  const lastCloseMs = (series.openMs.at(-1) ?? Number.NaN) + lengthMs;
  const readings: (Reading | null)[] = [];
  for (let asOfMs = firstCloseMs; asOfMs <= lastCloseMs; asOfMs += lengthMs) {
    readings.push(readingOf(series, unixMs(asOfMs), minutes !== null));
  }
  return readings;
}

function readingOf(series: CandleSeries, asOfMs: UnixMs, wantsLevels: boolean): Reading | null {
  const window = windowAt(series, asOfMs);
  if (window === null) return null;
  const { atr, rsiWilder, bollinger } = computeSnapshot(window);
  if (atr === null || atr === 0 || rsiWilder === null) return null;
  const price = window.close.at(-1) ?? Number.NaN;
  const base = series.timeframe;
  // Six digits: finer than any tick.
  const tickSize = 10 ** (Math.floor(Math.log10(price)) - 6);
  const rows = marketRows({ strategy: STRATEGY, asOfMs, series: new Map([[base, series]]), base, tickSize, atr });
  const [read] = rows === null ? [] : readAll(STRATEGY, [rows], { wantsLevels });
  if (read === undefined) return null;
  return {
    asOfMs,
    price,
    atr,
    action: read.signal.action,
    levels: read.levels,
    direction: computeTrend(window).direction,
    numbers: `${rsiWilder.toFixed(2)} ${bollinger?.percentB?.toFixed(2)}`,
  };
}

/** Counts of pairs (analysis, from-scratch analysis at the same moment). */
export interface Tally {
  pairs: number;
  differ: number;
  /** From scratch would act. */
  act: number;
  /** … and the older analysis says something else. */
  missed: number;
  /** The older analysis would act. */
  staleAct: number;
  /** … and from scratch says something else. */
  wrongly: number;
  directionDiffers: number;
  numbersDiffer: number;
}

export const emptyTally = (): Tally => ({
  pairs: 0,
  differ: 0,
  act: 0,
  missed: 0,
  staleAct: 0,
  wrongly: 0,
  directionDiffers: 0,
  numbersDiffer: 0,
});

function count(tally: Tally, old: Reading, scratch: Reading): void {
  const differs = old.action !== scratch.action;
  tally.pairs += 1;
  if (differs) tally.differ += 1;
  if (scratch.action !== "hold") {
    tally.act += 1;
    if (differs) tally.missed += 1;
  }
  if (old.action !== "hold") {
    tally.staleAct += 1;
    if (differs) tally.wrongly += 1;
  }
  if (old.direction !== scratch.direction) tally.directionDiffers += 1;
  if (old.numbers !== scratch.numbers) tally.numbersDiffer += 1;
}

/** By independent block: a seed, or a day of the recordings (markets move together within one). */
export class Blocks<Value> {
  readonly #blocks = new Map<string, Value>();
  readonly #make: () => Value;
  constructor(make: () => Value) {
    this.#make = make;
  }
  of(history: History, asOfMs: number): Value {
    const name = history.seed === null ? `day ${Math.floor(asOfMs / DAY_MS)}` : `seed ${history.seed}`;
    const known = this.#blocks.get(name);
    if (known !== undefined) return known;
    const made = this.#make();
    this.#blocks.set(name, made);
    return made;
  }
  all(): readonly Value[] {
    return [...this.#blocks.values()];
  }
}

export interface AgeBlock {
  readonly byAge: ReadonlyMap<number, Tally>;
  /** By the largest bound of DRIFTS that was reached; 0: none. */
  readonly byDrift: ReadonlyMap<number, Tally>;
}

export const ageBlock = (): AgeBlock => ({
  byAge: new Map(AGES.map((age) => [age, emptyTally()])),
  byDrift: new Map([0, ...DRIFTS].map((drift) => [drift, emptyTally()])),
});

const driftBinOf = (drift: number): number => DRIFTS.findLast((bound) => drift >= bound) ?? 0;

export function countAges(history: History, readings: readonly (Reading | null)[], blocks: Blocks<AgeBlock>): void {
  for (const [index, scratch] of readings.entries()) {
    if (scratch === null) continue;
    const block = blocks.of(history, scratch.asOfMs);
    for (let age = 1; age <= Math.max(...AGES) && age <= index; age++) {
      const old = readings[index - age];
      if (old === undefined || old === null) continue;
      const byAge = block.byAge.get(age);
      if (byAge !== undefined) count(byAge, old, scratch);
      if (age > DRIFT_MAX_AGE) continue;
      const byDrift = block.byDrift.get(driftBinOf(Math.abs(scratch.price - old.price) / old.atr));
      if (byDrift !== undefined) count(byDrift, old, scratch);
    }
  }
}

/** Moments inside the candle after an analysis: minutes at which the price stood so far off, and whether a close there would change the decision. */
export interface InsideBlock {
  readonly moments: Map<number, { moments: number; differ: number; entryGone: number; entries: number }>;
}

export const insideBlock = (): InsideBlock => ({
  moments: new Map([0, ...DRIFTS].map((drift) => [drift, { moments: 0, differ: 0, entryGone: 0, entries: 0 }])),
});

/** The action levels say what a candle that closed now would decide: no second definition of the rules is needed. */
export function countInside(
  history: History,
  readings: readonly (Reading | null)[],
  blocks: Blocks<InsideBlock>,
): void {
  const { minutes, series } = history;
  if (minutes === null) return;
  const lengthMs = timeframeMs(series.timeframe);
  const closeAt = new Map<number, number>();
  for (const [row, openMs] of minutes.openMs.entries()) {
    closeAt.set(openMs + timeframeMs("1m"), minutes.close[row] ?? Number.NaN);
  }
  for (const reading of readings) {
    if (reading === null) continue;
    const block = blocks.of(history, reading.asOfMs);
    for (let atMs = reading.asOfMs + timeframeMs("1m"); atMs < reading.asOfMs + lengthMs; atMs += timeframeMs("1m")) {
      const price = closeAt.get(atMs);
      if (price === undefined) continue;
      const tally = block.moments.get(driftBinOf(Math.abs(price - reading.price) / reading.atr));
      if (tally === undefined) continue;
      const action = actionAt(price, reading.levels);
      // Not worked out, or more than 5 ATR off: nothing is known of that moment, and it is not counted.
      if (action === null) continue;
      const differs = action !== reading.action;
      tally.moments += 1;
      if (differs) tally.differ += 1;
      if (reading.action === "enter") {
        tally.entries += 1;
        if (differs) tally.entryGone += 1;
      }
    }
  }
}
