// Floor 1, ports. Where orders go, and the journal of what was done. Types only.
import type { JournalEvent, JournalRow } from "../journal.ts";
import type { DecimalText, Money, Price } from "../money.ts";
import type { Order, OrderEvent, VenueFill } from "../order.ts";
import type { MarketSymbol, RunId, UnixMs } from "../units.ts";
import type { Clock } from "./market.ts";
import type { CallOptions, Runs } from "./work.ts";

/** What a venue says of our orders. `range` is what a market traded at, reported where a stop of ours follows the price. */
export type ExecutionReport =
  | { readonly type: "order"; readonly atMs: UnixMs; readonly clientOrderId: string; readonly event: OrderEvent }
  | {
      readonly type: "fill";
      readonly atMs: UnixMs;
      readonly fill: VenueFill;
      /** Its order, where the venue had told of the end before. */
      readonly ended?: Order;
    }
  | {
      readonly type: "range";
      /** Close of the candle. */
      readonly atMs: UnixMs;
      readonly openMs: UnixMs;
      readonly symbol: MarketSymbol;
      readonly high: Price;
      readonly low: Price;
    };

export interface ExecutionReports {
  /** In order: by candle, then as things happened in it, then by symbol. */
  readonly reports: readonly ExecutionReport[];
  /** Give it back to read on from here. */
  readonly cursor: string;
  /** The venue waits for what the desk makes of these reports: ask again now. */
  readonly more: boolean;
  /** Markets that could not be read; they are taken up at the next call. */
  readonly unread: readonly { readonly symbol: MarketSymbol; readonly error: unknown }[];
}

/** Where orders go. `submit` is idempotent by clientOrderId (law 6); it and `cancel` tell what they led to at once. */
export interface Execution {
  readonly kind: "paper" | "live";
  readonly capabilities: {
    /** Where market orders fill. */
    readonly fillsAt: "next-open" | "quote";
    /** A resting stop reserves the coins that it would sell. Left out: it does not. */
    readonly stopLocks?: boolean;
    /** Where a target is held: at the venue beside the stop, or by the desk. Left out: at the venue. */
    readonly targets?: "venue" | "desk";
    /**
     * Who moves stops with the price, goes on with sales that ended early and covers what is held, one talk with the venue after another.
     * Left out: the venue does.
     */
    readonly upkeep?: "venue" | "desk";
    /** How long after it was sent an order may still be taken, ms. Left out: its answer says it. */
    readonly acceptanceMs?: number;
  };
  submit(order: Order, at: { readonly nowMs: UnixMs }, options: CallOptions): Promise<readonly ExecutionReport[]>;
  /** Cancels a working order; an order that has ended stays as it is. */
  cancel(
    clientOrderId: string,
    at: { readonly nowMs: UnixMs; readonly reason: string },
    options: CallOptions,
  ): Promise<readonly ExecutionReport[]>;
  /**
   * Moves a resting stop to where the one would rest that is to take its place: the venue's order is the newer one from then on, so that
   * none is ever missing. Nothing told: it did not go, and is not tried again. Left out: the venue cannot.
   * @throws ProviderError where it is not known what the order is now
   */
  moveStop?(
    move: { readonly from: Order; readonly to: Order; readonly nowMs: UnixMs },
    options: CallOptions,
  ): Promise<readonly ExecutionReport[]>;
  /** Whether a stop can take another's place by moving it. */
  mayMove?(to: Order): boolean;
  /** The venue's word on one order; null: it has never seen it. */
  order(clientOrderId: string, options: CallOptions): Promise<Order | null>;
  openOrders(options: CallOptions): Promise<readonly Order[]>;
  /** Free and held amounts by currency. */
  balances(options: CallOptions): Promise<ReadonlyMap<string, DecimalText>>;
  /**
   * What happened after `since`, the cursor of an earlier answer; null: from the beginning. What lies before a cursor that was
   * given back may be forgotten. Paper matches closed candles here, and tells again
   * what `submit` and `cancel` have told: who reads takes a report once.
   */
  reports(since: string | null, at: { readonly nowMs: UnixMs }, options: CallOptions): Promise<ExecutionReports>;
  /** Paper's cash grows, or shrinks, by what was put in or taken out. Left out: the account's money is the venue's own. */
  fund?(amount: Money): void;
  /** True: this process is the only one that may have sent it, and has not. Left out: that is not known. */
  isUnsent?(clientOrderId: string): boolean;
  /** Until when an order in doubt may still be taken; null: that is not known, or it never left. Left out: none ever is in doubt for long. */
  takenUntilMs?(clientOrderId: string): UnixMs | null;
  /** True: the venue may yet tell of fills of orders that have ended. Left out: it never does. */
  mayTellMore?(): boolean;
  /**
   * True: all through `nowMs` is matched and `reports` would have nothing to tell after `since`, now known without asking. False
   * says nothing. Left out by a venue that has to be asked.
   */
  isQuiet?(since: string | null, at: { readonly nowMs: UnixMs }): boolean;
}

