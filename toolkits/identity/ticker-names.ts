// Floor 2. The base of a market → tickers under which a ranking may know the coin: its own, a newer or other spelling of it
// (ticker-names.json), or, where neither is ranked, the coin of which it is a multiple (1000PEPE).
import { z } from "zod";
import table from "./ticker-names.json" with { type: "json" };

const Name = z.strictObject({ of: z.string(), since: z.iso.date().optional(), why: z.string() });
const OTHER_NAMES = new Map(Object.entries(z.record(z.string(), Name).parse(table.tickers)));

export interface TickerReading {
  readonly ticker: string;
  /** Units of the ranked coin in one unit of the market's. */
  readonly factor: number;
}

/** `1000PEPE`, `1MBABYDOGE`, and hyperliquid's `kPEPE`, whose letter ccxt may write in capitals. */
const MULTIPLES: readonly (readonly [RegExp, number])[] = [
  [/^(?:1000000|1M)(.+)$/, 1_000_000],
  [/^10000(?!0)(.+)$/, 10_000],
  [/^1000(?!0)(.+)$/, 1000],
  [/^[kK](.+)$/, 1000],
];

/** Letters outside ASCII stay as they are: some have the capitals of others (ſ is S, ı is I), and look like them. */
export const inCapitals = (ticker: string): string => ticker.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase());

/** @param isRanked whether a ranking has a coin of a ticker */
export function readTicker(base: string, isRanked: (ticker: string) => boolean): readonly TickerReading[] {
  const names = [inCapitals(base), OTHER_NAMES.get(base)?.of].filter((name) => name !== undefined);
  const plain = names.filter(isRanked).map((ticker) => ({ ticker, factor: 1 }));
  if (plain.length > 0) return plain;
  return MULTIPLES.flatMap(([pattern, factor]) => {
    const ticker = inCapitals(pattern.exec(base)?.[1] ?? "");
    return ticker !== "" && isRanked(ticker) ? [{ ticker, factor }] : [];
  });
}
