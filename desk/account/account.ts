// Floor 4. The account: one writer, journal first, then one stream of typed events. What the desk holds is a fold of its
// journal; statistics, alerts, the hash and every other view are readers of the same stream.
import type { JournalEvent } from "#schemas/journal.ts";
import { journalEventId } from "#schemas/journal.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { Journal } from "#schemas/ports/trading.ts";
import type { Answered, CallOptions } from "#schemas/ports/work.ts";
import type { UnixMs } from "#schemas/units.ts";
import { AccountFold, type AccountStart, type EventReader } from "./account-fold.ts";
import type { AccountCounts, Decided } from "./account-views.ts";
import type { ExposureFold } from "./exposure-fold.ts";
import type { TradeStatistics } from "./trade-statistics.ts";

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

/** An account without a store: what a backtest trades on. */
export const createAccount = (start: AccountStart): Account => new StreamedAccount(null, new AccountFold(start, false));

/** Opens a run's account by reading what of its journal the fold has not read yet. @throws InvariantError, StoreError */
export async function ownAccount(journal: Journal, fold: AccountFold, options: CallOptions): Promise<Account> {
  await fold.readOn(journal, options);
  return new StreamedAccount(journal, fold);
}

class StreamedAccount implements Account {
  readonly mayWrite: boolean;
  readonly #journal: Journal | null;
  readonly #fold: AccountFold;
  /** The append before, ended one way or the other. */
  #last: Promise<unknown> = Promise.resolve();
  /** Events of a failed append: whether the journal has them is not known until it was asked. */
  #unresolved: readonly JournalEvent[] = [];

  constructor(journal: Journal | null, fold: AccountFold) {
    this.mayWrite = journal?.readOnly !== true;
    this.#journal = journal;
    this.#fold = fold;
  }

  portfolio = (): Portfolio => this.#fold.portfolio;
  decisionsHash = (): string => this.#fold.views.hasher.digest();
  counts = (): AccountCounts => this.#fold.views.counts();
  statistics = (): TradeStatistics => this.#fold.views.statistics;
  exposure = (): ExposureFold => this.#fold.views.exposure;
  hasFill = (fillId: string): boolean => this.#fold.views.fillIds.has(fillId);
  rowMs = (clientOrderId: string, nowMs: UnixMs): UnixMs => this.#fold.views.nextMs(clientOrderId, nowMs);
  decided = (): Decided => this.#fold.views.decided;
  newestSlot = (): readonly JournalEvent[] => this.#fold.views.newestSlot;
  subscribe = (reader: EventReader): (() => void) => this.#fold.subscribe(reader);

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

  #takeAll(events: readonly JournalEvent[]): void {
    for (const event of events) this.#fold.take(event);
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
