import { describe, expect, it } from "vitest";
import { quoteOffParPct } from "#desk/run-slot/quote-peg.ts";
import { ProviderError, StoreError } from "#schemas/errors.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import { MarketSymbol, unixMs } from "#schemas/units.ts";
import { testMarket } from "#test/support/market.ts";

const options = { signal: new AbortController().signal };
const nowMs = unixMs(1_700_000_100_000);

/** A desk at a venue that lists these pairs; null: listed without a price. */
function off(
  quote: string,
  prices: Readonly<Record<string, number | null>>,
  { kind = "system", halted = [], fails }: { kind?: "system" | "simulated"; halted?: string[]; fails?: Error } = {},
) {
  const symbols = Object.keys(prices).map((name) => MarketSymbol.parse(name));
  const tickers: MarketData["tickers"] = async (request) => {
    if (fails !== undefined) throw fails;
    return request.symbols.flatMap((symbol) => {
      const last = prices[symbol];
      return last == null ? [] : [{ symbol, atMs: nowMs, bid: last, ask: last, last, quoteVolume: null }];
    });
  };
  const markets = new Map(
    symbols.map((symbol) => [symbol, testMarket(symbol, { active: !halted.includes(symbol) })] as const),
  );
  return quoteOffParPct({ quote, markets, marketData: { venue: "here", tickers }, clock: { kind } }, nowMs, options);
}

describe("the settlement stablecoin", () => {
  it("is seen off par by a pair of either direction", async () => {
    expect(await off("USDT", { "USDT/USD": 0.97 })).toBeCloseTo(3, 9);
    expect(await off("USDT", { "USDC/USDT": 1.03 })).toBeCloseTo(2.9126, 4);
    expect(await off("USDC", { "USDT0/USDC": 1.0005 })).toBeCloseTo(0.04998, 4);
    expect(await off("USDT", { "USDT/USDC": 1 })).toBe(0);
  });

  it("is looked at in dollars before other coins, and not by a market that is halted", async () => {
    expect(await off("USDT", { "USDC/USDT": 1, "USDT/USD": 0.9 })).toBeCloseTo(10, 9);
    expect(await off("USDT", { "USDC/USDT": 1, "USDT/USD": 0.9 }, { halted: ["USDT/USD"] })).toBe(0);
  });

  it.each<[string, Parameters<typeof off>, RegExp]>([
    ["no pair", ["USDT", { "BTC/USDT": 60_000 }], /^no pair of here shows whether USDT stands at par$/],
    ["no price", ["USDT", { "USDC/USDT": null }], /^USDC\/USDT, which shows whether USDT stands at par, has no price$/],
    [
      "no answer",
      ["USDT", { "USDC/USDT": 1 }, { fails: new ProviderError({ was: "Silence.", remedy: "Wait." }) }],
      /^USDC\/USDT, .* could not be asked: Silence/,
    ],
  ])("is unknown, which is said, at an exchange with %s for it", async (_what, args, words) => {
    expect(await off(...args)).toMatch(words);
  });

  it("is not doubted where prices are recorded or invented and hold no pair", async () => {
    expect(await off("USDT", { "BTC/USDT": 60_000 }, { kind: "simulated" })).toBeNull();
    expect(await off("USDT", { "USDC/USDT": 1.05 }, { kind: "simulated" })).toBeCloseTo(4.76, 2);
  });

  it("is no matter where the desk counts in money", async () => {
    expect(await off("USD", { "USDT/USD": 0.5 })).toBeNull();
    expect(await off("BTC", {})).toBeNull();
  });

  it("hides no failure of the desk itself", async () => {
    const fails = new StoreError({ was: "Gone.", remedy: "Mend it." });
    await expect(off("USDT", { "USDC/USDT": 1 }, { fails })).rejects.toBe(fails);
  });
});
