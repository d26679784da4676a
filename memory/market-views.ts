// Floor 2. Khala's analyses with the readings of the desk's strategies beside them: what questions, pages and documents are
// answered from. An analysis without the reading of a strategy that reads its timeframe is stale: it is made anew.
import type { AnalysisKey, Recall } from "#schemas/analysis.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketView, Reading } from "#schemas/reading.ts";
import type { MarketSymbol, Timeframe, UnixMs, VenueId } from "#schemas/units.ts";
import type { Khala } from "./khala.ts";
import { type ReadingStrategy, readersOf, readingKeyOf } from "./reading-strategy.ts";
import { type Readings, stillStands } from "./readings.ts";

type Moment = Parameters<Khala["recallMany"]>[1];

export interface MarketViews {
  /** As Khala's. */
  recall(
    key: AnalysisKey,
    at: { readonly nowMs: UnixMs; readonly price?: number },
    options: CallOptions,
  ): Promise<Recall<MarketView>>;
  /** As Khala's, with one more query for the readings and one recall for the higher timeframes that they cite. */
  recallMany(keys: readonly AnalysisKey[], at: Moment, options: CallOptions): Promise<readonly Recall<MarketView>[]>;
  /** Everything that is there at `nowMs`, by symbol, then timeframe; null: of all venues. */
  list(
    venueId: VenueId | null,
    at: { readonly nowMs: UnixMs },
    options: CallOptions,
  ): Promise<
    readonly { readonly key: AnalysisKey; readonly recall: Exclude<Recall<MarketView>, { status: "missing" }> }[]
  >;
}

export interface MarketViewsParts {
  readonly khala: Pick<Khala, "recallMany" | "list">;
  readonly readings: Pick<Readings, "newest">;
  /** In the desk's order; those that were ended are left out. */
  readonly strategies: () => readonly ReadingStrategy[];
}

export function createMarketViews({ khala, readings, strategies }: MarketViewsParts): MarketViews {
  const withReadings = async (
    keys: readonly AnalysisKey[],
    recalls: readonly Recall[],
    at: Moment,
    options: CallOptions,
  ): Promise<readonly Recall<MarketView>[]> => {
    const readers = keys.map((key, index) =>
      recalls[index]?.status === "missing" ? [] : readersOf(strategies(), key.timeframe),
    );
    const wanted = keys.flatMap((key, index) => (readers[index] ?? []).map((strategy) => readingKeyOf(key, strategy)));
    const found = (wanted.length === 0 ? [] : await readings.newest(wanted, at, options)).values();
    const higher = await recallHigher(khala, keys, readers, at, options);
    return keys.map((key, index) => {
      const recall = recalls[index] ?? MISSING;
      const mine = (readers[index] ?? []).map(() => found.next().value);
      return recall.status === "missing" ? MISSING : viewOf(key, recall, mine, higher);
    });
  };

  return {
    async recall(key, { nowMs, price }, options) {
      const prices = price === undefined ? {} : { prices: new Map([[key.symbol, price]]) };
      const at = { nowMs, ...prices };
      const [view = MISSING] = await withReadings([key], await khala.recallMany([key], at, options), at, options);
      return view;
    },
    recallMany: async (keys, at, options) => withReadings(keys, await khala.recallMany(keys, at, options), at, options),
    async list(venueId, at, options) {
      const listed = await khala.list(venueId, at, options);
      const keys = listed.map(({ key }) => key);
      const recalls = listed.map(({ recall }) => recall);
      const views = await withReadings(keys, recalls, at, options);
      return keys.flatMap((key, index) => {
        const recall = views[index];
        return recall === undefined || recall.status === "missing" ? [] : [{ key, recall }];
      });
    },
  };
}

/** What recall says of the higher timeframes that the readers cite, by market and timeframe. */
async function recallHigher(
  khala: Pick<Khala, "recallMany">,
  keys: readonly AnalysisKey[],
  readers: readonly (readonly ReadingStrategy[])[],
  at: Moment,
  options: CallOptions,
): Promise<ReadonlyMap<string, Recall>> {
  const wanted = new Map<string, AnalysisKey>();
  for (const [index, { venueId, symbol }] of keys.entries()) {
    for (const { timeframes } of readers[index] ?? []) {
      for (const timeframe of timeframes) wanted.set(nameOf(symbol, timeframe), { venueId, symbol, timeframe });
    }
  }
  if (wanted.size === 0) return new Map();
  const recalls = await khala.recallMany([...wanted.values()], at, options);
  return new Map([...wanted.keys()].map((name, index) => [name, recalls[index] ?? MISSING]));
}

const nameOf = (symbol: MarketSymbol, timeframe: Timeframe): string => `${timeframe} ${symbol}`;

/** @param found the newest reading of each strategy that reads this timeframe */
function viewOf(
  { symbol, timeframe }: AnalysisKey,
  recall: Exclude<Recall, { status: "missing" }>,
  found: readonly (Reading | undefined)[],
  higher: ReadonlyMap<string, Recall>,
): Exclude<Recall<MarketView>, { status: "missing" }> {
  const { record } = recall;
  const readings = found
    .filter((reading) => reading?.analyses[0]?.analysisId === record.id)
    .filter((r) => r !== undefined);
  const view = { ...recall, record: { ...record, readings } };
  if (recall.status === "stale") return view;
  const recallOf = (one: Timeframe): Recall =>
    one === timeframe ? recall : (higher.get(nameOf(symbol, one)) ?? MISSING);
  const stand = found.every(
    (reading) =>
      reading !== undefined &&
      stillStands(reading, new Map(reading.analyses.map((cited) => [cited.timeframe, recallOf(cited.timeframe)]))),
  );
  if (stand) return view;
  return { ...view, status: "stale", reason: "definition-changed" };
}

const MISSING: { readonly status: "missing" } = Object.freeze({ status: "missing" });
