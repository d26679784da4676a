// Floor 3. The grammar's rules for the kind of a question, in the order in which they are asked: the first that fits is it.
// They read the words with assets and candle lengths already replaced by marks (`_x`, `_tf`), so no ticker is a word of them.
import type { QuestionKind } from "#schemas/question.ts";

/** How many assets the question names. */
export type AssetCount = 0 | 1 | 2;

export interface Rule {
  /** `cause`: why the market does something, which no record knows. */
  readonly kind: QuestionKind | "cause";
  readonly assets: readonly AssetCount[];
  readonly pattern: RegExp;
  readonly unless?: RegExp;
  /** Words that the grammar may not know, at most: a soft word ("how is …") tells the kind only where nothing else is said. */
  readonly slack: number;
}

const any = (...alternatives: readonly string[]): RegExp => new RegExp(`\\b(?:${alternatives.join("|")})\\b`);

const ACT =
  "(?:buys?|bought|buying|sells?|sold|selling|sale|enter(?:ed|ing)?|entry|exit(?:ed|ing)?|h[eo]ld|holding|trad(?:e|es|ed|ing)|refus(?:e|ed|al)|skip(?:ped)?|pass(?:ed)?|reject(?:ed)?|ignor(?:e|ed)|clos(?:e|ed|ing)|open(?:ed|ing)?|stopp?(?:ed|ing)?|purchas(?:e|ed)|long|short|touch(?:ed)?|dump(?:ed)?|(?:get|got|getting|go|went|going|stay|stayed|be|jump|jumped|are|were|was|not|still|kept|keep) (?:_x |you |us )?(?:in|into|out|away|off)|accumulat(?:e|ed)|add(?:ed)?|tak(?:e|en|ing)|took|position|invest(?:ed)?|act(?:ed)?|cut|trim(?:med)?|miss(?:ed)?|left|leave|do|did|done|wait(?:ed|ing)?|pull(?:ed)? the trigger|want|like|avoid(?:ed|ing)?)";
const WE = "(?:you|we|i|us|the desk|desk|the bot|bot|it|your|our|my)";
const WHY =
  "(?:why|how come|how is it that|what made|what makes|what prompted|what led|what drove|what convinced|what caused|what triggered|what persuaded|what possessed|what stopped|what stops|what kept|what keeps|what prevented|what held|what got|what is (?:stopping|keeping|holding|preventing)|(?:what (?:is|was|were) )?(?:the |your |our |any )?(?:reasons?|reasoning|rationale|motivation|justification)|(?:the|your|our) (?:logic|thinking|grounds)|on what (?:basis|grounds)|what (?:is|was) behind|for what reason|explain|justify|talk me through|walk me through)";

const WHAT = "(?:what|which|who|any|anything|something|anyone|are there|is there|list|show|give me|find|top|tell me)";
const COINS =
  "(?:coins?|tokens?|assets?|markets?|pairs?|alts?|altcoins?|cryptos?|names?|symbols?|tickers?|ones?|things?)";
const UP_DOWN =
  "(?:up|down|rose|risen|rising|fell|fallen|falling|dropp(?:ed|ing)|gain(?:ed|ing)|lost|losing|jump(?:ed|ing)|rall(?:ied|ying)|crash(?:ed|ing)|pump(?:ed|ing)?|dump(?:ed|ing)?|spik(?:ed|ing)|tank(?:ed|ing)|soar(?:ed|ing)|plung(?:ed|ing)|surg(?:ed|ing)|climb(?:ed|ing)|ripp(?:ed|ing)|flying|running|mooning|bleeding|sliding|slid|slipp(?:ed|ing)|sinking|sank|green|red|popp(?:ed|ing)|explod(?:ed|ing))";

