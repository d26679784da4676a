// Floor 2. The word lists (lexicons/*.json) → sets and phrase tables. They are data with a version, so that a refusal can be
// traced to the lists that caused it.
import { z } from "zod";
import { FactKind, FactUnit } from "#schemas/fact.ts";
import type { Language } from "./check-run.ts";
import { folded, foldings, spellings } from "./fold.ts";
import de from "./lexicons/de.json" with { type: "json" };
import en from "./lexicons/en.json" with { type: "json" };
import es from "./lexicons/es.json" with { type: "json" };
import shared from "./lexicons/shared.json" with { type: "json" };
import { compilePhrases, type PhraseTable } from "./phrases.ts";
import { Words } from "./word-lines.ts";

const Phrases = z.array(z.string());
const Kinds = z.array(FactKind);

const Lexicon = z.strictObject({
  version: z.int().positive(),
  functionWords: Words,
  known: Words,
  /** Words a letter away from a number word: themselves in a sentence, and nothing by themselves. */
  likeNumbers: Words,
  neutral: Words,
  /** Endings that make another form of a known word. */
  endings: Words,
  numbers: z.strictObject({
    words: Words,
    parts: Words,
    joints: Words,
    /** What may follow a number in one word: `-fold`, `-tägig`; with `*` whatever follows. */
    tails: Words,
    idioms: Phrases,
    phrases: Phrases,
  }),
  abbreviations: Phrases,
  dependent: Words,
  /** Before a value, and behind it. */
  hedges: Phrases,
  hedgesAfter: Phrases,
  /** Hedges that say what the value is: "as high as" of a high, "up to" of a limit. */
  hedgesOf: z.array(z.strictObject({ phrases: Phrases, kinds: Kinds })),
  /** "just above {{f}}": of a comparison, where a value stands on its left. */
  degreesOfComparison: Phrases,
  /** Hedges that lead to where something went: "bajó hasta". */
  destinations: Phrases,
  /** Behind a count at the end of a clause: "traded {{f}} times". */
  countTimes: Words,
  /** Letters beside a to z that words of the language have. */
  letters: z.string(),
  negations: Words,
  conditionals: Words,
  /** Words behind which a value stands. */
  beforeValues: Words,
  /** Words that a value stands before. */
  afterValues: Words,
  /** Prepositions, articles, copulas: may stand between a noun and its value. */
  betweenNounAndValue: Words,
  joiners: Words,
  /** Prepositions by which one noun hangs on another, and what may stand between: "the stop of your position". */
  genitives: Words,
  articles: Words,
  indefinites: Words,
  units: z.record(z.string(), FactUnit),
  kinds: z.array(z.strictObject({ nouns: Phrases, kinds: Kinds })),
  /** `mayBe…`: infinitives and nouns, which claim a direction only beside a value that has one. */
  directions: z.strictObject({ up: Phrases, down: Phrases, mayBeUp: Phrases, mayBeDown: Phrases }),
  /** Nouns of direction: beside no value and no market they claim nothing ("recent gains and losses"). */
  directionNouns: Words,
  /** Those of them that speak of no single one. */
  generalNouns: Words,
  /** Ways of a position's result: "at a loss". */
  resultPhrases: Phrases,
  /** What stands for the sentence before ("above it at {{f}}"), and what then leads to the value that is compared. */
  comparedPronouns: Words,
  beforeOwnValue: Words,
  /** "anything below {{f}}": a rule, said of no value. */
  genericSubjects: Words,
  /** Words that make a limit of what a loss is called. */
  limitWords: Words,
  firstPersons: Words,
  /** What is to be told when a level is passed: no claim that it is. */
  watchWords: Words,
  /** Between two values of which the second is what a noun before them names: "its band ({{f}} against {{g}})". */
  against: Phrases,
  /** Words of comparison that also mean "about", where a person speaks or thinks. */
  aboutWords: Words,
  /** What they are about, by its article: German "über die Richtung", but "über der Marke". */
  aboutObjects: Words,
  speakers: Words,
  /** Behind an age: "{{f}} old". */
  ages: Words,
  comparisons: z.strictObject({ above: Phrases, below: Phrases, between: Phrases }),
  states: z.strictObject({ oversold: Phrases, overbought: Phrases, safe: Phrases, unsafe: Phrases }),
  sides: z.strictObject({ enter: Phrases, exit: Phrases, hold: Phrases }),
  trends: z.strictObject({ up: Phrases, down: Phrases, sideways: Phrases }),
  held: Phrases,
  notHeld: Phrases,
  short: Phrases,
  events: z.array(z.strictObject({ words: Phrases, kinds: Kinds })),
  ranks: z.strictObject({ highest: Phrases, lowest: Phrases }),
  /** Of which the biggest has the lowest value. */
  losers: Words,
  quantifiers: Phrases,
  pairs: Phrases,
  countNouns: Words,
  times: z.record(z.string(), Phrases),
  operator: Phrases,
  /** Before a sum that the operator named. */
  sumWords: Words,
  operatorPossessives: Words,
  claims: z.record(
    z.enum(["forecast", "advice", "promise", "cause", "authority", "valuation", "simulated"]),
    z.strictObject({ phrases: Phrases, unless: Kinds }),
  ),
  /** Phrases that hold a listed word without its meaning: "up to date". */
  harmless: Phrases,
  shown: z.strictObject({
    notKnown: z.string(),
    ownWords: z.string(),
    strategyWords: z.string(),
    feedWords: z.string(),
    quotes: z.tuple([z.string(), z.string()]),
    values: z.record(z.string(), z.string()),
    kinds: z.partialRecord(FactKind, z.string()),
  }),
});
type Lexicon = z.infer<typeof Lexicon>;

