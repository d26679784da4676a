// Floor 6. What has happened on a running desk, for whoever listens: journal rows with their number, so that a listener who was
// away goes on where it was, and marks that a slot or a piece of sleep work is done. Listeners share one reading of the journal.
import type { Desk } from "#desk/desk.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import type { JournalRow } from "#schemas/journal.ts";
import type { JournalReader } from "#schemas/ports/trading.ts";

export type FeedEvent =
  /** `id`: run and number of the row; after it a listener may resume. */
  | { readonly type: "journal"; readonly id: string; readonly data: Readonly<Record<string, unknown>> }
  /** A slot has ended: what is shown of memory, account and ledger may be another now. */
  | { readonly type: "slot"; readonly id: null; readonly data: { readonly slotMs: number } }
  /** Briefs, debates, plans or lessons were bought, or a question was answered. */
  | { readonly type: "thought"; readonly id: null; readonly data: { readonly atMs: number } };

type JournalFeedEvent = Extract<FeedEvent, { type: "journal" }>;

export interface Feed {
  /** Grows with every event: what was drawn at one revision is still right at the same one. */
  readonly revision: () => number;
  /** Hears what happens from now on; returns the way to stop. A listener never throws. */
  listen(listener: (event: FeedEvent) => void): () => void;
  /**
   * Journal rows after that id, oldest first, at most `limit`; null where the id is of another run, is not one, or is too far back:
   * then the listener reads the documents anew.
   */
  since(id: string, limit: number): Promise<readonly FeedEvent[] | null>;
  /** Of the newest row; null where the journal is empty. */
  readonly newestId: () => string | null;
}

export interface FeedWriter extends Feed {
  slotEnded(slotMs: number): void;
  thought(): void;
  /** Stops listening to the account. */
  close(): Promise<void>;
}

/** Rows that are kept at hand for listeners who come back. */
const AT_HAND = 2_000;

/** @param journal of the desk's run */
export async function createFeed(
  { account, clock, runId }: Pick<Desk, "account" | "clock" | "runId">,
  journal: JournalReader,
): Promise<FeedWriter> {
  const listeners = new Set<(event: FeedEvent) => void>();
  const [newest] = await journal.read({ limit: 1 }, NEVER_ABORTED);
  let seq = newest?.seq ?? 0;
  let revision = 1;
  let atHand: JournalFeedEvent[] = [];
  /** Rows up to this one are in the journal alone. */
  let atHandFrom = seq;
  let reading: Promise<void> | null = null;
  let isStale = false;
  const tell = (event: FeedEvent): void => {
    revision += 1;
    for (const listener of listeners) listener(event);
  };
  const eventOf = (row: JournalRow): JournalFeedEvent => ({
    type: "journal",
    id: `${runId}.${row.seq}`,
    data: { seq: row.seq, ...row.event },
  });
  const read = async (): Promise<void> => {
    while (isStale) {
      isStale = false;
      const rows = await journal.read({ sinceSeq: seq }, NEVER_ABORTED);
      seq = rows.at(-1)?.seq ?? seq;
      const events = rows.map(eventOf);
      atHand.push(...events);
      const dropped = atHand.slice(0, -AT_HAND).at(-1);
      if (dropped !== undefined) {
        atHandFrom = seqOf(dropped.id, runId) ?? atHandFrom;
        atHand = atHand.slice(-AT_HAND);
      }
      for (const event of events) tell(event);
    }
  };
  const stop = account.subscribe({
    take: () => {
      isStale = true;
      // An append tells of each of its rows; they are read together, once the last of them was told.
      reading ??= Promise.resolve()
        .then(read)
        // A store that fails ends the desk's next slot with the same error.
        .catch(() => {})
        .finally(() => {
          reading = null;
        });
    },
  });
  return {
    revision: () => revision,
    newestId: () => (seq === 0 ? null : `${runId}.${seq}`),
    listen: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    since: async (id, limit) => {
      const after = seqOf(id, runId);
      if (after === null || after > seq) return null;
      const events =
        after >= atHandFrom
          ? atHand.filter((event) => (seqOf(event.id, runId) ?? 0) > after)
          : (await journal.read({ sinceSeq: after }, NEVER_ABORTED)).map(eventOf);
      return events.length > limit ? null : events;
    },
    slotEnded: (slotMs) => tell({ type: "slot", id: null, data: { slotMs } }),
    thought: () => tell({ type: "thought", id: null, data: { atMs: clock.now() } }),
    close: async () => {
      stop();
      await reading;
    },
  };
}

/** Null for what is no id of this run. */
function seqOf(id: string, runId: string): number | null {
  const dot = id.lastIndexOf(".");
  const number = id.slice(dot + 1);
  return dot > 0 && id.slice(0, dot) === runId && /^\d{1,15}$/.test(number) ? Number(number) : null;
}
