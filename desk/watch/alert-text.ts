// Floor 4. Fills and times → words for a phone: short, UTC, no number that the journal does not have or add up to.
import { add, type DecimalText, divide, type Quantity, toNumber } from "#schemas/money.ts";
import type { Fill } from "#schemas/order.ts";
import { splitSymbol, toIso, type UnixMs } from "#schemas/units.ts";
import { isAdoptedFill } from "#toolkits/execution/adoption.ts";
import { ofStrategy } from "../documents/strategy-names.ts";

/** `2018-01-16 12:05 UTC`. */
export const timeText = (timeMs: UnixMs): string => `${toIso(timeMs).slice(0, 16).replace("T", " ")} UTC`;

/** Orders named in full; the others are counted. */
const ORDERS_NAMED = 8;

/**
 * `bought 0.12 ETH at 3000.1 USDT (entry); sold …`: one part an order, however many fills it took.
 * @param strategies those that trade: where there are several, each part says whose it is
 */
export function fillText(fills: readonly Fill[], strategies: readonly string[]): string {
  const orders = new Map<string, Fill[]>();
  for (const fill of fills) orders.set(fill.clientOrderId, [...(orders.get(fill.clientOrderId) ?? []), fill]);
  const named = [...orders.values()]
    .slice(0, ORDERS_NAMED)
    .map((own) => orderText(own, strategies))
    .join("; ");
  return orders.size <= ORDERS_NAMED ? named : `${named}; and ${orders.size - ORDERS_NAMED} more`;
}

function orderText(fills: readonly Fill[], strategies: readonly string[]): string {
  const [first] = fills;
  if (first === undefined) return "";
  const { base, quote } = splitSymbol(first.symbol);
  const quantity = fills.reduce((sum, fill) => add(sum, fill.quantity), "0" as Quantity);
  const notional = fills.reduce((sum, fill) => add(sum, fill.notional), "0" as Fill["notional"]);
  const price = fills.length === 1 ? first.price : `${Number(divide(notional, quantity)).toPrecision(7)} on average`;
  const did = isAdoptedFill(first) ? "" : first.side === "buy" ? "bought " : "sold ";
  const left = fills.at(-1)?.left ?? "0";
  return `${did}${quantity} ${base}${ofStrategy(first.strategyId, strategies)} at ${price} ${quote} (${first.role}${left === "0" ? "" : `, ${left} left`})`;
}

/** `10,012.34`, `0.0005273`: two decimals from 100 on, else six significant digits. */
export function amountText(amount: DecimalText): string {
  const value = toNumber(amount);
  if (Math.abs(value) >= 100) return value.toLocaleString("en-US", { maximumFractionDigits: 2 });
  return value.toLocaleString("en-US", { maximumSignificantDigits: 6, maximumFractionDigits: 12 });
}

/** With its sign, a real minus, and two decimals from 1 on. */
export function signedText(amount: DecimalText): string {
  const value = toNumber(amount);
  const size = Math.abs(value) >= 1 ? Math.abs(value).toFixed(2) : amountText(amount.replace("-", ""));
  return `${value < 0 ? "−" : "+"}${size}`;
}

/** `+0.12 %`, with a real minus. */
export const pctText = (pct: number): string => `${pct < 0 ? "−" : "+"}${Math.abs(pct).toFixed(2)} %`;
