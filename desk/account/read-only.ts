// Floor 4. The rooms of a desk that another process may be writing → the same for a command that only looks.
import { InvariantError } from "#schemas/errors.ts";
import type { Journal, JournalReader } from "#schemas/ports/trading.ts";
import type { RunReader, Runs } from "#schemas/ports/work.ts";

/** Marks of what was looked at and of wrong stored answers are left out: they are the writer's to keep. */
export const readOnlyJournal = (journal: JournalReader): Journal => ({
  ...journal,
  readOnly: true,
  async append(events) {
    const other = events.find(({ type }) => type !== "looked" && type !== "quarantine");
    if (other !== undefined) throw readOnly(`journal a ${other.type}`);
  },
});

export const readOnlyRuns = (runs: RunReader): Runs => ({
  ...runs,
  begin: ({ job }) => Promise.reject(readOnly(`begin ${job}`)),
  finish: ({ job }) => Promise.reject(readOnly(`finish ${job}`)),
});

const readOnly = (what: string): InvariantError =>
  new InvariantError({
    was: `A command that only reads was to ${what}.`,
    remedy: "This is a bug: mark it as one that writes.",
  });
