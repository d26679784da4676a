// Coins that the local rankings, exchanges and token sources of the tests know: one table, so that they speak of the same coins.
import { z } from "zod";
import table from "./coins.json" with { type: "json" };

const TestCoin = z.strictObject({
  ticker: z.string(),
  name: z.string(),
  coingecko: z.string(),
  coinpaprika: z.string(),
  priceUsd: z.number().positive(),
  marketCapUsd: z.number().positive(),
  /** Id of toolkits/identity/chains.json, or the chain's name where it has none there; null: it is a token. */
  nativeTo: z.string().nullable(),
  /** Canonical one first, as people write them. */
  contracts: z.array(z.strictObject({ chain: z.string(), contract: z.string() })),
});
export type TestCoin = Readonly<z.infer<typeof TestCoin>>;

/** By market cap, the largest first: orders of magnitude of the mid-2020s, nothing measured; ids and contracts are the public ones. */
export const TEST_COINS: readonly TestCoin[] = z.array(TestCoin).parse(table.coins);

/** @throws where the table has none of that ticker */
export function testCoin(ticker: string): TestCoin {
  const found = TEST_COINS.find((coin) => coin.ticker === ticker);
  if (found !== undefined) return found;
  throw new Error(`test/coins/coins.json has no ${ticker}.`);
}
