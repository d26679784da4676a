// Where requests go: every one that a desk makes of a venue, signed or not, through the unmodified client. In a sandbox none reaches the place
// with money, and with money none reaches a sandbox.
import { describe, expect, it } from "vitest";
import type { Price, Quantity } from "#schemas/money.ts";
import { unixMs } from "#schemas/units.ts";
import { keyFor } from "#test/exchanges/trading/keys.ts";
import type { SigningClient } from "#toolkits/execution/live/http-call.ts";
import { openVenueOrders } from "#toolkits/execution/live/open-order-client.ts";
import {
  LIVE_VENUES,
  type LiveVenueId,
  type OrderRef,
  type VenueOrders,
} from "#toolkits/execution/live/venue-orders.ts";
import { type CcxtClient, openCcxtClient } from "#toolkits/market/ccxt/client.ts";

const NOW_MS = unixMs(1_780_000_000_000);
const options = { signal: new AbortController().signal };
const SYMBOL = "BTC/USDT" as OrderRef["symbol"];
const ID = "a".repeat(32);

type Headers = Readonly<Record<string, string>>;

interface Request {
  readonly origin: string;
  /** OKX has one address for both, and a header that tells them apart. */
  readonly simulated: boolean;
}

/** All that is asked while the venue answers `{}` to everything. */
async function requestsOf(exchangeId: LiveVenueId, sandbox: boolean): Promise<readonly Request[]> {
  const { keys } = keyFor(exchangeId);
  const time = { now: () => NOW_MS, sleep: async () => {} };
  const client = (await openCcxtClient({ exchangeId, sandbox, keys, ...time })) as CcxtClient &
    SigningClient & { headers?: Headers };
  const seen: Request[] = [];
  // The last step before the network.
  const fetch = async (url: string, _method: string, headers: Headers = {}): Promise<unknown> => {
    const simulated = { ...client.headers, ...headers }["x-simulated-trading"] === "1";
    seen.push({ origin: new URL(url).origin, simulated });
    return {};
  };
  Object.assign(client, { enableRateLimit: false, fetch });
  const reads = [
    () => client.fetchTime(),
    () => client.fetchCurrencies(),
    () => client.loadMarkets(true),
    () => client.fetchTickers(),
  ];
  for (const read of reads) await read().catch(() => {});
  const id = exchangeId === "binance" || exchangeId === "bybit" ? "BTCUSDT" : "BTC-USDT";
  const market = { id, symbol: SYMBOL, spot: true, precision: { price: 0.01 }, info: {} };
  Object.assign(client, { loadMarkets: async () => ({ [SYMBOL]: market }) });
  const orders = await openVenueOrders({ exchangeId, keys, sandbox, client, ...time }, options);
  const before = seen.length;
  await askAll(orders);
  expect(seen.length - before).toBeGreaterThanOrEqual(8);
  return seen;
}

async function askAll(orders: VenueOrders): Promise<void> {
  const wish = { clientOrderId: ID, symbol: SYMBOL, side: "sell", quantity: "0.01" as Quantity } as const;
  const price = "100" as Price;
  const terms = [
    { type: "market" },
    { type: "limit-ioc", limitPrice: price },
    { type: "limit", limitPrice: price },
    { type: "stop", triggerPrice: price },
  ] as const;
  const refs = (["plain", "stop"] as const).map((kind): OrderRef => {
    return { clientOrderId: ID, venueOrderId: "1", symbol: SYMBOL, kind, sinceMs: NOW_MS };
  });
  const asked: readonly (() => Promise<unknown>)[] = [
    ...terms.map((one) => () => orders.place({ ...wish, terms: one }, options)),
    ...refs.flatMap((ref) => [() => orders.cancel(ref, options), () => orders.ask(ref, options)]),
    () => orders.open(options),
    () => orders.trades({ symbol: SYMBOL, sinceMs: NOW_MS }, options),
    () => orders.balances(options),
    () => orders.checkKey(options),
  ];
  for (const ask of asked) await ask().catch(() => {});
}

const WITH_MONEY: Readonly<Record<LiveVenueId, readonly string[]>> = {
  binance: ["https://api.binance.com"],
  kraken: ["https://api.kraken.com"],
  okx: ["https://www.okx.com"],
  bybit: ["https://api.bybit.com"],
  coinbase: ["https://api.coinbase.com"],
};
const SANDBOX: Partial<typeof WITH_MONEY> = {
  binance: ["https://testnet.binance.vision"],
  okx: ["https://www.okx.com"],
  bybit: ["https://api-testnet.bybit.com"],
};
const originsOf = (seen: readonly Request[]) => [...new Set(seen.map(({ origin }) => origin))].sort();

describe.each(LIVE_VENUES)("every request to %s", (venue) => {
  it("goes to the venue where there is money", async () => {
    const seen = await requestsOf(venue, false);
    expect(originsOf(seen)).toEqual(WITH_MONEY[venue]);
    expect(seen.some(({ simulated }) => simulated)).toBe(false);
  });

  const origins = SANDBOX[venue];
  it(origins === undefined ? "is refused in a sandbox: it has none" : "goes to the sandbox alone", async () => {
    if (origins === undefined) return expect(requestsOf(venue, true)).rejects.toThrow("has no sandbox");
    const seen = await requestsOf(venue, true);
    expect(originsOf(seen)).toEqual(origins);
    expect(seen.every(({ simulated }) => simulated === (venue === "okx"))).toBe(true);
  });
});
