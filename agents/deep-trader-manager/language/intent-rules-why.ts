// Floor 3. Rules for why-questions. The desk's own doing is in its journal, a refused token in its security record; the market's
// reasons are nowhere, and are told to be.
import { any, type Rule } from "./intent-rule.ts";

const ACT =
  "(?:buys?|bought|buying|sells?|sold|selling|sale|enter(?:ed|ing)?|entry|exit(?:ed|ing)?|h[eo]ld|holding|trad(?:e|es|ed|ing)|refus(?:e|ed|al)|skip(?:ped)?|pass(?:ed)?|reject(?:ed)?|ignor(?:e|ed)|clos(?:e|ed|ing)|open(?:ed|ing)?|stopp?(?:ed|ing)?|purchas(?:e|ed)|long|short|touch(?:ed)?|dump(?:ed)?|(?:get|got|getting|go|went|going|stay|stayed|be|jump|jumped|are|were|was|not|still|kept|keep) (?:_x |you |us )?(?:in|into|out|away|off)|accumulat(?:e|ed)|add(?:ed)?|tak(?:e|en|ing)|took|position|invest(?:ed)?|act(?:ed)?|cut|trim(?:med)?|miss(?:ed)?|left|leave|do|did|done|wait(?:ed|ing)?|pull(?:ed)? the trigger|want|like|avoid(?:ed|ing)?)";
const WE = "(?:you|we|i|us|the desk|desk|the bot|bot|it|your|our|my)";
const WHY =
  "(?:why|how come|how is it that|what made|what makes|what prompted|what led|what drove|what convinced|what caused|what triggered|what persuaded|what possessed|what stopped|what stops|what kept|what keeps|what prevented|what held|what got|what is (?:stopping|keeping|holding|preventing)|(?:what (?:is|was|were) )?(?:the |your |our |any )?(?:reasons?|reasoning|rationale|motivation|justification)|(?:the|your|our) (?:logic|thinking|grounds)|on what (?:basis|grounds)|what (?:is|was) behind|for what reason|explain|justify|talk me through|walk me through)";

export const WHY_RULES: readonly Rule[] = [
  {
    kind: "security",
    assets: [1],
    pattern: any(
      `${WHY}\\b.*\\b(?:blocked|unsafe|(?:not|never) (?:_x |it )?(?:be )?(?:safe|secure|clear|cleared|allowed|tradable|tradeable|trusted|trustworthy|enterable)|flagged|banned|barred|blacklisted|forbidden|untrusted|dangerous|suspicious|risky|caution|off limits|excluded|being (?:cleared|allowed|safe|traded)|honey ?pot|scam|unknown|fail(?:s|ed|ing)?|block|red)`,
      "(?:what|which \\w+) (?:is |are |has |have )?(?:block(?:s|ing|ed)|fail(?:s|ing|ed)) _x",
    ),
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
      `(?:reasons?|reasoning|rationale|logic (?:behind|of|for|in)|motivation|justification|grounds for|thinking (?:behind|on|with|for)|story behind|explain|justify|talk me through|walk me through|what (?:is|was) behind) (?:for|behind|of|to|why|the|your|our|that|last|latest|me|_x|this)?.*\\b(?:${ACT}|trades?|entry|exit|purchase|sale|decision|position)`,
    ),
    unless: /\bwhy (?:should|would)\b|\bstop(?:ped|s)? (?:loss|hit)\b.*\bif\b|\bhow do you (?:explain|justify)\b/,
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
  },
];
