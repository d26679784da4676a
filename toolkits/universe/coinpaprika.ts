// Floor 2. CoinPaprika's public API → the ranking by market cap, and the contracts of each coin.
// https://docs.coinpaprika.com/api-reference/tickers/get-tickers-for-all-active-coins

import { type ContractId, contractId } from "#schemas/chain.ts";
import { isRecord } from "#schemas/is-record.ts";
import type { RankingSource } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { startOfDay, type UnixMs } from "#schemas/units.ts";
import { CHAINS } from "../identity/chains.ts";
import type { SourceClient } from "../requests/source-client.ts";
import { listOf, namesOf, positive, priceDate, rankingOf, type UnrankedAsset } from "./ranking-rows.ts";

const SOURCE = "coinpaprika";

type Contracts = ReadonlyMap<string, readonly ContractId[]>;

/** What it knows of coins besides their ranks. */
interface Known {
  readonly day: number;
  /** By coin, in the order of chains.json: the source does not say which one is the canonical one. */
  readonly contracts: Contracts;
  /** Ids of those that are tokens, on whatever chain. */
  readonly tokens: ReadonlySet<string>;
}

export function createCoinPaprika(client: Pick<SourceClient, "get">): RankingSource {
  let kept: Known | null = null;

  const list = async (path: string, what: string, { signal }: CallOptions): Promise<readonly unknown[]> =>
    listOf(SOURCE, (await client.get(path, { signal })).body, what);

  async function contractsByCoin(options: CallOptions): Promise<Contracts> {
    const platforms = new Set(await list("/v1/contracts", "its list of chains", options));
    const ofId = new Map<string, ContractId[]>();
    for (const { id: chain, coinpaprika: platform } of CHAINS) {
      if (platform === undefined || !platforms.has(platform)) continue;
      for (const row of await list(`/v1/contracts/${platform}`, `its contracts of ${platform}`, options)) {
        if (!isRecord(row) || typeof row["id"] !== "string" || typeof row["address"] !== "string") continue;
        const contract = contractId(chain, row["address"]);
        if (contract === null || row["active"] === false) continue;
        ofId.set(row["id"], [...(ofId.get(row["id"]) ?? []), contract]);
      }
    }
    return ofId;
  }

  /** About as many answers as there are chains, so they are asked for once a UTC day. */
  async function known(nowMs: UnixMs, options: CallOptions): Promise<Known> {
    const day = startOfDay(nowMs);
    if (kept?.day === day) return kept;
    const coins = (await list("/v1/coins", "its list of coins", options)).filter(isRecord);
    const tokens = new Set(coins.flatMap(({ id, type }) => (typeof id === "string" && type !== "coin" ? [id] : [])));
    kept = { day, tokens, contracts: await contractsByCoin(options) };
    return kept;
  }

  return {
    id: SOURCE,
    async ranking({ nowMs, count }, options) {
      const rows = await list("/v1/tickers?quotes=USD", "its ranking", options);
      const { contracts, tokens } = await known(nowMs, options);
      const read = (row: unknown): UnrankedAsset | null => {
        const quotes = isRecord(row) ? row["quotes"] : null;
        const usd = isRecord(quotes) ? quotes["USD"] : null;
        if (!isRecord(row) || !isRecord(usd)) return null;
        const names = namesOf(row);
        const marketCapUsd = positive(usd["market_cap"]);
        if (names === null || marketCapUsd === null) return null;
        const own = contracts.get(names.id) ?? [];
        return {
          ...names,
          marketCapUsd,
          priceUsd: positive(usd["price"]),
          priceAtMs: priceDate(row["last_updated"], nowMs),
          contracts: [...own],
          // It is a token, and none of the chains that we know has it.
          otherChains: own.length === 0 && tokens.has(names.id) ? ["a chain that is not known here"] : [],
        };
      };
      return rankingOf(SOURCE, { nowMs, count }, rows.map(read));
    },
  };
}
