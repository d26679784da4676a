// Floor 4. After the decision cycle of a slot: plans for markets that matter, bought asleep and journaled. Decisions read them from the
// account; a desk without them decides just the same.
import { z } from "zod";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { RecordVersionError } from "#schemas/errors.ts";
import { PLANNED } from "#schemas/plan.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { limitsNow } from "#schemas/tightened-limits.ts";
import { DAY_MS, MarketSymbol, UnixMs } from "#schemas/units.ts";
import type { Desk } from "../desk.ts";
import type { PlanReport } from "../documents/plan-report.ts";
import { marketsToThinkAbout } from "../run-slot/daily-universe.ts";
import { PLAN_JOB, runJob } from "../run-slot/jobs.ts";
import { nextSlot } from "../slots.ts";
import { buyPlans, planEntry } from "./buy-plans.ts";
import { tokenAllowance } from "./debates.ts";
import { leftBefore } from "./time-left.ts";

/** Newest questions looked through for the markets that they are about. */
const QUESTIONS = 50;

/** What is read of a question's record. */
const Asked = z.object({ intent: z.object({ symbol: MarketSymbol.nullable() }), atMs: UnixMs });

/** True where plans are bought: the strategy that acts on them trades, and tokens are set. */
export const buysPlans = ({ config, strategies, sleepModels }: Pick<Desk, "config" | "strategies" | "sleepModels">) =>
  sleepModels !== null && config.thinking.planDayTokens > 0 && strategies.has(PLANNED);

/**
 * One pass per slot; null where the desk wants no plans, or the slot is not the current one any more. An abort ends it between two
 * markets. @throws ModelRunError where a replay misses a call; StoreError
 */
export async function planMarkets(desk: Desk, slotMs: UnixMs, { signal }: CallOptions) {
  const { config, clock, account } = desk;
  if (!buysPlans(desk)) return null;
  const nextMs = nextSlot(slotMs, config.timeframe);
  if (clock.now() >= nextMs) return null;
  // What is paid for is written down, also when the operator ends the desk meanwhile.
  const writing = NEVER_ABORTED;
  const job = { ...PLAN_JOB, isDone: () => !signal.aborted };
  const work = async (): Promise<PlanReport> => {
    const startedMs = desk.monotonicMs();
    const nowMs = clock.now();
    const portfolio = account.portfolio();
    const { tokensByJob } = await desk.planner.budget.spentToday(nowMs, writing);
    const bought = await buyPlans({
      ...desk,
      strategies: desk.hosts,
      models: ((await desk.sleepModels?.()) ?? []).filter(({ id }) => id !== "rules"),
      views: await viewsOf(desk, nowMs, writing),
      slotMs,
      nowMs,
      portfolio,
      limits: limitsNow(config.limits, portfolio.tightened),
      nearTriggerPct: config.thinking.nearTriggerPct,
      asked: await askedAbout(desk, nowMs, writing),
      maxTokens: tokenAllowance(config.thinking.planDayTokens, tokensByJob["plan"] ?? 0, nowMs),
      deadlineMs: config.modelTimeoutMs,
      leftMs: () => leftBefore(nextMs, desk),
      beforeStep: () => desk.questionPriority.quiet(),
      keep: async (rows) => account.append(rows, writing),
      signal,
    });
    if (bought.tally.considered > 0)
      await desk.ledger.record(planEntry(bought, nowMs, desk.monotonicMs() - startedMs), writing);
    return { slot: slotMs, repeated: false, ...bought.tally };
  };
  return runJob(desk, job, { slotMs }, work, writing);
}

/** What the slot's own decision saw of the day's universe. */
async function viewsOf(desk: Desk, nowMs: UnixMs, options: CallOptions) {
  const { config, marketData, account } = desk;
  const universe = await desk.universe.at(nowMs, options);
  const at = { venueId: marketData.venueId, timeframe: config.timeframe };
  const symbols = marketsToThinkAbout(universe, account.portfolio()).filter((one) => universe.assets.includes(one));
  const recalls = await desk.views.recallMany(
    symbols.map((symbol) => ({ ...at, symbol })),
    { nowMs },
    options,
  );
  return recalls.flatMap((recall) => (recall.status === "fresh" ? [recall.record] : []));
}

/** Markets that the newest questions of a day were about. */
async function askedAbout({ topics }: Desk, nowMs: UnixMs, options: CallOptions): Promise<ReadonlySet<MarketSymbol>> {
  const rows = await topics
    .history("question", { topic: null, nowMs, limit: QUESTIONS }, options)
    .catch((error: unknown) => {
      // Questions of another build name no market, and end nothing.
      if (error instanceof RecordVersionError) return [];
      throw error;
    });
  const asked = rows.flatMap(({ record }) => Asked.safeParse(record.body).data ?? []);
  return new Set(asked.flatMap(({ intent, atMs }) => (atMs > nowMs - DAY_MS ? (intent.symbol ?? []) : [])));
}
