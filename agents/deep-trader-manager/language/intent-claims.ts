// Floor 3. The words of a question → the claims to be an asset in it, each with its strength. What is an English word first
// is a weak claim; what is written as a ticker, but of no market here, is an unknown one.
import { type MarketSymbol, splitSymbol } from "#schemas/units.ts";
import { foldName } from "#toolkits/market/listed-names.ts";
import { isGrammarWord, isVocabulary } from "./intent-vocabulary.ts";
import { ASSET_NAMES, COMMON_QUOTES, ENGLISH_WORDS, FUNCTION_WORDS, JARGON } from "./intent-words.ts";

/** `strong`: named. `weak`: an English word that is a ticker too. `unknown`: named, but not here. */
export interface Claim {
  readonly strength: "strong" | "weak" | "unknown";
  readonly base: string;
  readonly quote: string | null;
  /** Index of its first token. */
  readonly at: number;
  /** Unknown only: written so that nothing else can be meant ($X, X/USDT, a name from the table). */
  readonly certain: boolean;
}

/** A word of the question, with its place in the text. */
export interface Token {
  readonly word: string;
  readonly start: number;
}

export interface Claims {
  readonly tokens: readonly Token[];
  readonly claims: readonly Claim[];
  /** Currencies that a price is wanted in. */
  readonly quotes: readonly string[];
  /** Tokens used up: index → by an asset or by a quote currency. */
  readonly used: ReadonlyMap<number, "asset" | "quote">;
}

const TOKEN = /\$?[\p{L}\p{N}][\p{L}\p{N}._&]*(?:[/-][\p{L}\p{N}._]+)*/gu;
/** "ETH in BTC" names a market; "ETH vs BTC" and "ETH to BTC" name two assets. */
const QUOTE_BEFORE = new Set(["in", "per"]);
const MAX_PHRASE_TOKENS = 3;

export interface Venue {
  /** Names as `foldName` makes them. */
  readonly symbols: ReadonlySet<string>;
  /** Base, folded, → its markets as listed. */
  readonly byBase: ReadonlyMap<string, readonly MarketSymbol[]>;
  readonly quotes: ReadonlySet<string>;
  readonly deskQuote: string;
}

/** Indexed once per list of markets: the caller keeps the list, so 600 of them cost a question nothing. */
const VENUES = new WeakMap<readonly MarketSymbol[], Map<string, Venue>>();
const NAMES = new WeakMap<ReadonlyMap<string, string>, ReadonlyMap<string, string>>();

export function venueOf(symbols: readonly MarketSymbol[], deskQuote: string): Venue {
  const known = VENUES.get(symbols) ?? new Map<string, Venue>();
  VENUES.set(symbols, known);
  const venue = known.get(deskQuote) ?? {
    symbols: new Set(symbols.map(foldName)),
    byBase: Map.groupBy(symbols, (symbol) => foldName(splitSymbol(symbol).base)),
    quotes: new Set(symbols.map((symbol) => foldName(splitSymbol(symbol).quote))),
    deskQuote,
  };
  known.set(deskQuote, venue);
  return venue;
}

export function namesWith(more: ReadonlyMap<string, string> | undefined): ReadonlyMap<string, string> {
  if (more === undefined) return ASSET_NAMES;
  const known = NAMES.get(more) ?? new Map([...ASSET_NAMES, ...more]);
  NAMES.set(more, known);
  return known;
}

interface Scan {
  readonly venue: Venue;
  readonly tokens: readonly string[];
  /** Only then do capitals tell a name. */
  readonly mixedCase: boolean;
  /** Token → it opens a sentence, where every word has a capital. */
  readonly opens: readonly boolean[];
  readonly shouted: boolean;
  readonly nameToBase: ReadonlyMap<string, string>;
}

/** Capitals mean nothing in a sentence that has nothing else. */
function isShouted(tokens: readonly string[]): boolean {
  if (tokens.some((token) => /\p{Ll}/u.test(token))) return false;
  return tokens.length >= 3 && tokens.some((token) => FUNCTION_WORDS.has(token.toLowerCase()));
}

