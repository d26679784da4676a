// Floor 2. One word → whether it is known, a number word, close to one, or nothing that can be read.
import { distance } from "fastest-levenshtein";
import { LANGUAGES, type Language } from "./check-run.ts";
import { isGeneralWord } from "./general-words.ts";
import { SHARED, type WordLists, wordLists } from "./lexicon.ts";

/** `general`: no word of the check's own lists, but one of the language. */
export type WordClass = "known" | "number" | "near" | "general" | "unknown";

const LONGEST_WORD = 40;
/** Letters of a number word that another word looks like at one letter's difference: as itself in a sentence, not by itself. */
const SHORT_NUMBER = 4;
/** The lists are finite and so is what a run writes; a flood of other words starts the memory anew. */
const MOST_REMEMBERED = 20_000;

/** A pure function of a word, kept per language: most words of a draft come again. */
function remembered<Value>(judge: (word: string, language: Language) => Value) {
  const byLanguage: Readonly<Record<Language, Map<string, Value>>> = { en: new Map(), de: new Map(), es: new Map() };
  return (word: string, language: Language): Value => {
    const known = byLanguage[language];
    const before = known.get(word);
    if (before !== undefined) return before;
    if (known.size >= MOST_REMEMBERED) known.clear();
    const found = judge(word, language);
    known.set(word, found);
    return found;
  };
}

/** @param word folded */
export const classOf = remembered<WordClass>(judge);

function judge(word: string, language: Language): WordClass {
  const lists = wordLists(language);
  // Longer than any word that is listed: nothing but a number spelled out, or noise.
  if (word.length > LONGEST_WORD) return "near";
  if (lists.numberWords.has(word)) return "number";
  if (lists.known.has(word) || lists.nouns.has(word) || SHARED.names.has(word)) return "known";
  if (isNumberWord(word)) return "number";
  if (lists.likeNumbers.has(word)) return "general";
  // Another form of a known word, unless it is a number word but for one letter: "quartter".
  if (isForm(word, lists))
    return isOneSlip(word, language) ? "near" : isOneSlip(word, language, SHORT_NUMBER) ? "general" : "known";
  if (startsLikeNumber(word)) return "near";
  const isGeneral = isGeneralWord(word, language);
  // A word of the language is read as that word, unless it is a number word but for one letter: "hundrde" is none, "sever" is.
  if (isNear(word, language)) return isGeneral && !isOneSlip(word, language) ? "general" : "near";
  if (language === "de" && isCompound(word, lists)) return "known";
  if (isGeneral || (language === "de" && isGeneralCompound(word, lists))) return "general";
  return "unknown";
}

/** A number word of any language that is listed, or one joined from its parts: `siebenundzwanzig`, `threefold`, `ventisette`. */
export function isNumberWord(word: string): boolean {
  if (SHARED.otherNumbers.has(word)) return true;
  if (LANGUAGES.some((language) => wordLists(language).numberWords.has(word))) return true;
  return (
    LANGUAGES.some((language) => {
      const { numberParts, numberJoints, numberTails } = wordLists(language);
      return isJoined(word, numberParts, numberJoints, numberTails);
    }) || isJoined(word, SHARED.otherParts, SHARED.otherJoints, [])
  );
}

/** `twentysixth…`, cut short or with something behind: two parts of a number at the beginning of a word that is not known. */
function startsLikeNumber(word: string): boolean {
  return (
    word.length > 7 &&
    LANGUAGES.some((language) => {
      const { numberParts, numberJoints } = wordLists(language);
      return Array.from({ length: word.length - 6 }, (_, cut) => word.slice(0, 7 + cut)).some((head) =>
        isJoined(head, numberParts, numberJoints, []),
      );
    })
  );
}

const LONGEST_PART = 12;

/** Two parts or more, with joints between, or one and a tail. */
function isJoined(
  word: string,
  parts: ReadonlySet<string>,
  joints: ReadonlySet<string>,
  tails: readonly string[],
): boolean {
  const isTail = (at: number): boolean => {
    const rest = word.slice(at);
    return tails.some((tail) => (tail.endsWith("*") ? rest.startsWith(tail.slice(0, -1)) : rest === tail));
  };
  const failed = new Set<number>();
  const read = (at: number, count: number): boolean => {
    if (at === word.length) return count > 1;
    if (count > 0 && isTail(at)) return true;
    const state = at * 3 + Math.min(count, 2);
    if (failed.has(state) || at > LONGEST_WORD) return false;
    for (let length = 1; length <= LONGEST_PART && at + length <= word.length; length += 1) {
      const piece = word.slice(at, at + length);
      if (parts.has(piece) && read(at + length, count + 1)) return true;
      if (count > 0 && joints.has(piece) && read(at + length, count)) return true;
    }
    failed.add(state);
    return false;
  };
  return word.length <= LONGEST_WORD * 2 && read(0, 0);
}

const SHORTEST_STEM = 3;
/** Of shorter words each form is listed: "zei" is none of "Zeit". */
const SHORTEST_FORM = 5;

