// What the loop that reconnects says of its errors. The client is in the test's hands: each wait for a word fails as it is told to.
import { setImmediate as turn } from "node:timers/promises";
import ccxt from "ccxt";
import { describe, expect, it } from "vitest";
import { MarketSymbol } from "#schemas/units.ts";
import { type CcxtSocketClient, createCcxtCandleFeed } from "#toolkits/market/streams/ccxt-candle-feed.ts";

const BTC = MarketSymbol.parse("BTC/USDT");

/** The feed's waits fail with these, one after the other; then no word comes. */
async function feedThatMeets(errors: readonly Error[]) {
  const left = [...errors];
  const silence = Promise.withResolvers<void>();
  const client: CcxtSocketClient = {
    id: "binance",
    has: {},
    watchOHLCVForSymbols: async () => {
      const error = left.shift();
      if (error !== undefined) throw error;
      return silence.promise;
    },
    unWatchOHLCVForSymbols: async () => {},
    handleOHLCV: () => {},
    onError: () => {},
    onClose: () => {},
    close: async () => {},
  };
  const faults: string[] = [];
  const waits: number[] = [];
  let breaks = 0;
  const onBreak = () => {
    breaks += 1;
  };
  const feed = createCcxtCandleFeed(
    { client, sleep: async (ms) => void waits.push(ms) },
    { onCandles: () => {}, onBreak, onFault: (was) => void faults.push(was) },
  );
  feed.watch(BTC, "5m");
  while (waits.length < errors.length) await turn();
  await feed.close();
  return { faults, waits, breaks };
}

describe("a connection for candles", () => {
  it("says once of each kind what no lost connection explains", async () => {
    const errors = [
      new TypeError("rows is undefined"),
      new TypeError("rows is undefined again"),
      new SyntaxError("no JSON"),
    ];
    const { faults, waits, breaks } = await feedThatMeets(errors);
    expect(faults).toEqual(["TypeError: rows is undefined.", "SyntaxError: no JSON."]);
    expect(waits).toEqual([1000, 2000, 5000]);
    expect(breaks).toBe(3);
  });

  it("says nothing of the connections that it loses, until five attempts in a row have failed", async () => {
    const lost = (times: number) => Array.from({ length: times }, () => new ccxt.NetworkError("connection closed"));
    expect((await feedThatMeets(lost(4))).faults).toEqual([]);
    const { faults, waits } = await feedThatMeets(lost(9));
    expect(faults).toEqual(["No connection in 5 attempts (connection closed)."]);
    expect(waits.slice(3, 7)).toEqual([15_000, 60_000, 60_000, 60_000]);
  });
});
