// Floor 4. After the decision cycle of a slot: what came of earlier debates is settled, then debates are held for the closes ahead and
// journaled before one of those can ask for them. Decisions read them from the fold; a desk without debates decides just the same.
import { sweepMarkets } from "#agents/market-analyst/sleep-time.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import type { Analysis, Recall } from "#schemas/analysis.ts";
import { isPassing } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketView } from "#schemas/reading.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { ledgerEntry, WorkTally } from "#schemas/work.ts";
import { countInto } from "#toolkits/ports/counted.ts";
import { checkRunOf } from "../answering/check-run.ts";
import { analystDeps, type Desk } from "../desk.ts";
import type { DebateReport, DebateTally } from "../documents/debate-report.ts";
import { marketsToThinkAbout } from "../run-slot/daily-universe.ts";
import { DEBATE_JOB, runJob } from "../run-slot/jobs.ts";
import { nextSlot } from "../slots.ts";
import { HIGHER_TIMEFRAME } from "./debate-facts.ts";
import {
  type AroundCandidate,
  buyDebates,
  type DebateCandidate,
  debateCandidates,
  debateEntry,
  tokenAllowance,
} from "./debates.ts";
import { lessonsFor } from "./lessons-for.ts";
import { outcomesAt } from "./settle-debates.ts";
import { leftBefore } from "./time-left.ts";

/**
 * Journals what has become known of debates that met an entry; what is known is not settled again, so no row says that the slot was
 * done. @returns how many @throws StoreError
 */
export async function settleDebates(desk: Desk, slotMs: UnixMs, options: CallOptions): Promise<number> {
  const { account, clock, config, marketData, markets, strategies, debates: book } = desk;
  if (book.open().length === 0) return 0;
  const startedMs = desk.monotonicMs();
  const { timeframe, limits, costs } = config;
  const tally = new WorkTally();
  const candlesOf = async (symbol: MarketSymbol, fromMs: UnixMs) => {
    await desk.questionPriority.quiet();
    try {
      return await marketData.candles({ symbol, timeframe, nowMs: clock.now(), fromMs }, options);
    } catch (error) {
      if (!isPassing(error)) throw error;
      return null;
    }
  };
  const known = { book, slotMs, markets, limits, strategies, costs };
  const outcomes = await countInto(tally, () => outcomesAt({ ...known, candlesOf }));
  const nowMs = clock.now();
  const durationMs = desk.monotonicMs() - startedMs;
  await desk.ledger.record(
    ledgerEntry({ atMs: nowMs, phase: "sleep", job: "debate", work: tally.total(), durationMs }),
    options,
  );
  await account.append(
    outcomes.map((outcome) => ({ type: "debate-outcome", atMs: nowMs, outcome }) as const),
    NEVER_ABORTED,
  );
  return outcomes.length;
}

/**
 * One pass per slot; null where the desk wants no debates, or the slot is not the current one any more. An abort ends it
 * with the call under way. @throws ModelRunError where a replay misses a call; StoreError
 */
export async function runDebateCycle(desk: Desk, slotMs: UnixMs, { signal }: CallOptions) {
  const { config, clock } = desk;
  if (desk.sleepModels === null || config.thinking.debateDayTokens === 0 || desk.quarantine.has("debate")) return null;
  const forAsOfMs = nextSlot(slotMs, config.timeframe);
  if (clock.now() >= forAsOfMs) return null;
  // What is paid for is written down, also when the operator ends the desk meanwhile.
  const writing = NEVER_ABORTED;
  // A pass that was ended is not done: what it did not debate is debated when the slot is taken up again.
  const job = { ...DEBATE_JOB, isDone: () => !signal.aborted };
  const work = async (): Promise<DebateReport> => {
    const startedMs = desk.monotonicMs();
    const nowMs = clock.now();
    const recalls = await recallsOf(desk, nowMs, writing);
    const candidates = candidatesOf(desk, recalls, { slotMs, nowMs });
    const report = { slot: slotMs, forAsOfMs, repeated: false };
    if (candidates.length === 0) return { ...report, ...NOTHING };
    const models = ((await desk.sleepModels?.()) ?? []).filter(({ id }) => id !== "rules");
    const { tokensByJob } = await desk.planner.budget.spentToday(nowMs, writing);
    const analyst = new WorkTally();
    const bought = await buyDebates({
      models,
      candidates,
      around: (candidate) => aroundOf(desk, candidate, { recalls, slotMs, nowMs, tally: analyst }, { signal }),
      settled: desk.debates.settled,
      checkOf: (symbols) => ({ ...checkRunOf(desk, { language: "en", nowMs, symbols }), strictness: "pushed" }),
      forAsOfMs,
      nowMs,
      maxTokens: tokenAllowance(config.thinking.debateDayTokens, tokensByJob["debate"] ?? 0, nowMs),
      deadlineMs: config.modelTimeoutMs,
      leftMs: () => leftBefore(forAsOfMs, desk),
      monotonicMs: desk.monotonicMs,
      beforeStep: () => desk.questionPriority.quiet(),
      keep: async (debate) => desk.account.append([{ type: "debate", atMs: clock.now(), debate }], writing),
      signal,
    });
    bought.work.count(analyst.total());
    await desk.ledger.record(debateEntry(bought, nowMs, desk.monotonicMs() - startedMs), writing);
    return { ...report, ...bought.tally };
  };
  return runJob(desk, job, { slotMs }, work, writing);
}

