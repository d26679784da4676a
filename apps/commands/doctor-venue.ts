// Floor 6. What `doctor` finds about an opened venue: what it is, how much of it could be traded, and with how much cash.

import { formatAmount, formatTime } from "#desk/documents/format.ts";
import { type LeftOut, leftOutOf, RefusalCounts, whyNotTraded } from "#desk/documents/left-out.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { WARMUP_ROWS } from "#schemas/indicator.ts";
import { openOfNewest } from "#schemas/market.ts";
import { compare, percent } from "#schemas/money.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { timeframeMs, unixMs } from "#schemas/units.ts";
import { minEntryNotional } from "#toolkits/risk/size.ts";
import { SIMULATED } from "../text/analysis-text.ts";
import { candlesText } from "../text/left-out-text.ts";
import type { Venue } from "../venues/venue.ts";

export type State = "ok" | "warn" | "fail";
/** Text alone: all is well. */
export type Finding = string | { readonly state: State; readonly detail: string };

/** What of a replay folder cannot be entered on; null for other venues. */
export function leftOutOfFolder(venue: Pick<Venue, "folder" | "quote"> | null, config: DeskConfig): LeftOut | null {
  if (venue?.folder === undefined) return null;
  const uses = venue.folder.map(({ symbol, windows }) => ({
    symbol,
    windows,
    left: whyNotTraded({ ...venue, config }, { symbol, windows }),
  }));
  return leftOutOf(uses, new RefusalCounts());
}

export function candlesFinding({ candles }: LeftOut): Finding {
  if (candles === null || candles.unusable === 0) return "all of the folder's candles can be entered on";
  const detail = `cannot be entered on: ${candlesText(candles)}`;
  return candles.unusable < candles.of ? detail : { state: "warn", detail: `${detail}. Nothing would be traded here.` };
}

/** Which strategies it would run, and from where; those that do not run, with the reason. */
export function strategiesFinding({ hosts }: Pick<Venue, "hosts">): Finding {
  const loaded = hosts.map(({ info, fault }) => {
    const where = info.file === null ? info.id : `${info.id} from ${info.file}`;
    return fault === null ? where : `${where} was ended: ${fault.message}`;
  });
  const detail = loaded.join("; ");
  return hosts.every(({ fault }) => fault === null) ? detail : { state: "warn", detail };
}

/** An entry that its stop could not sell again is never made: with little cash, that is every entry. */
export function sizeFinding(
  { cash, quote, markets }: Pick<Venue, "cash" | "quote" | "markets">,
  { limits }: Pick<DeskConfig, "limits">,
): Finding {
  const entry = percent(cash, limits.entryPct);
  const own = [...markets.values()].filter((market) => market.quote === quote);
  const tooSmall = own.filter((market) => compare(entry, minEntryNotional(market, limits.stopPct)) < 0);
  const detail = `an entry is ${limits.entryPct} % of ${formatAmount(cash)} ${quote}: ${formatAmount(entry)} ${quote}`;
  const [first] = tooSmall;
  if (first === undefined) return detail;
  const least = formatAmount(minEntryNotional(first, limits.stopPct));
  return {
    state: "warn",
    detail: `${detail}, too little for ${tooSmall.length} of ${own.length} markets (${first.symbol} from ${least} ${quote}). Raise --cash or DEEPTRADER_ENTRY_PCT.`,
  };
}

/** One candle read as the desk reads them: the clocks of both sides and the candle's own checks are in it. */
export async function candleFinding(
  { marketData, markets, quote, clock }: Pick<Venue, "marketData" | "markets" | "quote" | "clock">,
  { timeframe }: Pick<DeskConfig, "timeframe">,
  options: CallOptions,
): Promise<Finding> {
  const market = [...markets.values()].find((one) => one.quote === quote && one.active);
  if (market === undefined) return { state: "fail", detail: `no market in ${quote} is open for trading` };
  const { symbol } = market;
  const nowMs = clock.now();
  const fromMs = openOfNewest(WARMUP_ROWS, { nowMs, timeframe, graceMs: marketData.graceMs });
  const { openMs } = await marketData.candles({ symbol, timeframe, nowMs, fromMs }, options);
  const newest = openMs.at(-1);
  if (newest === undefined) return { state: "warn", detail: `${symbol} has no ${timeframe} candle` };
  const closeMs = unixMs(newest + timeframeMs(timeframe));
  return `${symbol} closed at ${formatTime(closeMs)} UTC`;
}

export function venueFinding(venue: Venue): Finding {
  const simulated = venue.marketData.simulated ? ` ${SIMULATED}` : "";
  const detail = `${venue.marketData.venue}: ${venue.markets.size} markets, settles in ${venue.quote}.${simulated}`;
  return venue.notes.length === 0 ? detail : { state: "warn", detail: [detail, ...venue.notes].join(" · ") };
}
