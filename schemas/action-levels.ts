// Floor 1. Action levels → what they say of a price, and how far the next one is. The only arithmetic of intervals. Pure.
import { z } from "zod";
import type { ActionInterval, ActionLevels, MarketView } from "./reading.ts";

/** The interval that the next close has least way to go to. */
export const NearestLevel = z.object({
  /** As in an interval: null where no bound was met within the search. */
  from: z.number().nullable(),
  to: z.number().nullable(),
  /** From the price to the nearest close of it, in percent of the price: negative downwards, 0 where the price is in it. */
  distancePct: z.number(),
});
export type NearestLevel = z.infer<typeof NearestLevel>;

type ActionName = ActionInterval["action"];
type Bounds = Omit<ActionInterval, "action">;

/** Ascending. */
export const intervalsOf = ({ intervals }: Pick<ActionLevels, "intervals">, action: ActionName) =>
  intervals.filter((interval) => interval.action === action);

const holds = ({ from, to }: Bounds, price: number): boolean =>
  (from === null || price >= from) && (to === null || price <= to);

/** Percent of the price from it to the nearest close of the interval. */
export function distancePct(interval: Bounds, price: number): number {
  if (holds(interval, price)) return 0;
  const { from, to } = interval;
  const bound = from !== null && price < from ? from : to;
  return bound === null ? 0 : ((bound - price) / price) * 100;
}

/** Null: at no close that was looked at, or nothing was worked out; `status` says which. Of two as near, the lower one. */
export function nearestLevel(levels: ActionLevels, action: ActionName, price: number): NearestLevel | null {
  let nearest: NearestLevel | null = null;
  for (const { from, to } of intervalsOf(levels, action)) {
    const level = { from, to, distancePct: distancePct({ from, to }, price) };
    if (nearest === null || Math.abs(level.distancePct) < Math.abs(nearest.distancePct)) nearest = level;
  }
  return nearest;
}

/** Percent of the price to the nearest close at which any of its strategies would act; null: none is known. */
export function nearestActionPct({ price, readings }: Pick<MarketView, "price" | "readings">): number | null {
  const ways = readings.flatMap(({ levels }) =>
    levels.intervals.map((interval) => Math.abs(distancePct(interval, price))),
  );
  return ways.length === 0 ? null : Math.min(...ways);
}
