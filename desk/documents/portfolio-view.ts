// Floor 4. The portfolio valued at what Khala last saw: what `status`, `positions` and the slot line show.

import { decimalFromNumber, type Money, multiply, subtract, toNumber } from "#schemas/money.ts";
import type { Position } from "#schemas/portfolio.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { equityOf } from "#toolkits/portfolio/equity.ts";
import type { Desk } from "../desk.ts";

export interface PositionView {
  readonly symbol: MarketSymbol;
  readonly quantity: string;
  readonly averagePrice: string;
  /** Newest known close; null where Khala has none. */
  readonly price: number | null;
  readonly value: Money;
  readonly pnlPct: number;
  readonly stopPrice: string | null;
  /** Percent from the price down to the stop. */
  readonly stopDistancePct: number | null;
  readonly targetPrice: string | null;
  readonly targetDistancePct: number | null;
  readonly openedAtMs: number;
  readonly dust: boolean;
}

export interface PortfolioView {
  readonly quote: string;
  readonly cash: Money;
  readonly equity: Money;
  readonly positions: readonly PositionView[];
  readonly openPositions: number;
  readonly exposurePct: number;
  /** Change of equity if every resting stop were hit at its price, percent. */
  readonly allStopsHitPct: number;
}

export async function viewPortfolio(desk: Desk, options: { readonly signal: AbortSignal }): Promise<PortfolioView> {
  const portfolio = desk.account.portfolio();
  const symbols = [...portfolio.positions.keys()];
  const marks = await marksOf(desk, symbols, options);
  const equity = equityOf(portfolio, marks);
  const positions = [...portfolio.positions.values()].map((position) => viewPosition(position, marks));
  const invested = positions.reduce((sum, position) => sum + toNumber(position.value), 0);
  const atStops = positions.reduce((sum, p) => sum + lossAtStop(p), 0);
  const equityNumber = toNumber(equity);
  return {
    quote: portfolio.quote,
    cash: portfolio.cash,
    equity,
    positions,
    openPositions: positions.filter((position) => !position.dust).length,
    exposurePct: equityNumber > 0 ? (invested / equityNumber) * 100 : 0,
    allStopsHitPct: equityNumber > 0 ? (atStops / equityNumber) * 100 : 0,
  };
}

async function marksOf(
  desk: Desk,
  symbols: readonly MarketSymbol[],
  options: { readonly signal: AbortSignal },
): Promise<ReadonlyMap<MarketSymbol, number>> {
  if (symbols.length === 0) return new Map();
  const { venueId } = desk.marketData;
  const keys = symbols.map((symbol) => ({ venueId, symbol, timeframe: desk.config.timeframe }));
  const recalls = await desk.khala.recallMany(keys, { nowMs: desk.clock.now() }, options);
  const marks = new Map<MarketSymbol, number>();
  for (const recall of recalls) if (recall.status !== "missing") marks.set(recall.record.symbol, recall.record.price);
  return marks;
}

function viewPosition(position: Position, marks: ReadonlyMap<MarketSymbol, number>): PositionView {
  const price = marks.get(position.symbol) ?? null;
  const entry = toNumber(position.averagePrice);
  const at = price ?? entry;
  const distance = (level: string | null): number | null => (level === null ? null : (toNumber(level) / at - 1) * 100);
  return {
    symbol: position.symbol,
    quantity: position.quantity,
    averagePrice: position.averagePrice,
    price,
    value: multiply(position.quantity, price === null ? position.averagePrice : decimalFromNumber(price)) as Money,
    pnlPct: (at / entry - 1) * 100,
    stopPrice: position.stopPrice,
    stopDistancePct: distance(position.stopPrice),
    targetPrice: position.targetPrice,
    targetDistancePct: distance(position.targetPrice),
    openedAtMs: position.openedAtMs,
    dust: position.dust,
  };
}

/** Negative: what the fall from the present value to the stop would cost. A position without a stop is not in it. */
const lossAtStop = (p: PositionView): number =>
  p.stopPrice === null ? 0 : toNumber(subtract(multiply(p.quantity, p.stopPrice), p.value));
