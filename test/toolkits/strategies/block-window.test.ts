// What a strategy says of a candle, once as a backtest asks, of a block of 200 rows, and once as a live desk asks, of the window
// that ends with the candle: to the bit, on drawn series with holes, for shipped strategies, a long mean and drawn ones.
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CandleSeries, candleColumns } from "#schemas/market.ts";
import { type Timeframe, timeframeMs, unixMs } from "#schemas/units.ts";
import { ema, rsi } from "#toolkits/indicators/refs.ts";
import { pointOf } from "#toolkits/indicators/window.ts";
import { compileStrategy } from "#toolkits/strategies/compile-strategy.ts";
import { defineStrategy } from "#toolkits/strategies/define-strategy.ts";
import { marketRows } from "#toolkits/strategies/market-rows.ts";
import { MarketReader, type MarketReading } from "#toolkits/strategies/read-market.ts";
import { shippedStrategy, strategyIds } from "#toolkits/strategies/registry.ts";
import { type Strategy, warmupRowsOf } from "#toolkits/strategies/strategy.ts";
import { StrategyTrack } from "#toolkits/strategies/strategy-track.ts";
import { lehmer, SYMBOL } from "../indicators/candles.ts";
import { drawnStrategy } from "./random-strategy.ts";

const BASE: Timeframe = "5m";
const BASE_MS = timeframeMs(BASE);
const CUTS = 10_000;
const CUTS_A_MARKET = 250;
const SEED = 20_260_702;
const LENGTH = 2600;

/** Its window is longer than an analysis', in both timeframes; it looks back over block borders. */
const longMean = compileStrategy(
  defineStrategy({
    id: "long-mean",
    indicators: { slow: ema(200), fast: ema(9), longer: ema(90).on("15m"), rsi: rsi(14) },
    lookBack: 5,
    enter: ({ now, ago }) => now.fast > now.slow && ago(5).fast <= ago(5).slow * 1.001 && now.close > now.longer * 0.99,
    exit: ({ now, ago }) => now.rsi > 68 && ago(2).rsi > ago(5).rsi,
  }),
  { file: null },
);

interface Shape {
  readonly seed: number;
  readonly holeShare: number;
  readonly outages: number;
  readonly begins: number;
}

const shape: fc.Arbitrary<Shape> = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 30 }),
  holeShare: fc.constantFrom(0, 0.002, 0.02, 0.06),
  /** Stretches of 1 to 60 absent candles. */
  outages: fc.constantFrom(0, 1, 3),
  begins: fc.constantFrom(0, 0, 0, 700, 1900),
});

function seriesOf(timeframe: Timeframe, { seed, holeShare, outages, begins }: Shape): CandleSeries {
  const stepMs = timeframeMs(timeframe);
  const random = lehmer(seed + stepMs);
  const ratio = stepMs / BASE_MS;
  const end = Math.floor((5_600_000 + LENGTH) / ratio);
  const first = end - Math.max(60, Math.floor((LENGTH - begins) / (ratio > 3 ? 3 : 1)));
  const out = Array.from({ length: outages }, () => ({
    from: first + random() * (end - first),
    rows: 1 + 60 * random(),
  }));
  const rows: number[][] = [];
  let price = 100;
  for (let n = first; n < end; n++) {
    const open = price;
    price *= 1 + (random() - 0.5) * 0.012;
    const isOut = random() < holeShare || out.some(({ from, rows }) => n >= from && n < from + rows);
    const [high, low] = [Math.max(open, price) * 1.001, Math.min(open, price) * 0.999];
    if (n === first || !isOut) rows.push([n * stepMs, open, high, low, price, 1000 * random()]);
  }
  const names = ["openMs", "open", "high", "low", "close", "volume"];
  return {
    symbol: SYMBOL,
    timeframe,
    ...candleColumns((name) => Float64Array.from(rows, (row) => row[names.indexOf(name)] ?? Number.NaN)),
    notes: [],
    askedFromMs: unixMs(0),
    checkedThroughMs: unixMs(end * stepMs),
  };
}

