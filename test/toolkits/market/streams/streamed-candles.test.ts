// What a stream tells, in the ways it may go wrong, against what REST answers: a read is REST's rows or the word to ask.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Candle } from "#schemas/market.ts";
import { MarketSymbol, unixMs } from "#schemas/units.ts";
import { toSeries } from "#toolkits/market/closed-candles.ts";
import { StreamedCandles } from "#toolkits/market/streams/streamed-candles.ts";

const SYMBOL = MarketSymbol.parse("ETH/USDT");
const STEP_MS = 60_000;
const T0 = 1_700_000_040_000;
const COUNT = 40;

/** The words of one candle in the order of its trades; the last one is what REST says for good. */
const candleWords = fc
  .array(fc.record({ move: fc.integer({ min: -50, max: 50 }), size: fc.integer({ min: 1, max: 9 }) }), {
    minLength: 1,
    maxLength: 5,
  })
  .map((trades) => (open: number, openMs: number) => {
    const words: Candle[] = [];
    let [close, high, low, volume] = [open, open, open, 0];
    for (const { move, size } of trades) {
      close = Math.max(1, close + move);
      [high, low, volume] = [Math.max(high, close), Math.min(low, close), volume + size];
      words.push({ openMs, open, high, low, close, volume });
    }
    return words;
  });

/** Per candle, null for one in which nothing traded. */
const market = fc.array(fc.option(candleWords, { freq: 8 }), { minLength: COUNT, maxLength: COUNT });

interface Told {
  readonly rows: readonly Candle[];
  readonly words: readonly (readonly Candle[])[];
}

function told(drawn: readonly (((open: number, openMs: number) => Candle[]) | null)[]): Told {
  const words = drawn.map((make, i) => make?.(1000 + i, T0 + i * STEP_MS) ?? []);
  return { words, rows: words.flatMap((of) => of.at(-1) ?? []) };
}

const restOf = (rows: readonly Candle[], fromMs: number, throughMs: number) =>
  toSeries({
    symbol: SYMBOL,
    timeframe: "1m",
    rows: rows.filter(({ openMs }) => openMs >= fromMs && openMs < throughMs),
    nowMs: unixMs(throughMs),
    graceMs: 0,
    fromMs: unixMs(fromMs),
  });

/** What befalls the words of one candle on their way. */
const mishap = fc.constantFrom(
  "fine",
  "fine",
  "fine",
  "twice",
  "shuffled",
  "broke-before",
  "broke-within",
  "broke-after",
  "late",
);

describe("candles that a stream told", () => {
  it("are what REST says or have to be asked for, whatever breaks, is repeated, comes late or in another order", () => {
    let read = 0;
    let asked = 0;
    fc.assert(
      fc.property(
        market,
        fc.array(mishap, { minLength: COUNT, maxLength: COUNT }),
        fc.integer({ min: 0, max: 999 }),
        (drawn, mishaps, seed) => {
          const { rows, words } = told(drawn);
          const candles = new StreamedCandles(STEP_MS);
          candles.confirm(restOf(rows, T0, T0 + 3 * STEP_MS), T0, T0 + 3 * STEP_MS);
          for (let i = 3; i < COUNT; i++) {
            const own = [...(words[i] ?? [])];
            const kind = mishaps[i];
            if (kind === "shuffled")
              own.sort((a, b) => ((a.volume * 7919 + seed) % 13) - ((b.volume * 7919 + seed) % 13));
            if (kind === "broke-before") candles.broke();
            for (const [w, word] of own.entries()) {
              // A break loses everything after it until the next candle.
              if (kind === "broke-within" && w > 0) break;
              candles.take(word);
              if (kind === "twice") candles.take(word);
            }
            if (kind === "broke-within" || kind === "broke-after") candles.broke();
            // Words of the candle before that were held up.
            if (kind === "late") for (const word of words[i - 1] ?? []) candles.take(word);
            const throughMs = T0 + i * STEP_MS;
            const got = candles.read(T0 + STEP_MS, throughMs);
            const right = rows.filter(({ openMs }) => openMs >= T0 + STEP_MS && openMs < throughMs);
            if (got !== null) {
              read += 1;
              expect(got).toEqual(right);
            } else {
              asked += 1;
              expect(candles.confirm(restOf(rows, T0, throughMs), T0, throughMs)).toEqual([]);
            }
          }
        },
      ),
      { numRuns: 500 },
    );
    expect(read).toBeGreaterThan(5000);
    expect(asked).toBeGreaterThan(1000);
  });

  const row = (n: number, close: number, volume = 5): Candle => ({
    openMs: T0 + n * STEP_MS,
    open: 100,
    high: Math.max(100, close),
    low: Math.min(100, close),
    close,
    volume,
  });
  const confirmed = (): StreamedCandles => {
    const candles = new StreamedCandles(STEP_MS);
    candles.confirm(restOf([row(0, 101)], T0, T0 + STEP_MS), T0, T0 + STEP_MS);
    return candles;
  };

  it("are none before REST has answered once, nor before what it answered", () => {
    const candles = new StreamedCandles(STEP_MS);
    candles.take(row(0, 101));
    candles.take(row(1, 102));
    expect(candles.read(T0, T0 + STEP_MS)).toBeNull();
    expect(confirmed().read(T0 - STEP_MS, T0 + STEP_MS)).toBeNull();
    expect(confirmed().read(T0, T0 + STEP_MS)).toEqual([row(0, 101)]);
  });

  it("are not there until the next candle has begun", () => {
    const candles = confirmed();
    candles.take(row(1, 102));
    expect(candles.read(T0, T0 + 2 * STEP_MS)).toBeNull();
    candles.take(row(2, 103, 1));
    expect(candles.read(T0, T0 + 2 * STEP_MS)).toEqual([row(0, 101), row(1, 102)]);
  });

  it("are asked for where a candle was left out: no trade and no word look the same", () => {
    const candles = confirmed();
    candles.take(row(1, 102));
    candles.take(row(3, 104));
    expect(candles.read(T0, T0 + 3 * STEP_MS)).toBeNull();
    candles.confirm(restOf([row(0, 101), row(1, 102)], T0, T0 + 3 * STEP_MS), T0, T0 + 3 * STEP_MS);
    candles.take(row(4, 105));
    expect(candles.read(T0, T0 + 4 * STEP_MS)).toEqual([row(0, 101), row(1, 102), row(3, 104)]);
  });

  it("are asked for where two words contradict each other", () => {
    const candles = confirmed();
    candles.take(row(1, 102, 5));
    candles.take(row(1, 108, 5));
    candles.take(row(2, 103));
    expect(candles.read(T0, T0 + 2 * STEP_MS)).toBeNull();
  });

  it("are named where REST says something else, and are REST's from then on", () => {
    const candles = confirmed();
    candles.take(row(1, 102, 5));
    candles.take(row(2, 103, 5));
    const truth = [row(0, 101), row(1, 102, 9)];
    expect(candles.unconfirmedFromMs).toBe(T0 + STEP_MS);
    expect(candles.confirm(restOf(truth, T0, T0 + 2 * STEP_MS), T0, T0 + 2 * STEP_MS)).toEqual([T0 + STEP_MS]);
    expect(candles.read(T0, T0 + 2 * STEP_MS)).toEqual(truth);
  });
});
