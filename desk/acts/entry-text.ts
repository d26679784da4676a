// Floor 4. An entry that waits for the operator → what it is shown as: quantity, limit, stop, reason, and how long it waits.
import type { WaitingEntry } from "#schemas/act.ts";
import { decimalFromNumber, multiply, type Price } from "#schemas/money.ts";
import type { Order } from "#schemas/order.ts";
import { splitSymbol, toIso, type UnixMs } from "#schemas/units.ts";
import { stopPriceOf } from "#toolkits/risk/bracket.ts";
import type { DeskIdentity, DeskMarket, DeskTrading } from "../desk.ts";
import { formatAmount } from "../documents/format.ts";
import { ofStrategy, strategyIdsOf } from "../documents/strategy-names.ts";

export interface EntryDesk
  extends Pick<DeskIdentity, "clock" | "config">,
    Pick<DeskMarket, "markets" | "marketData">,
    Pick<DeskTrading, "account" | "strategies"> {}

/** Exactly what would be sent, and why. */
export function entryLines(desk: EntryDesk, { decision }: WaitingEntry, order: Order): readonly string[] {
  const { symbol, strategyId, price, reason } = decision;
  const { base, quote } = splitSymbol(symbol);
  const name = `${symbol}${ofStrategy(strategyId, strategyIdsOf(desk))}`;
  const at = order.limitPrice ?? decimalFromNumber(price);
  const how = order.limitPrice === null ? `at the market, last ${formatAmount(at)}` : `at ${formatAmount(at)} or less`;
  const worth = `about ${formatAmount(multiply(order.quantity, at))} ${quote}`;
  const stop = stopOf(desk, order, at as Price);
  return [
    `Buy ${order.quantity} ${base} (${name}) ${how}, ${worth}.`,
    stop === null ? "Without a stop." : `Its stop: ${formatAmount(stop)}, ${order.bracket?.stopPct} % under the fill.`,
    `Because: ${reason.replace(/\.$/, "")}.`,
  ];
}

/** What has to be the same at approval. The quantity may come out smaller, and is never larger than was shown. */
export function entryStands(order: Order): Readonly<Record<string, string>> {
  const { symbol, limitPrice, bracket } = order;
  return {
    [`the limit of ${symbol}`]: limitPrice ?? "the market",
    [`the stop of ${symbol}`]: bracket === null ? "none" : `${bracket.stopPct} % under the fill`,
  };
}

/** How long it waits. A simulated clock stands still between two slots. */
export function waitingText({ clock }: Pick<EntryDesk, "clock">, expiresAtMs: UnixMs): string {
  if (clock.kind !== "system")
    return "Sent only if you approve it before the next slot and the risk gate still passes it.";
  const left = Math.max(0, Math.floor((expiresAtMs - clock.now()) / 1000));
  return `Sent only if you approve it within ${left} s, until ${toIso(expiresAtMs).slice(11, 19)} UTC, and the risk gate still passes it.`;
}

function stopOf({ markets }: Pick<EntryDesk, "markets">, { symbol, bracket }: Order, at: Price): Price | null {
  const market = markets.get(symbol);
  return bracket === null || market === undefined ? null : stopPriceOf(at, bracket.stopPct, market.tickSize);
}