/** Append-only record of what one desk did, in one run; here to be read. */
export interface JournalReader {
  /** In order of appending, of those in the part. `limit` takes the newest of them, `first` the oldest. */
  read(
    filter: JournalPart & { readonly limit?: number; readonly first?: number },
    options: CallOptions,
  ): Promise<readonly JournalRow[]>;
}

/** Rows of a journal: after a year it has hundreds of thousands, and who asks rarely needs them all. */
export interface JournalPart {
  /** After this one alone. */
  readonly sinceSeq?: number;
  /** Of these kinds alone; left out: of all. */
  readonly types?: readonly JournalEvent["type"][];
  /** Those alone that name this market; left out: all. Rows that name it beside another are among them. */
  readonly symbol?: string;
}

/** The same for its one writer. */
export interface Journal extends JournalReader {
  /** True: `append` takes nothing but marks of what was looked at. */
  readonly readOnly?: true;
  /** All or nothing; an event whose id is already there is left out. Resolves once it is durable. */
  append(events: readonly JournalEvent[], options: CallOptions): Promise<void>;
}

/** The right to write one desk's account. Of all openers of a store one has it. */
export interface AccountWriter {
  /** Larger than that of every writer before; every statement that writes is checked against it. */
  readonly fence: number;
  /**
   * Fires with a WriterLostError as its reason as soon as this process knows that the account is another's. It may come
   * late, in a process that was frozen: it ends work early, and the fence is what bars late writes.
   */
  readonly lost: AbortSignal;
  /**
   * For how long from now no other process can have taken the account, ms: counted from before its newest sign of life, by clocks of
   * this machine alone, those of its sleep included. At 0 and below nothing may be sent. Infinite where the store is this process's alone.
   */
  leftMs(): number;
  /** `append` writes nothing under an older fence. @throws WriterLostError */
  journal(runId: RunId): Journal;
  /** Neither do `begin` and `finish`. @throws WriterLostError */
  runs(runId: RunId): Runs;
  /** Gives the account back; no error where it was lost. A second call does nothing. */
  release(): Promise<void>;
}

/** The process that may write an account, as the store has it. */
export interface AccountHolder {
  /** For people: number, command and host. */
  readonly process: string;
  /** When it took the account, by the store's clock; null: an older version took it. */
  readonly sinceMs: UnixMs | null;
  /** Until when nobody else may take it, by the store's clock; it moves on with each sign of life. Null: it was given back. */
  readonly leaseUntilMs: UnixMs | null;
  /** What it runs with, by name, as texts; null: it does not say. */
  readonly settings: AccountSettings | null;
}

export type AccountSettings = Readonly<Record<string, string>>;

/** How a store waits for a writer that may be gone. */
export interface OpenAccountOptions extends CallOptions {
  /** Real time. */
  readonly sleep: Clock["sleep"];
  readonly now: Clock["now"];
  /** A clock that nobody sets. */
  readonly monotonicMs: () => number;
  /** Told, in a sentence, where another process has to be waited for, and when it no longer has. */
  readonly onWait: (text: string) => void;
  /** Kept beside the name of this process, for others to compare theirs with. No secrets. */
  readonly settings?: AccountSettings;
  /**
   * Waits for as long as the owner lives, and is told of it at each look; null: the store does not answer, and is asked again. Left out:
   * an owner that lives is an error.
   */
  readonly onOwner?: (owner: AccountHolder | null) => void;
}

/** What a run of a desk trades: its positions are priced, sold and shown on that venue and in that currency only. */
export type RunBinding = { readonly runId: RunId } & (
  | {
      /** Its own first row says it, or the analyses that its decisions cite. */
      readonly known: "run-started" | "decisions";
      /** Holds the seed of a simulation and the digest of a replay folder. */
      readonly venueId: string;
      /** Settlement currency. */
      readonly quote: string;
    }
  /** It holds controls or marks only: it trades nothing yet. */
  | { readonly known: "nothing-decided" }
  | { readonly known: "no" /** A clause for a message. */; readonly why: string }
);
