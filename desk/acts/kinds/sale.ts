// Floor 4, acts. `close` and `reduce`: a sale at the market, all or a part.
import type { ActOf, ActPrice } from "#schemas/act.ts";
import { compare, decimalFromNumber, multiply, type Price, type Quantity } from "#schemas/money.ts";
import type { Order } from "#schemas/order.ts";
import type { Position } from "#schemas/portfolio.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { splitSymbol } from "#schemas/units.ts";
import { isSellable } from "#toolkits/execution/bracket-orders.ts";
import type { Desk } from "../../desk.ts";
import { salesLines } from "../../documents/close-report.ts";
import { formatAmount, formatTime } from "../../documents/format.ts";
import { ofStrategy, strategyIdsOf } from "../../documents/strategy-names.ts";
import { type ActRefusal, type ActRow, type PreparedAct, refused } from "../act-row.ts";
import { priceNow } from "../price-now.ts";
import { type PreparedSale, prepareSale, restAfter, sendSale } from "../sell.ts";

export const closeAct: ActRow<ActOf<"close">> = {
  sends: true,
  prepare: async (desk, { symbol, strategyId }, said, options) =>
    asAct(desk, await prepareSale(desk, { symbol, strategyId, amount: null, ...said }, options), options),
};

export const reduceAct: ActRow<ActOf<"reduce">> = {
  sends: true,
  prepare: async (desk, { symbol, strategyId, amount }, said, options) =>
    asAct(desk, await prepareSale(desk, { symbol, strategyId, amount, ...said }, options), options),
};

async function asAct(desk: Desk, sale: PreparedSale, options: CallOptions): Promise<PreparedAct | ActRefusal> {
  const { symbol } = sale.asked;
  const price = await priceNow(desk, { symbol, price: sale.price, asOfMs: sale.asOfMs }, options);
  const strategies = strategyIdsOf(desk);
  const orders = sale.parts.flatMap(({ position, result }) => (result.accepted ? [{ position, ...result }] : []));
  const refusals = sale.parts.flatMap(({ position, result }) =>
    result.accepted ? [] : [`${symbol}${ofStrategy(position.strategyId, strategies)}: ${result.refusal.reason}`],
  );
  if (orders.length === 0) return refused(refusals.join("; "));
  return {
    status: "ready",
    lines: [
      ...orders.flatMap(({ position, order }) =>
        saleLines(desk, { position, order, price, isAll: sale.asked.amount === null, strategies }),
      ),
      ...refusals.map((reason) => `Not sold: ${reason}.`),
    ],
    stands: Object.fromEntries(
      sale.parts.map(({ position: { strategyId, quantity, base } }) => [
        `the position in ${symbol}${ofStrategy(strategyId, strategies)}`,
        `${quantity} ${base}`,
      ]),
    ),
    price,
    events: sale.events,
    complete: async (call) => {
      const report = await sendSale(desk, sale, call);
      return {
        lines: salesLines(report, strategies),
        orders: report.positions.flatMap(({ order }) => (order === null ? [] : [order])),
        problems: report.problems,
      };
    },
  };
}

interface OneSale {
  readonly position: Position;
  readonly order: Order;
  readonly price: ActPrice;
  /** All was asked for. */
  readonly isAll: boolean;
  readonly strategies: readonly string[];
}

function saleLines(desk: Desk, { position, order, price, isAll, strategies }: OneSale): readonly string[] {
  const { base, quote } = { ...splitSymbol(position.symbol), base: position.base };
  const worth = (quantity: Quantity): string =>
    `about ${formatAmount(multiply(quantity, decimalFromNumber(price.price)))} ${quote}`;
  const name = `${position.symbol}${ofStrategy(position.strategyId, strategies)}`;
  const rest = restAfter(position, order);
  const what =
    isAll && compare(rest, "0") === 0 ? `all ${order.quantity}` : `${order.quantity} of ${position.quantity}`;
  return [
    `Sell ${what} ${base} (${name}) at the market: ${worth(order.quantity)} at the last price ${formatAmount(price.price)} of ${formatTime(price.asOfMs)} UTC.`,
    ...restLines(desk, position, { rest, worth: worth(rest), price: price.price }),
  ];
}

/** What becomes of stop and target, and of what is not sold. */
function restLines(
  desk: Desk,
  position: Position,
  { rest, worth, price }: { readonly rest: Quantity; readonly worth: string; readonly price: number },
): readonly string[] {
  const market = desk.markets.get(position.symbol);
  const protection = protectionText(position);
  const stays = market !== undefined && isSellable(rest, decimalFromNumber(price) as Price, market);
  if (stays) {
    return [
      `${rest} ${position.base} stays, ${worth}, ${protection === "" ? "without a stop" : `with ${protection} for it`}.`,
    ];
  }
  return [
    ...(compare(rest, "0") === 0
      ? []
      : [`The rest of ${rest} ${position.base} is too little to sell and stays as dust.`]),
    ...(protection === "" ? [] : [`Canceled with it: ${protection}.`]),
  ];
}

function protectionText({ stopPrice, targetPrice }: Position): string {
  const parts = [
    ...(stopPrice === null ? [] : [`its stop at ${formatAmount(stopPrice)}`]),
    ...(targetPrice === null ? [] : [`its target at ${formatAmount(targetPrice)}`]),
  ];
  return parts.join(" and ");
}
