// A drawn market up to a close, and what a strategy says of the candle that follows it once that candle is there, worked out
// from scratch: the truth that levels are held against.
import fc from "fast-check";
import { GRID_ROWS } from "#schemas/indicator.ts";
import { type CandleSeries, candleColumns } from "#schemas/market.ts";
import type { ActionLevels, Signal } from "#schemas/reading.ts";
import { type Timeframe, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { atrKernel } from "#toolkits/indicators/kernels/atr.ts";
import { lastValues } from "#toolkits/indicators/run-columns.ts";
import { marketRows } from "#toolkits/strategies/market-rows.ts";
import { MarketReader, type MarketReading, type MarketRows } from "#toolkits/strategies/read-market.ts";
import { type Strategy, warmupRowsOf } from "#toolkits/strategies/strategy.ts";
import { lehmer, SYMBOL } from "../indicators/candles.ts";

export type Action = Signal["action"];

const BASE: Timeframe = "5m";
const BASE_MS = timeframeMs(BASE);
const FIRST_N = 5_600_000;

export interface Drawn {
  readonly seed: number;
  /** Candles before the next one, of each timeframe, at least. */
  readonly length: number;
  /** Where in its block of 200 the next candle stands: 0 begins one. */
  readonly place: number;
  /** Ticks in one unit of price; prices are around 100. */
  readonly ticksPerUnit: number;
  /** Largest step, share of the price. */
  readonly step: number;
  readonly holeShare: number;
  readonly flatShare: number;
}

export const drawnPast: fc.Arbitrary<Drawn> = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 30 }),
  length: fc.oneof(
    { weight: 1, arbitrary: fc.integer({ min: 15, max: 420 }) },
    { weight: 5, arbitrary: fc.constant(900) },
  ),
  place: fc.oneof(fc.constantFrom(0, 0, 1, 2, 199), fc.integer({ min: 0, max: 199 })),
  ticksPerUnit: fc.constantFrom(1, 10, 100, 1e4, 1e6),
  step: fc.constantFrom(0.001, 0.004, 0.02),
  holeShare: fc.constantFrom(0, 0, 0, 0.01, 0.04),
  flatShare: fc.constantFrom(0, 0, 0.3),
});

/** A series with room for one candle more. */
interface Room {
  readonly columns: ReturnType<typeof candleColumns>;
  readonly count: number;
}

export class Past {
  readonly strategy: Strategy;
  readonly asOfMs: UnixMs;
  readonly tickSize: number;
  readonly rows: MarketRows | null;
  readonly last: number;
  readonly #ticksPerUnit: number;
  readonly #rooms = new Map<Timeframe, Room>();
  readonly #truth: MarketReader;
  #medians: ReadonlyMap<Timeframe, number> | null = null;

