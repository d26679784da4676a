// Floor 5. Which trades of a run are drawn on their candles: all of a few, else those that a person would look at first.
import type { ClosedTrade } from "#schemas/portfolio.ts";

/** A page of so many charts stays under 3 MB. */
export const MOST_CHARTS = 300;
const MOST_EXTREME = 20;

export interface ChosenTrades {
  /** Places among all, ascending. */
  readonly chosen: readonly number[];
  readonly leftOut: string | null;
}

/** The best and the worst by return, and the newest. */
export function chosenTrades(trades: readonly Pick<ClosedTrade, "returnPct">[]): ChosenTrades {
  const places = [...trades.keys()];
  if (trades.length <= MOST_CHARTS) return { chosen: places, leftOut: null };
  const returnOf = (place: number): number => trades[place]?.returnPct ?? 0;
  const ranked = places.toSorted((a, b) => returnOf(b) - returnOf(a) || a - b);
  const chosen = new Set([...ranked.slice(0, MOST_EXTREME), ...ranked.slice(-MOST_EXTREME)]);
  for (let place = trades.length - 1; chosen.size < MOST_CHARTS; place--) chosen.add(place);
  const count = trades.length.toLocaleString("en-US");
  return {
    chosen: [...chosen].sort((a, b) => a - b),
    leftOut: `${MOST_CHARTS} of ${count} trades are drawn: the ${MOST_EXTREME} best and the ${MOST_EXTREME} worst by return, and the newest.`,
  };
}
