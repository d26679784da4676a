// Floor 4. One answer that was served → made again from the source at its own moment, and compared.

import { SCRATCH_UNITS } from "#agents/deep-trader-manager/answers/effort.ts";
import { PreparedAnswer, prepareAnswer } from "#agents/deep-trader-manager/answers/prepared.ts";
import { finishText } from "#agents/deep-trader-manager/answers/render.ts";
import { topicDefinitionIdOf } from "#agents/market-analyst/assess.ts";
import { analyseFromScratch } from "#agents/market-analyst/from-scratch.ts";
import type { Analysis, AnalysisKey } from "#schemas/analysis.ts";
import { isPassing } from "#schemas/errors.ts";
import { canonicalJson } from "#schemas/hash.ts";
import { newestClosed } from "#schemas/market.ts";
import type { SecuritySource } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { BREADTH_KINDS, type Intent, intentKey, MARKET_KINDS, type QuestionKind } from "#schemas/question.ts";
import type { MarketView } from "#schemas/reading.ts";
import type { StoredTopic } from "#schemas/topic.ts";
import { type MarketSymbol, toIso } from "#schemas/units.ts";
import { ledgerEntry, WorkTally } from "#schemas/work.ts";
import { countInto } from "#toolkits/ports/counted.ts";
import { analystDeps, type Desk } from "../desk.ts";
import type { Served } from "./served.ts";

const CHECKABLE: ReadonlySet<QuestionKind> = new Set([...MARKET_KINDS, "compare", ...BREADTH_KINDS]);

type Asked = Omit<Served, "definitionId">;

/** Answers about the desk itself follow from its journal at that moment, and are never stored. */
export const isCheckable = (kind: QuestionKind): boolean => CHECKABLE.has(kind);

export const topicOf = (desk: Pick<Desk, "deskId" | "marketData">, intent: Intent): string =>
  intentKey(intent, { deskId: desk.deskId, venueId: desk.marketData.venueId });

/**
 * `source-changed`: the venue has corrected a candle since, so the analysis was right when it was made. `unread`: the
 * source did not answer, or what was cited is no longer kept; that says nothing about the answer.
 */
export type Verdict =
  | { readonly status: "agreed" }
  | { readonly status: "mismatch"; readonly detail: string; readonly wrong: readonly AnalysisKey[] }
  | { readonly status: "source-changed"; readonly corrected: readonly AnalysisKey[] }
  | { readonly status: "unread"; readonly reason: string };

/** Makes one answer again and records what it took; null where the day's budget leaves no room for it. */
export async function checkServed(desk: Desk, served: Served, options: CallOptions): Promise<Verdict | null> {
  await desk.questionPriority.quiet();
  const startedMs = desk.monotonicMs();
  const tally = new WorkTally();
  const cited = await citedRecords(desk, served, tally, options);
  const fits = cited.length * SCRATCH_UNITS <= (await unitsLeftToday(desk, options));
  const verdict = fits ? await countInto(tally, () => judge(desk, served, { cited, tally }, options)) : null;
  const entry = ledgerEntry({
    atMs: desk.clock.now(),
    phase: "sleep",
    job: "shadow",
    paths: verdict === null ? {} : { [verdict.status]: 1 },
    work: tally.total(),
    kinds: { [served.intent.kind]: 1 },
    ...(verdict === null ? { overBudget: { day: 1 } } : {}),
    durationMs: desk.monotonicMs() - startedMs,
  });
  await desk.ledger.record(entry, options);
  return verdict;
}