const Shared = z.strictObject({
  version: z.int().positive(),
  /** Capitals that are no assets. */
  acronyms: Words,
  /** Names of venues and chains, and other names that are neither an asset nor a number. */
  names: Words,
  /** Coins that are often named; one that the run does not know voids the sentence. */
  assets: Words,
  currencySigns: z.record(z.string(), Words),
  currencyWords: z.record(z.string(), Words),
  literals: Phrases,
  /** Number words of languages that are not checked, and the parts they are joined from. */
  otherNumbers: Words,
  otherParts: Words,
  otherJoints: Words,
  otherFunctionWords: Words,
});

/** What a phrase about a fact claims. */
export type Meaning =
  | { readonly about: "kind"; readonly kinds: readonly FactKind[] }
  | { readonly about: "direction"; readonly way: "up" | "down"; readonly isSure: boolean }
  | { readonly about: "comparison"; readonly way: "above" | "below" | "between" }
  | { readonly about: "state"; readonly state: "oversold" | "overbought" | "safe" | "unsafe" }
  | { readonly about: "side"; readonly side: "enter" | "exit" | "hold" }
  | { readonly about: "trend"; readonly trend: "up" | "down" | "sideways" }
  | { readonly about: "held" | "not-held" | "short" | "quantifier" | "pair" | "nothing" }
  | { readonly about: "event"; readonly kinds: readonly FactKind[] }
  | { readonly about: "rank"; readonly rank: "highest" | "lowest" }
  | { readonly about: "time"; readonly time: string };

export type ClaimRule = keyof Lexicon["claims"];
export interface ClaimMeaning {
  readonly rule: ClaimRule;
  /** Kinds of facts that make the sentence say what is recorded. */
  readonly unless: readonly FactKind[];
}

type Entries<Value> = readonly (readonly [string, Value])[];
const FOLDED_PHRASE = /[^\s|*_.]+/g;
/** A phrase with each of its words folded; German ones also as `ue`. */
function phraseFoldings(phrase: string): readonly string[] {
  if (/[äöüÄÖÜ]/.test(phrase))
    return [0, 1].map((which) => phrase.replace(FOLDED_PHRASE, (word) => foldings(word)[which] ?? folded(word)));
  return [phrase.replace(FOLDED_PHRASE, folded)];
}
const entriesOf = <Value>(phrases: readonly string[], value: Value): Entries<Value> =>
  phrases.flatMap((phrase) => phraseFoldings(phrase).map((each) => [each, value] as const));
