// Floor 2, execution. What is held of one market, and the orders that rest for it, on the path of a shock → their fills, and what is
// left. The exchange is that of paper trading. Pure.
import type { Costs } from "#schemas/config.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Candle, Market } from "#schemas/market.ts";
import { type Quantity, toNumber } from "#schemas/money.ts";
import { type Fill, isAtVenue, type Order } from "#schemas/order.ts";
import type { Portfolio, StrategyMarket } from "#schemas/portfolio.ts";
import type { Shock } from "#schemas/stress.ts";
import { type MarketSymbol, MINUTE_MS, type UnixMs, unixMs } from "#schemas/units.ts";
import { applyEvent } from "../portfolio/portfolio.ts";
import { positionOf } from "../portfolio/positions.ts";
import { type AccountAtHand, matchSlot } from "./answer.ts";
import { hasTimedBracket } from "./bracket-orders.ts";
import { isReady } from "./reconcile.ts";
import { exchangeStateOf, SimulatedExchange } from "./simulated-exchange.ts";
import { pathCandle, pathPrice } from "./stress-path.ts";

export interface MarketPath {
  readonly shock: Shock;
  readonly beta: number;
  /** Now. */
  readonly price: number;
  readonly startMs: UnixMs;
  readonly costs: Costs;
  readonly markets: ReadonlyMap<MarketSymbol, Market>;
}

export interface MarketEnd {
  readonly fills: readonly Fill[];
  left(of: StrategyMarket): Quantity | undefined;
}

/** Orders that are part of it: sales that rest at the venue, and children that have no price yet, such as a target that the clock gives one. */
export const isStressed = (order: Order): boolean =>
  order.side === "sell" && (isAtVenue(order) || (order.status === "initialized" && !isReady(order)));

/** @param alone an account that holds and waits for nothing but this market; its cash is not looked at */
export function meetPath(alone: Portfolio, path: MarketPath): MarketEnd {
  return needsAnswers(alone, path) ? metByAccount(alone, path) : metByExchange(alone, path);
}

/**
 * Whether the owner of the orders would have something to say on the way: the clock changes a bracket, a stop may be raised, or a rest
 * that one of two stops leaves may be too small for the other. Where not, the exchange alone does all there is to do.
 */
function needsAnswers(alone: Portfolio, path: MarketPath): boolean {
  const orders = [...alone.orders.values()];
  const stops = orders.filter(({ role }) => role === "stop-loss");
  const ownersOfStops = new Set(stops.map(({ strategyId }) => strategyId));
  return (
    hasTimedBracket(alone) || stops.length > ownersOfStops.size || stops.some((stop) => mayBeRaised(alone, stop, path))
  );
}

/** What float64 may round off. */
const ROUNDING = 1e-9;

/** A path that only falls is highest at its beginning: a stop that follows from there is no higher than the least of its distances puts it. */
function mayBeRaised({ brackets }: Portfolio, stop: Order, { shock, beta, price }: MarketPath): boolean {
  if (!stop.trails || stop.triggered || stop.triggerPrice === null) return stop.trails && !stop.triggered;
  if (shock.movePct * beta > 0) return true;
  const trailing = brackets.get(stop.parentId ?? "")?.entry.bracket?.trailing;
  if (trailing === undefined) return true;
  const high = Math.max(price, pathPrice(price, beta, shock, 0));
  const least = Math.min(...trailing.map(({ distancePct }) => distancePct));
  const entryPrice = brackets.get(stop.parentId ?? "")?.entryPrice;
  const from = Math.min(...trailing.map(({ fromGainPct }) => fromGainPct));
  const begins =
    entryPrice === undefined || entryPrice === null || high > toNumber(entryPrice) * (1 + from / 100) * (1 - ROUNDING);
  return begins && high * (1 - least / 100) > toNumber(stop.triggerPrice) * (1 - ROUNDING);
}

const exchangeOf = (alone: Portfolio, { markets, costs }: MarketPath, orders: readonly Order[]): SimulatedExchange =>
  new SimulatedExchange({
    markets,
    timeframe: "1m",
    costs: { ...costs, maxVolumeSharePct: 100 },
    restore: { ...exchangeStateOf(alone), orders },
  });

/** Each minute's candle in turn. */
function* candlesOf({ shock, beta, price, startMs }: MarketPath): Generator<Candle> {
  let open = pathPrice(price, beta, shock, 0);
  for (let minute = 0; minute < shock.minutes; minute++) {
    const close = pathPrice(price, beta, shock, minute + 1);
    yield pathCandle(startMs, open, close, minute);
    open = close;
  }
}

function metByExchange(alone: Portfolio, path: MarketPath): MarketEnd {
  // No stop is raised, so that no range need be told.
  const orders = exchangeStateOf(alone).orders.map((order) => (order.trails ? { ...order, trails: false } : order));
  const owners = new Map(orders.map(({ clientOrderId, strategyId }) => [clientOrderId, strategyId]));
  const exchange = exchangeOf(alone, path, orders);
  const { engine } = exchange;
  for (const candle of candlesOf(path)) {
    while (exchange.advance(unixMs(candle.openMs), () => candle)) {}
  }
  const fills = exchange.takeReports().flatMap((report): Fill[] => {
    if (report.type !== "fill") return [];
    const strategyId = owners.get(report.fill.clientOrderId);
    return strategyId === undefined ? [] : [{ ...report.fill, strategyId }];
  });
  return { fills, left: (of) => engine.heldFor(of) };
}

const ANY = (): boolean => true;

function metByAccount(alone: Portfolio, path: MarketPath): MarketEnd {
  const { markets } = path;
  const account = new AloneAccount(alone);
  const exchange = exchangeOf(alone, path, exchangeStateOf(alone).orders);
  for (const candle of candlesOf(path)) {
    const openMs = unixMs(candle.openMs);
    const candleOf = () => candle;
    if (!hasTimedBracket(account.portfolio()) && !exchange.mayChange(openMs, candleOf, ANY)) continue;
    matchSlot(exchange, account, { openMs, candleOf }, { markets, timeframe: "1m", nowMs: unixMs(openMs + MINUTE_MS) });
  }
  return { fills: account.fills, left: (of) => positionOf(account.portfolio(), of)?.quantity };
}

class AloneAccount implements AccountAtHand {
  readonly fills: Fill[] = [];
  #portfolio: Portfolio;

  constructor(portfolio: Portfolio) {
    this.#portfolio = portfolio;
  }

  portfolio(): Portfolio {
    return this.#portfolio;
  }

  take(events: readonly JournalEvent[]): void {
    for (const event of events) {
      this.#portfolio = applyEvent(this.#portfolio, event);
      if (event.type === "fill") this.fills.push(event.fill);
    }
  }
}
