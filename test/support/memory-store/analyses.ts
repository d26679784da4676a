// Bench. The AnalysisStore port on plain maps. Rows of a key stand in order, so the newest at a moment is found from the
// end; a write of the newest candle, the usual case, is a push.

import { deepFreeze } from "#memory/deep-freeze.ts";
import type { StoreGuard } from "#memory/stores/guard.ts";
import { inKeyOrder } from "#memory/stores/key-order.ts";
import type { Analysis, AnalysisKey } from "#schemas/analysis.ts";
import type { ContractId } from "#schemas/chain.ts";
import type { AnalysisStore, StoredAnalysis } from "#schemas/ports/memory.ts";
import type { ConsolidationCounts, RetentionCuts } from "#schemas/retention.ts";
import type { SecurityReport } from "#schemas/security.ts";
import { unixMs } from "#schemas/units.ts";
import { sum, thinRows } from "./consolidate.ts";

interface KeyRows {
  readonly key: AnalysisKey;
  /** Ascending by (asOfMs, revision). */
  rows: StoredAnalysis[];
  /** Number of the write or invalidation that last changed it. */
  changed: number;
}

const keyText = (key: AnalysisKey): string => `${key.timeframe} ${key.symbol} ${key.venueId}`;

export interface MemoryAnalyses extends AnalysisStore {
  /** The part of `Store.consolidate` that is about analyses and security reports. */
  thin(cuts: RetentionCuts): Pick<ConsolidationCounts, "analyses" | "securityReports">;
  /** The venues that keep an analysis of this id. */
  readonly venuesOf: (analysisId: string) => readonly string[];
}

