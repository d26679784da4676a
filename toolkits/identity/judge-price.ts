// Floor 2. What a coin costs at an exchange, and by the ranking → whether that can be the same coin.
import type { RankedAsset } from "#schemas/coin.ts";
import { HOUR_MS } from "#schemas/units.ts";
import type { DollarPrice } from "./dollar-prices.ts";

/** Largest difference that counts as the same price, as a share of the ranking's. */
export const NEAR_RATIO = 0.02;
/** A ranking's price that is older says nothing. */
const MAX_AGE_MS = HOUR_MS;

export interface PriceJudgement {
  readonly kind: "near" | "far" | "unknown";
  readonly evidence: string;
}

/** Five significant digits, without an exponent. */
const money = (value: number): string => new Intl.NumberFormat("en-US", { maximumSignificantDigits: 5 }).format(value);

/** Evidence of what is well names no price: it stays the same from day to day. @param factor units of the ranked coin in one of the exchange's */
export function judgePrice(
  { ticker, priceUsd, priceAtMs }: RankedAsset,
  factor: number,
  { price, nowMs }: { readonly price: DollarPrice | null; readonly nowMs: number },
): PriceJudgement {
  if (price === null) return { kind: "unknown", evidence: "no market of it that trades has a price in dollars" };
  if (priceUsd === null) return { kind: "unknown", evidence: `the ranking states no price of ${ticker}` };
  // One from the future is by a clock that cannot be trusted.
  if (priceAtMs === null || Math.abs(nowMs - priceAtMs) > MAX_AGE_MS)
    return { kind: "unknown", evidence: `the ranking's price of ${ticker} is older than an hour, or undated` };
  const expected = priceUsd * factor;
  const times = factor === 1 ? "" : ` (${money(factor)} ${ticker})`;
  const near = Math.abs(price.usd - expected) <= NEAR_RATIO * expected;
  if (near) return { kind: "near", evidence: `${price.symbol} is within 2 % of the ranking's price${times}` };
  const seen = `${price.symbol} is at ${money(price.usd)} US dollars`;
  return {
    kind: "far",
    evidence: `${seen}, ${ticker} at ${money(expected)} by the ranking${times}: more than 2 % apart`,
  };
}
