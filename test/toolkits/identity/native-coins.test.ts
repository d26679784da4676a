import { describe, expect, it } from "vitest";
import { unixMs } from "#schemas/units.ts";
import { nativeCoin } from "#toolkits/identity/native-coins.ts";

const on = (base: string, date: string) => nativeCoin(base, unixMs(Date.parse(`${date}T00:00:00Z`)));

describe("native coins", () => {
  it.each([
    ["BTC", "2010-01-01", "Bitcoin"],
    ["ETH", "2018-01-20", "Ethereum"],
    ["LTC", "2018-01-20", "Litecoin"],
    ["XLM", "2018-01-20", "Stellar"],
    ["ADA", "2018-01-20", "Cardano"],
    ["NXT", "2018-01-20", "Nxt"],
    ["SOL", "2024-01-01", "Solana"],
  ])("knows %s on %s as the coin of %s", (base, date, chain) => {
    expect(on(base, date)).toEqual({ chain });
  });

  it.each([
    ["TRX", "2018-06-24", "2018-06-25"],
    ["BNB", "2019-04-22", "2019-04-23"],
    ["EOS", "2018-06-13", "2018-06-14"],
    ["BCH", "2017-07-31", "2017-08-01"],
  ])("knows that %s was not native on %s, but on %s", (base, before, since) => {
    expect(on(base, before)).toBeNull();
    expect(on(base, since)).not.toBeNull();
  });

  it("knows nothing of tokens, of other spellings, or of names that every object has", () => {
    for (const base of ["LINK", "USDT", "btc", "WBTC", "constructor", "__proto__", ""]) {
      expect(on(base, "2026-01-01"), base).toBeNull();
    }
  });
});
