// Floor 3. Buying or selling, and "not": two slots that are one word long each, read from that word and never guessed.
import type { Intent } from "#schemas/question.ts";

/** Words that hold one of the others and mean neither. */
const NEITHER =
  /\bover[- ]?(?:bought|sold)\b|\bbuy(?:ing)? ?(?:and|&|n) ?h(?:o|e)ld(?:ing)?\b|\bsell[- ]?off\b|\b(?:short|long|near|mid|medium)(?:er)?[- ](?:term|run)\b|\b(?:how|as|so|too|very|no|that) long(?:er)?\b|\blong (?:time|ago|enough)\b|\bin short\b|\bopen (?:positions?|orders?|trades?|risks?|p&l|pnl)\b|\b(?:how|so|very|that|too) close\b|\bclose (?:to|by|enough|price|is|are|would|will|makes?|turns?|above|below)\b|\b(?:last|did _x) close\b/g;

const BUY =
  /\b(?:buys?|bought|buying|purchas(?:e|ed|es|ing)|enter(?:s|ed|ing)?|entry|entries|longs?|longed|accumulat(?:e|ed|ing)|(?:get|gets|got|getting|jump|jumped|jumping|go|went|going|come|came|move|moved|hop|back|dive|dip|step|stepped|let) (?:you |us |me |back )?in(?:to)?|(?:buy|bought|enter) in(?:to)?|invest(?:ed|ing)?|open(?:ed|ing)?|pick(?:ed|ing)? (?:_x |it |some |up ){1,3}|load(?:ed|ing)? up|scoop(?:ed|ing)?|grab(?:bed|bing)?|buyers?|buyable|(?:be|being|am|are|is|were|was|still|not) in(?:to)? _x|add(?:ed|ing)?|apes?|aped|aping)\b/;
const SELL =
  /\b(?:sells?|sold|sellers?|selling|sale|exit(?:s|ed|ing)?|shorts?|shorted|shorting|dump(?:ed)?|tak(?:e|en|ing) (?:the |some |my |our )?profits?|took (?:the |some |my |our )?profits?|(?:get|gets|got|getting|go|went|come|came|jump|jumped|move|moved|step|stepped|pull|pulled|back|backed) (?:_x |it |you |us |me |back )?out|out of|g[eo]t(?:ting)? rid|offload(?:ed|ing)?|unload(?:ed|ing)?|clos(?:e|ed|ing)|let(?:ting)? (?:_x |it )?go of|let (?:_x |it )go|part(?:ed)? with|bail(?:ed|ing)?|trim(?:med|ming)?|lighten(?:ed)?|liquidat(?:e|ed|ing)|ditch(?:ed|ing)?|cash(?:ed|ing)? (?:_x |it )?out|cut(?:ting)?|unw(?:ind|ound))\b/;

/** Both, or neither, said: null. @param words as `wordsOfKind` gives them */
export function sideOf(words: string): Intent["side"] {
  const own = words.replace(NEITHER, " ");
  const buy = BUY.test(own);
  return buy === SELL.test(own) ? null : buy ? "buy" : "sell";
}

const NO_NEGATION =
  /\b(?:or|whether or) not\b|\bnot (?:sure|only|to mention|bad)\b|\bno (?:idea|rush|worries|problem|doubt|matter|longer|more than)\b|\bwhy not (?:just )?(?=tell|show|give)/g;
const NEGATION = /\b(?:not|never|no|avoid(?:ed|ing)?|without|neither|nor)\b/;
/** Of a decision: what was let be. */
const LET_BE =
  /\b(?:skip(?:ped|ping|s)?|pass(?:ed|ing)?|ignor(?:e|ed|ing)|refus(?:e|ed|ing|al)|reject(?:ed|ing|ion)?|declin(?:e|ed|ing)|miss(?:ed|ing)?|stay(?:ed|ing)? (?:out|away|off|clear)|ke(?:ep|pt|eping) (?:you |us |me |the desk |the bot )?(?:out|away|off|from)|(?:stop(?:s|ped)?|prevent(?:s|ed)?|held|hold) (?:you|us|me|the desk|the bot)|hold(?:ing)? (?:back|off)|held (?:back|off)|le(?:ave|ft|aving) (?:_x|it)? ?(?:out|alone)|turn(?:ed)? down|sit(?:ting)? out|sat out|(?:done?|did|doing) nothing|shun(?:ned)?|hesitat(?:e|ed|ing)|block(?:ed|s|ing)?)\b/;

/** @param words as `wordsOfKind` gives them */
export const isNegated = (words: string): boolean => NEGATION.test(words.replace(NO_NEGATION, " "));
/** A question about a decision is about what was not done also where it says skipped, refused, kept out. */
export const isLetBe = (words: string): boolean => LET_BE.test(words);
