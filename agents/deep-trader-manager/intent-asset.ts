// Floor 3. Which one market does a question name? Text -> market, a question back, or nothing. Never a guess: what could
// be an English word is asked about, and a name that is not traded here is said to be so.
import { type MarketSymbol, splitSymbol } from "#schemas/units.ts";
import { nearestNames } from "#toolkits/market/nearest-names.ts";
import { ASSET_NAMES, COMMON_QUOTES, ENGLISH_WORDS, FUNCTION_WORDS, JARGON } from "./intent-words.ts";

export type AssetFinding =
  | { readonly status: "found"; readonly symbol: MarketSymbol }
  | { readonly status: "ambiguous"; readonly question: string }
  | { readonly status: "unknown"; readonly reason: string }
  | { readonly status: "none" };

export interface AssetWords {
  /** Markets of the venue. */
  readonly symbols: readonly MarketSymbol[];
  /** The desk's settlement currency: which of several markets of one base is meant. */
  readonly quote: string;
  /** More names than the built-in ones, lower case, to tickers. */
  readonly names?: ReadonlyMap<string, string>;
}

/** `strong`: named. `weak`: an English word that is a ticker too. `unknown`: named, but not here. */
interface Claim {
  readonly strength: "strong" | "weak" | "unknown";
  readonly base: string;
  readonly quote: string | null;
  /** Index of its first token. */
  readonly at: number;
  /** Unknown only: written so that nothing else can be meant ($X, X/USDT, a name from the table). */
  readonly certain: boolean;
}

const TOKEN = /\$?[\p{L}\p{N}][\p{L}\p{N}._&]*(?:[/-][\p{L}\p{N}._]+)*/gu;
const QUOTE_BEFORE = new Set(["in", "against", "vs", "versus", "per", "to"]);
const AND = new Set(["and", "or", "vs", "versus", "than", "with", "plus"]);
const MAX_PHRASE_TOKENS = 3;

/** @param text the question with contractions already spelled out */
export function findAsset(text: string, { symbols, quote, names = new Map() }: AssetWords): AssetFinding {
  const venue = venueOf(symbols, quote);
  const tokens = [...text.matchAll(TOKEN)].map(([token]) => token.replace(/[._&]+$/, ""));
  const scan: Scan = { venue, tokens, shouted: isShouted(tokens), nameToBase: new Map([...ASSET_NAMES, ...names]) };
  const { claims, quotes } = scanClaims(scan);

  const strong = claims.filter((claim) => claim.strength === "strong");
  const weak = claims.filter((claim) => claim.strength === "weak");
  const unknown = claims.filter((claim) => claim.strength === "unknown");
  const lost = unknown.find((claim) => claim.certain) ?? (strong.length === 0 ? unknown[0] : undefined);
  if (lost !== undefined) return { status: "unknown", reason: notTraded(lost, venue) };

  const bases = [...new Set(strong.map((claim) => claim.base))];
  const joined = [...unknown, ...weak].find((claim) => bases.length === 1 && isJoined(claim, tokens));
  if (bases.length > 1 || joined !== undefined) {
    return { status: "ambiguous", question: oneAtATime([...bases, ...(joined ? [joined.base] : [])]) };
  }
  const [base] = bases;
  if (base !== undefined) {
    const named = strong.flatMap((claim) => (claim.quote === null ? [] : [claim.quote]));
    return marketOf(base, named.length > 0 ? named : quotes, venue);
  }
  return weak.length > 0 ? { status: "ambiguous", question: didYouMean(weak, venue) } : { status: "none" };
}

interface Venue {
  readonly symbols: ReadonlySet<string>;
  /** Base -> its markets. */
  readonly byBase: ReadonlyMap<string, readonly MarketSymbol[]>;
  readonly quotes: ReadonlySet<string>;
  readonly deskQuote: string;
}

