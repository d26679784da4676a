// Floor 5. A track at a slot → the view that the analyst asleep would have made of it, action levels included. The screen spares the
// backtest most of them; what is judged by a model needs them whole.
import { assess } from "#agents/market-analyst/assess.ts";
import { readScratches } from "#agents/market-analyst/read-scratches.ts";
import type { CandleSeries } from "#schemas/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketView } from "#schemas/reading.ts";
import type { UnixMs } from "#schemas/units.ts";
import { analysedAsleep } from "./backtest-candidates.ts";
import type { BacktestInput } from "./backtest-input.ts";
import type { Track } from "./backtest-track.ts";

/** Null: it has no candle there. */
export async function viewAsleep(
  venue: BacktestInput["venue"],
  track: Track,
  slotMs: UnixMs,
  options: CallOptions,
): Promise<MarketView | null> {
  const security = await venue.security.report({ symbol: track.symbol, nowMs: slotMs }, options);
  const of = (series: CandleSeries) => analysedAsleep(venue.marketData, series, slotMs, security, assess);
  const analysis = of(track.series);
  if (analysis === null) return null;
  // Those that have a candle at their newest close.
  const higher = [...track.allSeries.values()].flatMap((one) => (one === track.series ? [] : (of(one) ?? [])));
  const scratch = { status: "analysed", analysis, higher, series: track.allSeries } as const;
  const [outcome] = await readScratches({ strategies: venue.hosts, markets: venue.markets }, [scratch], options);
  return outcome?.analysis ?? null;
}
