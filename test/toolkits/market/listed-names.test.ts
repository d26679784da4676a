import { describe, expect, it } from "vitest";
import { MarketSymbol } from "#schemas/units.ts";
import { findListed, foldName } from "#toolkits/market/listed-names.ts";

const listed = ["BTC/USDT", "BTC/EUR", "币安人生/USDT", "МЕМ/USDT", "É/USDT", "1000SATS/USDT"].map((s) =>
  MarketSymbol.parse(s),
);
const find = (typed: string) => findListed(typed, listed, "USDT");

describe("a market by a typed name", () => {
  it.each([
    ["btc", "BTC/USDT"],
    [" BTC-USDT ", "BTC/USDT"],
    ["btc/eur", "BTC/EUR"],
    ["ＢＴＣ/ＵＳＤＴ", "BTC/USDT"],
    ["币安人生", "币安人生/USDT"],
    ["币安人生/usdt", "币安人生/USDT"],
    ["мем", "МЕМ/USDT"],
    ["e\u0301", "É/USDT"],
    ["1000sats", "1000SATS/USDT"],
  ])("finds %s, whatever its script and case", (typed, symbol) => {
    expect(find(typed)).toBe(symbol);
  });

  it.each(["ВТС", "DOGE", "", "BTC/JPY", "btc usdt"])(
    "finds nothing for %s: letters that only look alike differ",
    (typed) => {
      expect(find(typed)).toBeNull();
    },
  );

  it("takes a base in another quote where it is the only one", () => {
    expect(findListed("币安人生", listed, "EUR")).toBe("币安人生/USDT");
    expect(findListed("btc", listed, "JPY")).toBeNull();
  });

  it("folds every listed name to itself", () => {
    for (const symbol of listed) expect(foldName(symbol)).toBe(symbol.normalize("NFKC"));
  });
});

describe("a market's name", () => {
  it.each(["btc/usdt", "BTC", "BTC/USD T", "BTC/USDT/X", "B\u0007/USDT"])("is refused: %s", (text) => {
    expect(MarketSymbol.safeParse(text).success).toBe(false);
  });
});
