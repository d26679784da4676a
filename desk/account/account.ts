// Floor 4. The account: one writer, journal first, then one stream of typed events. What the desk holds is a fold of its
// journal; statistics, alerts, the hash and every other view are readers of the same stream.
import type { JournalEvent } from "#schemas/journal.ts";
import { journalEventId } from "#schemas/journal.ts";
import { type Money, toNumber } from "#schemas/money.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { Journal } from "#schemas/ports/trading.ts";
import type { Answered, CallOptions } from "#schemas/ports/work.ts";
import type { UnixMs } from "#schemas/units.ts";
import { applyEvent, emptyPortfolio } from "#toolkits/portfolio/portfolio.ts";
import { type AccountCounts, AccountViews, type Decided } from "./account-views.ts";
import type { ExposureFold } from "./exposure-fold.ts";
import { journalPages } from "./journal-pages.ts";
import type { TradeStatistics } from "./trade-statistics.ts";

/** Hears every event of an account, in the order of its journal, once it is durable. */
export interface EventReader {
  take(event: JournalEvent): void;
}

export interface Account {
  /** False: another process may be writing it, and this one only looks. */
  readonly mayWrite: boolean;
  portfolio(): Portfolio;
  /**
   * All or nothing; is over, or resolves, when the events are durable and every reader has taken them. Appends are written one after
   * another in the order of the calls, whatever the journal's own pace.
   */
  append(events: readonly JournalEvent[], options: CallOptions): Answered<void>;
  /**
   * Resolves once all appends have ended, and what a failed one has left open is known. Asked for before a row is given an id that
   * counts the rows before it.
   */
  settle(options: CallOptions): Promise<void>;
  /** Hears what is appended from now on; returns the way to stop. */
  subscribe(reader: EventReader): () => void;
  /** Over everything this run has journaled. */
  decisionsHash(): string;
  counts(): AccountCounts;
  statistics(): TradeStatistics;
  /** Equity by day, and how much of it was at work. */
  exposure(): ExposureFold;
  /** Whether the journal has a fill; of an account with a store. */
  hasFill(fillId: string): boolean;
  /**
   * A time for the next row of an order: now, or just after its newest doubt where the clock was set back since. Two rows of one order, kind
   * and time would be one row.
   */
  rowMs(clientOrderId: string, nowMs: UnixMs): UnixMs;
  /** Decisions that the journal already has. */
  decided(): Pick<Decided, "has" | "hasDecision">;
  /** From the newest equity row on: what its slot decided, and what has become of it since. */
  newestSlot(): readonly JournalEvent[];
}

export interface AccountStart {
  /** Settlement currency. */
  readonly quote: string;
  readonly cash: Money;
  /** Readers that hear the journal from its first event on. */
  readonly readers?: readonly EventReader[];
}

/** An account without a store: what a backtest trades on. */
export const createAccount = (start: AccountStart): Account => new StreamedAccount(null, start);

/** Opens a run's account by reading its journal from the beginning. @throws InvariantError, StoreError */
export async function openAccount(journal: Journal, start: AccountStart, options: CallOptions): Promise<Account> {
  const account = new StreamedAccount(journal, start);
  for await (const rows of journalPages(journal, {}, options)) for (const { event } of rows) account.take(event);
  return account;
}

class StreamedAccount implements Account {
  readonly mayWrite: boolean;
  readonly #journal: Journal | null;
  readonly #views: AccountViews;
  readonly #readers: Set<EventReader>;
  #portfolio: Portfolio;
  /** The append before, ended one way or the other. */
  #last: Promise<unknown> = Promise.resolve();
  /** Events of a failed append: whether the journal has them is not known until it was asked. */
  #unresolved: readonly JournalEvent[] = [];

  constructor(journal: Journal | null, start: AccountStart) {
    this.mayWrite = journal?.readOnly !== true;
    this.#journal = journal;
    this.#views = new AccountViews(journal !== null, () => toNumber(this.#portfolio.cash));
    this.#portfolio = emptyPortfolio(start);
    this.#readers = new Set([this.#views, ...(start.readers ?? [])]);
  }

  portfolio = (): Portfolio => this.#portfolio;
  decisionsHash = (): string => this.#views.hasher.digest();
  counts = (): AccountCounts => this.#views.counts();
  statistics = (): TradeStatistics => this.#views.statistics;
  exposure = (): ExposureFold => this.#views.exposure;
  hasFill = (fillId: string): boolean => this.#views.fillIds.has(fillId);
  rowMs = (clientOrderId: string, nowMs: UnixMs): UnixMs => this.#views.nextMs(clientOrderId, nowMs);
  decided = (): Decided => this.#views.decided;
  newestSlot = (): readonly JournalEvent[] => this.#views.newestSlot;

  subscribe = (reader: EventReader): (() => void) => {
    this.#readers.add(reader);
    return () => void this.#readers.delete(reader);
  };

  append = (events: readonly JournalEvent[], options: CallOptions): Answered<void> => {
    const journal = this.#journal;
    if (journal === null || events.length === 0) return this.#takeAll(events);
    const appended = this.#last.then(() => this.#write(journal, events, options));
    this.#last = appended.catch(() => {});
    return appended;
  };

  settle = (options: CallOptions): Promise<void> => {
    const journal = this.#journal;
    if (journal === null) return Promise.resolve();
    const settled = this.#last.then(() => this.#resolve(journal, options));
    this.#last = settled.catch(() => {});
    return settled;
  };

  take(event: JournalEvent): void {
    this.#portfolio = applyEvent(this.#portfolio, event);
    for (const reader of this.#readers) reader.take(event);
  }

  #takeAll(events: readonly JournalEvent[]): void {
    for (const event of events) this.take(event);
  }

  async #write(journal: Journal, events: readonly JournalEvent[], options: CallOptions): Promise<void> {
    await this.#resolve(journal, options);
    try {
      await journal.append(events, options);
    } catch (error) {
      this.#unresolved = events;
      throw error;
    }
    this.#takeAll(events);
  }

  /** A connection may break after the rows were written: the journal's newest rows tell, and memory follows them. */
  async #resolve(journal: Journal, options: CallOptions): Promise<void> {
    const events = this.#unresolved;
    if (events.length === 0) return;
    const newest = await journal.read({ limit: events.length }, options);
    const written = new Set(newest.map(({ eventId }) => eventId));
    if (events.every((event) => written.has(journalEventId(event)))) this.#takeAll(events);
    this.#unresolved = [];
  }
}
