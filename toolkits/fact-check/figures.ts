// Floor 2. The figure layer on words and marks: what is left of a sentence, once references and literals are taken out, holds no
// figure in any spelling. The order is that of the rules below.
import { bareName } from "./assets.ts";
import { type Fault, fault } from "./check-run.ts";
import { SHARED, wordLists } from "./lexicon.ts";
import { findPhrases } from "./phrases.ts";
import { type Reading, textOf } from "./reading.ts";
import { CELL, isMark, isReference, lettersOf, type Token } from "./sentence.ts";
import {
  type Group,
  isAlone,
  isBareGroup,
  isBeforeCounted,
  isBeforeUnit,
  isByItself,
  isTitle,
  isValuePlace,
  UNIT_SIGNS,
} from "./value-places.ts";
import { classOf, isLikeNumber, isNumberElsewhere, isNumberWord, looksLikeNumber } from "./word-class.ts";

/** What stands in the way of showing the sentence, or null. */
export function figureFault(reading: Reading): Fault | null {
  for (const rule of RULES) {
    const found = rule(reading);
    if (found !== null) return found;
  }
  return null;
}

const RULES: readonly ((reading: Reading) => Fault | null)[] = [
  digits,
  spelledApart,
  lookAlikes,
  romans,
  tallies,
  symbols,
  otherLanguage,
  numberWords,
  unknownWords,
];

function firstToken(reading: Reading, rule: Fault["rule"], is: (token: Token, at: number) => boolean): Fault | null {
  const at = reading.tokens.findIndex(is);
  return at < 0 ? null : fault(rule, textOf(reading, Math.max(0, at - 1), at + 2));
}

function digits(reading: Reading): Fault | null {
  const { tokens } = reading;
  const at = tokens.findIndex(({ text, type }) => type === "mark" && /\p{N}/u.test(text));
  if (at < 0) return null;
  let to = at;
  while (to < tokens.length && tokens[to]?.type === "mark" && (to === at || tokens[to]?.isApart === false)) to += 1;
  const written = tokens.slice(at, to).map(({ text }) => text);
  return fault("digit", written.join("").replace(/[^\p{N}%]+$/u, ""));
}

/** Letters that are read as digits: `IO`, `l.OOO`; and single letters that are no word of the language. */
const SINGLE_LETTERS = { en: "ai", de: "", es: "ayoeu" } as const;

function lookAlikes(reading: Reading): Fault | null {
  const isAlike = (token: Token | undefined): boolean => token?.type === "word" && /^[OIl]+$/.test(token.letters);
  const { language } = reading.run;
  return firstToken(reading, "look-alike", (token, at) => {
    if (token.type !== "word") return false;
    const isOneLetter = token.letters.length === 1;
    if (isOneLetter && !SINGLE_LETTERS[language].includes(token.word)) return true;
    // Spanish "o" with a capital, but for "O bien".
    if (token.letters === "O") return !["bien", "sea"].includes(reading.words[at + 1] ?? "");
    if (!isAlike(token)) return false;
    if (!isOneLetter) return true;
    // "I" before what is counted, or beside its like.
    return isAlike(reading.tokens[at + 1]) || isAlike(reading.tokens[at + 2]) || isBeforeCounted(reading, at);
  });
}

const ROMAN = /^(?=.{2})M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})$/;
/** Implied volatility, confidence interval, market maker: figures only where a value stands. */
const ROMAN_ACRONYMS = new Set(["IV", "CI", "MM"]);

function romans(reading: Reading): Fault | null {
  const { language } = reading.run;
  return firstToken(reading, "roman", (token, at) => {
    if (token.type !== "word" || !ROMAN.test(token.letters.toUpperCase())) return false;
    if (ROMAN_ACRONYMS.has(token.letters)) return isValuePlace(reading, at);
    return token.letters === token.letters.toUpperCase() || classOf(token.word, language) !== "known";
  });
}

