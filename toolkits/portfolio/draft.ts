// Floor 2, portfolio. A portfolio while one event is applied to it: a map is copied when it is written to first, all else is put
// together once at the end. Outside of this folder there are only finished portfolios, which never change.
import type { Order } from "#schemas/order.ts";
import type { OpenBracket, Portfolio, Position, PositionKey } from "#schemas/portfolio.ts";
import type { UnixMs } from "#schemas/units.ts";

export class Draft {
  readonly quote: Portfolio["quote"];
  cash: Portfolio["cash"];
  allotted: Portfolio["allotted"];
  loss: Portfolio["loss"];
  realisedPnl: Portfolio["realisedPnl"];
  feesPaid: Portfolio["feesPaid"];
  dueFees: Portfolio["dueFees"];
  positions: Portfolio["positions"];
  orders: Portfolio["orders"];
  brackets: Portfolio["brackets"];
  lastExitMs: Portfolio["lastExitMs"];
  canceling: Portfolio["canceling"];
  recentEntries: Portfolio["recentEntries"];
  readonly #before: Portfolio;

  constructor(before: Portfolio) {
    this.quote = before.quote;
    this.cash = before.cash;
    this.allotted = before.allotted;
    this.loss = before.loss;
    this.realisedPnl = before.realisedPnl;
    this.feesPaid = before.feesPaid;
    this.dueFees = before.dueFees;
    this.positions = before.positions;
    this.orders = before.orders;
    this.brackets = before.brackets;
    this.lastExitMs = before.lastExitMs;
    this.canceling = before.canceling;
    this.recentEntries = before.recentEntries;
    this.#before = before;
  }

  /** As `positions`, to be written to; so are those below. */
  ownPositions(): Map<PositionKey, Position> {
    if (this.positions === this.#before.positions) this.positions = copyOf(this.#before.positions);
    return this.positions as Map<PositionKey, Position>;
  }

  ownOrders(): Map<string, Order> {
    if (this.orders === this.#before.orders) this.orders = copyOf(this.#before.orders);
    return this.orders as Map<string, Order>;
  }

  ownBrackets(): Map<string, OpenBracket> {
    if (this.brackets === this.#before.brackets) this.brackets = copyOf(this.#before.brackets);
    return this.brackets as Map<string, OpenBracket>;
  }

  ownLastExits(): Map<PositionKey, UnixMs> {
    if (this.lastExitMs === this.#before.lastExitMs) this.lastExitMs = copyOf(this.#before.lastExitMs);
    return this.lastExitMs as Map<PositionKey, UnixMs>;
  }

  ownCanceling(): Map<string, string> {
    if (this.canceling === this.#before.canceling) this.canceling = copyOf(this.#before.canceling);
    return this.canceling as Map<string, string>;
  }

  /** The portfolio after the event; the one before where nothing was written. The draft is not used again. */
  finished(): Portfolio {
    const { cash, allotted, loss, realisedPnl, feesPaid, dueFees } = this;
    const { positions, orders, brackets, lastExitMs, canceling, recentEntries } = this;
    const before = this.#before;
    const isChanged =
      orders !== before.orders ||
      positions !== before.positions ||
      brackets !== before.brackets ||
      cash !== before.cash ||
      allotted !== before.allotted ||
      loss !== before.loss ||
      realisedPnl !== before.realisedPnl ||
      feesPaid !== before.feesPaid ||
      dueFees !== before.dueFees ||
      lastExitMs !== before.lastExitMs ||
      canceling !== before.canceling ||
      recentEntries !== before.recentEntries;
    if (!isChanged) return before;
    return {
      ...before,
      cash,
      allotted,
      loss,
      realisedPnl,
      feesPaid,
      dueFees,
      positions,
      orders,
      brackets,
      lastExitMs,
      canceling,
      recentEntries,
    };
  }
}

/** `new Map(map)` makes an array of every entry, and takes twice as long; every event of an order copies a map. */
export function copyOf<K, V>(map: ReadonlyMap<K, V>): Map<K, V> {
  const copy = new Map<K, V>();
  map.forEach((value, key) => {
    copy.set(key, value);
  });
  return copy;
}
