// Floor 2. Journal events → the portfolio, and the trades that are finished. The portfolio is a fold and nothing else:
// whatever the desk holds can be found again from its journal. Pure; each event copies only the map it changes.
//
// Fees are losses at the moment of their fill, so that at all times
//   cash + Σ quantity × averagePrice = startingCash + realisedPnl      (to the 30th decimal place of a division)
import type { JournalEvent } from "#schemas/journal.ts";
import {
  add,
  compare,
  decimalFromNumber,
  divide,
  isPositive,
  type Money,
  multiply,
  type Quantity,
  subtract,
  toNumber,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from "#schemas/money.ts";
import { type Fill, isWorking, type Order } from "#schemas/order.ts";
import { type ClosedTrade, clearDrawdown, type Portfolio } from "#schemas/portfolio.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { applyFill, feeInBase, feeInQuote, protectionOf, withPosition } from "./fills.ts";

export interface StartingCapital {
  /** CollectedReports currency. */
  readonly quote: string;
  readonly cash: Money;
}

/** The portfolio before the first event. */
export const emptyPortfolio = ({ quote, cash }: StartingCapital): Portfolio => ({
  quote,
  cash,
  startingCash: cash,
  positions: new Map(),
  orders: new Map(),
  lastExitMs: new Map(),
  realisedPnl: ZERO_MONEY,
  feesPaid: ZERO_MONEY,
  loss: null,
  control: "running",
  settledThroughMs: null,
});

/** @throws InvariantError where the journal sells what is not held */
export function foldPortfolio(events: Iterable<JournalEvent>, start: StartingCapital): Portfolio {
  let portfolio = emptyPortfolio(start);
  for (const event of events) portfolio = applyEvent(portfolio, event);
  return portfolio;
}

/** The portfolio after one event; the same object where the event changes nothing. @throws InvariantError */
export function applyEvent(portfolio: Portfolio, event: JournalEvent): Portfolio {
  switch (event.type) {
    case "run-started":
      return emptyPortfolio(event);
    case "decision":
    case "refusal":
    case "alert":
    case "alert-delivered":
    case "looked":
    case "opinion":
    case "quarantine":
    case "learning":
      return portfolio;
    case "order":
      return applyOrder(portfolio, event.order);
    case "fill":
      return applyFill(portfolio, event.fill);
    case "dust": {
      const position = portfolio.positions.get(event.symbol);
      return position === undefined ? portfolio : withPosition(portfolio, { ...position, dust: true });
    }
    case "equity":
      return { ...portfolio, loss: event.loss, settledThroughMs: event.slotMs };
    case "control":
      return applyControl(portfolio, event.action);
  }
}

/**
 * Cash and positions at the marks, in the settlement currency; a position without a mark counts at its average price.
 * @param marks price in quote per base
 */
export function equityOf(portfolio: Portfolio, marks: ReadonlyMap<MarketSymbol, number>): Money {
  let equity = portfolio.cash;
  for (const { symbol, quantity, averagePrice } of portfolio.positions.values()) {
    const mark = marks.get(symbol);
    const price = mark === undefined ? averagePrice : decimalFromNumber(mark);
    equity = add(equity, multiply(quantity, price) as Money);
  }
  return equity;
}

/** As `equityOf`, in float64 and much cheaper: for the meters of limits and for displays, never for an amount. */
export function equityNumber(portfolio: Portfolio, marks: ReadonlyMap<MarketSymbol, number>): number {
  let equity = toNumber(portfolio.cash);
  for (const { symbol, quantity, averagePrice } of portfolio.positions.values()) {
    equity += toNumber(quantity) * (marks.get(symbol) ?? toNumber(averagePrice));
  }
  return equity;
}

function applyOrder(portfolio: Portfolio, order: Order): Portfolio {
  const known = portfolio.orders.has(order.clientOrderId);
  if (!known && !isWorking(order)) return portfolio;
  const orders = new Map(portfolio.orders);
  if (isWorking(order)) orders.set(order.clientOrderId, order);
  else orders.delete(order.clientOrderId);
  const next = { ...portfolio, orders };
  const position = portfolio.positions.get(order.symbol);
  if (position === undefined || (order.role !== "stop" && order.role !== "target")) return next;
  return withPosition(next, { ...position, ...protectionOf(next, order.symbol) });
}

function applyControl(portfolio: Portfolio, action: "pause" | "resume" | "halt"): Portfolio {
  if (action === "pause") return { ...portfolio, control: "paused" };
  if (action === "halt") return { ...portfolio, control: "halted" };
  return {
    ...portfolio,
    control: "running",
    loss: portfolio.loss?.drawdownLatched ? clearDrawdown(portfolio.loss) : portfolio.loss,
  };
}

interface Held {
  readonly quantity: Quantity;
  /** What it was bought for, without fees, in quote. */
  readonly cost: Money;
  /** Fees of its entries, in quote. */
  readonly fees: Money;
  readonly entryMs: UnixMs;
}

interface Exit {
  readonly first: Fill;
  readonly last: Fill;
  readonly entryMs: UnixMs;
  readonly quantity: Quantity;
  readonly cost: Money;
  readonly proceeds: Money;
  readonly fees: Money;
}

const NOTHING = { quantity: ZERO_QUANTITY, cost: ZERO_MONEY, fees: ZERO_MONEY };

/**
 * Finished trades, in the order in which their exits began. One exit order is one trade, in however many fills. Cost is the
 * average price of what is held, as in the portfolio, and the fees of the entries go with the quantity that leaves: the
 * profits of all trades, less the entry fees of what is still held, are the portfolio's realisedPnl.
 */
export function closedTrades(events: Iterable<JournalEvent>): ClosedTrade[] {
  const held = new Map<MarketSymbol, Held>();
  const exits = new Map<string, Exit>();
  for (const event of events) {
    if (event.type !== "fill") continue;
    const { fill } = event;
    const before = held.get(fill.symbol) ?? { ...NOTHING, entryMs: fill.atMs };
    if (fill.side === "buy") {
      held.set(fill.symbol, bought(before, fill));
      continue;
    }
    const { rest, exit } = sold(before, fill, exits.get(fill.clientOrderId));
    exits.set(fill.clientOrderId, exit);
    if (isPositive(rest.quantity)) held.set(fill.symbol, rest);
    else held.delete(fill.symbol);
  }
  return [...exits.values()].map(toTrade);
}

const quoteFeeOf = (fill: Fill): Money => feeInQuote(fill) ?? ZERO_MONEY;

function bought(before: Held, fill: Fill): Held {
  const quantity = subtract(fill.quantity, feeInBase(fill));
  return {
    quantity: add(before.quantity, quantity),
    cost: add(before.cost, multiply(quantity, fill.price) as Money),
    fees: add(before.fees, quoteFeeOf(fill)),
    entryMs: before.entryMs,
  };
}

function sold(before: Held, fill: Fill, exit: Exit | undefined): { readonly rest: Held; readonly exit: Exit } {
  const leaving = add(fill.quantity, feeInBase(fill));
  const part = <T extends Money>(amount: T): T =>
    compare(leaving, before.quantity) >= 0 ? amount : (divide(multiply(amount, leaving), before.quantity) as T);
  const cost = part(before.cost);
  const entryFees = part(before.fees);
  // A fee in coins is already in the cost of what leaves.
  const exitFee = compare(feeInBase(fill), "0") > 0 ? ZERO_MONEY : quoteFeeOf(fill);
  return {
    rest: {
      quantity: subtract(before.quantity, leaving),
      cost: subtract(before.cost, cost),
      fees: subtract(before.fees, entryFees),
      entryMs: before.entryMs,
    },
    exit: {
      first: exit?.first ?? fill,
      last: fill,
      entryMs: exit?.entryMs ?? before.entryMs,
      quantity: add(exit?.quantity ?? ZERO_QUANTITY, fill.quantity),
      cost: add(exit?.cost ?? ZERO_MONEY, cost),
      proceeds: add(exit?.proceeds ?? ZERO_MONEY, fill.notional),
      fees: add(add(exit?.fees ?? ZERO_MONEY, entryFees), exitFee),
    },
  };
}

function toTrade({ first, last, entryMs, quantity, cost, proceeds, fees }: Exit): ClosedTrade {
  const pnl = subtract(subtract(proceeds, cost), fees);
  return {
    symbol: first.symbol,
    quantity,
    entryMs,
    exitMs: last.atMs,
    entryPrice: divide(cost, quantity) as ClosedTrade["entryPrice"],
    exitPrice: divide(proceeds, quantity) as ClosedTrade["exitPrice"],
    exitRole: last.role,
    pnl,
    returnPct: (100 * toNumber(pnl)) / toNumber(cost),
  };
}
