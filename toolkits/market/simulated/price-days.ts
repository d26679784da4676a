// Floor 2. (seed, asset, day) → the plan of that day: where the price opens, how it will move with the market and on its
// own. Price is a product of driftless daily factors, so its expected value tomorrow is its value today: no edge to find.
//
//   open(d)  = close(d - 1) × (1 + β × market gap) × (1 + own gap)
//   close(d) = open(d) × (1 + β × market move + own move)
//
// Every asset starts at 1, and one factor lifts its whole walk so that on the day of asset-table.json it is about at its price there. A
// constant factor leaves every return as it is. Before that day one who knows the table can tell from a price where it will go.
import { DAY_MS } from "#schemas/units.ts";
import { PRICES_AS_OF_MS } from "./asset-table.ts";
import type { SimulatedAsset } from "./assets.ts";
import { BLOCK_DAYS, drawBlock, type WalkCharacter, type WalkDay } from "./daily-walk.ts";
import { getOrMake } from "./get-or-make.ts";
import { openStream } from "./random.ts";

/** 2015-01-01T00:00:00Z: the first simulated day. Before it there are no candles. */
export const FIRST_DAY_MS = 1_420_070_400_000;

/** The market factor; gaps come about four times a year. */
const MARKET: WalkCharacter = { dayVolatility: 0.018, gapChance: 1 / 90, maxGap: 0.08 };
const GAP_CHANCE = 1 / 40;
const MAX_GAP = 0.12;

/** The day on which a walk passes its table's price. */
const TABLE_DAY = (PRICES_AS_OF_MS - FIRST_DAY_MS) / DAY_MS;

/** What a scenario changes of how everything moves. */
export interface Climate {
  /** Of the usual day volatility, a ratio. */
  readonly volatility: number;
  readonly hasGaps: boolean;
}

const USUAL: Climate = { volatility: 1, hasGaps: true };

const inClimate = (character: WalkCharacter, { volatility, hasGaps }: Climate): WalkCharacter => ({
  ...character,
  dayVolatility: character.dayVolatility * volatility,
  gapChance: hasGaps ? character.gapChance : 0,
});

/** One asset on one day, in prices not yet rounded to the tick. */
export interface DayPlan {
  /** First price of the day, after its gap. */
  readonly open: number;
  /** Share of the market's move that the asset takes. */
  readonly beta: number;
  readonly market: WalkDay;
  readonly own: WalkDay;
}

/** Close of a day, from its plan. */
const closeOf = (plan: DayPlan): number => plan.open * (1 + plan.beta * plan.market.move + plan.own.move);

/** Price at which an asset opens on TABLE_DAY: the table's, at most doubled or halved, whatever comes after. */
function priceOnTableDay(seed: number, asset: SimulatedAsset): number {
  const stream = openStream([seed, asset.base, "level"]);
  const ratio = 1 + stream.uniform();
  return stream.sign() === 1 ? asset.typicalPrice * ratio : asset.typicalPrice / ratio;
}

/** The market factor's days by block, kept for good: every asset walks along them. */
function createMarket(seed: number, character: WalkCharacter): (block: number) => readonly WalkDay[] {
  const blocks = new Map<number, readonly WalkDay[]>();
  // Lower case, so that no asset can have the same name.
  return (block) => getOrMake(blocks, block, () => drawBlock(seed, "market", character, block));
}

/** The plans of one asset, a block at a time. */
function createPlanBlocks(
  seed: number,
  asset: SimulatedAsset,
  market: (block: number) => readonly WalkDay[],
  climate: Climate,
) {
  const stream = openStream([seed, asset.base, "character"]);
  const beta = 0.7 + 0.6 * stream.uniform();
  const usual = { dayVolatility: 0.014 + 0.01 * stream.uniform(), gapChance: GAP_CHANCE, maxGap: MAX_GAP };
  const character = inClimate(usual, climate);
  /** Close before the first day of each block, in units of the first price, extended as far as anyone has asked. */
  const closeBefore = [1];

  /** In units of the first price. */
  const drawPlans = (block: number): readonly DayPlan[] => {
    while (closeBefore.length <= block) {
      const last = drawPlans(closeBefore.length - 1).at(-1);
      closeBefore.push(last === undefined ? Number.NaN : closeOf(last));
    }
    const marketDays = market(block);
    let close = closeBefore[block] ?? Number.NaN;
    return drawBlock(seed, asset.base, character, block).flatMap((own, index) => {
      const factor = marketDays[index];
      if (factor === undefined) return [];
      const plan = { open: close * (1 + beta * factor.gap) * (1 + own.gap), beta, market: factor, own };
      close = closeOf(plan);
      return [plan];
    });
  };

  const tablePlan = planIn(drawPlans, TABLE_DAY);
  const firstPrice = priceOnTableDay(seed, asset) / (tablePlan?.open ?? Number.NaN);
  let newest: { readonly block: number; readonly plans: readonly DayPlan[] } = { block: -1, plans: [] };

  return (block: number): readonly DayPlan[] => {
    if (newest.block !== block) {
      newest = { block, plans: drawPlans(block).map((plan) => ({ ...plan, open: plan.open * firstPrice })) };
    }
    return newest.plans;
  };
}

type PlanBlocks = (block: number) => readonly DayPlan[];

/** Undefined for a day that is not a whole number from 0. */
function planIn(planBlocks: PlanBlocks, dayIndex: number): DayPlan | undefined {
  const block = Math.floor(dayIndex / BLOCK_DAYS);
  return planBlocks(block)[dayIndex - block * BLOCK_DAYS];
}

/**
 * The plans of one seed; days count from FIRST_DAY_MS. Ten years of an asset are walked once, in a few milliseconds.
 * @throws RangeError for a day that is not a whole number from 0.
 */
export function createPricePlans(
  seed: number,
  climate: Climate = USUAL,
): (asset: SimulatedAsset, dayIndex: number) => DayPlan {
  const market = createMarket(seed, inClimate(MARKET, climate));
  const assets = new Map<string, PlanBlocks>();
  return (asset, dayIndex) => {
    const planBlocks = getOrMake(assets, asset.base, () => createPlanBlocks(seed, asset, market, climate));
    const plan = planIn(planBlocks, dayIndex);
    if (plan === undefined) throw new RangeError(`Day ${dayIndex} of ${asset.base}; expected a whole number from 0.`);
    return plan;
  };
}
