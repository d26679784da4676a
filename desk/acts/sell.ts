// Floor 4. The operator sells what is held of a market, all or a part of it: a market exit through gate, journal and execution,
// as any exit. Stop and target shrink with what is held. No model is in the path.
import type { z } from "zod";
import { OPERATOR, type SaleAmount } from "#schemas/act.ts";
import { type Decision, decisionId } from "#schemas/decision.ts";
import { PositionError } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { add, compare, percent, type Quantity, subtract, ZERO_QUANTITY } from "#schemas/money.ts";
import { type Order, OrderSummary } from "#schemas/order.ts";
import type { Position } from "#schemas/portfolio.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { equityOf } from "#toolkits/portfolio/equity.ts";
import { type GateResult, gate } from "#toolkits/risk/gate.ts";
import { inTurn } from "../account/in-turn.ts";
import type { Desk } from "../desk.ts";
import type { CloseReport } from "../documents/close-report.ts";
import { standingOf } from "../run-slot/last-candle.ts";
import { type Sent, sendOrders } from "../run-slot/send.ts";
import { deciderSettings } from "../run-slot/situation.ts";
import { slotAt } from "../slots.ts";
import type { Said } from "./act-row.ts";
import { heldOf } from "./held.ts";

export interface SaleAsked extends Said {
  readonly symbol: MarketSymbol;
  /** Null: of every strategy that holds it. */
  readonly strategyId: string | null;
  /** Null: all that is held. */
  readonly amount: SaleAmount | null;
}

/** A sale as the gate judged it, before anything of it is journaled. */
export interface PreparedSale {
  readonly asked: SaleAsked;
  readonly atMs: UnixMs;
  /** The newest close. */
  readonly price: number;
  readonly asOfMs: UnixMs;
  /** By strategy. */
  readonly parts: readonly {
    readonly position: Position;
    readonly result: GateResult;
  }[];
  readonly events: readonly JournalEvent[];
}

/**
 * Sells, and reports position by position; what the gate refuses is journaled and in the report.
 * @throws as prepareSale
 */
export const sellPosition = (desk: Desk, asked: SaleAsked, options: CallOptions): Promise<CloseReport> =>
  inTurn(desk.account, options, async () => {
    const prepared = await prepareSale(desk, asked, options);
    await desk.account.append(prepared.events, options);
    return sendSale(desk, prepared, options);
  });

/**
 * Changes nothing. @throws UnknownNameError where it is not held; PositionError where it has no price, or not so much is held;
 * ProviderError
 */
export async function prepareSale(desk: Desk, asked: SaleAsked, options: CallOptions): Promise<PreparedSale> {
  const { symbol } = asked;
  heldOf(desk, asked);
  const standing = await standingOf(desk, symbol, options);
  if (!standing.trades) {
    throw new PositionError({
      was: `${symbol} has no price to be sold at: ${standing.why}.`,
      remedy: `If it is gone for good, take it out of the account with \`deeptrader write-off ${symbol} --reason TEXT\`.`,
    });
  }
  const { price, asOfMs } = standing;
  const atMs = desk.clock.now();
  // As it is now: while the venue was asked, something may have been sold.
  const judged = exitQuantities(heldOf(desk, asked), asked).map(({ position, exitQuantity }) => {
    const decision = exitOf(desk, position, asked, standing);
    return { position, decision, result: judge(desk, decision, { price, exitQuantity }) };
  });
  const events = judged.flatMap(({ decision, result }): JournalEvent[] => [
    { type: "decision", atMs, decision },
    result.accepted
      ? { type: "order-list", atMs, orders: [result.order] }
      : { type: "refusal", atMs, refusal: result.refusal },
  ]);
  return { asked, atMs, price, asOfMs, parts: judged, events };
}

/** Once its rows are journaled. */
export async function sendSale(desk: Desk, sale: PreparedSale, options: CallOptions): Promise<CloseReport> {
  const isSent = sale.parts.some(({ result }) => result.accepted);
  return saleReport(sale, isSent ? await sendOrders(desk, options) : { events: [], problems: [] });
}

/** What came of a sale that was sent, alone or with others. */
export function saleReport(
  { asked: { symbol, reason }, atMs, price, asOfMs, parts }: PreparedSale,
  sent: Sent,
): CloseReport {
  const positions = parts.map(({ position: { strategyId, quantity }, result }) => {
    const order = result.accepted ? result.order : null;
    const fills = sent.events.flatMap((event) =>
      event.type === "fill" && event.fill.clientOrderId === order?.clientOrderId ? [event.fill] : [],
    );
    return {
      strategyId,
      quantity,
      order: order === null ? null : newestOf(order, sent.events),
      refusal: result.accepted ? null : { rule: result.refusal.rule, reason: result.refusal.reason },
      fills: fills.map(({ quantity: sold, price }) => ({ quantity: sold, price })),
    };
  });
  return { symbol, atMs, reason, price, asOfMs, positions, problems: sent.problems };
}

