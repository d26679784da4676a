// Floor 3. Action levels → words: at which next close a strategy enters or sells. Every number is the reading's. Pure.
import { distancePct, intervalsOf } from "#schemas/action-levels.ts";
import type { ActionInterval, ActionLevels, MarketView, Reading } from "#schemas/reading.ts";
import { levelPrice, signedPct } from "./render-text.ts";

type Bounds = Omit<ActionInterval, "action">;

/** `at or below 91.2`, `at or above 95`, `between 91.2 and 92`, `of 91.2`, `anywhere from 80 to 100`: what follows "a close". */
export function closeWords(
  { from, to }: Bounds,
  searched: ActionLevels["searched"],
  show: (price: number) => string = levelPrice,
): string {
  if (from === null && to === null) {
    return searched === null ? "anywhere" : `anywhere from ${show(searched.from)} to ${show(searched.to)}`;
  }
  if (from === null) return `at or below ${show(to ?? Number.NaN)}`;
  if (to === null) return `at or above ${show(from)}`;
  return from === to ? `of ${show(from)}` : `between ${show(from)} and ${show(to)}`;
}

type Act = ActionInterval["action"];
const VERBS = { enter: "enters", exit: "sells" } as const satisfies Record<Act, string>;

/** What of a market is told: its price and candle, and what one strategy says of it. */
export interface LevelsOfMarket {
  readonly view: Pick<MarketView, "symbol" | "timeframe" | "price">;
  readonly reading: Pick<Reading, "levels" | "warmup">;
  /** How the strategy is called: the first word of its first sentence. */
  readonly subject: string;
}

/** One sentence an action; one for both where nothing was worked out, and one on the candle that it was worked out for. */
export function levelsText(of: LevelsOfMarket, acts: readonly Act[]): string {
  const { view, reading, subject } = of;
  const { status, note } = reading.levels;
  if (status === "not-worked-out") {
    const doing = acts.map((act) => (act === "enter" ? "enter" : "sell")).join(" or ");
    return `At which next close ${lower(subject)} would ${doing} ${view.symbol} ${view.timeframe} was not worked out: ${note}.`;
  }
  const sentences = acts.map((act, index) => actText(of, act, index === 0 ? subject : "It"));
  return [...sentences, ...(status === "conditional" ? [`Worked out ${note}.`] : [])].join(" ");
}

function actText({ view, reading }: LevelsOfMarket, act: Act, subject: string): string {
  const { symbol, timeframe, price } = view;
  const { levels, warmup } = reading;
  const head = `${subject} ${VERBS[act]} ${symbol} at`;
  const parts = intervalsOf(levels, act).map(
    (interval) => `${closeWords(interval, levels.searched)} (${awayText(interval, price)})`,
  );
  if (parts.length > 0) return `${head} a ${timeframe} close ${parts.join(" or ")}.`;
  const { from, to } = levels.searched ?? { from: price, to: price };
  const few = act === "enter" && warmup !== "full" ? ": too few candles for its indicators" : "";
  return `${head} no ${timeframe} close from ${levelPrice(from)} to ${levelPrice(to)}${few}.`;
}

/** `−1.30 % from 92.4`, or that the last close is there. */
function awayText(interval: Bounds, price: number): string {
  const away = distancePct(interval, price);
  return away === 0 ? `the last close, ${levelPrice(price)}, is there` : `${signedPct(away)} from ${levelPrice(price)}`;
}

/** In the middle of a sentence; ids of strategies are lower case as they are. */
const lower = (subject: string): string => subject.charAt(0).toLowerCase() + subject.slice(1);
