// Floor 2. Base currency and date → the chain it is native to, if it was at that date, by native-coins.json. Dated, because
// some coins began as tokens on another chain: what is native today was a contract in an old candle.
import { z } from "zod";
import { toIso, type UnixMs } from "#schemas/units.ts";
import table from "./native-coins.json" with { type: "json" };

/** `since`: first day (UTC) from which the coin lives on its own main net. */
const NativeCoin = z.strictObject({ chain: z.string(), since: z.iso.date(), why: z.string().optional() });
const COINS = new Map(Object.entries(z.record(z.string(), NativeCoin).parse(table.coins)));

/** The chain whose own coin `base` was at `nowMs`; null where it was a token, did not exist, or is not in the table. */
export function nativeCoin(base: string, nowMs: UnixMs): { readonly chain: string } | null {
  const coin = COINS.get(base);
  // ISO dates of one length order as text.
  return coin !== undefined && toIso(nowMs).slice(0, coin.since.length) >= coin.since ? { chain: coin.chain } : null;
}
