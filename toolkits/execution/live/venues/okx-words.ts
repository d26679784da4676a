// Floor 2, live execution. Rows of OKX's answers → orders and trades. Plain orders and stops ("algo orders") are two books: a stop that
// was touched makes a plain order of its own, by which it sells. Such an order is shown as the stop that made it.
import { z } from "zod";
import { add, compare, type DecimalText, isPositive, type Price, type Quantity, subtract } from "#schemas/money.ts";
import { Side } from "#schemas/order.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import type { AnswerReading } from "../judge.ts";
import type { VenueOrder, VenueTrade } from "../venue-orders.ts";
import { Amount, AmountOrNone, Id, Ms, ownIdOf } from "../venue-parts.ts";
import { OKX_REFUSALS, okxError } from "./okx-refusals.ts";

const Text = z.string().catch("");
const AmountOrAbsent = AmountOrNone.catch("0");

/** One order taken, or one cancel: a list of one, without a code of its own. */
const taken = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.object({ code: z.literal("0"), data: z.tuple([z.object({ sCode: z.literal("0"), ...shape })]) });
const OrderTaken = taken({ ordId: Id, clOrdId: z.string() });
const StopTaken = taken({ algoId: Id, algoClOrdId: Text, clOrdId: Text });
const CancelTaken = taken({});

/** A cancel that was taken is not yet done: https://www.okx.com/docs-v5/en/#order-book-trading-trade-post-cancel-order */
export const isCancelTaken = (json: unknown): boolean => CancelTaken.safeParse(json).success;

const COMMON: Omit<AnswerReading, "accepted"> = {
  error: okxError,
  refusals: OKX_REFUSALS,
  // 51416, "has been triggered", is not here: what the stop made may still work.
  notWorking: ["51400", "51401", "51402"],
};

export const ORDER_READING: AnswerReading = {
  ...COMMON,
  accepted(json) {
    const [row] = OrderTaken.safeParse(json).data?.data ?? [];
    return row === undefined ? null : { venueOrderId: row.ordId, clientOrderId: row.clOrdId };
  },
};

export const STOP_READING: AnswerReading = {
  ...COMMON,
  accepted(json) {
    const [row] = StopTaken.safeParse(json).data?.data ?? [];
    return row === undefined ? null : { venueOrderId: row.algoId, clientOrderId: row.algoClOrdId || row.clOrdId };
  },
};

const ORDER_STATES = {
  live: "working",
  partially_filled: "working",
  filled: "filled",
  canceled: "canceled",
  mmp_canceled: "canceled",
} as const;

export const OrderRow = z.object({
  instId: z.string(),
  ordId: Id,
  clOrdId: Text,
  /** Of the stop that made it; empty: none did. */
  algoId: Text,
  algoClOrdId: Text,
  side: Side,
  sz: Amount,
  /** `quote_ccy`: `sz` is money. */
  tgtCcy: Text,
  px: AmountOrNone,
  accFillSz: AmountOrNone,
  state: z.enum(Object.keys(ORDER_STATES) as (keyof typeof ORDER_STATES)[]),
  cTime: Ms,
});
export type OrderRow = z.infer<typeof OrderRow>;

export const StopRow = z.object({
  instId: z.string(),
  algoId: Id,
  algoClOrdId: Text,
  clOrdId: Text,
  side: Side,
  sz: AmountOrNone,
  tgtCcy: Text,
  slTriggerPx: AmountOrAbsent,
  slOrdPx: AmountOrAbsent,
  triggerPx: AmountOrAbsent,
  ordPx: AmountOrAbsent,
  moveTriggerPx: AmountOrAbsent,
  tpTriggerPx: AmountOrAbsent,
  tpOrdPx: AmountOrAbsent,
  state: z.enum([
    ...["live", "pause", "partially_effective", "effective"],
    ...["canceled", "order_failed", "partially_failed"],
  ] as const),
  failCode: Text,
  ordId: Text,
  ordIdList: z.array(z.string()).catch([]),
  cTime: Ms,
});
export type StopRow = z.infer<typeof StopRow>;

