import { expect, it } from "vitest";
import { coinIdIn } from "#desk/news/coin-id.ts";
import type { CoinIdentity, RankedAsset } from "#schemas/coin.ts";

const ranked = (id: string, ticker: string) => ({ id, ticker }) as RankedAsset;
const known = (assets: readonly RankedAsset[], identities: Readonly<Record<string, RankedAsset | null>>) => ({
  ranking: { source: "coingecko", seenAtMs: 0, assets } as never,
  identities: new Map(Object.entries(identities).map(([base, asset]) => [base, { base, asset } as CoinIdentity])),
});

it("a ticker is the coin that the desk trades under it, and none where two coins share it, or it cannot be told which", () => {
  const [sol, linked, other] = [ranked("solana", "SOL"), ranked("chainlink", "LINK"), ranked("link-two", "LINK")];
  const coins = known([sol, linked, other], { SOL: sol, LINK: linked, FOO: null });
  expect(["SOL", "LINK", "FOO", "BAR"].map((ticker) => coinIdIn(coins, ticker))).toEqual(["solana", null, null, null]);
  expect(coinIdIn(null, "SOL")).toBeNull();
});
