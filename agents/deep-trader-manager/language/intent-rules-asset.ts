// Floor 3. Rules for questions about one asset, and about what the desk holds of it.
import { any, type Rule, UP_DOWN } from "./intent-rule.ts";

export const ASSET_RULES: readonly Rule[] = [
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
  },
  {
    kind: "summary",
    assets: [0, 1],
    pattern:
      /(?=.*\b(?:rsi|relative strength)\b)(?=.*\b(?:bollingers?|bands?|bb(?:ands)?|atr|true range|volatil(?:e|ity)|price|trend|signal)\b)|(?=.*\b(?:bollingers?|bands?|bb(?:ands)?)\b)(?=.*\b(?:atr|true range|volatil(?:e|ity)|signal|trend)\b)|\ball (?:of )?(?:the |its |your )?indicators\b|\bindicators? (?:for|of|on)\b|\btechnicals?\b|\bta (?:for|of|on)\b|_x ta$/,
    unless: /\bwhich\b/,
  },
  {
    kind: "rsi",
    assets: [0, 1],
    pattern: any("rsi", "relative strength(?: index)?"),
  },
  {
    kind: "bollinger",
    assets: [0, 1],
    pattern:
      /\bbollingers?\b|\bbands?\b|\bbb(?:ands)?\b|\bbolls?\b|\bbollis\b|\bband ?width\b|%b\b|\bpercent b\b|\bsqueez(?:e|ed|ing)\b|\bkeltner\b/,
    unless: /\bkeltner\b/,
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
      /\b(?:why|stops?|band|did (?:you|we|i) (?:buy|sell|enter|exit))\b|(?<!\bhow \w+ )\b(?:is|would|are|was) (?:this|now|it|here|that|today|_x)\b.*\b(?:entry|exit)\b(?! (?:price|level|point))|\b(?:any|have an?|got an?|is there an?|see an?|there an?) (?:entry|exit)\b(?! (?:price|level|point|trigger))|\bwhere does _x\b|\bmy (?:entry|average|buy) price\b|\bwhat made\b|\bstop loss\b/,
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
      /\b(?:filled|since when|how long|in (?:my |open )?orders)\b|\bstops?\b|\bshould\b|\bsafe\b|\b(?:have|got) (?:an?|any) (?:entry|exit|buy|sell|signal|set ?up|trigger)|\bbeat\b|\b(?:what|which) would\b|\bmy opinion\b|\bout of\b.*\bwhen\b|\bmiss(?:ed)?\b|\bwhy\b|\bdo you (?:have|make) (?:of|on|for|about|an|a view|any (?:view|thoughts|idea|opinion|signals?))\b|\bwhat do (?:you|we) have (?:on|for|about)\b|\bwhat do you have\b|\bhow do i\b|\bmade of\b|\bdo you (?:buy|sell) (?:it|_x) (?:at|if|when)\b|\byour (?:money|profits?|loss) on\b/,
  },
  {
    kind: "portfolio",
    assets: [0, 1],
    pattern: any(
      "(?:list|show|what|which|any|all|are there)\\b.*\\bopen (?:trades?|orders?)|(?:trades?|orders?) (?:are |is |still )*(?:open|running|on)|(?:usdt|_q|cash|money) (?:is |do i have |do we have )*(?:free|left|available|spare|idle)|free (?:usdt|cash|money|_q)|positions?|portfolio|holdings?|equity|p ?& ?l|p/l|pnl|unreali[sz]ed|reali[sz]ed|balances?|draw ?down|exposures?|open orders?|net worth|bags?|inventory|free cash|cash (?:left|balance|position|available|have)|^cash|how much cash|money (?:left|made|have|available)|account (?:value|balance|summary|overview|status)|what is held|what is in the (?:book|account)|(?:total|overall|net) (?:profit|return|loss)s?|profits? so far|^profits?$|return so far|our returns?",
      "(?:i|we|you) (?:hold|own|holding|held|owning|sitting on|exposed|stuck with|invested)",
    ),
    unless:
      /\b(?:filled|since when|how long|in (?:my |open )?orders)\b|\bshould\b|\btake profits?\b|\bstop|\bopen a\b|\bnew position\b|\bposition (?:size|sizing)\b|\bif (?:you|i|we) (?:held|hold)\b/,
  },
  {
    kind: "signal",
    assets: [0, 1],
    pattern: any(
      "should (?:_x|it) (?:not )?be (?:bought|sold|held|entered|exited|traded|dumped|closed|a)|should (?:i|we|you|one|the desk|a trader)(?: not)?(?: really| just| now| still| be| maybe| even| better| also| rather| already| simply| actually| consider| go| think about| start| keep| keep on)*(?: (?:on|and|ahead|about))* (?:buy(?:ing)?|sell(?:ing)?|hold(?:ing)?|enter(?:ing)?|exit(?:ing)?|get(?:ting)?|trade|trading|long|short|in|into|out|do|doing|add(?:ing)?|trim(?:ming)?|accumulat\\w+|wait(?:ing)?|stay|keep|take|taking|touch|avoid|dump(?:ing)?|clos(?:e|ing)|pick|load|ape|invest(?:ing)?|jump|purchase|cut|reduce|open|own|grab|bail|part|offload|ditch|swap|scale|cash|unload|dca|have|pull|let|be|act|_x)",
      "is _x (?:a|an|the|still a|now a|worth a|more of a)(?: \\w+)? ?(?:buy|sell|hold|purchase|long|short|opportunity|entry|exit)",
      "(?:buy|sell|hold|entry|exit|trading|trade|enter)[- /]?(?:or \\w+ )?signals?|signals?",
      "(?:good|right|best|bad|great|decent|wrong|smart|ok|okay|sensible|fine|wise) (?:time|moment|idea|price|point|place|entry|exit|buy|sell|trade|move|call|level|spot|purchase)(?: (?:to|for|on|in|now|here))?",
      "(?:time|moment) to|worth (?:buying|selling|holding|a (?:buy|punt|trade|shot|long|position|entry|purchase|go)|entering|owning|getting into|adding|trading|it)|take profits?|go (?:long|short)|going (?:long|short)|bullish|bearish|over ?sold|over ?bought|recommend(?:s|ed|ation|ations)?|advi[cs]e|suggest(?:s|ion|ed)?|your (?:call|advice|recommendation|verdict|rating|stance|bias)|call on|(?:any|an) (?:entry|entries|exit|exits) (?:on|in|for|into|from|of|here|now)|in or out|the play (?:on|in|for|here)|rating (?:of|on|for)|stance on|buyable|buying opportunity|a steal",
      "(?:would|will|do|are|can|could) (?:you|your rules?|the rules?|the strategy|the desk|we|the bot)(?: be| a| going to| rather| want to| like to| still| currently| now| think)* (?:buy(?:ing|er)?|sell(?:ing|er)?|hold(?:ing)?|enter(?:ing)?|exit(?:ing)?|touch|trade|trading|long|short|take|get (?:in|into|out)|go (?:in|long|short)|add(?:ing)?|recommend|say|bid|own|like)",
      "(?:rules?|strategy|model|system|desk|bot) (?:say|says|think|thinks|saying|suggest|suggests|want|wants|recommend|recommends|see|tell|telling|call|make|makes|like|likes|buying|selling)|say about|(?:entry|exit|buy|sell|enter) (?:here|now|today|_x|yet|or|right now|at these levels|at this (?:price|level))|(?:buy|sell|enter|exit|buying|selling|hold|long|short)$|^(?:buy|sell|enter|exit|buying|selling|hold|long|short) |_x (?:_tf )?(?:a )?(?:buy|sell|hold|long|short|entry|exit)|(?:thinking|think|thought|considering|tempted|want|wanting|looking|planning|like) (?:of|about|to)? ?(?:buy(?:ing)?|sell(?:ing)?|enter(?:ing)?|exit(?:ing)?|getting|get)|(?:buy|sell|enter|exit|hold)(?: some| more| any| my| the| a bit of)? _x|(?:buying|selling|entering|exiting|holding|longing|shorting|adding|getting into|getting out of)(?: some| more| any| my| the| in| to)? _x",
      "(?:sell|hold|exit|close|dump|trim|keep|add to|reduce) (?:my|our) _x|anything to (?:do|trade|buy|sell)|do (?:i|we) (?:really |just |now |still )*(?:buy|sell|hold|enter|exit|get (?:in|out|into)|go (?:in|long|short)|take profits?|close|stay|keep|trim|add)|what (?:should|shall|would|do) (?:i|we|you) do (?:with|about|on|in)|(?:long|buy|sell|hold) or (?:short|sell|buy|fold|hold|wait|not|exit|skip|pass)",
    ),
    unless:
      /^(?!.*\b(?:should|buy|sell)\b)(?=.*\b(?:bullish|bearish)\b).*\btrend|\bwhat (?:is|are) (?:a|an) (?:signal|buy)\b|\bshould (?:i|we) (?:be )?(?:use|read|learn|pay|worry|worried|concerned|afraid|scared|nervous|trust)\b|\bbuy (?:a|an) (?:car|house|coffee|beer|pizza)\b|\btime to (?:bed|eat|sleep|go home|celebrate)\b/,
  },
  {
    kind: "trend",
    assets: [0, 1],
    pattern: any(
      "trend(?:s|ing|ed)?|up ?trend(?:ing)?|down ?trend(?:ing)?|which (?:way|direction)|what direction|direction|momentum",
      "(?:going|gone|goes|went|moving|moved|trading|heading|headed|drifting|running|been|is|are|was|has) (?:_x |been |it )?(?:still |mostly |steadily |slowly |currently |now )*(?:up|down|sideways|higher|lower|nowhere|flat|upwards?|downwards?|north|south|green|red|in the (?:green|red))",
      "(?:where|how far) has _x gone|(?:has|did) _x (?:turn(?:ed)?|go|gone)(?: around| anywhere| nowhere)?|_x in a range|on the (?:rise|up|slide|way up|way down|decline|mend|move)|(?:is|has|are) _x (?:been )?doing (?:well|badly|poorly|great|good|bad|better|worse|fine|ok|okay)|pointing (?:up|down|higher|lower)?|(?:which|what) way is _x",
      `(?:is|has|was|did|does|are) _x (?:been |still |currently |really |just |now |actually |mostly |steadily |already |also )*(?:${UP_DOWN}|move[d]?|moving|rise|fall|drop|gain|lose|change[d]?|climb|rally|rallying|crash|pump|dump|flat|sideways|recover(?:ed|ing)?|bounc(?:e|ed|ing)|perform(?:ed|ing)?|do|done|fare[d]?|decline[d]?|declining|weaken(?:ed|ing)?|strengthen(?:ed|ing)?|stuck|ranging|break(?:ing)? (?:out|down)|strong|weak|firm|soft|up|down)`,
      "how (?:has|have|did|is|are|much (?:has|have|did|is)|far (?:has|have|did|is)|strongly (?:has|did)|well (?:has|did)|badly (?:has|did)) _x (?:been |really |just |actually )*(?:move[d]?|moving|perform(?:ed|ing)?|do(?:ne)?|doing (?:today|so far|over)|chang(?:e|ed|ing)|trend(?:ed|ing)?|gone|go|fare[d]?|faring|behav(?:e|ed|ing)|trad(?:e|ed)|up|down|develop(?:ed|ing)?|evolv(?:e|ed|ing)|acting|act(?:ed)?|rise|risen|fall|fallen|drop(?:ped)?|gain(?:ed)?|lost|lose|climb(?:ed)?|held up|hold(?:ing)? up|been|come|slip(?:ped)?|swung)",
      "_x (?:up|down|green|red|rising|falling|moves?|move|performance|change|returns?|direction|trend|gains?|loss(?:es)?)|(?:price )?(?:change|performance|move|movement|moves|direction|return|gain|drift|slope|action|development|course) (?:of|on|in|for|over|since)|(?:daily|hourly|day|hour|recent|latest|_tf|percent(?:age)?|price) (?:change|move|moves|performance|movement|return|gain|action|direction)|what (?:did|has|is|have) _x (?:been )?(?:do|done|been doing|been up to)|what happened (?:to|with|in|on) _x|what has happened (?:to|with) _x|how much (?:up|down)|up or down|rising or falling|bull(?:ish)? or bear(?:ish)?",
    ),
    unless:
      /\b(?:is|was) it trading\b|\bdown (?:for me|to)\b|\bbreak .*down\b|\bwhat is up\b|\bup to\b|\bgo(?:ne|ing|es)? (?:up|down) (?:and|if) (?:buy|sell)\b|\bclosed?\b/,
  },
  {
    kind: "price",
    assets: [0, 1],
    pattern: any(
      "prices?|priced|pricing",
      "how much (?:is|are|does|do|for|would|am i paying for)|how much _x|_x (?:and )?how much|worth|costs?|costing|quotes?|quoted|trading (?:at|for|now|around|right now|today)|trade at|trades at|going for|sell(?:s|ing)? for|changing hands|valued|value of|_x (?:value|rate|tick)|rate of|(?:going|exchange|market) rate|last (?:trade|close|price|print|tick)|clos(?:e|ed|ing)(?: at)?|(?:latest|current|spot|market) (?:price|value|rate|level|quote)",
      "where (?:is|does|did|has) _x(?: (?:currently|now|right now|at|today|sitting|trade|trading|priced|standing|stand|close|closed|last|been))*(?: at)?$|what is _x (?:at|now at|trading|doing at|going|worth|currently at|sitting at|right now|at now|at right now|at today|going for)|_x (?:at|now|last|spot)$|spot _x|_x in (?:dollars|usd|_q)|_x px|px (?:of|for) _x|^last _x|what (?:does|did) _x (?:last )?(?:cost|trade|close|go for|sell for|stand at|fetch)|how (?:old|fresh|stale|recent|current) (?:is|are) .*\\b(?:quote|price|data|view|number|figure|close|candle|analysis|record|information)s?",
    ),
    unless:
      /\bprice (?:action|history|target|change|move|movement|trend)\b|\bworth (?:it|buying|a)\b|\bcost (?:of living|basis)\b/,
  },
  {
    kind: "summary",
    assets: [0, 1],
    pattern: any(
      "how (?:is|are|about|does|do)|analy[sz]e|analys[ie]s|assess(?:ment)?|tell me|what about|thinks?|thinking|thoughts?|over ?view|summar(?:y|ise|ize|ies|ising|izing)|status|updates?|reports?|looks?|looking|outlook|opinions?|going on|doing|show|info|information|details?|low ?down|run ?down|break ?down|picture|situation|state|view|take on|your take|what is up|what do you (?:know|make|have|see|think)|(?:give|show) me _x(?: (?:on|at|for|in))?(?: the)?(?: _tf)?$|talk (?:to|with) me about|brief(?:ing)?|insights?|snapshot|stats|everything|new (?:with|on|in|about) _x|nutshell|(?:quick |short |brief )?(?:word|words|note|line) (?:on|about)|at a glance|know about|sum up|dossier|read on|fill me in|check(?: on| up on)?|happening|the deal|story|lay of the land|data|where do (?:we|things|you) stand|what is _x up to",
    ),
    unless: /\bhow (?:is|are) _x (?:different|related|calculated)\b/,
  },
];
