// Floor 4, live. The venue's whole word beside the journal: open orders and balances. What differs twice in a row, ten seconds apart, is a
// difference, and is journaled once; while there is one that nobody has accepted nothing is entered. Stops and exits go on.
import type { AccountDifference } from "#schemas/account-difference.ts";
import { isPassing } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Market } from "#schemas/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { barsEntries, differencesOf, type VenueWord } from "#toolkits/execution/live/account-guard.ts";
import type { VenueOrders } from "#toolkits/execution/live/venue-orders.ts";
import type { Account } from "../account/account.ts";
import type { Differences } from "../account/differences.ts";
import { ShortageNames } from "./name-shortage.ts";

/** Between two looks at everything, ms. */
const EVERY_MS = 10_000;
/** The venue's word is no older than this where an entry is sent, ms. */
const FRESH_MS = 60_000;

export interface Reconciled {
  /** When the venue was heard last; null: not yet. */
  readonly atMs: UnixMs | null;
  readonly differences: readonly AccountDifference[];
  /** What it said of the account then; null: it was not heard yet. */
  readonly balances: VenueWord["balances"] | null;
  /** Why the newest question was not answered; empty: it was. */
  readonly problem: string;
}

type AskedOrders = Pick<VenueOrders, "open" | "balances" | "trades" | "facts">;
type ComparedAccount = Pick<Account, "portfolio" | "append" | "hasFill">;
type Markets = ReadonlyMap<MarketSymbol, Market>;
type Seen = ReadonlyMap<string, AccountDifference>;

const NONE_SEEN: Seen = new Map();

export class Reconciliation {
  readonly #orders: AskedOrders;
  readonly #account: ComparedAccount;
  readonly #known: Differences;
  readonly #markets: Markets;
  readonly #names: ShortageNames;
  /** At the look before; null: there was none. */
  #seen: Seen | null = null;
  #state: Reconciled = { atMs: null, differences: [], balances: null, problem: "the venue was not asked yet" };
  #askedMs = Number.NEGATIVE_INFINITY;

  /** @param markets what is too little to be sold hangs on them */
  constructor(orders: AskedOrders, account: ComparedAccount, known: Differences, markets: Markets) {
    this.#orders = orders;
    this.#account = account;
    this.#known = known;
    this.#markets = markets;
    this.#names = new ShortageNames(orders, account);
  }

  get state(): Reconciled {
    return this.#state;
  }

  /** Asks for the balances of this moment, and changes nothing. @throws ProviderError */
  balancesNow(options: CallOptions): Promise<VenueWord["balances"]> {
    return this.#orders.balances(options);
  }

  /** A difference that was settled in the journal is none any more: the next look says so, too. */
  settled(key: string): void {
    this.#state = { ...this.#state, differences: this.#state.differences.filter((one) => one.key !== key) };
    this.#seen = new Map([...(this.#seen ?? NONE_SEEN)].filter(([seen]) => seen !== key));
  }

  /** Why nothing is entered now; null: nothing is in the way. */
  bar(nowMs: UnixMs): string | null {
    const { atMs, differences, problem } = this.#state;
    const [first, ...others] = differences.filter((one) => barsEntries(one) && !this.#known.isAccepted(one));
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

  /**
   * Asks where it is due. A venue that does not answer is said in `state`.
   * @returns whether it saw what it had not seen at the look before: a stop that is gone has filled more often than not
   * @throws StoreError
   */
  async look(nowMs: UnixMs, options: CallOptions): Promise<boolean> {
    if (nowMs >= this.#askedMs && nowMs - this.#askedMs < EVERY_MS) return false;
    this.#askedMs = nowMs;
    const before = this.#account.portfolio();
    let word: VenueWord;
    try {
      word = { open: await this.#orders.open(options), balances: await this.#orders.balances(options) };
    } catch (error) {
      if (!isPassing(error)) throw error;
      this.#state = { ...this.#state, problem: error.message };
      return false;
    }
    // What happened meanwhile is in one of the two only.
    if (this.#account.portfolio() !== before) return false;
    const found = await this.#names.of(differencesOf(before, word, this.#markets), nowMs, options);
    if (this.#account.portfolio() !== before) return false;
    const earlier = this.#seen;
    const now: Seen = new Map(found.map((one) => [one.key, one]));
    this.#seen = now;
    // An order that fills between two answers differs once. At the beginning nothing is entered on a difference seen once.
    const differences = earlier === null ? found : found.filter(({ key }) => earlier.has(key));
    this.#state = { atMs: nowMs, differences, balances: word.balances, problem: "" };
    const rows = this.#rows(earlier ?? NONE_SEEN, now, nowMs);
    if (rows.length > 0) await this.#account.append(rows, options);
    return found.some(({ key }) => earlier?.has(key) !== true);
  }

  /** What was seen twice and is not journaled so; what is journaled and was missed twice. */
  #rows(earlier: Seen, now: Seen, atMs: UnixMs): readonly JournalEvent[] {
    const row = ({ key, kind, amount, text }: AccountDifference, state: "found" | "gone"): JournalEvent => ({
      type: "account-difference",
      atMs,
      ...{ key, kind, amount, text },
      state,
      by: "desk",
      reason: "",
    });
    const found = [...now.values()].filter((one) => barsEntries(one) && this.#isNew(one, earlier.get(one.key)));
    const gone = this.#known.standing().filter(({ key }) => !now.has(key) && !earlier.has(key));
    return [...found.map((one) => row(one, "found")), ...gone.map((one) => row(one, "gone"))];
  }

  /** An amount that moves is another one only once it stands. */
  #isNew({ key, amount }: AccountDifference, earlier: AccountDifference | undefined): boolean {
    const known = this.#known.get(key);
    if (earlier === undefined) return false;
    return known === null || (known.amount !== amount && earlier.amount === amount);
  }
}
