// Floor 2. Those who listen to a bus in this process.
import type { Bus, BusHint } from "#schemas/ports/memory.ts";

export interface Listeners {
  readonly subscribe: Bus["subscribe"];
  readonly tell: (hint: BusHint) => void;
}

export function createListeners(): Listeners {
  // Wrapped, so that one function subscribed twice is two subscriptions.
  const listeners = new Set<{ readonly listener: (hint: BusHint) => void }>();
  return {
    subscribe(listener) {
      const entry = { listener };
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
    tell(hint) {
      for (const { listener } of listeners) listener(hint);
    },
  };
}
