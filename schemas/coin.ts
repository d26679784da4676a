// Floor 1. Coins by identity: how a ranking names them, what a venue says of them, and what the two agree on.
import { z } from "zod";
import { ContractId } from "./chain.ts";
import { SecurityCheck } from "./security.ts";
import { UnixMs } from "./units.ts";

/** One row of a ranking by market cap. */
export const RankedAsset = z.object({
  id: z.string().min(1).max(120).describe("the ranking's own id, such as `chainlink`: tickers are shared, ids are not"),
  ticker: z.string().min(1).max(40).describe("in capitals"),
  name: z.string().max(120),
  rank: z.int().positive().describe("place by market cap, 1 is the largest"),
  marketCapUsd: z.number().positive().describe("US dollars"),
  priceUsd: z.number().positive().nullable().describe("null: the ranking states none"),
  priceAtMs: UnixMs.nullable().describe("when that price was; null: it does not say"),
  contracts: z.array(ContractId).describe("the canonical one first; none for a chain's own coin"),
  otherChains: z.array(z.string()).describe("the ranking's names of chains that this desk has no id of"),
});
export type RankedAsset = Readonly<z.infer<typeof RankedAsset>>;

export const RankingSourceId = z.enum(["coingecko", "coinpaprika"]);
export type RankingSourceId = z.infer<typeof RankingSourceId>;

/** A ranking as it was seen. */
export const Ranking = z.object({
  source: RankingSourceId,
  seenAtMs: UnixMs,
  assets: z.array(RankedAsset).min(1).describe("best first, no id twice"),
  notes: z.array(z.string()).optional().describe("what was wrong with the answer, such as rows that were left out"),
});
export type Ranking = Readonly<z.infer<typeof Ranking>>;

/** One network over which a venue moves a coin. */
export const CoinNetwork = z.object({
  network: z.string().max(80).describe("the venue's own name of it"),
  chain: z.string().nullable().describe("null: it is no chain that this desk has an id of"),
  contract: z.string().nullable().describe("in the spelling of `contractId`; null: the venue names none there"),
  deposits: z.boolean().nullable().describe("null: the venue does not say"),
  withdrawals: z.boolean().nullable(),
});
export type CoinNetwork = Readonly<z.infer<typeof CoinNetwork>>;

/** What a venue itself marks a coin or its market with. */
export const VenueMark = z.enum(["delisting", "monitoring", "suspended"]);
export type VenueMark = z.infer<typeof VenueMark>;

/** What a venue says of one coin. */
export const VenueCoin = z.object({
  code: z.string().describe("as its markets name it"),
  name: z.string().max(120).nullable(),
  networks: z.array(CoinNetwork),
  marks: z.array(VenueMark),
});
export type VenueCoin = Readonly<z.infer<typeof VenueCoin>>;

/** A venue's list of coins, and which facts that list has at all. */
export const VenueCoins = z.object({
  seenAtMs: UnixMs,
  statesContracts: z.boolean(),
  statesTransfers: z.boolean(),
  coins: z.array(VenueCoin),
});
export type VenueCoins = Readonly<z.infer<typeof VenueCoins>>;

/** Which coin a venue's currency is, and what that rests on. */
export const CoinIdentity = z.object({
  base: z.string().describe("as the venue's markets name it"),
  asset: RankedAsset.pick({ id: true, ticker: true, name: true, rank: true, marketCapUsd: true })
    .nullable()
    .describe("null: it is no coin of the ranking, or it cannot be told which"),
  contract: ContractId.nullable().describe("what is judged; null: a chain's own coin, or not known"),
  nativeTo: z.string().nullable().describe("name of the chain whose own coin it is; null: it is none, or not known"),
  checks: z.array(SecurityCheck).describe("`ranked`, `venue_contract`, `price`, `transfers`, `listing`"),
  seenAtMs: UnixMs.describe("when ranking, venue and price were compared"),
  validUntilMs: UnixMs.describe("from then on it is not known any more"),
  priceOffSinceMs: UnixMs.optional().describe(
    "since when its price alone does not fit what was established before; a second look decides. Left out: it fits, or is found not to",
  ),
});
export type CoinIdentity = Readonly<z.infer<typeof CoinIdentity>>;
