// Floor 2. Rows of a ranking's answer → its coins by market cap. What is in no order, stands there twice or cannot be read is put right or
// left out, and said; an answer that is no ranking of today is refused.
import type { RankedAsset, Ranking, RankingSourceId } from "#schemas/coin.ts";
import { ProviderError } from "#schemas/errors.ts";
import { plainText } from "#schemas/plain-text.ts";
import { DAY_MS, HOUR_MS, type UnixMs, unixMs } from "#schemas/units.ts";
import { inCapitals } from "../identity/ticker-names.ts";

export const RANKING_NAMES: Readonly<Record<RankingSourceId, string>> = {
  coingecko: "CoinGecko",
  coinpaprika: "CoinPaprika",
};

/** `2018-01-10`. */
export const dayText = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);

/** A coin before its place is known. */
export type UnrankedAsset = Omit<RankedAsset, "rank">;

/** A price older than this is none of today. */
const STALE_MS = DAY_MS;
/** A date further ahead than this is none: two clocks differ by less. */
const AHEAD_MS = HOUR_MS;

const REMEDY = "The other ranking is asked, and this one again later.";
export const noRanking = (source: RankingSourceId, was: string): ProviderError =>
  new ProviderError({ was: `${RANKING_NAMES[source]} ${was}.`, remedy: REMEDY });

/** @throws ProviderError where it is no list, or an empty one; `what` names it: `its ranking` */
export function listOf(source: RankingSourceId, body: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(body)) throw noRanking(source, `answered with something else than ${what}`);
  if (body.length === 0) throw noRanking(source, `answered with an empty list instead of ${what}`);
  return body;
}

/** ISO 8601 → the moment, not after `nowMs`; null where it is no date, or one of the future. */
export function priceDate(text: unknown, nowMs: UnixMs): UnixMs | null {
  const atMs = typeof text === "string" ? Date.parse(text) : Number.NaN;
  return Number.isNaN(atMs) || atMs < 0 || atMs > nowMs + AHEAD_MS ? null : unixMs(Math.min(atMs, nowMs));
}

export const positive = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) && value > 0 ? value : null;

/** Id, ticker and name of a row, as they may be shown; null where one is missing. */
export function namesOf(row: { readonly id?: unknown; readonly symbol?: unknown; readonly name?: unknown }) {
  const { id, symbol, name } = row;
  if (typeof id !== "string" || typeof symbol !== "string") return null;
  const plainId = plainText(id, 119);
  // One word, since it stands in sentences without quotes.
  const ticker = inCapitals(plainText(symbol, 39)).replaceAll(/[^\p{L}\p{N}$+._-]/gu, "_");
  if (plainId === "" || ticker === "") return null;
  return { id: plainId, ticker, name: typeof name === "string" ? plainText(name, 119) : "" };
}

const isSorted = (assets: readonly UnrankedAsset[]): boolean =>
  assets.every(({ marketCapUsd }, at) => marketCapUsd <= (assets[at - 1]?.marketCapUsd ?? Number.POSITIVE_INFINITY));

/** `3 rows`, `1 row`. */
const rowsText = (count: number): string => `${count} ${count === 1 ? "row" : "rows"}`;

/**
 * @param rows in the order of the answer; null: it could not be read, or states no market cap
 * @throws ProviderError where none can be read, or most are older than a day
 */
export function rankingOf(
  source: RankingSourceId,
  { nowMs, count }: { readonly nowMs: UnixMs; readonly count: number },
  rows: readonly (UnrankedAsset | null)[],
): Ranking {
  const read = rows.filter((row) => row !== null);
  if (read.length === 0)
    throw noRanking(source, `answered with ${rowsText(rows.length)}, none of them a coin with a market cap`);
  const fresh = read.filter(({ priceAtMs }) => priceAtMs !== null && priceAtMs > nowMs - STALE_MS).length;
  if (fresh * 2 < read.length) {
    throw noRanking(
      source,
      `answered with a ranking of another day: ${fresh} of ${read.length} prices are of the last 24 h`,
    );
  }
  // The first row of an id stands: the answer is made best first.
  const byId = new Map(read.toReversed().map((asset) => [asset.id, asset]));
  const unique = read.filter((asset) => byId.get(asset.id) === asset);
  const best = unique.toSorted((a, b) => b.marketCapUsd - a.marketCapUsd || (a.id < b.id ? -1 : 1)).slice(0, count);
  const notes = [
    ...(read.length === rows.length
      ? []
      : [`${rowsText(rows.length - read.length)} of ${rows.length} left out: no market cap, or not readable`]),
    ...(unique.length === read.length
      ? []
      : [`${rowsText(read.length - unique.length)} left out: their id stood there before`]),
    ...(isSorted(unique) ? [] : ["its order was not that of market cap, and was made so"]),
  ];
  return {
    source,
    seenAtMs: nowMs,
    assets: best.map((asset, at) => ({ ...asset, rank: at + 1 })),
    ...(notes.length === 0 ? {} : { notes }),
  };
}