/** @throws PositionError */
function exitQuantities(held: readonly Position[], { symbol, amount }: SaleAsked) {
  const all = (exitQuantity: (position: Position) => Quantity | null) =>
    held.map((position) => ({ position, exitQuantity: exitQuantity(position) }));
  if (amount === null) return all(() => null);
  if ("pct" in amount) return all(({ quantity }) => percent(quantity, amount.pct) as Quantity);
  const [position] = held;
  if (position === undefined || held.length > 1) {
    throw new PositionError({
      was: `${symbol} is held by ${held.map(({ strategyId }) => strategyId).join(" and ")}, so it is not clear whose ${amount.quantity} to sell.`,
      remedy: "Add --strategy ID, or give the part in percent.",
    });
  }
  if (compare(amount.quantity, position.quantity) < 0 && compare(amount.quantity, "0") > 0) {
    return all(() => amount.quantity);
  }
  throw new PositionError({
    was: `${amount.quantity} of ${symbol} cannot be sold as a part: ${position.quantity} is held.`,
    expected: "more than 0 and less than is held",
    remedy: `To sell all of it: \`deeptrader close ${symbol}\`.`,
  });
}

function exitOf(
  desk: Desk,
  { strategyId, symbol }: Position,
  { amount, by, reason }: SaleAsked,
  { price, asOfMs }: { readonly price: number; readonly asOfMs: UnixMs },
): Decision {
  const { timeframe } = desk.config;
  const done = amount === null ? "closed" : "reduced";
  return {
    decisionId: operatorDecisionId(desk, { strategyId, symbol }),
    symbol,
    timeframe,
    asOfMs,
    action: "exit",
    strength: 1,
    reason: `${done} by ${by === OPERATOR ? "the operator" : by}: ${reason}`,
    strategyId,
    analysisId: "",
    price,
    path: "recalled",
  };
}

/**
 * By the operator and the moment, not by the candle: the strategy may decide on the same position at the same time, and what
 * was sold and entered again may be sold again. Of several at one moment each has a number.
 */
function operatorDecisionId(desk: Desk, { strategyId, symbol }: Pick<Position, "strategyId" | "symbol">): string {
  const { deskId, runId, config, marketData, clock, account } = desk;
  const of = { deskId, runId, venueId: marketData.venueId, symbol, timeframe: config.timeframe } as const;
  for (let nth = 1; ; nth += 1) {
    const who = `${OPERATOR} ${strategyId}${nth === 1 ? "" : ` ${nth}`}`;
    const id = decisionId({ ...of, action: "exit", strategyId: who, asOfMs: clock.now() });
    if (!account.decided().has(id)) return id;
  }
}

/** Only the rules of any order are asked of an exit. */
function judge(
  desk: Desk,
  decision: Decision,
  { price, exitQuantity }: { readonly price: number; readonly exitQuantity: Quantity | null },
): GateResult {
  const { account, clock, config, marketData, markets } = desk;
  const portfolio = account.portfolio();
  const nowMs = clock.now();
  const marks = new Map([[decision.symbol, price]]);
  return gate({
    ...deciderSettings(desk),
    decision,
    analysis: null,
    freshness: "missing",
    market: markets.get(decision.symbol) ?? null,
    terms: desk.strategies.get(decision.strategyId) ?? null,
    portfolio,
    equity: equityOf(portfolio, marks),
    marks,
    entriesThisSlot: 0,
    slotMs: slotAt(nowMs, config.timeframe, marketData.graceMs),
    nowMs,
    late: false,
    haltFile: desk.haltFileExists(),
    quoteOffPar: null,
    relationships: null,
    leaderHourSigmas: null,
    debate: null,
    ...(exitQuantity === null ? {} : { exitQuantity }),
  });
}

/** As what has happened leaves it. */
export function newestOf(order: Order, events: readonly JournalEvent[]): z.infer<typeof OrderSummary> {
  const states = events.flatMap((e) =>
    e.type === "order" && e.order.clientOrderId === order.clientOrderId ? [e.order] : [],
  );
  const summary = OrderSummary.parse(states.at(-1) ?? order);
  const sold = events.reduce(
    (sum, e) => (e.type === "fill" && e.fill.clientOrderId === order.clientOrderId ? add(sum, e.fill.quantity) : sum),
    ZERO_QUANTITY,
  );
  // What fills last says so in a fill alone.
  return compare(sold, order.quantity) === 0 ? { ...summary, status: "filled" } : summary;
}

/** What stays of a position once the order has filled. */
export const restAfter = ({ quantity }: Pick<Position, "quantity">, order: Pick<Order, "quantity">): Quantity =>
  subtract(quantity, order.quantity);
