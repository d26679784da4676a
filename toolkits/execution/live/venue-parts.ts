// Floor 2, live execution. What every venue's file is given, and the small readings that they share.
import { z } from "zod";
import { Decimal, type DecimalText } from "#schemas/money.ts";
import { type MarketSymbol, type UnixMs, unixMs } from "#schemas/units.ts";
import type { SignedCall } from "./http-call.ts";
import type { VenueOrder, VenueOrders } from "./venue-orders.ts";

/** The venue's names for its spot markets. */
export interface VenueNames {
  /** @throws InvariantError for a market that the venue does not list */
  idOf(symbol: MarketSymbol): string;
  /** By any of the venue's names; null: no spot market of ours. */
  symbolOf(id: string): MarketSymbol | null;
  /** The increment of its prices. @throws ProviderError where the venue gives none */
  tickOf(symbol: MarketSymbol): DecimalText;
}

export interface VenueParts {
  readonly call: SignedCall;
  readonly names: VenueNames;
  readonly now: () => UnixMs;
  /** It is the venue's place without money. */
  readonly sandbox: boolean;
}

export type CreateVenueOrders = (parts: VenueParts) => VenueOrders;

/** A number as text, or as a JSON number, in plain decimals. */
export const Amount = z.union([z.string(), z.number()]).transform((value, context): DecimalText => {
  const text = plainDecimal(String(value));
  if (text !== null) return text;
  context.addIssue({ code: "custom", message: `expected a number, got ${JSON.stringify(value)}` });
  return z.NEVER;
});

/** A venue's empty text for "none" is 0. */
export const AmountOrNone = z.union([z.literal("").transform(() => "0"), Amount]);

/** An id as text: some venues write numbers. */
export const Id = z.union([z.string().min(1), z.number().transform(String)]);

/** Epoch ms as text or number. */
export const Ms = z
  .union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
  .transform((ms): UnixMs => unixMs(Math.floor(ms)));

/** `0.00100000` → `0.001`, `1e-7` → `0.0000001`; null: no number. */
export function plainDecimal(text: string): DecimalText | null {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text.trim());
  if (match === null) return null;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  if (whole === "" && fraction === "") return null;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  const padded = point <= 0 ? "0".repeat(1 - point) + digits : digits.padEnd(point, "0");
  const at = point <= 0 ? 1 : point;
  const integer = padded.slice(0, at).replace(/^0+(?=\d)/, "");
  const rest = padded.slice(at).replace(/0+$/, "");
  const value = rest === "" ? integer : `${integer}.${rest}`;
  return Decimal.parse(sign === "-" && /[1-9]/.test(value) ? `-${value}` : value);
}

/** Our own ids have one form; whatever has another is somebody else's order. */
export const ownIdOf = (text: string | null | undefined): string | null =>
  typeof text === "string" && /^[0-9a-f]{32}$/.test(text) ? text : null;

/** The price that a venue writes as 0, or as nothing, where there is none. */
export const priceOrNull = (text: DecimalText): VenueOrder["limitPrice"] =>
  /[1-9]/.test(text) ? (text as NonNullable<VenueOrder["limitPrice"]>) : null;
