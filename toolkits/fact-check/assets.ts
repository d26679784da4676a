// Floor 2. Which markets a sentence names. A name that is a word of the language counts only as it is written in the list.
import type { MarketSymbol } from "#schemas/units.ts";
import type { CheckRun } from "./check-run.ts";
import { folded } from "./fold.ts";
import { SHARED, wordLists } from "./lexicon.ts";
import { lettersOf, type Token } from "./sentence.ts";

interface Name {
  readonly words: readonly string[];
  readonly symbol: MarketSymbol;
  /** As it must be written; null: letters of any size. */
  readonly exact: readonly string[] | null;
}

export interface NamedAssets {
  /** First token of the name → its market. */
  readonly markets: ReadonlyMap<number, MarketSymbol>;
  /** Tokens that are part of a name. */
  readonly tokens: ReadonlySet<number>;
  /** Tokens that look like an asset which the run does not know. */
  readonly strangers: readonly number[];
}

const ofRun = new WeakMap<CheckRun, ReadonlyMap<string, readonly Name[]>>();

function namesOf(run: CheckRun): ReadonlyMap<string, readonly Name[]> {
  const known = ofRun.get(run);
  if (known !== undefined) return known;
  const lists = wordLists(run.language);
  const names = run.markets.flatMap(({ symbol, names }): Name[] =>
    [...new Set([symbol.split("/")[0] ?? "", ...names])].flatMap((name) => {
      const written = name.split(/[\s-]+/);
      const words = written.map(folded);
      if (words.some((word) => word === "")) return [];
      const isWord = words.every((word) => lists.known.has(word) || lists.numberWords.has(word));
      return [{ words, symbol, exact: isWord ? written : null }];
    }),
  );
  const byFirst = Map.groupBy(names, ({ words }) => words[0] ?? "");
  ofRun.set(run, byFirst);
  return byFirst;
}

/** `ETH's` → `ETH` */
export const bareName = (text: string): string => text.replace(/['’]s?$|['’]s$/, "");

export function namedAssets(tokens: readonly Token[], run: CheckRun): NamedAssets {
  const names = namesOf(run);
  const markets = new Map<number, MarketSymbol>();
  const parts = new Set<number>();
  const strangers: number[] = [];
  for (const [at, token] of tokens.entries()) {
    if (parts.has(at)) continue;
    if (token.type === "literal" && token.literal.market !== null) markets.set(at, token.literal.market);
    if (token.type !== "word") continue;
    const name = longestName(tokens, at, names);
    if (name !== undefined) {
      markets.set(at, name.symbol);
      const quote = quoteLength(tokens, at + name.words.length, name.symbol);
      for (let part = at; part < at + name.words.length + quote; part += 1) parts.add(part);
    } else if (isStranger(token.letters, run)) strangers.push(at);
  }
  return { markets, tokens: parts, strangers };
}

function longestName(
  tokens: readonly Token[],
  at: number,
  names: ReadonlyMap<string, readonly Name[]>,
): Name | undefined {
  const first = folded(bareName(lettersOf(tokens[at])));
  return names
    .get(first)
    ?.filter(({ words, exact }) =>
      words.every((word, index) => {
        const text = bareName(lettersOf(tokens[at + index]));
        return exact === null ? folded(text) === word : text === exact[index];
      }),
    )
    .sort((a, b) => b.words.length - a.words.length)[0];
}

/** `/USDT` behind a base belongs to the name; another quote does not, and is a stranger. */
function quoteLength(tokens: readonly Token[], at: number, symbol: MarketSymbol): number {
  const [slash, quote] = [tokens[at], tokens[at + 1]];
  return slash?.text === "/" && quote?.text === symbol.split("/")[1] ? 2 : 0;
}

/** Coins by name, and capitals that no list explains. */
function isStranger(text: string, run: CheckRun): boolean {
  const bare = bareName(text);
  if (SHARED.assets.has(bare)) return true;
  if (!/^[A-Z]{2,10}$/.test(bare) || SHARED.acronyms.has(bare) || SHARED.currencyWords.has(bare)) return false;
  const lists = wordLists(run.language);
  const word = folded(bare);
  return !lists.known.has(word) && !lists.nouns.has(word) && !SHARED.names.has(word);
}