async function judge(
  desk: Desk,
  served: Served,
  { cited, tally }: { readonly cited: readonly Analysis[]; readonly tally: WorkTally },
  options: CallOptions,
): Promise<Verdict> {
  const { answer, intent, nowMs } = served;
  if (cited.length === 0) return { status: "unread", reason: "what it cites is no longer kept" };
  // Without the live window: what it has kept must not vouch for itself.
  const analyst = analystDeps(desk, tally);
  const security = noteAsked(analyst.security);
  const deps = { ...analyst, security: security.source, windows: null };
  const made: MarketView[] = [];
  const wrong: AnalysisKey[] = [];
  const corrected: AnalysisKey[] = [];
  for (const record of cited) {
    await desk.questionPriority.quiet();
    options.signal.throwIfAborted();
    const { venueId, symbol, timeframe } = record;
    let outcome: Awaited<ReturnType<typeof analyseFromScratch>>;
    try {
      outcome = await analyseFromScratch(deps, { symbol, timeframe, nowMs, origin: "sleep" }, options);
    } catch (error) {
      if (!isPassing(error)) throw error;
      return { status: "unread", reason: error.message };
    }
    if (outcome.status === "analysed") made.push(outcome.analysis);
    else if (record.asOfMs < newestClosed(nowMs, timeframe, desk.marketData.graceMs)) {
      return { status: "unread", reason: `${symbol} had no candle` };
    }
    if (outcome.status === "analysed" && outcome.analysis.id === record.id) continue;
    const sameCandles = outcome.status === "analysed" && outcome.analysis.sources.candles === record.sources.candles;
    if (sameCandles && security.isOfToday(symbol)) {
      return { status: "unread", reason: `the security report on ${symbol} of that moment is not to be had` };
    }
    // Only a real venue may have changed a candle since (the desk keeps windows there to notice it).
    (desk.windows !== null && !sameCandles ? corrected : wrong).push({ venueId, symbol, timeframe });
  }
  if (wrong.length > 0) {
    const names = wrong.map(({ symbol, timeframe }) => `${symbol} ${timeframe}`).join(", ");
    return { status: "mismatch", detail: `analyses that the source does not bear out: ${names}`, wrong };
  }
  if (corrected.length > 0) return { status: "source-changed", corrected };
  if (served.definitionId !== topicDefinitionIdOf(desk.hosts)) {
    return { status: "unread", reason: "a strategy was ended since" };
  }
  const right = prepareAnswer(intent, made, desk.hosts);
  if (right === null) return { status: "agreed" };
  // What was served is the stored text with a head and the time line; it must contain the text made anew, unchanged.
  const sameText = answer.answer.includes(finishText(right.text, false));
  const stored = answer.path === "pre-answered" ? await topicServed(desk, served, options) : undefined;
  if (sameText && (stored === undefined || sameFacts(stored, right))) return { status: "agreed" };
  return {
    status: "mismatch",
    detail: `the ${answer.path} answer of ${toIso(nowMs)} is not what its sources say`,
    wrong,
  };
}

/**
 * A security source, and whether what it said of a market may differ from what it said then, with no fault of the answer:
 * it was silent, or what it said at that moment is not to be had again.
 */
function noteAsked(inner: SecuritySource) {
  const ofToday = new Set<MarketSymbol>();
  const source: SecuritySource = {
    id: inner.id,
    async report(request, options) {
      if (inner.isOfNow === true) ofToday.add(request.symbol);
      try {
        return await inner.report(request, options);
      } catch (error) {
        ofToday.add(request.symbol);
        throw error;
      }
    },
  };
  return { source, isOfToday: (symbol: MarketSymbol) => ofToday.has(symbol) };
}

function sameFacts({ record }: StoredTopic, right: PreparedAnswer): boolean {
  const body = PreparedAnswer.safeParse(record.body);
  return body.success && canonicalJson(body.data.facts ?? []) === canonicalJson(right.facts ?? []);
}

/** The analyses that an answer stands on, as Khala holds them; none where one of them is gone. */
async function citedRecords(desk: Desk, { answer, intent, nowMs }: Asked, tally: WorkTally, options: CallOptions) {
  const { venueId } = desk.marketData;
  const { timeframe } = intent;
  const named = [intent.symbol, intent.other].filter((symbol) => symbol !== null);
  const topic = named.length > 0 ? undefined : await topicServed(desk, { answer, intent, nowMs }, options);
  if (named.length === 0 && topic === undefined) {
    // Served from the analyses themselves: about all markets that are held of this timeframe.
    const ids = new Set(answer.analysisIds);
    const listed = await desk.khala.list(venueId, { nowMs }, options);
    const records = listed.flatMap(({ recall }) => (ids.has(recall.record.id) ? [recall.record] : []));
    tally.count({ recordsRead: listed.length });
    return records.length === ids.size ? records : [];
  }
  const wanted =
    topic?.record.sources ??
    named.map((symbol, index) => ({ key: { venueId, symbol, timeframe }, analysisId: answer.analysisIds[index] }));
  const records: Analysis[] = [];
  for (const { key, analysisId } of wanted) {
    const history = await desk.khala.history(key, { nowMs, limit: 4 }, options);
    tally.count({ recordsRead: history.length });
    const found = history.find(({ record }) => record.id === analysisId || answer.analysisIds.includes(record.id));
    if (found === undefined) return [];
    records.push(found.record);
  }
  return records;
}

/** The stored answer or digest that was served; undefined where none was, or it is gone. */
export async function topicServed(desk: Desk, { answer, intent, nowMs }: Asked, options: CallOptions) {
  if (answer.topicIds.length === 0) return undefined;
  const isServed = ({ record }: StoredTopic): boolean => answer.topicIds.includes(record.id);
  const answers = await desk.topics.history("answer", { topic: topicOf(desk, intent), nowMs, limit: 8 }, options);
  return (
    answers.find(isServed) ??
    (await desk.topics.history("digest", { topic: null, nowMs, limit: 500 }, options)).find(isServed)
  );
}

/** Of the day's budget for thinking, which the check shares. */
async function unitsLeftToday({ config, planner, clock }: Desk, options: CallOptions): Promise<number> {
  return config.thinking.dayUnits - (await planner.budget.spentToday(clock.now(), options)).units;
}
