// Floor 6. How a run of `start` ended, as a document.
import { viewPortfolio } from "#desk/documents/portfolio-view.ts";
import type { CronCounts } from "#scheduler/cron-driver.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { OpenDesk } from "../wire.ts";

/** How the run ended. */
export async function summary(
  { desk }: OpenDesk,
  { cycles, analyses, repeated }: { readonly cycles: number; readonly analyses: number; readonly repeated: number },
  counts: CronCounts,
  options: CallOptions,
) {
  const { equity, openPositions } = await viewPortfolio(desk, options);
  const { decisions, refusals, orders, fills } = desk.account.counts();
  const { costs, securityPolicy } = desk.config;
  return {
    /** Slots run. */
    cycles,
    /** Made at sleep time. */
    analyses,
    /** Slots whose sleep cycle was done before: nothing was analysed in them by this run. */
    repeatedSlots: repeated,
    /** Other than hold. */
    decisions,
    refusals,
    orders,
    fills,
    equity,
    quote: desk.quote,
    strategies: [...desk.strategies.keys()],
    decisionsHash: desk.account.decisionsHash(),
    venue: desk.marketData.venue,
    simulated: desk.marketData.simulated,
    run: desk.runId,
    openPositions,
    feeBps: costs.feeBps,
    slippageBps: costs.slippageBps,
    security: securityPolicy,
    /** Scheduler ticks that were due and not run, and that came while one was at work; 0 under a simulated clock. */
    missedTicks: counts.missed,
    overlappedTicks: counts.overlap,
    /** Slots that were never run for that, and how often one run of the then current slot made up for them. */
    skippedSlots: counts.skipped,
    catchUps: counts.caughtUp,
  };
}

export type StartDocument = Awaited<ReturnType<typeof summary>>;
