// Floor 2, live execution. Before the first order: whether the key may trade for this desk, and where the journal and the venue disagree.
// Pure.
import { add, compare, type DecimalText, ZERO_QUANTITY } from "#schemas/money.ts";
import { isAtVenue } from "#schemas/order.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import { DAY_MS, splitSymbol, toIso, type UnixMs } from "#schemas/units.ts";
import type { KeyCheck, VenueBalance, VenueOrder } from "./venue-orders.ts";

/** A key that ends sooner would leave positions without anyone who may sell them. */
const KEY_LASTS_MS = DAY_MS;

/** Why the desk does not trade with this key; null: it does. What the venue does not say is no yes (law 4). */
export function keyRefusal(
  { accountId, mayTrade, mayWithdraw, expiresAtMs }: KeyCheck,
  { liveAccount, nowMs }: { readonly liveAccount: string; readonly nowMs: UnixMs },
): string | null {
  if (accountId === null) return "the venue does not say whose key it is";
  if (accountId !== liveAccount) return `the key is of account ${accountId}, and --live-account names ${liveAccount}`;
  if (mayWithdraw === null) return "the venue does not say whether the key may withdraw";
  if (mayWithdraw) return "the key may withdraw: make one that may only trade";
  if (!mayTrade) return "the key may not trade";
  if (expiresAtMs === null) return null;
  if (expiresAtMs <= nowMs) return `the key expired at ${toIso(expiresAtMs)}`;
  return expiresAtMs - nowMs < KEY_LASTS_MS ? `the key expires within a day, at ${toIso(expiresAtMs)}` : null;
}

/** Where journal and venue disagree. */
export interface Difference {
  readonly kind: /** The desk's own form of id, and not in its journal. */
    | "unknown-order"
    /** The journal says that it rests at the venue, which does not list it. */
    | "missing-order"
    /** The venue holds less of a coin, or of the settlement currency, than the journal says. */
    | "short"
    /** Somebody else's order in the same account. Nothing is done with it, and it bars nothing. */
    | "foreign-order";
  /** For people. */
  readonly text: string;
}

export interface VenueWord {
  readonly open: readonly VenueOrder[];
  readonly balances: ReadonlyMap<string, VenueBalance>;
}

export function differencesOf(portfolio: Portfolio, { open, balances }: VenueWord): readonly Difference[] {
  const differences: Difference[] = [];
  const listed = new Set<string>();
  for (const order of open) {
    const { clientOrderId, venueOrderId, symbol, side, quantity } = order;
    if (clientOrderId !== null) listed.add(clientOrderId);
    const what = `${side} ${quantity} ${symbol}, order ${venueOrderId}`;
    if (clientOrderId === null) differences.push({ kind: "foreign-order", text: `${what}, is not the desk's` });
    else if (!portfolio.orders.has(clientOrderId))
      differences.push({
        kind: "unknown-order",
        text: `${what}, has an id of the desk's form and is not in its journal`,
      });
  }
  for (const order of portfolio.orders.values()) {
    if (!isAtVenue(order) || listed.has(order.clientOrderId)) continue;
    const text = `the ${order.role} of ${order.quantity} ${order.symbol} is not listed as open`;
    differences.push({ kind: "missing-order", text });
  }
  for (const [currency, needed] of neededOf(portfolio)) {
    const { free, used } = balances.get(currency) ?? { free: "0", used: "0" };
    const there = add<DecimalText>(free, used);
    if (compare(there, needed) >= 0) continue;
    differences.push({ kind: "short", text: `the journal has ${needed} ${currency}, the venue ${there}` });
  }
  return differences;
}

/** What the journal says is the desk's, by currency. */
function neededOf(portfolio: Portfolio): ReadonlyMap<string, DecimalText> {
  const needed = new Map<string, DecimalText>([[portfolio.quote, portfolio.cash]]);
  for (const { symbol, quantity } of portfolio.positions.values()) {
    const { base } = splitSymbol(symbol);
    needed.set(base, add<DecimalText>(needed.get(base) ?? ZERO_QUANTITY, quantity));
  }
  return needed;
}

/** What is worth a line, and bars entries until it is explained. */
export const barsEntries = ({ kind }: Difference): boolean => kind !== "foreign-order";