export function scanClaims(text: string, venue: Venue, nameToBase: ReadonlyMap<string, string>): Claims {
  const found = [...text.matchAll(TOKEN)].map(({ 0: token, index }) => ({
    word: token.replace(/[._&]+$/, ""),
    start: index,
  }));
  const tokens = found.map(({ word }) => word);
  const scan: Scan = {
    venue,
    tokens,
    mixedCase: tokens.slice(1).some((token) => /^\p{Ll}/u.test(token)),
    opens: found.map(({ start }) => /(?:^|[.?!:;])\s*$/.test(text.slice(0, start))),
    shouted: isShouted(tokens),
    nameToBase,
  };
  const claims: Claim[] = [];
  const quotes: string[] = [];
  const used = new Map<number, "asset" | "quote">();
  for (let at = 0; at < scan.tokens.length; ) {
    const phrase = phraseAt(scan, at);
    if (phrase !== null) {
      claims.push(phrase.claim);
      if (phrase.claim.strength === "strong") {
        for (let i = at; i < at + phrase.length; i += 1) used.set(i, "asset");
      }
      at += phrase.length;
      continue;
    }
    const token = scan.tokens[at] ?? "";
    const claim = claimOf(scan, token, at);
    const upper = foldName(token);
    if (isQuoteMention(scan, upper, at, claims)) {
      quotes.push(upper);
      used.set(at, "quote");
    } else {
      claims.push(...claim);
      if (claim.some(({ strength }) => strength === "strong")) used.set(at, "asset");
    }
    at += 1;
  }
  return { tokens: found, claims, quotes, used };
}

/** A name from the table, longest phrase first. */
function phraseAt(scan: Scan, at: number): { readonly claim: Claim; readonly length: number } | null {
  for (let length = MAX_PHRASE_TOKENS; length >= 1; length -= 1) {
    const phrase = scan.tokens
      .slice(at, at + length)
      .join(" ")
      .toLowerCase();
    const base = scan.nameToBase.get(phrase);
    if (base === undefined) continue;
    const traded = scan.venue.byBase.has(base);
    const isWord = ENGLISH_WORDS.has(phrase) && !(length === 1 && isProper(scan, at));
    const strength = !traded ? "unknown" : isWord ? "weak" : "strong";
    // An English word that names an asset which is not traded here is just an English word.
    if (!traded && ENGLISH_WORDS.has(phrase)) return null;
    if (!traded && scan.venue.quotes.has(base)) return null;
    return { claim: { strength, base, quote: null, at, certain: true }, length };
  }
  return null;
}

/** Written as a name inside a sentence: "Is Avalanche safe?". */
const isProper = ({ tokens, opens, mixedCase, shouted }: Scan, at: number): boolean =>
  mixedCase && !shouted && opens[at] === false && /^\p{Lu}\p{Ll}{2,}$/u.test(tokens[at] ?? "");

/** "ETH in BTC": the second is what the price is in, as long as there is such a market. */
function isQuoteMention({ venue, tokens }: Scan, upper: string, at: number, before: readonly Claim[]): boolean {
  if (!venue.quotes.has(upper)) return false;
  if (!venue.byBase.has(upper)) return true;
  const previous = (tokens[at - 1] ?? "").toLowerCase();
  const asked = before.findLast((claim) => claim.strength === "strong");
  return QUOTE_BEFORE.has(previous) && asked !== undefined && venue.symbols.has(`${asked.base}/${upper}`);
}

function claimOf(scan: Scan, token: string, at: number): Claim[] {
  if (/[/_-]/.test(token)) return pairClaims(scan, token, at);
  const dollar = token.startsWith("$");
  const word = dollar ? token.slice(1) : token;
  const upper = foldName(word);
  const known = scan.venue.byBase.has(upper);
  const claim = (strength: Claim["strength"], certain = false): Claim[] => [
    { strength, base: upper, quote: null, at, certain },
  ];
  if (dollar) {
    if (known) return claim("strong");
    const named = scan.nameToBase.get(word.toLowerCase());
    if (named !== undefined && scan.venue.byBase.has(named)) {
      return [{ strength: "strong", base: named, quote: null, at, certain: false }];
    }
    return /^\d/.test(word) ? [] : claim("unknown", true);
  }
  if (known) return knownWord(scan, word, claim, at);
  if (isVocabulary(word)) return [];
  const pair = [...scan.venue.quotes].find((q) => upper.endsWith(q) && scan.venue.symbols.has(pairOf(upper, q)));
  if (pair !== undefined) {
    return [{ strength: "strong", base: upper.slice(0, -pair.length), quote: pair, at, certain: false }];
  }
  return looksLikeTicker(scan, word) || isObject(scan, word, at) ? claim("unknown") : [];
}

