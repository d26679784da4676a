// Floor 2. One word → whether a general word list of the language holds it. These lists say that a word is one of the language and
// nothing else: number words come from the lexicons, which are asked first.
import { z } from "zod";
import type { Language } from "./check-run.ts";
import de from "./lexicons/general-de.json" with { type: "json" };
import en from "./lexicons/general-en.json" with { type: "json" };
import es from "./lexicons/general-es.json" with { type: "json" };
import { Words } from "./word-lines.ts";

/** Folded words: those that stand by themselves, and stems that each ending may follow. */
const GeneralWords = z.strictObject({ endings: Words, stems: Words, words: Words });

function read(data: unknown) {
  const { endings, stems, words } = GeneralWords.parse(data);
  return { endings: ["", ...endings], stems: new Set(stems), words: new Set(words) };
}

const DATA = { en, de, es };
const lists = new Map<Language, ReturnType<typeof read>>();

/** Read when the first word is asked for: a run has one language. */
function listsOf(language: Language): ReturnType<typeof read> {
  const known = lists.get(language);
  if (known !== undefined) return known;
  const made = read(DATA[language]);
  lists.set(language, made);
  return made;
}

/** @param word folded */
export function isGeneralWord(word: string, language: Language): boolean {
  const { endings, stems, words } = listsOf(language);
  return (
    words.has(word) ||
    endings.some((ending) => word.endsWith(ending) && stems.has(word.slice(0, word.length - ending.length)))
  );
}
