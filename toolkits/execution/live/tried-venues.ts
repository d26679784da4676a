// Floor 2, live execution. The venues whose requests were captured and whose answers are known: one line each. A new one needs its
// file in venues/, its golden requests, its table of answers and the contract (docs/live.md).

import type { LiveVenueId } from "./venue-orders.ts";
import type { CreateVenueOrders } from "./venue-parts.ts";
import { BINANCE_RECV_WINDOW_MS, createBinanceOrders } from "./venues/binance.ts";
import { BYBIT_RECV_WINDOW_MS, createBybitOrders } from "./venues/bybit.ts";
import { createCoinbaseOrders } from "./venues/coinbase.ts";
import { createKrakenOrders } from "./venues/kraken.ts";
import { createOkxOrders } from "./venues/okx.ts";

interface TriedVenue {
  readonly create: CreateVenueOrders;
  /** ccxt's own settings for it. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Each request carries a number, and none is taken after one with a higher number. */
  readonly numbered?: boolean;
}

export const TRIED_VENUES: Partial<Readonly<Record<LiveVenueId, TriedVenue>>> = {
  binance: { create: createBinanceOrders, options: { recvWindow: BINANCE_RECV_WINDOW_MS } },
  bybit: { create: createBybitOrders, options: { recvWindow: BYBIT_RECV_WINDOW_MS } },
  kraken: { create: createKrakenOrders, numbered: true },
  coinbase: { create: createCoinbaseOrders },
  okx: { create: createOkxOrders },
};
