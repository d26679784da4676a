// Floor 5. One run of the research bench: the backtest driver over a configuration that is changed in the named ways.
import { toNumber } from "#schemas/money.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { Outcome, Variation } from "#schemas/research.ts";
import { DAYS_A_YEAR } from "#toolkits/performance/performance.ts";
import { openPositions } from "#toolkits/portfolio/positions.ts";
import { createLocalHost } from "#toolkits/strategies/host.ts";
import type { Strategy } from "#toolkits/strategies/strategy.ts";
import { runBacktest } from "../backtest-driver.ts";
import type { BacktestInput } from "../backtest-input.ts";
import { strategiesOf } from "../backtest-input.ts";
import { withEntries } from "./change-entries.ts";

/** What every run of a bench has in common. Its hosts run in this thread. */
export type ResearchInput = Pick<BacktestInput, "config" | "venue" | "rules" | "memo">;

/** @throws StrategyError for a parameter out of its range; whatever `runBacktest` throws */
export async function runVariation(
  { config, venue, ...rest }: ResearchInput,
  { firstSlotMs, lastSlotMs, ...varied }: Variation,
  options: CallOptions & { readonly onSlot?: (slotMs: number) => void },
): Promise<Outcome> {
  const { feeFactor, slippageFactor, markets } = varied;
  const { costs } = config;
  rest.memo?.columns.begin();
  const run = await runBacktest(
    {
      ...rest,
      config: {
        ...config,
        costs: { ...costs, feeBps: costs.feeBps * feeFactor, slippageBps: costs.slippageBps * slippageFactor },
        ...(markets === null ? {} : { markets: { include: [...markets], exclude: config.markets.exclude } }),
      },
      venue: {
        ...venue,
        markets: feeFactor === 1 && slippageFactor === 1 ? venue.markets : withCosts(venue.markets, varied),
        hosts: strategiesOf(venue).map((strategy) => createLocalHost(variedStrategy(strategy, varied))),
      },
      firstSlotMs,
      lastSlotMs,
    },
    options,
  );
  const { decisions, refusals } = run.account.counts();
  const statistics = run.account.statistics();
  const exposure = run.account.exposure();
  return {
    trades: statistics.trades(),
    openAtEnd: openPositions(run.account.portfolio()).length,
    days: exposure.days(),
    periodsPerYear: venue.calendar?.sessionsPerYear ?? DAYS_A_YEAR,
    startingCash: toNumber(venue.cash),
    finalEquity: toNumber(run.finalEquity),
    maxDrawdownPct: statistics.maxDrawdownPct(),
    slots: exposure.slots,
    slotsInMarket: exposure.slotsInMarket,
    exposureSum: exposure.exposureSum,
    candles: run.candles,
    decisions,
    refusals,
    buyAndHoldPct: run.buyAndHoldPct,
    decisionsHash: run.account.decisionsHash(),
  };
}

function variedStrategy(strategy: Strategy, { parameters, entries }: Pick<Variation, "parameters" | "entries">) {
  const values = parameters[strategy.id];
  const tuned = values === undefined ? strategy : strategy.retuned({ ...strategy.parameters, ...values });
  return entries === null ? tuned : withEntries(tuned, entries);
}

const withCosts = (
  markets: ResearchInput["venue"]["markets"],
  { feeFactor, slippageFactor }: Pick<Variation, "feeFactor" | "slippageFactor">,
): ResearchInput["venue"]["markets"] =>
  new Map(
    [...markets].map(([symbol, market]) => [
      symbol,
      {
        ...market,
        feeBps: market.feeBps === null ? null : market.feeBps * feeFactor,
        ...(market.slippageBps === undefined ? {} : { slippageBps: market.slippageBps * slippageFactor }),
      },
    ]),
  );