  constructor(strategy: Strategy, { seed, length, place, ticksPerUnit, step, holeShare, flatShare }: Drawn) {
    this.strategy = strategy;
    this.#truth = new MarketReader(strategy);
    this.#ticksPerUnit = ticksPerUnit;
    this.tickSize = 1 / ticksPerUnit;
    const warmupRows = warmupRowsOf(strategy, null);
    const next = FIRST_N + ((GRID_ROWS - ((FIRST_N + 1 - warmupRows) % GRID_ROWS)) % GRID_ROWS) + place;
    this.asOfMs = unixMs(next * BASE_MS);
    const random = lehmer(seed);
    for (const timeframe of [BASE, ...strategy.timeframes]) {
      const stepMs = timeframeMs(timeframe);
      const end = Math.floor(this.asOfMs / stepMs);
      const wanted = Math.max(
        length,
        timeframe === BASE || length < 900 ? 0 : warmupRowsOf(strategy, timeframe) + GRID_ROWS,
      );
      this.#rooms.set(
        timeframe,
        roomOf({ end, wanted, stepMs, random, step, holeShare, flatShare, priceOf: (p) => this.priceNear(p) }),
      );
    }
    const base = this.#seriesOf(BASE, false);
    this.last = base.close.at(-1) ?? Number.NaN;
    this.rows = marketRows({
      strategy,
      asOfMs: this.asOfMs,
      series: this.#allSeries(false),
      base: BASE,
      tickSize: this.tickSize,
      atr: this.atr,
    });
  }

  get atr(): number | null {
    const { open, high, low, close, volume } = this.#seriesOf(BASE, false);
    const [values] = lastValues([atrKernel(14)], { open, high, low, close, volume });
    const atr = values?.[0] ?? Number.NaN;
    return Number.isNaN(atr) ? null : atr;
  }

  /** Price of the nearest tick, as a venue would write it. */
  priceNear(price: number): number {
    return Number((Math.max(1, Math.round(price * this.#ticksPerUnit)) / this.#ticksPerUnit).toFixed(6));
  }

  /** Price of a tick so many above. */
  priceAt(tick: number): number {
    return Number((tick / this.#ticksPerUnit).toFixed(6));
  }

  /** What the strategy says of the next candle, if it closes here. @param volume left out: the median of its window's */
  actionAt(close: number): Action | null {
    const medians = this.#usualVolumes();
    for (const [timeframe, { columns, count }] of this.#rooms) {
      const stepMs = timeframeMs(timeframe);
      const last = columns.close[count - 1] ?? Number.NaN;
      columns.openMs[count] = this.asOfMs + BASE_MS - stepMs;
      columns.open[count] = last;
      columns.high[count] = Math.max(last, close);
      columns.low[count] = Math.min(last, close);
      columns.close[count] = close;
      columns.volume[count] = medians.get(timeframe) ?? 0;
    }
    const asOfMs = unixMs(this.asOfMs + BASE_MS);
    const rows = marketRows({
      strategy: this.strategy,
      asOfMs,
      series: this.#allSeries(true),
      base: BASE,
      tickSize: this.tickSize,
      atr: null,
    });
    return rows === null ? null : this.#truth.read(rows, false).signal.action;
  }

  /** Of the next candle's window without it, by sorting. */
  #usualVolumes(): ReadonlyMap<Timeframe, number> {
    this.#medians ??= new Map(
      (this.rows?.next ?? []).map(({ timeframe, volume, length }) => {
        const sorted = Array.from(volume.subarray(0, length)).sort((a, b) => a - b);
        const upper = sorted[length >> 1] ?? 0;
        return [timeframe, length % 2 === 1 ? upper : ((sorted[(length >> 1) - 1] ?? upper) + upper) / 2];
      }),
    );
    return this.#medians;
  }

  #allSeries(withNext: boolean): ReadonlyMap<Timeframe, CandleSeries> {
    return new Map([...this.#rooms.keys()].map((timeframe) => [timeframe, this.#seriesOf(timeframe, withNext)]));
  }

  #seriesOf(timeframe: Timeframe, withNext: boolean): CandleSeries {
    const room = this.#rooms.get(timeframe);
    if (room === undefined) throw new Error(`there are no ${timeframe} candles`);
    const closesNext = (this.asOfMs + BASE_MS) % timeframeMs(timeframe) === 0;
    const end = room.count + (withNext && closesNext ? 1 : 0);
    return {
      symbol: SYMBOL,
      timeframe,
      ...candleColumns((name) => room.columns[name].subarray(0, end)),
      notes: [],
      askedFromMs: unixMs(0),
      checkedThroughMs: unixMs(this.asOfMs + BASE_MS),
    };
  }
}

interface RoomParts {
  /** Number of the candle after the newest. */
  readonly end: number;
  readonly wanted: number;
  readonly stepMs: number;
  readonly random: () => number;
  readonly step: number;
  readonly holeShare: number;
  readonly flatShare: number;
  readonly priceOf: (price: number) => number;
}

function roomOf({ end, wanted, stepMs, random, step, holeShare, flatShare, priceOf }: RoomParts): Room {
  const numbers: number[] = [];
  for (let n = end - wanted; n < end; n++) if (n === end - 1 || random() >= holeShare) numbers.push(n);
  const count = numbers.length;
  const columns = candleColumns(() => new Float64Array(count + 1));
  let price = 100;
  numbers.forEach((n, i) => {
    const open = priceOf(price);
    if (random() >= flatShare) price *= 1 + (random() - 0.5) * 2 * step;
    const close = priceOf(price);
    columns.openMs[i] = n * stepMs;
    columns.open[i] = open;
    columns.close[i] = close;
    columns.high[i] = priceOf(Math.max(open, close) * (1 + random() * step * 0.3));
    columns.low[i] = priceOf(Math.min(open, close) * (1 - random() * step * 0.3));
    columns.volume[i] = Math.round(1000 * random());
  });
  return { columns, count };
}

/** What levels say of a close. */
export function actionBy({ intervals }: ActionLevels, close: number): Action {
  const hit = intervals.find(({ from, to }) => (from === null || close >= from) && (to === null || close <= to));
  return hit?.action ?? "hold";
}

export interface Tally {
  closes: number;
  enter: number;
  exit: number;
  markets: number;
  /** Markets whose next candle begins a block, or closes a candle of a higher timeframe as well. */
  borders: number;
  higher: number;
  intervals: number;
  readonly notWorkedOut: Map<string, number>;
  conditional: number;
  readonly differences: string[];
}

export const newTally = (): Tally => ({
  closes: 0,
  enter: 0,
  exit: 0,
  markets: 0,
  borders: 0,
  higher: 0,
  intervals: 0,
  notWorkedOut: new Map(),
  conditional: 0,
  differences: [],
});

/** Holds the levels of one market against so many closes: around every boundary, at the last close and its neighbours, and drawn ones. */
export function tallyPast(
  tally: Tally,
  past: Past,
  reader: MarketReader,
  drawnCloses: number,
  text = "",
): MarketReading | null {
  if (past.rows === null) return null;
  const reading = reader.read(past.rows);
  const { levels } = reading;
  tally.markets += 1;
  if (levels.status === "not-worked-out") {
    tally.notWorkedOut.set(levels.note, (tally.notWorkedOut.get(levels.note) ?? 0) + 1);
    return reading;
  }
  if (levels.status === "conditional") tally.conditional += 1;
  tally.intervals += levels.intervals.length;
  if (past.rows.now.some(({ startMs }, i) => startMs !== past.rows?.next[i]?.startMs)) tally.borders += 1;
  if (past.strategy.timeframes.some((one) => (past.asOfMs + BASE_MS) % timeframeMs(one) === 0)) tally.higher += 1;
  const { from, to } = levels.searched ?? { from: past.last, to: past.last };
  const [low, high] = [from, to].map((price) => Math.round(price / past.tickSize));
  const random = lehmer((past.asOfMs % 1e9) + tally.markets);
  const ticks = new Set<number>();
  const add = (price: number, reach: number): void => {
    const tick = Math.round(price / past.tickSize);
    for (let at = tick - reach; at <= tick + reach; at++) if (at >= (low ?? 0) && at <= (high ?? 0)) ticks.add(at);
  };
  add(past.last, 1);
  for (const interval of levels.intervals)
    for (const bound of [interval.from, interval.to]) if (bound !== null) add(bound, 2);
  for (let i = 0; i < drawnCloses; i++) {
    // Half of them within one ATR of the last close.
    const atr = past.atr ?? 0;
    add(i % 2 === 0 ? from + random() * (to - from) : past.last + (2 * random() - 1) * atr, 0);
  }
  for (const tick of ticks) {
    const close = past.priceAt(tick);
    const [said, truth] = [actionBy(levels, close), past.actionAt(close)];
    tally.closes += 1;
    if (truth === "enter" || truth === "exit") tally[truth] += 1;
    if (said !== truth) tally.differences.push(`${truth}, not ${said}, at ${close} of ${from} to ${to}: ${text}`);
  }
  return reading;
}
