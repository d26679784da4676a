// Floor 4. A market as the operator or the model spells it → the market of this desk. The only resolver of the fact sources: a
// ticker, a pair, a coin's name, a name with a slip; never a guess between two.
import { z } from "zod";
import { ASSET_NAMES } from "#agents/deep-trader-manager/language/intent-words.ts";
import { UnknownNameError } from "#schemas/errors.ts";
import { type MarketSymbol, splitSymbol, TIMEFRAMES, Timeframe, timeframeMs } from "#schemas/units.ts";
import { findListed } from "#toolkits/market/listed-names.ts";
import { namesPhrase, nearestWithin } from "#toolkits/market/nearest-names.ts";
import { marketsHeld } from "#toolkits/portfolio/positions.ts";
import type { SourceDesk } from "./source-desk.ts";

export const Asset = z.string().trim().min(1).max(40).describe("A coin or market, such as SOL, solana or SOL/USDT.");

/** Slips that a name may have. A ticker has none: SOX is not SOL. */
const mostSlips = (name: string): number => (name.length >= 6 ? 2 : name.length === 5 ? 1 : 0);
/** A name that may be the one that was mistyped. */
const LEAST_LETTERS = 5;

interface Named {
  /** What may be asked about. */
  readonly symbols: readonly MarketSymbol[];
  /** Which of several markets of one coin is meant. */
  readonly quote: string;
}

/** @throws UnknownNameError naming the nearest, or those that it may be */
export function marketNamed(typed: string, { symbols, quote }: Named): MarketSymbol {
  const name = typed.trim().replace(/^\$/, "").replace(/\s+/g, " ").toLowerCase();
  const listed = (ticker: string): MarketSymbol | null => findListed(ticker, symbols, quote);
  const ticker = ASSET_NAMES.get(name);
  const joined = symbols.find((symbol) => symbol.replace("/", "").toLowerCase() === name);
  const exact = listed(name) ?? listed(ticker ?? "") ?? joined;
  if (exact !== undefined && exact !== null) return exact;
  const byBase = marketsByBase(symbols, quote);
  // Names of coins that are not traded here count too: litecoin is two edits from bitcoin.
  const known = new Map([...ASSET_NAMES].map(([long, short]) => [long, byBase.get(short.toLowerCase()) ?? null]));
  for (const [base, symbol] of byBase) known.set(base, symbol);
  const long = [...known.keys()].filter(({ length }) => length >= LEAST_LETTERS);
  const near = new Set(nearestWithin(name, long, mostSlips(name)).map((one) => known.get(one) ?? null));
  const [only = null] = near;
  if (near.size === 1 && only !== null) return only;
  const ofBase = symbols.filter((symbol) => splitSymbol(symbol).base.toLowerCase() === (ticker ?? name).toLowerCase());
  const meant = [...near].filter((symbol) => symbol !== null);
  const here = [...known].flatMap(([one, symbol]) => (symbol === null ? [] : [one]));
  const candidates = [meant, ofBase].find(({ length }) => length > 0)?.join(", ") ?? namesPhrase(name, here, 5);
  throw new UnknownNameError({
    was: `${JSON.stringify(typed)} is no market of this desk.`,
    expected: `one of ${candidates}`,
    remedy: "Name it as the venue does.",
  });
}

/** Of each coin, in small letters: its market in the desk's currency, or its only one; null where it has several others. */
function marketsByBase(symbols: readonly MarketSymbol[], quote: string): ReadonlyMap<string, MarketSymbol | null> {
  const groups = Map.groupBy(symbols, (symbol) => splitSymbol(symbol).base.toLowerCase());
  return new Map(
    [...groups].map(([base, own]) => {
      const [only] = own;
      const settled = own.find((symbol) => splitSymbol(symbol).quote === quote);
      return [base, settled ?? (own.length === 1 && only !== undefined ? only : null)];
    }),
  );
}

/** What the venue lists, what is held, and what was traded: a market that has gone is still asked about. */
export function marketOf({ desk }: Pick<SourceDesk, "desk">, typed: string): MarketSymbol {
  const symbols = new Set([...desk.markets.keys(), ...marketsHeld(desk.account.portfolio())]);
  for (const { symbol } of desk.account.statistics().trades()) symbols.add(symbol);
  return marketNamed(typed, { symbols: [...symbols], quote: desk.quote });
}

/** Minutes of each word for a length of time. */
const MINUTES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    1: "m min mins minute minutes minuten minuto minutos",
    60: "h hr hrs hour hours hourly stunde stunden hora horas",
    1440: "d day days daily tag tage tagen dia dias día días",
  }).flatMap(([minutes, words]) => words.split(" ").map((word) => [word, Number(minutes)])),
);

/** `1hr`, `60 min`, `4 hours`, `daily` → the timeframe's own name; what is none of them is left as it was written. */
export function timeframeWritten(text: string): string {
  const trimmed = text.trim();
  const [, count = "", word = ""] = /^(\d{0,4}) ?(\p{L}+)$/u.exec(trimmed) ?? [];
  // In exchanges' own spelling 1M is a month.
  const minutesOfWord = word === "M" ? undefined : MINUTES.get(word.toLowerCase());
  if (minutesOfWord === undefined) return trimmed;
  const lengthMs = (count === "" ? 1 : Number(count)) * minutesOfWord * 60_000;
  return TIMEFRAMES.find((timeframe) => timeframeMs(timeframe) === lengthMs) ?? trimmed;
}

/** One of the desk's timeframes, however it is written. */
export const TimeframeInput = z
  .string()
  .overwrite(timeframeWritten)
  .pipe(Timeframe)
  .optional()
  .describe(`Candle length: ${TIMEFRAMES.join(", ")}. Left out: the desk's own.`);
