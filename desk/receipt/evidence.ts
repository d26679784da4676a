// Floor 4. A journaled decision → what Khala has of its moment: the analysis that it cites, what its strategy read there, and both made
// again from the candles that are kept.
import { analyseFromScratch, type ScratchDeps } from "#agents/market-analyst/from-scratch.ts";
import { retentionCuts } from "#memory/consolidate-cuts.ts";
import { readingKeyOf } from "#memory/reading-strategy.ts";
import type { Analysis } from "#schemas/analysis.ts";
import type { Decision } from "#schemas/decision.ts";
import { IncompleteReadError, isPassing, RecordVersionError } from "#schemas/errors.ts";
import { canonicalJson } from "#schemas/hash.ts";
import type { CandleStore, StoredAnalysis } from "#schemas/ports/memory.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketView, Reading } from "#schemas/reading.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { WorkTally } from "#schemas/work.ts";
import type { Desk } from "../desk.ts";
import { candlesAsKnown } from "./kept-candles.ts";

export interface Evidence {
  readonly analysis: Analysis;
  /** What the strategy says; null: it has read nothing there, or nothing of it is kept. */
  readonly reading: Reading | null;
  /** `candles`: made again from them, and equal; `corrected`: they were corrected since, and what stood then gives it; `stored`: they are not kept whole. */
  readonly rests: "candles" | "corrected" | "stored";
  /** What is wrong with the stored analysis; null: nothing. */
  readonly fault: string | null;
  /** The reading is kept under the definition that the strategy has now. */
  readonly isReadingKept: boolean;
}

type Found = Evidence | { readonly gone: "pruned" | "other"; readonly text: string };

/** Newest records of a close and before: corrections of the same close included. */
const FEW = 12;

export class Archive {
  readonly #desk: Desk;
  readonly #candles: CandleStore;
  readonly #thinnedBeforeMs: number;
  readonly #readingsBeforeMs: number;

  constructor(desk: Desk, candles: CandleStore) {
    this.#desk = desk;
    this.#candles = candles;
    const cuts = retentionCuts(desk.config.retention, desk.clock.now());
    this.#thinnedBeforeMs = cuts.hourlyBeforeMs;
    this.#readingsBeforeMs = cuts.readingsBeforeMs;
  }

  /** Whether everything of that close is meant to be there still. */
  isThinned(asOfMs: number): boolean {
    return asOfMs < this.#thinnedBeforeMs;
  }

  keepsReadings(asOfMs: number): boolean {
    return asOfMs >= this.#readingsBeforeMs;
  }

  /** @throws StoreError */
  async of(decision: Decision, atMs: UnixMs, options: CallOptions): Promise<Found> {
    const { symbol, asOfMs, analysisId } = decision;
    const kept = await this.#history(symbol, asOfMs, options);
    const analysis = kept.find(({ record }) => record.id === analysisId)?.record;
    if (analysis === undefined) {
      const others = kept.some(({ record }) => record.asOfMs === asOfMs);
      const text = `the analysis ${analysisId.slice(0, 8)} of ${symbol}`;
      return others && !this.isThinned(asOfMs)
        ? { gone: "other", text: `Khala has another record of that close than ${text}` }
        : { gone: "pruned", text: `${text} is not kept any more` };
    }
    const stored = await this.#reading(decision, options);
    const asked = { strategyId: decision.strategyId, nowMs: atMs };
    const now = await this.#made(analysis, { ...asked, knownMs: null }, options);
    const found = { analysis, fault: null, isReadingKept: stored !== null };
    if (now === null) return { ...found, rests: "stored", reading: stored };
    if (isEqual(now, analysis)) return { ...found, rests: "candles", reading: readingOf(now, decision) ?? stored };
    const then = await this.#made(analysis, { ...asked, knownMs: analysis.computedAtMs }, options);
    if (this.#desk.windows !== null && then !== null && isEqual(then, analysis) && !hasSameCandles(now, analysis))
      return { ...found, rests: "corrected", reading: readingOf(then, decision) ?? stored };
    const fault = `the analysis of ${symbol} is not what its candles give: ${firstDifference(analysis, now)}`;
    return { ...found, rests: "stored", fault, reading: stored };
  }

  /** The price that a market was known to have at a moment; null: none is kept. `behind`: it is of an earlier close. */
  async markOf(symbol: MarketSymbol, slotMs: UnixMs, atMs: UnixMs, options: CallOptions) {
    const kept = await this.#history(symbol, slotMs, options);
    const record = kept.find(({ record: { computedAtMs } }) => computedAtMs <= atMs)?.record;
    return record === undefined ? null : { price: record.price, isBehind: record.asOfMs < slotMs };
  }

  async #history(symbol: MarketSymbol, nowMs: UnixMs, options: CallOptions): Promise<readonly StoredAnalysis[]> {
    const { khala, marketData, config } = this.#desk;
    const key = { venueId: marketData.venueId, symbol, timeframe: config.timeframe };
    try {
      return await khala.history(key, { nowMs, limit: FEW }, options);
    } catch (error) {
      // Written by another version: it counts as gone.
      if (error instanceof RecordVersionError) return [];
      throw error;
    }
  }

  async #reading({ strategyId, symbol, asOfMs, analysisId }: Decision, options: CallOptions): Promise<Reading | null> {
    const { readings, hosts, marketData, config } = this.#desk;
    const host = hosts.find(({ info }) => info.id === strategyId);
    if (host === undefined) return null;
    const key = readingKeyOf({ venueId: marketData.venueId, symbol, timeframe: config.timeframe }, host.info);
    const kept = await readings.history(key, { nowMs: asOfMs, limit: FEW }, options);
    return kept.find(({ analyses: [base] }) => base?.analysisId === analysisId) ?? null;
  }

  /** By the function that made it; null: the candles are not kept whole. */
  async #made(
    record: Analysis,
    {
      strategyId,
      nowMs,
      knownMs,
    }: { readonly strategyId: string; readonly nowMs: UnixMs; readonly knownMs: number | null },
    options: CallOptions,
  ): Promise<MarketView | null> {
    const { hosts, markets } = this.#desk;
    const { symbol, timeframe, security, origin } = record;
    const deps: ScratchDeps = {
      marketData: candlesAsKnown(this.#desk, this.#candles, knownMs),
      // What was known of the token is in the record: nobody is asked again.
      security: { id: "kept", report: () => security },
      strategies: hosts.filter(({ info }) => info.id === strategyId),
      markets,
      tally: new WorkTally(),
      windows: null,
    };
    try {
      const outcome = await analyseFromScratch(deps, { symbol, timeframe, nowMs, origin }, options);
      return outcome.status === "analysed" && outcome.analysis.asOfMs === record.asOfMs ? outcome.analysis : null;
    } catch (error) {
      if (error instanceof IncompleteReadError || isPassing(error)) return null;
      throw error;
    }
  }
}

const readingOf = ({ readings }: MarketView, { strategyId }: Decision): Reading | undefined =>
  readings.find((reading) => reading.strategyId === strategyId);

const hasSameCandles = (one: Analysis, other: Analysis): boolean => one.sources.candles === other.sources.candles;

/** All that is worked out from candles. */
const VALUES = ["sources", "price", "indicators", "trend", "definitionId"] as const;

const firstDifference = (one: Analysis, other: Analysis): string => {
  const name = VALUES.find((value) => canonicalJson(one[value]) !== canonicalJson(other[value]));
  return name === undefined ? "nothing" : name;
};

const isEqual = (made: Analysis, record: Analysis): boolean =>
  VALUES.every((name) => canonicalJson(made[name]) === canonicalJson(record[name]));
