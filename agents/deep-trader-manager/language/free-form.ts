// Floor 3. A question that no rule understands → its words with slots: the same words about another market are the same template with
// another slot. Two questions share an answer only where template, slots and language are all equal; nothing near is ever taken.

import type { FreeForm } from "#schemas/free-form.ts";
import { hashOf } from "#schemas/hash.ts";
import {
  type DeskId,
  type MarketSymbol,
  splitSymbol,
  TIMEFRAMES,
  type Timeframe,
  timeframeMs,
  type VenueId,
} from "#schemas/units.ts";
import { languageOf } from "#toolkits/fact-check/operator-language.ts";
import words from "./free-form.json" with { type: "json" };
import type { AssetWords } from "./intent-asset.ts";
import { type Claim, scanClaims, venueOf } from "./intent-claims.ts";
import { spellOut } from "./intent-text.ts";
import { ASSET_NAMES } from "./intent-words.ts";

/** What is longer is asked once. */
const MOST_CHARACTERS = 240;

const MARK = { market: "\u{e000}", timeframe: "\u{e001}", side: "\u{e002}" } as const;
const SLOT = new RegExp(Object.values(MARK).join("|"), "gu");

/** Marks that are ours; and millions or months, which in small letters are minutes. */
const NO_WORDS = new RegExp(`[${Object.values(MARK).join("")}{}]|\\p{N} ?M(?!\\p{L})`, "u");

/** Null where a market is named that is not there, the language is none of the desk's, or there are no words. */
export function freeFormOf(text: string, { symbols, quote }: Pick<AssetWords, "symbols" | "quote">): FreeForm | null {
  if (text.length > MOST_CHARACTERS || NO_WORDS.test(text)) return null;
  const { language, isForeign } = languageOf(text);
  if (isForeign) return null;
  const read = readMarkets(spellOut(text), { symbols, quote });
  if (read === null) return null;
  const timeframes: Timeframe[] = [];
  const sides: string[] = [];
  const template = plainWords(
    read.masked.replace(LENGTH, (written, count: string, unit: string) => {
      const timeframe = timeframeOf(Number(count), unit);
      if (timeframe === undefined) return written;
      timeframes.push(timeframe);
      return ` ${MARK.timeframe} `;
    }),
  )
    .split(" ")
    .map((word) => {
      if (!SIDES.has(word)) return word;
      sides.push(word);
      return MARK.side;
    })
    .join(" ");
  if (!/\p{L}/u.test(template.replace(SLOT, ""))) return null;
  const named = (Object.keys(MARK) as (keyof typeof MARK)[]).reduce(
    (words, slot) => words.replaceAll(MARK[slot], `{${slot}}`),
    template,
  );
  return { template: named, markets: [...read.markets], timeframes, sides, language };
}

/** The topic of what is kept of a question or made for it: everything that must be equal is in it. */
export const freeTopic = (
  { template, markets, timeframes, sides, language }: FreeForm,
  of: { readonly deskId: DeskId; readonly venueId: VenueId; readonly timeframe: Timeframe },
): string => `free ${hashOf([of.deskId, of.venueId, of.timeframe, language, template, markets, timeframes, sides])}`;

/** The words of the form, for a model: its slots filled in again. */
export function wordsOf({ template, markets, timeframes, sides }: FreeForm): string {
  const filled = { market: markets.values(), timeframe: timeframes.values(), side: sides.values() };
  const text = template.replace(/\{(market|timeframe|side)\}/g, (_, slot: keyof typeof filled) =>
    String(filled[slot].next().value ?? ""),
  );
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}?`;
}

/** Whether it can be understood without what was said before it. A market that it names is not enough: "and what about BTC?". */
export function standsAlone({ template, language }: Pick<FreeForm, "template" | "language">): boolean {
  const { openings, backward } = words.dependent[language];
  const all = template.split(" ");
  return !openings.includes(all[0] ?? "") && !all.some((word) => backward.includes(word));
}

/** What it is about: one market, all of them, or what the desk holds; null: several markets, which no brief is about. */
export function aboutOf({ template, markets, language }: FreeForm): "market" | "all" | "book" | null {
  if (markets.length > 1) return null;
  if (markets.length === 1) return "market";
  return template.split(" ").some((word) => words.book[language].includes(word)) ? "book" : "all";
}

const SIDES: ReadonlySet<string> = new Set(words.sides);

const LENGTH = /(?<![\p{L}\p{N}.,])(\d{1,4})[- ]?(minutes?|mins?|min|m|hours?|hrs?|hr|h|days?|d)(?![\p{L}\p{N}])/giu;
const MINUTES: Readonly<Record<string, number>> = { m: 1, h: 60, d: 1440 };

const timeframeOf = (count: number, unit: string): Timeframe | undefined => {
  // In exchanges' own spelling 1M is a month.
  if (unit === "M") return undefined;
  const ms = count * (MINUTES[unit.charAt(0).toLowerCase()] ?? 0) * 60_000;
  return TIMEFRAMES.find((timeframe) => timeframeMs(timeframe) === ms);
};

/**
 * Small letters, one blank. Only what never changes what is meant falls away: marks at the end of a clause, quotes. Every other sign stays as
 * it is, for it may be a sign of a figure.
 */
const plainWords = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[−–—‐‑]/gu, "-")
    .replace(/[?!](?!=)|[;"“”„«»¿¡…]|[.,:](?!\p{N})/gu, " ")
    .replace(/\s+/g, " ")
    .trim();

function readMarkets(text: string, { symbols, quote }: Pick<AssetWords, "symbols" | "quote">) {
  const venue = venueOf(symbols, quote);
  const { tokens, claims, used } = scanClaims(text, venue, ASSET_NAMES);
  if (claims.some(({ strength, certain }) => strength === "unknown" && certain)) return null;
  const strong = claims.filter(({ strength }) => strength === "strong");
  const markets: MarketSymbol[] = [];
  let masked = "";
  let from = 0;
  for (const [at, { word, start }] of tokens.entries()) {
    if (used.get(at) !== "asset") continue;
    masked += text.slice(from, start);
    const claim = strong.find((each) => each.at === at);
    if (claim !== undefined) {
      const market = marketOf(claim, venue.byBase.get(claim.base) ?? [], venue.deskQuote);
      if (market === null) return null;
      markets.push(market);
      masked += ` ${MARK.market} `;
    }
    from = start + word.length;
  }
  return { markets, masked: masked + text.slice(from) };
}

/** The one that is meant beyond doubt. */
function marketOf({ quote }: Claim, listed: readonly MarketSymbol[], deskQuote: string): MarketSymbol | null {
  const wanted = listed.filter((symbol) => splitSymbol(symbol).quote === (quote ?? deskQuote));
  return wanted[0] ?? (quote === null && listed.length === 1 ? (listed[0] ?? null) : null);
}
