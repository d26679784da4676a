// Floor 2. (seed, asset, day) -> the plan of that day: where the price opens, how it will move with the market and on its
// own. Price is a product of driftless daily factors, so its expected value tomorrow is its value today: no edge to find.
//
//   open(d)  = close(d - 1) × (1 + β × market gap) × (1 + own gap)
//   close(d) = open(d) × (1 + β × market move + own move)
import type { SimulatedAsset } from "./assets.ts";
import {
  BLOCK_DAYS,
  createDailyWalks,
  type DailyWalk,
  meanDayVariance,
  type WalkCharacter,
  type WalkDay,
} from "./daily-walk.ts";
import { openStream } from "./random.ts";

/** 2015-01-01T00:00:00Z: the first simulated day. Before it there are no candles. */
export const FIRST_DAY_MS = 1_420_070_400_000;

/** The market factor; gaps come about four times a year. */
const MARKET: WalkCharacter = { dayVolatility: 0.018, gapChance: 1 / 90, maxGap: 0.08 };
const GAP_CHANCE = 1 / 40;
const MAX_GAP = 0.12;

/** 2^12 days after the first day (2026-03) the median price has come down to the typical one. */
const MEDIAN_DOUBLINGS = 12;

/** One asset on one day, in prices not yet rounded to the tick. */
export interface DayPlan {
  /** First price of the day, after its gap. */
  readonly open: number;
  /** Share of the market's move that the asset takes. */
  readonly beta: number;
  readonly market: WalkDay;
  readonly own: WalkDay;
}

export interface PriceDays {
  /** Days count from FIRST_DAY_MS. */
  plan(dayIndex: number): DayPlan;
}

/** Close of a day, from its plan. */
const closeOf = (plan: DayPlan): number => plan.open * (1 + plan.beta * plan.market.move + plan.own.move);

/**
 * A driftless price has a falling median: half the variance a day. The first price is lifted by as much, so that prices
 * are plausible where people look. A constant lift leaves every return as it is.
 */
function firstPrice(asset: SimulatedAsset, beta: number, own: WalkCharacter): number {
  let lift = 1 + (beta * beta * meanDayVariance(MARKET) + meanDayVariance(own)) / 2;
  for (let doubling = 0; doubling < MEDIAN_DOUBLINGS; doubling += 1) lift *= lift;
  return asset.typicalPrice * lift;
}

function createPriceDays(seed: number, asset: SimulatedAsset, market: DailyWalk, walks: WalkFactory): PriceDays {
  const stream = openStream([seed, asset.base, "character"]);
  const beta = 0.7 + 0.6 * stream.uniform();
  const character = { dayVolatility: 0.014 + 0.01 * stream.uniform(), gapChance: GAP_CHANCE, maxGap: MAX_GAP };
  const walk = walks(asset.base, character);
  /** Close before the first day of each block, extended as far as anyone has asked. */
  const closeBeforeBlock = [firstPrice(asset, beta, character)];

  /** The first `count` plans of a block, one after the other. */
  const plansOf = (previousClose: number, block: number, count: number): readonly DayPlan[] => {
    const ownDays = walk.block(block);
    const plans: DayPlan[] = [];
    let close = previousClose;
    for (const [index, factor] of market.block(block).slice(0, count).entries()) {
      const own = ownDays[index];
      if (own === undefined) break;
      const plan = { open: close * (1 + beta * factor.gap) * (1 + own.gap), beta, market: factor, own };
      plans.push(plan);
      close = closeOf(plan);
    }
    return plans;
  };
  const lastPlan = (previousClose: number, block: number, count: number): DayPlan => {
    const plan = plansOf(previousClose, block, count).at(-1);
    if (plan === undefined) throw new RangeError(`Block ${block} of ${asset.base}; expected a day from the first on.`);
    return plan;
  };

  return {
    plan(dayIndex) {
      const block = Math.floor(dayIndex / BLOCK_DAYS);
      for (let known = closeBeforeBlock.length; known <= block; known += 1) {
        closeBeforeBlock.push(closeOf(lastPlan(closeBeforeBlock[known - 1] ?? Number.NaN, known - 1, BLOCK_DAYS)));
      }
      return lastPlan(closeBeforeBlock[block] ?? Number.NaN, block, dayIndex - block * BLOCK_DAYS + 1);
    },
  };
}

type WalkFactory = ReturnType<typeof createDailyWalks>;

/** The price plans of one seed; assets are set up on first use. */
export function createPricePlans(seed: number): (asset: SimulatedAsset, dayIndex: number) => DayPlan {
  const walks = createDailyWalks(seed);
  // Lower case, so that no asset can have the same name.
  const market = walks("market", MARKET);
  const assets = new Map<string, PriceDays>();
  return (asset, dayIndex) => {
    let days = assets.get(asset.base);
    if (days === undefined) {
      days = createPriceDays(seed, asset, market, walks);
      assets.set(asset.base, days);
    }
    return days.plan(dayIndex);
  };
}
