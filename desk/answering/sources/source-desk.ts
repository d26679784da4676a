// Floor 4. What the fact sources read of an opened desk, as it stands at the run's moment; and the inputs that several share.
import { z } from "zod";
import type { AnalysisOutcome, AnalysisSlots } from "#agents/market-analyst/outcome.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { WorkTally } from "#schemas/work.ts";
import type { ReadJournal } from "../../account/journal-pages.ts";
import type { Desk } from "../../desk.ts";

export interface SourceDesk {
  readonly desk: Desk;
  readonly readJournal: ReadJournal;
  /** One market from scratch, remembered; counts into the tally. @throws what its source threw */
  readonly delegate: (
    slots: AnalysisSlots & { readonly nowMs: UnixMs },
    tally: WorkTally,
    options: CallOptions,
  ) => Promise<AnalysisOutcome>;
}

/** The desk with a clock that stands: a run reads nothing that came after its moment (law 3). */
export const deskAt = (desk: Desk, nowMs: UnixMs): Desk => ({
  ...desk,
  clock: { kind: desk.clock.kind, now: () => nowMs, sleep: (ms, options) => desk.clock.sleep(ms, options) },
});

/** As `readJournal`, up to the run's moment. */
export const until =
  ({ readJournal }: Pick<SourceDesk, "readJournal">, nowMs: UnixMs): ReadJournal =>
  async (part, options) =>
    (await readJournal(part, options)).filter(({ event }) => event.atMs <= nowMs);

/** Rows that a list has at most; how many more there are is a fact of its own. */
export const Limit = z.int().min(1).max(10).default(5).describe("How many rows at most.");
