// Floor 4, live. The venue's whole word beside the journal: open orders and balances. What differs twice in a row, ten seconds apart, is a
// difference; while there is one nothing is entered. Stops and exits go on.
import { isPassing } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { UnixMs } from "#schemas/units.ts";
import { barsEntries, type Difference, differencesOf } from "#toolkits/execution/live/account-guard.ts";
import type { VenueOrders } from "#toolkits/execution/live/venue-orders.ts";
import type { Account } from "../account/account.ts";

/** Between two looks at everything, ms. */
const EVERY_MS = 10_000;
/** The venue's word is no older than this where an entry is sent, ms. */
const FRESH_MS = 60_000;

export interface Reconciled {
  /** When the venue was heard last; null: not yet. */
  readonly atMs: UnixMs | null;
  readonly differences: readonly Difference[];
  /** Why the newest question was not answered; empty: it was. */
  readonly problem: string;
}

export class Reconciliation {
  readonly #orders: Pick<VenueOrders, "open" | "balances">;
  readonly #account: Pick<Account, "portfolio">;
  #seen: readonly Difference[] = [];
  #state: Reconciled = { atMs: null, differences: [], problem: "the venue was not asked yet" };
  #askedMs = Number.NEGATIVE_INFINITY;

  constructor(orders: Pick<VenueOrders, "open" | "balances">, account: Pick<Account, "portfolio">) {
    this.#orders = orders;
    this.#account = account;
  }

  get state(): Reconciled {
    return this.#state;
  }

  /** Why nothing is entered now; null: nothing is in the way. */
  bar(nowMs: UnixMs): string | null {
    const { atMs, differences, problem } = this.#state;
    const [first, ...others] = differences.filter(barsEntries);
    if (first !== undefined) {
      const more = others.length > 0 ? ` (and ${others.length} more)` : "";
      return `the account at the venue differs from the journal: ${first.text}${more}`;
    }
    if (atMs === null || nowMs - atMs > FRESH_MS) return `the account was not compared with the venue's: ${problem}`;
    return null;
  }

  /** Asks where what is known would be too old for an entry soon. */
  async refresh(nowMs: UnixMs, options: CallOptions): Promise<void> {
    const { atMs } = this.#state;
    if (atMs === null || nowMs - atMs > FRESH_MS / 2) await this.look(nowMs, options);
  }

  /** Asks where it is due. A venue that does not answer is said in `state`. */
  async look(nowMs: UnixMs, options: CallOptions): Promise<void> {
    if (nowMs >= this.#askedMs && nowMs - this.#askedMs < EVERY_MS) return;
    this.#askedMs = nowMs;
    const before = this.#account.portfolio();
    try {
      const [open, balances] = [await this.#orders.open(options), await this.#orders.balances(options)];
      // What happened meanwhile is in one of the two only.
      if (this.#account.portfolio() !== before) return;
      const found = differencesOf(before, { open, balances });
      const isFirst = this.#state.atMs === null;
      const seenBefore = new Set(this.#seen.map(({ text }) => text));
      this.#seen = found;
      // An order that fills between two answers differs once. At the beginning nothing is entered on a difference seen once.
      const differences = isFirst ? found : found.filter(({ text }) => seenBefore.has(text));
      this.#state = { atMs: nowMs, differences, problem: "" };
    } catch (error) {
      if (!isPassing(error)) throw error;
      this.#state = { ...this.#state, problem: error.message };
    }
  }
}
