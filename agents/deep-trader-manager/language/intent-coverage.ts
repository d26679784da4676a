// Floor 3. Which words of a question a rule answers. A word with a content of its own that it does not answer may be what is
// asked ("losing position", "and how much should I put in"): then the rule does not fit, whatever else it matches.
import { BREADTH_KINDS, type QuestionKind } from "#schemas/question.ts";
import { EXAMPLES } from "./intent-examples.ts";
import type { Rule } from "./intent-rule.ts";
import { ASSET_MARK, QUOTE_MARK, TIME_MARK } from "./intent-text.ts";
import { stem } from "./intent-vocabulary.ts";

/** Words that change nothing in what is asked: small words, courtesy, "now", and the verbs of asking. */
const FILLERS = `
  a an the this that these those it its of in on at for to from by with as about and or so but than then there here just only also too even ever
  i me my mine we us our ours you your yours one ones some any all each every am is are was were be been being do does did doing have has had having got
  will would can could may might shall should must what which who whose where when how if whether
  please pls plz kindly thanks thank thx cheers ta hey hi hello ok okay well hmm um uh oh yo right so yes yeah really actually currently current
  now present moment today tonight yet still already again once quick quickly quickie fast briefly brief btw tldr
  tell give show list link get let see look looks looking say read check find know want need like wonder wondering ask asking answer question help think
  mate bro dude man guys friend sir boss pal folks buddy dear morning evening afternoon good nice great cool lovely
  exactly roughly approximately basically simply maybe perhaps possibly up out into over me go going gone put pull bring make
  usdt usd dollars wot anything something everything much very them they lately these days thing things chart charts candle candles bar bars timeframe stuff since seems desk bot lot
`;

const COIN_WORDS = "coin coins token tokens asset assets market markets pair pairs alts names symbols board list";
/** Words that belong to a kind whichever of its rules fits. */
const OWN_OF_KIND: Readonly<Partial<Record<QuestionKind | "cause", string>>> = {
  rsi: "territory region zone low high number level levels value sitting sit stand below above over under overbought oversold reading showing period candle candles gone",
  bollinger:
    "relative below above over under broken breaking out crossed riding upper lower middle mid top bottom band bands far from inside outside within through near channel wide narrow tight closed close range poking percent b level levels price vs versus left sit touch touching",
  atr: "wise lately many dollars percent move candle reading",
  price: "update latest level",
  security: "not no never why verdict status concern concerns worries token coin rating sold consider refuse",
  signal:
    "not no never why territory zone levels buyer seller attractive sense yay nay chart full name clear oversold overbought right wise",
  trigger: "name change far low price",
  summary: "more walk through describe full quick short picture indicators current",
  compare: "line against difference other better stronger",
  oversold: `how many number scan ${COIN_WORDS} most sitting lowest low`,
  overbought: `how many number scan ${COIN_WORDS} most sitting highest high`,
  movers: `made make ${COIN_WORDS} went`,
  riskiest: `reasons reason carry carries ${COIN_WORDS} among sort refuse trade`,
  market: "broad summarise summarize",
  trend: "bullish bearish uptrend downtrend",
  portfolio: "no how many number stand standing worth total open account book left",
  account: "start started beginning began",
  "stop-loss": "happens happen far everywhere down account sum exposed bad they",
  fees: "eaten eat eating killing bill start run began high money sum lost far pay",
  benchmark: "comparison return returns strategy active pay stack off trading",
  why: "not no never why come happen happened",
  since:
    "summary recap report reports update updates highlights rundown happened happening happen changed change new news important bed went asleep slept",
  health: "not no never trust technically speaking technical point view all right fine",
};

const MARKS: readonly string[] = [ASSET_MARK, TIME_MARK, QUOTE_MARK];
/** With the words as they stand: a pattern's "clos(?:e|ed)" is a stem already. */
const stems = (words: string): ReadonlySet<string> =>
  new Set(words.match(/[a-z&%]+/g)?.flatMap((word) => [word, stem(word)]));
const FILLER_STEMS = stems(FILLERS);

/** Those, and the words of its example wordings. */
const wordsOfKindName = (kind: Rule["kind"]): string =>
  `${OWN_OF_KIND[kind] ?? ""} ${kind === "cause" ? "" : (EXAMPLES[kind] ?? []).join(" ")}`;

const OWN = new WeakMap<Rule, ReadonlySet<string>>();
function ownStems(rule: Rule): ReadonlySet<string> {
  const known = OWN.get(rule) ?? stems(`${rule.pattern.source} ${rule.own ?? ""} ${wordsOfKindName(rule.kind)}`);
  OWN.set(rule, known);
  return known;
}

const wordsOf = (words: string): readonly string[] =>
  words.split(/[\s/]+/).filter((word) => word !== "" && !MARKS.includes(word) && !/^[%&.]+$/.test(word));

const OWNER = /^(?:my|mine|our|ours)$/;

/** About all markets, "my" is a question about what is held, and no small word. */
function uncovered(kind: Rule["kind"], words: string, isOwn: (word: string) => boolean): readonly string[] {
  const isAboutAll = (BREADTH_KINDS as readonly string[]).includes(kind);
  return wordsOf(words).filter((word) =>
    isAboutAll && OWNER.test(word) ? true : !FILLER_STEMS.has(stem(word)) && !isOwn(word),
  );
}

/** The words of a question that neither the rule nor small talk accounts for. @param words as `wordsOfKind` gives them */
export function uncoveredBy(rule: Rule, words: string): readonly string[] {
  const own = ownStems(rule);
  return uncovered(rule.kind, words, (word) => own.has(stem(word)) || rule.pattern.test(word));
}

/** The same for a kind that was chosen by its example wordings. */
export function uncoveredByExamples(kind: QuestionKind, words: string): readonly string[] {
  const own = stems(wordsOfKindName(kind));
  return uncovered(kind, words, (word) => own.has(stem(word)));
}
