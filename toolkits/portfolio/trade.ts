// Floor 2, portfolio. One entry with all its exits, fill by fill. The arithmetic is the portfolio's, so the profits of all
// trades, open ones included, are its realisedPnl.
import {
  add,
  compare,
  type DecimalText,
  divide,
  isPositive,
  type Money,
  minOf,
  multiply,
  type Price,
  type Quantity,
  subtract,
  toNumber,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from "#schemas/money.ts";
import type { Fill } from "#schemas/order.ts";
import type { ClosedTrade } from "#schemas/portfolio.ts";
import { splitSymbol, type UnixMs } from "#schemas/units.ts";
import { effectOn } from "./fill-effect.ts";
import { type Holding, holdingAfter, NOTHING_HELD, takenOver } from "./holding.ts";

/** What went one way: coins, and what was paid or received for them before fees. */
interface Flow {
  readonly quantity: Quantity;
  readonly notional: Money;
}

const NO_FLOW: Flow = { quantity: ZERO_QUANTITY, notional: ZERO_MONEY };

const flowAfter = (flow: Flow, quantity: Quantity, notional: Money): Flow => ({
  quantity: add(flow.quantity, quantity),
  notional: add(flow.notional, notional),
});

const averageOf = ({ notional, quantity }: Flow): Price => divide(notional, quantity) as Price;

/** What the trade was left by last. */
interface Exit {
  readonly atMs: UnixMs;
  readonly role: ClosedTrade["exitRole"];
  readonly reason: string;
}

/** Why a trade ended that no sale of the desk has ended. */
export const MOVED_BY_HAND = "moved by hand";

export class Trade {
  isClosed = false;
  readonly #entryTag: string | null;
  /** Its first fill; that of the trade before, where it took over a rest. */
  from: Fill;
  readonly #first: Fill;
  readonly #fees = new Map<string, DecimalText>();
  #held: Holding = NOTHING_HELD;
  #bought = NO_FLOW;
  #sold = NO_FLOW;
  #lastExit: Exit | null = null;
  #pnl = ZERO_MONEY;

  constructor(first: Fill, entryTag: string | null) {
    this.#first = first;
    this.#entryTag = entryTag;
    this.from = first;
  }

  hasExits(): boolean {
    return this.#lastExit !== null;
  }

  isSoldOut(): boolean {
    return this.hasExits() && !isPositive(this.#held.quantity);
  }

  /** @param reason of an exit: why it was left */
  take(fill: Fill, reason: string): void {
    const effect = effectOn(this.#held.quantity, fill, splitSymbol(fill.symbol).quote);
    const { realised, ...held } = holdingAfter(this.#held, fill, effect);
    this.#held = held;
    this.#pnl = add(this.#pnl, realised);
    if (compare(fill.fee, "0") !== 0)
      this.#fees.set(fill.feeCurrency, add(this.#fees.get(fill.feeCurrency) ?? "0", fill.fee));
    if (fill.side === "buy") this.#bought = flowAfter(this.#bought, fill.quantity, fill.notional);
    else {
      this.#sold = flowAfter(this.#sold, fill.quantity, fill.notional);
      this.#lastExit = { atMs: fill.atMs, role: fill.role, reason };
    }
  }

  /** What is left of it is lost; of an ended trade, its rest, which changes its profit and not how it ended. */
  writeOff(atMs: UnixMs): void {
    const { quantity } = this.#held;
    this.#pnl = add(this.#pnl, takenOver(this.#held, "0" as Price).realised);
    this.#sold = flowAfter(this.#sold, quantity, ZERO_MONEY);
    this.#held = NOTHING_HELD;
    if (!this.isClosed) this.#lastExit = { atMs, role: "write-off", reason: "write-off" };
  }

  /** A fee of one of its fills that its own market did not pay; negative: a rebate. */
  payFee(value: Money): void {
    this.#pnl = subtract(this.#pnl, value);
  }

  /** Coins of it pay a fee, of whichever trade: as if they were sold at that price. */
  payWith(asked: Quantity, price: Price, atMs: UnixMs): void {
    const { quantity, averagePrice } = this.#held;
    const out = minOf(asked, quantity);
    this.#sold = flowAfter(this.#sold, out, multiply(out, price) as Money);
    this.#pnl = add(this.#pnl, multiply(out, subtract(price, averagePrice)) as Money);
    this.#held = { quantity: subtract(quantity, out), averagePrice };
    if (!this.isClosed && !isPositive(this.#held.quantity))
      this.#lastExit = { atMs, role: "exit", reason: "paid fees" };
  }

  /** Moved or sold by hand, as if at what it cost: no profit and no loss. */
  coinsOut(asked: Quantity, atMs: UnixMs): void {
    const { quantity, averagePrice } = this.#held;
    const out = minOf(asked, quantity);
    this.#sold = flowAfter(this.#sold, out, multiply(out, averagePrice) as Money);
    this.#held = { quantity: subtract(quantity, out), averagePrice };
    if (!this.isClosed && !isPositive(this.#held.quantity))
      this.#lastExit = { atMs, role: "exit", reason: MOVED_BY_HAND };
  }

  /** The rest of an ended trade of the same strategy and market is sold to this one, at the price of this one's first fill. */
  takeOver(ended: Trade, { price }: Fill): void {
    const { quantity } = ended.#held;
    const { realised, averagePrice } = takenOver(ended.#held, price);
    const notional = multiply(quantity, price) as Money;
    ended.#pnl = add(ended.#pnl, realised);
    ended.#sold = flowAfter(ended.#sold, quantity, notional);
    ended.#held = NOTHING_HELD;
    this.from = ended.from;
    this.#held = { quantity, averagePrice };
    this.#bought = flowAfter(this.#bought, quantity, notional);
  }

  /** Only for a trade with exits. */
  finished(): ClosedTrade {
    const exit = this.#lastExit ?? { ...this.#first, reason: "" };
    const rest = multiply(this.#held.quantity, this.#held.averagePrice) as Money;
    const paid = subtract(this.#bought.notional, rest);
    return {
      symbol: this.#first.symbol,
      strategyId: this.#first.strategyId,
      quantity: this.#sold.quantity,
      entryMs: this.#first.atMs,
      exitMs: exit.atMs,
      entryPrice: averageOf(this.#bought),
      exitPrice: averageOf(this.#sold),
      exitRole: exit.role,
      exitReason: exit.reason,
      entryTag: this.#entryTag,
      fees: [...this.#fees].map(([currency, amount]) => ({ currency, amount })),
      pnl: this.#pnl,
      returnPct: (100 * toNumber(this.#pnl)) / toNumber(paid),
    };
  }
}
