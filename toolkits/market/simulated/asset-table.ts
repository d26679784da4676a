// Floor 2. The simulator's named assets, from asset-table.json. Well-known names stand only where the simulated security is
// harmless; every token with something wrong has a name that is not in use, marked fictional. Caps are rough, prices orders of magnitude of one day: the walk from there is invented (law 10).
import { z } from "zod";
import { type UnixMs, unixMs } from "#schemas/units.ts";
import table from "./asset-table.json" with { type: "json" };

/** What the simulated security source will say of a token. `missing`: it has no record at all. */
const TokenTrait = z.enum([
  "sound",
  "trusted-proxy",
  "pausable",
  "honeypot",
  "mintable",
  "closed-source",
  "sell-tax",
  "half-known",
  "missing",
  "freezable",
]);
export type TokenTrait = z.infer<typeof TokenTrait>;

/** EVM chain number as text, or `solana`. */
const TokenChain = z.enum(["1", "10", "56", "42161", "solana"]);
export type TokenChain = z.infer<typeof TokenChain>;

const AssetRow = z.strictObject({
  base: z.string(),
  name: z.string(),
  /** Synthetic market capitalisation, million USD. */
  capMusd: z.number(),
  /** Order of magnitude of its price at PRICES_AS_OF_MS, USDT; of a fictional token invented. */
  price: z.number().positive(),
  /** Null for a coin native to its own chain. A null contract is made up from the name. */
  token: z
    .strictObject({ chain: TokenChain, contract: z.string().nullable(), trait: TokenTrait })
    .nullable()
    .default(null),
});
export type AssetRow = Readonly<z.infer<typeof AssetRow>>;

/** 00:00 UTC of the day at which the table's prices are about right. */
export const PRICES_AS_OF_MS: UnixMs = unixMs(Date.parse(z.iso.date().parse(table.pricesAsOf)));

export const ASSET_ROWS: readonly AssetRow[] = z.array(AssetRow).parse(table.rows);
