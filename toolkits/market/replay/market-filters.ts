// Floor 2. markets.json, where there is one, and stated assumptions for the rest → the markets of a folder.
//
// {"markets": [{"symbol": "ETH/BTC", "tickSize": "0.000001", "stepSize": "0.001", "minQuantity": "0.001",
//               "maxQuantity": "9000", "minNotional": "0.0001", "feeBps": 10, "slippageBps": 3, "buyFeeIn": "base", "active": true}]}: everything but the symbol may be left out.
// Beside them may stand the venue's sessions: {"calendar": {"name": "XNYS"}, "markets": […]}.
import { z } from "zod";
import { MAX_FEE_BPS, MAX_SLIPPAGE_BPS } from "#schemas/config.ts";
import type { Market } from "#schemas/market.ts";
import { compare, Decimal, decimalFromNumber } from "#schemas/money.ts";
import { MarketSymbol, splitSymbol } from "#schemas/units.ts";
import { CalendarGiven } from "../sessions/session-calendar.ts";
import { parseJsonFile } from "./json-file.ts";

const PositiveDecimal = z
  .union([Decimal, z.number().transform(decimalFromNumber)])
  .refine((value) => compare(value, "0") > 0, { error: "expected a decimal above 0" });

/** What markets.json may say of one market. */
export const MarketFilters = z.strictObject({
  symbol: MarketSymbol,
  /** In quote per base. */
  tickSize: PositiveDecimal.optional(),
  /** In base. */
  stepSize: PositiveDecimal.optional(),
  /** In base. */
  minQuantity: PositiveDecimal.optional(),
  maxQuantity: PositiveDecimal.optional(),
  /** In quote. */
  minNotional: PositiveDecimal.optional(),
  feeBps: z.number().min(0).max(MAX_FEE_BPS).optional(),
  slippageBps: z.number().min(0).max(MAX_SLIPPAGE_BPS).optional(),
  buyFeeIn: z.enum(["quote", "base"]).optional(),
  active: z.boolean().optional(),
});
export type MarketFilters = z.infer<typeof MarketFilters>;

const MarketsFile = z.strictObject({
  markets: z.array(MarketFilters).default([]),
  calendar: CalendarGiven.optional(),
});

/** @throws DataFormatError naming file and path. */
export const parseMarketsFile = (file: string, text: string): z.infer<typeof MarketsFile> =>
  parseJsonFile(file, text, MarketsFile);

const USD_LIKE = new Set(["USD", "USDT", "USDC", "FDUSD", "TUSD", "BUSD", "DAI", "EUR", "GBP"]);
const SIGNIFICANT_DIGITS = 8;
const COARSEST_TICK_EXPONENT = -2;

/** One satoshi against BTC; else 8 significant digits of the first price, but never coarser than 0.01. */
function assumedTickSize(quote: string, firstPrice: number | null): string {
  if (quote === "BTC") return "0.00000001";
  const magnitude = firstPrice === null ? 0 : Math.floor(Math.log10(firstPrice));
  return decimalFromNumber(Number(`1e${Math.min(magnitude - SIGNIFICANT_DIGITS + 1, COARSEST_TICK_EXPONENT)}`));
}

/**
 * A market as markets.json has it. What it leaves out is assumed, and said so (`assumed`): the tick above, a step of
 * 1e-8, a minimum order of 5 in currencies near the dollar and 0.0001 in others (Binance spot, NOTIONAL filter:
 * https://developers.binance.com/docs/binance-spot-api-docs/filters), fees of buys taken in quote.
 */
export function folderMarket(symbol: MarketSymbol, said: MarketFilters | undefined, firstPrice: number | null): Market {
  const { base, quote } = splitSymbol(symbol);
  return Object.freeze({
    symbol,
    base,
    quote,
    active: said?.active ?? true,
    tickSize: said?.tickSize ?? assumedTickSize(quote, firstPrice),
    stepSize: said?.stepSize ?? "0.00000001",
    minQuantity: said?.minQuantity ?? "0",
    maxQuantity: said?.maxQuantity ?? null,
    minNotional: said?.minNotional ?? (USD_LIKE.has(quote) ? "5" : "0.0001"),
    feeBps: said?.feeBps ?? null,
    ...(said?.slippageBps === undefined ? {} : { slippageBps: said.slippageBps }),
    buyFeeIn: said?.buyFeeIn ?? "quote",
    assumed:
      said?.tickSize === undefined ||
      said.stepSize === undefined ||
      said.minNotional === undefined ||
      said.feeBps === undefined,
  });
}
