// Floor 4. The source `screen`: the day's universe in the order of one figure, from either end or around a value.
import { z } from "zod";
import type { AssetDigest } from "#agents/deep-trader-manager/answers/distil.ts";
import { factSource, type NewFact } from "#agents/deep-trader-manager/talk/fact-source.ts";
import { RSI_PERIOD } from "#schemas/indicator.ts";
import { boundedFacts, factsOf, marketFactsOf } from "./make-facts.ts";
import { Limit, type SourceDesk } from "./source-desk.ts";
import { statement } from "./statement.ts";
import { coverageFacts, universeViews } from "./views.ts";

const COLUMNS = ["rsi", "change-hour", "change-day", "atr", "percent-b", "distance"] as const;
type Column = (typeof COLUMNS)[number];

export const screenSource = (open: SourceDesk) =>
  factSource({
    id: "screen",
    description:
      "Ranks all markets by one figure: RSI, change over an hour or a day, ATR in percent, %B, or the distance to the nearest entry (distance: lowest is nearest). With `near`, those nearest to that value.",
    input: z.object({
      by: z.enum(COLUMNS),
      order: z.enum(["highest", "lowest"]).default("lowest"),
      near: z.number().optional().describe("A value of that figure; `order` does not count then."),
      limit: Limit,
    }),
    read: async ({ by, order, near, limit }, run, options) => {
      const universe = await universeViews(open, run, options);
      const coverage = coverageFacts(universe, open.desk.config);
      const known = universe.assets.flatMap((asset) => {
        const value = columnOf(asset, by);
        return value === null ? [] : [{ asset, value }];
      });
      if (known.length === 0) return [statement("nothing-to-rank", run.language), ...coverage];
      const keyOf = (value: number): number =>
        near !== undefined ? Math.abs(value - near) : order === "lowest" ? sizeOf(by, value) : -sizeOf(by, value);
      const sorted = known.toSorted(
        (a, b) => keyOf(a.value) - keyOf(b.value) || (a.asset.symbol < b.asset.symbol ? -1 : 1),
      );
      const { timeframe } = open.desk.config;
      const listed = { kind: "count-markets", what: "markets", shared: { timeframe, recordId: "universe" } } as const;
      const place = near === undefined ? `${order} of ${known.length}` : "nearest to the value asked for";
      const [first, second] = sorted.map(({ value }) => keyOf(value));
      const isRanked = near === undefined && second !== undefined && first !== second;
      const rows = boundedFacts(sorted, limit, listed, ({ asset, value }, at) => {
        const fact = factOf(asset, by, value);
        const rank = at === 0 && isRanked ? order : null;
        return [
          { ...fact, rank, label: `${fact.label}, number ${at + 1}, ${place}` },
          marketFactsOf(asset.symbol, sharedOf(asset)).price("price", asset.price, "close of the newest candle"),
        ];
      });
      return [...rows, ...coverage];
    },
  });

/** A distance counts by its size: the nearest entry may lie above or below. */
const sizeOf = (by: Column, value: number): number => (by === "distance" ? Math.abs(value) : value);

function columnOf(asset: AssetDigest, by: Column): number | null {
  switch (by) {
    case "rsi":
      return asset.rsiWilder;
    case "change-hour":
      return asset.changeHourPct;
    case "change-day":
      return asset.changeDayPct;
    case "atr":
      return asset.atrPct;
    case "percent-b":
      return asset.percentB;
    case "distance":
      return nearestEntryPct(asset);
  }
}

/** Percent to the nearest close at which any of the strategies would buy. */
function nearestEntryPct({ strategies }: AssetDigest): number | null {
  const distances = strategies.flatMap((one) =>
    one.status === "read" && one.enter !== null ? [one.enter.distancePct] : [],
  );
  return distances.reduce<number | null>(
    (nearest, pct) => (nearest === null || Math.abs(pct) < Math.abs(nearest) ? pct : nearest),
    null,
  );
}

const sharedOf = ({ symbol, timeframe, asOfMs, analysisId }: AssetDigest) => ({
  market: symbol,
  timeframe,
  asOfMs,
  recordId: analysisId,
});

function factOf(asset: AssetDigest, by: Column, value: number): NewFact {
  const make = factsOf(sharedOf(asset));
  switch (by) {
    case "rsi":
      return make.index("rsi", value, `RSI (Wilder, ${RSI_PERIOD})`);
    case "change-hour":
      return make.pct("change", value, "change over an hour", { window: "1h" });
    case "change-day":
      return make.pct("change", value, "change over a day", { window: "1d" });
    case "atr":
      return make.pct("atr", value, "ATR in percent of the price");
    case "percent-b":
      return make.ratio("percent-b", value, "%B: where the close stands between the bands");
    case "distance":
      return make.pct("distance", value, "from the price to the nearest close that would enter");
  }
}