export const TradeRow = z.object({
  tradeId: Id,
  ordId: Id,
  /** Counts all entries of the account: pages end at one. */
  billId: Id,
  side: Side,
  fillSz: Amount,
  fillPx: Amount,
  /** Negative: paid. */
  fee: AmountOrNone,
  feeCcy: z.string(),
  fillTime: Ms,
});

/** −1 is "at the market". */
const firstPrice = (...texts: readonly DecimalText[]): Price | null => (texts.find(isPositive) as Price) ?? null;

/** What is known of an amount in coins where `sz` is money. */
const quantityOf = ({ sz, tgtCcy }: Pick<OrderRow, "sz" | "tgtCcy">, filled: DecimalText): Quantity =>
  (tgtCcy === "quote_ccy" ? filled : sz) as Quantity;

export const orderOf = (symbol: MarketSymbol, row: OrderRow): VenueOrder => {
  const isOfStop = row.algoId !== "";
  return {
    venueOrderId: isOfStop ? row.algoId : row.ordId,
    clientOrderId: ownIdOf(isOfStop ? row.algoClOrdId : row.clOrdId),
    symbol,
    side: row.side,
    kind: isOfStop ? "stop" : "plain",
    quantity: quantityOf(row, row.accFillSz),
    filledQuantity: row.accFillSz as Quantity,
    status: ORDER_STATES[row.state],
    reason: row.state,
    limitPrice: firstPrice(row.px),
    triggerPrice: null,
    createdAtMs: row.cTime,
  };
};

/** Ids of the plain orders that a stop made. */
export const madeBy = ({ ordId, ordIdList }: Pick<StopRow, "ordId" | "ordIdList">): readonly string[] =>
  ordIdList.length > 0 ? ordIdList : [ordId].filter((id) => id !== "" && id !== "0");

function statusOf({ state, sz }: StopRow, made: readonly OrderRow[], filled: DecimalText): VenueOrder["status"] {
  switch (state) {
    case "live":
    case "pause":
      return "working";
    case "canceled":
      return "canceled";
    case "order_failed":
      return "rejected";
    case "effective":
    case "partially_effective":
    case "partially_failed":
      if (made.length === 0) return state === "partially_failed" ? "rejected" : "working";
      if (made.some((order) => ORDER_STATES[order.state] === "working")) return "working";
      return compare(filled, sz) >= 0 ? "filled" : "canceled";
  }
}

/** @param made the plain orders that it made */
export function stopOf(symbol: MarketSymbol, row: StopRow, made: readonly OrderRow[]): VenueOrder {
  const filled = made.reduce<DecimalText>((sum, { accFillSz }) => add(sum, accFillSz), "0");
  const failed = row.failCode === "" || row.failCode === "0" ? [] : [row.failCode];
  return {
    venueOrderId: row.algoId,
    clientOrderId: ownIdOf(row.algoClOrdId) ?? ownIdOf(row.clOrdId),
    symbol,
    side: row.side,
    kind: "stop",
    quantity: quantityOf(row, filled),
    filledQuantity: filled as Quantity,
    status: statusOf(row, made, filled),
    reason: [row.state, ...failed, ...made.map(({ state }) => state)].join(" "),
    limitPrice: firstPrice(row.slOrdPx, row.ordPx, row.tpOrdPx),
    triggerPrice: firstPrice(row.slTriggerPx, row.triggerPx, row.moveTriggerPx, row.tpTriggerPx),
    createdAtMs: row.cTime,
  };
}

/** @param venueOrderId of the order, or of the stop that made the order */
export const tradeOf = (symbol: MarketSymbol, venueOrderId: string, row: z.infer<typeof TradeRow>): VenueTrade => ({
  tradeId: row.tradeId,
  venueOrderId,
  symbol,
  side: row.side,
  quantity: row.fillSz as Quantity,
  price: row.fillPx as Price,
  fee: subtract<DecimalText>("0", row.fee),
  feeCurrency: row.feeCcy,
  atMs: row.fillTime,
});
