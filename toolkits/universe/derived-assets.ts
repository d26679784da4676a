// Floor 2. A base or a ranked coin → what it follows by design, by derived-assets.json: such a coin is not ranked.
import type { RankedAsset } from "#schemas/coin.ts";
import table from "./derived-assets.json" with { type: "json" };

export type DerivedKind = "stablecoin" | "metal" | "wrapped or staked" | "leveraged";

const LISTED = ["stablecoin", "metal", "wrapped or staked"] as const satisfies readonly DerivedKind[];

const wordsOf = (lines: readonly string[]): readonly string[] => lines.join(" ").split(" ");
const kindsOf = (part: "tickers" | "ids"): ReadonlyMap<string, DerivedKind> =>
  new Map(LISTED.flatMap((kind) => wordsOf(table[kind][part]).map((word) => [word, kind] as const)));

const OF_TICKER = kindsOf("tickers");
const OF_ID = kindsOf("ids");

/** The full name must match, so JUP is no leveraged J. */
const LEVERAGED = new RegExp(`^(${wordsOf(table.leveragedOn).join("|")})(UP|DOWN|BULL|BEAR|HALF|HEDGE|[235][LS])$`);
const LEVERAGED_ALONE: ReadonlySet<string> = new Set(["BULL", "BEAR", "HALF", "HEDGE"]);

/** Of a ticker in capitals; null: it follows nothing that the table knows. */
export const derivedKindOf = (base: string): DerivedKind | null =>
  OF_TICKER.get(base) ?? (LEVERAGED_ALONE.has(base) || LEVERAGED.test(base) ? "leveraged" : null);

/** Of a ranked coin: by its id, else by its ticker. */
export const derivedKindOfAsset = ({ id, ticker }: Pick<RankedAsset, "id" | "ticker">): DerivedKind | null =>
  OF_ID.get(id) ?? derivedKindOf(ticker);

/** A price within 2 % of a dollar is no proof of anything: it is shown, and excludes nothing. */
export const isNearDollar = ({ priceUsd }: Pick<RankedAsset, "priceUsd">): boolean =>
  priceUsd !== null && Math.abs(priceUsd - 1) < 0.02;
