// Buses between the "processes" of one test, which hand on at once; and a cache on a map. Both can be made to lose everything.
import type { Bus, BusHint, HotCache } from "#schemas/ports/memory.ts";

/** Each call gives the bus of one more process. */
export function createLocalBuses(): () => Bus {
  const listeners = new Map<object, Set<(hint: BusHint) => void>>();
  return () => {
    const mine = new Set<(hint: BusHint) => void>();
    const self = {};
    listeners.set(self, mine);
    return {
      async publish(hint) {
        for (const [owner, theirs] of listeners) if (owner !== self) for (const listener of theirs) listener(hint);
      },
      subscribe(listener) {
        mine.add(listener);
        return () => void mine.delete(listener);
      },
      fault: () => null,
      async close() {
        mine.clear();
      },
    };
  };
}

export interface MapCache extends HotCache {
  readonly texts: Map<string, string>;
}

export function createMapCache(): MapCache {
  const texts = new Map<string, string>();
  return {
    texts,
    getMany: async (names) => names.map((name) => texts.get(name)),
    async setMany(entries) {
      for (const [name, body] of entries) texts.set(name, body);
    },
    async purge() {
      const { size } = texts;
      texts.clear();
      return size;
    },
    fault: () => null,
    close: async () => {},
  };
}
