// The exchanges that there are local servers of, by ccxt's id.
import { binance } from "./binance.ts";
import { bitget } from "./bitget.ts";
import { bybit } from "./bybit.ts";
import { coinbase } from "./coinbase.ts";
import { gate } from "./gate.ts";
import { hyperliquid } from "./hyperliquid.ts";
import { kraken } from "./kraken.ts";
import { kucoin } from "./kucoin.ts";
import { mexc } from "./mexc.ts";
import { okx } from "./okx.ts";
import type { Protocol } from "./protocol.ts";

export const PROTOCOLS: readonly Protocol[] = [
  binance,
  kraken,
  coinbase,
  okx,
  bybit,
  kucoin,
  gate,
  mexc(),
  bitget,
  hyperliquid,
];

/** @throws where there is none of that name */
export function protocolOf(id: string): Protocol {
  const found = PROTOCOLS.find((protocol) => protocol.id === id);
  if (found !== undefined) return found;
  throw new Error(`There is no local server of ${id}, only of ${PROTOCOLS.map((protocol) => protocol.id).join(", ")}.`);
}
