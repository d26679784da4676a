// Floor 5. `sleep --once`: one sleep cycle over the current slot.

import { nothingRead, runSleepCycle, type SleepReport } from "#scheduler/cycles/sleep-cycle.ts";
import type { Analysis } from "#schemas/analysis.ts";
import { deskCommand } from "../command.ts";
import { analysesTable, blockedTable } from "../text/analysis-text.ts";
import { formatTime } from "../text/format.ts";
import { currentSlot, type OpenDesk } from "../wire.ts";
import { requireOnce } from "./once.ts";

interface SleepDocument extends SleepReport {
  /** For the table; the JSON reader has `analyse` and `memory show`. */
  readonly analyses: readonly Analysis[];
}

export const sleepCommand = deskCommand<SleepDocument>({
  name: "sleep",
  run: "once",
  exclusive: true,
  check: ({ flags }) => requireOnce("sleep", flags),
  execute: async (open, _input, options) => {
    const report = await runSleepCycle(open.desk, currentSlot(open.desk), options);
    return { ...report, analyses: await knownAnalyses(open, options) };
  },
  failed: nothingRead,
  render: (document, style) => {
    const { analyses, skipped, failed } = document;
    return [
      analysesTable(analyses, style),
      blockedTable(analyses, style),
      ...skipped.map(({ symbol, reason }) => `skipped ${symbol}: ${reason}`),
      ...failed.map(({ symbol, error }) => style.bad(`failed ${symbol}: ${error}`)),
      ...document.problems.map((problem) => style.bad(problem)),
      `${formatTime(document.slot)} UTC: ${document.analysed} analysed, ${skipped.length} skipped, ${failed.length} failed in ${(document.durationMs / 1000).toFixed(2)} s${document.repeated ? " (this slot was already done; its stored result)" : ""}`,
    ]
      .filter((line) => line !== "")
      .join("\n");
  },
});

/** What Khala now holds for this venue and timeframe, by symbol. */
export async function knownAnalyses(
  { desk }: Pick<OpenDesk, "desk">,
  options: { readonly signal: AbortSignal },
): Promise<readonly Analysis[]> {
  const listed = await desk.khala.list(desk.marketData.venueId, { nowMs: desk.clock.now() }, options);
  return listed.filter(({ key }) => key.timeframe === desk.config.timeframe).map(({ recall }) => recall.record);
}
