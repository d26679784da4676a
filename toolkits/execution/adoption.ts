// Floor 2, execution. Coins and a stop that are at the venue and in no journal → the rows by which a desk takes them over: money put in for
// what they cost, an entry that has filled, and the stop as it rests. From then on they are a position like any other. Pure.
import type { JournalEvent } from "#schemas/journal.ts";
import {
  compare,
  divide,
  type Money,
  multiply,
  type Price,
  type Quantity,
  subtract,
  ZERO_QUANTITY,
} from "#schemas/money.ts";
import { type Bracket, clientOrderIdOf, type Fill, type Order } from "#schemas/order.ts";
import type { Portfolio, StrategyMarket } from "#schemas/portfolio.ts";
import type { UnixMs } from "#schemas/units.ts";
import { splitSymbol } from "#schemas/units.ts";
import { applyEvent } from "../portfolio/portfolio.ts";
import { type BracketContext, childrenForFills, orderListOf } from "./bracket-orders.ts";

/** How the decision of what was taken over begins: nobody decided to buy it. */
const ADOPTED = "adopted ";
/** Of its fill. */
export const ADOPTED_BASIS = "adopted";

export const isAdopted = ({ decisionId }: Pick<Order, "decisionId">): boolean => decisionId.startsWith(ADOPTED);

/** Nothing was bought: it is the row by which coins came into the journal. */
export const isAdoptedFill = ({ basis }: Pick<Fill, "basis">): boolean => basis === ADOPTED_BASIS;

export interface AdoptedStop {
  readonly clientOrderId: string;
  readonly venueOrderId: string;
  readonly triggerPrice: Price;
  readonly createdAtMs: UnixMs;
}

export interface Adoption extends StrategyMarket {
  readonly quantity: Quantity;
  /** What a coin of it cost, in quote. */
  readonly price: Price;
  readonly boughtAtMs: UnixMs;
  /** What is to protect it from now on. */
  readonly bracket: Bracket;
  /** Rests for all of it; null: the desk places one. */
  readonly stop: AdoptedStop | null;
  /** Who, and why, for people. */
  readonly statusReason: string;
}

/**
 * In one append. The cash is the same after it: what the coins cost was put in and paid.
 * @param allotment the row that puts it in
 */
export function adoptionRows(
  portfolio: Portfolio,
  allotment: Extract<JournalEvent, { type: "allotment" }>,
  adoption: Adoption,
  context: BracketContext,
): readonly JournalEvent[] {
  const { stop, quantity } = adoption;
  const { atMs } = allotment;
  const entry = entryOf(adoption, atMs, portfolio.operatorRows);
  const [, ownStop, ...others] = orderListOf(entry);
  const fill = fillOf(adoption, entry);
  const bought: readonly JournalEvent[] = [
    allotment,
    // A stop that has its price already stands behind its entry's fill: it is priced for that.
    { type: "order-list", atMs, orders: stop === null ? [...orderListOf(entry)] : [entry] },
    { type: "fill", atMs, fill },
  ];
  if (stop !== null && ownStop !== undefined) {
    const kept: Order = { ...ownStop, ...stop, quantity, activeFromMs: stop.createdAtMs, status: "accepted" };
    return [...bought, { type: "order-list", atMs, orders: [kept, ...others] }];
  }
  const after = bought.reduce(applyEvent, portfolio);
  return [...bought, ...childrenForFills(after, context).filter((event) => isOfEntry(event, entry))];
}

const isOfEntry = (event: JournalEvent, { clientOrderId }: Order): boolean =>
  (event.type === "order" && event.order.parentId === clientOrderId) ||
  (event.type === "order-list" && event.orders[0]?.parentId === clientOrderId);

const entryOf = (
  { strategyId, symbol, quantity, price, boughtAtMs, bracket, statusReason }: Adoption,
  atMs: UnixMs,
  nth: number,
): Order => {
  const decisionId = `${ADOPTED}${strategyId} ${symbol} ${atMs} ${nth}`;
  return {
    clientOrderId: clientOrderIdOf(decisionId, "entry", 0),
    decisionId,
    strategyId,
    parentId: null,
    symbol,
    side: "buy",
    type: "limit",
    role: "entry",
    generation: 0,
    quantity,
    filledQuantity: ZERO_QUANTITY,
    limitPrice: price,
    triggerPrice: null,
    triggered: false,
    trails: false,
    bracket,
    createdAtMs: boughtAtMs,
    activeFromMs: boughtAtMs,
    expiresAtMs: null,
    venueOrderId: null,
    status: "accepted",
    statusReason,
  };
};

const fillOf = ({ quantity, price, boughtAtMs }: Adoption, { clientOrderId, strategyId, symbol }: Order): Fill => ({
  fillId: `adopted:${clientOrderId}`,
  clientOrderId,
  strategyId,
  symbol,
  side: "buy",
  role: "entry",
  quantity,
  price,
  notional: multiply(quantity, price) as Money,
  // What it cost to buy is in its price, or was lost with the journal.
  fee: "0",
  feeCurrency: splitSymbol(symbol).quote,
  atMs: boughtAtMs,
  basis: ADOPTED_BASIS,
});

/**
 * A bracket whose stop lies no higher than the one that rests, so that one placed anew does not either.
 * @param stopPct in place of the strategy's own; null: as it says
 */
export function bracketForStop(
  bracket: Bracket,
  price: Price,
  triggerPrice: Price | null,
  stopPct: number | null,
): Bracket {
  if (triggerPrice === null || compare(triggerPrice, price) >= 0)
    return { ...bracket, stopPct: stopPct ?? bracket.stopPct };
  const below = Number(divide(multiply(subtract<string>(price, triggerPrice), "100"), price));
  return { ...bracket, stopPct: Math.min(100, Math.ceil(below * 1e6) / 1e6) };
}
