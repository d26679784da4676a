// Floor 4. The operator closes a position (a market exit through gate, journal and execution, as any exit), or writes off one
// whose market has gone. No model is in the path.
import { type Decision, decisionId } from "#schemas/decision.ts";
import { PositionError, UnknownNameError } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { type Money, multiply } from "#schemas/money.ts";
import { type Order, OrderSummary } from "#schemas/order.ts";
import type { Position } from "#schemas/portfolio.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { equityOf } from "#toolkits/portfolio/equity.ts";
import { gate } from "#toolkits/risk/gate.ts";
import type { Desk } from "../desk.ts";
import type { CloseReport, WriteOffReport } from "../documents/close-report.ts";
import { slotAt } from "../slots.ts";
import { type MarketStanding, standingOf } from "./last-candle.ts";
import { sendOrders } from "./send.ts";
import { deciderSettings } from "./situation.ts";

/** Stands where a strategy stands in a decision of its own. */
const OPERATOR = "operator";

interface Asked {
  readonly symbol: MarketSymbol;
  readonly reason: string;
}

/** @throws UnknownNameError where it is not held; PositionError where it has no price; ProviderError */
export async function closePosition(desk: Desk, { symbol, reason }: Asked, options: CallOptions): Promise<CloseReport> {
  const { quantity } = heldOf(desk, symbol);
  const standing = await standingOf(desk, symbol, options);
  if (!standing.trades) {
    throw new PositionError({
      was: `${symbol} has no price to be sold at: ${standing.why}.`,
      remedy: `If it is gone for good, take it out of the account with \`deeptrader write-off ${symbol} --reason TEXT\`.`,
    });
  }
  const decision = exitOf(desk, { symbol, reason }, standing);
  const judged = judge(desk, decision, standing.price);
  const atMs = desk.clock.now();
  const events: JournalEvent[] = [{ type: "decision", atMs, decision }];
  if (judged.accepted) events.push({ type: "order-list", atMs, orders: [judged.order] });
  else events.push({ type: "refusal", atMs, refusal: judged.refusal });
  await desk.account.append(events, options);
  const sent = judged.accepted ? await sendOrders(desk, options) : { events: [], problems: [] };
  const fills = sent.events.flatMap((event) =>
    event.type === "fill" && event.fill.symbol === symbol ? [event.fill] : [],
  );
  return {
    symbol,
    atMs,
    reason,
    quantity,
    price: standing.price,
    asOfMs: standing.asOfMs,
    order: judged.accepted ? newestOf(judged.order, sent.events) : null,
    refusal: judged.accepted ? null : { rule: judged.refusal.rule, reason: judged.refusal.reason },
    fills: fills.map(({ quantity: sold, price }) => ({ quantity: sold, price })),
    problems: sent.problems,
  };
}

/** @throws UnknownNameError where it is not held; PositionError where its market still trades; ProviderError */
export async function writeOffPosition(
  desk: Desk,
  { symbol, reason }: Asked,
  options: CallOptions,
): Promise<WriteOffReport> {
  const { quantity, averagePrice } = heldOf(desk, symbol);
  const standing = await standingOf(desk, symbol, options);
  if (standing.trades) {
    throw new PositionError({
      was: `${symbol} still trades: ${standing.price} at ${new Date(standing.asOfMs).toISOString()}.`,
      expected: "a market that has gone",
      remedy: `Sell it with \`deeptrader close ${symbol}\`.`,
    });
  }
  const atMs = desk.clock.now();
  const cost = multiply(quantity, averagePrice) as Money;
  await desk.account.append([{ type: "write-off", atMs, symbol, quantity, cost, reason }], options);
  // What rested for it has nothing to protect any more.
  const { problems } = await sendOrders(desk, options);
  return { symbol, atMs, reason, quantity, cost, quote: desk.quote, problems };
}

function heldOf({ account }: Pick<Desk, "account">, symbol: MarketSymbol): Position {
  const { positions } = account.portfolio();
  const position = positions.get(symbol);
  if (position !== undefined) return position;
  throw new UnknownNameError({
    was: `${symbol} is not held.`,
    expected: positions.size === 0 ? "a position, and there is none" : `one of ${[...positions.keys()].join(", ")}`,
    remedy: "See `deeptrader positions`.",
  });
}

type Trading = Extract<MarketStanding, { trades: true }>;

function exitOf(desk: Desk, { symbol, reason }: Asked, { price, asOfMs }: Trading): Decision {
  const { deskId, runId, config, marketData } = desk;
  const { timeframe } = config;
  // By the moment, not by the candle: what was closed and entered again may be closed again.
  const id = { strategyId: OPERATOR, symbol, timeframe, asOfMs: desk.clock.now(), action: "exit" } as const;
  return {
    decisionId: decisionId({ deskId, runId, venueId: marketData.venueId, ...id }),
    symbol,
    timeframe,
    asOfMs,
    action: "exit",
    strength: 1,
    reason: `closed by the operator: ${reason}`,
    strategyId: OPERATOR,
    analysisId: "",
    price,
    path: "recalled",
  };
}

/** Only the rules of any order are asked of an exit. */
function judge(desk: Desk, decision: Decision, price: number) {
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
    portfolio,
    equity: equityOf(portfolio, marks),
    marks,
    entriesThisSlot: 0,
    slotMs: slotAt(nowMs, config.timeframe, marketData.graceMs),
    nowMs,
    late: false,
    haltFile: desk.haltFileExists(),
    quoteOffParPct: null,
    relationships: null,
    leaderHourSigmas: null,
    opinion: null,
  });
}

function newestOf(order: Order, events: readonly JournalEvent[]): CloseReport["order"] {
  const states = events.flatMap((e) =>
    e.type === "order" && e.order.clientOrderId === order.clientOrderId ? [e.order] : [],
  );
  return OrderSummary.parse(states.at(-1) ?? order);
}
