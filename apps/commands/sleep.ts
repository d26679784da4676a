// Floor 6. `sleep --once`: one sleep cycle over the current slot.
import { z } from "zod";
import { AnalysisDocument, analysisDocument } from "#desk/documents/analysis-document.ts";
import { formatTime } from "#desk/documents/format.ts";
import { nothingAnalysed, nothingRead, SleepReport } from "#desk/documents/sleep-report.ts";
import { ThinkReport } from "#desk/documents/think-report.ts";
import { thinkAhead } from "#desk/planning/think-ahead.ts";
import { runSleepCycle } from "#desk/run-slot/sleep-cycle.ts";
import { JudgedUniverse, judgeUniverse } from "#desk/security/judge-universe.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { deskCommand } from "../command.ts";
import type { Style } from "../io.ts";
import { analysesTable, blockedTable } from "../text/analysis-text.ts";
import { failedLines } from "../text/failed-lines.ts";
import { currentSlot, type OpenDesk } from "../wire.ts";
import { requireOnce } from "./once.ts";

/** What was made above the sweep, for questions that are expected. */
const Prepared = ThinkReport.pick({
  considered: true,
  skippedFresh: true,
  belowGate: true,
  overBudget: true,
  units: true,
}).extend(ThinkReport.shape.made.shape);
type Prepared = z.infer<typeof Prepared>;

function preparedOf(thought: Partial<ThinkReport>): Prepared {
  const { considered = 0, made = NONE_MADE, skippedFresh = 0, belowGate = 0, overBudget = {}, units = 0 } = thought;
  return { considered, ...made, skippedFresh, belowGate, overBudget, units };
}
const NONE_MADE = { digests: 0, preAnswers: 0, analyses: 0 };

/** One line where something was made, or would have been; else null. */
function preparedLine({ digests, preAnswers, analyses, overBudget, units }: Prepared): string | null {
  const over = Object.values(overBudget).reduce((sum, count) => sum + count, 0);
  if (digests + preAnswers + analyses + over === 0) return null;
  const limit = over === 0 ? "" : `; ${over} beyond the budget`;
  return `thought ahead: ${digests} digests, ${preAnswers} pre-answers, ${analyses} analyses of other timeframes, ${units.toFixed(0)} work units${limit}`;
}

const SleepDocument = SleepReport.extend({
  tokens: JudgedUniverse.nullable().describe(
    "token security, asked for before the sweep; null: at this venue nobody is asked",
  ),
  prepared: Prepared.describe("what was made above the sweep, for questions that are expected"),
  analyses: z.array(AnalysisDocument).describe("what Khala now holds of this venue and timeframe, by symbol"),
});

export const sleepCommand = deskCommand({
  name: "sleep",
  document: SleepDocument,
  run: "once",
  exclusive: true,
  writes: true,
  check: ({ flags }) => requireOnce("sleep", flags),
  execute: async (open, _input, options) => {
    const slotMs = currentSlot(open.desk);
    const { onProgress } = options;
    const onJudged = (done: number, of: number): void => onProgress?.(done, of, "token security");
    const tokens = await judgeUniverse(open.desk, { ...options, onProgress: onJudged });
    const report = await runSleepCycle(open.desk, slotMs, options);
    // Nothing is made from a market that could not be read.
    const thought = nothingRead(report) ? null : await thinkAhead(open.desk, { reason: "once", slotMs }, options);
    // `analyses` is for the table; the JSON reader has `analyse` and `memory show`.
    return { ...report, tokens, prepared: preparedOf(thought ?? {}), analyses: await knownAnalyses(open, options) };
  },
  failed: (document) => nothingAnalysed(document),
  render: (document, style) => {
    const { analyses, skipped, failed } = document;
    return [
      analysesTable(analyses, style),
      blockedTable(analyses, style),
      ...skipped.map(({ symbol, reason }) => `skipped ${symbol}: ${reason}`),
      ...failedLines(failed).map((line) => style.bad(line)),
      ...document.problems.map((problem) => style.bad(problem)),
      ...tokensLines(document.tokens, style),
      preparedLine(document.prepared) ?? "",
      `${formatTime(document.slot)} UTC: ${document.analysed} analysed, ${skipped.length} skipped, ${failed.length} failed in ${(document.durationMs / 1000).toFixed(2)} s${document.repeated ? " (this slot was already done; its stored result)" : ""}`,
    ]
      .filter((line) => line !== "")
      .join("\n");
  },
});

function tokensLines(tokens: JudgedUniverse | null, style: Style): readonly string[] {
  if (tokens === null) return [];
  const { judged, of, problem } = tokens;
  const line = `token security: ${judged} of ${of} contracts judged`;
  return [
    ...(problem === null ? [] : [style.bad(problem)]),
    ...(of === 0 ? [] : [judged < of ? style.warn(line) : line]),
  ];
}

/** What Khala now holds for this venue and timeframe, by symbol. */
export async function knownAnalyses({ desk }: Pick<OpenDesk, "desk">, options: CallOptions) {
  const listed = await desk.views.list(desk.marketData.venueId, { nowMs: desk.clock.now() }, options);
  return listed
    .filter(({ key }) => key.timeframe === desk.config.timeframe)
    .map(({ recall }) => analysisDocument(recall.record, desk.hosts));
}
