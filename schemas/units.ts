// Floor 1. Branded units and names: what must not be mixed gets a type of its own.
import { z } from "zod";

/** UTC epoch milliseconds. Market time and wall time share the unit; the field name says which (`asOfMs`, `computedAtMs`). */
export const UnixMs = z.int().nonnegative().brand<"UnixMs">().describe("UTC epoch ms");
export type UnixMs = z.infer<typeof UnixMs>;

/** Brands a number that the caller already knows to be a whole, non-negative epoch millisecond. */
export const unixMs = (value: number): UnixMs => value as UnixMs;

/** A stretch of time, in ms. */
export const DurationMs = z.number().nonnegative().describe("a duration, ms");
/** 12.5 is 12.5 %. */
export const Percent = z.number().describe("percent");
/** How many. */
export const Count = z.int().nonnegative().describe("a count");

/** `2018-01-20T00:00:00.000Z`, for people only; records carry epoch ms. */
export const toIso = (timeMs: number): string => new Date(timeMs).toISOString();

export const TIMEFRAMES = ["1m", "5m", "15m", "1h", "4h", "1d"] as const;
/** Candle length. The desk works on these six and refuses others. */
export const Timeframe = z.enum(TIMEFRAMES, `expected one of ${TIMEFRAMES.join(", ")}`).describe("candle length");
export type Timeframe = z.infer<typeof Timeframe>;

/** One minute in milliseconds. */
export const MINUTE_MS = 60_000;
const TIMEFRAME_MS: Record<Timeframe, number> = {
  "1m": MINUTE_MS,
  "5m": 5 * MINUTE_MS,
  "15m": 15 * MINUTE_MS,
  "1h": 60 * MINUTE_MS,
  "4h": 240 * MINUTE_MS,
  "1d": 1440 * MINUTE_MS,
};

/** Length of a timeframe in milliseconds. */
export const timeframeMs = (timeframe: Timeframe): number => TIMEFRAME_MS[timeframe];

/** One hour in milliseconds. */
export const HOUR_MS = 60 * MINUTE_MS;

/** One day in milliseconds; a year has 365 of them (DESIGN: words). */
export const DAY_MS = 24 * HOUR_MS;

/** 00:00 UTC of the day that `timeMs` falls on. */
export const startOfDay = (timeMs: number): UnixMs => unixMs(Math.floor(timeMs / DAY_MS) * DAY_MS);

/** A currency as venues list it: capitals, letters of scripts without case, marks, digits; the source of a `u` pattern. */
export const CURRENCY = "[\\p{Lu}\\p{Lo}\\p{M}\\p{N}._-]{1,24}";

/** `BASE/QUOTE`, upper case, for example `BTC/USDT`. */
export const MarketSymbol = z
  .string()
  .regex(new RegExp(`^${CURRENCY}/${CURRENCY}$`, "u"), "expected BASE/QUOTE in capitals, for example BTC/USDT")
  .brand<"MarketSymbol">()
  .describe("BASE/QUOTE, for example BTC/USDT");
export type MarketSymbol = z.infer<typeof MarketSymbol>;

interface Currencies {
  readonly base: string;
  readonly quote: string;
}

const currencies = new Map<MarketSymbol, Currencies>();

/** Splits `BTC/USDT` into its base and quote currency. Each symbol is split once: rules ask for every order in every slot. */
export function splitSymbol(symbol: MarketSymbol): Currencies {
  const known = currencies.get(symbol);
  if (known !== undefined) return known;
  const slash = symbol.indexOf("/");
  const split = Object.freeze({ base: symbol.slice(0, slash), quote: symbol.slice(slash + 1) });
  currencies.set(symbol, split);
  return split;
}

/** Where a record comes from: a ccxt id, `sim:<seed>` or `replay:<digest of the folder>`. Part of every analysis key. */
export const VenueId = z.string().min(1).max(80).brand<"VenueId">();
export type VenueId = z.infer<typeof VenueId>;

/** A tenant: one operator's portfolio, journal and questions. */
export const DeskId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "expected 1-40 of a-z, 0-9 and -")
  .brand<"DeskId">();
export type DeskId = z.infer<typeof DeskId>;

/** `live` under the system clock, `once` for one-shots on a simulated clock, a new id for each simulated `start`. */
export const RunId = z.string().min(1).max(60).brand<"RunId">();
export type RunId = z.infer<typeof RunId>;
