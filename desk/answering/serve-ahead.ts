// Floor 4. A free-form question → the answer that was made for these very words, slots and language, if the brief that it stands on
// still does; and the brief of the market that a question is about. No model is asked.

import type { AheadAnswer } from "#agents/deep-trader-manager/answers/answer-deps.ts";
import { freeFormOf } from "#agents/deep-trader-manager/language/free-form.ts";
import { AnswerAhead } from "#schemas/answer-ahead.ts";
import type { BriefScope } from "#schemas/brief.ts";
import { RecordVersionError } from "#schemas/errors.ts";
import { modelText } from "#schemas/fact.ts";
import type { FreeForm } from "#schemas/free-form.ts";
import { canonicalJson } from "#schemas/hash.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import type { WorkTally } from "#schemas/work.ts";
import { checkDraft } from "#toolkits/fact-check/check-draft.ts";
import type { Desk } from "../desk.ts";
import { type BriefRecall, recallBrief } from "../judgement/brief-store.ts";
import { checkRunOf } from "./check-run.ts";
import { freeTopicOf } from "./free-question.ts";

/** The words of a question on this desk; null where they are none to be matched. */
export const freeFormHere = (
  { quote }: Pick<Desk, "quote">,
  text: string,
  symbols: readonly MarketSymbol[],
): FreeForm | null => freeFormOf(text, { symbols, quote });

interface Asked {
  readonly free: FreeForm;
  readonly nowMs: UnixMs;
  readonly symbols: readonly MarketSymbol[];
  readonly tally: WorkTally;
}

/** Null where there is none, it does not stand any more, or briefs are under quarantine. @throws StoreError */
export async function answeredAhead(
  desk: Desk,
  { free, nowMs, symbols, tally }: Asked,
  options: CallOptions,
): Promise<AheadAnswer | null> {
  if (desk.quarantine.has("brief")) return null;
  const [newest] = await desk.topics
    .history("answer", { topic: freeTopicOf(desk, free), nowMs, limit: 1 }, options)
    .catch((error: unknown) => {
      // An answer of another build is none.
      if (error instanceof RecordVersionError) return [];
      throw error;
    });
  if (newest === undefined || newest.invalidated !== null) return null;
  tally.count({ recordsRead: 1 });
  const { data } = AnswerAhead.safeParse(newest.record.body);
  // The topic is a hash of all of it; what is served is compared itself.
  if (data === undefined || canonicalJson(data.free) !== canonicalJson(free)) return null;
  if (data.scope.venueId !== desk.marketData.venueId || data.scope.timeframe !== desk.config.timeframe) return null;
  const brief = await recallBrief(desk, data.scope, nowMs, options);
  tally.count({ recordsRead: brief.status === "missing" ? 0 : 1 });
  if (brief.status !== "fresh" || brief.id !== data.briefId) return null;
  // Times that it names are read at the moment at which it was written.
  const check = checkRunOf(desk, { language: free.language, nowMs: data.madeAtMs, symbols });
  const checked = checkDraft(modelText(data.text), data.facts, check);
  if (checked.status !== "stands" || checked.dropped.length > 0) return null;
  return {
    text: checked.text,
    facts: data.facts,
    asOfMs: data.asOfMs,
    language: free.language,
    topicIds: [newest.record.id, brief.id],
  };
}

/** The brief of the one market that the words name, as far as they name no other timeframe; null: they name none, or several. */
export async function briefAskedAbout(
  desk: Desk,
  free: FreeForm | null,
  nowMs: UnixMs,
  options: CallOptions,
): Promise<Exclude<BriefRecall, { status: "missing" }> | null> {
  const [symbol, ...others] = free?.markets ?? [];
  const { timeframe } = desk.config;
  if (free === null || symbol === undefined || others.length > 0 || desk.quarantine.has("brief")) return null;
  if (free.timeframes.some((each) => each !== timeframe)) return null;
  const scope: BriefScope = { of: "market", venueId: desk.marketData.venueId, timeframe, symbol };
  const recall = await recallBrief(desk, scope, nowMs, options);
  return recall.status === "missing" ? null : recall;
}
