// Floor 3. Rules for questions about a figure of what the desk has traded: closed trades, purchases, sales, profit.
import { any, type Rule } from "./intent-rule.ts";

const WHO = "(?:i|we|you|the desk|the bot|desk)";
const TRADE = "(?:trades?|round trips?|deals?|exits?|sales?)";
const BOUGHT = "(?:buy|buys|bought|purchased?|enter(?:ed)?|open(?:ed)?|(?:get|got) in(?:to)?)";
const SOLD = "(?:sell|sold|exit(?:ed)?|clos(?:e|ed)|(?:get|got) (?:rid|out) of|unload(?:ed)?)";
const NONE_OF_IT = /\b(?:why|should|would|will|if|fees?|commissions?)\b/;
const BOTH = [0, 1] as const;

export const TRADE_RULES: readonly Rule[] = [
  {
    kind: "account",
    figure: "profit-factor",
    assets: BOTH,
    pattern: any(
      "profit factor",
      "gross (?:profit|win)s? (?:over|to|divided by|against|versus|vs) (?:the )?gross loss(?:es)?",
    ),
  },
  {
    kind: "account",
    figure: "win-rate",
    assets: BOTH,
    pattern: any(
      "(?:win(?:ning)?|hit|success|strike) ?(?:rate|ratio|percentage|percent|share)",
      `(?:what|which) (?:share|percentage|percent|part|fraction|proportion) of (?:the |my |our |your |all )*${TRADE} .*(?:won|win|winners?|winning|profitable|profit|money)`,
    ),
  },
  {
    kind: "account",
    figure: "worst-trade",
    assets: BOTH,
    pattern: any(
      `(?:worst|most (?:costly|expensive)|(?:biggest|largest|worst) (?:losing|loss(?: making)?)) (?:closed |single )?${TRADE}`,
      "(?:biggest|largest|worst) (?:single )?loss(?:es)?$",
      `${TRADE} .*(?:hurt|lost|cost|lose) (?:me |us |you |the desk )?(?:the )?most|(?:biggest|largest|worst) los(?:s|er) (?:from|in|of|on|among) (?:a |any |my |our |the |single )*${TRADE}`,
    ),
    unless: NONE_OF_IT,
  },
  {
    kind: "account",
    figure: "best-trade",
    assets: BOTH,
    pattern: any(
      `(?:best|most profitable|(?:biggest|largest|best) (?:winning|profitable)) (?:closed |single )?${TRADE}`,
      `${TRADE} .*(?:made|won|earned|brought) (?:me |us |you |the desk )?(?:the )?most|(?:biggest|largest) (?:win|winner) (?:from|in|of|on|among) (?:a |any |my |our |the |single )*${TRADE}`,
    ),
    unless: NONE_OF_IT,
    own: "money",
  },
  {
    kind: "account",
    figure: "last-trade",
    assets: [0],
    pattern: any(
      `(?:last|latest|most recent|newest|previous) (?:closed |finished |completed )?(?:trade|round trip|sale|exit)`,
    ),
    unless: NONE_OF_IT,
  },
  {
    kind: "account",
    figure: "trade-count",
    assets: BOTH,
    pattern: any(
      `(?:how many|number of|count of|total number of) (?:of )?(?:the |my |our |your |closed |finished |winning |losing |profitable |successful |bad |good |red |green )*${TRADE}`,
      `how (?:often|many times) (?:did|have|has) ${WHO} trade[d]?|(?:trade|trades) count|did ${WHO} (?:make|do|close) any trades?|did ${WHO} trade`,
    ),
    unless: NONE_OF_IT,
    own: "lost lose losing won win winning made make money loss losses profit in closed close done finished so far",
  },
  {
    kind: "account",
    figure: "trades",
    assets: BOTH,
    pattern: any(
      "(?:my|our|your|all|the desk) (?:closed |finished |_x |last )*trades|(?:list|show)(?: me)? (?:the |all |of )*(?:closed |finished )?trades|^(?:closed |finished )?trades$|trade history",
    ),
    unless: /\b(?:why|should|would|will|if|fees?|open|how many|running|made|lost|won)\b/,
    own: "what which were list show closed",
  },
  {
    kind: "account",
    figure: "realised",
    assets: BOTH,
    pattern: any(
      "(?<!un)reali[sz]ed?",
      "booked|banked|locked in|cashed in|pocketed",
      "(?:profits?|p&l|pnl|gains?) (?:by|per|for each) (?:market|coin|day|asset|symbol)s?|closed (?:trade |trades )?(?:profits?|p&l|pnl|gains?|loss(?:es)?)",
    ),
    unless: NONE_OF_IT,
    own: "profit profits loss losses gain gains pnl p&l p l p/l money made total trades so far",
  },
  {
    kind: "account",
    figure: "sold",
    assets: BOTH,
    pattern: any(
      `(?:did|have|has|had) ${WHO} (?:\\w+ )?${SOLD}`,
      `(?:was|were|got|been|is) ${SOLD}|(?:all |my |our |your |the |any |list )?sales$|^sales`,
    ),
    unless: /\b(?:why|should|would|will|if|fees?|how come|close at|closed at|last close|made|what made)\b|\bdid _x\b/,
    own: "when what which coins coin tokens anything any price at which list show position positions",
  },
  {
    kind: "account",
    figure: "bought",
    assets: BOTH,
    pattern: any(
      `(?:did|have|has|had) ${WHO} (?:\\w+ )?${BOUGHT}`,
      "(?:was|were|got|been) (?:bought|purchased|entered|opened)|purchases?$|^purchases?",
      `how much (?:did|have|has) ${WHO} (?:spend|spent|put|invest(?:ed)?) (?:on|in|into) _x`,
    ),
    unless: /\b(?:why|should|would|will|if|fees?|when|how come|made|what made)\b/,
    own: "what which coins coin tokens anything any price at which list show position positions new",
  },
  {
    kind: "account",
    figure: "profit",
    assets: BOTH,
    pattern: any(
      "profits?|loss(?:es)?|p ?& ?l|p/l|pnl|p l|gains?|returns?|results?|performance",
      `how (?:did|have|has|am|are|is) ${WHO} (?:been )?(?:do|done|doing|perform(?:ed|ing)?)`,
      `(?:did|have|has|am|are|is) ${WHO}\\b.*\\b(?:ma[dk]e|making|earn(?:ed|ing)?|los(?:e|t|ing)|gain(?:ed)?|win|won|up|down|ahead|behind|profitable|in profit|in the (?:red|green))`,
      `(?:how|what) (?:much )?(?:money )?(?:has|have|did) _x (?:made|make|earn(?:ed)?|cost|lost|lose|brought) (?:me|us|the desk)`,
    ),
    unless:
      /\b(?:why|since when|how long|should|would|will|if|stops?|open|fees?|unreali[sz]ed|take profits?|equity|positions?|portfolio|holdings?|trend\w*|signals?|miss\w*|beat\w*|hold|held|than|market|markets|coins?)\b|\b(?:day|daily|hourly) returns?\b|\b_x (?:gains?|returns?|loss(?:es)?|performance|results?)\b|\b(?:returns?|performance|gains?) (?:of|on|in|for) _x\b(?<!\b(?:my|our|your) \w+ (?:of|on|in|for) _x)/,
    own: "money big large how much my our your i we you desk total net overall so far account",
  },
];
