// Floor 2. CoinGecko's public API → the ranking by market cap, and the contracts of each coin.
// https://docs.coingecko.com/reference/coins-markets, https://docs.coingecko.com/reference/coins-list

import { type ContractId, contractId } from "#schemas/chain.ts";
import { isRecord } from "#schemas/is-record.ts";
import { plainText } from "#schemas/plain-text.ts";
import type { RankingSource } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { startOfDay, type UnixMs } from "#schemas/units.ts";
import { chainOfPlatform } from "../identity/chains.ts";
import type { SourceClient } from "../requests/source-client.ts";
import { listOf, namesOf, positive, priceDate, rankingOf, type UnrankedAsset } from "./ranking-rows.ts";

const SOURCE = "coingecko";
/** The most rows that a page has. */
const PAGE = 250;

/** Where a coin is a token; the platform that the source counts it to stands first in its own answer. */
type Platforms = Pick<UnrankedAsset, "contracts" | "otherChains">;

/** An address of a chain that we know and cannot read is kept as its platform's name: the coin is a token all the same. */
function platformsOf(platforms: unknown): Platforms {
  const contracts: ContractId[] = [];
  const otherChains: string[] = [];
  for (const [platform, address] of Object.entries(isRecord(platforms) ? platforms : {})) {
    if (platform === "" || typeof address !== "string" || address.trim() === "") continue;
    const chain = chainOfPlatform(SOURCE, platform);
    const contract = chain === null ? null : contractId(chain, address);
    if (contract === null) otherChains.push(plainText(platform, 60));
    else contracts.push(contract);
  }
  return { contracts, otherChains };
}

/**
 * @param client of the API's origin, with the demo key as its header `x-cg-demo-api-key` where there is one
 */
export function createCoinGecko(client: Pick<SourceClient, "get">): RankingSource {
  let kept: { readonly day: number; readonly ofId: ReadonlyMap<string, Platforms> } | null = null;

  /** One large answer, so it is asked for once a UTC day. */
  async function platformsByCoin(nowMs: UnixMs, { signal }: CallOptions): Promise<ReadonlyMap<string, Platforms>> {
    const day = startOfDay(nowMs);
    if (kept?.day === day) return kept.ofId;
    const { body } = await client.get("/api/v3/coins/list?include_platform=true", { signal });
    const rows = listOf(SOURCE, body, "its list of coins").filter(isRecord);
    const ofId = new Map(
      rows.flatMap(({ id, platforms }) => (typeof id === "string" ? [[id, platformsOf(platforms)] as const] : [])),
    );
    kept = { day, ofId };
    return ofId;
  }

  async function pages(count: number, { signal }: CallOptions): Promise<readonly unknown[]> {
    const rows: unknown[] = [];
    for (let page = 1; rows.length < count; page++) {
      const path = `/api/v3/coins/markets?vs_currency=usd&order=market_cap_desc&per_page=${PAGE}&page=${page}`;
      const { body } = await client.get(path, { signal });
      // The page behind the last one is empty; the first one never is.
      const some = page > 1 && Array.isArray(body) && body.length === 0 ? [] : listOf(SOURCE, body, "its ranking");
      rows.push(...some);
      if (some.length < PAGE) break;
    }
    return rows;
  }

  return {
    id: SOURCE,
    async ranking({ nowMs, count }, options) {
      const rows = await pages(count, options);
      const ofId = await platformsByCoin(nowMs, options);
      const read = (row: unknown): UnrankedAsset | null => {
        if (!isRecord(row)) return null;
        const names = namesOf(row);
        const marketCapUsd = positive(row["market_cap"]);
        // Of a coin that the list does not have it is not known whether it is a token.
        const platforms = typeof row["id"] === "string" ? ofId.get(row["id"]) : undefined;
        if (names === null || marketCapUsd === null || platforms === undefined) return null;
        const priceUsd = positive(row["current_price"]);
        return { ...names, marketCapUsd, priceUsd, priceAtMs: priceDate(row["last_updated"], nowMs), ...platforms };
      };
      return rankingOf(SOURCE, { nowMs, count }, rows.map(read));
    },
  };
}
