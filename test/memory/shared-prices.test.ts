import { describe, expect, it } from "vitest";
import { SharedAnswers } from "#memory/shared-answers.ts";
import { sharePrices } from "#memory/shared-prices.ts";
import type { Ticker } from "#schemas/market.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { handClock, settled } from "#test/support/hand-clock.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { BTC, ETH, msAfter, options, T0, VENUE } from "./fixtures.ts";

/** Time of the store, of waits and of all machines is one, unless a test says otherwise. */
function world() {
  const clock = handClock();
  const store = createMemoryStore({ monotonicMs: clock.monotonicMs });
  const asks: string[] = [];
  const nowMs = () => msAfter(clock.monotonicMs());
  const open = (name: string, tookMs = 0) => {
    const parts = { venueId: VENUE, claimMs: 3_000, presentMs: 600_000 };
    const shared = new SharedAnswers({ store: store.answers, ...parts, ...clock });
    const tickers = sharePrices(
      {
        tickers: async ({ symbols }) => {
          asks.push(`${name} ${symbols.join(" ")}`);
          const price = 100 + clock.monotonicMs() / 1000;
          if (tookMs > 0) await clock.sleep(tookMs, options);
          return symbols.flatMap((symbol): Ticker[] =>
            symbol.startsWith("NONE")
              ? []
              : [{ symbol, atMs: nowMs(), bid: price, ask: price + 1, last: price, quoteVolume: null }],
          );
        },
      },
      shared,
    );
    return (symbols: readonly MarketSymbol[], heardWithinMs?: number, atMs = nowMs()) =>
      tickers({ symbols, nowMs: atMs, ...(heardWithinMs === undefined ? {} : { heardWithinMs }) }, options);
  };
  const finish = async <T>(work: Promise<T>): Promise<T> => {
    let isOver = false;
    const watched = work.finally(() => {
      isOver = true;
    });
    for (let turn = 0; turn < 300 && !isOver; turn++) {
      await settled();
      if (!isOver && clock.sleepers.length > 0) await clock.advance(10);
    }
    return watched;
  };
  return { clock, asks, open, finish };
}

describe("prices that several processes share", () => {
  it("are asked for once, for as long as their reader says that they will do", async () => {
    const { open, asks, finish, clock } = world();
    const [a, b] = [open("a"), open("b")];
    const first = await finish(a([BTC, ETH], 2_000));
    await clock.advance(1_500);
    expect(await finish(b([ETH, BTC], 2_000))).toEqual(first.toReversed());
    expect(asks).toEqual(["a BTC/USDT ETH/USDT"]);
    await clock.advance(1_000);
    expect((await finish(b([BTC], 2_000)))[0]?.last).toBeGreaterThan(first[0]?.last ?? Number.NaN);
    expect(asks).toHaveLength(2);
  });

  it("are the venue's own where their reader says nothing of their age", async () => {
    const { open, asks, finish } = world();
    await finish(open("a")([BTC], 2_000));
    await finish(open("b")([BTC]));
    expect(asks).toEqual(["a BTC/USDT", "b BTC/USDT"]);
  });

  it("are asked for but for what is missing, and one that has no price is known to have none", async () => {
    const { open, asks, finish } = world();
    const none = "NONE/USDT" as MarketSymbol;
    await finish(open("a")([BTC, none], 2_000));
    const b = open("b");
    expect((await finish(b([none, ETH, BTC], 2_000))).map(({ symbol }) => symbol)).toEqual([ETH, BTC]);
    await finish(b([none], 2_000));
    expect(asks).toEqual([`a BTC/USDT ${none}`, "b ETH/USDT"]);
  });

  it("of an order are never those of a question that was asked before it, and ten that wait share the next", async () => {
    const { open, asks, finish, clock } = world();
    const early = open("early", 100)([BTC], 0);
    await settled();
    await clock.advance(50);
    const orderedMs = clock.monotonicMs();
    const orders = Array.from({ length: 10 }, (_, i) => open(`${i}`, 100)([BTC], 0));
    const prices = await finish(Promise.all(orders));
    await early;
    for (const [ticker] of prices) expect(ticker?.last).toBeGreaterThanOrEqual(100 + orderedMs / 1000);
    expect(asks).toHaveLength(2);
  });

  it("of a machine whose clock stands elsewhere are not taken", async () => {
    const { open, asks, finish } = world();
    await finish(open("a")([BTC], 2_000, msAfter(-60_000)));
    await finish(open("b")([BTC], 2_000, T0));
    expect(asks).toEqual(["a BTC/USDT", "b BTC/USDT"]);
  });
});
