// Floor 5. Plans in a backtest: the same markets, planned for at the same moments, by the same functions as the live desk's step. The
// analyses that the screen spares the backtest are made here.
import type { Account } from "#desk/account/account.ts";
import { buyPlans } from "#desk/judgement/buy-plans.ts";
import { tokenAllowance } from "#desk/judgement/debates.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketView } from "#schemas/reading.ts";
import { limitsNow } from "#schemas/tightened-limits.ts";
import { startOfDay, type UnixMs } from "#schemas/units.ts";
import type { BacktestInput, BacktestPlanSettings } from "./backtest-input.ts";
import type { Track } from "./backtest-track.ts";
import { viewAsleep } from "./backtest-views.ts";

interface Slot {
  readonly slotMs: UnixMs;
  readonly tracks: readonly Track[];
  readonly account: Account;
}

/** What is done after the decisions of each slot. @throws ModelRunError (from it) where a replay misses a call */
export function backtestPlans({ config, venue }: BacktestInput, settings: BacktestPlanSettings) {
  const { models, thinking, deadlineMs, monotonicMs } = settings;
  let today = -1;
  let tokensOfDay = 0;
  return async ({ slotMs, tracks, account }: Slot, options: CallOptions): Promise<void> => {
    const portfolio = account.portfolio();
    const day = startOfDay(slotMs);
    if (day !== today) [today, tokensOfDay] = [day, 0];
    const views: MarketView[] = [];
    for (const track of tracks) {
      const view = track.present && track.inUniverse ? await viewAsleep(venue, track, slotMs, options) : null;
      if (view !== null) views.push(view);
    }
    const { work } = await buyPlans({
      ...venue,
      strategies: venue.hosts,
      models: models.filter(({ id }) => id !== "rules"),
      views,
      slotMs,
      nowMs: slotMs,
      portfolio,
      limits: limitsNow(config.limits, portfolio.tightened),
      nearTriggerPct: thinking.nearTriggerPct,
      // Nobody asks a backtest.
      asked: new Set(),
      maxTokens: tokenAllowance(thinking.planDayTokens, tokensOfDay, slotMs),
      deadlineMs,
      leftMs: () => null,
      monotonicMs,
      beforeStep: async () => options.signal.throwIfAborted(),
      keep: async (rows) => account.append(rows, options),
      ...options,
    });
    const { inputTokens, outputTokens } = work.total();
    tokensOfDay += inputTokens + outputTokens;
  };
}
