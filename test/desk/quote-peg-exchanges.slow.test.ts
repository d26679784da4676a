// Whether a desk sees its settlement stablecoin off par on each local exchange, through the unmodified ccxt client.
import { afterEach, describe, expect, it } from "vitest";
import { quoteOffPar } from "#desk/run-slot/quote-peg.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { unixMs } from "#schemas/units.ts";
import { type Exchange, startExchange } from "#test/exchanges/exchange.ts";
import { listing, usualListings } from "#test/exchanges/listings.ts";
import { openVenueOn } from "#test/exchanges/open-venue.ts";
import type { Protocol } from "#test/exchanges/protocol.ts";
import { PROTOCOLS } from "#test/exchanges/venues.ts";
import { createWorld, type WorldEvent } from "#test/exchanges/world.ts";
import { quotePeg } from "#toolkits/risk/rules/standing.ts";
import { entry } from "../toolkits/risk/fixture.ts";

const NOW_MS = unixMs(1_780_000_203_000);
const options = { signal: new AbortController().signal };
/** The rule looks at no order. */
const NO_DRAFT = {} as Parameters<typeof quotePeg>[1];
const opened: Exchange[] = [];
afterEach(() => Promise.all(opened.splice(0).map((exchange) => exchange.close())));

const isDollar = (code: string) => ["USD", "USDC", "USDT"].includes(code);
/** The coin that a desk there counts in, and the pair that the exchange lists to see it by. */
const PAIRS: Readonly<Record<string, readonly [coin: string, pair: string]>> = {
  binance: ["USDT", "USDC/USDT"],
  kraken: ["USDT", "USDT/USD"],
  coinbase: ["USDC", "USDC/USD"],
  okx: ["USDT", "USDC/USDT"],
  bybit: ["USDT", "USDC/USDT"],
  kucoin: ["USDT", "USDC/USDT"],
  gate: ["USDT", "USDC/USDT"],
  mexc: ["USDT", "USDC/USDT"],
  bitget: ["USDT", "USDC/USDT"],
  hyperliquid: ["USDC", "USDT/USDC"],
};

/** What the gate refuses an entry with, and how many requests it took to know. */
async function refusal(protocol: Protocol, events: readonly WorldEvent[] = [], more = "", without = false) {
  const [quote = ""] = PAIRS[protocol.id] ?? [];
  const usual = usualListings(protocol).filter((one) => !(without && isDollar(one.base) && isDollar(one.quote)));
  const [base = "", other = ""] = more.split("/");
  const listings = more === "" ? usual : [...usual, listing(base, other, 1)];
  const exchange = await startExchange(protocol, createWorld({ ...protocol, now: () => NOW_MS, listings, events }));
  opened.push(exchange);
  const marketData = await openVenueOn(exchange, protocol.id, { graceMs: 3000 });
  const markets = new Map((await marketData.markets(options)).map((market) => [market.symbol, market]));
  const before = exchange.requests.length;
  const clock = { kind: "system", now: () => NOW_MS } as const;
  const offPar = await quoteOffPar({ quote, markets, marketData, clock }, NOW_MS, options);
  const reason = quotePeg({ ...entry, quote, quoteOffPar: offPar }, NO_DRAFT);
  return { reason, requests: exchange.requests.length - before };
}

describe.each(PROTOCOLS)("$id", (protocol) => {
  const [coin, pair] = PAIRS[protocol.id] ?? ["", ""];
  const symbol = pair as MarketSymbol;
  const isBase = pair.startsWith(`${coin}/`);

  it("lists a pair that shows the settlement coin at par, by at most two requests, one of them for its clock", async () => {
    const { reason, requests } = await refusal(protocol);
    expect(reason).toBeNull();
    expect(requests).toBeLessThanOrEqual(2);
  });

  it("refuses entries where that pair alone shows it 3 % off, and names the pair", async () => {
    const factor = isBase ? 0.97 : 1 / 0.97;
    const { reason } = await refusal(protocol, [{ kind: "step", symbol, atMs: 0, factor }]);
    expect(reason).toMatch(new RegExp(`^${coin} is (?:2\\.9|3\\.0)\\d* % off par by ${pair}; the limit is 2 %$`));
  });

  it("refuses entries where it is broken beside another pair at par", async () => {
    const factor = isBase ? 0.97 : 1 / 0.97;
    const { reason } = await refusal(protocol, [{ kind: "step", symbol, atMs: 0, factor }], `DAI/${coin}`);
    expect(reason).toContain(`% off par by ${pair};`);
  });

  it("refuses entries where no pair is listed, and says that none is", async () => {
    const { reason, requests } = await refusal(protocol, [], "", true);
    expect(reason).toBe(`no pair of ${protocol.id} shows whether ${coin} stands at par`);
    expect(requests).toBe(0);
  });

  it("refuses entries where nobody bids or asks for it", async () => {
    const { reason } = await refusal(protocol, [{ kind: "unquoted", symbol }]);
    expect(reason).toBe(
      `no pair of ${protocol.id} with a live price shows whether ${coin} stands at par (${pair}: there is no bid and ask)`,
    );
  });
});
