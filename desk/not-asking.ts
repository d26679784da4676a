// Floor 4. A desk as its store knows it: no exchange is asked, so nobody waits for one that does not answer. Prices are the last
// that were heard; what was never heard is not there.
import type { AnalysisKey } from "#schemas/analysis.ts";
import { ProviderError } from "#schemas/errors.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { selectClosed } from "#toolkits/market/closed-candles.ts";
import type { Desk } from "./desk.ts";
import { type DailyUniverse, UNKNOWN_UNIVERSE } from "./run-slot/daily-universe.ts";

/** Whether the desk's venue is one that can be silent: an exchange. Folders and the simulation are here. */
export const isExchange = ({ clock }: Pick<Desk, "clock">): boolean => clock.kind === "system";

/** The same desk for reading. Folders and the simulation stay as they are. */
export const notAsking = (desk: Desk, store: Pick<Store, "candles">): Desk =>
  isExchange(desk) ? { ...desk, marketData: keptCandles(desk.marketData, store), universe: keptUniverse(desk) } : desk;

const notAsked = (venue: string, what: string): ProviderError =>
  new ProviderError({
    was: `${venue} was not asked for ${what}, and none are kept.`,
    remedy: "Run the desk, or `deeptrader sleep --once`, when the exchange answers.",
  });

/** What the store has kept of a market's candles; tickers are not kept. */
function keptCandles(marketData: MarketData, { candles }: Pick<Store, "candles">): MarketData {
  const { venueId, venue, simulated, graceMs } = marketData;
  return {
    venueId,
    venue,
    simulated,
    graceMs,
    markets: async () => [],
    turnovers: async () => new Map(),
    tickers: async () => [],
    candles: async ({ symbol, timeframe, nowMs, fromMs }, options) => {
      const kept = await candles.window({ venueId, symbol, timeframe }, ALL_KEPT, options);
      // From before the first that is kept nobody knows what there was.
      if (kept === undefined || kept.askedFromMs > nowMs - timeframeMs(timeframe)) {
        throw notAsked(venue, `candles of ${symbol} ${timeframe}`);
      }
      const checkedThroughMs = unixMs(Math.min(nowMs, kept.checkedThroughMs));
      return { ...selectClosed(kept, { nowMs, graceMs, fromMs }), checkedThroughMs };
    },
  };
}

/** The store keeps fewer. */
const ALL_KEPT = 1_000_000;

/** The newest ranking taken; before there is one, the markets of the newest slot that the store has. */
const keptUniverse = ({ universe, khala, marketData, config }: Desk): DailyUniverse => ({
  newest: () => universe.newest(),
  at: async (nowMs, options) => {
    const known = universe.newest();
    if (known.assets.length > 0) return known;
    const listed = await khala.list(marketData.venueId, { nowMs }, options);
    const own = listed.filter(({ key }) => key.timeframe === config.timeframe);
    const newestMs = Math.max(...own.map(({ recall }) => recall.record.asOfMs));
    const assets = own.filter(({ recall }) => recall.record.asOfMs === newestMs).map(({ key }) => key.symbol);
    return { ...UNKNOWN_UNIVERSE, assets };
  },
});

/** When the venue last said anything of a market that the store knows; null: never. */
export async function lastWordMs(
  { marketData: { venueId }, clock }: Pick<Desk, "marketData" | "clock">,
  { analyses }: Pick<Store, "analyses">,
  options: CallOptions,
): Promise<UnixMs | null> {
  const keys: readonly AnalysisKey[] = await analyses.keys(venueId, options);
  const versions = await analyses.versions(keys, clock.now(), options);
  let newest: UnixMs | null = null;
  for (const version of versions) {
    if (version !== undefined && version.checkedThroughMs > (newest ?? -1)) newest = version.checkedThroughMs;
  }
  return newest;
}
