// Floor 3. Which markets does a question name? Text → one market, two, a question back, or nothing. Never a guess: what could
// be an English word is asked about, and a name that is not traded here is said to be so.
import { type MarketSymbol, splitSymbol } from "#schemas/units.ts";
import { nearestNames } from "#toolkits/market/nearest-names.ts";
import { type Claim, type Claims, namesWith, scanClaims, type Venue, venueOf } from "./intent-claims.ts";
import { ASSET_MARK, QUOTE_MARK } from "./intent-text.ts";
import { isGrammarWord } from "./intent-vocabulary.ts";
import { ASSET_NAMES } from "./intent-words.ts";

export type AssetFinding =
  | { readonly status: "found"; readonly symbol: MarketSymbol }
  /** In the order asked. */
  | { readonly status: "pair"; readonly symbol: MarketSymbol; readonly other: MarketSymbol; readonly question: string }
  /** `weak`: by a word that may be none, which a question about no asset may overlook. */
  | { readonly status: "ambiguous"; readonly question: string; readonly weak: boolean }
  | { readonly status: "unknown"; readonly reason: string }
  | { readonly status: "none" };

export interface AssetWords {
  /** Markets of the venue. Indexed once per array: keep it, and never change it in place. */
  readonly symbols: readonly MarketSymbol[];
  /** The desk's settlement currency: which of several markets of one base is meant. */
  readonly quote: string;
  /** More names than the built-in ones, lower case, to tickers. */
  readonly names?: ReadonlyMap<string, string>;
}

export interface AssetReading {
  readonly finding: AssetFinding;
  /** The text with a mark for each asset and quote currency, by which its kind is told. */
  readonly masked: string;
}

/** @param text the question with contractions already spelled out */
export function readAssets(text: string, { symbols, quote, names }: AssetWords): AssetReading {
  const venue = venueOf(symbols, quote);
  const scan = scanClaims(text, venue, namesWith(names));
  const isCompared = /\b(?:vs|versus|compar\w*)\b/i.test(text);
  const beside = isCompared ? BESIDE : scan.tokens.length <= TERSE_TOKENS ? INDICATOR : null;
  const claims = beside === null ? scan.claims : scan.claims.map((claim) => promoted(claim, scan, beside));
  return { finding: findingOf(claims, scan, venue), masked: mask(text, scan, claims) };
}

/** "link vs uni", "rsi link 4h": beside such a word even an English word is an asset, where the grammar has no other use for it. */
function promoted(claim: Claim, { tokens }: Claims, beside: ReadonlySet<string>): Claim {
  if (claim.strength !== "weak" || claim.base.length < 3 || isGrammarWord(tokens[claim.at]?.word ?? "")) return claim;
  const isBeside = [claim.at - 1, claim.at + 1].some((at) => beside.has((tokens[at]?.word ?? "").toLowerCase()));
  return isBeside ? { ...claim, strength: "strong" } : claim;
}
const INDICATOR = new Set(["rsi", "atr", "bollinger", "bb", "bbands"]);
const TERSE_TOKENS = 4;
const BESIDE = new Set(["vs", "versus", "compare", "compared", "comparing", "with", "to", "against"]);
const AND = new Set(["and", "or", "vs", "versus", "than", "with", "plus"]);

