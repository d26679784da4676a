// Floor 4. An account as its journal tells it: what is held, and what every reader makes of the same events. It needs no right to write, so a
// process may read on in the journal of another that owns the account.
import type { JournalEvent, JournalRow } from "#schemas/journal.ts";
import { type Money, toNumber } from "#schemas/money.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { JournalReader } from "#schemas/ports/trading.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { applyEvent, emptyPortfolio } from "#toolkits/portfolio/portfolio.ts";
import { AccountViews } from "./account-views.ts";
import { journalPages } from "./journal-pages.ts";

/** Hears every event of an account, in the order of its journal, once it is durable. */
export interface EventReader {
  take(event: JournalEvent): void;
}

export interface AccountStart {
  /** Settlement currency. */
  readonly quote: string;
  readonly cash: Money;
  /** Readers that hear the journal from its first event on. */
  readonly readers?: readonly EventReader[];
}

export class AccountFold {
  readonly views: AccountViews;
  readonly #readers: Set<EventReader>;
  #portfolio: Portfolio;
  /** The newest row that was read. */
  #newest: Pick<JournalRow, "seq" | "eventId"> = { seq: 0, eventId: "" };
  #rows = 0;

  /** @param keepsAll as AccountViews has it */
  constructor(start: AccountStart, keepsAll: boolean) {
    this.views = new AccountViews(keepsAll, () => toNumber(this.#portfolio.cash));
    this.#portfolio = emptyPortfolio(start);
    this.#readers = new Set([this.views, ...(start.readers ?? [])]);
  }

  get portfolio(): Portfolio {
    return this.#portfolio;
  }

  /** Rows that were read. */
  get rows(): number {
    return this.#rows;
  }

  take(event: JournalEvent): void {
    this.#portfolio = applyEvent(this.#portfolio, event);
    for (const reader of this.#readers) reader.take(event);
  }

  subscribe(reader: EventReader): () => void {
    this.#readers.add(reader);
    return () => void this.#readers.delete(reader);
  }

  /**
   * Takes the rows after those that it has read: they become visible in the order of their numbers, since an account has one writer, whose appends
   * wait for each other (sql-fence.ts). @throws StoreError and the signal's reason, after which it may read on; InvariantError, after which it is of no use
   */
  async readOn(journal: JournalReader, options: CallOptions): Promise<void> {
    for await (const rows of journalPages(journal, { sinceSeq: this.#newest.seq }, options)) {
      for (const row of rows) {
        this.take(row.event);
        this.#newest = row;
        this.#rows += 1;
      }
    }
  }

  /** False: the newest row that it has read is gone or is another one, as in a database that was put back. @throws StoreError */
  async isOf(journal: JournalReader, options: CallOptions): Promise<boolean> {
    const { seq, eventId } = this.#newest;
    if (seq === 0) return true;
    const [row] = await journal.read({ sinceSeq: seq - 1, first: 1 }, options);
    return row?.seq === seq && row.eventId === eventId;
  }
}