const setOf = (words: readonly string[]): ReadonlySet<string> => new Set(words.flatMap(foldings));
const tableOf = (phrases: readonly string[]): PhraseTable<true> => compilePhrases(entriesOf(phrases, true as const));

function meaningsOf(lexicon: Lexicon): PhraseTable<Meaning> {
  const { directions, comparisons, states, sides, trends, ranks } = lexicon;
  const named = <Name extends string>(
    lists: Readonly<Record<Name, readonly string[]>>,
    meaning: (name: Name) => Meaning,
  ) => (Object.keys(lists) as Name[]).flatMap((name) => entriesOf(lists[name], meaning(name)));
  return compilePhrases<Meaning>([
    ...entriesOf(lexicon.harmless, { about: "nothing" } as const),
    ...lexicon.kinds.flatMap(({ nouns, kinds }) => entriesOf(nouns, { about: "kind", kinds } as const)),
    ...named({ up: directions.up, down: directions.down }, (way) => ({ about: "direction", way, isSure: true })),
    ...named({ up: directions.mayBeUp, down: directions.mayBeDown }, (way) => ({
      about: "direction",
      way,
      isSure: false,
    })),
    ...named(comparisons, (way) => ({ about: "comparison", way })),
    ...named(states, (state) => ({ about: "state", state })),
    ...named(sides, (side) => ({ about: "side", side })),
    ...named(trends, (trend) => ({ about: "trend", trend })),
    ...entriesOf(lexicon.held, { about: "held" } as const),
    ...entriesOf(lexicon.notHeld, { about: "not-held" } as const),
    ...entriesOf(lexicon.short, { about: "short" } as const),
    ...lexicon.events.flatMap(({ words, kinds }) => entriesOf(words, { about: "event", kinds } as const)),
    ...named(ranks, (rank) => ({ about: "rank", rank })),
    ...entriesOf(lexicon.quantifiers, { about: "quantifier" } as const),
    ...entriesOf(lexicon.pairs, { about: "pair" } as const),
    ...Object.entries(lexicon.times).flatMap(([time, phrases]) => entriesOf(phrases, { about: "time", time } as const)),
  ]);
}

/** Every phrase of a lexicon: what it lists, it knows. */
function phrasesOf({
  directions,
  comparisons,
  states,
  sides,
  trends,
  ranks,
  times,
  claims,
  ...lexicon
}: Lexicon): readonly string[] {
  const groups = [directions, comparisons, states, sides, trends, ranks, times].flatMap((group) =>
    Object.values(group),
  );
  return [
    ...groups.flat(),
    ...lexicon.events.flatMap(({ words }) => words),
    ...Object.values(claims).flatMap(({ phrases }) => phrases),
    ...[
      lexicon.held,
      lexicon.notHeld,
      lexicon.short,
      lexicon.quantifiers,
      lexicon.pairs,
      lexicon.operator,
      lexicon.harmless,
    ].flat(),
  ];
}

const wordsOfPhrase = (phrase: string): readonly string[] =>
  phrase.split(/[ |]/).filter((word) => word !== "" && !/[*_.]/.test(word));

