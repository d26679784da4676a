// Floor 4. A run's whole journal, some rows at a time: after a year it has hundreds of thousands, and neither memory nor the slots
// that come meanwhile may feel it.
import { setImmediate } from "node:timers/promises";
import type { JournalRow } from "#schemas/journal.ts";
import type { JournalReader } from "#schemas/ports/trading.ts";
import type { CallOptions } from "#schemas/ports/work.ts";

/** Some tens of milliseconds of work. */
const PAGE = 1000;

/** In order; other work gets its turn between two pages. @throws StoreError */
export async function* journalPages(
  journal: JournalReader,
  options: CallOptions,
): AsyncGenerator<readonly JournalRow[]> {
  for (let sinceSeq = 0; ; ) {
    const rows = await journal.read({ sinceSeq, first: PAGE }, options);
    yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    sinceSeq = last.seq;
    await setImmediate();
  }
}

/** All of them at once. @throws StoreError */
export async function wholeJournal(journal: JournalReader, options: CallOptions): Promise<readonly JournalRow[]> {
  const all: JournalRow[] = [];
  for await (const rows of journalPages(journal, options)) for (const row of rows) all.push(row);
  return all;
}
