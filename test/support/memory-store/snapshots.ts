// Bench. The SnapshotStore port on plain maps.

import { deepFreeze } from "#memory/deep-freeze.ts";
import type { StoreGuard } from "#memory/stores/guard.ts";
import type { Snapshot, SnapshotKind, SnapshotStore } from "#schemas/ports/memory.ts";
import type { RetentionCuts } from "#schemas/retention.ts";
import { sum, thinRows } from "./consolidate.ts";

export interface MemorySnapshots extends SnapshotStore {
  /** The part of `Store.consolidate` that is about snapshots; returns how many went. */
  thin(cuts: RetentionCuts): number;
}

export function createMemorySnapshots(guard: StoreGuard): MemorySnapshots {
  /** Per kind and scope, oldest first. */
  const held = new Map<SnapshotKind, Map<string, Snapshot[]>>();
  const scopesOf = (kind: SnapshotKind): Map<string, Snapshot[]> => {
    const scopes = held.get(kind) ?? new Map<string, Snapshot[]>();
    held.set(kind, scopes);
    return scopes;
  };
  const count = () => sum(held.values(), (scopes) => sum(scopes.values(), (rows) => rows.length));
  return {
    put: (kind, snapshots, options) =>
      guard.run(options, async () => {
        for (const one of snapshots) {
          const others = (scopesOf(kind).get(one.scope) ?? []).filter(({ seenAtMs }) => seenAtMs !== one.seenAtMs);
          const rows = [...others, deepFreeze(structuredClone({ ...one, body: one.body ?? null }))];
          scopesOf(kind).set(
            one.scope,
            rows.sort((a, b) => a.seenAtMs - b.seenAtMs),
          );
        }
      }),

    newest: (kind, scope, nowMs, options) =>
      guard.run(options, async () =>
        scopesOf(kind)
          .get(scope)
          ?.findLast(({ seenAtMs }) => seenAtMs <= nowMs),
      ),

    list: (kind, { scope, fromMs, nowMs, limit }, options) =>
      guard.run(options, async () =>
        [...scopesOf(kind)]
          .flatMap(([of, rows]) => (scope === null || scope === of ? rows : []))
          .filter(({ seenAtMs }) => seenAtMs >= fromMs && seenAtMs <= nowMs)
          .sort((a, b) => b.seenAtMs - a.seenAtMs || (a.scope < b.scope ? -1 : 1))
          .slice(0, limit),
      ),

    stats: (options) => guard.run(options, async () => ({ snapshots: count() })),

    thin(cuts) {
      const before = count();
      for (const kind of ["ranking", "identities"] as const) {
        for (const [scope, rows] of scopesOf(kind)) {
          thinRows(rows, ({ seenAtMs }) => seenAtMs, cuts);
          scopesOf(kind).set(
            scope,
            rows.filter((row, at) => row.seenAtMs >= cuts.rankingsBeforeMs || at === rows.length - 1),
          );
        }
      }
      for (const [scope, rows] of scopesOf("news")) {
        scopesOf("news").set(
          scope,
          rows.filter(({ seenAtMs }) => seenAtMs >= cuts.newsBeforeMs),
        );
      }
      return before - count();
    },
  };
}
