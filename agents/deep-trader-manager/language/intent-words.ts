// Floor 3. Word tables of the question grammar, from JSON: asset names, English words that are tickers too, small words.
import { z } from "zod";
import names from "./asset-names.json" with { type: "json" };
import tables from "./intent-words.json" with { type: "json" };

/** Lines of words, parted by blanks. */
const Words = z.array(z.string()).transform((lines): ReadonlySet<string> => new Set(lines.join(" ").split(" ")));

const words = z
  .strictObject({
    functionWords: Words,
    englishWords: Words,
    jargon: Words,
    quotes: Words,
    talk: Words,
    corrected: Words,
    fillers: Words,
  })
  .parse(tables);

/** Common names of assets, lower case, to their ticker. Longer phrases win: `bitcoin cash` is not bitcoin. */
export const ASSET_NAMES: ReadonlyMap<string, string> = new Map(Object.entries(names));

/** Words without a content of their own: they never stand for an asset unless they are written as one. */
export const FUNCTION_WORDS = words.functionWords;

/** English words that are, or could be, tickers. In small letters they mean what they mean. */
export const ENGLISH_WORDS = words.englishWords;

/** The grammar's and the trade's own abbreviations: in capitals they are no claim to be a ticker. */
export const JARGON = words.jargon;

/** Currencies that prices are quoted in, known even where this venue does not have them. */
export const COMMON_QUOTES = words.quotes;

/** Talk around a question, and the words of the trade that by themselves make no question another one. */
export const TALK = words.talk;

/** Words that change nothing in what is asked: small words, courtesy, "now", and the verbs of asking. */
export const FILLERS = words.fillers;

/**
 * Long words of the grammar that are often mistyped. Assets are never corrected, nor is any word that the grammar knows; no two of
 * these are opposites one slip apart.
 */
export const CORRECTED = words.corrected;
