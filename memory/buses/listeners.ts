// Floor 2. Those who listen to a bus in this process.
import type { Bus, BusHint } from "#schemas/ports/memory.ts";

export function createListeners() {
  // Wrapped, so that one function subscribed twice is two subscriptions.
  const listeners = new Set<{ readonly listener: (hint: BusHint) => void }>();
  return {
    subscribe(listener: Parameters<Bus["subscribe"]>[0]): () => void {
      const entry = { listener };
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
    tell(hint: BusHint): void {
      for (const { listener } of listeners) listener(hint);
    },
  };
}
