// Floor 4. A run's journal, or a part of it, some rows at a time: after a year it has hundreds of thousands, and neither memory nor the
// slots that come meanwhile may feel it.
import { setImmediate } from "node:timers/promises";
import type { JournalRow } from "#schemas/journal.ts";
import type { JournalPart, JournalReader } from "#schemas/ports/trading.ts";
import type { CallOptions } from "#schemas/ports/work.ts";

/** Some tens of milliseconds of work. */
const PAGE = 1000;

/** In order; the next page is on its way while this one is looked at, and other work gets its turn between two. @throws StoreError */
export async function* journalPages(
  journal: JournalReader,
  part: JournalPart,
  options: CallOptions,
): AsyncGenerator<readonly JournalRow[]> {
  const read = (sinceSeq: number): Promise<readonly JournalRow[]> => {
    const page = journal.read({ ...part, sinceSeq, first: PAGE }, options);
    // Nobody may come for it: who reads may stop, or fail, at the page before.
    page.catch(() => {});
    return page;
  };
  for (let next: Promise<readonly JournalRow[]> | null = read(part.sinceSeq ?? 0); next !== null; ) {
    const rows: readonly JournalRow[] = await next;
    const last = rows.at(-1);
    next = last === undefined || rows.length < PAGE ? null : read(last.seq);
    yield rows;
    if (next !== null) await setImmediate();
  }
}

/** The rows of a part at once, in order. @throws StoreError */
export type ReadJournal = (part: JournalPart, options: CallOptions) => Promise<readonly JournalRow[]>;

export const journalIn =
  (journal: JournalReader): ReadJournal =>
  async (part, options) => {
    const all: JournalRow[] = [];
    for await (const rows of journalPages(journal, part, options)) for (const row of rows) all.push(row);
    return all;
  };
