import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitsPattern, isAdmitted, MarketPatterns, patternsText } from "#schemas/market-patterns.ts";
import type { MarketSymbol } from "#schemas/units.ts";

const symbol = (text: string): MarketSymbol => text as MarketSymbol;
const patterns = (include: readonly string[], exclude: readonly string[] = []) =>
  MarketPatterns.parse({ include, exclude });

describe("a market pattern", () => {
  it.each([
    ["*", "BTC/USDT", true],
    ["*/USDT", "BTC/USDT", true],
    ["*/USDT", "BTC/USDTX", false],
    ["*/USDT", "BTC/BUSDT", false],
    ["*UP/USDT", "BTCUP/USDT", true],
    ["*UP/USDT", "UP/USDT", true],
    ["*UP/USDT", "UPX/USDT", false],
    ["BTC/*", "BTC/EUR", true],
    ["btc/usdt", "BTC/USDT", true],
    ["?TC/USDT", "BTC/USDT", true],
    ["?TC/USDT", "WBTC/USDT", false],
    ["B.C/USDT", "BTC/USDT", false],
    ["A[B]/USDT", "AB/USDT", false],
    ["1000*-X/USDT", "1000PEPE-X/USDT", true],
    ["币*/USDT", "币安/USDT", true],
  ])("%s on %s: %s", (pattern, market, fits) => {
    expect(fitsPattern(pattern, symbol(market))).toBe(fits);
    expect(isAdmitted(patterns([pattern]), symbol(market))).toBe(fits);
  });

  it("of any characters is taken literally but for * and ?", () => {
    const part = fc.stringMatching(/^[A-Z0-9._-]{1,12}$/);
    fc.assert(
      fc.property(part, part, (base, quote) => {
        expect(fitsPattern(`${base}/${quote}`, symbol(`${base}/${quote}`))).toBe(true);
        expect(fitsPattern(`${base}X/${quote}`, symbol(`${base}/${quote}`))).toBe(false);
      }),
    );
  });

  it.each(["", "BTC", "BTC/USDT/EUR", "*/US DT", "/USDT", "BTC/"])("%j is refused, with examples", (pattern) => {
    const { error } = MarketPatterns.safeParse({ include: [pattern] });
    expect(error?.issues[0]).toMatchObject({ path: ["include", 0], message: expect.stringContaining("*/USDT") });
  });
});

it("what is excluded is left out although it is included; by default nothing is", () => {
  const chosen = patterns(["*/USDT", "BTC/*"], ["*UP/USDT", "DOGE/USDT"]);
  const admitted = ["BTC/USDT", "BTC/EUR", "ETH/EUR", "ETHUP/USDT", "DOGE/USDT"].filter((s) =>
    isAdmitted(chosen, symbol(s)),
  );
  expect(admitted).toEqual(["BTC/USDT", "BTC/EUR"]);
  expect(patternsText(chosen)).toBe("*/USDT BTC/* !*UP/USDT !DOGE/USDT");
  expect(patternsText(MarketPatterns.parse({}))).toBe("");
  expect(isAdmitted(MarketPatterns.parse({}), symbol("ANY/EUR"))).toBe(true);
});
