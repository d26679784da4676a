// Floor 3. What the chat does not answer though every word of it is known: orders, forecasts, short sales, lessons. Each is
// declined with its reason; none is bent into a question that could be answered.
import { PATTERNS } from "./intent-patterns.ts";

/** "Buy BTC now" is an order; "buy BTC?", "buy or sell BTC" and "sell signal for BTC" are questions. @param text spelled out, capitals as typed */
export const isOrder = (text: string): boolean =>
  PATTERNS.standingOrder.test(text) ||
  (PATTERNS.order.test(text) && !PATTERNS.asking.test(text)) ||
  (PATTERNS.orderAsked.test(text) && !PATTERNS.asksBack.test(text));

/** "Will you sell?", "what am I going to lose if all stops hit": these ask for rules and sums, not for what comes. @param words as `wordsOfKind` gives them */
export const isForecast = (words: string): boolean => PATTERNS.forecast.test(words) && !PATTERNS.ownAct.test(words);

/** Selling what is not held: no kind of question is about it. "Long or short?" asks for the signal. */
export const isShortSale = (words: string): boolean =>
  PATTERNS.shortSale.test(words) && !PATTERNS.longOrShort.test(words);
