// Floor 2. Journal events → finished trades, as the summaries of returns count them. Pure.
//
// One exit order is one trade, in however many fills. Cost is the average price of what is held (as in the portfolio), and
// the fees of the entries go with the quantity that leaves; so the profits of all trades and the open positions' entry fees
// add up to the portfolio's realisedPnl.
import type { JournalEvent } from "#schemas/journal.ts";
import {
  add,
  compare,
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
import type { Fill } from "#schemas/order.ts";
import type { ClosedTrade } from "#schemas/portfolio.ts";
import { type MarketSymbol, splitSymbol, type UnixMs } from "#schemas/units.ts";
import { feeInQuote } from "./portfolio.ts";

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

/** In the order in which their exits began. */
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

const baseFeeOf = (fill: Fill): Quantity =>
  (fill.feeCurrency === splitSymbol(fill.symbol).base ? fill.fee : ZERO_QUANTITY) as Quantity;

const quoteFeeOf = (fill: Fill): Money => feeInQuote(fill) ?? ZERO_MONEY;

function bought(before: Held, fill: Fill): Held {
  const quantity = subtract(fill.quantity, baseFeeOf(fill));
  return {
    quantity: add(before.quantity, quantity),
    cost: add(before.cost, multiply(quantity, fill.price) as Money),
    fees: add(before.fees, quoteFeeOf(fill)),
    entryMs: before.entryMs,
  };
}

function sold(before: Held, fill: Fill, exit: Exit | undefined): { readonly rest: Held; readonly exit: Exit } {
  const leaving = add(fill.quantity, baseFeeOf(fill));
  const part = <T extends Money>(amount: T): T =>
    compare(leaving, before.quantity) >= 0 ? amount : (divide(multiply(amount, leaving), before.quantity) as T);
  const cost = part(before.cost);
  const entryFees = part(before.fees);
  // A fee in coins is already in the cost of what leaves.
  const exitFee = compare(baseFeeOf(fill), "0") > 0 ? ZERO_MONEY : quoteFeeOf(fill);
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
