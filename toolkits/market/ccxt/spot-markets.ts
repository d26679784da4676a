// Floor 2. ccxt's market structures → our spot markets, with decimal filters. What the exchange does not say is assumed,
// and the market says so.
import { z } from "zod";
import { ProviderError } from "#schemas/errors.ts";
import type { Market } from "#schemas/market.ts";
import { decimalFromNumber } from "#schemas/money.ts";
import { MarketSymbol } from "#schemas/units.ts";
import { marksOf } from "./marks.ts";
import type { VenueFacts } from "./venue-facts.ts";

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
  /** The exchange's own entry. */
  info: z.unknown().optional(),
  precision: z.object({ price: z.number().nullish(), amount: z.number().nullish() }),
  limits: z.object({
    cost: z.object({ min: amount }).nullish(),
    amount: z.object({ min: amount, max: amount }).nullish(),
    // Of market orders; ccxt fills it in where the exchange has a filter of its own for them.
    market: z.object({ min: amount, max: amount }).nullish(),
  }),
});

/** A precision of ccxt as an increment; null where it is not given, or counts significant digits. */
export function increment(precision: unknown, precisionMode: number): string | null {
  if (typeof precision !== "number") return null;
  if (precisionMode === TICK_SIZE) return precision > 0 ? decimalFromNumber(precision) : null;
  return precisionMode === DECIMAL_PLACES ? decimalFromNumber(Number(`1e${-precision}`)) : null;
}

function toMarket(
  said: z.infer<typeof SpotMarket>,
  precisionMode: number,
  { buyFeeIn: knownFeeSide, marks: facts }: Pick<VenueFacts, "buyFeeIn" | "marks">,
): Market {
  const tickSize = increment(said.precision.price, precisionMode);
  const stepSize = increment(said.precision.amount, precisionMode);
  const minCost = said.limits.cost?.min ?? null;
  // Entries may be limits and exits are market orders: one that passes both filters can be entered and left.
  const { amount: ofAny, market: ofMarketOrders } = said.limits;
  const least = Math.max(ofAny?.min ?? 0, ofMarketOrders?.min ?? 0);
  const most = Math.min(ofAny?.max ?? Number.POSITIVE_INFINITY, ofMarketOrders?.max ?? Number.POSITIVE_INFINITY);
  const feeBps =
    typeof said.taker === "number" && said.percentage !== false ? Number((said.taker * 10_000).toFixed(6)) : null;
  const marks = marksOf("market", said.info, facts);
  return Object.freeze({
    ...(marks.length === 0 ? {} : { marks }),
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
    buyFeeIn: knownFeeSide ?? (said.feeSide === "get" || said.feeSide === "base" ? "base" : "quote"),
    assumed: tickSize === null || stepSize === null || minCost === null || feeBps === null,
  });
}

export interface SpotMarkets {
  /** In alphabetical order. */
  readonly markets: readonly Market[];
  /** Spot markets whose name the desk cannot write, as the exchange writes them. */
  readonly unnamed: readonly string[];
}

const Named = z.object({ symbol: z.string(), spot: z.literal(true) });

/**
 * Spot markets of an answer to `loadMarkets`; derivatives are left out, and names that are not BASE/QUOTE in capitals, which are told.
 * @throws ProviderError where the answer holds no spot market at all
 */
export function parseSpotMarkets(
  answer: unknown,
  precisionMode: number,
  facts: Pick<VenueFacts, "id" | "buyFeeIn" | "marks">,
): SpotMarkets {
  const entries = z.record(z.string(), z.unknown()).safeParse(answer);
  const markets: Market[] = [];
  const unnamed: string[] = [];
  for (const entry of Object.values(entries.data ?? {})) {
    const said = SpotMarket.safeParse(entry);
    if (said.success) markets.push(toMarket(said.data, precisionMode, facts));
    const { symbol } = said.success ? {} : (Named.safeParse(entry).data ?? {});
    if (symbol !== undefined && !MarketSymbol.safeParse(symbol).success) unnamed.push(symbol);
  }
  if (markets.length > 0) {
    markets.sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
    return { markets: Object.freeze(markets), unnamed: unnamed.sort() };
  }
  throw new ProviderError({
    was: `${facts.id} lists no spot market.`,
    remedy: "Check the venue's status page.",
    cause: entries.error,
  });
}
