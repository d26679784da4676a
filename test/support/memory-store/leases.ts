// Bench. The Lease port on a plain map, for the one process that sees the store.

import { leasesOf } from "#memory/stores/desk-privacy.ts";
import type { StoreGuard } from "#memory/stores/guard.ts";
import type { HeldLease, Lease } from "#schemas/ports/work.ts";
import type { DeskId } from "#schemas/units.ts";

export interface MemoryLeases extends Lease {
  /** Forgets the leases of a desk; returns how many there were. */
  purge(deskId: DeskId): number;
}

interface Held {
  readonly fence: number;
  /** Null: given back. */
  untilMs: number | null;
}

/** @param monotonicMs what leases run out by; without it a lease lasts until it is given back or the process ends */
export function createMemoryLeases(guard: StoreGuard, monotonicMs: (() => number) | undefined): MemoryLeases {
  const held = new Map<string, Held>();
  // One counter for all names, so that a purged name does not start again.
  let lastFence = 0;
  const end = (ttlMs: number) => (monotonicMs === undefined ? Number.POSITIVE_INFINITY : monotonicMs() + ttlMs);
  const isFree = ({ untilMs }: Held) => untilMs === null || (monotonicMs !== undefined && untilMs <= monotonicMs());

  return {
    acquire: (name, ttlMs, options) =>
      guard.run(options, async () => {
        const before = held.get(name);
        if (before !== undefined && !isFree(before)) return null;
        lastFence += 1;
        const mine: Held = { fence: lastFence, untilMs: end(ttlMs) };
        held.set(name, mine);
        const lease: HeldLease = {
          name,
          fence: mine.fence,
          renew: (nextTtlMs, renewOptions) =>
            guard.run(renewOptions, async () => {
              if (held.get(name) !== mine || mine.untilMs === null) return false;
              mine.untilMs = end(nextTtlMs);
              return true;
            }),
          release: (releaseOptions) =>
            guard.run(releaseOptions, async () => {
              mine.untilMs = null;
            }),
        };
        return Object.freeze(lease);
      }),

    purge(deskId) {
      const names = [...held.keys()].filter((name) => name.startsWith(leasesOf(deskId)));
      for (const name of names) held.delete(name);
      return names.length;
    },
  };
}
