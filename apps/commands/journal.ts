// Floor 6. `journal`: what the desk did and why, newest last.
import { z } from "zod";
import { formatAge, formatTime } from "#desk/documents/format.ts";
import { journalLine } from "#desk/documents/journal-line.ts";
import { strategyIdsOf } from "#desk/documents/strategy-names.ts";
import { type JournalEvent, type JournalRow, NumberedEvent } from "#schemas/journal.ts";
import type { JournalReader } from "#schemas/ports/trading.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { UnixMs } from "#schemas/units.ts";
import { type CommandInput, deskCommand } from "../command.ts";
import { table } from "../text/table.ts";
import { wholeNumber } from "./memory.ts";

/** Marks that say when, not what: shown with --all. */
const BESIDE: ReadonlySet<JournalEvent["type"]> = new Set(["equity", "alert-delivered", "looked"]);

const journalLimit = (flags: CommandInput["flags"]): number => wholeNumber(flags["limit"], "--limit", 40);

const JournalDocument = z.object({
  run: z.string().describe("id of the run"),
  nowMs: UnixMs,
  strategies: z.array(z.string()).readonly().describe("those that trade, and those that still hold something"),
  events: z.array(NumberedEvent).describe("newest last"),
});
export type JournalDocument = Readonly<z.infer<typeof JournalDocument>>;

/** A long run's journal is not read whole for its end: as far back as it takes, twice as far each time. */
async function newestRows(
  journal: JournalReader,
  { limit, isAll }: { readonly limit: number; readonly isAll: boolean },
  options: CallOptions,
): Promise<readonly JournalRow[]> {
  for (let take = isAll ? limit : limit * 4; ; take *= 2) {
    const rows = await journal.read({ limit: take }, options);
    const wanted = isAll ? rows : rows.filter(({ event }) => !BESIDE.has(event.type));
    if (isAll || wanted.length >= limit || rows.length < take) return wanted.slice(-limit);
  }
}

export const journalCommand = deskCommand({
  name: "journal",
  document: JournalDocument,
  reads: true,
  exchange: "not-asked",
  saysAge: true,
  check: ({ flags }) => void journalLimit(flags),
  execute: async ({ desk, store }, { flags }, options) => {
    const limit = journalLimit(flags);
    const journal = store.journal(desk.deskId, desk.runId);
    const wanted = await newestRows(journal, { limit, isAll: flags["all"] === true }, options);
    return {
      run: desk.runId,
      nowMs: desk.clock.now(),
      strategies: strategyIdsOf(desk),
      events: wanted.map((row) => ({ seq: row.seq, ...row.event })),
    };
  },
  render: ({ run, nowMs, strategies, events }, style) => {
    const newest = events.at(-1);
    if (newest === undefined) return "The journal is empty. Start the desk, or run `deeptrader trade --once`.";
    const rows = table(events, [
      { title: "#", value: (e) => String(e.seq), align: "right" },
      { title: "time (UTC)", value: (e) => formatTime(e.atMs) },
      { title: "event", value: (e) => e.type },
      { title: "what", value: (e) => journalLine(e, strategies) },
    ]);
    const footer = `run ${run}, now ${formatTime(nowMs)} UTC, newest ${formatAge(nowMs - newest.atMs)} ago`;
    return `${rows}\n${style.dim(footer)}`;
  },
});
