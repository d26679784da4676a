// What a venue's file provides: how its requests are told apart, and how a view is written down in its JSON.
import type { Ask } from "./ask.ts";
import type { EndpointKind } from "./faults.ts";
import { type Listing, symbolOf } from "./listings.ts";
import type { TradingRules } from "./trading/trading-account.ts";
import type { View } from "./view.ts";
import { plain } from "./world.ts";

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface Protocol {
  /** ccxt's id. */
  readonly id: string;
  /** The quote that most of its trade is in, and a few others. */
  readonly quote: string;
  readonly otherQuotes: readonly string[];
  readonly nonAscii: boolean;
  /** Of accounts that trade here; left out: the usual ones. */
  readonly tradingRules?: Partial<TradingRules>;
  /** Its price increment follows the price of the moment. */
  readonly tickMoves?: boolean;
  kindsOf(ask: Ask): readonly EndpointKind[];
  answer(ask: Ask, view: View): Answer;
}

export const ok = (body: unknown): Answer => ({ status: 200, body });

/** A number as text, or nothing where the venue has none to tell. */
export const textOf = (value: number | null, none = ""): string => (value === null ? none : plain(value));

/** Increments as counts of decimals, where a venue says them so. */
export const decimalsOf = (increment: string): number => increment.split(".")[1]?.length ?? 0;

export const MINUTE_MS = 60_000;
const LENGTHS_MS = [1, 5, 15, 60, 240, 1440].map((minutes) => minutes * MINUTE_MS);

/** A venue's six names for 1m, 5m, 15m, 1h, 4h and 1d, in this order → the length that one of them means. */
export const lengths =
  (names: string) =>
  (name: string | null): number | undefined =>
    LENGTHS_MS[names.split(" ").indexOf(name ?? "")];

/** A number of a query; what is not there, or no number, gives `otherwise`. */
export function numberOf(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name);
  const value = text === null || text === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : otherwise;
}

/** The listing that a venue's own name for a market means. */
export const findBy = (view: View, nameOf: (one: Listing) => string, name: string | null): Listing | undefined =>
  view.listings.find((one) => nameOf(one) === name);

/** Names of a venue that joins base and quote by a mark. */
export const joined =
  (mark: string) =>
  (one: Listing): string =>
    symbolOf(one).replace("/", mark);
