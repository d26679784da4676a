// Floor 2. Keys + now → the newest record of each that counts: versions always from the store, bodies from the shared cache
// where there is one. Records dated ahead of the system clock, or unreadable for this build, are refused by name.

import { LRUCache } from "lru-cache";
import { untilAborted } from "#schemas/abort.ts";
import type { Analysis, AnalysisKey } from "#schemas/analysis.ts";
import { FutureRecordError, type RecordVersionError } from "#schemas/errors.ts";
import type { Clock } from "#schemas/ports/market.ts";
import type { AnalysisStore, HotCache, ReadOptions, StoredAnalysis } from "#schemas/ports/memory.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { toIso, type UnixMs, unixMs } from "#schemas/units.ts";
import { createBodyCache } from "./body-cache.ts";

const END_OF_TIME = unixMs(Number.MAX_SAFE_INTEGER);
/** How many refused records are remembered as named already. */
const MAX_NAMED = 10_000;

interface NewestReaderParts {
  readonly analyses: Pick<AnalysisStore, "newest" | "versions">;
  readonly clock: Pick<Clock, "kind" | "now">;
  readonly cache: HotCache | null;
  /** How far a record may be ahead of the system clock, ms. */
  readonly toleranceMs: number;
  readonly onRefused: ((error: FutureRecordError | RecordVersionError) => void) | undefined;
}

interface NewestRead {
  /** The newest record of each key that is visible at `nowMs` and readable, in the order of the keys. */
  readonly found: readonly (StoredAnalysis | undefined)[];
  /** False where the store is known to hold a later one: what was found counts for this moment only. */
  readonly isLast: (index: number) => boolean;
}

export function createNewestReader(parts: NewestReaderParts) {
  const { analyses, clock, onRefused, toleranceMs } = parts;
  const bodies = parts.cache === null ? null : createBodyCache(parts.cache);
  const named = new LRUCache<string, true>({ max: MAX_NAMED });

  const name = (error: FutureRecordError | RecordVersionError, record: string) => {
    if (onRefused === undefined) throw error;
    if (named.has(record)) return;
    named.set(record, true);
    onRefused(error);
  };

  /** The same options for a read of the store, which then names and passes over what it cannot read. */
  const reading = (options: CallOptions): ReadOptions =>
    // The message of an unreadable record names it.
    onRefused === undefined ? options : { ...options, onUnreadable: (error) => name(error, error.message) };

  /** The error for records dated ahead of the system clock; null where there are none. */
  const futureFault = (records: readonly Analysis[], nowMs: number): FutureRecordError | null => {
    const ahead = records.filter((record) => clock.kind === "system" && record.asOfMs > nowMs + toleranceMs);
    const [first] = ahead;
    return first === undefined ? null : futureRecord(first, ahead.length, nowMs, toleranceMs);
  };

  const visible = async (keys: readonly AnalysisKey[], nowMs: UnixMs, options: CallOptions) => {
    if (bodies === null) return analyses.newest(keys, nowMs, reading(options));
    const versions = await analyses.versions(keys, nowMs, options);
    const wanted = keys.flatMap((key, index) => {
      const version = versions[index];
      return version === undefined ? [] : [{ key, version }];
    });
    const cached = await untilAborted(bodies.getMany(wanted), options.signal);
    const misses = wanted.filter((_, index) => cached[index] === undefined).map(({ key }) => key);
    const read = misses.length === 0 ? [] : await analyses.newest(misses, nowMs, reading(options));
    // Not awaited: it never fails, and no caller needs to wait until the others have it.
    void bodies.putMany(read.flatMap((stored) => (stored === undefined ? [] : [stored.record])));
    const found = new Map<AnalysisKey, StoredAnalysis | undefined>(misses.map((key, index) => [key, read[index]]));
    wanted.forEach(({ key, version: { revision, invalidated } }, index) => {
      const record = cached[index];
      if (record !== undefined) found.set(key, { record, revision, invalidated });
    });
    return keys.map((key) => found.get(key));
  };

  return {
    reading,
    futureFault,
    async newest(keys: readonly AnalysisKey[], nowMs: UnixMs, options: CallOptions): Promise<NewestRead> {
      if (clock.kind === "simulated") return { found: await visible(keys, nowMs, options), isLast: () => true };
      const newest = await visible(keys, END_OF_TIME, options);
      const isLast = (index: number) => (newest[index]?.record.asOfMs ?? 0) <= nowMs;
      const later = newest.flatMap((stored, index) => (stored === undefined || isLast(index) ? [] : [stored.record]));
      if (later.length === 0) return { found: newest, isLast };
      // By the clock: a look at an earlier moment merely does not see what came after it.
      const fault = futureFault(later, Math.max(nowMs, clock.now()));
      if (fault !== null) name(fault, "ahead of the clock");
      return { found: await visible(keys, nowMs, options), isLast };
    },
  };
}

const futureRecord = (first: Analysis, count: number, nowMs: number, toleranceMs: number) =>
  new FutureRecordError({
    was: `The analysis of ${first.symbol} ${first.timeframe}${count === 1 ? "" : ` (and ${count - 1} more)`} is dated ${toIso(first.asOfMs)}, ${first.asOfMs - nowMs} ms ahead of the clock (${toIso(nowMs)}).`,
    expected: `at most ${toleranceMs} ms`,
    remedy:
      "It is passed over until then. It was written while a clock was ahead, or this machine's clock is behind: check it (NTP).",
  });
