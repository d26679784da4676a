// Floor 2. Readings of strategies in Khala: one a market, base timeframe and definition. A reading stands as long as every
// analysis that it cites is the newest of its key, and fresh; so strategies void each other never, corrections all of them.
import type { AnalysisKey, Recall } from "#schemas/analysis.ts";
import { RecordVersionError } from "#schemas/errors.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { Reading, type ReadingKey } from "#schemas/reading.ts";
import { TOPIC_SCHEMA_VERSION, type TopicRecord } from "#schemas/topic.ts";
import { type Timeframe, toIso, type UnixMs, unixMs } from "#schemas/units.ts";
import { deepFreeze } from "./deep-freeze.ts";
import { type ReadingStrategy, readersOf, readingKeyOf } from "./reading-strategy.ts";

export interface Readings {
  /** Idempotent by id. Resolves once they are durable; they are frozen. @throws StoreError */
  rememberMany(readings: readonly Reading[], options: CallOptions): Promise<void>;
  /** The newest at `nowMs` of each key, in their order; undefined: none, or one that this build cannot read. One query. */
  newest(
    keys: readonly ReadingKey[],
    at: { readonly nowMs: UnixMs },
    options: CallOptions,
  ): Promise<readonly (Reading | undefined)[]>;
  /** Of one key, newest first, nothing later than `nowMs`; those that this build cannot read are left out. */
  history(
    key: ReadingKey,
    range: { readonly nowMs: UnixMs; readonly limit: number },
    options: CallOptions,
  ): Promise<readonly Reading[]>;
  /** By hand, or where a candle was corrected that only their own longer windows hold. Returns how many records were touched. */
  invalidate(key: ReadingKey, detail: string, options: CallOptions): Promise<number>;
}

export interface ReadingsParts {
  readonly store: Pick<Store, "topics">;
  /** Told once of what another build wrote. */
  readonly onRefused?: (error: RecordVersionError) => void;
}

export function createReadings({ store, onRefused }: ReadingsParts): Readings {
  const topics = store.topics(null);
  return {
    async rememberMany(readings, options) {
      await topics.put(readings.map(toRecord), options);
    },
    async newest(keys, { nowMs }, options) {
      const read = async () => topics.newest("reading", keys.map(topicOf), nowMs, options);
      const stored = await read().catch((error: unknown) => {
        if (!(error instanceof RecordVersionError)) throw error;
        onRefused?.(error);
        return [];
      });
      return keys.map((_, index) => {
        const found = stored[index];
        if (found === undefined || found.invalidated !== null) return undefined;
        return readingIn(found.record);
      });
    },
    async history(key, range, options) {
      const read = topics.history("reading", { topic: topicOf(key), ...range }, options);
      const stored = await read.catch((error: unknown) => {
        if (!(error instanceof RecordVersionError)) throw error;
        onRefused?.(error);
        return [];
      });
      return stored.flatMap(({ record }) => readingIn(record) ?? []);
    },
    invalidate: (key, detail, options) => topics.invalidate("reading", topicOf(key), detail, options),
  };
}

/** Bodies that were checked already: what the topics' tier holds is frozen and given again and again. */
const checked = new WeakMap<TopicRecord, Reading>();

function readingIn(record: TopicRecord): Reading | undefined {
  const known = checked.get(record);
  if (known !== undefined) return known;
  const parsed = Reading.safeParse(record.body);
  if (!parsed.success) return undefined;
  const reading = deepFreeze(parsed.data);
  checked.set(record, reading);
  return reading;
}

const topicOf = ({ venueId, symbol, timeframe, definitionId }: ReadingKey): string =>
  `${definitionId} ${timeframe} ${symbol} ${venueId}`;

function toRecord(reading: Reading): TopicRecord {
  const { venueId, symbol, definitionId, asOfMs, computedAtMs } = deepFreeze(reading);
  const content = {
    kind: "reading",
    deskId: null,
    topic: topicOf(reading),
    schemaVersion: TOPIC_SCHEMA_VERSION,
    definitionId,
    asOfMs,
    computedAtMs,
    validUntilMs: unixMs(Number.MAX_SAFE_INTEGER),
    sources: reading.analyses.map(({ timeframe, analysisId }) => ({ key: { venueId, symbol, timeframe }, analysisId })),
    body: reading as unknown as TopicRecord["body"],
  } as const;
  const record = { ...content, id: reading.id };
  checked.set(record, reading);
  return record;
}

/**
 * Voids the newest reading of each strategy that has a corrected candle in its own window, and not only in that of an analysis
 * it cites. Other desks' strategies do so when they read the candle themselves.
 */
export const voidCorrected =
  (readings: Readings, strategies: () => readonly ReadingStrategy[]) =>
  async (
    key: AnalysisKey,
    corrected: readonly number[],
    at: { readonly nowMs: UnixMs },
    options: CallOptions,
  ): Promise<void> => {
    const keys = readersOf(strategies(), key.timeframe).map((strategy) => readingKeyOf(key, strategy));
    const found = await readings.newest(keys, at, options);
    for (const [index, readingKey] of keys.entries()) {
      const reading = found[index];
      if (reading === undefined) continue;
      const used = corrected.find((openMs) => openMs >= reading.windowStartMs && openMs < reading.asOfMs);
      if (used !== undefined)
        await readings.invalidate(readingKey, `the source changed the candle of ${toIso(used)}`, options);
    }
  };

/**
 * Whether a reading still stands: every analysis that it cites is the newest of its key, and fresh.
 * @param recalls by timeframe, of its market
 */
export const stillStands = (reading: Reading, recalls: ReadonlyMap<Timeframe, Recall>): boolean =>
  reading.analyses.every(({ timeframe, analysisId }) => {
    const recall = recalls.get(timeframe);
    return recall?.status === "fresh" && recall.record.id === analysisId;
  });
