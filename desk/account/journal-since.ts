// Floor 4. A moment → the journal's rows from then on, and of those before it what is needed to know what was held, what it had cost and
// what it was worth. In order.
import type { JournalEvent, JournalRow } from "#schemas/journal.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { ReadJournal } from "./journal-pages.ts";

/** Of what came before. */
const OF_THE_PAST: readonly JournalEvent["type"][] = [
  "run-started",
  "looked",
  "equity",
  "fill",
  "dust",
  "write-off",
  "coins-out",
  "coin-fee",
  "allotment",
];

/** From the row after this one on. @throws StoreError */
export async function rowsAfter(read: ReadJournal, seq: number, options: CallOptions): Promise<readonly JournalRow[]> {
  const past = seq === 0 ? [] : await read({ types: OF_THE_PAST }, options);
  return [...past.filter((row) => row.seq <= seq), ...(await read({ sinceSeq: seq }, options))];
}

/** From the newest mark before a time on, ms since the epoch: every slot has one, and old slots share them. @throws StoreError */
export async function rowsFrom(
  read: ReadJournal,
  fromMs: number,
  options: CallOptions,
): Promise<readonly JournalRow[]> {
  const marks = await read({ types: ["run-started", "equity"] }, options);
  return rowsAfter(read, marks.findLast(({ event }) => event.atMs < fromMs)?.seq ?? 0, options);
}
