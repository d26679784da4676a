// Floor 2. ccxt's market structures → our spot markets, with decimal filters. What the exchange does not say is assumed,
// and the market says so.
import { z } from "zod";
import { ProviderError } from "#schemas/errors.ts";
import type { Market } from "#schemas/market.ts";
import { decimalFromNumber } from "#schemas/money.ts";
import { MarketSymbol } from "#schemas/units.ts";

// https://docs.ccxt.com/#/README?id=precision-mode
const DECIMAL_PLACES = 2;
const TICK_SIZE = 4;

const amount = z.number().positive().nullish().catch(null);
const SpotMarket = z.object({
  symbol: MarketSymbol,
  base: z.string().min(1),
  quote: z.string().min(1),
  spot: z.literal(true),
  active: z.boolean().nullish(),
  taker: z.number().nonnegative().nullish().catch(null),
  percentage: z.boolean().nullish(),
  feeSide: z.string().nullish(),
  precision: z.object({ price: z.number().nullish(), amount: z.number().nullish() }),
  limits: z.object({
    cost: z.object({ min: amount }).nullish(),
    amount: z.object({ min: amount, max: amount }).nullish(),
    // Of market orders; ccxt fills it in where the exchange has a filter of its own for them.
    market: z.object({ min: amount, max: amount }).nullish(),
  }),
});

/** A precision of ccxt as an increment; null where it is not given, or counts significant digits. */
function increment(precision: number | null | undefined, precisionMode: number): string | null {
  if (typeof precision !== "number") return null;
  if (precisionMode === TICK_SIZE) return precision > 0 ? decimalFromNumber(precision) : null;
  return precisionMode === DECIMAL_PLACES ? decimalFromNumber(Number(`1e${-precision}`)) : null;
}

function toMarket(said: z.infer<typeof SpotMarket>, precisionMode: number): Market {
  const tickSize = increment(said.precision.price, precisionMode);
  const stepSize = increment(said.precision.amount, precisionMode);
  const minCost = said.limits.cost?.min ?? null;
  // Entries may be limits and exits are market orders: one that passes both filters can be entered and left.
  const { amount: ofAny, market: ofMarketOrders } = said.limits;
  const least = Math.max(ofAny?.min ?? 0, ofMarketOrders?.min ?? 0);
  const most = Math.min(ofAny?.max ?? Number.POSITIVE_INFINITY, ofMarketOrders?.max ?? Number.POSITIVE_INFINITY);
  const feeBps =
    typeof said.taker === "number" && said.percentage !== false ? Number((said.taker * 10_000).toFixed(6)) : null;
  return Object.freeze({
    symbol: said.symbol,
    base: said.base,
    quote: said.quote,
    // Left out by exchanges that list only what trades.
    active: said.active ?? true,
    tickSize: tickSize ?? "0.00000001",
    stepSize: stepSize ?? "0.00000001",
    minQuantity: decimalFromNumber(least),
    maxQuantity: Number.isFinite(most) ? decimalFromNumber(most) : null,
    minNotional: minCost === null ? "0" : decimalFromNumber(minCost),
    feeBps,
    // ccxt's `get`: the fee is taken from what the order brings, which for a buy is the base.
    buyFeeIn: said.feeSide === "get" || said.feeSide === "base" ? "base" : "quote",
    assumed: tickSize === null || stepSize === null || minCost === null || feeBps === null,
  });
}

/**
 * Spot markets of an answer to `loadMarkets`, in alphabetical order; derivatives and names that are not BASE/QUOTE are
 * left out.
 * @throws ProviderError where the answer holds no spot market at all
 */
export function parseSpotMarkets(answer: unknown, precisionMode: number, exchangeId: string): readonly Market[] {
  const entries = z.record(z.string(), z.unknown()).safeParse(answer);
  const markets = Object.values(entries.data ?? {}).flatMap((entry) => {
    const said = SpotMarket.safeParse(entry);
    return said.success ? [toMarket(said.data, precisionMode)] : [];
  });
  if (markets.length > 0) return Object.freeze(markets.sort((a, b) => (a.symbol < b.symbol ? -1 : 1)));
  throw new ProviderError({
    was: `${exchangeId} lists no spot market.`,
    remedy: "Check the venue's status page.",
    cause: entries.error,
  });
}
