// A market of no venue, for tests that need one and change what they are about.
import type { Market } from "#schemas/market.ts";
import { type MarketSymbol, splitSymbol } from "#schemas/units.ts";

export const testMarket = (symbol: MarketSymbol, change: Partial<Market> = {}): Market => ({
  symbol,
  ...splitSymbol(symbol),
  active: true,
  tickSize: "0.01",
  stepSize: "0.001",
  minQuantity: "0",
  maxQuantity: null,
  minNotional: "5",
  feeBps: null,
  buyFeeIn: "quote",
  assumed: true,
  ...change,
});
