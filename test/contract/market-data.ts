// The contract of the MarketData port, for every adapter: what may be relied on whatever the source of prices.
import { afterEach, describe, expect, test } from "vitest";
import { type DeepTraderError, UnknownNameError } from "#schemas/errors.ts";
import { type CandleSeries, newestClosed, openOfNewest } from "#schemas/market.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import type { Answered } from "#schemas/ports/work.ts";
import { MarketSymbol, splitSymbol, type Timeframe, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";

export interface MarketDataSubject {
  readonly venue: MarketData;
  /** Markets with candles at `nowMs`; the first one has at least 60 closed candles without a hole. */
  readonly symbols: readonly MarketSymbol[];
  readonly timeframe: Timeframe;
  /** A moment at which the venue can be asked, right after a close and its grace. */
  readonly nowMs: UnixMs;
  /** Open time of the first market's first candle. */
  readonly firstOpenMs: number;
  readonly close?: () => Promise<void>;
}

export interface MarketDataCapabilities {
  /** Law 10. */
  readonly simulated: boolean;
  /** Tickers of a past `nowMs` are those of that moment; false where only the present has a price. */
  readonly pastTickers: boolean;
}

const COLUMNS = ["openMs", "open", "high", "low", "close", "volume"] as const;
const NO_SUCH = MarketSymbol.parse("NOSUCHCOIN/USDT");
const options = { signal: new AbortController().signal };

/** The rows as plain values, so that two series compare by value. */
const rowsOf = (series: CandleSeries): readonly (readonly number[])[] =>
  Array.from(series.openMs, (_, row) => COLUMNS.map((column) => series[column][row] ?? Number.NaN));

const rejection = (asked: Answered<unknown>): Promise<unknown> =>
  Promise.resolve(asked).then(
    () => undefined,
    (error: unknown) => error,
  );

export function marketDataContract(
  name: string,
  make: () => Promise<MarketDataSubject>,
  capabilities: MarketDataCapabilities,
): void {
  const opened: MarketDataSubject[] = [];
  const open = async () => {
    const subject = await make();
    opened.push(subject);
    const { venue, symbols, timeframe, nowMs } = subject;
    const [symbol] = symbols;
    if (symbol === undefined) throw new Error("the subject lists no symbol");
    const read = (request: { readonly nowMs?: number; readonly rows?: number; readonly symbol?: MarketSymbol } = {}) =>
      venue.candles(
        {
          symbol: request.symbol ?? symbol,
          timeframe,
          nowMs: unixMs(request.nowMs ?? nowMs),
          fromMs: openOfNewest(request.rows ?? 50, {
            nowMs: request.nowMs ?? nowMs,
            timeframe,
            graceMs: venue.graceMs,
          }),
        },
        options,
      );
    return { ...subject, symbol, read, lengthMs: timeframeMs(timeframe) };
  };

  describe(`market data: ${name}`, () => {
    afterEach(async () => {
      for (const subject of opened.splice(0)) await subject.close?.();
    });

    test("says whether its prices are invented", async () => {
      const { venue } = await open();
      expect(venue.simulated).toBe(capabilities.simulated);
      expect(venue.venueId.length).toBeGreaterThan(0);
    });

    test("lists each market once, with its currencies and positive increments", async () => {
      const { venue, symbols } = await open();
      const markets = await venue.markets(options);
      const names = markets.map((market) => market.symbol);
      expect(new Set(names).size).toBe(names.length);
      expect(names).toEqual(expect.arrayContaining([...symbols]));
      for (const market of markets) {
        expect(splitSymbol(market.symbol)).toEqual({ base: market.base, quote: market.quote });
        expect(Number(market.tickSize)).toBeGreaterThan(0);
        expect(Number(market.stepSize)).toBeGreaterThan(0);
        expect(Number(market.minNotional)).toBeGreaterThanOrEqual(0);
      }
    });

    test("shows a candle from close plus grace on, and not one millisecond before", async () => {
      const { venue, read, nowMs, timeframe, lengthMs } = await open();
      const closeMs = newestClosed(nowMs, timeframe, venue.graceMs);
      const after = await read({ nowMs: closeMs + venue.graceMs });
      const before = await read({ nowMs: closeMs + venue.graceMs - 1 });
      expect(after.openMs.at(-1)).toBe(closeMs - lengthMs);
      expect(before.openMs.at(-1)).toBe(closeMs - 2 * lengthMs);
    });

    test("gives candles in ascending order on the grid of the timeframe", async () => {
      const { symbols, read, lengthMs } = await open();
      for (const symbol of symbols) {
        const { openMs } = await read({ symbol });
        expect(openMs.length).toBeGreaterThan(0);
        expect(openMs.every((at) => at % lengthMs === 0)).toBe(true);
        expect(openMs.every((at, row) => row === 0 || at > (openMs[row - 1] ?? Number.POSITIVE_INFINITY))).toBe(true);
      }
    });

    test("gives columns of one length, finite, with low and high around open and close", async () => {
      const { symbols, read } = await open();
      for (const symbol of symbols) {
        const series = await read({ symbol });
        expect(series).toMatchObject({ symbol });
        for (const column of COLUMNS) expect(series[column]).toHaveLength(series.openMs.length);
        for (const [, open = 0, high = 0, low = 0, close = 0, volume = 0] of rowsOf(series)) {
          expect(low > 0 && low <= Math.min(open, close) && Math.max(open, close) <= high && volume >= 0).toBe(true);
          expect(Number.isFinite(high + volume)).toBe(true);
        }
      }
    });

    test("does not look ahead: an earlier moment sees the same candles, only fewer", async () => {
      const { read, nowMs, lengthMs } = await open();
      const later = rowsOf(await read());
      for (const back of [1, 2, 17]) {
        const earlier = rowsOf(await read({ nowMs: nowMs - back * lengthMs, rows: 50 - back }));
        expect(earlier).toEqual(later.slice(0, -back));
      }
    });

    test("gives every candle from the time it is asked from, none before, and says so", async () => {
      const { venue, symbol, timeframe, nowMs, read } = await open();
      const many = rowsOf(await read());
      expect(many).toHaveLength(50);
      for (const rows of [1, 2, 49]) expect(rowsOf(await read({ rows }))).toEqual(many.slice(-rows));
      const openMs = many[10]?.[0] ?? Number.NaN;
      for (const [fromMs, first] of [
        [openMs, 10],
        [openMs + 1, 11],
      ] as const) {
        const series = await venue.candles({ symbol, timeframe, nowMs, fromMs: unixMs(fromMs) }, options);
        expect(rowsOf(series)).toEqual(many.slice(first));
        expect(series.askedFromMs).toBe(fromMs);
      }
    });

    test("says through when it was asked: not before its newest candle, not after now", async () => {
      const { read, nowMs, lengthMs } = await open();
      const series = await read();
      expect(series.checkedThroughMs).toBeLessThanOrEqual(nowMs);
      expect(series.checkedThroughMs).toBeGreaterThanOrEqual((series.openMs.at(-1) ?? 0) + lengthMs);
    });

    test("gives fewer candles where there are fewer, and none before the first has closed", async () => {
      const { venue, read, firstOpenMs, lengthMs } = await open();
      const firstVisibleMs = firstOpenMs + lengthMs + venue.graceMs;
      expect((await read({ nowMs: firstVisibleMs - 1 })).openMs).toHaveLength(0);
      expect([...(await read({ nowMs: firstVisibleMs + 2 * lengthMs })).openMs]).toEqual([
        firstOpenMs,
        firstOpenMs + lengthMs,
        firstOpenMs + 2 * lengthMs,
      ]);
    });

    test("names an unknown market", async () => {
      const { read } = await open();
      const error = await rejection(read({ symbol: NO_SUCH }));
      expect(error).toBeInstanceOf(UnknownNameError);
      expect((error as DeepTraderError).message).toContain(NO_SUCH);
    });

    test("ends with the signal's reason once it is aborted", async () => {
      const { venue, symbol, symbols, timeframe, nowMs } = await open();
      const reason = new Error("the operator left");
      const aborted = { signal: AbortSignal.abort(reason) };
      expect(await rejection(venue.markets(aborted))).toBe(reason);
      expect(
        await rejection(
          venue.candles({ symbol, timeframe, nowMs, fromMs: unixMs(nowMs - 5 * timeframeMs(timeframe)) }, aborted),
        ),
      ).toBe(reason);
      expect(await rejection(venue.tickers({ symbols, nowMs }, aborted))).toBe(reason);
    });

    test("prices only what it is asked for, with bid at most ask and nothing from later", async () => {
      const { venue, symbol, symbols, nowMs } = await open();
      const tickers = await venue.tickers({ symbols, nowMs }, options);
      expect(tickers.map((ticker) => ticker.symbol)).toEqual(symbols);
      expect((await venue.tickers({ symbols: [symbol], nowMs }, options)).map((one) => one.symbol)).toEqual([symbol]);
      expect(await venue.tickers({ symbols: [], nowMs }, options)).toEqual([]);
      const beside = await venue.tickers({ symbols: [NO_SUCH, symbol], nowMs }, options);
      expect(beside.map((one) => one.symbol)).toEqual([symbol]);
      for (const ticker of tickers) {
        expect(ticker.bid).toBeLessThanOrEqual(ticker.ask);
        expect(ticker.last).toBeGreaterThan(0);
        // Null: the venue does not say when. Nothing is said to be from later.
        expect(ticker.atMs ?? nowMs).toBeLessThanOrEqual(nowMs);
      }
    });

    test("says what was traded of its markets, by which they are ranked", async () => {
      const { venue, symbols, nowMs } = await open();
      const turnovers = await venue.turnovers({ nowMs }, options);
      for (const symbol of symbols) expect(turnovers.get(symbol)).toBeGreaterThan(0);
      expect([...turnovers.values()].every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
      const names = new Set((await venue.markets(options)).map((market) => market.symbol));
      expect([...turnovers.keys()].every((symbol) => names.has(symbol))).toBe(true);
      const reason = new Error("the operator left");
      expect(await rejection(venue.turnovers({ nowMs }, { signal: AbortSignal.abort(reason) }))).toBe(reason);
    });

    if (capabilities.pastTickers) {
      test("prices a past moment as it was then", async () => {
        const { venue, symbol, read, nowMs, firstOpenMs, lengthMs } = await open();
        const past = unixMs(nowMs - 10 * lengthMs);
        const [ticker] = await venue.tickers({ symbols: [symbol], nowMs: past }, options);
        expect(ticker?.atMs).toBeLessThanOrEqual(past);
        expect(ticker?.last).toBe((await read({ nowMs: past, rows: 1 })).close[0]);
        expect(await venue.tickers({ symbols: [symbol], nowMs: unixMs(firstOpenMs) }, options)).toEqual([]);
      });
    }

    test("gives the same answer when asked twice", async () => {
      const { venue, read, symbols, nowMs } = await open();
      expect(await read()).toEqual(await read());
      const request = { symbols, nowMs };
      expect(await venue.tickers(request, options)).toEqual(await venue.tickers(request, options));
      expect(await venue.markets(options)).toEqual(await venue.markets(options));
    });
  });
}
