// Floor 2. The settings of sources → the rankings by market cap, in the order in which they are asked.
import type { SourceSettings } from "#schemas/config.ts";
import type { Clock, RankingSource, VenueBudget } from "#schemas/ports/market.ts";
import { createSourceClient } from "../requests/source-client.ts";
import { createCoinGecko } from "./coingecko.ts";
import { createCoinPaprika } from "./coinpaprika.ts";

/** Keyless about ten a minute, which an address shares: https://docs.coingecko.com/docs/errors-and-rate-limits */
const COINGECKO_SPACING_MS = 6_000;
/** With a demo key 30 a minute at least. */
const COINGECKO_KEY_SPACING_MS = 2_500;
const COINPAPRIKA_SPACING_MS = 1_000;
/** A list of all coins is some megabytes. */
const MAX_BYTES = 32_000_000;

export interface RankingParts extends Pick<Clock, "now" | "sleep"> {
  /** Of a source by its id, of all processes that ask it from here. */
  budget(id: string): VenueBudget;
  /** CoinGecko's demo key; null: it is asked without one. */
  readonly coingeckoKey: string | null;
}

/** CoinGecko, then CoinPaprika. */
export function openRankings(
  { coingeckoUrl, coinpaprikaUrl }: Pick<SourceSettings, "coingeckoUrl" | "coinpaprikaUrl">,
  { now, sleep, budget, coingeckoKey }: RankingParts,
): readonly RankingSource[] {
  const client = (id: string, url: string, spacingMs: number, headers: Readonly<Record<string, string>> = {}) =>
    createSourceClient({ id, url, spacingMs, headers, budget: budget(id), now, sleep, maxBytes: MAX_BYTES });
  return [
    createCoinGecko(
      coingeckoKey === null
        ? client("coingecko", coingeckoUrl, COINGECKO_SPACING_MS)
        : client("coingecko", coingeckoUrl, COINGECKO_KEY_SPACING_MS, { "x-cg-demo-api-key": coingeckoKey }),
    ),
    createCoinPaprika(client("coinpaprika", coinpaprikaUrl, COINPAPRIKA_SPACING_MS)),
  ];
}
