// Floor 4. What the venue has less than the journal says, taken out of the journal at the operator's word: money as an allotment, coins
// from the positions in them, at what they cost, so that there is neither profit nor loss.
import type { AccountDifference } from "#schemas/account-difference.ts";
import { PositionError } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import {
  add,
  compare,
  type DecimalText,
  isPositive,
  type Money,
  minOf,
  multiply,
  type Quantity,
  subtract,
  ZERO_QUANTITY,
} from "#schemas/money.ts";
import type { Portfolio, Position } from "#schemas/portfolio.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { splitSymbol, type UnixMs } from "#schemas/units.ts";
import { isSellable } from "#toolkits/execution/bracket-orders.ts";
import { missingCurrency, neededOf } from "#toolkits/execution/live/account-guard.ts";
import { uncovered } from "#toolkits/execution/protection.ts";
import type { Desk } from "../desk.ts";
import type { Said } from "./act-row.ts";
import { allotmentRow, checkLeaves } from "./allot.ts";
import { type WorthNow, worthNow } from "./worth-now.ts";

export interface Settlement {
  readonly events: readonly JournalEvent[];
  /** What that changes, for people. */
  readonly lines: readonly string[];
}

const NOTHING: Settlement = { events: [], lines: [] };

/** Nothing where it is of an order. @throws PositionError where it is another amount by now; ProviderError where the venue is silent */
export async function settlementOf(
  desk: Desk,
  difference: AccountDifference,
  said: Said & { readonly atMs: UnixMs },
  options: CallOptions,
): Promise<Settlement> {
  const currency = missingCurrency(difference);
  if (currency === null) return NOTHING;
  const amount = await missingNow(desk, currency, difference, options);
  const worth = await worthNow(desk, options);
  if (currency === desk.quote) return moneyOut(desk, amount as Money, worth, said);
  return coinsOut(desk, currency, amount as Quantity, worth, said);
}

/** The venue is asked once more: what is taken out of the journal is what is missing now. */
async function missingNow(desk: Desk, currency: string, { key, amount }: AccountDifference, options: CallOptions) {
  const balances = await desk.reconciliation?.balancesNow(options);
  if (balances === undefined) {
    throw new PositionError({
      was: "The venue was not opened: what it holds is not known.",
      remedy: "Start the desk, and give the command while it runs.",
    });
  }
  const { free, used } = balances.get(currency) ?? { free: "0", used: "0" };
  const needed = neededOf(desk.account.portfolio()).get(currency) ?? "0";
  const missing = subtract<DecimalText>(needed, add<DecimalText>(free, used));
  if (compare(missing, amount) === 0) return missing;
  throw new PositionError({
    was: isPositive(missing)
      ? `${key}: ${missing} ${currency} are missing by now, not ${amount}.`
      : `${key}: nothing is missing any more.`,
    expected: "the difference as it was shown",
    remedy: "See `deeptrader account`, and say it again.",
  });
}

function moneyOut(desk: Desk, amount: Money, { equity }: WorthNow, said: Said & { readonly atMs: UnixMs }): Settlement {
  checkLeaves(equity, amount, desk.quote);
  const out = subtract<Money>("0" as Money, amount);
  return {
    events: [allotmentRow(desk, out, equity, said)],
    lines: [`${amount} ${desk.quote} are the desk's no more: no loss, and no drawdown`],
  };
}

/**
 * What no order at the venue holds goes first, since that alone can be moved or sold by hand; then the newest position, so that as few
 * stops as can be are placed anew.
 */
function coinsOut(
  desk: Desk,
  currency: string,
  amount: Quantity,
  worth: WorthNow,
  said: Said & { readonly atMs: UnixMs },
): Settlement {
  const { account, markets, quote } = desk;
  const portfolio = account.portfolio();
  const events: JournalEvent[] = [];
  const lines: string[] = [];
  let { equity } = worth;
  let nth = portfolio.operatorRows;
  for (const { position, quantity } of sharesOf(portfolio, currency, amount)) {
    const { strategyId, symbol, averagePrice } = position;
    const cost = multiply(quantity, averagePrice) as Money;
    const value = multiply(quantity, worth.priceOf(position)) as Money;
    events.push({ type: "coins-out", strategyId, symbol, quantity, cost, value, equity, nth, ...said });
    const left = subtract(position.quantity, quantity);
    lines.push(
      `${quantity} ${symbol} of ${strategyId} are the desk's no more, with the ${cost} ${quote} that they cost; ${left} are left`,
    );
    equity = subtract(equity, value);
    nth += 1;
    const market = markets.get(symbol);
    if (isPositive(left) && !position.dust && market !== undefined && !isSellable(left, averagePrice, market))
      events.push({ type: "dust", atMs: said.atMs, strategyId, symbol, quantity: left });
  }
  return { events, lines };
}

interface Share {
  readonly position: Position;
  readonly quantity: Quantity;
}

function sharesOf(portfolio: Portfolio, currency: string, amount: Quantity): readonly Share[] {
  const held = [...portfolio.positions.values()]
    .filter(({ symbol }) => splitSymbol(symbol).base === currency)
    .toSorted((a, b) => b.openedAtMs - a.openedAtMs);
  const taken = new Map<Position, Quantity>();
  let left = amount;
  const take = (position: Position, most: Quantity): void => {
    const before = taken.get(position) ?? ZERO_QUANTITY;
    const quantity = minOf(left, minOf(most, subtract(position.quantity, before)));
    if (!isPositive(quantity)) return;
    taken.set(position, add(before, quantity));
    left = subtract(left, quantity);
  };
  for (const position of held) take(position, uncovered(portfolio, position));
  for (const position of held) take(position, position.quantity);
  return [...taken].map(([position, quantity]) => ({ position, quantity }));
}
