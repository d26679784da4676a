// Floor 2, execution. The stress book: what is held, the orders that rest for it, and a shock of the leader → which stops sell when, at
// what price, and what that costs. Each market is matched by itself, by the same exchange and brackets as paper trading: sales of one
// market touch no other, so the sum is what one account meets on the same path. Pure.
//
// Nothing is decided on the way: no entry, no exit by a strategy. Stops that follow the price and what the clock asks of a bracket are
// part of it. An entry that works is not; nor is an order that does not rest at the venue.
import type { Costs } from "#schemas/config.ts";
import type { Market } from "#schemas/market.ts";
import {
  add,
  compare,
  decimalFromNumber,
  type Money,
  multiply,
  type Price,
  subtract,
  toNumber,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from "#schemas/money.ts";
import type { Order } from "#schemas/order.ts";
import { type Portfolio, type Position, positionKey, type StrategyMarket } from "#schemas/portfolio.ts";
import type { Beta } from "#schemas/relationship.ts";
import type { Shock, StressedPosition, StressTotal } from "#schemas/stress.ts";
import { type MarketSymbol, MINUTE_MS, type UnixMs, unixMs } from "#schemas/units.ts";
import { equityOf, type Marks, markOf, priceOf } from "../portfolio/equity.ts";
import { effectOfFill } from "../portfolio/fill-effect.ts";
import { isStressed, type MarketEnd, meetPath } from "./stress-market.ts";
import { pathPrice } from "./stress-path.ts";

export interface StressInput {
  readonly portfolio: Portfolio;
  /** Prices now. A market without one is left as it is. */
  readonly marks: Marks;
  /** To the leader. A market without one moves as the leader does, and says that its beta is not known. */
  readonly betas: ReadonlyMap<MarketSymbol, Pick<Beta, "beta" | "rows">>;
  readonly shock: Shock;
  readonly costs: Costs;
  readonly markets: ReadonlyMap<MarketSymbol, Market>;
  readonly nowMs: UnixMs;
}

export interface Stress {
  /** The greatest loss first; without dust. */
  readonly positions: readonly StressedPosition[];
  /** Dust included. */
  readonly total: StressTotal;
}

/** Where the path begins: the next full minute. */
export const stressStartMs = (nowMs: UnixMs): UnixMs => unixMs(Math.ceil(nowMs / MINUTE_MS) * MINUTE_MS);

export function stressOf(input: StressInput): Stress {
  const { portfolio, marks } = input;
  const equity = equityOf(portfolio, marks);
  const held = Map.groupBy(portfolio.positions.values(), ({ symbol }) => symbol);
  const orders = Map.groupBy(portfolio.orders.values(), ({ symbol }) => symbol);
  const brackets = Map.groupBy(portfolio.brackets, ([, { entry }]) => entry.symbol);
  const outcomes = [...held].flatMap(([symbol, positions]) => {
    const ended = atEnd(input, symbol, {
      positions: new Map(positions.map((position) => [positionKey(position), position])),
      orders: orders.get(symbol) ?? [],
      brackets: new Map(brackets.get(symbol)),
    });
    return positions.map((position) => outcomeOf(input, position, ended, toNumber(equity)));
  });
  const change = outcomes.reduce<Money>((sum, { stressed }) => add(sum, stressed.change), ZERO_MONEY);
  const shown = outcomes.flatMap(({ stressed, isDust }) => (isDust ? [] : [stressed]));
  return {
    positions: shown.toSorted((a, b) => compare(a.change, b.change)),
    total: {
      change,
      changePct: sharePct(change, toNumber(equity)),
      equityAfter: add(equity, change),
      stopsHit: shown.filter(({ fills }) => fills.some(({ role }) => role === "stop-loss")).length,
      leftOpen: shown.filter(({ left }) => left !== ZERO_QUANTITY).length,
    },
  };
}

interface StressedMarket extends MarketEnd {
  /** As they rested before. */
  readonly orders: readonly Order[];
}

/** One market alone on its path: what is held of it, and its orders that rest at the venue. */
function atEnd(
  { portfolio, marks, betas, shock, costs, markets, nowMs }: StressInput,
  symbol: MarketSymbol,
  {
    positions,
    brackets,
    orders: ofMarket,
  }: Pick<Portfolio, "positions" | "brackets"> & { readonly orders: readonly Order[] },
): StressedMarket {
  const orders = ofMarket.filter(isStressed);
  const price = markOf(symbol, marks);
  if (price === undefined || !markets.has(symbol)) return { orders, ...unmoved(positions) };
  const alone: Portfolio = {
    ...portfolio,
    positions,
    orders: new Map(orders.map((order) => [order.clientOrderId, order])),
    brackets,
  };
  const beta = betas.get(symbol)?.beta ?? 1;
  return { orders, ...meetPath(alone, { shock, beta, price, startMs: stressStartMs(nowMs), costs, markets }) };
}

const unmoved = (positions: Portfolio["positions"]): MarketEnd => ({
  fills: [],
  left: (of) => positions.get(positionKey(of))?.quantity,
});

function outcomeOf(
  { portfolio, marks, betas, shock, nowMs }: StressInput,
  position: Position,
  ended: StressedMarket,
  equity: number,
): { readonly stressed: StressedPosition; readonly isDust: boolean } {
  const { strategyId, symbol, quantity, dust: isDust } = position;
  const isItsOwn = (other: StrategyMarket): boolean => other.strategyId === strategyId;
  const fills = ended.fills.filter(isItsOwn);
  const price = markOf(symbol, marks) ?? null;
  const known = betas.get(symbol);
  const endPrice = price === null ? null : pathPrice(price, known?.beta ?? 1, shock, shock.minutes);
  const left = ended.left(position) ?? ZERO_QUANTITY;
  const worth = (amount: string, at: number | string): Money =>
    multiply(amount, typeof at === "number" ? decimalFromNumber(at) : at) as Money;
  const before = priceOf(position, marks);
  const cash = fills.reduce<Money>((sum, fill) => add(sum, effectOfFill(fill, portfolio.quote).cash), ZERO_MONEY);
  const change = subtract(add(cash, worth(left, endPrice ?? before)), worth(quantity, before));
  const stops = ended.orders.filter((order) => isItsOwn(order) && order.role === "stop-loss");
  const stressed: StressedPosition = {
    strategyId,
    symbol,
    quantity,
    price,
    beta: known?.beta ?? null,
    betaRows: known?.rows ?? null,
    movePct: price === null || endPrice === null ? null : (endPrice / price - 1) * 100,
    endPrice,
    stopPrice: stops.reduce<Price | null>(
      (highest, { triggerPrice: at }) => (at !== null && (highest === null || compare(at, highest) > 0) ? at : highest),
      null,
    ),
    fills: fills.map(({ atMs, role, basis, quantity: sold, price: at, fee }) => ({
      minute: (atMs - stressStartMs(nowMs)) / MINUTE_MS,
      role,
      basis,
      quantity: sold,
      price: at,
      fee,
    })),
    left,
    change,
    changePct: sharePct(change, equity),
  };
  return { stressed, isDust };
}

const sharePct = (change: Money, equity: number): number => (equity > 0 ? (toNumber(change) / equity) * 100 : 0);