/** What the slot's own decision saw. */
async function recallsOf(desk: Desk, nowMs: UnixMs, options: CallOptions): Promise<readonly Recall<MarketView>[]> {
  const { config, marketData, account } = desk;
  const universe = await desk.universe.at(nowMs, options);
  const at = { venueId: marketData.venueId, timeframe: config.timeframe };
  const keys = marketsToThinkAbout(universe, account.portfolio()).map((symbol) => ({ ...at, symbol }));
  return desk.views.recallMany(keys, { nowMs }, options);
}

const candidatesOf = (
  desk: Desk,
  recalls: readonly Recall<MarketView>[],
  at: { readonly slotMs: UnixMs; readonly nowMs: UnixMs },
): readonly DebateCandidate[] =>
  debateCandidates(
    recalls.flatMap((recall) => (recall.status === "fresh" ? [recall.record] : [])),
    {
      ...at,
      portfolio: desk.account.portfolio(),
      markets: desk.markets,
      quote: desk.quote,
      strategies: strategiesAsked(desk),
      nearTriggerPct: desk.config.thinking.nearTriggerPct,
    },
  );

/** Those that run and may enter, with the bracket that each would have. */
const strategiesAsked = ({ hosts, strategies }: Desk) =>
  hosts.flatMap(({ info, fault }) => {
    const terms = strategies.get(info.id);
    return fault !== null || terms === undefined ? [] : [{ ...info, bracket: terms.bracket }];
  });

interface Moment {
  readonly recalls: readonly Recall<MarketView>[];
  readonly slotMs: UnixMs;
  readonly nowMs: UnixMs;
  readonly tally: WorkTally;
}

async function aroundOf(
  desk: Desk,
  { analysis: { symbol }, strategy }: DebateCandidate,
  { recalls, slotMs, nowMs, tally }: Moment,
  options: CallOptions,
): Promise<AroundCandidate> {
  const relationships = desk.relationships.current(slotMs);
  const leaders = recalls.flatMap((recall) => (isMeasured(recall) ? [recall.record] : []));
  const leader = leaders.find((view) => view.symbol === relationships?.leader && view.asOfMs === slotMs);
  const leaderHourSigmas = leader?.trend.hourMoveDailySigmas ?? null;
  const higher = await higherOf(desk, symbol, { nowMs, tally }, options);
  // A backtest has no lessons: with them, what is recorded here would not be found there.
  const isRecorded = (desk.config.modelRecordDir ?? desk.config.modelReplayDir) !== null;
  const lessons = isRecorded ? [] : await lessonsFor(desk, { symbol, strategyId: strategy.id, nowMs }, options);
  return { higher, related: { relationships, leaderHourSigmas }, lessons };
}

/** Its prices are the newest; that its security report is over does not change how it moves. */
const isMeasured = (recall: Recall<MarketView>): recall is Exclude<Recall<MarketView>, { status: "missing" }> =>
  recall.status === "fresh" || (recall.status === "stale" && recall.reason === "security-expired");

/** Of the timeframe above: as Khala has it, else made now and remembered. Null: it cannot be had. */
async function higherOf(
  desk: Desk,
  symbol: MarketSymbol,
  { nowMs, tally }: Pick<Moment, "nowMs" | "tally">,
  options: CallOptions,
): Promise<Analysis | null> {
  const timeframe = HIGHER_TIMEFRAME[desk.config.timeframe];
  if (timeframe === null) return null;
  const key = { venueId: desk.marketData.venueId, symbol, timeframe };
  const recall = await desk.khala.recall(key, { nowMs }, options);
  tally.count({ recordsRead: 1 });
  if (recall.status === "fresh") return recall.record;
  const request = { symbols: [symbol], timeframe, nowMs, origin: "sleep" as const };
  const outcomes = await countInto(tally, () => sweepMarkets(analystDeps(desk, tally), request, options));
  const outcome = outcomes.get(symbol);
  return outcome?.status === "analysed" ? outcome.analysis : null;
}

const NOTHING: DebateTally = {
  considered: 0,
  agree: 0,
  shrink: 0,
  veto: 0,
  rejected: 0,
  failed: 0,
  overBudget: 0,
  left: 0,
};