export function createMemoryAnalyses(guard: StoreGuard): MemoryAnalyses {
  const byKey = new Map<string, KeyRows>();
  /** Per source and symbol, ascending by observation. */
  const reports = new Map<string, SecurityReport[]>();
  let changes = 0;

  const newest = (key: AnalysisKey, nowMs: number) =>
    byKey.get(keyText(key))?.rows.findLast(({ record }) => record.asOfMs <= nowMs);

  return {
    put: (records, options) =>
      guard.run(options, async () => {
        changes += 1;
        for (const record of records) {
          const text = keyText(record);
          const held = byKey.get(text) ?? {
            key: { venueId: record.venueId, symbol: record.symbol, timeframe: record.timeframe },
            rows: [],
            changed: 0,
          };
          held.changed = changes;
          byKey.set(text, held);
          insert(held.rows, record);
        }
      }),

    newest: (keys, nowMs, options) => guard.run(options, async () => keys.map((key) => newest(key, nowMs))),

    versions: (keys, nowMs, options) =>
      guard.run(options, async () =>
        keys.map((key) => {
          const found = newest(key, nowMs);
          if (found === undefined) return undefined;
          const { asOfMs, id, computedAtMs, checkedThroughMs } = found.record;
          const { revision, invalidated } = found;
          return { asOfMs, revision, id, computedAtMs, checkedThroughMs, invalidated };
        }),
      ),

    changedSince: (mark, options) =>
      guard.run(options, async () => ({
        mark: String(changes),
        keys:
          mark === null ? [] : [...byKey.values()].filter((held) => held.changed > Number(mark)).map(({ key }) => key),
      })),

    keys: (venueId, options) =>
      guard.run(options, async () => {
        const all = [...byKey.values()].map(({ key }) => key);
        return inKeyOrder(venueId === null ? all : all.filter((key) => key.venueId === venueId));
      }),

    history: (key, { nowMs, limit }, options) =>
      guard.run(options, async () =>
        (byKey.get(keyText(key))?.rows ?? [])
          .filter(({ record }) => record.asOfMs <= nowMs)
          .reverse()
          .slice(0, limit),
      ),

    noteChecked: (key, checkedThroughMs, options) =>
      guard.run(options, async () => {
        const rows = byKey.get(keyText(key))?.rows ?? [];
        const index = rows.findLastIndex(({ record }) => record.asOfMs <= checkedThroughMs);
        const row = rows[index];
        if (row === undefined || row.record.checkedThroughMs >= checkedThroughMs) return;
        rows[index] = Object.freeze({ ...row, record: Object.freeze({ ...row.record, checkedThroughMs }) });
      }),

    invalidate: (scope, why, options) =>
      guard.run(options, async () => {
        const invalidated = Object.freeze({ ...why });
        changes += 1;
        let touched = 0;
        for (const held of byKey.values()) {
          const { venueId, symbol, timeframe } = held.key;
          if (scope.venueId !== undefined && scope.venueId !== venueId) continue;
          if (scope.symbol !== undefined && scope.symbol !== symbol) continue;
          if (scope.timeframe !== undefined && scope.timeframe !== timeframe) continue;
          held.rows = held.rows.map((row) => Object.freeze({ ...row, invalidated }));
          held.changed = changes;
          touched += 1;
        }
        return touched;
      }),

    prune: (beforeMs, options) =>
      guard.run(options, async () => {
        let pruned = 0;
        for (const held of byKey.values()) {
          const kept = held.rows.filter(({ record }, i) => record.asOfMs >= beforeMs || i === held.rows.length - 1);
          pruned += held.rows.length - kept.length;
          held.rows = kept;
        }
        for (const [name, list] of reports) {
          const kept = list.filter((report, i) => report.observedAtMs >= beforeMs || i === list.length - 1);
          pruned += list.length - kept.length;
          reports.set(name, kept);
        }
        return pruned;
      }),

    putSecurity: (sourceId, contract, report, options) =>
      guard.run(options, async () => {
        const name = reportName(sourceId, contract);
        const others = (reports.get(name) ?? []).filter((held) => held.observedAtMs !== report.observedAtMs);
        reports.set(
          name,
          [...others, deepFreeze(report)].sort((a, b) => a.observedAtMs - b.observedAtMs),
        );
      }),

    security: (asked, nowMs, options) =>
      guard.run(options, async () =>
        asked.map(({ sourceId, contract }) =>
          reports.get(reportName(sourceId, contract))?.findLast((report) => report.observedAtMs <= nowMs),
        ),
      ),

    venuesOf: (analysisId) =>
      [...byKey.values()]
        .filter(({ rows }) => rows.some(({ record }) => record.id === analysisId))
        .map(({ key }) => key.venueId),

    thin: (cuts) => ({
      analyses: sum(byKey.values(), ({ rows }) => thinRows(rows, ({ record }) => record.asOfMs, cuts)),
      securityReports: sum(reports.values(), (list) => thinRows(list, (report) => report.observedAtMs, cuts)),
    }),

    stats: (options) =>
      guard.run(options, async () => ({
        keys: byKey.size,
        analyses: [...byKey.values()].reduce((sum, { rows }) => sum + rows.length, 0),
        securityReports: [...reports.values()].reduce((sum, list) => sum + list.length, 0),
      })),
  };
}

/** Puts one record where it belongs; the rules of order are those of put-statement.ts. */
function insert(rows: StoredAnalysis[], record: Analysis): void {
  const lastOfCandle = rows.findLastIndex((row) => row.record.asOfMs <= record.asOfMs);
  const top = rows[lastOfCandle]?.record.asOfMs === record.asOfMs ? rows[lastOfCandle] : undefined;
  const at = top === undefined ? -1 : rows.findLastIndex((row) => row.record.id === record.id);
  const held = rows[at];
  if (held === undefined) {
    rows.splice(lastOfCandle + 1, 0, stored(record, (top?.revision ?? 0) + 1));
    return;
  }
  const checkedThroughMs = unixMs(Math.max(record.checkedThroughMs, held.record.checkedThroughMs));
  const kept = record.computedAtMs > held.record.computedAtMs ? record : held.record;
  const next = { ...kept, checkedThroughMs };
  if (held === top || record.computedAtMs <= held.record.computedAtMs) {
    rows[at] = stored(next, held.revision);
  } else {
    rows.splice(at, 1);
    rows.splice(lastOfCandle, 0, stored(next, (top?.revision ?? 0) + 1));
  }
}

const stored = (record: Analysis, revision: number): StoredAnalysis =>
  Object.freeze({ record: deepFreeze(record), revision, invalidated: null });

const reportName = (sourceId: string, { chain, contract }: ContractId): string =>
  JSON.stringify([sourceId, chain, contract]);
