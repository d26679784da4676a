// Floor 2. The simulator's named assets, from asset-table.json. Well-known names stand only where the simulated security is
// harmless; every token with something wrong has a name that is not in use, marked fictional. Caps and prices are invented (law 10).
import { z } from "zod";
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
  /** Typical price in the mid-2020s, USDT; the invented walk spreads around it. */
  price: z.number(),
  /** Null for a coin native to its own chain. A null contract is made up from the name. */
  token: z
    .strictObject({ chain: TokenChain, contract: z.string().nullable(), trait: TokenTrait })
    .nullable()
    .default(null),
});
export type AssetRow = Readonly<z.infer<typeof AssetRow>>;

export const ASSET_ROWS: readonly AssetRow[] = z.array(AssetRow).parse(table.rows);