function findingOf(claims: readonly Claim[], { tokens, quotes }: Claims, venue: Venue): AssetFinding {
  const strong = claims.filter((claim) => claim.strength === "strong");
  const weak = claims.filter((claim) => claim.strength === "weak");
  const unknown = claims.filter((claim) => claim.strength === "unknown");
  const lost = unknown.find((claim) => claim.certain) ?? (strong.length === 0 ? unknown[0] : undefined);
  if (lost !== undefined && !/^[\x21-\x7e]+$/.test(lost.base))
    return { status: "ambiguous", question: otherScript(lost, venue), weak: false };
  if (lost !== undefined) return { status: "unknown", reason: notTraded(lost, venue) };

  const bases = [...new Set(strong.map((claim) => claim.base))];
  const [base, second] = bases;
  const isJoined = (claim: Claim): boolean =>
    !isGrammarWord(claim.base) && AND.has((tokens[claim.at - 1]?.word ?? "").toLowerCase());
  const joined = bases.length > 0 ? [...unknown, ...weak].find(isJoined) : undefined;
  if (base === undefined) {
    return weak.length > 0
      ? { status: "ambiguous", question: didYouMean(weak, venue), weak: true }
      : { status: "none" };
  }
  if (bases.length > 2 || joined !== undefined) {
    return { status: "ambiguous", question: oneAtATime([...bases, ...(joined ? [joined.base] : [])]), weak: false };
  }
  const quotesOf = (wanted: string): readonly string[] => {
    const named = strong.flatMap((claim) => (claim.base !== wanted || claim.quote === null ? [] : [claim.quote]));
    return named.length > 0 ? named : quotes;
  };
  const first = marketOf(base, quotesOf(base), venue);
  if (second === undefined || first.status !== "found") return first;
  const other = marketOf(second, quotesOf(second), venue);
  if (other.status !== "found") return other;
  return { status: "pair", symbol: first.symbol, other: other.symbol, question: oneAtATime(bases) };
}

function mask(text: string, { tokens, used }: Claims, claims: readonly Claim[]): string {
  let masked = "";
  let from = 0;
  const strong = claims.filter((claim) => claim.strength === "strong");
  tokens.forEach(({ word, start }, at) => {
    const own = strong.filter((claim) => claim.at === at);
    const use = own.length > 0 ? "asset" : used.get(at);
    if (use === undefined) return;
    // Each asset has one mark, at its first word.
    const marks = use === "quote" ? [QUOTE_MARK] : own.map(() => ASSET_MARK);
    masked += `${text.slice(from, start)} ${marks.join(" ")} `;
    from = start + word.length;
  });
  return masked + text.slice(from);
}

function marketOf(base: string, quotes: readonly string[], venue: Venue): AssetFinding {
  const markets = venue.byBase.get(base) ?? [];
  const wanted = [...new Set(quotes)];
  const [only] = wanted;
  if (wanted.length > 1) {
    return { status: "ambiguous", question: oneAtATime(wanted.map((quote) => `${base}/${quote}`)), weak: false };
  }
  const exact = markets.find((symbol) => splitSymbol(symbol).quote === (only ?? venue.deskQuote));
  if (exact !== undefined) return { status: "found", symbol: exact };
  if (only !== undefined) {
    return { status: "unknown", reason: notTraded({ base, quote: only }, venue) };
  }
  const [first, ...more] = markets;
  if (first === undefined) return { status: "none" };
  if (more.length === 0) return { status: "found", symbol: first };
  return {
    status: "ambiguous",
    question: `${base} is traded as ${markets.join(", ")}. Which one do you mean?`,
    weak: false,
  };
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

/** A name in another script may well be one that is traded here: it is asked for, not denied. */
function otherScript({ base }: Pick<Claim, "base">, { byBase, deskQuote }: Venue): string {
  const near = nearestNames(base, [...byBase.keys()], 2).filter((name) => sharesLetter(name, base));
  const example = [...byBase.values()].flat().find((symbol) => splitSymbol(symbol).quote === deskQuote);
  return `"${base}" is no ticker that is listed here under that name. Which one do you mean${near.length > 0 ? `: ${near.join(" or ")}` : ""}? Write it as the venue does, such as ${example ?? "BTC/USDT"}.`;
}
const sharesLetter = (a: string, b: string): boolean => [...a].some((letter) => b.includes(letter));

const oneAtATime = (names: readonly string[]): string =>
  `The question names ${[...new Set(names)].join(" and ")}. One at a time, please: which one?`;

function didYouMean(weak: readonly Claim[], venue: Venue): string {
  const bases = [...new Set(weak.map((claim) => claim.base))].slice(0, 3);
  const markets = bases.map((base) => venue.byBase.get(base)?.[0] ?? base);
  return `Do you mean ${markets.join(" or ")}? Then write it as ${bases.map((base) => `$${base}`).join(" or ")}.`;
}
