// Floor 2. Coins that live on their own chain, by native-coins.json: by ticker and date for old candles, by a ranking's id for the
// markets of an exchange. Dated, because some coins began as tokens on another chain: what is native today was a contract in an old candle.
import { z } from "zod";
import type { CoinNetwork, RankingSourceId } from "#schemas/coin.ts";
import { toIso, type UnixMs } from "#schemas/units.ts";
import { CHAINS, foldNetwork } from "./chains.ts";
import table from "./native-coins.json" with { type: "json" };

const Row = z.strictObject({
  chain: z.string(),
  /** First day (UTC) from which the coin lives on its own main net. */
  since: z.iso.date(),
  coingecko: z.string(),
  coinpaprika: z.string(),
  /** Names of its own network at exchanges, beside its ticker and its chain's name. */
  networks: z.string().default(""),
  /** What exchanges write in place of a contract on its own chain. */
  contracts: z.array(z.string()).default([]),
  why: z.string().optional(),
});
const COINS = new Map(Object.entries(z.record(z.string(), Row).parse(table.coins)));

/** The chain whose own coin `base` was at `nowMs`; null where it was a token, did not exist, or is not in the table. */
export function nativeCoin(base: string, nowMs: UnixMs): { readonly chain: string } | null {
  const coin = COINS.get(base);
  // ISO dates of one length order as text.
  return coin !== undefined && toIso(nowMs).slice(0, coin.since.length) >= coin.since ? { chain: coin.chain } : null;
}

/** A chain's own coin. */
export interface NativeCoin {
  /** Name of its chain. */
  readonly chain: string;
  /** True for a network of a venue that is its own chain. */
  isOwn(network: Pick<CoinNetwork, "network" | "chain">): boolean;
  /** True for what stands in place of a contract where there is none. */
  isPlaceholder(contract: string): boolean;
}

/** How "no contract" is written on EVM chains. */
const NO_CONTRACT = /^0x(0{40}|e{40})$/;

function toNative(ticker: string, { chain, networks, contracts }: z.infer<typeof Row>): NativeCoin {
  const id = CHAINS.find(({ name }) => name === chain)?.id ?? null;
  const names = new Set([ticker, chain, ...networks.split(" ")].map(foldNetwork));
  const written = new Set(contracts.map((contract) => contract.toLowerCase()));
  return {
    chain,
    isOwn: ({ network, chain: named }) => (named === null ? names.has(foldNetwork(network)) : named === id),
    isPlaceholder: (contract) => NO_CONTRACT.test(contract.toLowerCase()) || written.has(contract.toLowerCase()),
  };
}

const BY_ID: Readonly<Record<RankingSourceId, ReadonlyMap<string, NativeCoin>>> = {
  coingecko: new Map([...COINS].map(([ticker, coin]) => [coin.coingecko, toNative(ticker, coin)])),
  coinpaprika: new Map([...COINS].map(([ticker, coin]) => [coin.coinpaprika, toNative(ticker, coin)])),
};

/** The coin that a ranking knows by this id, if it is a chain's own; null: it is a token, or not in the table. */
export const nativeByRanking = (source: RankingSourceId, assetId: string): NativeCoin | null =>
  BY_ID[source].get(assetId) ?? null;
