// Floor 2. Journal events → the portfolio. It is a fold and nothing else: whatever the desk holds can be found again from
// its journal. Pure; each event copies only the map it changes.
//
// Fees are losses at the moment of their fill, so that at all times
//   cash + Σ quantity × averagePrice = startingCash + realisedPnl      (to the 30th decimal place of a division)
import { InvariantError } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import {
  add,
  compare,
  type DecimalText,
  decimalFromNumber,
  divide,
  isPositive,
  type Money,
  multiply,
  type Price,
  type Quantity,
  subtract,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from "#schemas/money.ts";
import { type Fill, isWorking, type Order } from "#schemas/order.ts";
import type { LossState, Portfolio, Position } from "#schemas/portfolio.ts";
import { type MarketSymbol, splitSymbol } from "#schemas/units.ts";

export interface StartingCapital {
  /** Settlement currency. */
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

/**
 * What a fill's fee is worth in the settlement currency; null for a fee in a third currency (an exchange's own coin),
 * which is paid from a balance that is no part of this portfolio.
 */
export function feeInQuote(fill: Fill): Money | null {
  const { base, quote } = splitSymbol(fill.symbol);
  if (fill.feeCurrency === quote) return fill.fee as Money;
  return fill.feeCurrency === base ? (multiply(fill.fee, fill.price) as Money) : null;
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

/** Stop and target of a position are those of the orders that rest for it. */
function protectionOf(portfolio: Portfolio, symbol: MarketSymbol): Pick<Position, "stopPrice" | "targetPrice"> {
  let stopPrice: Price | null = null;
  let targetPrice: Price | null = null;
  for (const order of portfolio.orders.values()) {
    if (order.symbol !== symbol) continue;
    if (order.role === "stop") stopPrice = order.triggerPrice;
    if (order.role === "target") targetPrice = order.limitPrice;
  }
  return { stopPrice, targetPrice };
}

function applyFill(portfolio: Portfolio, fill: Fill): Portfolio {
  const held = portfolio.positions.get(fill.symbol);
  const { base, quote } = splitSymbol(fill.symbol);
  const baseFee = (fill.feeCurrency === base ? fill.fee : ZERO_QUANTITY) as Quantity;
  const quoteFee = (fill.feeCurrency === quote ? fill.fee : ZERO_MONEY) as Money;
  const feeValue = feeInQuote(fill) ?? ZERO_MONEY;
  const feesPaid = add(portfolio.feesPaid, feeValue);

  if (fill.side === "buy") {
    const next = {
      ...portfolio,
      feesPaid,
      cash: subtract(subtract(portfolio.cash, fill.notional), quoteFee),
      realisedPnl: subtract(portfolio.realisedPnl, feeValue),
    };
    const bought = subtract(fill.quantity, baseFee);
    return withPosition(next, { ...enlarged(held, fill, bought), ...protectionOf(portfolio, fill.symbol) });
  }

  const sold = add(fill.quantity, baseFee);
  if (held === undefined || compare(sold, held.quantity) > 0) throw soldTooMuch(fill, held);
  const gain = multiply(fill.quantity, subtract(fill.price as DecimalText, held.averagePrice)) as Money;
  // A fee taken in coins costs what these coins stand in the books for.
  const baseFeeCost = multiply(baseFee, held.averagePrice) as Money;
  const next = {
    ...portfolio,
    feesPaid,
    cash: subtract(add(portfolio.cash, fill.notional), quoteFee),
    realisedPnl: subtract(subtract(add(portfolio.realisedPnl, gain), quoteFee), baseFeeCost),
    lastExitMs: new Map(portfolio.lastExitMs).set(fill.symbol, fill.atMs),
  };
  return withPosition(next, { ...held, quantity: subtract(held.quantity, sold) });
}

function enlarged(held: Position | undefined, fill: Fill, bought: Quantity): Position {
  const { symbol, atMs } = fill;
  const opened = {
    symbol,
    base: splitSymbol(symbol).base,
    openedAtMs: atMs,
    dust: false,
    stopPrice: null,
    targetPrice: null,
  };
  if (held === undefined) return { ...opened, quantity: bought, averagePrice: fill.price };
  const quantity = add(held.quantity, bought);
  const cost = add(multiply(held.quantity, held.averagePrice), multiply(bought, fill.price));
  const averagePrice = divide(cost, quantity) as Price;
  return held.dust ? { ...opened, quantity, averagePrice } : { ...held, quantity, averagePrice };
}

function withPosition(portfolio: Portfolio, position: Position): Portfolio {
  const positions = new Map(portfolio.positions);
  if (isPositive(position.quantity)) positions.set(position.symbol, position);
  else positions.delete(position.symbol);
  return { ...portfolio, positions };
}

function applyControl(portfolio: Portfolio, action: "pause" | "resume" | "halt"): Portfolio {
  if (action === "pause") return { ...portfolio, control: "paused" };
  if (action === "halt") return { ...portfolio, control: "halted" };
  return { ...portfolio, control: "running", loss: portfolio.loss === null ? null : unlatched(portfolio.loss) };
}

/** `resume` forgives a drawdown that has stopped entries: it is measured from the present equity on. */
const unlatched = (loss: LossState): LossState =>
  loss.drawdownLatched
    ? {
        ...loss,
        drawdownLatched: false,
        drawdownPct: 0,
        peaks: [{ dayStartMs: loss.dayStartMs, equity: loss.equity }],
      }
    : loss;

const soldTooMuch = (fill: Fill, held: Position | undefined): InvariantError =>
  new InvariantError({
    was: `Fill ${fill.fillId} sells ${fill.quantity} ${fill.symbol}, more than the ${held?.quantity ?? "0"} held.`,
    expected: "at most the quantity held",
    remedy: "This is a bug; please report it with the output of `deeptrader journal --json`.",
  });
