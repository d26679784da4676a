// A venue with a feed: the same candles as without it, for fewer requests, whatever the feed does.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCandleWindows } from "#memory/candle-windows.ts";
import { type Candle, candlesOf } from "#schemas/market.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import { type MarketSymbol, unixMs } from "#schemas/units.ts";
import { marketDataContract } from "#test/contract/market-data.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { createSimulatedVenue } from "#toolkits/market/simulated-venue.ts";
import type { CandleListener } from "#toolkits/market/streams/candle-feed.ts";
import { createStreamedVenue } from "#toolkits/market/streams/streamed-venue.ts";

const MINUTE_MS = 60_000;
const T0 = Date.parse("2026-03-04T10:00:00Z");
const GRACE_MS = 3000;
const { signal } = new AbortController();

/** A simulated venue behind a count of its requests, its feed in the test's hands, and a clock. */
function world(assets: number) {
  const truth = createSimulatedVenue({ seed: 5, assets });
  let nowMs = T0;
  const asked: MarketSymbol[] = [];
  const rest: MarketData = {
    ...truth,
    graceMs: GRACE_MS,
    candles(request, options) {
      asked.push(request.symbol);
      return truth.candles({ ...request, nowMs: unixMs(request.nowMs - GRACE_MS) }, options);
    },
  };
  let listener: CandleListener | undefined;
  const watched = new Set<string>();
  const differences: number[] = [];
  const venue = createStreamedVenue({
    rest,
    now: () => unixMs(nowMs),
    open(told) {
      listener = told;
      return {
        watch: (symbol) => void watched.add(symbol),
        unwatch: (symbol) => void watched.delete(symbol),
        close: async () => void watched.clear(),
      };
    },
    onDifference: (_symbol, _timeframe, openTimes) => void differences.push(...openTimes),
  });
  const candleAt = async (symbol: MarketSymbol, openMs: number): Promise<Candle> => {
    const request = { symbol, timeframe: "1m" as const, fromMs: unixMs(openMs), nowMs: unixMs(openMs + MINUTE_MS) };
    const [candle] = candlesOf(await truth.candles(request, { signal }));
    if (candle === undefined) throw new Error(`no candle of ${symbol}`);
    return candle;
  };
  return {
    venue,
    truth,
    asked,
    watched,
    differences,
    at: (ms: number) => {
      nowMs = ms;
    },
    tell: (symbol: MarketSymbol, candle: Candle) => listener?.onCandles(symbol, "1m", [candle]),
    breaks: () => listener?.onBreak(),
    /** A candle as it forms: two words of half the volume, and the last one. */
    async tellCandle(symbol: MarketSymbol, openMs: number, words = [0.5, 1]) {
      const whole = await candleAt(symbol, openMs);
      for (const share of words) listener?.onCandles(symbol, "1m", [{ ...whole, volume: whole.volume * share }]);
    },
    symbols: async () => (await truth.markets({ signal })).map(({ symbol }) => symbol),
  };
}

/** The words of one slot of every market, in small steps of time so that the connection never seems silent. */
async function tellSlot(of: ReturnType<typeof world>, symbols: readonly MarketSymbol[], openMs: number) {
  for (let ms = openMs; ms < openMs + MINUTE_MS; ms += 4000) {
    of.at(ms);
    for (const symbol of symbols) await of.tellCandle(symbol, openMs, ms + 4000 < openMs + MINUTE_MS ? [0.5] : [1]);
  }
}

