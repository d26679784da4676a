// Floor 5. Second opinions in a backtest: the same markets, asked about at the same moments, by the same functions as the
// live desk's opinion cycle. The analyses that the screen spares the backtest are made here, for near and held markets only.
import { assess, closeOf, readWindow } from "#agents/market-analyst/assess.ts";
import type { Account } from "#desk/account/account.ts";
import { buyOpinions, isHeldTurn, opinionCandidates, reachOf, tokenAllowance } from "#desk/opinions/opinions.ts";
import { nextSlot } from "#desk/slots.ts";
import type { Analysis } from "#schemas/analysis.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { startOfDay, type UnixMs } from "#schemas/units.ts";
import { windowAt } from "#toolkits/indicators/window.ts";
import type { BacktestInput, BacktestOpinionSettings } from "./backtest-input.ts";
import type { Track } from "./backtest-track.ts";

export class BacktestOpinions {
  readonly #input: BacktestInput;
  readonly #settings: BacktestOpinionSettings;
  #day = -1;
  #tokensOfDay = 0;

  constructor(input: BacktestInput, settings: BacktestOpinionSettings) {
    this.#input = input;
    this.#settings = settings;
  }

  /** After the decisions of `slotMs`. @throws ModelRunError where a replay misses a call */
  async pass(
    { slotMs, tracks, account }: { slotMs: UnixMs; tracks: readonly Track[]; account: Account },
    options: CallOptions,
  ): Promise<void> {
    const { config, venue } = this.#input;
    const { strategy, markets, quote } = venue;
    const { timeframe, limits } = config;
    const portfolio = account.portfolio();
    const { models, thinking, deadlineMs, monotonicMs } = this.#settings;
    const { nearTriggerPct } = thinking;
    const analyses: Analysis[] = [];
    for (const track of tracks) {
      const analysis = await this.#analyse(track, slotMs, portfolio, options);
      if (analysis !== null) analyses.push(analysis);
    }
    const rules = { slotMs, nowMs: slotMs, portfolio, markets, quote, nearTriggerPct };
    const candidates = opinionCandidates(analyses, rules);
    if (candidates.length === 0) return;
    const day = startOfDay(slotMs);
    if (day !== this.#day) [this.#day, this.#tokensOfDay] = [day, 0];
    const { work } = await buyOpinions({
      models: models.filter(({ id }) => id !== "rules"),
      candidates,
      rule: { strategy, limits, forAsOfMs: nextSlot(slotMs, timeframe) },
      nowMs: slotMs,
      maxTokens: tokenAllowance(thinking, this.#tokensOfDay, slotMs),
      deadlineMs,
      leftMs: () => null,
      monotonicMs,
      beforeStep: async () => options.signal.throwIfAborted(),
      keep: (opinion) => account.append([{ type: "opinion", atMs: slotMs, opinion }], options),
      ...options,
    });
    const { inputTokens, outputTokens } = work.total();
    this.#tokensOfDay += inputTokens + outputTokens;
  }

  /** The slot's analysis of a market that may be asked about; null: it is not, or has no candle. */
  async #analyse(
    track: Track,
    slotMs: UnixMs,
    { positions }: Portfolio,
    options: CallOptions,
  ): Promise<Analysis | null> {
    const { marketData, security, strategy } = this.#input.venue;
    const position = positions.get(track.symbol);
    if (!track.present || (!track.inUniverse && position === undefined)) return null;
    const window = windowAt(track.series, slotMs);
    if (window === null) return null;
    const read = readWindow(window, strategy);
    if (position !== undefined && !position.dust) {
      if (!isHeldTurn(slotMs)) return null;
    } else {
      const { snapshot: indicators } = read;
      const subject = { price: closeOf(window), indicators, triggers: strategy.triggers(window) };
      if (reachOf(subject, this.#settings.thinking.nearTriggerPct) === null) return null;
    }
    return assess(
      {
        venueId: marketData.venueId,
        venue: marketData.venue,
        simulated: marketData.simulated,
        window,
        security: await security.report({ symbol: track.symbol, nowMs: slotMs }, options),
        strategy,
        origin: "sleep",
        computedAtMs: slotMs,
        checkedThroughMs: slotMs,
      },
      read,
    );
  }
}
