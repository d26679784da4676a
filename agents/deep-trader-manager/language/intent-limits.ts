// Floor 3. What the chat does not answer though every word of it is known: orders, forecasts, short sales, lessons. Each is
// declined with its reason; none is bent into a question that could be answered.
import { compilePattern } from "./intent-patterns.ts";
import phrases from "./intent-phrases.json" with { type: "json" };

const ORDER_VERB =
  "(?:buy|sell|purchase|short|long|close|dump|liquidate|cancel|place|open|exit|enter|put|set|get me (?:out|in|into|long|short|some|\\d)(?! the (?:loop|picture))|get (?:out|in|into)|go (?:long|short|flat)|flatten|rebalance|double|halve|increase|reduce|trim|add|pause|resume|halt|restart|raise|lower|stop (?:trading|buying|selling|the)|start (?:trading|buying|selling)|switch|turn|market (?:buy|sell)|limit (?:buy|sell)|take profits?|unwind|swap|convert|transfer|withdraw|deposit|move my)";
// "Buy BTC now" is an order; "buy BTC?", "buy or sell BTC" and "sell signal for BTC" are questions.
const ORDER = new RegExp(
  `^(?:please |now |just |ok(?:ay)?,? |hey,? |then |and |so |go ahead and |go and |you should |i (?:want|would like|need) (?:you )?to |i(?:'d)? like (?:you )?to |let us |quick(?:ly)? )*${ORDER_VERB}\\b(?! ?(?:to|or|and hold|& hold|n hold|positions?|orders?|trades?|risks?|p&l|pnl|term|interest)\\b|[- ]term)`,
  "i",
);
const ORDER_ASKED = new RegExp(
  `^(?:please |hey,? )*(?:can|could|will) you (?:please )?${ORDER_VERB}\\b.*\\b(?:for me|(?:my|all|everything|\\d+(?:\\.\\d+)?|half|worth of)\\b)`,
  "i",
);
const ASKING =
  /\?|\b(?:or|signals?|should|when|what|why|how|price|pressure|levels?|points?|triggers?|strategy|zone|side by side|next to|against|compar\w+)\b/i;
const STANDING =
  /^(?:please |can you |could you |hey,? )*(?:alert|notify|remind|ping|email|text|call|wake|warn|mail) me\b/i;
/** @param text spelled out, capitals as typed */
export const isOrder = (text: string): boolean =>
  STANDING.test(text) ||
  (ORDER.test(text) && !ASKING.test(text)) ||
  (ORDER_ASKED.test(text) && !/\b(?:or|what|why|how|when)\b/i.test(text));

const FORECAST = compilePattern("forecast", { any: phrases.forecast });
/** "Will you sell?", "what am I going to lose if all stops hit": these ask for rules and sums, not for what comes. */
const OWN_ACT =
  /\b(?:will|would|are|is|am) (?:you|we|i|the desk|the bot)\b.*\b(?:buy(?:ing)?|sell(?:ing)?|enter(?:ing)?|exit(?:ing)?|trad(?:e|ing)|get(?:ting)? (?:in|out)|lose|take)\b|\b(?:you|we|the desk|the bot) (?:will|are going to|would) (?:buy|sell|enter|exit|trade|get (?:in|out))\b|\b(?:drop|fall|rise|go|get|climb|happen|do|come|move)\b.*\b(?:before|for|until|till) (?:you|we|the desk|the bot|an? )|\babout to (?:trigger|be (?:bought|sold)|buy|sell)\b/;

/** "Would you sell at 200?", "if it drops to 100": the rules are asked about the newest close, not about a price that is not there. */
export const isHypothetical = (words: string): boolean =>
  /\b(?:at|to|under|below|above|over|reach(?:es)?|hits?) \d|\bif (?:_x|it|the market|prices?)\b.*\b(?:doubles?|halves|drops?|falls?|rises?|goes|went|crash(?:es)?|hits?|reach(?:es)?|gets?|breaks?|dips?)\b/.test(
    words,
  );

/** "Did we beat holding BTC?": the benchmark is all of the desk's markets held; one alone is not kept. */
export const isOneMarketBenchmark = (words: string): boolean =>
  /\b(?:beat\w*|outperform\w*|better off|better than|worse than|versus|vs|against|compared? (?:to|with)|ahead of|behind)\b.*\b(?:hold\w*|held|hodl\w*)\b|\bbuy(?:ing)? ?(?:and|&|n) ?h[oe]ld|\b(?:better|worse|more) .*\b(?:held|holding|hodl\w*)\b/.test(
    words,
  );

/** @param words as `wordsOfKind` gives them */
export const isForecast = (words: string): boolean => FORECAST.test(words) && !OWN_ACT.test(words);

/** Selling what is not held: no kind of question is about it. "Long or short?" asks for the signal. */
export const isShortSale = (words: string): boolean =>
  /\b(?:go|goes|going|be|being|get|sell|selling) short\b|\b(?:i|we|you|to|should|can|could|desk|bot) short\b|\bshort (?:_x|it|positions?|sell|selling|sale)\b|\bshort(?:ed|ing|s)\b|_x short\b(?! term)/.test(
    words,
  ) && !/\blong(?:ing)? or short|\bshort(?:ing)? or long/.test(words);

const LESSON = compilePattern("lesson", { any: phrases.lesson });
/** "How do I stake", "what is a blockchain": a lesson, not a question to the records. */
export const isLesson = (words: string): boolean => LESSON.test(words);

const WHO_WHEN =
  /\bwho(?:se|m)?\b|\bwhen (?:is|was|were|will|did|does|do|are)\b(?!.*\b(?:you|we|i|desk|bot|entry|exit|trigger|signal|(?:become|be|turn|get|turn into) a (?:buy|sell)|is _x a (?:buy|sell)|is _x (?:bought|sold))\b)/;
/** People and dates are in no record about a market. */
export const isWhoOrWhen = (words: string): boolean => WHO_WHEN.test(words);
