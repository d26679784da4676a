// Floor 2. Phrases of a lexicon → where they stand in a row of words. `|` parts alternatives of a word, a final `*` takes any
// ending, `_` is any one word, `...` up to three.

export interface Found<Value> {
  readonly from: number;
  /** Behind the last word. */
  readonly to: number;
  readonly value: Value;
}

type Part = "any" | "gap" | { readonly exact: ReadonlySet<string>; readonly prefixes: readonly string[] };
interface Pattern<Value> {
  readonly parts: readonly Part[];
  readonly value: Value;
}
export interface PhraseTable<Value> {
  /** By the first three letters of the first word. */
  readonly byStart: ReadonlyMap<string, readonly Pattern<Value>[]>;
}

const GAP_WORDS = 3;
const startOf = (word: string): string => word.slice(0, 3);

function partOf(text: string): Part {
  if (text === "_") return "any";
  if (text === "...") return "gap";
  const words = text.split("|");
  const prefixes = words.filter((word) => word.endsWith("*")).map((word) => word.slice(0, -1));
  return { exact: new Set(words.filter((word) => !word.endsWith("*"))), prefixes };
}

/** @param entries phrases, folded, with what each means; a phrase begins with a word, its stem of at least three letters */
export function compilePhrases<Value>(
  entries: readonly (readonly [phrase: string, value: Value])[],
): PhraseTable<Value> {
  const byStart = new Map<string, Pattern<Value>[]>();
  for (const [phrase, value] of entries) {
    const pattern = { parts: phrase.split(" ").map(partOf), value };
    const starts = new Set((phrase.split(" ")[0] ?? "").split("|").map((word) => startOf(word.replace("*", ""))));
    for (const start of starts) byStart.set(start, [...(byStart.get(start) ?? []), pattern]);
  }
  return { byStart };
}

/** The longest phrase at each place, from the left; what one phrase takes no other has. A word that is "" is in no phrase. */
export function findPhrases<Value>(words: readonly string[], table: PhraseTable<Value>): readonly Found<Value>[] {
  const found: Found<Value>[] = [];
  let at = 0;
  while (at < words.length) {
    const best = longestAt(words, at, table);
    if (best !== null) found.push(best);
    at = best?.to ?? at + 1;
  }
  return found;
}

/** Every phrase at every place, also where they overlap. */
export function findAllPhrases<Value>(words: readonly string[], table: PhraseTable<Value>): readonly Found<Value>[] {
  const found: Found<Value>[] = [];
  for (const [at, word] of words.entries()) {
    for (const { parts, value } of patternsFrom(word, table)) {
      const to = endOfMatch(words, at, parts, 0);
      if (to !== null) found.push({ from: at, to, value });
    }
  }
  return found;
}

const NONE: readonly never[] = [];
const patternsFrom = <Value>(word: string, table: PhraseTable<Value>): readonly Pattern<Value>[] =>
  word === "" ? NONE : (table.byStart.get(startOf(word)) ?? NONE);

function longestAt<Value>(words: readonly string[], at: number, table: PhraseTable<Value>): Found<Value> | null {
  let best: Found<Value> | null = null;
  for (const { parts, value } of patternsFrom(words[at] ?? "", table)) {
    const to = endOfMatch(words, at, parts, 0);
    if (to !== null && (best === null || to > best.to)) best = { from: at, to, value };
  }
  return best;
}

function endOfMatch(words: readonly string[], at: number, parts: readonly Part[], from: number): number | null {
  const part = parts[from];
  if (part === undefined) return at;
  if (part === "gap") {
    for (let skip = 0; skip <= GAP_WORDS; skip += 1) {
      const end = endOfMatch(words, at + skip, parts, from + 1);
      if (end !== null) return end;
    }
    return null;
  }
  const word = words[at];
  if (word === undefined || word === "") return null;
  const fits = part === "any" || part.exact.has(word) || part.prefixes.some((prefix) => word.startsWith(prefix));
  return fits ? endOfMatch(words, at + 1, parts, from + 1) : null;
}
