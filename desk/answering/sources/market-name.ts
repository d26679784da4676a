// Floor 4. A market as the operator or the model spells it → the market of this desk. The only resolver of the fact sources: a
// ticker, a pair, a coin's name, a name with a slip; never a guess between two.
import { z } from "zod";
import { ASSET_NAMES } from "#agents/deep-trader-manager/language/intent-words.ts";
import { UnknownNameError } from "#schemas/errors.ts";
import { type MarketSymbol, splitSymbol, TIMEFRAMES, Timeframe } from "#schemas/units.ts";
import { findListed } from "#toolkits/market/listed-names.ts";
import { namesPhrase, nearestWithin } from "#toolkits/market/nearest-names.ts";
import { marketsHeld } from "#toolkits/portfolio/positions.ts";
import type { SourceDesk } from "./source-desk.ts";

export const Asset = z.string().trim().min(1).max(40).describe("A coin or market, such as SOL, solana or SOL/USDT.");

/** Slips that a name may have. A ticker has none: SOX is not SOL. */
const mostSlips = (name: string): number => (name.length >= 6 ? 2 : name.length === 5 ? 1 : 0);
/** A name that may be the one that was mistyped. */
const LEAST_LETTERS = 5;

/** @throws UnknownNameError naming the nearest, or the two that it may be */
export function marketNamed(typed: string, { symbols, quote }: Named): MarketSymbol {
  const name = typed.trim().replace(/^\$/, "").replace(/\s+/g, " ").toLowerCase();
  const listed = (known: string): MarketSymbol | null => findListed(known, symbols, quote);
  const ticker = ASSET_NAMES.get(name);
  const joined = symbols.filter((symbol) => symbol.replace("/", "").toLowerCase() === name);
  const exact =
    listed(name) ?? (ticker === undefined ? null : listed(ticker)) ?? (joined.length === 1 ? joined[0] : null);
  if (exact !== null && exact !== undefined) return exact;
  const known = new Map<string, MarketSymbol>();
  for (const [long, short] of ASSET_NAMES) keep(known, long, listed(short));
  for (const symbol of symbols) keep(known, splitSymbol(symbol).base.toLowerCase(), listed(splitSymbol(symbol).base));
  const near = nearestWithin(
    name,
    [...known.keys()].filter(({ length }) => length >= LEAST_LETTERS),
    mostSlips(name),
  );
  const meant = [...new Set(near.map((one) => known.get(one)))];
  const [only] = meant;
  if (meant.length === 1 && only !== undefined) return only;
  const ofBase = symbols.filter((symbol) => splitSymbol(symbol).base.toLowerCase() === (ticker ?? name).toLowerCase());
  throw new UnknownNameError({
    was: `${JSON.stringify(typed)} is no market of this desk.`,
    expected: `one of ${candidates(meant, ofBase, () => namesPhrase(name, [...known.keys()], 5))}`,
    remedy: "Name it as the venue does.",
  });
}

interface Named {
  /** What may be asked about. */
  readonly symbols: readonly MarketSymbol[];
  /** Which of several markets of one coin is meant. */
  readonly quote: string;
}

function keep(known: Map<string, MarketSymbol>, name: string, symbol: MarketSymbol | null): void {
  if (symbol !== null) known.set(name, symbol);
}

const candidates = (
  meant: readonly (MarketSymbol | undefined)[],
  ofBase: readonly MarketSymbol[],
  nearest: () => string,
): string => (meant.length > 0 ? meant.join(", ") : ofBase.length > 0 ? ofBase.join(", ") : nearest());

/** What the venue lists, what is held, and what was traded: a market that has gone is still asked about. */
export function marketOf({ desk }: Pick<SourceDesk, "desk">, typed: string): MarketSymbol {
  const symbols = new Set([...desk.markets.keys(), ...marketsHeld(desk.account.portfolio())]);
  for (const { symbol } of desk.account.statistics().trades()) symbols.add(symbol);
  return marketNamed(typed, { symbols: [...symbols], quote: desk.quote });
}

const MINUTES: Readonly<Record<string, number>> = { m: 1, h: 60, d: 1440 };
const WRITTEN =
  /^(\d{1,4})? ?(?:(m)(?:in(?:ute[ns]?|utos?)?)?s?|(h)(?:(?:ou)?rs?|ourly)?|(d)(?:ays?)?|(h)oras?|(d)[ií]as?)$/i;
const WORDS: Readonly<Record<string, string>> = { daily: "1d", stunde: "1h", stunden: "1h", tag: "1d" };

/** `1hr`, `60 min`, `4 hours`, `daily` → the timeframe's own name; what is none of them is left as it was written. */
export function timeframeWritten(text: string): string {
  const trimmed = text.trim();
  // In exchanges' own spelling 1M is a month.
  if (/^\d+M$/.test(trimmed)) return trimmed;
  const word = WORDS[trimmed.toLowerCase()];
  if (word !== undefined) return word;
  const found = WRITTEN.exec(trimmed);
  if (found === null) return trimmed;
  const [, count = "1", ...units] = found;
  const unit = units.find((one) => one !== undefined)?.toLowerCase() ?? "";
  const minutes = Number(count) * (MINUTES[unit] ?? Number.NaN);
  return TIMEFRAMES.find((one) => Number.parseInt(one, 10) * (MINUTES[one.slice(-1)] ?? 0) === minutes) ?? trimmed;
}

/** One of the desk's timeframes, however it is written. */
export const TimeframeInput = z
  .string()
  .overwrite(timeframeWritten)
  .pipe(Timeframe)
  .optional()
  .describe(`Candle length: ${TIMEFRAMES.join(", ")}. Left out: the desk's own.`);
