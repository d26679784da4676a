// Floor 2, live execution. Before the first order: whether the key may trade for this desk, and where the journal and the venue disagree.
// Pure.
import type { AccountDifference, AccountDifferenceKind } from "#schemas/account-difference.ts";
import type { Market } from "#schemas/market.ts";
import { add, compare, type DecimalText, isPositive, type Quantity, subtract, ZERO_QUANTITY } from "#schemas/money.ts";
import { isAtVenue } from "#schemas/order.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import { DAY_MS, type MarketSymbol, splitSymbol, toIso, type UnixMs } from "#schemas/units.ts";
import { isSellable } from "../bracket-orders.ts";
import { type KeyCheck, type VenueBalance, type VenueOrder, venueKeyOf } from "./venue-orders.ts";

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

export interface VenueWord {
  readonly open: readonly VenueOrder[];
  readonly balances: ReadonlyMap<string, VenueBalance>;
}

export const named = (
  kind: AccountDifferenceKind,
  what: string,
  amount: DecimalText,
  text: string,
): AccountDifference => ({
  key: `${kind}:${what}`,
  kind,
  amount,
  text,
});

/**
 * What the venue has above what the journal says is never counted: the owner's other coins are no difference, and money above the desk's is
 * named a deposit. @param markets where it is known what is too little to be sold
 */
export function differencesOf(
  portfolio: Portfolio,
  { open, balances }: VenueWord,
  markets: ReadonlyMap<MarketSymbol, Market>,
): readonly AccountDifference[] {
  const differences: AccountDifference[] = [];
  const listed = new Set<string>();
  // A stop that was moved has its own id in the journal, and the first one's at the venue.
  const known = new Map([...portfolio.orders.values()].map((order) => [venueKeyOf(order), order.clientOrderId]));
  for (const order of open) {
    const { venueOrderId, symbol, side, quantity } = order;
    const clientOrderId = known.get(venueKeyOf(order)) ?? order.clientOrderId;
    if (clientOrderId !== null) listed.add(clientOrderId);
    const what = `${side} ${quantity} ${symbol}, order ${venueOrderId}`;
    if (clientOrderId === null)
      differences.push(named("foreign-order", venueOrderId, quantity, `${what}, is not the desk's`));
    else if (!portfolio.orders.has(clientOrderId)) {
      const text = `${what}, has an id of the desk's form and is not at work in its journal`;
      differences.push(named("unknown-order", venueOrderId, quantity, text));
    }
  }
  for (const order of portfolio.orders.values()) {
    if (!isAtVenue(order) || listed.has(order.clientOrderId)) continue;
    const text = `the ${order.role} of ${order.quantity} ${order.symbol} is not listed as open`;
    differences.push(named("missing-order", order.clientOrderId, order.quantity, text));
  }
  for (const [currency, needed] of neededOf(portfolio)) {
    const { free, used } = balances.get(currency) ?? { free: "0", used: "0" };
    const there = add<DecimalText>(free, used);
    const missing = subtract<DecimalText>(needed, there);
    const text = `the journal has ${needed} ${currency}, the venue ${there}`;
    const isMoney = currency === portfolio.quote;
    if (isPositive(missing)) {
      const kind = isMoney
        ? "withdrawal"
        : isDueFee(portfolio, currency, missing)
          ? "coin-fee"
          : isDust(portfolio, currency, missing, markets)
            ? "dust"
            : "short";
      differences.push(named(kind, currency, missing, text));
    } else if (isMoney && compare(missing, "0") < 0) {
      const more = subtract<DecimalText>(there, needed);
      differences.push(named("deposit", currency, more, `${more} ${currency} at the venue are not the desk's`));
    }
  }
  return differences;
}

const isDueFee = ({ dueFees }: Portfolio, coin: string, amount: DecimalText): boolean =>
  compare(
    dueFees.reduce<DecimalText>((sum, fee) => (fee.currency === coin ? add<DecimalText>(sum, fee.amount) : sum), "0"),
    amount,
  ) === 0;

/** Less than could be sold of any position in it. */
function isDust(
  { positions }: Portfolio,
  coin: string,
  amount: DecimalText,
  markets: ReadonlyMap<MarketSymbol, Market>,
) {
  const held = [...positions.values()].filter(({ symbol }) => splitSymbol(symbol).base === coin);
  return held.every(({ symbol, averagePrice }) => {
    const market = markets.get(symbol);
    return market !== undefined && !isSellable(amount as Quantity, averagePrice, market);
  });
}

/** What the journal says is the desk's, by currency. */
export function neededOf(portfolio: Portfolio): ReadonlyMap<string, DecimalText> {
  const needed = new Map<string, DecimalText>([[portfolio.quote, portfolio.cash]]);
  for (const { symbol, quantity } of portfolio.positions.values()) {
    const { base } = splitSymbol(symbol);
    needed.set(base, add<DecimalText>(needed.get(base) ?? ZERO_QUANTITY, quantity));
  }
  return needed;
}

/** What the operator types about it, once he knows why; null: nothing is to be done about it. */
export function commandFor({ kind, key }: Pick<AccountDifference, "kind" | "key">): string | null {
  if (kind === "foreign-order") return null;
  if (kind === "deposit") return "deeptrader allot AMOUNT --reason TEXT";
  if (kind === "unknown-order") return `deeptrader adopt ${key.slice("unknown-order:".length)} --reason TEXT`;
  return `deeptrader accept ${key} --reason TEXT`;
}

/** The venue has less of a currency than the journal says. */
const MISSING: ReadonlySet<AccountDifferenceKind> = new Set(["short", "withdrawal", "foreign-trade", "dust"]);

/** The currency of which the venue has less than the journal says; null: the difference is another one. */
export const missingCurrency = ({ kind, key }: Pick<AccountDifference, "kind" | "key">): string | null =>
  MISSING.has(kind) ? key.slice(kind.length + 1) : null;

/** What is worth a line, and bars entries until it is explained. */
export const barsEntries = ({ kind }: Pick<AccountDifference, "kind">): boolean =>
  kind !== "foreign-order" && kind !== "deposit";
