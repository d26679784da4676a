import { describe, expect, it } from "vitest";
import { BesideLive } from "#desk/live/paper-beside.ts";
import { ProviderError } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Ticker } from "#schemas/market.ts";
import { candleColumns } from "#schemas/market.ts";
import type { Price } from "#schemas/money.ts";
import type { Order } from "#schemas/order.ts";
import { unixMs } from "#schemas/units.ts";
import { patience } from "#test/support/desk.ts";
import { testMarket } from "#test/support/market.ts";
import { BTC, entryOrder, exitOrder, flat, stopOrder } from "#test/toolkits/execution/fixture.ts";
import { emptyPortfolio } from "#toolkits/portfolio/portfolio.ts";

const NOW = unixMs(1_700_000_100_000 + 60 * 300_000);

/** The row that is written beside an order; undefined: none. */
async function rowOf(
  order: Order,
  { ticker = {}, lateMs = 0, fails = false }: { ticker?: Partial<Ticker>; lateMs?: number; fails?: boolean } = {},
) {
  const rows: JournalEvent[] = [];
  let nowMs = NOW;
  const candles = Array.from({ length: 60 }, (_, n) => flat(n, 100));
  const parts = {
    account: {
      portfolio: () => emptyPortfolio({ quote: "USDT", cash: "1000" as never }),
      append: async (events: readonly JournalEvent[]) => void rows.push(...events),
    },
    clock: { now: () => nowMs },
    config: { timeframe: "5m" },
    markets: new Map([[BTC, testMarket(BTC)]]),
    marketData: {
      graceMs: 0,
      tickers: async () => {
        nowMs = unixMs(nowMs + lateMs);
        if (fails) throw new ProviderError({ was: "silent", remedy: "wait" });
        return [{ symbol: BTC, bid: 99.9, ask: 100.1, last: 100, atMs: NOW, quoteVolume: null, ...ticker }];
      },
      candles: async () => candleColumns((name) => Float64Array.from(candles, (one) => one[name])),
    },
  };
  const beside = new BesideLive(parts as unknown as ConstructorParameters<typeof BesideLive>[0]);
  beside.sending(order, patience);
  await beside.settled();
  return rows[0];
}

const limited = (limitPrice: string): Order => entryOrder({ type: "limit", limitPrice: limitPrice as Price });

describe("what paper would have got", () => {
  it("a purchase at the ask, a sale at the bid of the moment", async () => {
    expect(await rowOf(limited("100.3"))).toMatchObject({
      type: "paper-beside",
      atMs: NOW,
      bid: "99.9",
      ask: "100.1",
      price: "100.1",
    });
    expect(await rowOf(exitOrder())).toMatchObject({ role: "exit", side: "sell", price: "99.9", reason: "" });
  });

  it("nothing where the ask is above the entry's limit, or the quote is no price", async () => {
    expect(await rowOf(limited("100"))).toMatchObject({
      price: null,
      reason: "the ask of 100.1 is above its limit of 100",
    });
    const crossed = await rowOf(limited("100.3"), { ticker: { bid: 101, ask: 100 } });
    expect(crossed).toMatchObject({ price: null, bid: null, ask: null, reason: "bid 101 and ask 100 are no market" });
  });

  it("is not written of a stop, of a quote that came late, nor where the venue did not tell one", async () => {
    expect(await rowOf(stopOrder("90"))).toBeUndefined();
    expect(await rowOf(limited("100.3"), { lateMs: 5001 })).toBeUndefined();
    expect(await rowOf(limited("100.3"), { fails: true })).toBeUndefined();
  });
});