function venueOf(symbols: readonly MarketSymbol[], deskQuote: string): Venue {
  return {
    symbols: new Set(symbols),
    byBase: Map.groupBy(symbols, (symbol) => splitSymbol(symbol).base),
    quotes: new Set(symbols.map((symbol) => splitSymbol(symbol).quote)),
    deskQuote,
  };
}

interface Scan {
  readonly venue: Venue;
  readonly tokens: readonly string[];
  readonly shouted: boolean;
  readonly nameToBase: ReadonlyMap<string, string>;
}

/** Capitals mean nothing in a sentence that has nothing else. */
function isShouted(tokens: readonly string[]): boolean {
  if (tokens.some((token) => /\p{Ll}/u.test(token))) return false;
  return tokens.length >= 3 && tokens.some((token) => FUNCTION_WORDS.has(token.toLowerCase()));
}

function scanClaims(scan: Scan): { readonly claims: readonly Claim[]; readonly quotes: readonly string[] } {
  const claims: Claim[] = [];
  const quotes: string[] = [];
  for (let at = 0; at < scan.tokens.length; ) {
    const phrase = phraseAt(scan, at);
    if (phrase !== null) {
      claims.push(phrase.claim);
      at += phrase.length;
      continue;
    }
    const token = scan.tokens[at] ?? "";
    const claim = claimOf(scan, token, at);
    const upper = token.toUpperCase();
    if (isQuoteMention(scan, upper, at, claims)) quotes.push(upper);
    else claims.push(...claim);
    at += 1;
  }
  return { claims, quotes };
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
    const strength = !traded ? "unknown" : ENGLISH_WORDS.has(phrase) ? "weak" : "strong";
    // An English word that names an asset which is not traded here is just an English word.
    if (!traded && ENGLISH_WORDS.has(phrase)) return null;
    if (!traded && scan.venue.quotes.has(base)) return null;
    return { claim: { strength, base, quote: null, at, certain: true }, length };
  }
  return null;
}

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
  const upper = word.toUpperCase();
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
  const pair = [...scan.venue.quotes].find((q) => upper.endsWith(q) && scan.venue.symbols.has(pairOf(upper, q)));
  if (pair !== undefined) {
    return [{ strength: "strong", base: upper.slice(0, -pair.length), quote: pair, at, certain: false }];
  }
  return looksLikeTicker(scan, word) || isObject(scan, word, at) ? claim("unknown") : [];
}

const pairOf = (joined: string, quote: string): string => `${joined.slice(0, -quote.length)}/${quote}`;

/** A word that is a ticker of this venue. Capitals make an English word a ticker, unless they are mere emphasis. */
function knownWord(
  { shouted }: Scan,
  word: string,
  claim: (strength: Claim["strength"]) => Claim[],
  at: number,
): Claim[] {
  const lower = word.toLowerCase();
  const capitals = word === word.toUpperCase() && !shouted;
  if (JARGON.has(lower)) return [];
  if (word.length === 1 || EMPHASIS.has(lower)) return capitals && at > 0 && lower !== "i" ? claim("weak") : [];
  if (FUNCTION_WORDS.has(lower)) return capitals ? claim("strong") : [];
  if (ENGLISH_WORDS.has(lower)) return claim(capitals ? "strong" : "weak");
  return claim("strong");
}

/** Small words that people write in capitals to stress them. */
const EMPHASIS = new Set(["all", "and", "any", "no", "not", "now", "ok", "only", "or", "the", "very"]);

