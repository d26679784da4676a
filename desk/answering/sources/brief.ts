// Floor 4. The source `brief`: what a model has written asleep about a market, about all of them or about what is held, with the facts
// that it cites, each of its own time. One that does not stand any more is named with its reason, and nothing of it is given.
import { z } from "zod";
import { factSource, type NewFact, type SourceRun } from "#agents/deep-trader-manager/talk/fact-source.ts";
import { type BriefScope, briefName } from "#schemas/brief.ts";
import { briefFacts } from "../../judgement/brief-shown.ts";
import { type BriefRecall, recallBrief } from "../../judgement/brief-store.ts";
import { factsOf } from "./make-facts.ts";
import { Asset, marketOf } from "./market-name.ts";
import type { SourceDesk } from "./source-desk.ts";
import { statement } from "./statement.ts";

export const briefSource = (open: SourceDesk) =>
  factSource({
    id: "brief",
    description:
      "What was written while nobody asked: what is happening, points for and against, what would change the view. Of one market (give `asset`), of the market as a whole (about: all) or of what is held (about: book). Cheaper than several reads; use it for outlook, summary, for and against.",
    input: z.object({
      asset: Asset.optional(),
      about: z.enum(["all", "book"]).optional().describe("Left out where `asset` is given."),
    }),
    read: async ({ asset, about = "all" }, run, options) => {
      const { desk } = open;
      const at = { venueId: desk.marketData.venueId, timeframe: desk.config.timeframe };
      const scope: BriefScope =
        asset !== undefined
          ? { of: "market", ...at, symbol: marketOf(open, asset) }
          : about === "book"
            ? { of: "book", ...at, runId: desk.runId }
            : { of: "all", ...at };
      const subject = briefName(scope);
      if (desk.quarantine.has("brief")) return [statement("brief-quarantine", run.language)];
      const recall = await recallBrief(desk, scope, run.nowMs, options);
      if (recall.status === "missing") return [statement("brief-missing", run.language, { subject })];
      run.tally.count({ recordsRead: 1 });
      return recall.status === "fresh" ? briefFacts(desk, recall) : staleFacts(recall, run);
    },
  });

type Stale = Extract<BriefRecall, { status: "stale" }>;

/** That there was one, and why it does not count. */
export function staleFacts({ brief, reason }: Stale, { language }: Pick<SourceRun, "language">): readonly NewFact[] {
  const { time } = factsOf({ recordId: "briefs" });
  return [
    statement(`brief-stale-${reason}`, language, { subject: briefName(brief.scope) }),
    time("time", brief.madeAtMs, "that brief was written at"),
  ];
}
