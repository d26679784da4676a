// A local exchange with an account → the product's orders on it, through the unmodified ccxt client with a key, on the world's clock.
import { type MarketSymbol, type UnixMs, unixMs } from "#schemas/units.ts";
import type { SigningClient } from "#toolkits/execution/live/http-call.ts";
import { openVenueOrders } from "#toolkits/execution/live/open-order-client.ts";
import type { VenueOrders } from "#toolkits/execution/live/venue-orders.ts";
import { type ClientParts, openCcxtClient } from "#toolkits/market/ccxt/client.ts";
import { type Exchange, startExchange } from "../exchange.ts";
import { createFaults, type Faults } from "../faults.ts";
import { fetchInProcess, type InProcess } from "../in-process.ts";
import { symbolOf, usualListings } from "../listings.ts";
import { protocolOf } from "../venues.ts";
import { createWorld, quotedAround } from "../world.ts";
import { keyFor } from "./keys.ts";
import { TradingAccount, type TradingRules } from "./trading-account.ts";

const NOW_MS = 1_780_000_203_000;
/** The client's own time for an answer, ms. */
const WAITED_IN_VAIN_MS = 8_000;
const options = { signal: new AbortController().signal };

export interface Trader {
  readonly orders: VenueOrders;
  readonly account: TradingAccount;
  readonly exchange: Exchange;
  readonly faults: Faults;
  readonly base: string;
  readonly quote: string;
  /** BTC in the venue's main quote. */
  readonly symbol: MarketSymbol;
  /** As the desk's clock has it. */
  now(): UnixMs;
  /** As the exchange has it. */
  venueNow(): UnixMs;
  /** Never goes back, whatever is done to the desk's clock. */
  monotonicMs(): number;
  /** Moves the clock of the exchange and of the desk. */
  wait(ms: number): void;
  /** Sets the desk's clock alone so far ahead of the exchange's, or behind it. */
  setDeskClock(aheadMs: number): void;
  close(): Promise<void>;
}

export interface TraderOptions {
  readonly balances?: Readonly<Record<string, string>>;
  readonly rules?: Partial<TradingRules>;
  /** Shared with others who ask the exchange; left out: it is alone. */
  readonly budget?: ClientParts["budget"];
  /** Of its private socket; left out: nothing is waited for. */
  readonly sleep?: ClientParts["sleep"];
  /** Orders meet bid and ask as the exchange shows them; left out: its last price. */
  readonly hasSpread?: true;
  /** Without a wire. Left out: over loopback. */
  readonly inProcess?: Pick<InProcess, "follow">;
}

/** Ten thousand of quote and nothing else, unless told otherwise. */
export async function openTrader(
  venueId: string,
  { balances, rules, hasSpread, inProcess, budget, sleep = () => Promise.resolve() }: TraderOptions = {},
): Promise<Trader> {
  const protocol = protocolOf(venueId);
  const listings = usualListings(protocol);
  const { quote } = protocol;
  let nowMs = NOW_MS;
  let aheadMs = 0;
  const venueNow = (): UnixMs => unixMs(nowMs);
  const now = (): UnixMs => unixMs(nowMs + aheadMs);
  const account = new TradingAccount({
    now: venueNow,
    listings,
    balances: balances ?? { [quote]: "10000" },
    rules: { ...protocol.tradingRules, ...rules },
    ...(hasSpread === true ? { quoted: quotedAround } : {}),
  });
  const faults = createFaults();
  const { account: signer, keys } = keyFor(venueId);
  const world = createWorld({ ...protocol, listings, now: venueNow, account: signer, trading: account });
  const exchange = await startExchange(protocol, world, faults);
  const unpaced = () => Promise.resolve();
  const parts = { exchangeId: venueId, apiUrl: exchange.url, keys, now, budget };
  const client = await openCcxtClient({ ...parts, sleep: unpaced, trades: true });
  // ccxt's clock and its waits between requests are set aside, nothing else is.
  Object.assign(client, { enableRateLimit: false, milliseconds: now, seconds: () => Math.floor(now() / 1000) });
  const wait = (ms: number): void => {
    nowMs += ms;
    account.settle();
  };
  if (inProcess !== undefined) {
    const waitInVain = () => wait(WAITED_IN_VAIN_MS);
    Object.assign(client, { fetchImplementation: fetchInProcess(exchange, { ...inProcess, waitInVain }) });
  }
  const signing = client as typeof client & SigningClient;
  const orders = await openVenueOrders({ ...parts, sandbox: false, client: signing, sleep }, options);
  const symbol = symbolOf(
    listings.find(({ base, quote: in_ }) => base === "BTC" && in_ === quote) ?? (listings[0] as never),
  );
  return {
    orders,
    account,
    exchange,
    faults,
    base: "BTC",
    quote,
    symbol: symbol as MarketSymbol,
    now,
    venueNow,
    monotonicMs: () => nowMs - NOW_MS,
    wait,
    setDeskClock: (ms) => {
      aheadMs = ms;
    },
    close: () => exchange.close(),
  };
}