const pairOf = (joined: string, quote: string): string => `${joined.slice(0, -quote.length)}/${quote}`;

/** A word that is a ticker of this venue. Capitals make an English word a ticker, unless they are mere emphasis. */
function knownWord(scan: Scan, word: string, claim: (strength: Claim["strength"]) => Claim[], at: number): Claim[] {
  const lower = word.toLowerCase();
  const capitals = word === word.toUpperCase() && !scan.shouted;
  if (JARGON.has(lower)) return [];
  if (word.length === 1 || EMPHASIS.has(lower)) return capitals && at > 0 && lower !== "i" ? claim("weak") : [];
  if (FUNCTION_WORDS.has(lower)) return capitals ? claim("strong") : [];
  const isName = capitals || (lower !== "one" && !isGrammarWord(lower) && isProper(scan, at));
  // Beside the listed words, those that the grammar itself is made of: a ticker RISK makes no asset of "rank by risk".
  if (ENGLISH_WORDS.has(lower) || isGrammarWord(lower)) return claim(isName ? "strong" : "weak");
  return claim("strong");
}

/** Small words that people write in capitals to stress them. */
const EMPHASIS = new Set(["all", "and", "any", "no", "not", "now", "ok", "only", "or", "the", "very"]);

/** `BTC/USDT`, `BTC-USDT` or `BTC_USDT`; anything else with such a sign is two words. */
function pairClaims(scan: Scan, token: string, at: number): Claim[] {
  const parts = token.replace(/^\$/, "").split(/[/_-]/);
  const [left = "", right = ""] = parts.map(foldName);
  const { venue, nameToBase } = scan;
  if (parts.length === 2) {
    const base = venue.byBase.has(left) ? left : (nameToBase.get(left.toLowerCase()) ?? left);
    if (venue.symbols.has(`${base}/${right}`)) return [{ strength: "strong", base, quote: right, at, certain: false }];
    const isQuote = venue.quotes.has(right) || (COMMON_QUOTES.has(right) && !venue.byBase.has(right));
    const isWritten = venue.byBase.has(left) && !venue.byBase.has(right) && token === token.toUpperCase();
    if (isQuote || isWritten) return [{ strength: "unknown", base, quote: right, at, certain: true }];
  }
  return parts.flatMap((part) => {
    const base = nameToBase.get(part.toLowerCase());
    if (base === undefined || !venue.byBase.has(base)) return claimOf(scan, part, at);
    return [{ strength: "strong", base, quote: null, at, certain: false } satisfies Claim];
  });
}

const isListedWord = (word: string): boolean => JARGON.has(word) || FUNCTION_WORDS.has(word) || ENGLISH_WORDS.has(word);

function looksLikeTicker({ shouted, venue }: Scan, word: string): boolean {
  const lower = word.toLowerCase();
  if (shouted || !/^[A-Z][A-Z0-9]{1,9}$/.test(word) || venue.quotes.has(word)) return false;
  if (/^[MHD]\d{1,2}$/.test(word)) return false; // M5, H1: candle lengths
  return !isListedWord(lower);
}

/** "rsi of foocoin": a word that can only be the name of an asset that is not known here. */
function isObject({ tokens, shouted }: Scan, word: string, at: number): boolean {
  const lower = word.toLowerCase();
  if (shouted || !OBJECT_AFTER.has((tokens[at - 1] ?? "").toLowerCase()) || !/^\p{L}{3,24}$/u.test(word)) return false;
  return !isListedWord(lower) && !isVocabulary(lower);
}

const OBJECT_AFTER = new Set(["of", "for", "about", "analyse", "analyze", "buy", "sell", "hold"]);
