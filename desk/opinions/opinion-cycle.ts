// Floor 4. After the decision cycle of a slot: second opinions for the next close, bought asleep and journaled before that
// close can ask for them. Decisions read them from the journal; a desk without opinions decides just the same.
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { positionKey } from "#schemas/portfolio.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { Desk } from "../desk.ts";
import type { OpinionReport, OpinionTally } from "../documents/opinion-report.ts";
import { marketsToThinkAbout } from "../run-slot/daily-universe.ts";
import { OPINION_JOB, runJob } from "../run-slot/jobs.ts";
import { nextSlot } from "../slots.ts";
import { buyOpinions, opinionCandidates, opinionEntry, opinionsFor, tokenAllowance } from "./opinions.ts";

/** On a real venue the pass is over so long before the next close, ms. */
const MARGIN_MS = 5_000;

/**
 * One pass per slot; null where the desk wants no opinions, or the slot is not the current one any more. An abort ends it
 * between two markets. @throws ModelRunError where a replay misses a call; StoreError
 */
export async function runOpinionCycle(desk: Desk, slotMs: UnixMs, { signal }: CallOptions) {
  const { config, clock } = desk;
  if (desk.sleepModels === null) return null;
  const forAsOfMs = nextSlot(slotMs, config.timeframe);
  if (clock.now() >= forAsOfMs) return null;
  // What is paid for is written down, also when the operator ends the desk meanwhile.
  const writing = NEVER_ABORTED;
  // A pass that was ended is not done: what it did not ask about is asked about when the slot is taken up again.
  const job = { ...OPINION_JOB, isDone: () => !signal.aborted };
  const work = async (): Promise<OpinionReport> => {
    const startedMs = desk.monotonicMs();
    const nowMs = clock.now();
    const candidates = await candidatesOf(desk, slotMs, nowMs, forAsOfMs, writing);
    const report = { slot: slotMs, forAsOfMs, repeated: false };
    if (candidates.length === 0) return { ...report, ...NOTHING };
    const models = ((await desk.sleepModels?.()) ?? []).filter(({ id }) => id !== "rules");
    const { tokensByJob } = await desk.planner.budget.spentToday(nowMs, writing);
    const bought = await buyOpinions({
      models,
      candidates,
      forAsOfMs,
      nowMs,
      maxTokens: tokenAllowance(config.thinking.debateDayTokens, tokensByJob["debate"] ?? 0, nowMs),
      deadlineMs: config.modelTimeoutMs,
      leftMs: () => (clock.kind === "system" ? forAsOfMs - MARGIN_MS - clock.now() : null),
      monotonicMs: desk.monotonicMs,
      beforeStep: () => desk.questionPriority.quiet(),
      keep: async (opinion) => desk.account.append([{ type: "opinion", atMs: clock.now(), opinion }], writing),
      signal,
    });
    await desk.ledger.record(opinionEntry(bought, nowMs, desk.monotonicMs() - startedMs), writing);
    return { ...report, ...bought.tally };
  };
  return runJob(desk, job, { slotMs }, work, writing);
}

/** What the slot's own decision saw, less what has its opinion already. */
async function candidatesOf(desk: Desk, slotMs: UnixMs, nowMs: UnixMs, forAsOfMs: UnixMs, options: CallOptions) {
  const { config, marketData, account } = desk;
  const portfolio = account.portfolio();
  const universe = await desk.universe.at(nowMs, options);
  const at = { venueId: marketData.venueId, timeframe: config.timeframe };
  const keys = marketsToThinkAbout(universe, portfolio).map((symbol) => ({ ...at, symbol }));
  const recalls = await desk.views.recallMany(keys, { nowMs }, options);
  const fresh = recalls.flatMap((recall) => (recall.status === "fresh" ? [recall.record] : []));
  const known = opinionsFor(account.newestSlot(), forAsOfMs);
  return opinionCandidates(fresh, {
    slotMs,
    nowMs,
    portfolio,
    markets: desk.markets,
    quote: desk.quote,
    strategies: strategiesAsked(desk),
    nearTriggerPct: config.thinking.nearTriggerPct,
  }).filter(({ analysis: { symbol }, strategy }) => !known.has(positionKey({ strategyId: strategy.id, symbol })));
}

/** Those that run and may enter, with the bracket that each would have. */
const strategiesAsked = ({ hosts, strategies }: Desk) =>
  hosts.flatMap(({ info, fault }) => {
    const terms = strategies.get(info.id);
    return fault !== null || terms === undefined ? [] : [{ ...info, bracket: terms.bracket }];
  });

const NOTHING: OpinionTally = {
  considered: 0,
  agree: 0,
  shrink: 0,
  veto: 0,
  rejected: 0,
  failed: 0,
  overBudget: 0,
  left: 0,
};
