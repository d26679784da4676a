// Floor 5. Second opinions in a backtest: the same markets, asked about at the same moments, by the same functions as the
// live desk's opinion cycle. The analyses that the screen spares the backtest are made here, for near and held markets only.
import { assess } from "#agents/market-analyst/assess.ts";
import { readScratches } from "#agents/market-analyst/read-scratches.ts";
import type { Account } from "#desk/account/account.ts";
import { buyOpinions, type CandidateRules, opinionCandidates, tokenAllowance } from "#desk/opinions/opinions.ts";
import { nextSlot } from "#desk/slots.ts";
import type { CandleSeries } from "#schemas/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketView } from "#schemas/reading.ts";
import { startOfDay, type UnixMs } from "#schemas/units.ts";
import { positionsIn } from "#toolkits/portfolio/positions.ts";
import { strategyTerms } from "#toolkits/risk/strategy-terms.ts";
import { analysedAsleep } from "./backtest-candidates.ts";
import type { BacktestInput, BacktestOpinionSettings } from "./backtest-input.ts";
import type { Track } from "./backtest-track.ts";

interface Slot {
  readonly slotMs: UnixMs;
  readonly tracks: readonly Track[];
  readonly account: Account;
}

/** What is done after the decisions of each slot. @throws ModelRunError (from it) where a replay misses a call */
export function backtestOpinions(input: BacktestInput, settings: BacktestOpinionSettings) {
  const { config, venue } = input;
  const { models, thinking, deadlineMs, monotonicMs } = settings;
  const { hosts, markets, quote } = venue;
  const { nearTriggerPct } = thinking;
  const terms = strategyTerms(hosts, config, config.entryStyle ?? "next-open");
  const strategies = hosts.flatMap(({ info }) => {
    const bracket = terms.get(info.id)?.bracket;
    return bracket === undefined ? [] : [{ ...info, bracket }];
  });
  let today = -1;
  let tokensOfDay = 0;
  return async ({ slotMs, tracks, account }: Slot, options: CallOptions): Promise<void> => {
    const portfolio = account.portfolio();
    const analyses: MarketView[] = [];
    for (const track of tracks) {
      const view = await viewOf(venue, track, { slotMs, portfolio }, options);
      if (view !== null) analyses.push(view);
    }
    const rules = { slotMs, nowMs: slotMs, portfolio, markets, quote, strategies, nearTriggerPct };
    const candidates = opinionCandidates(analyses, rules);
    if (candidates.length === 0) return;
    const day = startOfDay(slotMs);
    if (day !== today) [today, tokensOfDay] = [day, 0];
    const { work } = await buyOpinions({
      models: models.filter(({ id }) => id !== "rules"),
      candidates,
      forAsOfMs: nextSlot(slotMs, config.timeframe),
      nowMs: slotMs,
      maxTokens: tokenAllowance(thinking.debateDayTokens, tokensOfDay, slotMs),
      deadlineMs,
      leftMs: () => null,
      monotonicMs,
      beforeStep: async () => options.signal.throwIfAborted(),
      keep: async (opinion) => account.append([{ type: "opinion", atMs: slotMs, opinion }], options),
      ...options,
    });
    const { inputTokens, outputTokens } = work.total();
    tokensOfDay += inputTokens + outputTokens;
  };
}

type At = Pick<CandidateRules, "slotMs" | "portfolio">;

/** The slot's view of a market that may be asked about, action levels included; null: it is not, or has no candle. */
async function viewOf(venue: BacktestInput["venue"], track: Track, at: At, options: CallOptions) {
  const { slotMs, portfolio } = at;
  const isHeld = positionsIn(portfolio, track.symbol).some(({ dust }) => !dust);
  if (!track.present || (!track.inUniverse && !isHeld)) return null;
  const security = await venue.security.report({ symbol: track.symbol, nowMs: slotMs }, options);
  const of = (series: CandleSeries) => analysedAsleep(venue.marketData, series, slotMs, security, assess);
  const analysis = of(track.series);
  if (analysis === null) return null;
  // Those that have a candle at their newest close.
  const higher = [...track.allSeries.values()].flatMap((one) => (one === track.series ? [] : (of(one) ?? [])));
  const scratch = { status: "analysed", analysis, higher, series: track.allSeries } as const;
  const [outcome] = await readScratches({ strategies: venue.hosts, markets: venue.markets }, [scratch], options);
  return outcome?.analysis ?? null;
}
