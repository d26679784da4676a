// Floor 6. What `doctor` finds about an exchange, in five lines: it answers, its clock, its markets, its newest candle, how many assets
// can be read in time.

import { formatTime } from "#desk/documents/format.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { newestClosed, openOfNewest } from "#schemas/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { timeframeMs, toIso } from "#schemas/units.ts";
import { VENUES_AS_OF } from "#toolkits/market/ccxt/venue-facts.ts";
import { entryWindowMs } from "#toolkits/risk/draft.ts";
import type { Venue } from "../venues/venue.ts";
import type { Finding } from "./doctor-venue.ts";

type Exchange = NonNullable<Venue["exchange"]>;
type OpenVenue = Pick<Venue, "marketData" | "universe" | "markets" | "quote" | "clock">;

/** Candles asked for; the newest of them is the finding. */
const CANDLES = 5;

export function reachableFinding({ adapter }: Exchange, { notes }: Pick<Venue, "notes">, tookMs: number): Finding {
  const { id, tested } = adapter.facts;
  const detail = `${id} answers; its markets were read in ${(tookMs / 1000).toFixed(1)} s${tested ? `; tested, table of ${VENUES_AS_OF}` : ""}`;
  return notes.length === 0 ? detail : { state: "warn", detail: [detail, ...notes].join(" · ") };
}

/** @throws ProviderRefusedError where the two clocks are too far apart */
export async function clockFinding({ adapter }: Exchange, options: CallOptions): Promise<Finding> {
  const offsetMs = await adapter.clockOffsetMs(options);
  if (offsetMs === null) return "it does not tell its time; this machine's clock is taken for right";
  const seconds = (Math.abs(offsetMs) / 1000).toFixed(1);
  return `${seconds} s ${offsetMs < 0 ? "behind" : "ahead of"} this machine's`;
}

/** @throws UnknownNameError where nothing in the quote may be entered, ProviderError where no traded value is told */
export async function marketsFinding(
  { markets, quote, universe, clock }: OpenVenue,
  options: CallOptions,
): Promise<Finding> {
  const own = [...markets.values()].filter((market) => market.quote === quote);
  const open = own.filter(({ active }) => active).length;
  const { assets } = await universe.topAssets({ nowMs: clock.now(), count: Number.MAX_SAFE_INTEGER }, options);
  return `${own.length} in ${quote} of ${markets.size}, ${open} open, ${assets.length} ranked by traded value, first ${assets.slice(0, 3).join(", ")}`;
}

/** Of the market that is traded most: a quiet one may rightly have none. */
export async function newestCandleFinding(
  { marketData, universe, clock }: OpenVenue,
  { timeframe }: Pick<DeskConfig, "timeframe">,
  options: CallOptions,
): Promise<Finding> {
  const nowMs = clock.now();
  const [symbol] = (await universe.topAssets({ nowMs, count: 1 }, options)).assets;
  if (symbol === undefined) return { state: "fail", detail: "no market is ranked" };
  const { graceMs } = marketData;
  const fromMs = openOfNewest(CANDLES, { nowMs, timeframe, graceMs });
  const { openMs } = await marketData.candles({ symbol, timeframe, nowMs, fromMs }, options);
  const newest = openMs.at(-1);
  if (newest === undefined)
    return { state: "warn", detail: `${symbol} has no ${timeframe} candle since ${toIso(fromMs)}` };
  const closeMs = newest + timeframeMs(timeframe);
  const detail = `${symbol} closed at ${formatTime(closeMs)} UTC`;
  const dueMs = newestClosed(nowMs, timeframe, graceMs);
  return closeMs === dueMs
    ? detail
    : { state: "warn", detail: `${detail}; that of ${formatTime(dueMs)} is not there yet` };
}

export function fitFinding({ mostAssets }: Exchange, { timeframe, assets }: DeskConfig): Finding {
  const windowS = entryWindowMs(timeframe) / 1000;
  const detail = `${mostAssets} fit into the entry window of ${windowS} s at ${timeframe}`;
  return assets <= mostAssets
    ? `${detail}, ${assets} are used`
    : { state: "warn", detail: `${detail}, not ${assets}: choose a longer --timeframe for more` };
}
