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
import { isOf, marketsHeld, positionsIn } from "#toolkits/portfolio/positions.ts";
import { gate } from "#toolkits/risk/gate.ts";
import type { Desk } from "../desk.ts";
import type { CloseReport, WriteOffReport } from "../documents/close-report.ts";
import { slotAt } from "../slots.ts";
import { type MarketStanding, standingOf } from "./last-candle.ts";
import { sendOrders } from "./send.ts";
import { deciderSettings } from "./situation.ts";

/** Part of the id of a decision that is the operator's own: the strategy may decide on the same position at the same time. */
const OPERATOR = "operator";

interface Asked {
  readonly symbol: MarketSymbol;
  /** Null: of every strategy that holds it. */
  readonly strategyId: string | null;
  readonly reason: string;
}

/** @throws UnknownNameError where it is not held; PositionError where it has no price; ProviderError */
export async function closePosition(desk: Desk, asked: Asked, options: CallOptions): Promise<CloseReport> {
  const { symbol, reason } = asked;
  const held = heldOf(desk, asked);
  const standing = await standingOf(desk, symbol, options);
  if (!standing.trades) {
    throw new PositionError({
      was: `${symbol} has no price to be sold at: ${standing.why}.`,
      remedy: `If it is gone for good, take it out of the account with \`deeptrader write-off ${symbol} --reason TEXT\`.`,
    });
  }
  const atMs = desk.clock.now();
  const judged = held.map((position) => {
    const decision = exitOf(desk, position, reason, standing);
    return { position, decision, result: judge(desk, decision, standing.price) };
  });
  const events = judged.flatMap(({ decision, result }): JournalEvent[] => [
    { type: "decision", atMs, decision },
    result.accepted
      ? { type: "order-list", atMs, orders: [result.order] }
      : { type: "refusal", atMs, refusal: result.refusal },
  ]);
  await desk.account.append(events, options);
  const isSent = judged.some(({ result }) => result.accepted);
  const sent = isSent ? await sendOrders(desk, options) : { events: [], problems: [] };
  const positions = judged.map(({ position: { strategyId, quantity }, result }) => {
    const fills = sent.events.flatMap((event) =>
      event.type === "fill" && isOf({ strategyId, symbol })(event.fill) ? [event.fill] : [],
    );
    return {
      strategyId,
      quantity,
      order: result.accepted ? newestOf(result.order, sent.events) : null,
      refusal: result.accepted ? null : { rule: result.refusal.rule, reason: result.refusal.reason },
      fills: fills.map(({ quantity: sold, price }) => ({ quantity: sold, price })),
    };
  });
  const { price, asOfMs } = standing;
  return { symbol, atMs, reason, price, asOfMs, positions, problems: sent.problems };
}

/** @throws UnknownNameError where it is not held; PositionError where its market still trades; ProviderError */
export async function writeOffPosition(desk: Desk, asked: Asked, options: CallOptions): Promise<WriteOffReport> {
  const { symbol, reason } = asked;
  const held = heldOf(desk, asked);
  const standing = await standingOf(desk, symbol, options);
  if (standing.trades) {
    throw new PositionError({
      was: `${symbol} still trades: ${standing.price} at ${new Date(standing.asOfMs).toISOString()}.`,
      expected: "a market that has gone",
      remedy: `Sell it with \`deeptrader close ${symbol}\`.`,
    });
  }
  const atMs = desk.clock.now();
  const positions = held.map(({ strategyId, quantity, averagePrice }) => ({
    strategyId,
    quantity,
    cost: multiply(quantity, averagePrice) as Money,
  }));
  await desk.account.append(
    positions.map((position) => ({ type: "write-off", atMs, symbol, ...position, reason })),
    options,
  );
  // What rested for it has nothing to protect any more.
  const { problems } = await sendOrders(desk, options);
  return { symbol, atMs, reason, positions, quote: desk.quote, problems };
}

/** At least one. */
function heldOf({ account }: Pick<Desk, "account">, { symbol, strategyId }: Asked): readonly Position[] {
  const portfolio = account.portfolio();
  const ofMarket = positionsIn(portfolio, symbol);
  const held = ofMarket.filter((position) => strategyId === null || position.strategyId === strategyId);
  if (held.length > 0) return held;
  const names = ofMarket.length > 0 ? ofMarket.map((p) => p.strategyId) : [...marketsHeld(portfolio)];
  throw new UnknownNameError({
    was: strategyId === null ? `${symbol} is not held.` : `${symbol} is not held by ${strategyId}.`,
    expected: names.length === 0 ? "a position, and there is none" : `one of ${names.join(", ")}`,
    remedy: "See `deeptrader positions`.",
  });
}

type Trading = Extract<MarketStanding, { trades: true }>;

function exitOf(desk: Desk, { strategyId, symbol }: Position, reason: string, { price, asOfMs }: Trading): Decision {
  const { deskId, runId, config, marketData } = desk;
  const { timeframe } = config;
  // By the moment, not by the candle: what was closed and entered again may be closed again.
  const who = { strategyId: `${OPERATOR} ${strategyId}`, asOfMs: desk.clock.now() };
  return {
    decisionId: decisionId({ deskId, runId, venueId: marketData.venueId, symbol, timeframe, action: "exit", ...who }),
    symbol,
    timeframe,
    asOfMs,
    action: "exit",
    strength: 1,
    reason: `closed by the operator: ${reason}`,
    strategyId,
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
    terms: desk.strategies.get(decision.strategyId) ?? null,
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

function newestOf(order: Order, events: readonly JournalEvent[]): CloseReport["positions"][number]["order"] {
  const states = events.flatMap((e) =>
    e.type === "order" && e.order.clientOrderId === order.clientOrderId ? [e.order] : [],
  );
  return OrderSummary.parse(states.at(-1) ?? order);
}