interface Tally {
  cuts: number;
  enter: number;
  exit: number;
  partial: number;
  /** No reading, or one that may not act. */
  silent: number;
  absent: number;
  /** Within the look-back of a block's first row, in the base timeframe. */
  borders: number;
}

const newTally = (): Tally => ({ cuts: 0, enter: 0, exit: 0, partial: 0, silent: 0, absent: 0, borders: 0 });

/** What a block must say where a window says this. */
function expected(reading: MarketReading | null) {
  if (reading === null || reading.warmup === "insufficient" || Object.values(reading.values).flat().includes(null)) {
    return { enter: null, exit: null, values: null };
  }
  const { action, strength, reasons, tag = null } = reading.signal;
  const answer = { strength, reasons, tag };
  return {
    enter: action === "enter" ? answer : null,
    exit: action === "exit" ? answer : null,
    values: reading.values,
  };
}

function check(tally: Tally, strategy: Strategy, drawn: Shape): void {
  const all = new Map<Timeframe, CandleSeries>();
  for (const timeframe of [BASE, ...strategy.timeframes]) all.set(timeframe, seriesOf(timeframe, drawn));
  const base = all.get(BASE);
  if (base === undefined) throw new Error("there are base candles");
  const higher = strategy.timeframes.flatMap((one) => all.get(one) ?? []);
  const track = new StrategyTrack(strategy, base, higher);
  const reader = new MarketReader(strategy);
  const random = lehmer(drawn.seed);
  const warmupRows = warmupRowsOf(strategy, null);
  const [first = 0, last = 0] = [base.openMs[0], base.openMs.at(-1)].map((openMs) => (openMs ?? 0) / BASE_MS);
  for (let cut = 0; cut < CUTS_A_MARKET; cut++) {
    let n = first + Math.floor(random() * (last - first + 1));
    // One in five near a block border.
    if (cut % 5 === 0) n = Math.min(last, pointOf(n, warmupRows) + warmupRows - 1 + Math.floor(random() * 4));
    const asOfMs = unixMs((n + 1) * BASE_MS);
    const rows = marketRows({ strategy, asOfMs, series: all, base: BASE, tickSize: 0.01, atr: null });
    const reading = rows === null ? null : reader.read(rows, false);
    const { enter, exit, values } = expected(reading);
    const said = {
      mayEnter: track.mayEnter(n),
      exit: track.exits(n),
      enter: exit === null ? track.enters(n) : null,
      values: track.viewAt(n)?.values() ?? null,
    };
    const wanted = { mayEnter: enter !== null, exit, enter, values };
    if (!isDeepStrictEqual(said, wanted))
      expect(said, `${strategy.id} at candle ${n} of ${JSON.stringify(drawn)}`).toEqual(wanted);
    tally.cuts += 1;
    if (enter !== null) tally.enter += 1;
    if (exit !== null) tally.exit += 1;
    if (values === null) tally.silent += 1;
    if (rows === null) tally.absent += 1;
    if (reading?.warmup === "partial") tally.partial += 1;
    if (n - (pointOf(n, warmupRows) + warmupRows - 1) < 5) tally.borders += 1;
  }
}

describe("block and window of a strategy", () => {
  it(`say the same to the bit at ${CUTS} cuts`, () => {
    const tally = newTally();
    const fixed = [...strategyIds().map((id) => shippedStrategy(id)), longMean];
    for (let seed = SEED; tally.cuts < CUTS; seed++) {
      const drawn = fc.sample(fc.tuple(drawnStrategy({ higher: "15m", inOrder: false }), shape, shape), {
        numRuns: fixed.length,
        seed,
      });
      for (const [i, [{ strategy }, one, other]] of drawn.entries()) {
        check(tally, strategy, one);
        const known = fixed[i];
        if (known !== undefined) check(tally, known, other);
      }
    }
    console.info(`block and window: ${JSON.stringify(tally)}`);
    expect(Math.min(tally.enter, tally.exit)).toBeGreaterThan(CUTS / 50);
    expect(Math.min(tally.partial, tally.silent, tally.absent)).toBeGreaterThan(CUTS / 100);
    expect(tally.borders).toBeGreaterThan(CUTS / 10);
  });
});