/** `t h r e e`, `t'h'r'e'e`, `thr-ee`, `twen ty`: letters apart, and neighbours that are a number word once joined. */
function spelledApart(reading: Reading): Fault | null {
  const { tokens, run, assets } = reading;
  const quoted = tokens.find(({ text }) => /['’]\p{L}*['’]\p{L}/u.test(text));
  if (quoted !== undefined) return fault("spelled-apart", quoted.text);
  const letters = tokens.filter(({ type }) => type !== "mark");
  const isLetter = (token: Token | undefined): boolean => token?.type === "word" && token.word.length === 1;
  for (let at = 0; at + 2 < letters.length; at += 1)
    if ([0, 1, 2].every((next) => isLetter(letters[at + next])))
      return fault(
        "spelled-apart",
        letters
          .slice(at, at + 5)
          .map(({ text }) => text)
          .join(" "),
      );
  const words = tokens.flatMap((token, index) => (token.type === "word" ? [{ word: token.word, index }] : []));
  const isNamed = (index: number): boolean => assets.tokens.has(index) || isName(reading, index);
  for (let at = 0; at < words.length; at += 1) {
    for (let count = 2; count <= 4 && at + count <= words.length; count += 1) {
      const group = words.slice(at, at + count);
      const from = group[0]?.index ?? 0;
      const to = (group.at(-1)?.index ?? 0) + 1;
      if (tokens.slice(from, to).some((token) => isReference(token) || token.text === CELL)) break;
      if (group.some(({ index }) => isNamed(index))) break;
      const isGlued = tokens.slice(from + 1, to).every(({ isApart }) => !isApart);
      const joined = group.map(({ word }) => word).join("");
      const isOdd = group.some(({ word }) => !["known", "number"].includes(classOf(word, run.language)));
      if (!isGlued && !isOdd) continue;
      const isFound = isNumberWord(joined) || (isGlued && isOdd && classOf(joined, run.language) === "near");
      if (isFound) return fault("spelled-apart", textOf(reading, from, to));
    }
  }
  return null;
}

/** Strokes, dots or words that are counted by looking: `•••`, `| |`, `tick tick tick`, `xxx`, `() ()`. */
function tallies(reading: Reading): Fault | null {
  const { tokens } = reading;
  return firstToken(reading, "tally", (token, at) => {
    const [next, third] = [tokens[at + 1], tokens[at + 2]];
    if (token.type === "word" && token.word.length > 1 && /^(.)\1+$/.test(token.word)) return true;
    if (token.type === "word") return token.word === next?.word && token.word === third?.word;
    if (token.type !== "mark" || token.text === CELL) return false;
    if (isMark(token, "([") && isMark(next, ")]")) return true;
    const isTwice = next?.text === token.text;
    if (isTwice && isMark(token, "•·/|→")) return true;
    const isThrice = isTwice && third?.text === token.text;
    const isEllipsis = token.text === "." && tokens[at + 3]?.text !== "." && tokens[at - 1]?.text !== ".";
    return isThrice && !(isEllipsis && next?.isApart === false && third?.isApart === false);
  });
}

const PLAIN_MARKS = `.,;:!?…()[]"“”„«»‚‘’'–—-¿¡•·${CELL}`;

function symbols(reading: Reading): Fault | null {
  const { tokens } = reading;
  return firstToken(reading, "symbol", (token, at) => {
    if (token.type !== "mark" || PLAIN_MARKS.includes(token.text)) return false;
    const [before, next] = [tokens[at - 1], tokens[at + 1]];
    if (UNIT_SIGNS.includes(token.text)) return !isReference(before) && !isReference(next);
    const isBetweenWords = before?.type === "word" && next?.type === "word" && !next.isApart && !token.isApart;
    return !(isBetweenWords && isMark(token, "/&"));
  });
}

function otherLanguage(reading: Reading): Fault | null {
  const { words, lists, run } = reading;
  const own = words.filter((word) => lists.functionWords.has(word)).length;
  const foreign = words.filter((word) => word !== "" && !lists.functionWords.has(word) && !lists.known.has(word));
  const others = (["en", "de", "es"] as const).filter((language) => language !== run.language);
  const sets = [...others.map((language) => wordLists(language).functionWords), SHARED.otherFunctionWords];
  for (const set of sets) {
    const found = foreign.filter((word) => set.has(word));
    if (found.length > own) return fault("other-language", found.join(" "));
  }
  return null;
}

