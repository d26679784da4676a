// Floor 4, live. Less of a coin at the venue than the journal says → what a trader calls it: sold by hand, where the venue lists a sale of it
// that is none of the desk's; else moved away. Trades are asked for once for each amount that is missing.
import type { AccountDifference } from "#schemas/account-difference.ts";
import { isPassing } from "#schemas/errors.ts";
import { add, ZERO_QUANTITY } from "#schemas/money.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { splitSymbol, toIso, type UnixMs, unixMs } from "#schemas/units.ts";
import { named } from "#toolkits/execution/live/account-guard.ts";
import { fillIdOf, type VenueOrders, type VenueTrade } from "#toolkits/execution/live/venue-orders.ts";
import type { Account } from "../account/account.ts";

export class ShortageNames {
  readonly #orders: Pick<VenueOrders, "trades" | "facts">;
  readonly #account: Pick<Account, "portfolio" | "hasFill">;
  /** By coin: what was found for which amount. */
  readonly #found = new Map<string, AccountDifference>();
  /** By coin: when the venue had all of it last. */
  readonly #agreedMs = new Map<string, UnixMs>();

  constructor(orders: Pick<VenueOrders, "trades" | "facts">, account: Pick<Account, "portfolio" | "hasFill">) {
    this.#orders = orders;
    this.#account = account;
  }

  /** The same differences; those of coins that are short have the name that the venue's trades give them. */
  async of(
    found: readonly AccountDifference[],
    nowMs: UnixMs,
    options: CallOptions,
  ): Promise<readonly AccountDifference[]> {
    const portfolio = this.#account.portfolio();
    const coinOf = ({ kind, key }: AccountDifference): string | null =>
      kind === "short" ? key.slice(kind.length + 1) : null;
    const short = new Set(found.map(coinOf));
    for (const { symbol } of portfolio.positions.values()) {
      const { base } = splitSymbol(symbol);
      if (!short.has(base)) this.#agreedMs.set(base, nowMs);
    }
    const all: AccountDifference[] = [];
    for (const one of found) {
      const coin = coinOf(one);
      all.push(coin === null ? one : await this.#named(one, coin, portfolio, options));
    }
    return all;
  }

  async #named(one: AccountDifference, coin: string, portfolio: Portfolio, options: CallOptions) {
    const known = this.#found.get(coin);
    if (known?.amount === one.amount) return known;
    const sales = await this.#salesByHand(coin, portfolio, options);
    if (sales === null) return one;
    const [last] = sales.slice(-1);
    const sold = sales.reduce((sum, { quantity }) => add(sum, quantity), ZERO_QUANTITY);
    const name =
      last === undefined
        ? named("withdrawal", coin, one.amount, `${one.text}, and no sale of it is listed`)
        : named(
            "foreign-trade",
            coin,
            one.amount,
            `${sold} ${coin} were sold at the venue and not by the desk, last at ${toIso(last.atMs).slice(11, 19)} UTC (trade ${last.tradeId}): ${one.text}`,
          );
    this.#found.set(coin, name);
    return name;
  }

  /** Since the venue had all of it, or since it was bought; null: the venue does not say now. */
  async #salesByHand(coin: string, portfolio: Portfolio, options: CallOptions): Promise<readonly VenueTrade[] | null> {
    const held = [...portfolio.positions.values()].filter(({ symbol }) => splitSymbol(symbol).base === coin);
    const boughtMs = unixMs(Math.min(...held.map(({ openedAtMs }) => openedAtMs)));
    const sinceMs = this.#agreedMs.get(coin) ?? boughtMs;
    const own = new Set([...portfolio.orders.values()].map(({ venueOrderId }) => venueOrderId));
    const isByHand = (trade: VenueTrade): boolean =>
      trade.side === "sell" &&
      !own.has(trade.venueOrderId) &&
      !this.#account.hasFill(fillIdOf(this.#orders.facts.id, trade));
    try {
      const trades: VenueTrade[] = [];
      for (const symbol of new Set(held.map((position) => position.symbol)))
        trades.push(...(await this.#orders.trades({ symbol, sinceMs }, options)));
      return trades.filter(isByHand).toSorted((a, b) => a.atMs - b.atMs);
    } catch (error) {
      if (!isPassing(error)) throw error;
      return null;
    }
  }
}
