// Floor 2. A seed → its assets ranked by synthetic market cap, the same at all times.
import type { Universe } from "#schemas/ports/market.ts";
import { simulatedAssets } from "../market/simulated/assets.ts";
import { dayTurnoverUsd } from "../market/simulated/market-rules.ts";

/** The universe of the simulated venue with the same seed and number of assets; asked for more, it gives what it has. */
export function createSimulatedUniverse({
  seed,
  assets,
}: {
  readonly seed: number;
  readonly assets: number;
}): Universe {
  const ranked = simulatedAssets(seed, assets);
  const liquidity = new Map(ranked.map((asset) => [asset.symbol, dayTurnoverUsd(asset)]));
  return {
    async topAssets({ count }, { signal }) {
      signal.throwIfAborted();
      return { assets: ranked.slice(0, count).map((asset) => asset.symbol), liquidity, basis: "invented market cap" };
    },
  };
}
