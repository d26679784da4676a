// Floor 3. Rules for questions about the desk itself; first what names the market outright, so that "market status" is none of
// the desk's.
import { any, type Rule } from "./intent-rule.ts";

export const DESK_RULES: readonly Rule[] = [
  {
    kind: "market",
    assets: [0],
    pattern: any(
      "(?:overall |whole |crypto |general )*markets? ?(?:wide )?(?:overview|summary|status|update|report|mood|sentiment|breadth|state|conditions?|snapshot|picture|pulse|recap|check|wrap|rundown|brief(?:ing)?|situation)",
      "(?:overview|summary|state|mood|status|conditions?|snapshot|recap|rundown|update|report|breakdown|picture) (?:of|on|in|for) (?:the |all (?:the )?)?(?:overall |whole |crypto |entire |current )*(?:markets?|crypto)",
    ),
    unless: /\b(?:since (?:i|we|my|our|last)|while (?:i|we)|miss(?:ed)?|beat\w*|against|versus|vs)\b/,
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
      "stops? (?:overview|list|summary|report|table|risk|loss(?:es)?|exposure)|(?:where|what|show|list) (?:is |are |me )?(?:my |our |the |your )?stop(?:s|[- ]loss(?:es)?)?(?: (?:at|now|set|placed|orders?|prices?|levels?))?(?: (?:on|for|of|in) _x)?$",
    ),
    unless:
      /\bwhy\b|\bstop(?:ped)? (?:trading|buying|selling|running|working)\b|\bdid (?:the |my |our )?stop\b|\b(?:any|did|were|was|have|has) .*\bstops? (?:been )?(?:hit|triggered|get)\b(?!.*\b(?:lose|cost|if)\b)|\brisk of _x\b|\bcompare\b/,
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
      /\b(?:p&l|pnl|equity|(?:after|net of|before|without) fees|withdraw\w*|gas|network|transaction fees?)\b|\b(?:spend|spent|paid|pay)\b(?!.*\b(?:fees?|commissions?|costs?|exchange|trading)\b).*_x\b/,
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
  },
  {
    kind: "since",
    assets: [0],
    pattern: any(
      "what (?:has |have |all |else )?(?:been )?(?:happened|happening|occurred|transpired|went on|went down|gone on|been going on)$",
      "(?:what (?:is|has been)|anything|something|any) (?:new|happened|happen|interesting|noteworthy|notable|important|exciting|to report|worth knowing|i should know|i need to know|of note)",
      "what(?: all)? (?:has |have )?(?:changed|happened|did happen)",
      "what (?:did|have|has|had) (?:you|the desk|the bot|we) (?:been )?(?:do|done|doing|up to|get up to)",
      "(?:any|latest|new|an) updates?|update me|updates please|news (?:from|of|about) (?:the )?(?:desk|bot|run)",
      "(?:did|has|have|were|was) (?:anything|something|any stops?|any of (?:my|our) stops)(?: been)? (?:happen(?:ed)?|change[d]?|occur(?:red)?|interesting|hit|triggered|trigger|get hit)",
      "how (?:did|was) the night(?: go)?|anything happening",
      "(?:over|during|in|through|of) the night|overnight (?:report|summary|recap|update)|(?:night|morning) (?:report|summary|recap|briefing)|events",
    ),
    unless: /\bmarkets?\b|\bcoins?\b|\bmov(?:e|ed|ing)\b|\bwith (?:you|the desk|the bot)\b|\bwrong\b/,
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
      "(?:did|have|has|were) (?:any|some) (?:cycles?|slots?|ticks?|runs?|jobs?|orders?) (?:been )?(?:fail(?:ed)?|miss(?:ed)?|skip(?:ped)?|late|stuck|break|broken)|(?:miss(?:ed|ing)?|skip(?:ped)?) (?:any |some )?(?:slots?|cycles?|ticks?|data|candles)|orders? going through",
      "^(?:errors?|problems?|issues?|faults?|alarms?|warnings?|failures?|troubles?)$",
      "heart ?beats?|uptime|self[- ]?(?:test|check)|diagnos\\w+|pulse|vitals|all systems",
      "(?:still|you|bot|desk) (?:there|alive|breathing|running|working|with us|kicking|up)$|you (?:there|alive|ok|okay|good|up)$",
      "(?:anything|something|what is|is anything|is something) (?:been )?(?:broken|wrong|failing|failed|crashed|not working|amiss|broke|out of order|on fire)|is (?:anything|something) (?:down|stuck|off)",
      "(?:did|has|have) (?:anything|something|the (?:desk|bot|system|last \\w+)) (?:break|broken|broke|fail(?:ed)?|crash(?:ed)?|go(?:ne)? wrong|stop(?:ped)?|error(?:ed)?|run|succeed|complete|miss\\w*)",
      "(?:last|latest) (?:tick|cycle|run|heartbeat|sleep|pass|slot)|missed (?:slots?|cycles?|ticks?)|when (?:did|was) (?:you|the|your) (?:last|desk|bot|latest|most recent)",
      "how (?:old|fresh|stale|recent|current) (?:is|are) (?:your|the|our|my) (?:data|analys[ie]s|prices|information|numbers|feeds?|records?)",
      "how (?:is|are) (?:the |your )?(?:bot|system|systems|engine|service|server) (?:doing|running|holding up|working|today)|how (?:is|are) (?:the desk|you|it) (?:running|holding up|working)|how healthy|how (?:is|are) (?:the desk|you|it|things) (?:doing |running |going )?technically",
      "does (?:everything|it all|the \\w+|it) (?:still )?(?:work|run|function)|everything (?:ok|okay|fine|working|running|good|alright|all right|well|up|in order|normal|healthy|smooth|under control)|all (?:ok|okay|good|fine|well|green|clear)$|operational",
    ),
    unless:
      /\bmy orders?\b|\b(?:desk|bot) (?:doing(?! technically)|(?:up|down) (?:or|on|by|this|so far))\b|\b(?:you|desk|bot|it) up or down\b|\boversold|overbought|safe\b|\bmarkets?\b(?! (?:data|feed))|\bthe most\b|\boff limits\b|\bpositions?\b|\bp&l|pnl\b|\bmarkets? (?:up|down)\b|\btrending\b|\bare (?:you|we) (?:up|down) (?:on|by|today|this)\b|\bholding (?!up)\b/,
  },
];
