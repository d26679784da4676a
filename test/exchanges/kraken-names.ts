// Kraken's names of assets and of pairs, and the envelope of its answers: errors come with HTTP 200.
import type { Listing } from "./listings.ts";
import { findBy, ok } from "./protocol.ts";
import type { View } from "./view.ts";

/** Its names of assets where they are not the usual ones. */
const ASSET_IDS: Readonly<Record<string, string>> = {
  BTC: "XXBT",
  ETH: "XETH",
  XRP: "XXRP",
  LTC: "XLTC",
  XLM: "XXLM",
  ETC: "XETC",
  ZEC: "XZEC",
  DOGE: "XXDG",
  USD: "ZUSD",
  EUR: "ZEUR",
};
const ALT_NAMES: Readonly<Record<string, string>> = { BTC: "XBT", DOGE: "XDG" };

export const assetId = (currency: string): string => ASSET_IDS[currency] ?? currency;
export const altOf = (currency: string): string => ALT_NAMES[currency] ?? currency;
export const altName = ({ base, quote }: Listing): string => altOf(base) + altOf(quote);
/** XXBTZUSD where both are old assets, SOLUSD where one is not. */
export const pairId = (one: Listing): string =>
  ASSET_IDS[one.base] !== undefined && ASSET_IDS[one.quote] !== undefined && one.base !== "DOGE"
    ? assetId(one.base) + assetId(one.quote)
    : altName(one);

export const result = (value: unknown) => ok({ error: [], result: value });
export const refused = (error: string) => ok({ error: [error] });
export const UNKNOWN_PAIR = refused("EQuery:Unknown asset pair");

/** A pair may be named by its id or its altname. */
export const find = (view: View, name: string | null): Listing | undefined =>
  findBy(view, pairId, name) ?? findBy(view, altName, name);
