// Floor 2, portfolio. Money that is put into a run or taken out of it → by how much everything that was measured before grows or shrinks,
// so that returns, day loss and drawdown go on as if nothing had moved: time-weighted. Pure.
import type { JournalEvent } from "#schemas/journal.ts";
import {
  add,
  type DecimalText,
  type Money,
  multiply,
  subtract,
  toNumber,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from "#schemas/money.ts";
import type { LossState } from "#schemas/portfolio.ts";

/** What came in; negative: what left. */
export interface Flow {
  /** Settlement currency. */
  readonly amount: Money;
  /** Of the run just before, at the prices of then. */
  readonly equity: Money;
}

/** Null: the row moves no money in or out. */
export function flowOf(event: JournalEvent): Flow | null {
  if (event.type === "allotment") return event;
  if (event.type === "coins-out") return { amount: subtract(ZERO_MONEY, event.value), equity: event.equity };
  if (event.type !== "coin-fee" || event.price === null) return null;
  const { price, equity } = event;
  const own = event.from.reduce((sum, { quantity }) => add(sum, quantity), ZERO_QUANTITY);
  const outside = multiply(subtract<DecimalText>(event.amount, own), price) as Money;
  return outside === ZERO_MONEY ? null : { amount: outside, equity };
}

/** Equity after over equity before; 1 where nothing was there before, or nothing is left: there is no return to keep. */
export function growthOf(flow: Flow | null): number {
  if (flow === null) return 1;
  const before = toNumber(flow.equity);
  const growth = 1 + toNumber(flow.amount) / before;
  return before > 0 && growth > 0 ? growth : 1;
}

/** The meter as it would be if the money had always been there: its percentages and latches stay. */
export function scaledLoss(loss: LossState, flow: Flow | null): LossState {
  const growth = growthOf(flow);
  if (growth === 1) return loss;
  return {
    ...loss,
    dayStartEquity: loss.dayStartEquity * growth,
    equity: loss.equity * growth,
    peaks: loss.peaks.map((peak) => ({ ...peak, equity: peak.equity * growth })),
  };
}

/** Over the rows that it was given: what moved, and by what equity is divided to be compared with that before them. */
export class Flows {
  /** 1 as long as nothing has moved. */
  growth = 1;
  /** Sum of all, settlement currency. */
  net: Money = ZERO_MONEY;

  /** Rows in the order of the journal; others than of money that moved change nothing. */
  take(event: JournalEvent): void {
    const flow = flowOf(event);
    if (flow === null) return;
    this.growth *= growthOf(flow);
    this.net = add(this.net, flow.amount);
  }
}

export interface Change {
  /** Profit or loss, settlement currency: what moved in or out is none. */
  readonly amount: Money;
  /** Time-weighted; null where nothing was there before. */
  readonly pct: number | null;
}

/** From one equity to a later one. @param between rows after the first and not after the second, in the order of the journal */
export function changeOf(from: Money, to: Money, between: readonly JournalEvent[]): Change {
  const flows = new Flows();
  for (const event of between) flows.take(event);
  const start = toNumber(from);
  const amount = subtract(subtract(to, from), flows.net);
  if (start <= 0) return { amount, pct: null };
  if (flows.growth === 1) return { amount, pct: (toNumber(amount) / start) * 100 };
  return { amount, pct: (toNumber(to) / flows.growth / start - 1) * 100 };
}
