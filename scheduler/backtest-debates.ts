// Floor 5. Debates in a backtest: the same markets, debated at the same moments, settled at the same slots, by the same functions as on
// the live desk. The analyses that the screen spares the backtest are made here, for near and held markets only.
import { assess } from "#agents/market-analyst/assess.ts";
import type { Account } from "#desk/account/account.ts";
import { checkRunOf } from "#desk/answering/check-run.ts";
import type { DebateBook } from "#desk/judgement/debate-book.ts";
import { HIGHER_TIMEFRAME } from "#desk/judgement/debate-facts.ts";
import { buyDebates, type CandidateRules, debateCandidates, tokenAllowance } from "#desk/judgement/debates.ts";
import { outcomesAt } from "#desk/judgement/settle-debates.ts";
import { nextSlot } from "#desk/slots.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketView } from "#schemas/reading.ts";
import { type MarketSymbol, startOfDay, type UnixMs } from "#schemas/units.ts";
import { positionsIn } from "#toolkits/portfolio/positions.ts";
import { strategyTerms } from "#toolkits/risk/strategy-terms.ts";
import type { BacktestAnalyses } from "./backtest-analyses.ts";
import { analysedAsleep } from "./backtest-candidates.ts";
import type { BacktestDebateSettings, BacktestInput } from "./backtest-input.ts";
import type { Track } from "./backtest-track.ts";
import { viewAsleep } from "./backtest-views.ts";

interface Parts {
  readonly analyses: BacktestAnalyses;
  readonly account: Account;
  readonly book: DebateBook;
}

/** What is done after the decisions of each slot. @throws ModelRunError (from it) where a replay misses a call */
export function backtestDebates(input: BacktestInput, settings: BacktestDebateSettings, parts: Parts) {
  const { config, venue } = input;
  const { models, thinking, deadlineMs, monotonicMs } = settings;
  const { hosts, markets, quote, marketData } = venue;
  const { analyses, account, book } = parts;
  const { nearTriggerPct } = thinking;
  const { timeframe, limits, costs } = config;
  const terms = strategyTerms(hosts, config, config.entryStyle ?? "next-open");
  const strategies = hosts.flatMap(({ info }) => {
    const bracket = terms.get(info.id)?.bracket;
    return bracket === undefined ? [] : [{ ...info, bracket }];
  });
  let today = -1;
  let tokensOfDay = 0;
  const settle = async (slotMs: UnixMs, options: CallOptions): Promise<void> => {
    if (book.open().length === 0) return;
    const candlesOf = async (symbol: MarketSymbol, fromMs: UnixMs) =>
      analyses.tracks.marketData.candles({ symbol, timeframe, nowMs: slotMs, fromMs }, options);
    const outcomes = await outcomesAt({ book, slotMs, markets, limits, strategies: terms, costs, candlesOf });
    const events = outcomes.map((outcome) => ({ type: "debate-outcome", atMs: slotMs, outcome }) as const);
    await account.append(events, options);
  };
  return async (slotMs: UnixMs, options: CallOptions): Promise<void> => {
    await settle(slotMs, options);
    // Nothing would come of a debate for a close that is not tested.
    if (slotMs >= input.lastSlotMs) return;
    const portfolio = account.portfolio();
    const views: MarketView[] = [];
    for (const track of analyses.tracks.list) {
      const view = await viewOf(venue, track, { slotMs, portfolio }, options);
      if (view !== null) views.push(view);
    }
    const rules = { slotMs, nowMs: slotMs, portfolio, markets, quote, strategies, nearTriggerPct };
    const candidates = debateCandidates(views, rules);
    if (candidates.length === 0) return;
    const day = startOfDay(slotMs);
    if (day !== today) [today, tokensOfDay] = [day, 0];
    const { work } = await buyDebates({
      models: models.filter(({ id }) => id !== "rules"),
      candidates,
      around: async ({ analysis }) => ({
        higher: await higherOf(input, analyses, { symbol: analysis.symbol, slotMs }, options),
        related: analyses.related(slotMs),
      }),
      settled: book.settled,
      checkOf: (symbols) => ({
        ...checkRunOf({ marketData }, { language: "en", nowMs: slotMs, symbols }),
        strictness: "pushed",
      }),
      forAsOfMs: nextSlot(slotMs, timeframe),
      nowMs: slotMs,
      maxTokens: tokenAllowance(thinking.debateDayTokens, tokensOfDay, slotMs),
      deadlineMs,
      leftMs: () => null,
      monotonicMs,
      beforeStep: async () => options.signal.throwIfAborted(),
      keep: async (debate) => account.append([{ type: "debate", atMs: slotMs, debate }], options),
      ...options,
    });
    const { inputTokens, outputTokens } = work.total();
    tokensOfDay += inputTokens + outputTokens;
  };
}

type At = Pick<CandidateRules, "slotMs" | "portfolio">;

/** The slot's view of a market that may be debated, action levels included; null: it is not, or has no candle. */
async function viewOf(venue: BacktestInput["venue"], track: Track, at: At, options: CallOptions) {
  const { slotMs, portfolio } = at;
  const isHeld = positionsIn(portfolio, track.symbol).some(({ dust }) => !dust);
  if (!track.present || (!track.inUniverse && !isHeld)) return null;
  return viewAsleep(venue, track, slotMs, options);
}

/** As the analyst asleep would have made it of the timeframe above; null: it has no candle there. */
async function higherOf(
  { config, venue }: BacktestInput,
  analyses: BacktestAnalyses,
  { symbol, slotMs }: { readonly symbol: MarketSymbol; readonly slotMs: UnixMs },
  options: CallOptions,
) {
  const timeframe = HIGHER_TIMEFRAME[config.timeframe];
  const series = timeframe === null ? null : await analyses.tracks.seriesIn(symbol, timeframe, options);
  if (series === null) return null;
  const security = await venue.security.report({ symbol, nowMs: slotMs }, options);
  return analysedAsleep(venue.marketData, series, slotMs, security, assess);
}