describe("a venue with a feed", () => {
  it("asks for 50 markets once, and then for at most 4 a slot: nobody waits for what the feed told", async () => {
    const of = world(50);
    const symbols = await of.symbols();
    const counts: number[] = [];
    for (let slot = 0; slot < 4; slot++) {
      const openMs = T0 + slot * MINUTE_MS;
      await tellSlot(of, symbols, openMs);
      of.at(openMs + MINUTE_MS);
      for (const symbol of symbols) await of.tellCandle(symbol, openMs + MINUTE_MS, [0.1]);
      of.asked.length = 0;
      let atHand = 0;
      const nowMs = unixMs(openMs + MINUTE_MS + GRACE_MS);
      for (const symbol of symbols) {
        const fromMs = unixMs(openMs - (slot === 0 ? 400 : 3) * MINUTE_MS);
        const request = { symbol, timeframe: "1m" as const, nowMs, fromMs };
        const answer = of.venue.candles(request, { signal });
        if (!(answer instanceof Promise)) atHand += 1;
        const right = await of.truth.candles({ ...request, nowMs: unixMs(nowMs - GRACE_MS) }, { signal });
        expect(candlesOf(await answer)).toEqual(candlesOf(right));
      }
      expect(atHand).toBe(symbols.length - of.asked.length);
      counts.push(of.asked.length);
    }
    expect(counts[0]).toBe(50);
    expect(Math.max(...counts.slice(1))).toBeLessThanOrEqual(4);
    expect(of.watched.size).toBe(50);
    expect(of.differences).toEqual([]);
  });

  it("keeps windows equal to REST's through breaks, silences, repeats and an hour without a word", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom("fine", "fine", "fine", "break", "silent", "twice", "hour"), {
          minLength: 12,
          maxLength: 24,
        }),
        async (befalls) => {
          const of = world(9);
          const symbols = await of.symbols();
          const windows = createCandleWindows({
            store: createMemoryStore(),
            khala: { recall: async () => ({ status: "missing" }), invalidate: async () => 0 },
            venueId: of.venue.venueId,
          });
          let openMs = T0;
          for (const befall of befalls) {
            if (befall === "hour") openMs += 60 * MINUTE_MS;
            // From here on nothing is told for half a minute, and the connection does not say so.
            const words = befall === "silent" ? 7 : 15;
            for (let word = 0; word < words; word++) {
              of.at(openMs + word * 4000);
              for (const symbol of symbols) await of.tellCandle(symbol, openMs, [(word + 1) / 15]);
              if (befall === "twice")
                for (const symbol of symbols) await of.tellCandle(symbol, openMs, [(word + 1) / 15]);
              if (befall === "break" && word === 8) of.breaks();
            }
            openMs += MINUTE_MS;
            of.at(openMs + 1000);
            for (const symbol of symbols) await of.tellCandle(symbol, openMs, [0.01]);
            for (const symbol of symbols) {
              const nowMs = unixMs(openMs + GRACE_MS);
              const request = { symbol, timeframe: "1m" as const, nowMs, fromMs: unixMs(openMs - 300 * MINUTE_MS) };
              const { series, corrected } = await windows.read(of.venue, request, { signal });
              const right = await of.truth.candles({ ...request, nowMs: unixMs(nowMs - GRACE_MS) }, { signal });
              expect(candlesOf(series)).toEqual(candlesOf(right));
              expect(corrected).toEqual([]);
            }
          }
        },
      ),
      { numRuns: 12 },
    );
  });

  it("finds a last word that went amiss when it is the market's turn, corrects the window and asks that market from then on", async () => {
    const of = world(36);
    const symbols = await of.symbols();
    const [first] = symbols;
    if (first === undefined) throw new Error("no market");
    const windows = createCandleWindows({
      store: createMemoryStore(),
      khala: { recall: async () => ({ status: "missing" }), invalidate: async () => 0 },
      venueId: of.venue.venueId,
    });
    const corrected: number[] = [];
    let wrongFor = 0;
    for (let slot = 0; slot < 15; slot++) {
      const openMs = T0 + slot * MINUTE_MS;
      for (let ms = openMs; ms < openMs + MINUTE_MS; ms += 4000) {
        of.at(ms);
        const isLast = ms + 4000 >= openMs + MINUTE_MS;
        for (const symbol of symbols) {
          // The first market's last word of the candle at slot 3 is lost.
          if (isLast && symbol === first && slot === 3) continue;
          await of.tellCandle(symbol, openMs, isLast ? [1] : [0.5]);
        }
      }
      of.at(openMs + MINUTE_MS);
      for (const symbol of symbols) await of.tellCandle(symbol, openMs + MINUTE_MS, [0.1]);
      for (const symbol of symbols) {
        const nowMs = unixMs(openMs + MINUTE_MS + GRACE_MS);
        const request = { symbol, timeframe: "1m" as const, nowMs, fromMs: unixMs(T0 - 300 * MINUTE_MS) };
        const read = await windows.read(of.venue, request, { signal });
        const right = await of.truth.candles({ ...request, nowMs: unixMs(nowMs - GRACE_MS) }, { signal });
        const isRight = JSON.stringify(candlesOf(read.series)) === JSON.stringify(candlesOf(right));
        if (symbol !== first) expect(isRight).toBe(true);
        else if (!isRight) wrongFor += 1;
        corrected.push(...read.corrected);
      }
    }
    expect(corrected).toEqual([T0 + 3 * MINUTE_MS]);
    expect(of.differences).toEqual([T0 + 3 * MINUTE_MS]);
    // 36 markets are 9 turns; windows by themselves look back 3 candles only.
    expect(wrongFor).toBeLessThanOrEqual(8);
    expect(wrongFor).toBeGreaterThan(4);
    of.asked.length = 0;
    const nowMs = unixMs(T0 + 15 * MINUTE_MS + GRACE_MS);
    for (let i = 0; i < 3; i++) {
      const request = { symbol: first, timeframe: "1m" as const, nowMs, fromMs: unixMs(T0 + 13 * MINUTE_MS) };
      await of.venue.candles(request, { signal });
    }
    expect(of.asked).toEqual([first, first, first]);
  });

  it("leaves at the next slot what nobody asked for in the one before, and takes it up again like any other", async () => {
    const of = world(9);
    const symbols = await of.symbols();
    const [gone, ...stay] = symbols;
    if (gone === undefined) throw new Error("no market");
    const slot = async (n: number, asked: readonly MarketSymbol[]) => {
      const openMs = T0 + n * MINUTE_MS;
      await tellSlot(of, symbols, openMs);
      of.at(openMs + MINUTE_MS);
      for (const symbol of symbols) await of.tellCandle(symbol, openMs + MINUTE_MS, [0.1]);
      for (const symbol of asked) {
        const nowMs = unixMs(openMs + MINUTE_MS + GRACE_MS);
        const request = { symbol, timeframe: "1m" as const, nowMs, fromMs: unixMs(openMs - 3 * MINUTE_MS) };
        const right = await of.truth.candles({ ...request, nowMs: unixMs(nowMs - GRACE_MS) }, { signal });
        expect(candlesOf(await of.venue.candles(request, { signal }))).toEqual(candlesOf(right));
      }
      return of.watched.has(gone);
    };
    expect(await slot(0, symbols)).toBe(true);
    expect(await slot(1, stay)).toBe(true);
    expect(await slot(2, stay)).toBe(false);
    expect([...of.watched]).toEqual(stay);
    expect(await slot(3, symbols)).toBe(true);
    // A slot that was missed as a whole leaves nothing.
    expect(await slot(5, symbols)).toBe(true);
    expect(of.watched.size).toBe(symbols.length);
  });
});

marketDataContract(
  "with a feed that never says a word",
  async () => {
    const rest = createSimulatedVenue({ seed: 7, assets: 3 });
    const nowMs = unixMs(1_700_000_100_000);
    const feed = { watch: () => {}, unwatch: () => {}, close: async () => {} };
    const venue = createStreamedVenue({ rest, open: () => feed, now: () => nowMs });
    const symbols = (await rest.markets({ signal })).map(({ symbol }) => symbol);
    const firstOpenMs = Date.parse("2015-01-01T00:00:00Z");
    return { venue, symbols, timeframe: "5m" as const, nowMs, firstOpenMs, close: () => venue.close() };
  },
  { simulated: true, pastTickers: true },
);
