import { describe, expect, test } from "vitest";
import { ProviderError } from "#schemas/errors.ts";
import { MarketSymbol } from "#schemas/units.ts";
import { parseSpotMarkets } from "#toolkits/market/ccxt/spot-markets.ts";
import { parseBook } from "#toolkits/market/ccxt/tickers.ts";
import { parseTurnovers } from "#toolkits/market/ccxt/turnovers.ts";

const BTC = MarketSymbol.parse("BTC/USD");
const ETH = MarketSymbol.parse("ETH/USD");
const readMs = 1_700_000_010_000;
const times = { readMs, offsetMs: 500, exchangeId: "there" };

describe("bid and ask from a book", () => {
  test("are its best levels, and what counts as last is the middle between them", () => {
    const book = {
      bids: [
        [99, 1],
        [98, 2],
      ],
      asks: [[101, 1]],
      timestamp: readMs - 2000,
    };
    expect(parseBook(book, BTC, times)).toEqual({
      symbol: BTC,
      atMs: readMs - 2500,
      bid: 99,
      ask: 101,
      last: 100,
      quoteVolume: null,
    });
  });

  test("are as old as the newest of their levels where the book has no time of its own", () => {
    const book = {
      bids: [
        [99, 1, 1_700_000_001],
        [98, 1, 1_700_000_004],
      ],
      asks: [[101, 1, 1_700_000_002]],
    };
    expect(parseBook(book, BTC, times)?.atMs).toBe(1_700_000_003_500);
    expect(parseBook({ bids: [[99, 1]], asks: [[101, 1]] }, BTC, times)?.atMs).toBeNull();
  });

  test.each<[string, unknown]>([
    ["one side", { bids: [[99, 1]], asks: [] }],
    ["a bid above its ask", { bids: [[102, 1]], asks: [[101, 1]] }],
    ["no price", { bids: [[null, 1]], asks: [[101, 1]] }],
    ["nothing", undefined],
  ])("are none where it has %s", (_what, book) => {
    expect(parseBook(book, BTC, times)).toBeNull();
  });
});

describe("what was traded", () => {
  const venue = { id: "there", turnover: "quote" } as const;

  test("is the stated value, of the markets of the list alone", () => {
    const tickers = {
      "BTC/USD": { quoteVolume: 7 },
      "ETH/USD": { quoteVolume: null },
      "BTC/USD:USD": { quoteVolume: 99 },
    };
    expect(parseTurnovers(tickers, [BTC, ETH], venue)).toEqual(new Map([[BTC, 7]]));
  });

  test("is quantity × last price only where the exchange is known to state no value", () => {
    const tickers = { "BTC/USD": { baseVolume: 2, last: 100 }, "ETH/USD": { quoteVolume: 5, baseVolume: 9, last: 9 } };
    expect(parseTurnovers(tickers, [BTC, ETH], { id: "there", turnover: "base" })).toEqual(
      new Map([
        [BTC, 200],
        [ETH, 5],
      ]),
    );
    expect(parseTurnovers(tickers, [BTC, ETH], venue)).toEqual(new Map([[ETH, 5]]));
  });

  test.each<[unknown]>([
    [{}],
    [[]],
    [null],
    [{ "BTC/USD": { quoteVolume: -1 } }],
    [{ "BTC/USD": { quoteVolume: "7" } }],
  ])("of no market is no answer: %j", (tickers) => {
    expect(() => parseTurnovers(tickers, [BTC, ETH], venue)).toThrow(ProviderError);
  });
});

test("spot markets whose name the desk cannot write are told, derivatives are not", () => {
  const spot = (symbol: string) => ({ symbol, base: "A", quote: "B", spot: true, precision: {}, limits: {} });
  const list = {
    a: spot("BTC/USD"),
    b: spot("kBONK/USD"),
    c: { ...spot("BTC/USD:USD"), spot: false },
    d: spot("币安人生/USD"),
  };
  const { markets, unnamed } = parseSpotMarkets(list, 4, { id: "there", buyFeeIn: "base", marks: [] });
  expect(markets.map(({ symbol }) => symbol)).toEqual(["BTC/USD", "币安人生/USD"]);
  expect(unnamed).toEqual(["kBONK/USD"]);
  expect(markets[0]?.buyFeeIn).toBe("base");
});
