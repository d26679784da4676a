// Floor 2. Seed and count → the simulated assets, best market cap first. The named ones come first; beyond them the seed
// makes up as many as are asked for, all marked fictional.
import { sha256Hex } from "#schemas/hash.ts";
import { MarketSymbol } from "#schemas/units.ts";
import { ASSET_ROWS, type AssetRow, type TokenChain, type TokenTrait } from "./asset-table.ts";
import { openStream } from "./random.ts";

/** Everything is quoted in this currency. */
export const SIMULATED_QUOTE = "USDT";

export interface SimulatedAsset {
  readonly symbol: MarketSymbol;
  readonly base: string;
  readonly name: string;
  /** 1 is the largest. */
  readonly rank: number;
  /** Synthetic market capitalisation, USD; the same at all times. */
  readonly marketCapUsd: number;
  /** Order of magnitude of its price at PRICES_AS_OF_MS, USDT; tick and step follow from it. */
  readonly typicalPrice: number;
  /** Null: native to its own chain. */
  readonly token: { readonly chain: TokenChain; readonly contract: string; readonly trait: TokenTrait } | null;
  /** True where neither name nor contract exist outside the simulator. */
  readonly fictional: boolean;
}

/** What generated tokens are like: one draw in twenty for each unsafe kind. */
const GENERATED_TRAITS: readonly TokenTrait[] = ["honeypot", "mintable", "closed-source", "sell-tax", "half-known"];
const TRAIT_SHARE = 0.05;

/** 40 hex digits for EVM; Solana addresses are base58, and hex digits without 0 are. */
function inventedContract(base: string, chain: TokenChain): string {
  const digest = sha256Hex(`fictional token ${base}`).slice(0, 40);
  return chain === "solana" ? digest.replaceAll("0", "1") : `0x${digest}`;
}

function generatedRow(seed: number, rank: number): AssetRow {
  const stream = openStream([seed, "asset", rank]);
  const label = String(rank).padStart(4, "0");
  let price = 1 + 9 * stream.uniform();
  for (let powers = Math.floor(stream.uniform() * 6); powers > 0; powers -= 1) price /= 10;
  const trait = GENERATED_TRAITS[Math.floor(stream.uniform() / TRAIT_SHARE)] ?? "sound";
  return {
    base: `FIC${label}`,
    name: `Invented ${label} (fictional)`,
    capMusd: (200 * ASSET_ROWS.length) / rank,
    price: Number(price.toPrecision(3)),
    token: { chain: "1", contract: null, trait },
  };
}

function assetOf(row: AssetRow, rank: number): SimulatedAsset {
  const { base, name, token } = row;
  return Object.freeze({
    symbol: MarketSymbol.parse(`${base}/${SIMULATED_QUOTE}`),
    base,
    name,
    rank,
    marketCapUsd: row.capMusd * 1e6,
    typicalPrice: row.price,
    token: token && { ...token, contract: token.contract ?? inventedContract(base, token.chain) },
    fictional: token !== null && token.contract === null,
  });
}

const NAMED_ROWS = ASSET_ROWS.toSorted((a, b) => b.capMusd - a.capMusd);

/** The top `count` assets of a seed. The first ones are the same for every seed. */
export function simulatedAssets(seed: number, count: number): readonly SimulatedAsset[] {
  return Array.from({ length: count }, (_, index) => {
    const rank = index + 1;
    return assetOf(NAMED_ROWS[index] ?? generatedRow(seed, rank), rank);
  });
}
