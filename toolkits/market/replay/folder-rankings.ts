// Floor 2. The text of universe.json ↔ dated rankings by market cap, of which a moment sees the newest that was seen by then.
//
// {"rankings": [{"source": "coingecko", "seenAt": "2018-01-10T00:00:00Z",
//                "assets": [{"id": "bitcoin", "ticker": "BTC", "name": "Bitcoin", "marketCapUsd": 230000000000}, …]}]}
import { z } from "zod";
import { RankedAsset, RankingSourceId } from "#schemas/coin.ts";
import type { UnixMs } from "#schemas/units.ts";
import { parseJsonFile, TimeMs } from "./json-file.ts";

export const UNIVERSE_FILE = "universe.json";

const FolderRanking = z
  .strictObject({
    source: RankingSourceId,
    /** Not seen before this moment (law 3). */
    seenAt: TimeMs,
    assets: z.array(RankedAsset.pick({ id: true, ticker: true, name: true, marketCapUsd: true }).strict()).min(1),
  })
  .transform(({ seenAt, ...rest }) => ({ ...rest, seenAtMs: seenAt as UnixMs }));
export type FolderRanking = Readonly<z.infer<typeof FolderRanking>>;

/** Oldest first. @throws DataFormatError naming file and path */
export const parseFolderRankings = (text: string): readonly FolderRanking[] =>
  parseJsonFile(UNIVERSE_FILE, text, z.strictObject({ rankings: z.array(FolderRanking) })).rankings.toSorted(
    (a, b) => a.seenAtMs - b.seenAtMs,
  );

/** Null: there is none of that day or before it. */
export const rankingAt = (rankings: readonly FolderRanking[], nowMs: number): FolderRanking | null =>
  rankings.findLast(({ seenAtMs }) => seenAtMs <= nowMs) ?? null;

/** The file with one more ranking, one a line; of one source and moment there is one. */
export function withRanking(rankings: readonly FolderRanking[], added: FolderRanking): string {
  const others = rankings.filter(({ source, seenAtMs }) => source !== added.source || seenAtMs !== added.seenAtMs);
  const lines = [...others, added]
    .toSorted((a, b) => a.seenAtMs - b.seenAtMs)
    .map(({ source, seenAtMs, assets }) =>
      JSON.stringify({ source, seenAt: new Date(seenAtMs).toISOString(), assets }),
    );
  return `{"rankings": [\n${lines.join(",\n")}\n]}\n`;
}
