// Coins that the local rankings, exchanges and token sources of the tests know: one table, so that they speak of the same coins.
import { z } from "zod";
import table from "./coins.json" with { type: "json" };

const Power = z.enum(["proxy", "mint", "pause", "blacklist", "balances", "tax", "freeze"]);

/**
 * What published source code of the first contract shows: `proxy` that its code can be replaced, the others what somebody with a live
 * role may do. What is in neither list is not confirmed, and a local source leaves it open.
 */
const Facts = z.strictObject({
  source: z.string(),
  can: z.array(Power),
  cannot: z.array(Power),
  /** Of a proxy, what its calls go to; left out: not confirmed. */
  implementation: z.string().optional(),
});

const TestCoin = z.strictObject({
  ticker: z.string(),
  name: z.string(),
  coingecko: z.string(),
  /** Null: not confirmed. The local CoinPaprika leaves such a coin out. */
  coinpaprika: z.string().nullable(),
  priceUsd: z.number().positive(),
  marketCapUsd: z.number().positive(),
  /** Id of toolkits/identity/chains.json, or the chain's name where it has none there; null: it is a token. */
  nativeTo: z.string().nullable(),
  /** Canonical one first, as people write them. A chain's own coin may have one on another chain. */
  contracts: z.array(z.strictObject({ chain: z.string(), contract: z.string() })),
  facts: Facts.optional(),
  /** `large`: one of the 100; `derived`: stable, wrapped or staked; `namesake`: it has the ticker of a larger one. */
  kind: z.enum(["large", "derived", "namesake"]),
});
export type TestCoin = Readonly<z.infer<typeof TestCoin>>;

/** By market cap, the largest first: orders of magnitude of the mid-2020s, nothing measured; ids and contracts are the public ones. */
export const TEST_COINS: readonly TestCoin[] = z.array(TestCoin).parse(table.coins);

/** The 100 largest that follow no other asset. */
export const LARGE_CAPS: readonly TestCoin[] = TEST_COINS.filter(({ kind }) => kind === "large");

/** The largest of that ticker. @throws where the table has none */
export function testCoin(ticker: string): TestCoin {
  const found = TEST_COINS.find((coin) => coin.ticker === ticker);
  if (found !== undefined) return found;
  throw new Error(`test/coins/coins.json has no ${ticker}.`);
}
