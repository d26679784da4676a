// Floor 2. The base of a market → the coin of the ranking that it is: by the contract that the exchange names, whatever the ticker; else by
// ticker, where contract and price leave one.
import { type ContractId, contractText } from "#schemas/chain.ts";
import type { RankedAsset, Ranking, VenueCoin } from "#schemas/coin.ts";
import { type Comparison, compareContracts } from "./compare-contracts.ts";
import type { DollarPrice } from "./dollar-prices.ts";
import { judgePrice, type PriceJudgement } from "./judge-price.ts";
import { nativeByRanking } from "./native-coins.ts";
import { inCapitals, readTicker } from "./ticker-names.ts";

/** A coin of the ranking that the base may be. */
export interface Candidate {
  readonly asset: RankedAsset;
  readonly factor: number;
  readonly contracts: Comparison;
  readonly price: PriceJudgement;
}

export type Found =
  | { readonly kind: "one"; readonly candidate: Candidate }
  /** Contracts say one coin, name and price another. */
  | { readonly kind: "torn"; readonly candidate: Candidate; readonly byContract: RankedAsset }
  | { readonly kind: "several"; readonly candidates: readonly Candidate[] }
  /** Coins of the ticker are ranked, and it is none of them. */
  | { readonly kind: "other"; readonly candidates: readonly Candidate[] }
  | { readonly kind: "unranked" };

export interface RankingIndex {
  readonly ranking: Ranking;
  ofTicker(ticker: string): readonly RankedAsset[];
  ofContract(contract: ContractId): RankedAsset | undefined;
}

export function indexRanking(ranking: Ranking): RankingIndex {
  const byTicker = Map.groupBy(ranking.assets, ({ ticker }) => inCapitals(ticker));
  const byContract = new Map<string, RankedAsset>();
  // The best ranked one first: of two that name one contract it stays.
  for (const asset of ranking.assets) {
    for (const contract of asset.contracts) {
      const text = contractText(contract);
      if (!byContract.has(text)) byContract.set(text, asset);
    }
  }
  return {
    ranking,
    ofTicker: (ticker) => byTicker.get(ticker) ?? [],
    ofContract: (contract) => byContract.get(contractText(contract)),
  };
}

export interface Listed {
  readonly base: string;
  /** Undefined: it is not in the exchange's list, or there is none. */
  readonly coin: VenueCoin | undefined;
  readonly statesContracts: boolean;
  /** Null: no market of it has a price in dollars. */
  readonly price: DollarPrice | null;
  readonly nowMs: number;
}

/** Of the contracts that the exchange names; null: they are of no ranked coin, or of several. */
function assetByContract(index: RankingIndex, coin: VenueCoin | undefined): RankedAsset | null {
  const assets = new Set(
    (coin?.networks ?? []).flatMap(({ chain, contract }) => {
      const asset = chain === null || contract === null ? undefined : index.ofContract({ chain, contract });
      return asset === undefined ? [] : [asset];
    }),
  );
  const [only] = assets;
  return assets.size === 1 && only !== undefined ? only : null;
}

function candidateOf(index: RankingIndex, asset: RankedAsset, factor: number, listed: Listed): Candidate {
  const native = nativeByRanking(index.ranking.source, asset.id);
  const contracts = compareContracts(asset, native, listed.coin, listed.statesContracts);
  return { asset, factor, contracts, price: judgePrice(asset, factor, listed) };
}

export function findAsset(index: RankingIndex, listed: Listed): Found {
  const isRanked = (ticker: string): boolean => index.ofTicker(ticker).length > 0;
  const readings = readTicker(listed.base, isRanked);
  const named = readings.flatMap(({ ticker, factor }) =>
    index.ofTicker(ticker).map((asset) => candidateOf(index, asset, factor, listed)),
  );
  const byContract = assetByContract(index, listed.coin);
  if (byContract !== null) return foundByContract(index, byContract, { listed, named });
  return foundByTicker(named);
}

function foundByContract(
  index: RankingIndex,
  asset: RankedAsset,
  { listed, named }: { readonly listed: Listed; readonly named: readonly Candidate[] },
): Found {
  const same = named.find((candidate) => candidate.asset === asset);
  if (same !== undefined) return { kind: "one", candidate: same };
  const candidate = candidateOf(index, asset, 1, listed);
  // Under another ticker it is that coin, unless its price is another or that of a coin which has the ticker.
  const rival = named.find(({ price }) => price.kind === "near");
  const [other] = named;
  if (candidate.price.kind === "near" || other === undefined) return { kind: "one", candidate };
  if (candidate.price.kind === "unknown" && rival === undefined) return { kind: "one", candidate };
  return { kind: "torn", candidate: rival ?? other, byContract: asset };
}

function foundByTicker(named: readonly Candidate[]): Found {
  const [first] = named;
  if (first === undefined) return { kind: "unranked" };
  if (named.length === 1) return { kind: "one", candidate: first };
  const possible = named.filter(({ contracts }) => contracts.kind !== "different");
  if (possible.length === 0) return { kind: "other", candidates: named };
  const proven = possible.filter(({ contracts }) => contracts.kind === "same");
  const left = proven.length > 0 ? proven : possible;
  const [only] = left;
  if (left.length === 1 && only !== undefined) return { kind: "one", candidate: only };
  const near = left.filter(({ price }) => price.kind === "near");
  const [fitting] = near;
  // One whose price is not known may be the one as well.
  const isSettled = left.every(({ price }) => price.kind !== "unknown");
  if (near.length === 1 && fitting !== undefined && isSettled) return { kind: "one", candidate: fitting };
  if (near.length === 0 && isSettled) return { kind: "other", candidates: left };
  return { kind: "several", candidates: left };
}
