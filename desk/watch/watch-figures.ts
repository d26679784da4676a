// Floor 4. Price watches → the fresh analyses of their markets, read in one go.
import type { Analysis } from "#schemas/analysis.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { Timeframe } from "#schemas/units.ts";
import type { PriceWatch, StandingWatch } from "#schemas/watch.ts";
import type { Desk } from "../desk.ts";
import { type MetBy, metBy, type WatchFigures } from "./judge-watch.ts";

type FiguresDesk = Pick<Desk, "clock" | "config" | "khala" | "marketData">;

/** What each of the watches is judged by. @throws StoreError */
export async function figuresOf(
  { clock, config, khala, marketData: { venueId } }: FiguresDesk,
  watches: readonly PriceWatch[],
  options: CallOptions,
): Promise<(watch: PriceWatch) => WatchFigures> {
  const base = config.timeframe;
  const keys = watches.flatMap((watch) => {
    const own = "timeframe" in watch && watch.kind.startsWith("rsi") ? watch.timeframe : base;
    return { venueId, symbol: watch.symbol, timeframe: own };
  });
  const recalls = await khala.recallMany(keys, { nowMs: clock.now() }, options);
  const fresh = new Map<string, Analysis>();
  for (const [row, { symbol, timeframe }] of keys.entries()) {
    const recall = recalls[row];
    if (recall?.status === "fresh") fresh.set(`${symbol} ${timeframe}`, recall.record);
  }
  return ({ symbol }) => ({
    base,
    analysis: (timeframe: Timeframe) => fresh.get(`${symbol} ${timeframe}`) ?? null,
  });
}

/** Those of the desk's watches that the newest closes meet. @throws StoreError */
export async function watchesMetNow(
  desk: FiguresDesk & Pick<Desk, "alerts">,
  options: CallOptions,
): Promise<readonly { readonly standing: StandingWatch; readonly by: MetBy }[]> {
  const all = desk.alerts.watches.standing();
  if (all.length === 0) return [];
  const figures = await figuresOf(
    desk,
    all.map(({ watch }) => watch),
    options,
  );
  return all.flatMap((standing) => {
    const by = metBy(standing.watch, figures(standing.watch));
    return by === null ? [] : [{ standing, by }];
  });
}