/** `BTC/USDT`, `BTC-USDT` or `BTC_USDT`; anything else with such a sign is two words. */
function pairClaims(scan: Scan, token: string, at: number): Claim[] {
  const parts = token.replace(/^\$/, "").split(/[/_-]/);
  const [left = "", right = ""] = parts.map((part) => part.toUpperCase());
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

function looksLikeTicker({ shouted, venue }: Scan, word: string): boolean {
  const lower = word.toLowerCase();
  if (shouted || !/^[A-Z][A-Z0-9]{1,9}$/.test(word) || venue.quotes.has(word)) return false;
  if (/^[MHD]\d{1,2}$/.test(word)) return false; // M5, H1: candle lengths
  return !JARGON.has(lower) && !FUNCTION_WORDS.has(lower) && !ENGLISH_WORDS.has(lower);
}

/** "rsi of foocoin": a word that can only be the name of an asset nobody here knows. */
function isObject({ tokens, shouted }: Scan, word: string, at: number): boolean {
  const lower = word.toLowerCase();
  if (shouted || !OBJECT_AFTER.has((tokens[at - 1] ?? "").toLowerCase()) || !/^\p{L}{3,24}$/u.test(word)) return false;
  return !JARGON.has(lower) && !FUNCTION_WORDS.has(lower) && !ENGLISH_WORDS.has(lower) && !GENERAL.has(lower);
}

const OBJECT_AFTER = new Set(["of", "for", "about", "analyse", "analyze", "buy", "sell", "hold"]);
/** What these questions are about besides assets. */
const GENERAL = new Set(
  "bollinger rsi atr price signal signals security portfolio positions position today tomorrow everything anything yourself volatility buying selling entering exiting something crypto coins tokens money trading".split(
    " ",
  ),
);

/** "BTC and XYZ": the second is meant as an asset too. */
function isJoined(claim: Claim, tokens: readonly string[]): boolean {
  return claim.base !== "ONE" && AND.has((tokens[claim.at - 1] ?? "").toLowerCase());
}

function marketOf(base: string, quotes: readonly string[], venue: Venue): AssetFinding {
  const markets = venue.byBase.get(base) ?? [];
  const wanted = [...new Set(quotes)];
  const [only] = wanted;
  if (wanted.length > 1) {
    return { status: "ambiguous", question: oneAtATime(wanted.map((quote) => `${base}/${quote}`)) };
  }
  const exact = markets.find((symbol) => splitSymbol(symbol).quote === (only ?? venue.deskQuote));
  if (exact !== undefined) return { status: "found", symbol: exact };
  if (only !== undefined) {
    return { status: "unknown", reason: notTraded({ base, quote: only }, venue) };
  }
  const [first, ...more] = markets;
  if (first === undefined) return { status: "none" };
  if (more.length === 0) return { status: "found", symbol: first };
  return { status: "ambiguous", question: `${base} is traded as ${markets.join(", ")}. Which one do you mean?` };
}

function notTraded({ base, quote }: Pick<Claim, "base" | "quote">, venue: Venue): string {
  const name = quote === null ? base : `${base}/${quote}`;
  const markets = venue.byBase.get(base);
  if (markets !== undefined) return `${name} is not traded at this venue; ${markets.join(", ")} is.`;
  // One-letter tickers are near to everything; a misspelled name is nearest to the name.
  const tickers = [...venue.byBase.keys()].filter((known) => known.length > 1);
  const names = [...ASSET_NAMES].flatMap(([known, ticker]) => (venue.byBase.has(ticker) ? [known] : []));
  const near = nearestNames(base, base.length > 5 ? [...tickers, ...names] : tickers, 3);
  return `${name} is not traded at this venue.${near.length > 0 ? ` Near it: ${near.join(", ")}.` : ""}`;
}

const oneAtATime = (names: readonly string[]): string =>
  `The question names ${[...new Set(names)].join(" and ")}. One at a time, please: which one?`;

function didYouMean(weak: readonly Claim[], venue: Venue): string {
  const bases = [...new Set(weak.map((claim) => claim.base))].slice(0, 3);
  const markets = bases.map((base) => venue.byBase.get(base)?.[0] ?? base);
  return `Do you mean ${markets.join(" or ")}? Then write it as ${bases.map((base) => `$${base}`).join(" or ")}.`;
}
