// Floor 5. A pass → the input of the backtest's own parts: the same candles, with what the pass changes of them.

import { InvariantError } from "#schemas/errors.ts";
import type { MarketData, Universe } from "#schemas/ports/market.ts";
import { createLocalHost } from "#toolkits/strategies/host.ts";
import type { Strategy } from "#toolkits/strategies/strategy.ts";
import type { BacktestInput } from "../../backtest-input.ts";
import { strategiesOf } from "../../backtest-input.ts";
import type { ResearchInput } from "../run-variation.ts";
import type { Pass } from "./pass.ts";
import { relabelled } from "./relabel.ts";
import { scrambledAfter } from "./scramble.ts";

/** @param hosted what runs in the strategy's place, one or more; left out: it runs as it is */
export function passedInput(
  { config, venue, ...rest }: ResearchInput,
  pass: Pass,
  hosted: (strategy: Strategy) => readonly Strategy[] = (strategy) => [strategy],
): BacktestInput {
  const [own] = strategiesOf(venue);
  if (own === undefined)
    throw new InvariantError({
      was: "A validation was given no strategy.",
      expected: "one",
      remedy: "This is a bug; please report it with the command that led here.",
    });
  const { firstSlotMs, lastSlotMs, markets, scramble, relabel } = pass;
  const strategy = relabelled(own, relabel, [...venue.markets.keys()].sort());
  return {
    ...rest,
    config,
    venue: {
      ...venue,
      marketData: scramble === null ? venue.marketData : scrambled(venue.marketData, scramble),
      universe: markets === null ? venue.universe : only(venue.universe, markets),
      hosts: hosted(strategy).map(createLocalHost),
    },
    firstSlotMs,
    lastSlotMs,
  };
}

const scrambled = (marketData: MarketData, { afterMs, seed }: NonNullable<Pass["scramble"]>): MarketData => ({
  ...marketData,
  candles: async (request, options) => scrambledAfter(await marketData.candles(request, options), afterMs, seed),
});

const only = (universe: Universe, markets: NonNullable<Pass["markets"]>): Universe => ({
  topAssets: async (request, options) => {
    const day = await universe.topAssets(request, options);
    return { ...day, assets: markets.filter((symbol) => day.assets.includes(symbol)) };
  },
});