export const RULES: readonly Rule[] = [
  // Why. The desk's own doing is in its journal, a refused token in its security record; the market's reasons are nowhere.
  {
    kind: "security",
    assets: [1],
    pattern: any(
      `${WHY}\\b.*\\b(?:blocked|unsafe|(?:not|never) (?:_x |it )?(?:be )?(?:safe|secure|clear|cleared|allowed|tradable|tradeable|trusted|trustworthy|enterable)|flagged|banned|barred|blacklisted|forbidden|untrusted|dangerous|suspicious|risky|caution|off limits|excluded|being (?:cleared|allowed|safe|traded)|honey ?pot|scam|unknown|fail(?:s|ed|ing)?|block|red)`,
      "(?:what|which \\w+) (?:is |are |has |have )?(?:block(?:s|ing|ed)|fail(?:s|ing|ed)) _x",
    ),
    slack: 3,
  },
  {
    kind: "why",
    assets: [0, 1],
    pattern: any(
      `${WHY}\\b.*\\b${WE}\\b.*\\b${ACT}`,
      `(?:why|how come) (?:_x |the |our |my |your )*(?:was|were|is|are|has|have|did|does) .*\\b(?:bought|sold|entered|exited|refused|skipped|rejected|held|closed|stopped|opened|passed|ignored|not)`,
      "why (?:is|are|was|were) .*\\bin (?:my|our|the|your) (?:portfolio|book|account)",
      "why (?:not|no)",
      `${WHY}\\b.*\\bno (?:_x )?(?:trades?|entry|entries|exit|position|buy|sale|purchase|action|orders?)`,
      `why (?:the )?(?:_x )?${ACT}`,
      `(?:how come|what made|what stopped|what kept) (?:you|we|the desk|the bot)`,
      `(?:reasons?|reasoning|rationale|logic (?:behind|of|for|in)|motivation|justification|grounds for|thinking behind|story behind|explain|justify|talk me through|walk me through|what (?:is|was) behind) (?:for|behind|of|to|why|the|your|our|that|last|latest|me|_x|this)?.*\\b(?:${ACT}|trades?|entry|exit|purchase|sale|decision|position)`,
    ),
    unless: /\bwhy (?:should|would)\b|\bstop(?:ped|s)? (?:loss|hit)\b.*\bif\b|\bhow do you (?:explain|justify)\b/,
    slack: 3,
  },
  {
    kind: "cause",
    assets: [0, 1, 2],
    pattern: any(
      "why (?!should|would)",
      "how come",
      "what (?:is |has been |was )?(?:caus(?:ed|ing|es)|driving|drove|behind|moving (?:_x|the (?!most)))",
      "(?:reasons?|cause) (?:for|of|behind|why)",
    ),
    slack: Number.POSITIVE_INFINITY,
  },

  // The desk itself; first what names the market outright, so that "market status" is none of the desk's.
  {
    kind: "market",
    assets: [0],
    pattern: any(
      "(?:overall |whole |crypto |general )*markets? ?(?:wide )?(?:overview|summary|status|update|report|mood|sentiment|breadth|state|conditions?|snapshot|picture|pulse|recap|check|wrap|rundown|brief(?:ing)?|situation)",
      "(?:overview|summary|state|mood|status|conditions?|snapshot|recap|rundown|update|report|breakdown|picture) (?:of|on|in|for) (?:the |all (?:the )?)?(?:overall |whole |crypto |entire |current )*(?:markets?|crypto)",
    ),
    unless: /\b(?:since (?:i|we|my|our|last)|while (?:i|we)|miss(?:ed)?|beat\w*|against|versus|vs)\b/,
    slack: 0,
  },
  {
    kind: "benchmark",
    assets: [0],
    pattern: any(
      "(?:buy|bought|buying|buys) ?(?:and|&|n|then) ?h(?:o|e)ld(?:ing|l)?",
      "hodl(?:ing|ed|ers?)?",
      "benchmarks?",
      "passive(?:ly)?",
      "out ?perform(?:s|ed|ing|ance)?",
      "under ?perform(?:s|ed|ing|ance)?",
      "(?:beat|beats|beaten|beating|better than|worse than|better off|worse off|ahead of|behind|versus|vs|against|compare(?:d)? (?:to|with)|lose to|lost to|losing to|more than|less than|instead of) .*\\b(?:h[oe]ld(?:ing)?|the market|the index|an index|doing nothing|sitting still|do nothing|did nothing|sat still|index)",
      "(?:better|worse|more|less|ahead|behind) (?:than|of) (?:just |simply |only |me )*(?:sitting|doing nothing|standing still)|(?:lag|lags|lagged|lagging|trail|trails|trailed|trailing|behind) (?:behind )?(?:the )?(?:market|holding|index|benchmark|hold)",
      "(?:would|had|could|should|if) .*\\b(?:just |simply |only )?(?:held|holding|hold)\\b.*\\b(?:better|worse|more|less|ahead|beat(?:en)?|won|made|done|earned|paid)",
      "(?:should|could) (?:we|i|you) (?:just |simply |only |rather )*have (?:just |simply |only )*held|relative to (?:just |simply )?h[oe]ld(?:ing)?",
      "(?:better|worse|more|less|ahead) .*\\b(?:if|had|by|just|simply) .*\\b(?:held|holding|hold|nothing)",
      "(?:beat|beating|beats|beaten) (?:the )?(?:market|holding|it|index|hold)",
      "any alpha|alpha so far|our alpha|your alpha|add(?:ed|ing)? value|worth trading",
    ),
    unless: /\bwhich\b|\bcoins?\b(?!.*\bhold)|\bshould (?:i|we) (?:just )?hold\b/,
    slack: 2,
  },
  {
    kind: "stop-loss",
    assets: [0, 1],
    pattern: any(
      "(?:if|when|suppose|assuming|should) .*\\bstop(?:s|ped)?(?:[- ]loss(?:es)?)?\\b.*",
      "(?:lose|loss|losses|risk|risked|risking|stake|damage|cost|hit|worst|down|drop|exposure|hurt|drawdown|downside|gone)\\b.*\\bstop(?:s|ped)?(?: ?loss(?:es)?)?",
      "stop(?:s|ped)?(?: ?loss(?:es)?)?\\b.*\\b(?:lose|loss|risk|stake|damage|cost|hit|trigger(?:s|ed)?|worst|hurt|go off|fire)",
      "(?:most|maximum|much) (?:that )?(?:i|we|you) (?:can|could|might|may|stand to|would) (?:possibly )?lose|worst[- ]case(?: scenario)?|worst (?:that|which) (?:can|could)|worst (?:possible )?(?:outcome|loss)",
      "how (?:much|bad(?:ly)?) (?:could|can|would|might|do|will|am|are|is)(?: going to)? (?:i|we|the desk|you|my account|the account|it)\\b.*\\b(?:lose|losing|hurt|drop|get)",
      "(?:max(?:imum)?|maximal|biggest|largest|potential|possible|total|open) (?:possible |potential |open )?(?:loss|risk|downside|damage)",
      "(?:money|capital|cash|usdt|dollars|equity|how much|what|much)\\b.*\\b(?:at risk|at stake|on the line|on risk)",
      "(?:open|total) risk|risk (?:on|in|of|across) (?:the |my |our |all |all my |all our )?(?:books?|table|positions?|open positions?|portfolio|trades|stops)|(?:i|we|you|desk) (?:am |are |is )?risking|my downside|our downside|what is the downside",
      "stops? (?:overview|list|summary|report|table|risk|loss(?:es)?|exposure)|(?:where|what|show|list) (?:is |are |me )?(?:my |our |the |your )?stop(?:s|[- ]loss(?:es)?)?(?: (?:at|now|set|placed|orders?|prices?|levels?))?$",
    ),
    unless:
      /\bwhy\b|\bstop(?:ped)? (?:trading|buying|selling|running|working)\b|\b(?:any|did|were|was|have|has) .*\bstops? (?:been )?(?:hit|triggered|get)\b(?!.*\b(?:lose|cost|if)\b)|\brisk of _x\b|\bcompare\b/,
    slack: 1,
  },
  {
    kind: "fees",
    assets: [0, 1],
    pattern: any(
      "fees?|commissions?|brokerage|how (?:expensive|dear|costly|cheap) (?:has|is|was|have)(?: all)?(?: the| our| my)? trad(?:ing|es)|(?:paid|pay|paying|owe|owed|cost) (?:to )?the (?:exchange|venue|broker)|exchange (?:take[ns]?|took|taken|charged?)",
      "(?:trading|transaction|execution|dealing|running) (?:costs?|charges?|expenses?)|costs? of (?:trading|all (?:the |our |my )?trad(?:es|ing))",
      "(?:did|does|has|have|is) (?:all )?(?:the |my |our |your )?trad(?:ing|es) (?:all )?cost(?:ing)?",
      "(?:paid|pay|paying|spent|spend|handed|given|gave|gone|went) .*\\b(?:to |on |in )(?:the )?(?:exchange|venue|broker|trading|costs)",
      "how much (?:have|has|did|do) (?:i|we|you|the desk) (?:paid|pay|spent|spend)(?: so far| to date| on costs| in costs| in total)?",
    ),
    unless:
      /\b(?:p&l|pnl|equity|(?:after|net of|before|without) fees|withdraw\w*|gas|network)\b|\b_x\b(?!.*\b(?:paid|pay|spent|spend|cost me|cost us|we|i|my|our|trading)\b)(?<!\b(?:paid|pay|spent|spend|we|i|my|our|trading)\b.*)/,
    slack: 1,
  },
  {
    kind: "since",
    assets: [0, 1],
    pattern: any(
      "since (?:i|we) (?:last |have |was |were |had |went |just |been )*(?:left|last|was|were|went|checked|logged|looked|slept|signed|closed|been|asked|gone|stepped|here|away|visited|opened|talked|spoke)",
      "since (?:my|our|the) last (?:time|visit|login|log in|check|look|chat|session|question|report|update)",
      "since (?:last time|bedtime|then|i am gone|we last spoke|we last talked)",
      "(?:while|when|whilst|as|during) (?:i|we) (?:was|were|slept|sleep|had|am|been|went|took)(?: (?:away|asleep|sleeping|out|gone|off|offline|afk|not|in|at|on|having|travel\\w*))?",
      "(?:did|have|had|do|has) (?:i|we) (?:been )?miss(?:ed|ing)?|(?:i|we) (?:have )?missed|i miss",
      "(?:catch|get|bring|fill|bringing|keep|put) (?:me|us) (?:up|in|back|into)(?: to)?(?: (?:speed|date|the loop|the picture))?|up to speed|catch up|get up to date|de ?brief(?: me)?|recap",
      "(?:in|during) my absence|after i (?:left|went|logged)|my absence|behind my back",
    ),
    slack: 2,
  },
  {
    kind: "since",
    assets: [0],
    pattern: any(
      "what (?:has |have |all |else )?(?:been )?(?:happened|happening|occurred|transpired|went on|went down|gone on|been going on)$",
      "(?:what (?:is|has been)|anything|something|any) (?:new|happened|happen|interesting|noteworthy|notable|important|exciting|to report|worth knowing|i should know|i need to know|of note)",
      "what(?: all)? (?:has |have )?(?:changed|happened|did happen)",
      "what (?:did|have|has|had) (?:you|the desk|the bot|we) (?:been )?(?:do|done|doing|up to|get up to)",
      "(?:any|latest|new|an) updates?|update me|updates please",
      "(?:did|has|have|were|was) (?:anything|something|any stops?|any of (?:my|our) stops)(?: been)? (?:happen(?:ed)?|change[d]?|occur(?:red)?|interesting|hit|triggered|trigger|get hit)",
      "(?:over|during|in|through|of) the night|overnight (?:report|summary|recap|update)|(?:night|morning) (?:report|summary|recap|briefing)|events",
    ),
    unless: /\bmarkets?\b|\bcoins?\b|\bmov(?:e|ed|ing)\b|\bwith (?:you|the desk|the bot)\b|\bwrong\b/,
    slack: 0,
  },
  {
    kind: "health",
    assets: [0],
    pattern: any(
      "(?:is|are|was|were) (?:the |this |our |your |my )?(?:whole |entire )?(?:desk|bot|system|systems|engine|trader|app|service|program|software|machine|server|process|feeds?|data ?feeds?|data|databases?|db|store|storage|memory|scheduler|loop|exchange|connections?|venue|prices|machinery|cycles?|agents?|analysts?)\\b.*\\b(?:healthy|ok|okay|fine|well|good|alive|up|running|working|works|online|live|alright|all right|right|sound|stable|functioning|functional|operational|connected|stuck|down|broken|halted|paused|stopped|crashed|dead|frozen|stale|fresh|up to date|current|normal|in order|lagging|behind|trading|active|awake|there|intact|properly|smoothly|healthily|on|off|hung|blind|late|missing|shape|responding|responsive|ticking|flowing|coming in|reachable|asleep|sick)",
      "(?:is|are) (?:everything|all|things|it all|we all|all systems|it)\\b.*\\b(?:ok|okay|fine|well|good|alright|all right|running|working|normal|in order|healthy|smooth|smoothly|operational|functioning|go|up and running|as it should|sound|under control|alive|online|nominal)",
      "(?:are|is|r) you\\b.*\\b(?:ok|okay|alive|there|working|running|up|healthy|fine|alright|all right|well|good|online|awake|broken|stuck|down|halted|paused|stopped|dead|blind|connected|live|asleep|functioning|operational|trading|on|around|behind|late|responding|sick|crashed)|(?:that )?you are (?:still )?(?:running|working|up|ok|okay|fine|healthy|alive|online)\\b",
      "are (?:we|things) (?:still )?(?:live|connected|online|halted|paused|blind|operational|running|trading|stopped|allowed to trade|up and running|healthy)",
      "is trading (?:still )?(?:on|live|paused|halted|enabled|allowed|stopped|active|running|off|suspended)|(?:trading|desk|bot|system|systems|engine|feeds?|data|scheduler) (?:paused|halted|stopped|on|off|live|alive|ok|running|working|up|down)",
      "health(?:y|ily)?(?: ?check| status| report)?",
      "(?:system|desk|bot|service|server|operational|your) (?:status|state|condition|check|health)|status (?:of|report on|on) (?:the |your |this )?(?:desk|bot|system|service|engine)|status(?: report| check| please| update)?$|^status",
      "(?:any|some|have|having|are there|is there|see|seeing|no|got|find|found|what) (?:\\w+ )?(?:errors?|problems?|issues?|troubles?|failures?|faults?|outages?|alarms?|alerts?|warnings?|incidents?|bugs?|glitches|exceptions|hiccups?|breakdowns?)",
      "^(?:errors?|problems?|issues?|faults?|alarms?|warnings?|failures?|troubles?)$",
      "heart ?beats?|uptime|self[- ]?(?:test|check)|diagnos\\w+|pulse|vitals|all systems",
      "(?:still|you|bot|desk) (?:there|alive|breathing|running|working|with us|kicking|up)$|you (?:there|alive|ok|okay|good|up)$",
      "(?:anything|something|what is|is anything|is something) (?:been )?(?:broken|wrong|failing|failed|crashed|not working|amiss|broke|out of order|on fire)|is (?:anything|something) (?:down|stuck|off)",
      "(?:did|has|have) (?:anything|something|the (?:desk|bot|system|last \\w+)) (?:break|broken|broke|fail(?:ed)?|crash(?:ed)?|go(?:ne)? wrong|stop(?:ped)?|error(?:ed)?|run|succeed|complete|miss\\w*)",
      "(?:last|latest) (?:tick|cycle|run|heartbeat|sleep|pass|slot)|missed (?:slots?|cycles?|ticks?)|when (?:did|was) (?:you|the|your) (?:last|desk|bot|latest|most recent)",
      "how (?:old|fresh|stale|recent|current) (?:is|are) (?:your|the|our|my) (?:data|analys[ie]s|prices|information|numbers|feeds?|records?)",
      "how (?:is|are) (?:the |your )?(?:bot|system|systems|engine|service|server) (?:doing|running|holding up|working|today)|how (?:is|are) (?:the desk|you|it) (?:running|holding up|working)|how healthy",
      "does (?:everything|it all|the \\w+|it) (?:still )?(?:work|run|function)|everything (?:ok|okay|fine|working|running|good|alright|all right|well|up|in order|normal|healthy|smooth|under control)|all (?:ok|okay|good|fine|well|green|clear)$|operational",
    ),
    unless:
      /\b(?:desk|bot) (?:doing|(?:up|down) (?:or|on|by|this|so far))\b|\b(?:you|desk|bot|it) up or down\b|\boversold|overbought|safe\b|\bmarkets?\b(?! (?:data|feed))|\bthe most\b|\boff limits\b|\bpositions?\b|\bp&l|pnl\b|\bmarkets? (?:up|down)\b|\btrending\b|\bare (?:you|we) (?:up|down) (?:on|by|today|this)\b|\bholding (?!up)\b/,
    slack: 1,
  },

  // All markets.
  {
    kind: "oversold",
    assets: [0],
    pattern: any(
      "over[- ]?sold",
      "(?:rsi|relative strength)\\b.*\\b(?:below|under|less than|lower than|beneath|at or below|sub|smaller than) (?:of )?(?:30|thirty)",
      "(?:below|under|less than|lower than|beneath|sub|at or below)[- ]?(?:an? )?(?:rsi )?(?:of )?(?:30|thirty)(?: (?:on |in |by )?(?:the )?rsi)?",
      "(?:lowest|low|smallest|weakest|bottom|depressed) (?:\\w+ )?rsis?",
      "rsis? (?:\\w+ )?(?:is |are )?(?:the )?(?:lowest|low|depressed)",
      `(?:cheap(?:est)?|beaten(?: |-)down|washed(?: |-)out|bombed out|undervalued|sold off too (?:far|much|hard)|bargains?)\\b.*`,
    ),
    unless: /\bover[- ]?bought\b|\b(?:high|highest)\b/,
    slack: 0,
  },
  {
    kind: "overbought",
    assets: [0],
    pattern: any(
      "over[- ]?bought",
      "(?:rsi|relative strength)\\b.*\\b(?:above|over|more than|higher than|greater than|at or above|exceed(?:s|ing)?|past|north of) (?:of )?(?:70|seventy)",
      "(?:above|over|more than|higher than|greater than|exceed(?:s|ing)?|at or above|past|north of)[- ]?(?:an? )?(?:rsi )?(?:of )?(?:70|seventy)(?: (?:on |in |by )?(?:the )?rsi)?",
      "(?:highest|high|largest|top|elevated) (?:\\w+ )?rsis?",
      "rsis? (?:\\w+ )?(?:is |are )?(?:the )?(?:highest|high|elevated)",
      "(?:over ?heated|over ?extended|over ?stretched|too hot|frothy|expensive by rsi|over ?cooked|run too (?:far|hot)|overpriced|stretched to the upside)",
    ),
    unless: /\bover[- ]?sold\b|\b(?:low|lowest)\b/,
    slack: 0,
  },
  {
    kind: "riskiest",
    assets: [0],
    pattern: any(
      "(?:be|being) (?:careful|wary|cautious|worried|afraid)(?: (?:with|of|about))?|(?:where|what) (?:is|are|lies?) (?:the )?(?:most |biggest |greatest |real |main )?(?:danger|dangers|risks?|hazards?)|refus(?:e|es|ed|ing) to (?:trade|buy|enter|touch)|(?:will|would|do|does|can|may) (?:you|the desk|we|the bot) not (?:trade|buy|enter|touch)|riskiest|most (?:risky|volatile|dangerous|unsafe|hazardous)|highest (?:risks?|volatility|atr)|most risk|wildest|jumpiest|least (?:safe|secure|trustworthy)|biggest risks?|most volatility|worst (?:security|verdicts?|safety)|top risks?|scariest|dodgiest|shadiest|sketchiest|greatest risk",
      `(?:${WHAT}|${COINS}) .*\\b(?:blocked|unsafe|dangerous|risky|banned|scams?|scammy|honey ?pots?|rug ?pulls?|off limits|blacklisted|untrusted|flagged|sketchy|dodgy|shady|suspicious|not safe|not allowed|untradable|untradeable|not (?:be )?(?:tradable|tradeable|traded|bought|entered)|barred|hazardous|volatile|forbidden|high risk|unknown security|not (?:be )?trusted|avoid(?:ed)?|stay away from|steer clear of|keep away from|(?:fail(?:s|ed|ing)?|did not pass) .*(?:security|checks?|safety))`,
      "(?:by|on|for|in order of|according to) (?:descending )?(?:risk|riskiness|volatility|danger)|(?:risk|volatility) (?:ranking|rank|table|list|order|leaderboard)|block ?list|(?:security|safety) (?:problems?|issues?|concerns?|flags?|failures?|risks?)|(?:swings?|swinging|swung|jumps?|jumping|fluctuat\\w+|bounc\\w+) (?:around )?(?:the )?most|can not (?:we |i |you )?(?:trade|buy|enter|touch)|should (?:i |we )?not (?:i |we )?(?:touch|trade|buy|go near)|(?:did|do|have|has) (?:you|the desk|we|security) block(?:ed)?|blocked (?:coins?|tokens?|assets?|markets?|list|ones)|^blocked$|^(?:unsafe|dangerous|risky|volatile) (?:coins?|tokens?|assets?|markets?|ones)$",
      "(?:fail(?:s|ed|ing)?|did not pass) (?:the |your |our |a )?(?:security|safety) ?(?:checks?|gates?|tests?|screen)?",
    ),
    unless:
      /\b(?:is|are) (?:all |the )?(?:crypto|cryptos|coins|tokens) (?:a |an )?(?:scams?|dangerous|safe|risky|unsafe)\b|\b(?:least|lowest|less|not) (?:risky|volatile|dangerous)\b|\bwhy\b|\b(?:my|our) (?:positions?|holdings?|portfolio)\b|\bmarket (?:is )?(?:volatile|risky)\b|\bi (?:hold|own)\b/,
    slack: 0,
  },
  {
    kind: "movers",
    assets: [0],
    pattern: any(
      `${WHAT}\\b.*\\bmov(?:e|ed|es|ing|ers?)`,
      "movers?|gainers?|losers?|winners?|decliners?|advancers?|laggards?|top performers?|climbers?|fallers|risers|leaderboard|big(?:gest)? moves?|leaders|outliers|(?:notable|big|large|sharp|major|strong|significant|unusual|interesting) (?:price )?moves?",
      "(?:best|worst|top|strongest|weakest|hottest|poorest)(?: and (?:best|worst|strongest|weakest))?[- ](?:perform(?:ers?|ing|ance)|movers?|doing)|(?:strongest|weakest|hottest)(?: and (?:strongest|weakest))? (?:coins?|tokens?|assets?|markets?|alts?|ones?|names)",
      `(?:biggest|largest|sharpest|strongest|steepest|top|hardest) (?:price )?(?:moves?|moving|changes?|swings?|drops?|falls?|rises?|gains?|loss(?:es)?|jumps?|declines?|rall(?:y|ies)|pumps?|dumps?|climb(?:s|ers)?|increases?|decreases?)`,
      `${WHAT}\\b.*\\b${UP_DOWN}(?: (?:the )?(?:most|hardest|furthest|fastest|biggest|a lot|hard|big(?: time)?|sharply|strongly|best|worst|today|now|right now|on the day|lately|recently|this hour|the least))?$`,
      `(?:most|hardest|furthest|fastest|strongest) (?:up|down|gained|lost|moved|active)|${UP_DOWN} (?:the )?(?:most|hardest|furthest)`,
      "best and worst|worst and best|strongest and weakest|up and down the most|(?:best|worst)(?: ones?)? on the day",
      "what is (?:hot|cold|pumping|dumping|mooning|ripping|flying)|hot coins|perform(?:ed|ing|s)? (?:the )?(?:best|worst|strongest|weakest)|(?:did|doing|done) (?:the )?(?:best|worst) ",
    ),
    unless:
      /\bmarkets? (?:is |are |has |been )*(?:up|down|doing|look\w*|moving)\b|\bis (?:the |everything|the whole )?(?:market|crypto)\b|\bwhat is up$|\bwhich way\b|\b(?:my|our|your) (?:positions?|holdings?|portfolio|coins|trades?|winners?|losers?|account|stops?)\b|\b(?:did|do|have|are|am) (?:we|i|you)\b|\bto buy\b|\bhow (?:much|far) (?:up|down)\b|\bstops?\b|\bsystem\b|\brunning\b.*\b(?:ok|fine|well)\b|\bmoving averages?\b|\bup to\b|\bis (?:the )?(?:system|desk|bot|feed)\b/,
    slack: 0,
  },
  {
    kind: "market",
    assets: [0],
    pattern: any(
      "(?:how|what) (?:is|are|was|does|do|has|have|about) (?:the |this |things in (?:the )?|all (?:the |of the )?|everything in (?:the )?)?(?:whole |overall |broad(?:er)? |wider |general |entire |crypto |coin )*(?:markets?|crypto|coins|cryptos|alts|altcoins|board|space|breadth)(?: (?:like|doing|looking|look|been|behaving|holding up|up to|today|now|right now|right|overall|faring|feeling|going|move[d]?|moving|at|on|trending|standing|stand|shaping up|done))*",
      "market(?:s|wide)?(?: ?wide)? (?:overview|summary|status|update|report|mood|sentiment|breadth|state|conditions?|snapshot|picture|pulse|recap|check|outlook|analysis|direction|trend|wrap|read|rundown|temperature|brief|climate|situation)",
      "(?:overview|summary|state|mood|status|picture|condition|snapshot|pulse|breadth|health|report|read|rundown|temperature|analysis|view|look|take|sense|feel|direction|trend|wrap(?: up)?) (?:of|on|in|at|about|for) (?:the |all (?:the )?)?(?:whole |overall |broad(?:er)? |crypto |entire )*(?:markets?|crypto|coins|board|space|everything)",
      "(?:summari[sz]e|describe|analy[sz]e|sum up|size up|assess|explain|brief me on|update me on|tell me about|talk me through|walk me through) (?:the |all (?:the )?)?(?:whole |overall |broad(?:er)? |crypto |entire |current )*(?:markets?|crypto|board)",
      "(?:is|are|was|has|have) (?:the |this |most |all |a |it a )?(?:whole |overall |broad(?:er)? |crypto |entire )*(?:markets?|crypto|coins|everything|alts|altcoins)(?: (?:been|mostly|generally|broadly|overall|trending))* (?:up|down|green|red|rising|falling|bullish|bearish|weak|strong|calm|quiet|volatile|wild|mixed|flat|good|bad|risk[- ]on|risk[- ]off|in the (?:green|red)|healthy|hot|cold|moving|doing (?:well|ok|badly)|selling off|crashing|dumping|pumping|ok|okay|nervous|stable)",
      "(?:overall|general|big|bigger|broad|whole|full|market) picture|market breadth|breadth|(?:bull|bear) market|risk[- ]off|risk[- ]on(?: today| now| mode)?$|sentiment|mood|(?:how many|what share of|share of|percentage of|proportion of|most) (?:of )?(?:the )?(?:coins?|markets?|assets?|tokens?|board) (?:are |is )?(?:up|down|rising|falling|green|red|in the green|in the red|gaining|losing)",
      "^(?:the |overall |whole |entire |general |crypto )*(?:markets?|overview|market today|markets today|overview please|general overview|crypto)(?: (?:please|today|now|right now|up or down))*$|how (?:is|are) (?:everything|things)(?: (?:looking|going|today|overall|out there|in general))*$|what is (?:going on|happening|up) (?:in|with|on|across|out) (?:the )?(?:whole |overall |crypto )?(?:markets?|crypto|there|coins|board)|how (?:does|do) (?:everything|things) look",
      "(?:give|show|tell) me (?:the )?(?:whole |overall )?(?:market|markets|crypto)(?: (?:at a glance|summary|please|now))?$|market at a glance|how is (?:it|everything|all) (?:all )?(?:looking|going|doing) (?:out there|overall|in general|across the board)|(?:is|are) (?:things|it all|everything) (?:mostly |generally )?(?:up or down|green or red)|the tape|how are (?:the )?prices|(?:red|green|good|bad|quiet|busy|strong|weak|slow) day(?: or (?:a |an )?(?:\\w+)(?: (?:day|one))?)?$|(?:good|bad|slow|quiet|busy|red|green|rough|strong|weak) (?:day|morning|session|time) (?:in|for|on|across) (?:the )?(?:markets?|crypto|coins)|^(?:give|show|tell) me (?:an?|the) (?:quick |general |short |full )*(?:overview|rundown|summary|picture|big picture|snapshot)$",
      "market (?:up|down|green|red|good|bad|ok|today|doing|looking|right|now)|(?:show|give|tell) me (?:the )?(?:whole |overall )?market$",
    ),
    unless:
      /\bwhy\b|\bbeat|against|versus|\bmarket (?:cap|order|maker|share|price|value|data|feed|open|close|hours)s?\b|\bdoes the market (?:open|close)\b/,
    slack: 0,
  },

  // Two assets.
  {
    kind: "compare",
    assets: [2],
    pattern: any(
      "compar(?:e|ed|es|ing|ison|isons)|contrast|versus|vs|v|(?:which|who|what)\\b.*_x (?:or|vs|versus|and) .*_x|(?:which|who) (?:is|one is|looks|has) (?:better|stronger|weaker|safer|riskier|ahead)|side by side|head to head|differ(?:s|ence|ences|ent)?|out ?perform(?:s|ed|ing)?|rather than|instead of|prefer|between|against|next to|relative to|match(?:es)? up|stack(?:s)? up|measure(?:s)? up|wins?|winner|beats?|pick one|choose|compete",
      "(?:better|worse|stronger|weaker|safer|riskier|cheaper|dearer|hotter|higher|lower|bigger|smaller|further|closer|nearer|more \\w+|less \\w+) than",
      "_x .*\\bthan _x|_x over _x|_x or _x(?: (?:_tf|today|now|right now|better|stronger))*|(?:better|worse|stronger|weaker|safer|riskier|cheaper|healthier|healthiest|best|calmer|wilder|more volatile|less volatile|more oversold|more overbought|stronger one|pick|choose)\\b.*_x .*\\b(?:or|and|vs|versus) .*_x|_x .*\\b(?:or|and|vs|versus) .*_x\\b.*\\b(?:better|worse|stronger|weaker|safer|riskier|which|calmer|wilder|more|less)",
      "(?:buy|enter|hold|sell|exit) (?:_x|either _x) or _x",
    ),
    unless: /\bwhy\b|\bwhat would make\b|\bat what price\b|\bswap\b|\bconvert\b/,
    slack: 0,
  },

  // One asset.
  {
    kind: "security",
    assets: [0, 1],
    pattern: any(
      "safe|safety|secure|security|unsafe|honey ?pots?|scams?|scammy|rugs?|rug ?pull(?:ed)?|rugged|legit|legitimate|malicious|blacklist(?:ed)?|audit(?:ed)?|risky contract|contracts?|trustworthy|trust(?:ed|s)?|untrustworthy|dangers?|dangerous|hazards?|dodgy|sketchy|shady|suspicious|fishy|fraud|fraudulent|ponzi|red flags?|mintable|unblocked|blocked|banned|barred|flagged|vetted|verified|sell tax|buy tax|transfer tax|reputable|sus|backdoors?|freez(?:e|able)|whitelist(?:ed)?",
      "what (?:did|do|does|have|has|would) (?:the |your |our )?(?:security |safety )?(?:checks?|rubric|screen(?:ing)?|security|vetting) (?:find|found|say|said|show|think|make|tell|report)|(?:what is|anything) (?:unknown|not known|missing|unclear) (?:about|for|on|of)",
      "(?:anything|something|what is) (?:wrong|off|fishy|bad|funny|odd) (?:with|about)|(?:the )?(?:problem|issue|trouble|matter)s? with",
      "(?:pass(?:es|ed)?|fail(?:s|ed)?|clear(?:s|ed)?) (?:the |your |our |all )?(?:\\w+ )?(?:checks?|screen(?:ing)?|vetting|gate)",
      "(?:can|could|may) (?:the )?(?:devs?|team|owner|issuer)? ?(?:mint|freeze|pause|drain|rug)",
      "(?:is|are) (?:_x|it) (?:allowed|clean|cleared|tradable|tradeable|real|fake|ok to (?:touch|hold|trade|own)|risky)|how (?:safe|risky|secure|dangerous) (?:is|are)|risk(?:s|y|iness)? (?:of|with|in|about|report|check) (?:holding |owning |buying )?_x|_x risks?$",
    ),
    unless: /\bmy (?:money|funds?|account|cash)\b/,
    slack: 2,
  },
  {
    kind: "summary",
    assets: [0, 1],
    pattern:
      /(?=.*\b(?:rsi|relative strength)\b)(?=.*\b(?:bollingers?|bands?|bb(?:ands)?|atr|true range|volatil(?:e|ity)|price|trend|signal)\b)|(?=.*\b(?:bollingers?|bands?|bb(?:ands)?)\b)(?=.*\b(?:atr|true range|volatil(?:e|ity)|signal|trend)\b)|\ball (?:of )?(?:the |its |your )?indicators\b|\bindicators? (?:for|of|on)\b|\btechnicals?\b|\bta (?:for|of|on)\b|_x ta$/,
    unless: /\bwhich\b/,
    slack: 2,
  },
  {
    kind: "rsi",
    assets: [0, 1],
    pattern: any("rsi", "relative strength(?: index)?"),
    slack: 3,
  },
  {
    kind: "bollinger",
    assets: [0, 1],
    pattern:
      /\bbollingers?\b|\bbands?\b|\bbb(?:ands)?\b|\bbolls?\b|\bbollis\b|\bband ?width\b|%b\b|\bpercent b\b|\bsqueez(?:e|ed|ing)\b|\bkeltner\b/,
    unless: /\bkeltner\b/,
    slack: 3,
  },
  {
    kind: "atr",
    assets: [0, 1],
    pattern: any(
      "atr",
      "true range",
      "volatil(?:e|ity)|jumpy|bumpy|shaky|choppy|choppiness|jittery|wild(?:ly)?|swingy|whippy|whipsaw\\w*|turbulen\\w+|bouncy|calm|quiet",
      "vola|vol|(?:what|which) (?:kind|sort) of (?:range|moves?|swings?)",
      "how (?:much|far|big|large|wide) (?:does|do|is|are|would|can) .*\\b(?:usual(?:ly)?|normal(?:ly)?|typical(?:ly)?|average|on average|generally|tend|per (?:candle|bar|_tf|hour|day)|a (?:candle|bar)|each (?:candle|bar)|every (?:candle|bar)|swings?|fluctuat\\w+|vary|range|wiggle)",
      "how much (?:is|does|has) _x (?:been )?(?:jump(?:s|ing|ed)? about|mov(?:e|ing|ed) (?:around|about)|bounc(?:e|ing|ed) around|jump(?:ing|ed)? around|whipp(?:ing|ed) around)|moving around|(?:average|typical|usual|normal|mean) (?:\\w+ )?(?:range|move|moves|movement|swing|swings|candle|bar)|(?:candle|bar|trading|price) range|range (?:of|on|for|per)|swings? (?:of|on|in|size)|_x swings?|swing(?:ing)? (?:around|a lot|much|how much)|moves? per (?:candle|bar|_tf)",
    ),
    slack: 2,
  },
  {
    kind: "trigger",
    assets: [0, 1],
    pattern: any(
      "triggers?(?: (?:price|level|point)s?)?",
      "(?:what|which) (?:would|will|could|might|does it take to|must happen|has to happen|needs to happen|it takes|conditions?|price move|it (?:would )?take)\\b.*\\b(?:make|get|cause|have|take|lead|need|let|bring|trigger|tempt|convince|for|before|to|see|want|require|force|push|prompt|persuade)\\b.*\\b(?:buy(?:ing)?|sell(?:ing)?|enter(?:ing)?|exit(?:ing)?|in|into|out|long|close|trade|bite|entry|purchase|sale)",
      "(?:price|level|point)s? (?:at which|where|when|that|for which|you|we|which|would)\\b.*\\b(?:buy(?:ing)?|sell(?:ing)?|enter(?:ing)?|exit(?:ing)?|in|into|out|act)",
      "(?:what|which|how (?:big|deep|large|much)(?: of)?)(?: an?)? (?:dip|drop|discount|pull ?back|fall|rally|rise|bounce)\\b.*\\b(?:buy|sell|enter|exit|in|out)|what is (?:needed|required|necessary|missing) (?:for|to|before)",
      "(?:levels?|price) to (?:buy|sell|enter|exit)|(?:when|where) (?:would|will|do) (?:you|we|the desk|the bot) be (?:a |an )?(?:buyer|seller)|(?:what|which) close (?:would|will|makes?|turns?)",
      "(?:when|where|at what point) (?:does|would|will|is|do|might|could) _x (?:be |become |turn |get |count as |look like |qualify as )*(?:a |an |into a )*(?:buy|sell|entry|exit|bought|sold|purchase|sale)",
      "(?:at|to|below|above|under|over|for|on|from) (?:what|which) (?:price|level|point|value|number|rate|close|rsi)\\b.*\\b(?:would|will|do|does|should|could|can|are|is|did not|to|we|you|i)\\b.*",
      "(?:what|which) (?:price|level|close|number|value|rate|point)s? (?:would|will|do|does|should|must|makes?|gets?|is|are|triggers?|has to|have to|needs?|to|you|we|for|i|flips?|turns?|sets?)\\b.*\\b(?:buyer|seller|buy(?:ing)?|sell(?:ing)?|enter(?:ing)?|exit(?:ing)?|entry|in|into|out|long|bid|take|trade|close|purchase|sale)",
      "(?:when|where|how) (?:would|will|do|does|are|should|could|might|is|can) (?:you|we|i|the desk|the bot|desk|the rules?|the strategy|your rules?)\\b.*\\b(?:buy(?:ing)?|sell(?:ing)?|enter(?:ing)?|exit(?:ing)?|get(?:ting)? (?:in|into|out)|go(?:ing)? long|in|into|out|act(?:ing)?|trad(?:e|ing)|bite|clos(?:e|ing)|dump|bail|take profits?|pull|step|jump|add|accumulat\\w+|purchase|let go)",
      "how (?:far|close|near|much (?:more|further|lower|higher|cheaper)|low|high|deep|many percent|much)\\b.*\\b(?:from|to|until|till|before|for|away|off|would|must|need(?:s)?|has to|have to|should|trigger)\\b.*\\b(?:buy(?:ing)?|bought|sell(?:ing)?|sold|enter(?:ing)?|exit(?:ing)?|entry|trigger(?:ing|ed)?|signal|in|into|out|act(?:ing)?|bite|purchase|sale|interest\\w*|trade)",
      "(?:entry|exit|buy|sell|buying|selling|take profit|purchase|entering|exiting) (?:and (?:exit|sell) )?(?:price|level|point|trigger|target|zone|threshold|limit|mark|condition|area|line)s?",
      "(?:good|best|ideal|right|your|the|an|planned|next|nearest) (?:entry|exit)(?: (?:on|for|in|into|of|from|at))?(?: _x)?$|(?:entry|exit) (?:on|for|in|into|of|from) _x$|where (?:is|are) (?:your|the|our|my) (?:entry|exit|buys?|sells?|bids?|offers?)|what is (?:your|the|our|my) (?:entry|exit)",
      "(?:waiting|looking|watching|wait|look|watch) for\\b.*\\b(?:before|to (?:buy|sell|enter|exit)|on|in)|before (?:you|we|the desk|the bot|it is|it gets) (?:would |will |could )?(?:be )?(?:buy|sell|bought|sold|enter|exit|get in|get out|act|step in|jump in|bite)|(?:need|needs|have|has|must|drop|fall|rise|go|dip|climb|happen)\\b.*\\b(?:for|before|until|till) (?:you|us|the desk|the bot|an?|the|it)\\b.*\\b(?:buy|sell|enter|exit|in|into|out|entry|purchase|sale|act|bite)",
      "(?:under|on|in) what (?:conditions?|circumstances|terms)|what does it take|what (?:are|is) (?:your|the) conditions?|if what happens|how close (?:is|are|to)|what has to happen|what must happen|what needs to happen",
    ),
    unless:
      /\b(?:why|stops?|band|did (?:you|we|i) (?:buy|sell|enter|exit))\b|(?<!\bhow \w+ )\b(?:is|would|are|was) (?:this|now|it|here|that|today|_x)\b.*\b(?:entry|exit)\b(?! (?:price|level|point))|\bwhere does _x\b|\bmy (?:entry|average|buy) price\b|\bwhat made\b|\bstop loss\b/,
    slack: 2,
  },
  {
    kind: "portfolio",
    assets: [0, 1],
    pattern: any(
      "(?:am|are|is) (?:i|we|you|the desk|the bot|my \\w+|our \\w+) (?:still )?(?:up|down|doing|winning|losing|making|in profit|in the (?:red|green|black)|long|short|exposed|invested|in _x|holding|flat|profitable|ahead|behind|rich|broke|sitting on|into)",
      "(?:do|did|does|have|has|had) (?:i|we|you|the desk|the bot)(?: still| currently| really| even| just| actually| already| got)* (?:hold|own|have|got|bought|sold|traded|make|made|earn(?:ed)?|lose|lost|held|any|exposure|entered|exited|a)",
      "did (?:i|we|you|the desk|the bot)(?: really| actually| ever| just)* (?:buy|sell|trade|enter|exit)",
      "(?:are|am) (?:i|we|you) (?:currently )?in(?: (?:any|a|some) (?:trades?|positions?))?(?: (?:right now|now|at the moment|currently|just now))*$|how (?:big|large) is (?:my|our|the) (?:account|portfolio|book|position|balance)|(?:are|am) (?:i|we|you) in (?:any|a|some) (?:trades?|positions?)|(?:the|this) account",
      "(?:my|our|your|the desk|desk|the account|the bot) (?:open |current |total |whole |crypto |trading |paper )*(?:positions?|portfolio|holdings?|equity|p ?& ?l|p/l|pnl|profits?|loss(?:es)?|balances?|cash|draw ?down|exposure|orders?|money|account|trades|coins|bags?|book|inventory|assets|funds?|net worth|result|results|performance|returns?|gains|stake|capital|wallet|usdt|fills)|(?:my|our) _x(?<!\\b(?:buy|sell|hold|exit|close|dump|trim|keep) (?:my|our) _x)",
    ),
    unless:
      /\bstops?\b|\bshould\b|\bsafe\b|\bbeat\b|\b(?:what|which) would\b|\bmy opinion\b|\bout of\b.*\bwhen\b|\bmiss(?:ed)?\b|\bwhy\b|\bdo you (?:have|make) (?:of|on|for|about|an|a view|any (?:view|thoughts|idea|opinion|signals?))\b|\bwhat do (?:you|we) have (?:on|for|about)\b|\bwhat do you have\b|\bhow do i\b|\bmade of\b|\bdo you (?:buy|sell) (?:it|_x) (?:at|if|when)\b|\byour (?:money|profits?|loss) on\b/,
    slack: 1,
  },
  {
    kind: "portfolio",
    assets: [0, 1],
    pattern: any(
      "(?:list|show|what|which|any|all|are there)\\b.*\\bopen (?:trades?|orders?)|(?:trades?|orders?) (?:are |is |still )*(?:open|running|on)|(?:usdt|_q|cash|money) (?:is |do i have |do we have )*(?:free|left|available|spare|idle)|free (?:usdt|cash|money|_q)|positions?|portfolio|holdings?|equity|p ?& ?l|p/l|pnl|unreali[sz]ed|reali[sz]ed|balances?|draw ?down|exposures?|open orders?|net worth|bags?|inventory|free cash|cash (?:left|balance|position|available|have)|^cash|how much cash|money (?:left|made|have|available)|account (?:value|balance|summary|overview|status)|what is held|what is in the (?:book|account)|(?:total|overall|net) (?:profit|return|loss)s?|profits? so far|^profits?$|return so far|our returns?",
      "(?:i|we|you) (?:hold|own|holding|held|owning|sitting on|exposed|stuck with|invested)",
    ),
    unless:
      /\bshould\b|\btake profits?\b|\bstop|\bopen a\b|\bnew position\b|\bposition (?:size|sizing)\b|\bif (?:you|i|we) (?:held|hold)\b/,
    slack: 1,
  },
  {
    kind: "signal",
    assets: [0, 1],
    pattern: any(
      "should (?:_x|it) (?:not )?be (?:bought|sold|held|entered|exited|traded|dumped|closed|a)|should (?:i|we|you|one|the desk|a trader)(?: not)?(?: really| just| now| still| be| maybe| even| better| also| rather| already| simply| actually| consider| go| think about| start| keep| keep on)*(?: (?:on|and|ahead|about))* (?:buy(?:ing)?|sell(?:ing)?|hold(?:ing)?|enter(?:ing)?|exit(?:ing)?|get(?:ting)?|trade|trading|long|short|in|into|out|do|doing|add(?:ing)?|trim(?:ming)?|accumulat\\w+|wait(?:ing)?|stay|keep|take|taking|touch|avoid|dump(?:ing)?|clos(?:e|ing)|pick|load|ape|invest(?:ing)?|jump|purchase|cut|reduce|open|own|grab|bail|part|offload|ditch|swap|scale|cash|unload|dca|have|pull|let|be|act|_x)",
      "is _x (?:a|an|the|still a|now a|worth a|more of a)(?: \\w+)? ?(?:buy|sell|hold|purchase|long|short|opportunity|entry|exit)",
      "(?:buy|sell|hold|entry|exit|trading|trade|enter)[- /]?(?:or \\w+ )?signals?|signals?",
      "(?:good|right|best|bad|great|decent|wrong|smart|ok|okay|sensible|fine|wise) (?:time|moment|idea|price|point|place|entry|exit|buy|sell|trade|move|call|level|spot|purchase)(?: (?:to|for|on|in|now|here))?",
      "time to|worth (?:buying|selling|holding|a (?:buy|punt|trade|shot|long|position|entry|purchase|go)|entering|owning|getting into|adding|trading|it)|take profits?|go (?:long|short)|going (?:long|short)|bullish|bearish|over ?sold|over ?bought|recommend(?:s|ed|ation|ations)?|advi[cs]e|suggest(?:s|ion|ed)?|your (?:call|advice|recommendation|verdict|rating|stance|bias)|call on|the play (?:on|in|for|here)|rating (?:of|on|for)|stance on|buyable|buying opportunity|a steal",
      "(?:would|will|do|are|can|could) (?:you|your rules?|the rules?|the strategy|the desk|we|the bot)(?: be| a| going to| rather| want to| like to| still| currently| now| think)* (?:buy(?:ing|er)?|sell(?:ing|er)?|hold(?:ing)?|enter(?:ing)?|exit(?:ing)?|touch|trade|trading|long|short|take|get (?:in|into|out)|go (?:in|long|short)|add(?:ing)?|recommend|say|bid|own|like)",
      "(?:rules?|strategy|model|system|desk|bot) (?:say|says|think|thinks|saying|suggest|suggests|want|wants|recommend|recommends|see|tell|telling|call|make|makes|like|likes|buying|selling)|say about|(?:entry|exit|buy|sell|enter) (?:here|now|today|_x|yet|or|right now|at these levels|at this (?:price|level))|(?:buy|sell|enter|exit|buying|selling|hold|long|short)$|^(?:buy|sell|enter|exit|buying|selling|hold|long|short) |_x (?:_tf )?(?:a )?(?:buy|sell|hold|long|short|entry|exit)|(?:thinking|think|thought|considering|tempted|want|wanting|looking|planning|like) (?:of|about|to)? ?(?:buy(?:ing)?|sell(?:ing)?|enter(?:ing)?|exit(?:ing)?|getting|get)|(?:buy|sell|enter|exit|hold)(?: some| more| any| my| the| a bit of)? _x|(?:buying|selling|entering|exiting|holding|longing|shorting|adding|getting into|getting out of)(?: some| more| any| my| the| in| to)? _x",
      "(?:sell|hold|exit|close|dump|trim|keep|add to|reduce) (?:my|our) _x|anything to (?:do|trade|buy|sell)|do (?:i|we) (?:really |just |now |still )*(?:buy|sell|hold|enter|exit|get (?:in|out|into)|go (?:in|long|short)|take profits?|close|stay|keep|trim|add)|what (?:should|shall|would|do) (?:i|we|you) do (?:with|about|on|in)|(?:long|buy|sell|hold) or (?:short|sell|buy|fold|hold|wait|not|exit|skip|pass)",
    ),
    unless:
      /\bwhat (?:is|are) (?:a|an) (?:signal|buy)\b|\bshould (?:i|we) (?:be )?(?:use|read|learn|pay|worry|worried|concerned|afraid|scared|nervous|trust)\b|\bbuy (?:a|an) (?:car|house|coffee|beer|pizza)\b|\btime to (?:bed|eat|sleep|go home|celebrate)\b/,
    slack: 2,
  },
  {
    kind: "trend",
    assets: [0, 1],
    pattern: any(
      "trend(?:s|ing|ed)?|up ?trend(?:ing)?|down ?trend(?:ing)?|which (?:way|direction)|what direction|direction|momentum",
      "(?:going|gone|goes|went|moving|moved|trading|heading|headed|drifting|running|been|is|are|was|has) (?:_x |been |it )?(?:still |mostly |steadily |slowly |currently |now )*(?:up|down|sideways|higher|lower|nowhere|flat|upwards?|downwards?|north|south|green|red|in the (?:green|red))",
      "on the (?:rise|up|slide|way up|way down|decline|mend|move)|(?:is|has|are) _x (?:been )?doing (?:well|badly|poorly|great|good|bad|better|worse|fine|ok|okay)|pointing (?:up|down|higher|lower)?|(?:which|what) way is _x",
      `(?:is|has|was|did|does|are) _x (?:been |still |currently |really |just |now |actually |mostly |steadily |already |also )*(?:${UP_DOWN}|move[d]?|moving|rise|fall|drop|gain|lose|change[d]?|climb|rally|rallying|crash|pump|dump|flat|sideways|recover(?:ed|ing)?|bounc(?:e|ed|ing)|perform(?:ed|ing)?|do|done|fare[d]?|decline[d]?|declining|weaken(?:ed|ing)?|strengthen(?:ed|ing)?|stuck|ranging|break(?:ing)? (?:out|down)|strong|weak|firm|soft|up|down)`,
      "how (?:has|have|did|is|are|much (?:has|have|did|is)|far (?:has|have|did|is)|strongly (?:has|did)|well (?:has|did)|badly (?:has|did)) _x (?:been |really |just |actually )*(?:move[d]?|moving|perform(?:ed|ing)?|do(?:ne)?|doing (?:today|so far|over)|chang(?:e|ed|ing)|trend(?:ed|ing)?|gone|go|fare[d]?|faring|behav(?:e|ed|ing)|trad(?:e|ed)|up|down|develop(?:ed|ing)?|evolv(?:e|ed|ing)|acting|act(?:ed)?|rise|risen|fall|fallen|drop(?:ped)?|gain(?:ed)?|lost|lose|climb(?:ed)?|held up|hold(?:ing)? up|been|come|slip(?:ped)?|swung)",
      "_x (?:up|down|green|red|rising|falling|moves?|move|performance|change|returns?|direction|trend|gains?|loss(?:es)?)|(?:price )?(?:change|performance|move|movement|moves|direction|return|gain|drift|slope|action|development|course) (?:of|on|in|for|over|since)|(?:daily|hourly|day|hour|recent|latest|_tf|percent(?:age)?|price) (?:change|move|moves|performance|movement|return|gain|action|direction)|what (?:did|has|is|have) _x (?:been )?(?:do|done|been doing|been up to)|what happened (?:to|with|in|on) _x|what has happened (?:to|with) _x|how much (?:up|down)|up or down|rising or falling|bull(?:ish)? or bear(?:ish)?",
    ),
    unless:
      /\b(?:is|was) it trading\b|\bdown (?:for me|to)\b|\bbreak .*down\b|\bwhat is up\b|\bup to\b|\bgo(?:ne|ing|es)? (?:up|down) (?:and|if) (?:buy|sell)\b|\bclosed?\b/,
    slack: 1,
  },
  {
    kind: "price",
    assets: [0, 1],
    pattern: any(
      "prices?|priced|pricing",
      "how much (?:is|are|does|do|for|would|am i paying for)|how much _x|_x (?:and )?how much|worth|costs?|costing|quotes?|quoted|trading (?:at|for|now|around|right now|today)|trade at|trades at|going for|sell(?:s|ing)? for|changing hands|valued|value of|_x (?:value|rate|tick)|rate of|(?:going|exchange|market) rate|last (?:trade|close|price|print|tick)|clos(?:e|ed|ing)(?: at)?|(?:latest|current|spot|market) (?:price|value|rate|level|quote)",
      "where (?:is|does|did|has) _x(?: (?:currently|now|right now|at|today|sitting|trade|trading|priced|standing|stand|close|closed|last|been))*(?: at)?$|what is _x (?:at|now at|trading|doing at|going|worth|currently at|sitting at|right now|at now|at right now|at today|going for)|_x (?:at|now|last|spot)$|spot _x|^last _x|what (?:does|did) _x (?:last )?(?:cost|trade|close|go for|sell for|stand at|fetch)|how (?:old|fresh|stale|recent|current) (?:is|are) .*\\b(?:quote|price|data|view|number|figure|close|candle|analysis|record|information)s?",
    ),
    unless:
      /\bprice (?:action|history|target|change|move|movement|trend)\b|\bworth (?:it|buying|a)\b|\bcost (?:of living|basis)\b/,
    slack: 0,
  },
  {
    kind: "summary",
    assets: [0, 1],
    pattern: any(
      "how (?:is|are|about|does|do)|analy[sz]e|analys[ie]s|assess(?:ment)?|tell me|what about|thinks?|thinking|thoughts?|over ?view|summar(?:y|ise|ize|ies|ising|izing)|status|updates?|reports?|looks?|looking|outlook|opinions?|going on|doing|show|info|information|details?|low ?down|run ?down|break ?down|picture|situation|state|view|take on|your take|what is up|what do you (?:know|make|have|see|think)|(?:give|show) me _x(?: (?:on|at|for|in))?(?: the)?(?: _tf)?$|talk (?:to|with) me about|brief(?:ing)?|insights?|snapshot|stats|everything|new (?:with|on|in|about) _x|nutshell|(?:quick |short |brief )?(?:word|words|note|line) (?:on|about)|at a glance|know about|sum up|dossier|read on|fill me in|check(?: on| up on)?|happening|the deal|story|lay of the land|data|where do (?:we|things|you) stand|what is _x up to",
    ),
    unless: /\bhow (?:is|are) _x (?:different|related|calculated)\b/,
    slack: 0,
  },
];
