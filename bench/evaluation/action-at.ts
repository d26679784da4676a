// Action levels and a price → what a close there would make the strategy do.
import { distancePct } from "#schemas/action-levels.ts";
import type { ActionLevels, Signal } from "#schemas/reading.ts";

/** Null: it was not worked out, or the price is outside the search; that is not to hold. */
export function actionAt(price: number, { searched, intervals }: ActionLevels): Signal["action"] | null {
  if (searched === null || distancePct(searched, price) !== 0) return null;
  return intervals.find((interval) => distancePct(interval, price) === 0)?.action ?? "hold";
}
