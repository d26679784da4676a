import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { marketNamed, TimeframeInput, timeframeWritten } from "#desk/answering/sources/market-name.ts";
import { UnknownNameError } from "#schemas/errors.ts";
import { MarketSymbol, splitSymbol, TIMEFRAMES } from "#schemas/units.ts";

const symbols = [
  "BTC/USDT",
  "BTC/EUR",
  "ETH/USDT",
  "ETC/USDT",
  "SOL/USDT",
  "SOLV/USDT",
  "TIA/USDT",
  "DOGE/USDT",
  "XLM/USDT",
  "LTC/EUR",
  "LTC/BTC",
].map((symbol) => MarketSymbol.parse(symbol));
const named = (typed: string) => marketNamed(typed, { symbols, quote: "USDT" });

describe("a market as the operator or the model spells it", () => {
  it.each([
    ["SOL", "SOL/USDT"],
    ["$sol", "SOL/USDT"],
    ["sol-usdt", "SOL/USDT"],
    ["SOLUSDT", "SOL/USDT"],
    ["btc/eur", "BTC/EUR"],
    ["Bitcoin", "BTC/USDT"],
    ["Ethereum  Classic", "ETC/USDT"],
    ["solanna", "SOL/USDT"],
    ["ethereom", "ETH/USDT"],
    ["celestai", "TIA/USDT"],
    ["dogecoinn", "DOGE/USDT"],
    ["stellr", "XLM/USDT"],
  ])("%s is %s", (typed, symbol) => expect(named(typed)).toBe(symbol));

  it.each(["SOX", "BTX", "ETHH", "DOGS", "apples", "", "🚀", "bitcoin cash"])("guesses no market from %j", (typed) => {
    expect(() => named(typed)).toThrow(UnknownNameError);
  });

  it("names the nearest where it knows none", () => {
    expect(() => named("solane protocol")).toThrow(
      /"solane protocol" is no market of this desk\. Expected one of .*solana/,
    );
  });

  it("names the markets of a coin that is not traded in the desk's own currency", () => {
    expect(() => named("litecoin")).toThrow(/Expected one of LTC\/EUR, LTC\/BTC/);
    expect(() => named("ltc")).toThrow(/Expected one of LTC\/EUR, LTC\/BTC/);
  });

  it("takes no coin that is not traded here for a slip of one that is", () => {
    const bitcoinAlone = { symbols: symbols.slice(0, 1), quote: "USDT" };
    for (const other of ["litecoin", "litecoinn", "bitcoin cash", "bitcoin cas"])
      expect(() => marketNamed(other, bitcoinAlone)).toThrow(UnknownNameError);
  });

  it("asks where a slip leaves two as near", () => {
    const two = ["AAAAAB/USDT", "AAAAAC/USDT"].map((symbol) => MarketSymbol.parse(symbol));
    expect(() => marketNamed("aaaaad", { symbols: two, quote: "USDT" })).toThrow(
      /Expected one of AAAAAB\/USDT, AAAAAC\/USDT/,
    );
  });

  it("finds each listed market by its pair in any case and with any mark", () => {
    const spelled = fc.constantFrom(
      (symbol: string) => symbol,
      (symbol: string) => symbol.toLowerCase(),
      (symbol: string) => symbol.replace("/", "-"),
      (symbol: string) => symbol.replace("/", "").toLowerCase(),
      (symbol: string) => ` ${symbol} `,
    );
    fc.assert(fc.property(fc.constantFrom(...symbols), spelled, (symbol, spell) => named(spell(symbol)) === symbol));
  });

  it("never takes a made-up ticker for another one", () => {
    const bases = new Set(symbols.map((symbol) => splitSymbol(symbol).base));
    const ticker = fc.stringMatching(/^[A-Z]{3,4}$/).filter((text) => !bases.has(text));
    fc.assert(
      fc.property(ticker, (text) => {
        expect(() => named(text)).toThrow(UnknownNameError);
      }),
    );
  });
});

describe("a timeframe as it is written", () => {
  it.each([
    ["1hr", "1h"],
    ["1 hour", "1h"],
    ["60m", "1h"],
    ["hourly", "1h"],
    ["1H", "1h"],
    ["240 minutes", "4h"],
    ["5 min", "5m"],
    ["15 Minuten", "15m"],
    ["1D", "1d"],
    ["24h", "1d"],
    ["daily", "1d"],
    ["1 Stunde", "1h"],
    ["4 horas", "4h"],
    ["1m", "1m"],
  ])("%s is %s", (written, timeframe) => expect(timeframeWritten(written)).toBe(timeframe));

  it.each(["1M", "2h", "1w", "soon", ""])("refuses %j instead of guessing", (written) => {
    expect(TimeframeInput.safeParse(written).success).toBe(false);
  });

  it("leaves the desk's own names as they are", () => {
    for (const timeframe of TIMEFRAMES) expect(TimeframeInput.parse(timeframe)).toBe(timeframe);
    expect(TimeframeInput.parse(undefined)).toBeUndefined();
  });
});
