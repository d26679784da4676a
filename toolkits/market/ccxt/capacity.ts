// Floor 2. What an exchange may be asked in a time → how many markets can be read before entries are over.
import type { VenueFacts } from "./venue-facts.ts";

/** Requests of a slot beside the candles of its markets: the peg, prices of two entries with the candles they are judged by, orders. */
const OTHER_REQUESTS = 10;

/**
 * The most markets whose candles of every timeframe are read, one request each, before the entry window is over. What the network
 * takes comes on top: it is small beside the limits of the exchanges where this number is.
 * @param windowMs from the close on, `graceMs` of it before the first request
 */
export function mostMarkets(
  { candles }: Pick<VenueFacts, "candles">,
  {
    windowMs,
    graceMs,
    timeframes,
  }: { readonly windowMs: number; readonly graceMs: number; readonly timeframes: number },
): number {
  const requests = Math.floor((windowMs - graceMs) / candles.paceMs) - OTHER_REQUESTS;
  return Math.max(1, Math.floor(requests / timeframes));
}
