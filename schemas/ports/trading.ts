// Floor 1, ports. Where orders go, and the journal of what was done. Types only.
import type { JournalEvent, JournalRow } from "../journal.ts";
import type { DecimalText } from "../money.ts";
import type { Order } from "../order.ts";
import type { RunId, UnixMs } from "../units.ts";
import type { CallOptions } from "./work.ts";

/** What the venue did since it was last asked. */
export type ExecutionEvent = Extract<JournalEvent, { type: "order" | "fill" | "dust" }>;

/** Where orders go. `submit` is idempotent by clientOrderId (law 6). */
export interface Execution {
  readonly kind: "paper" | "live";
  submit(order: Order, at: { readonly nowMs: UnixMs }, options: CallOptions): Promise<readonly ExecutionEvent[]>;
  /** Cancels a working order; an order that has ended stays as it is. */
  cancel(
    clientOrderId: string,
    at: { readonly nowMs: UnixMs; readonly reason: string },
    options: CallOptions,
  ): Promise<readonly ExecutionEvent[]>;
  /** The venue's word on one order; null: it has never seen it. */
  order(clientOrderId: string, options: CallOptions): Promise<Order | null>;
  openOrders(options: CallOptions): Promise<readonly Order[]>;
  /** Free and held amounts by currency. */
  balances(options: CallOptions): Promise<ReadonlyMap<string, DecimalText>>;
  /** Events in order: by candle, then symbol, then the order of §12. Paper settles closed candles here. */
  fillsSince(at: { readonly nowMs: UnixMs }, options: CallOptions): Promise<readonly ExecutionEvent[]>;
}

/** Append-only record of what one desk did, in one run. */
export interface Journal {
  /** All or nothing; an event whose id is already there is left out. Resolves once it is durable. */
  append(events: readonly JournalEvent[], options: CallOptions): Promise<void>;
  /** In order of appending, of those after `sinceSeq`. `limit` takes the newest. */
  read(
    filter: { readonly limit?: number; readonly sinceSeq?: number },
    options: CallOptions,
  ): Promise<readonly JournalRow[]>;
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
  | { readonly known: "no" /** A clause for a message. */; readonly why: string }
);
