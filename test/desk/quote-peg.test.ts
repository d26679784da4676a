import { describe, expect, it } from "vitest";
import { quoteOffPar } from "#desk/run-slot/quote-peg.ts";
import { ProviderError, StoreError } from "#schemas/errors.ts";
import type { Ticker } from "#schemas/market.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import { MarketSymbol, unixMs } from "#schemas/units.ts";
import { testMarket } from "#test/support/market.ts";

const options = { signal: new AbortController().signal };
const nowMs = unixMs(1_700_000_100_000);
/** When the answer is in. */
const readMs = unixMs(nowMs + 500);

interface Venue {
  readonly kind?: "system" | "simulated";
  readonly halted?: readonly string[];
  readonly fails?: Error;
}

/** A desk at a venue that lists these pairs, at a price or as described; null: listed without a price. */
async function off(
  quote: string,
  prices: Readonly<Record<string, number | Partial<Ticker> | null>>,
  { kind = "system", halted = [], fails }: Venue = {},
) {
  const symbols = Object.keys(prices).map((name) => MarketSymbol.parse(name));
  const asked: (readonly MarketSymbol[])[] = [];
  const tickers: MarketData["tickers"] = async (request) => {
    asked.push(request.symbols);
    if (fails !== undefined) throw fails;
    return request.symbols.flatMap((symbol): Ticker[] => {
      const said = prices[symbol];
      if (said == null) return [];
      const plain = { symbol, atMs: nowMs, bid: 1, ask: 1, last: 1, quoteVolume: null };
      return [
        typeof said === "number" ? { ...plain, bid: said, ask: said, last: said } : { ...plain, ...said, symbol },
      ];
    });
  };
  const markets = new Map(
    symbols.map((symbol) => [symbol, testMarket(symbol, { active: !halted.includes(symbol) })] as const),
  );
  const clock = { kind, now: () => readMs };
  const offPar = await quoteOffPar({ quote, markets, marketData: { venue: "here", tickers }, clock }, nowMs, options);
  return { offPar, asked };
}

/** `USDC/USDT 2.91`, the reason, or null. */
async function said(...args: Parameters<typeof off>): Promise<string | null> {
  const { offPar } = await off(...args);
  if (offPar === null || typeof offPar === "string") return offPar;
  return `${offPar.symbol} ${Number(offPar.offPct.toFixed(3))}`;
}

describe("the settlement stablecoin", () => {
  it("is seen off par by a pair of either direction", async () => {
    expect(await said("USDT", { "USDT/USD": 0.97 })).toBe("USDT/USD 3");
    expect(await said("USDT", { "USDC/USDT": 1.03 })).toBe("USDC/USDT 2.913");
    expect(await said("USDC", { "USDT0/USDC": 1.0005 })).toBe("USDT0/USDC 0.05");
    expect(await said("USDT", { "USDT/USDC": 1 })).toBe("USDT/USDC 0");
    expect(await said("USD1", { "USD1/USDT": 0.9 })).toBe("USD1/USDT 10");
  });

  it("waits where one pair of several is broken, whichever it is, and names it", async () => {
    expect(await said("USDT", { "USDT/USD": 0.9, "USDC/USDT": 1 })).toBe("USDT/USD 10");
    expect(await said("USDT", { "USDT/USD": 1, "USDC/USDT": 1.03, "DAI/USDT": 1 })).toBe("USDC/USDT 2.913");
    expect(await said("USDT", { "USDT/USD": 0.9, "USDC/USDT": 1 }, { halted: ["USDT/USD"] })).toBe("USDC/USDT 0");
  });

  it("is looked at by one question for the best known pairs, which some exchanges price one by one", async () => {
    const names = ["TUSD/USDT", "DAI/USDT", "FDUSD/USDT", "USDC/USDT", "USDT/USD", "BTC/USDT"];
    const { asked } = await off("USDT", Object.fromEntries(names.map((name) => [name, 1])));
    expect(asked).toEqual([["USDT/USD", "USDC/USDT", "FDUSD/USDT", "DAI/USDT"]]);
  });

  it("is priced by bid and ask: what was last traded says nothing of now", async () => {
    expect(await said("USDT", { "USDT/USD": { bid: 0.969, ask: 0.971, last: 1 } })).toBe("USDT/USD 3");
    expect(await said("USDT", { "USDT/USD": { bid: 0.9995, ask: 1.0005, last: 0.5 } })).toBe("USDT/USD 0");
  });

  it("is shown by a pair that is live, and not by one beside it that is not", async () => {
    const old = { bid: 0.9, ask: 0.9, atMs: nowMs - 60_000 };
    expect(await said("USDT", { "USDT/USD": old, "USDC/USDT": 1.001 })).toBe("USDC/USDT 0.1");
    expect(await said("USDT", { "USDT/USD": null, "USDC/USDT": 1.001 })).toBe("USDC/USDT 0.1");
  });

  it.each<[string, Parameters<typeof off>, RegExp]>([
    ["no pair", ["USDT", { "BTC/USDT": 60_000 }], /^no pair of here shows whether USDT stands at par$/],
    ["no bid and ask", ["USDT", { "USDC/USDT": null }], /^no pair of here .* \(USDC\/USDT: there is no bid and ask\)$/],
    ["a quote of no known age", ["USDT", { "USDC/USDT": { atMs: null } }], /USDC\/USDT: .* no time stamp/],
    ["a quote over 10 s old", ["USDT", { "USDC/USDT": { atMs: readMs - 10_001 } }], /10\.001 s old, limit 10 s/],
    ["bid and ask far apart", ["USDT", { "USDC/USDT": { bid: 0.99, ask: 1.01 } }], /are 2\.02 % apart, limit 1 %/],
    ["a crossed book", ["USDT", { "USDC/USDT": { bid: 1.01, ask: 1 } }], /bid 1.01 and ask 1 are no market/],
    [
      "no answer",
      ["USDT", { "USDC/USDT": 1 }, { fails: new ProviderError({ was: "Silence.", remedy: "Wait." }) }],
      /^USDC\/USDT: .* could not be asked: Silence/,
    ],
  ])("is unknown, which is said, at an exchange with %s for it", async (_what, args, words) => {
    expect(await said(...args)).toMatch(words);
  });

  it("counts a quote of 10 s as one of now", async () => {
    expect(await said("USDT", { "USDC/USDT": { atMs: readMs - 10_000 } })).toBe("USDC/USDT 0");
  });

  it("is not doubted where prices are recorded or invented and hold no pair, and taken from the last one that they hold", async () => {
    expect(await said("USDT", { "BTC/USDT": 60_000 }, { kind: "simulated" })).toBeNull();
    expect(await said("USDT", { "USDC/USDT": null }, { kind: "simulated" })).toBeNull();
    const old = { bid: 1, ask: 1, last: 1.05, atMs: nowMs - 300_000 };
    expect(await said("USDT", { "USDC/USDT": old }, { kind: "simulated" })).toBe("USDC/USDT 4.762");
  });

  it("is no matter where the desk counts in money", async () => {
    expect(await said("USD", { "USDT/USD": 0.5 })).toBeNull();
    expect(await said("EUR", { "USDT/EUR": 0.5 })).toBeNull();
    expect(await said("BTC", {})).toBeNull();
  });

  it("hides no failure of the desk itself", async () => {
    const fails = new StoreError({ was: "Gone.", remedy: "Mend it." });
    await expect(off("USDT", { "USDC/USDT": 1 }, { fails })).rejects.toBe(fails);
  });
});
