// Floor 4, acts. `tighten-stop`: the stop of a position moves nearer to the price, as a new generation of the same order.
import type { ActOf } from "#schemas/act.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { compare, decimalFromNumber, type Price, roundPrice, toNumber } from "#schemas/money.ts";
import { isWorking, OrderSummary } from "#schemas/order.ts";
import type { Position } from "#schemas/portfolio.ts";
import { restingStop, tightenedStop } from "#toolkits/execution/bracket-orders.ts";
import type { Desk } from "../../desk.ts";
import { formatAmount, formatPct, formatTime } from "../../documents/format.ts";
import { ofStrategy, strategyIdsOf } from "../../documents/strategy-names.ts";
import { standingOf } from "../../run-slot/last-candle.ts";
import { contextOf, sendOrders } from "../../run-slot/send.ts";
import { type ActRow, refused, type Said } from "../act-row.ts";
import { heldOf } from "../held.ts";
import { priceNow } from "../price-now.ts";

interface Move {
  readonly position: Position;
  readonly from: Price;
  readonly event: Extract<JournalEvent, { type: "order-list" }>;
}

export const tightenStopAct: ActRow<ActOf<"tighten-stop">> = {
  sends: true,
  async prepare(desk, act, said, options) {
    const { symbol } = act;
    const market = desk.markets.get(symbol);
    heldOf(desk, act);
    const standing = await standingOf(desk, symbol, options);
    if (!standing.trades || market === undefined) return refused(`${symbol} has no price: a stop cannot be judged`);
    const now = await priceNow(desk, { symbol, price: standing.price, asOfMs: standing.asOfMs }, options);
    const { price, asOfMs } = now;
    const to = roundPrice(act.price, market.tickSize, "sell");
    if (compare(to, decimalFromNumber(price)) >= 0) {
      return refused(
        `a stop at ${formatAmount(to)} is not below the last price ${formatAmount(price)}: it would sell at once, as \`close ${symbol}\` does`,
      );
    }
    const moves: Move[] = [];
    for (const position of heldOf(desk, act)) {
      const moved = moveOf(desk, position, to, said);
      if (typeof moved === "string") return refused(moved);
      moves.push(moved);
    }
    const strategies = strategyIdsOf(desk);
    return {
      status: "ready",
      lines: moves.map(({ position, from }) => {
        const { quantity, averagePrice, strategyId } = position;
        const atStop = (stop: Price) => formatPct((toNumber(stop) / toNumber(averagePrice) - 1) * 100);
        const below = formatPct((toNumber(to) / price - 1) * 100);
        return `Move the stop of ${quantity} ${symbol}${ofStrategy(strategyId, strategies)} from ${formatAmount(from)} to ${formatAmount(to)}, ${below} from the last price ${formatAmount(price)} of ${formatTime(asOfMs)} UTC. If it is hit: ${atStop(to)} from the entry at ${formatAmount(averagePrice)}, instead of ${atStop(from)}.`;
      }),
      stands: Object.fromEntries(
        moves.map(({ position: { strategyId, quantity, base } }) => [
          `the position in ${symbol}${ofStrategy(strategyId, strategies)}`,
          `${quantity} ${base}`,
        ]),
      ),
      price: now,
      events: moves.map(({ event }) => event),
      async complete(call) {
        const { problems } = await sendOrders(desk, call);
        const { orders } = desk.account.portfolio();
        const stops = moves.map(
          ({
            event: {
              orders: [made],
            },
          }) => orders.get(made?.clientOrderId ?? "") ?? made,
        );
        const known = stops.flatMap((order) => (order === undefined ? [] : [order]));
        return {
          lines: known.map(
            (order) =>
              `The stop of ${order.quantity} ${symbol}${ofStrategy(order.strategyId, strategies)} is at ${formatAmount(to)}${isWorking(order) ? ` (${order.status})` : `: ${order.status}`}.`,
          ),
          orders: known.map((order) => OrderSummary.parse(order)),
          problems,
        };
      },
    };
  },
};

/** The new stop, or why there is none. */
function moveOf(desk: Desk, position: Position, to: Price, { by, reason }: Said): Move | string {
  const portfolio = desk.account.portfolio();
  const name = `${position.symbol}${ofStrategy(position.strategyId, strategyIdsOf(desk))}`;
  const stop = restingStop(portfolio, position);
  if (position.dust || stop === null || stop.triggerPrice === null) return `no stop rests for ${name}`;
  if (stop.triggered) return `the stop of ${name} was touched and is selling`;
  if (compare(to, stop.triggerPrice) <= 0) {
    return `the stop of ${name} rests at ${formatAmount(stop.triggerPrice)}; ${formatAmount(to)} is ${compare(to, stop.triggerPrice) === 0 ? "the same" : "farther"}, and a stop is only moved nearer`;
  }
  const event = tightenedStop(
    portfolio,
    { ...position, triggerPrice: to, reason: `moved by ${by}: ${reason}` },
    contextOf(desk, desk.clock.now()),
  );
  return event?.type === "order-list" ? { position, from: stop.triggerPrice, event } : `no stop rests for ${name}`;
}
