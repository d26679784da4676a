// Floor 5. Second opinions in a backtest: the same markets, asked about at the same moments, by the same functions as the
// live desk's opinion cycle. The analyses that the screen spares the backtest are made here, for near and held markets only.
import { closeOf, readWindow } from "#agents/market-analyst/assess.ts";
import type { Account } from "#desk/account/account.ts";
import {
  buyOpinions,
  type CandidateRules,
  isHeldTurn,
  opinionCandidates,
  reachOf,
  tokenAllowance,
} from "#desk/opinions/opinions.ts";
import { nextSlot } from "#desk/slots.ts";
import type { Analysis } from "#schemas/analysis.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { startOfDay, type UnixMs } from "#schemas/units.ts";
import { windowAt } from "#toolkits/indicators/window.ts";
import { positionOf } from "#toolkits/portfolio/positions.ts";
import type { BacktestInput, BacktestOpinionSettings } from "./backtest-input.ts";
import { assessedAsleep, type Track } from "./backtest-track.ts";

interface Slot {
  readonly slotMs: UnixMs;
  readonly tracks: readonly Track[];
  readonly account: Account;
}

/** What is done after the decisions of each slot. @throws ModelRunError (from it) where a replay misses a call */
export function backtestOpinions(input: BacktestInput, settings: BacktestOpinionSettings) {
  const { config, venue } = input;
  const { models, thinking, deadlineMs, monotonicMs } = settings;
  const { strategy, markets, quote } = venue;
  const { nearTriggerPct } = thinking;
  let today = -1;
  let tokensOfDay = 0;
  return async ({ slotMs, tracks, account }: Slot, options: CallOptions): Promise<void> => {
    const portfolio = account.portfolio();
    const analyses: Analysis[] = [];
    for (const track of tracks) {
      const analysis = await analyse(venue, track, { slotMs, portfolio, nearTriggerPct }, options);
      if (analysis !== null) analyses.push(analysis);
    }
    const rules = { slotMs, nowMs: slotMs, portfolio, markets, quote, strategyId: strategy.id, nearTriggerPct };
    const candidates = opinionCandidates(analyses, rules);
    if (candidates.length === 0) return;
    const day = startOfDay(slotMs);
    if (day !== today) [today, tokensOfDay] = [day, 0];
    const { work } = await buyOpinions({
      models: models.filter(({ id }) => id !== "rules"),
      candidates,
      rule: { strategy, limits: config.limits, forAsOfMs: nextSlot(slotMs, config.timeframe) },
      nowMs: slotMs,
      maxTokens: tokenAllowance(thinking, tokensOfDay, slotMs),
      deadlineMs,
      leftMs: () => null,
      monotonicMs,
      beforeStep: async () => options.signal.throwIfAborted(),
      keep: (opinion) => account.append([{ type: "opinion", atMs: slotMs, opinion }], options),
      ...options,
    });
    const { inputTokens, outputTokens } = work.total();
    tokensOfDay += inputTokens + outputTokens;
  };
}

type At = Pick<CandidateRules, "slotMs" | "portfolio" | "nearTriggerPct">;

/** The slot's analysis of a market that may be asked about; null: it is not, or has no candle. */
async function analyse(venue: BacktestInput["venue"], track: Track, at: At, options: CallOptions) {
  const { slotMs, nearTriggerPct } = at;
  const { strategy } = venue;
  const position = positionOf(at.portfolio, { strategyId: strategy.id, symbol: track.symbol });
  if (!track.present || (!track.inUniverse && position === undefined)) return null;
  const window = windowAt(track.series, slotMs);
  if (window === null) return null;
  const read = readWindow(window, strategy);
  if (position !== undefined && !position.dust) {
    if (!isHeldTurn(slotMs)) return null;
  } else {
    const subject = { price: closeOf(window), indicators: read.snapshot, triggers: strategy.triggers(window) };
    if (reachOf(subject, nearTriggerPct) === null) return null;
  }
  const security = await venue.security.report({ symbol: track.symbol, nowMs: slotMs }, options);
  return assessedAsleep(venue, { slotMs, window, security }, read);
}
