import { describe, expect, it } from "vitest";
import { newestWords } from "#memory/candle-columns.ts";
import { ProviderError, StoreError } from "#schemas/errors.ts";
import { type CandleSeries, type CandleVerdict, candlesOf, type Ticker } from "#schemas/market.ts";
import { type MarketSymbol, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { patience } from "#test/support/desk.ts";
import { selectClosed } from "#toolkits/market/closed-candles.ts";
import { jumpLeaderOf } from "#toolkits/market/jump-leader.ts";
import { type ReadCandles, readScreened, type VerdictBook } from "#toolkits/market/screen-candles.ts";
import { moved, ordinary, scaled, T0 } from "./jump-support.ts";

const STEP_MS = timeframeMs("5m");
const BAD = 150;
const SOL = ordinary(300);
const BTC = ordinary(300, { symbol: "BTC/USDT", seed: 7 });

/** A venue of these series, and what it was asked for. */
function venue(...all: readonly CandleSeries[]) {
  const asked: { readonly symbol: string; readonly fromRow: number }[] = [];
  const read: ReadCandles = async ({ symbol, nowMs, fromMs }) => {
    asked.push({ symbol, fromRow: (fromMs - T0) / STEP_MS });
    const series = all.find((one) => one.symbol === symbol);
    if (series === undefined) throw new ProviderError({ was: `No answer for ${symbol}.`, remedy: "Wait." });
    return selectClosed(series, { nowMs, graceMs: 0, fromMs });
  };
  return { read, asked };
}

function book(...stored: CandleVerdict[]) {
  const kept: CandleVerdict[] = [...stored];
  const verdicts: VerdictBook = {
    known: async (_, { fromMs, nowMs }) =>
      newestWords(kept.filter((one) => one.openMs >= fromMs && one.knownMs <= nowMs)),
    keep: async (_, news) => void kept.push(...news),
  };
  return { kept, verdicts };
}

const closeOf = (row: number): UnixMs => unixMs(T0 + (row + 1) * STEP_MS);

interface Asked {
  readonly row: number;
  readonly from?: number;
  readonly listed?: readonly string[];
  readonly verdicts?: VerdictBook | null;
  readonly tickers?: (() => Promise<readonly Ticker[]>) | null;
}
const screened = (read: ReadCandles, { row, from = 100, listed = [], verdicts = null, tickers = null }: Asked) =>
  readScreened(
    read,
    { symbol: SOL.symbol, timeframe: "5m", nowMs: closeOf(row), fromMs: unixMs(T0 + from * STEP_MS) },
    { graceMs: 0, isListed: (symbol) => listed.includes(symbol), verdicts, tickers },
    patience,
  );

describe("a read of candles", () => {
  it("of an honest market is one call, and comes back as it came: not even copied", async () => {
    const { read, asked } = venue(SOL);
    const series = await screened(read, { row: 299 });
    expect(asked).toEqual([{ symbol: "SOL/USDT", fromRow: 100 }]);
    expect(series.close.buffer).toBe(SOL.close.buffer);
    expect(series.openMs).toHaveLength(200);
  });

  it("of a single candle sees its neighbours all the same, and hands out what was asked for", async () => {
    const { read } = venue(scaled(SOL, BAD, 10));
    const pending = await screened(read, { row: BAD, from: BAD });
    expect(pending.openMs).toHaveLength(0);
    expect(pending.pending?.openMs).toBe(SOL.openMs[BAD]);
    const next = await screened(read, { row: BAD + 1, from: BAD + 1 });
    expect([...next.openMs]).toEqual([SOL.openMs[BAD + 1]]);
    expect(next.askedFromMs).toBe(SOL.openMs[BAD + 1]);
    const honest = await screened(venue(SOL).read, { row: BAD, from: BAD });
    expect(candlesOf(honest)).toEqual(candlesOf(SOL).slice(BAD, BAD + 1));
  });

  it.each([100, 149, 150, 151, 160, 199, 200])(
    "says the same of every candle, from row %d on as from the first",
    async (from) => {
      const { read } = venue(scaled(moved(SOL, 190, 0.6), BAD, 1.6));
      const [part, whole] = [await screened(read, { row: 230, from }), await screened(read, { row: 230, from: 0 })];
      const fromMs = SOL.openMs[from] ?? 0;
      expect(candlesOf(part)).toEqual(candlesOf(whole).filter(({ openMs }) => openMs >= fromMs));
      expect(part.notes).toEqual(whole.notes.filter(({ atMs }) => atMs >= (part.openMs[0] ?? 0)));
    },
  );

  it("asks for the leader only where something is in doubt, and judges alone where that does not answer", async () => {
    const crash = moved(SOL, BAD, 0.6);
    const led = venue(crash, moved(BTC, BAD, 0.88));
    expect((await screened(led.read, { row: BAD, from: 20, listed: ["BTC/USDT"] })).pending).toBeUndefined();
    expect(led.asked.map(({ symbol }) => symbol)).toEqual(["SOL/USDT", "BTC/USDT"]);
    expect((await screened(venue(crash).read, { row: BAD, listed: ["BTC/USDT"] })).pending).toBeDefined();
    const broken: ReadCandles = (request, options) => {
      if (request.symbol === SOL.symbol) return led.read(request, options);
      throw new StoreError({ was: "Broken.", remedy: "Mend." });
    };
    await expect(screened(broken, { row: BAD, listed: ["BTC/USDT"] })).rejects.toThrow("Broken");
  });
});

describe("a second source", () => {
  const close = SOL.close[BAD] ?? 0;
  const at = (price: number, atMs: number | null = closeOf(BAD)): (() => Promise<readonly Ticker[]>) => {
    return async () => [
      { symbol: SOL.symbol, atMs, bid: price * 0.999, ask: price * 1.001, last: price, quoteVolume: null },
    ];
  };

  it("that is near the candle agrees at once, and that is kept", async () => {
    const { kept, verdicts } = book();
    const series = await screened(venue(moved(SOL, BAD, 0.5)).read, { row: BAD, verdicts, tickers: at(close * 0.5) });
    expect(series.pending).toBeUndefined();
    expect(series.openMs.at(-1)).toBe(SOL.openMs[BAD]);
    expect(kept).toEqual([{ openMs: SOL.openMs[BAD], verdict: "agreed", knownMs: closeOf(BAD) }]);
  });

  it.each([
    ["stands where the market was before", at(close)],
    ["is too old", at(close * 0.5, closeOf(BAD) - 60_000)],
    ["has no time", at(close * 0.5, null)],
    ["has no price", async () => []],
    ["does not answer", () => Promise.reject(new ProviderError({ was: "No answer.", remedy: "Wait." }))],
  ])("that %s leaves it pending", async (_, tickers) => {
    const series = await screened(venue(moved(SOL, BAD, 0.5)).read, { row: BAD, tickers });
    expect(series.pending).toBeDefined();
  });
});

describe("verdicts that are kept", () => {
  const spike = scaled(SOL, BAD, 1.6);
  const openMs = SOL.openMs[BAD] ?? 0;

  it("are written once, pending and then settled, each with the moment", async () => {
    const { kept, verdicts } = book();
    const { read } = venue(spike);
    for (const row of [BAD, BAD, BAD + 1, BAD + 2, BAD + 30]) await screened(read, { row, verdicts });
    expect(kept.map(({ verdict, knownMs }) => [verdict, knownMs])).toEqual([
      ["pending", closeOf(BAD)],
      ["hole", closeOf(BAD + 1)],
    ]);
  });

  it("stand over what the candles would say now, and are not known before they were made", async () => {
    const { verdicts } = book({ openMs, verdict: "agreed", knownMs: closeOf(BAD) + 4000 });
    const { read } = venue(spike);
    expect((await screened(read, { row: BAD, verdicts })).pending).toBeDefined();
    expect((await screened(read, { row: BAD + 1, verdicts })).openMs).toContain(openMs);
    expect((await screened(read, { row: BAD + 1 })).openMs).not.toContain(openMs);
  });
});

describe("who leads a market", () => {
  const of = (symbol: string, ...listed: string[]) =>
    jumpLeaderOf(symbol as MarketSymbol, (one) => listed.includes(one));

  it("is BTC in the same quote, for BTC itself ETH, and nobody who is not listed", () => {
    expect(of("SOL/USDT", "BTC/USDT", "ETH/USDT")).toBe("BTC/USDT");
    expect(of("BTC/USDT", "BTC/USDT", "ETH/USDT")).toBe("ETH/USDT");
    expect(of("ETH/USDT", "BTC/USDT", "ETH/USDT")).toBe("BTC/USDT");
    expect(of("XLM/BTC", "ETH/BTC", "BTC/USDT")).toBe("ETH/BTC");
    expect(of("SOL/USDC", "BTC/USDT")).toBeNull();
  });
});
