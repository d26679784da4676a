// Floor 4. What `close`, `reduce` and `write-off` did, position by position, and the lines that say what was sold.
import { z } from "zod";
import { Refusal } from "#schemas/decision.ts";
import { FloatPrice, Money, Price, Quantity } from "#schemas/money.ts";
import { OrderSummary } from "#schemas/order.ts";
import { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { formatAmount, formatTime } from "./format.ts";
import { ofStrategy } from "./strategy-names.ts";

/** One strategy's position. */
const Closed = z.object({
  strategyId: z.string(),
  quantity: Quantity.describe("held before"),
  order: OrderSummary.nullable().describe("null where the risk gate refused"),
  refusal: Refusal.pick({ rule: true, reason: true }).nullable(),
  fills: z
    .array(z.object({ quantity: Quantity, price: Price }))
    .readonly()
    .describe("what has filled already; the rest, or all, is matched with the next candle"),
});

export const CloseReport = z.object({
  symbol: MarketSymbol,
  atMs: UnixMs,
  reason: z.string(),
  price: FloatPrice.describe("the close decided on"),
  asOfMs: UnixMs.describe("its time"),
  positions: z.array(Closed).readonly().describe("of each strategy that it was closed for; at least one"),
  problems: z.array(z.string()).readonly(),
});
export type CloseReport = z.infer<typeof CloseReport>;

const WrittenOff = z.object({
  strategyId: z.string(),
  quantity: Quantity,
  cost: Money.describe("what it was bought for, in the settlement currency: the loss"),
});

export const WriteOffReport = z.object({
  symbol: MarketSymbol,
  atMs: UnixMs,
  reason: z.string(),
  positions: z.array(WrittenOff).readonly(),
  quote: z.string(),
  problems: z
    .array(z.string())
    .readonly()
    .describe("what went wrong while its orders were canceled; the next slot tries again"),
});
export type WriteOffReport = z.infer<typeof WriteOffReport>;

/** A line for each position: what was sold, what waits, or why it is not sold. */
export function salesLines(
  { symbol, price, asOfMs, positions }: CloseReport,
  strategies: readonly string[],
): readonly string[] {
  return positions.map(({ strategyId, order, refusal, fills }) => {
    const name = `${symbol}${ofStrategy(strategyId, strategies)}`;
    if (refusal !== null) return `${name} is not closed (${refusal.rule.replaceAll("-", " ")}): ${refusal.reason}`;
    const sold = fills.map((fill) => `sold ${fill.quantity} at ${formatAmount(fill.price)}`);
    const waits =
      order?.status === "filled" ? [] : [`${order?.status ?? "sent"}; it fills when the market next trades`];
    return `Exit of ${order?.quantity ?? "0"} ${name} (last price ${formatAmount(price)} of ${formatTime(asOfMs)} UTC): ${[...sold, ...waits].join(", ")}.`;
  });
}
