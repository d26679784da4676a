import { khalaContract } from "#test/contract/khala.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { createLocalBuses, createMapCache } from "./local-bus.ts";

khalaContract("in memory", async () => {
  const store = createMemoryStore();
  const openBus = createLocalBuses();
  return { open: async () => ({ store, bus: openBus(), cache: null, close: async () => {} }), remove: store.close };
});

khalaContract("in memory, with a cache of bodies", async () => {
  const store = createMemoryStore();
  const openBus = createLocalBuses();
  const cache = createMapCache();
  return { open: async () => ({ store, bus: openBus(), cache, close: async () => {} }), remove: store.close };
});
