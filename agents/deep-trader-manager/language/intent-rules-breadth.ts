// Floor 3. Rules for questions about all markets at once, and about two.
import { any, COINS, type Rule, UP_DOWN, WHAT } from "./intent-rule.ts";

export const BREADTH_RULES: readonly Rule[] = [
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
  },

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
  },
];
