// Floor 3. Rules for questions about a figure of what the desk holds now. Each names the figure, so that none is answered by the
// list of positions. Superlatives come before the lists, losing before winning.
import { any, type Rule } from "./intent-rule.ts";

const WHO = "(?:i|we|you|the desk|the bot|desk)";
const POSITION = "(?:positions?|holdings?(?! up)|bags?|(?:of )?(?:my|our) coins|coins (?:that )?(?:i|we) (?:hold|own))";
const BOUGHT = "(?:buy|buys|bought|purchased?|enter(?:ed)?|open(?:ed)?|(?:get|got) in(?:to)?)";
const NONE_OF_IT = /\b(?:why|should|would|will|if|fees?|commissions?)\b/;
const BOTH = [0, 1] as const;

export const POSITION_RULES: readonly Rule[] = [
  {
    kind: "account",
    figure: "stop-distance",
    assets: BOTH,
    pattern: any(
      "(?:how (?:far|close|near)|distance|room|gap)\\b.*\\b(?:stops?(?: ?loss)?|targets?|take profits?)",
      "(?:near|nearest|close|closest)(?: to)? (?:its |the |their |being |my |our )*(?:stops?|stopped out)",
      "(?:my|our) (?:take profit|profit target|target|tp)(?: (?:level|price))?(?: (?:on|for|of|in) _x)?|where (?:is|are) (?:my|our|the) (?:take profit|target)s?",
      "stop(?: loss)? distance|(?:is|was|has|did) (?:my |our |the )?stop (?:on|of|for|in) _x (?:been )?(?:hit|triggered|trigger|get hit|near)",
    ),
    unless: /\bwhy\b|\bif\b|\blose\b/,
    own: "from away which position positions coin coins how far of mine",
  },
  {
    kind: "account",
    figure: "oldest-position",
    assets: [0],
    pattern: any(
      `(?:oldest|longest|longest held|earliest) (?:held |open |running )?${POSITION}`,
      `${POSITION} .*(?:oldest|longest|earliest)|h[eo]ld (?:the )?longest|longest held`,
    ),
    own: "open coin coins held hold bought",
  },
  {
    kind: "account",
    figure: "newest-position",
    assets: [0],
    pattern: any(
      `(?:newest|youngest|latest|most recent|last) (?:opened |open )?${POSITION}`,
      `${POSITION} .*(?:newest|youngest|latest|most recent|last)`,
    ),
    own: "open opened coin coins bought",
  },
  {
    kind: "account",
    figure: "losing-positions",
    assets: [0],
    pattern: any(
      `(?:losing|loss making|red|negative|underwater|under water|unprofitable) (?:open )?${POSITION}`,
      `${POSITION} .*(?:losing|loss|in the red|negative|underwater|under water|down|red)(?! (?:the )?most)`,
    ),
    unless: /\b(?:worst|most|biggest|largest)\b|\bstops?\b|\bup (?:or|and) down\b|\bif\b/,
    own: "any money open at a",
  },
  {
    kind: "account",
    figure: "winning-positions",
    assets: [0],
    pattern: any(
      `(?:winning|profitable|green|positive) (?:open )?${POSITION}`,
      `${POSITION} .*(?:winning|profitable|in profit|in the green|positive|green|up)(?! (?:the )?most)`,
    ),
    unless: /\b(?:best|most|biggest|largest|down)\b|\bstops?\b|\bif\b/,
    own: "any money open",
  },
  {
    kind: "account",
    figure: "worst-position",
    assets: [0],
    pattern: any(
      `(?:worst|weakest|worst performing|(?:biggest|largest|worst) (?:losing|loss making)) (?:open )?${POSITION}`,
      `${POSITION} .*(?:worst|(?:losing|down|lost) (?:the )?most|weakest|deepest)`,
      `(?:biggest|largest|worst) los(?:s|er) (?:among|of|in) (?:the )?(?:my |our )?(?:open )?${POSITION}`,
    ),
    unless: /\bif\b|\bstops?\b/,
    own: "doing performing open in the red money deepest",
  },
  {
    kind: "account",
    figure: "best-position",
    assets: [0],
    pattern: any(
      `(?:best|strongest|best performing|most profitable|top performing|(?:biggest|largest|best) winning) (?:open )?${POSITION}`,
      `${POSITION} .*(?:best|(?:up|gained|winning|in profit) (?:the )?most|most (?:in profit|profitable|up)|strongest)`,
      `(?:biggest|largest|best) winner (?:among|of|in) (?:the )?(?:my |our )?(?:open )?${POSITION}`,
    ),
    unless: /\bif\b|\bstops?\b/,
    own: "doing performing open profit up money",
  },
  {
    kind: "account",
    figure: "largest-position",
    assets: [0],
    pattern: any(
      `(?:biggest|largest|heaviest|main|top) (?:open |single )?(?:${POSITION}|exposure|concentration)`,
      `${POSITION} .*(?:biggest|largest|heaviest)|most exposed (?:to)?`,
    ),
    unless: /\bif\b|\blos(?:s|ing|er)\b|\bstops?\b|\brisk/,
    own: "open coin",
  },
  {
    kind: "account",
    figure: "quantity",
    assets: [1],
    pattern: any(
      `how (?:many|much) (?:of )?_x (?:do|does|did) ${WHO} (?:own|hold|have|got)|how (?:many|much) (?:do|does) ${WHO} (?:own|hold|have) (?:of|in) _x`,
      "(?:size|quantity|amount) of (?:my |our |the |your )?_x (?:position|holding|bag)|how (?:big|large) is (?:my |our |the |your )?_x (?:position|holding|bag)|(?:my|our|your) _x (?:quantity|amount|size|position size)",
      "(?:size|quantity) of (?:my |our |the |your )(?:position|holding) (?:in|of) _x|how (?:big|large) is (?:my |our |the |your )(?:position|holding) (?:in|of) _x",
    ),
    own: "coins units",
  },
  {
    kind: "account",
    figure: "entry-time",
    assets: BOTH,
    pattern: any(
      `when (?:did|was|were|have|had) .*\\b${BOUGHT}`,
      `(?:since when|how long) (?:have|has|did|do|are|am|is) ${WHO}\\b.*\\b(?:h[eo]ld|holding|in|own(?:ed)?|had|held)`,
      "(?:entry|purchase|opening) (?:time|date)|how (?:old|long) is (?:my|our|the) (?:_x )?position",
    ),
    unless: NONE_OF_IT,
    own: "position been",
  },
  {
    kind: "account",
    figure: "entry-price",
    assets: BOTH,
    pattern: any(
      "(?:my|our|average|avg|mean)(?: own| average| avg| mean)? (?:entry|buy|buying|purchase|cost|acquisition)(?: (?:prices?|basis|levels?|costs?|points?))?",
      "(?:my|our) (?:average|avg) (?:price|cost)|(?:cost|price) basis",
    ),
    unless: /\b(?:why|should|would|will|if|fees?|commissions?|signals?|next|safe|compar\w+)\b/,
    own: "paid pay position",
  },
  {
    kind: "account",
    figure: "entry-price",
    assets: [1],
    pattern: any(
      `(?:what|which|how much)(?: price)? (?:did|have|had|was|were|has) .*\\b(?:${BOUGHT}|pay|paid)`,
      `(?:the )?price (?:that )?${WHO} (?:paid|bought|got in|entered)`,
    ),
    unless: /\b(?:why|should|would|will|if|fees?|commissions?|costs?|sold|sell)\b/,
    own: "at for price position",
  },
  {
    kind: "account",
    figure: "unrealised",
    assets: BOTH,
    pattern: any("unreali[sz]ed", "(?:open|paper|floating) (?:profits?|loss(?:es)?|gains?|p ?& ?l|p/l|pnl|p l)"),
    unless: NONE_OF_IT,
    own: "profit profits loss losses gain gains pnl p&l p l p/l position positions total",
  },
  {
    kind: "account",
    figure: "drawdown",
    assets: [0],
    pattern: any(
      "draw ?downs?",
      "(?:below|from|under|off) (?:the |my |our |its )*(?:peak|high water mark|equity high|equity peak)",
    ),
    unless: /\bstops?\b|\bif\b|\bwill\b/,
    own: "far down equity account current maximum max far how high",
  },
  {
    kind: "account",
    figure: "cash",
    assets: [0],
    pattern: any(
      "(?:free|spare|idle|available|uninvested|remaining|unused) (?:cash|money|usdt|funds|_q|capital|balance)",
      "(?:cash|money|usdt|_q|funds|capital) (?:is |are |do (?:i|we|you) have |does the desk have |have (?:i|we) |i have |we have )*(?:balance|left|free|available|idle|spare|on hand|uninvested|unused|over|got|have|remaining|(?:to|for) (?:spend|trade|invest|entries))",
      "(?:how much|what|my|our|your|the desk|show|current) (?:is )?(?:my |our |the |your |in )?(?:cash|_q cash)|^cash|buying power|dry powder|cash position",
    ),
    unless: /\bif\b|\bout\b|\bp ?& ?l\b|\bequity\b|\bpositions?\b|\bholding/,
    own: "much left still have got",
  },
];
