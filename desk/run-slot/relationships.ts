// Floor 4. What moves together, hour by hour: taken from the reads of the first sweep of an hour, kept on the desk, and handed
// to the gate. The stored run of the hour is its truth: a desk that is started again within the hour judges by the same.
import { setImmediate as turn } from "node:timers/promises";
import type { SlotSweep, SweepOutcomes } from "#agents/market-analyst/sleep-time.ts";
import { analyseRelationships, type HourReads } from "#agents/relationship-analyst/relationship-analyst.ts";
import { voidLinked } from "#agents/relationship-analyst/void-linked.ts";
import type { Analysis, Recall } from "#schemas/analysis.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketView } from "#schemas/reading.ts";
import type { GateRelationships, Relationships } from "#schemas/relationship.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { ledgerEntry, NO_WORK } from "#schemas/work.ts";
import { LazyRelationships } from "#toolkits/relationships/lazy-relationships.ts";
import { byLiquidity, hourOf } from "#toolkits/relationships/returns.ts";
import type { Desk } from "../desk.ts";
import { marketsToThinkAbout, type UniverseOfDay } from "./daily-universe.ts";
import { RELATIONSHIPS_JOB, runJob } from "./jobs.ts";

type RelatingDesk = Pick<
  Desk,
  "config" | "clock" | "runs" | "ledger" | "topics" | "marketData" | "relationships" | "monotonicMs"
>;

/** Which markets are related, most liquid first: the first one leads. */
export const relatedOrder = (universe: UniverseOfDay, portfolio: Portfolio): readonly MarketSymbol[] =>
  byLiquidity(marketsToThinkAbout(universe, portfolio), universe.liquidity);

/** What an hour is made of, beside the reads. */
interface SweptHour {
  /** Most liquid first. */
  readonly order: readonly MarketSymbol[];
  /** False: the order is not the day's, as the ranking did not answer. */
  readonly isRanked: boolean;
  readonly analyses: readonly Analysis[];
}

/** What the first slot of an hour has swept. */
export const sweptHour = (universe: UniverseOfDay, portfolio: Portfolio, analyses: readonly Analysis[]): SweptHour => ({
  order: relatedOrder(universe, portfolio),
  isRanked: universe.problem === null,
  analyses,
});

/** The hour whose returns a sweep should bring along; undefined where the slot's hour is known. */
export const hourToRelate = (desk: Pick<Desk, "relationships">, slotMs: UnixMs): UnixMs | undefined =>
  desk.relationships.isDue(slotMs) ? hourOf(slotMs) : undefined;

/**
 * The same for a decision that no sweep came before: after a restart within the slot, where the stored run answers, and
 * with `trade --once`. An hour that is known in part is left to the next sweep, which reads all markets.
 */
export const hourToRelateNow = (desk: Pick<Desk, "relationships">, slotMs: UnixMs): UnixMs | undefined =>
  desk.relationships.current(slotMs)?.hourMs === hourOf(slotMs) ? undefined : hourOf(slotMs);

/** What a sweep has read of an hour. */
export function readsOf(hourMs: UnixMs, outcomes: SweepOutcomes): HourReads {
  const returns = new Map<MarketSymbol, Float64Array | null>();
  for (const [symbol, outcome] of outcomes) {
    if (outcome.status !== "failed" && outcome.hourReturns !== undefined) returns.set(symbol, outcome.hourReturns());
  }
  return { hourMs, returns };
}

/**
 * What `relateHour` will make of the same reads, for the gate, which asks before: nothing is worked out but what it asks for. Null where
 * nothing was read.
 */
export function unmadeHour(
  { hourMs, timeframe }: Pick<Relationships, "hourMs" | "timeframe">,
  order: readonly MarketSymbol[],
  attempts: SlotSweep["attempts"],
): GateRelationships | null {
  const returnsOf = (symbol: MarketSymbol) => {
    const attempt = attempts.get(symbol);
    return attempt === undefined || attempt.status === "failed" ? undefined : attempt.hourReturns;
  };
  if (!order.some((symbol) => returnsOf(symbol) !== undefined)) return null;
  return new LazyRelationships({ hourMs, timeframe }, order, (symbol) => returnsOf(symbol)?.() ?? null);
}

/** What a sweep made: the digest of an hour stands on it. */
export const analysesOf = (outcomes: SweepOutcomes): readonly MarketView[] =>
  [...outcomes.values()].flatMap((outcome) => (outcome.status === "analysed" ? [outcome.analysis] : []));

/**
 * Makes what moves together of the hour of `reads`, unless this run has done that hour: then its stored result is taken. An
 * hour of which a market could not be read, or whose markets could not be ranked, is made again in the next slot.
 * @throws StoreError
 */
export async function relateHour(desk: RelatingDesk, reads: HourReads, made: SweptHour, options: CallOptions) {
  const isComplete = made.isRanked && made.order.every((symbol) => reads.returns.has(symbol));
  const work = async () => ({
    relationships: reads.returns.size === 0 ? null : await analyse(desk, reads, made, options),
    isComplete: isComplete && reads.returns.size > 0,
  });
  const done = await runJob(desk, RELATIONSHIPS_JOB, { slotMs: reads.hourMs }, work, options);
  if (done.relationships !== null) desk.relationships.keep(done.relationships, done.isComplete);
}

async function analyse(desk: RelatingDesk, reads: HourReads, { order, analyses }: SweptHour, options: CallOptions) {
  const startedMs = desk.monotonicMs();
  const nowMs = desk.clock.now();
  const pause = async (): Promise<void> => {
    options.signal.throwIfAborted();
    await turn();
  };
  const relationships = await analyseRelationships(
    { topics: desk.topics, venueId: desk.marketData.venueId, pause },
    { reads, timeframe: desk.config.timeframe, order, analyses, nowMs },
    options,
  );
  const durationMs = desk.monotonicMs() - startedMs;
  // One column of returns a market; its candles were counted where they were read.
  const work = { ...NO_WORK, indicatorEvaluations: reads.returns.size };
  await desk.ledger.record(
    ledgerEntry({ atMs: nowMs, phase: "sleep", job: "relationships", work, durationMs }),
    options,
  );
  return relationships;
}

/** The leader's move over the last hour; null where its analysis of this slot is not at hand. */
export function leaderHourSigmasOf(
  relationships: GateRelationships | null,
  recalls: ReadonlyMap<MarketSymbol, Recall>,
) {
  const leader = relationships?.leader ?? null;
  const recall = leader === null ? undefined : recalls.get(leader);
  return recall?.status === "fresh" ? recall.record.trend.hourMoveDailySigmas : null;
}

/**
 * A price of the leader has come in: where it is beyond the drift bound of its analysis, that one and the linked ones are
 * taken back, once for each analysis. @returns the markets voided @throws StoreError
 */
export const voidByLeaderPrice = (
  desk: Pick<Desk, "khala" | "marketData" | "config" | "relationships" | "clock">,
  price: number,
  options: CallOptions,
): Promise<readonly MarketSymbol[]> =>
  voidLinked(
    {
      khala: desk.khala,
      venueId: desk.marketData.venueId,
      timeframe: desk.config.timeframe,
      relationships: desk.relationships.current(desk.clock.now()),
      memory: desk.relationships.shocks,
    },
    { price, nowMs: desk.clock.now() },
    options,
  );