/** Another form of a known word: the same stem with another ending. */
function isForm(word: string, lists: WordLists): boolean {
  if (word.length < SHORTEST_FORM && !word.endsWith("s")) return false;
  const stems = stemsOf(lists);
  return stemsOfWord(word, lists.endings).some((stem) => stems.has(stem));
}

const stemsByLists = new WeakMap<WordLists, ReadonlySet<string>>();
function stemsOf(lists: WordLists): ReadonlySet<string> {
  const before = stemsByLists.get(lists);
  if (before !== undefined) return before;
  const long = [...lists.known, ...lists.nouns].filter((word) => word.length > SHORTEST_STEM);
  const stems = new Set(long.flatMap((word) => [word, ...stemsOfWord(word, lists.endings)]));
  stemsByLists.set(lists, stems);
  return stems;
}

function stemsOfWord(word: string, endings: readonly string[]): readonly string[] {
  const bare = endings
    .filter((ending) => word.endsWith(ending) && word.length - ending.length >= SHORTEST_STEM)
    .map((ending) => word.slice(0, -ending.length));
  const single = bare.filter((stem) => /([^aeiou])\1$/.test(stem)).map((stem) => stem.slice(0, -1));
  return [word, ...bare, ...single].filter((stem) => stem.length >= SHORTEST_STEM);
}

const LINKS = ["", "s", "es", "n", "en", "er", "e"] as const;

/** German words joined from two known ones: `Kursverlauf`, `Sicherheitsurteil`. */
function isCompound(word: string, lists: WordLists): boolean {
  for (let at = 3; at <= word.length - 3; at += 1) {
    const tail = word.slice(at);
    if (!lists.known.has(tail) && !isForm(tail, lists)) continue;
    const head = word.slice(0, at);
    if (LINKS.some((link) => head.endsWith(link) && isListed(head.slice(0, head.length - link.length), lists)))
      return true;
  }
  return false;
}

const SHORTEST_GENERAL = 4;

/** German words joined from two words of the language: `Regelvorschlag`, `Bandbreite`. */
function isGeneralCompound(word: string, lists: WordLists): boolean {
  const isWord = (part: string): boolean =>
    part.length >= SHORTEST_GENERAL && (lists.known.has(part) || lists.nouns.has(part) || isGeneralWord(part, "de"));
  for (let at = SHORTEST_GENERAL; at <= word.length - SHORTEST_GENERAL; at += 1) {
    const head = word.slice(0, at);
    const isJoinable = LINKS.some((link) => head.endsWith(link) && isWord(head.slice(0, head.length - link.length)));
    if (isJoinable && isWord(word.slice(at))) return true;
  }
  return false;
}

const isListed = (word: string, lists: WordLists): boolean =>
  word.length >= 3 && (lists.known.has(word) || lists.nouns.has(word) || stemsOf(lists).has(word));

/** Number words as they may be misspelt: within one change (four and five letters), two from six on, or letters swapped. */
const isNear = remembered<boolean>((word, language) => {
  if (word.length < 3) return false;
  const most = word.length >= 6 ? 2 : 1;
  return nearTargets(language).some(
    (target) =>
      Math.abs(target.length - word.length) <= most && (distance(word, target) <= most || isSwapped(word, target)),
  );
});

/** A word of the language that looks like a longer number word, or is listed as one that looks like a number word. */
export const looksLikeNumber = (word: string, language: Language): boolean =>
  wordLists(language).likeNumbers.has(word) ||
  (word.length >= LONG_WORD && isNear(word, language)) ||
  isOneSlip(word, language, SHORT_NUMBER);

const LONG_WORD = 8;

const isSwapped = (word: string, target: string): boolean =>
  word.length === target.length && word[0] === target[0] && [...word].sort().join("") === [...target].sort().join("");

const targets = new Map<Language, readonly string[]>();
/** Of the sentence's own language and of English, three letters or more. */
function nearTargets(language: Language): readonly string[] {
  const before = targets.get(language);
  if (before !== undefined) return before;
  const words = new Set([...wordLists(language).numberWords, ...wordLists("en").numberWords]);
  const found = [...words].filter((word) => word.length >= 3);
  targets.set(language, found);
  return found;
}

/** A known word that is a number word in another language ("once"). No harm in a sentence, but not where a value stands. */
export function isNumberElsewhere(word: string, language: Language): boolean {
  if (wordLists(language).functionWords.has(word)) return word === "once";
  return (
    SHARED.otherNumbers.has(word) ||
    LANGUAGES.some((each) => each !== language && wordLists(each).numberWords.has(word))
  );
}

/** A known word that is one letter away from a number word ("fine"): none before a unit. */
export const isLikeNumber = remembered<boolean>((word, language) => {
  const { functionWords, nouns } = wordLists(language);
  return word.length >= 4 && !functionWords.has(word) && !nouns.has(word) && isOneSlip(word, language);
});

const isOneSlip = (word: string, language: Language, shortest = 5): boolean =>
  nearTargets(language).some(
    (target) =>
      target.length >= shortest && (distance(word, target) === 1 || (word.length > 5 && isSwapped(word, target))),
  );