function numberWords(reading: Reading): Fault | null {
  const { words, lists, run, assets } = reading;
  // "the next one", but not "the next one USDT"
  const idioms = findPhrases(words, lists.numberIdioms).filter(
    ({ to }) => !(words[to - 1]?.startsWith("one") === true && isBeforeCounted(reading, to - 1)),
  );
  const isIdiom = (at: number): boolean => idioms.some(({ from, to }) => at >= from && at < to);
  const phrase = findPhrases(words, lists.numberPhrases).find(({ from }) => !isIdiom(from));
  if (phrase !== undefined) return fault("number-word", textOf(reading, phrase.from, phrase.to));
  for (const [at, word] of words.entries()) {
    if (word === "" || assets.tokens.has(at) || isIdiom(at) || isUnitWord(reading, at)) continue;
    const found = classOf(word, run.language);
    if (found === "number") return fault("number-word", textOf(reading, at, at + 1));
    const isMisread = found === "general" && looksLikeNumber(word, run.language) && isByItself(reading, at);
    if ((found === "near" || isMisread) && !isName(reading, at))
      return fault("near-number-word", textOf(reading, at, at + 1));
    if (found === "known" && isMisplaced(reading, at))
      return fault("number-word", textOf(reading, Math.max(0, at - 1), at + 2));
  }
  return null;
}

/** "at once", "fine USDT": a known word that would be read as a number where it stands. */
function isMisplaced(reading: Reading, at: number): boolean {
  const { words, run, lists } = reading;
  const word = words[at] ?? "";
  const isBehind = lists.beforeValues.has(words[at - 1] ?? "");
  // "dio {{f}}": between two figures no one reads a third.
  const isCounted = isBeforeCounted(reading, at) && !isReference(reading.tokens[at + 1]);
  if ((isBehind || isCounted) && isNumberElsewhere(word, run.language)) return true;
  return (isBeforeUnit(reading, at) || isAlone(reading, at)) && isLikeNumber(word, run.language);
}

/** A percent or currency word beside a reference is judged with it. */
function isUnitWord({ tokens, words, lists }: Reading, at: number): boolean {
  if (!lists.units.has(words[at] ?? "")) return false;
  const isPor = words[at - 1] === "por";
  return isReference(tokens[at - 1]) || (isPor && isReference(tokens[at - 2]));
}

/** Capitals that lists or the run explain. */
function isName(reading: Reading, at: number): boolean {
  const text = lettersOf(reading.tokens[at]);
  return SHARED.acronyms.has(text) || SHARED.currencyWords.has(text) || SHARED.assets.has(bareName(text));
}

function unknownWords(reading: Reading): Fault | null {
  const { words, run, assets } = reading;
  const isOdd = (at: number, ...classes: readonly string[]): boolean =>
    (words[at] ?? "") !== "" &&
    !assets.tokens.has(at) &&
    !isName(reading, at) &&
    classes.includes(classOf(words[at] ?? "", run.language));
  // "rua tekau": with the words around it that no list of the check holds.
  const groupAt = (at: number): Group => {
    let [from, to] = [at, at + 1];
    while (isOdd(from - 1, "unknown", "general")) from -= 1;
    while (isOdd(to, "unknown", "general")) to += 1;
    return { from, to };
  };
  const places = [...words.keys()];
  const bad = places.find(
    (at) =>
      isOdd(at, "unknown") &&
      (isTitle(reading) ||
        isValuePlace(reading, at) ||
        isOdd(at + 1, "unknown") ||
        isBareGroup(reading, groupAt(at)) ||
        !isSpelled(reading, at)),
  );
  if (bad !== undefined) return fault("unknown-word", textOf(reading, bad, bad + 1));
  const odd = places.filter((at) => isOdd(at, "unknown"));
  const all = words.filter((word) => word !== "").length;
  return odd.length >= 2 && odd.length * 3 >= all
    ? fault("unreadable", odd.map((at) => textOf(reading, at, at + 1)).join(" "))
    : null;
}

/** Letters that the language does not have. */
const isSpelled = ({ tokens, lists }: Reading, at: number): boolean => lists.isSpelled.test(lettersOf(tokens[at]));
