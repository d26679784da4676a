// Floor 3. What the chat does not answer though every word of it is known: orders, forecasts, short sales, lessons. Each is
// declined with its reason; none is bent into a question that could be answered.

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

const FORECAST = new RegExp(
  [
    "\\b(?:will|gonna|going to|about to|bound to|likely to|due for|supposed to|poised to|set to|shall(?! (?:i|we)\\b)|expect(?:ed|ing)?(?: to)?|ought to)\\b",
    "\\b(?:predict(?:ions?|ed|ing)?|forecasts?|prognos\\w+|projections?|price targets?|(?<!(?:exit|sell|profit|buy|entry|your) )targets?|moon(?:ing)?|prophe\\w+|crystal ball)\\b",
    "\\bshould (?:_x|it) (?:be worth|cost|be (?:priced|valued|trading)|go|rise|fall)\\b|\\bif (?:_x|the market|prices?|crypto)\\b.*\\b(?:doubles?|halves|drops?|falls?|rises?|goes|crash(?:es)?|hits?|reach(?:es)?|moons?|pumps?|dumps?|tanks?)\\b",
    "\\b(?:could|can|might|may|would) (?:_x|it|prices?|the price|the market|we see)\\b.*\\b(?:hit|reach|go|rise|fall|drop|crash|pump|dump|double|recover|bounce|be worth|break|touch|rally|climb|get to|see)\\b",
    "\\b(?:how|that) (?:high|far|low|much higher|much lower) (?:can|could|might|does|do) (?:_x|it|the (?:market|price))\\b.*\\b(?:go|rise|fall|drop|get|climb|run)\\b(?!.* (?:before|for you|to (?:buy|sell|enter|exit)))",
    "\\bwhere (?:is|are) (?:_x|it|the (?:market|price)|prices|things|coins|crypto) (?:headed|heading|going)\\b",
    "\\b(?:next (?:move|leg|stop|target)|going to be|(?:in|by) the future|future (?:price|value|of)|by then)\\b",
    "\\b(?:top|bottom) (?:is )?in\\b|\\bbottomed(?: out)?\\b|\\b(?:odds|chances?|probability|likelihood|likely)\\b",
  ].join("|"),
);
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

const DOER = "(?:i|we|one|you|people|someone|somebody|they)";
const GUIDE = new RegExp(
  [
    `\\bhow (?:do|can|could|would|should|does) ${DOER} (?:buy|sell|trade|get|purchase|stake|mine|store|send|transfer|withdraw|deposit|invest|earn|create|use|set|make|convert|swap|calculate|compute|read|interpret|spell|install|start|short|become|know|decide|work)\\b`,
    "\\bhow to\\b|\\bhow (?:does|do|is|are|was|were) .*\\b(?:work|works|calculated|computed|defined|made|created|measured|derived|determined|mined)\\b",
    `\\bwhere (?:(?:can|could) ${DOER}|do (?:i|we|people|they|one)) (?:buy|get(?! (?:in|into|out)\\b)|purchase|sell|trade|store|stake|find|spend|use)\\b`,
    "\\b(?:what (?:does|do) .*\\b(?:mean|means|stand for|stands for|do with)|meaning of|definition|define|difference between (?!_x)|explain (?:how|what|the concept)|teach me|example of)\\b",
    "^(?:so |and |hey |well )*what (?:is|are) (?:an? )?(?:rsi|atr|bollinger bands?|trends?|honey ?pots?|triggers?|signals?|coins?|tokens?|crypto(?:currency)?|cryptos|rug ?pulls?)$",
    "^explain _x(?: to me)?$|\\bhow (?:does|do) (?:the desk|you|the bot|the strategy|the rules) (?:make|decide|choose|pick|compute|calculate|work|judge|rank|measure)\\b|\\b(?:amount|sum|share|percentage|size|fraction)\\b.*\\bto (?:invest|put|risk|buy|allocate)\\b|\\bposition siz(?:e|ing)\\b|\\bis _x (?:a|an) (?:security|currency|commodity|stock|company|store|hedge|good hedge|inflation|meme\\w*|stable ?coin|utility|privacy|proof)\\b|\\b(?:show|give|see|display|open)(?: me)? (?:a |the |an? \\w+ )?charts?\\b|\\bcharts? (?:of|for) _x",
    "\\bwould (?:i|we) have (?:made|earned|had|lost|gained)\\b(?!.*\\bh[eo]ld|.*\\bhodl)",
    "^(?:so |and |hey |well |tell me |do you know )*what (?:exactly )?(?:is|are) (?:an? |the )?_x$",
    "\\bhow many _x\\b(?!.*\\b(?:do|did|have|are) (?:i|we|you)\\b)|\\bhow (?:big|large|much) (?:of )?(?:a |an )?(?:position|size)\\b|\\bhow much (?:_x )?(?:money )?should\\b",
    `\\b(?:is|are|do) (?:it|there|they) (?:legal|possible)\\b|\\bwhat (?:if|would happen if)\\b(?!.*\\bstop)`,
    "\\b(?:write|compose|translate|sing|draw|plot|compute|solve|calculate)\\b",
  ].join("|"),
);
/** "How do I stake", "what is a blockchain": a lesson, not a question to the records. */
export const isLesson = (words: string): boolean => GUIDE.test(words);

const WHO_WHEN =
  /\bwho(?:se|m)?\b|\bwhen (?:is|was|were|will|did|does|do|are)\b(?!.*\b(?:you|we|i|desk|bot|entry|exit|trigger|signal|(?:become|be|turn|get|turn into) a (?:buy|sell)|is _x a (?:buy|sell)|is _x (?:bought|sold))\b)/;
/** People and dates are in no record about a market. */
export const isWhoOrWhen = (words: string): boolean => WHO_WHEN.test(words);