function read(data: unknown) {
  const lexicon = Lexicon.parse(data);
  const claims = Object.entries(lexicon.claims) as [ClaimRule, Lexicon["claims"][ClaimRule]][];
  return {
    version: lexicon.version,
    functionWords: setOf(lexicon.functionWords),
    known: setOf([
      ...[...lexicon.known, ...lexicon.functionWords, ...lexicon.neutral, ...lexicon.countNouns],
      ...lexicon.conditionals.filter((word) => !word.startsWith("-")),
      ...phrasesOf(lexicon).flatMap(wordsOfPhrase),
    ]),
    likeNumbers: setOf(lexicon.likeNumbers),
    neutral: setOf([...lexicon.neutral, ...lexicon.functionWords]),
    nouns: setOf(lexicon.kinds.flatMap(({ nouns }) => nouns.flatMap((noun) => noun.split(/[ |]/)))),
    endings: lexicon.endings.map(folded).sort((a, b) => b.length - a.length),
    numberWords: setOf(lexicon.numbers.words),
    numberParts: setOf(lexicon.numbers.parts),
    numberJoints: setOf(lexicon.numbers.joints),
    numberTails: lexicon.numbers.tails.flatMap((tail) =>
      foldings(tail).map((each) => (tail.endsWith("*") ? `${each}*` : each)),
    ),
    numberIdioms: tableOf(lexicon.numbers.idioms),
    numberPhrases: tableOf(lexicon.numbers.phrases),
    abbreviations: lexicon.abbreviations,
    dependent: setOf(lexicon.dependent),
    hedges: tableOf(lexicon.hedges),
    hedgesAfter: tableOf(lexicon.hedgesAfter),
    hedgesOf: compilePhrases(lexicon.hedgesOf.flatMap(({ phrases, kinds }) => entriesOf(phrases, kinds))),
    degreesOfComparison: tableOf(lexicon.degreesOfComparison),
    destinations: tableOf(lexicon.destinations),
    directionNouns: setOf(lexicon.directionNouns),
    generalNouns: setOf(lexicon.generalNouns),
    resultPhrases: tableOf(lexicon.resultPhrases),
    against: tableOf(lexicon.against),
    countTimes: setOf(lexicon.countTimes),
    losers: setOf(lexicon.losers),
    comparedPronouns: setOf(lexicon.comparedPronouns),
    genericSubjects: setOf(lexicon.genericSubjects),
    limitWords: setOf(lexicon.limitWords),
    watchWords: setOf(lexicon.watchWords),
    firstPersons: setOf(lexicon.firstPersons),
    operatorPossessives: setOf(lexicon.operatorPossessives),
    beforeOwnValue: setOf(lexicon.beforeOwnValue),
    aboutWords: setOf(lexicon.aboutWords),
    aboutObjects: setOf(lexicon.aboutObjects),
    speakers: setOf(lexicon.speakers),
    ages: setOf(lexicon.ages),
    isSpelled: new RegExp(`^[a-z${lexicon.letters}'’]*$`, "iu"),
    negations: setOf(lexicon.negations),
    // With their accents: "würde" is a condition and "wurde" is not, nor is "sí".
    conditionals: new Set(lexicon.conditionals.flatMap(spellings)),
    conditionalEndings: lexicon.conditionals.filter((word) => word.startsWith("-")).map((word) => word.slice(1)),
    beforeValues: setOf(lexicon.beforeValues),
    afterValues: setOf([...lexicon.afterValues, ...lexicon.countNouns]),
    betweenNounAndValue: setOf(lexicon.betweenNounAndValue),
    joiners: setOf(lexicon.joiners),
    genitives: setOf(lexicon.genitives),
    articles: setOf(lexicon.articles),
    indefinites: setOf(lexicon.indefinites),
    countNouns: setOf(lexicon.countNouns),
    units: new Map(
      Object.entries(lexicon.units).flatMap(([word, unit]) => foldings(word).map((each) => [each, unit] as const)),
    ),
    operator: tableOf(lexicon.operator),
    sumWords: setOf(lexicon.sumWords),
    meanings: meaningsOf(lexicon),
    claims: compilePhrases<ClaimMeaning>(
      claims.flatMap(([rule, { phrases, unless }]) => entriesOf(phrases, { rule, unless })),
    ),
    shown: lexicon.shown,
  };
}

export type WordLists = ReturnType<typeof read>;

const LISTS: Readonly<Record<Language, WordLists>> = { en: read(en), de: read(de), es: read(es) };
export const wordLists = (language: Language): WordLists => LISTS[language];

const common = Shared.parse(shared);
/** Lists that hold in every language. */
export const SHARED = {
  acronyms: new Set(common.acronyms),
  names: setOf(common.names),
  assets: new Set(common.assets),
  currencySigns: common.currencySigns,
  currencyWords: new Map(Object.entries(common.currencyWords)),
  literals: common.literals,
  otherNumbers: setOf(common.otherNumbers),
  otherParts: setOf(common.otherParts),
  otherJoints: setOf(common.otherJoints),
  otherFunctionWords: setOf(common.otherFunctionWords),
} as const;

/** Of the lists that a run is checked with: kept beside what they dropped. */
export const lexiconVersion = (language: Language): string =>
  `${language}-${LISTS[language].version}.${common.version}`;
