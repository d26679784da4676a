// Bench. `node --expose-gc memory-growth.ts CYCLES ASSETS consolidated|plain`: lives through that many cycles on a store in
// memory, consolidating at the end of each UTC day or never, and prints what is left and how much memory it takes.
import { consolidate } from "#memory/consolidate.ts";
import { DAY_MS, unixMs } from "#schemas/units.ts";
import { makeMarket, NOW_MS, options, STEP_MS } from "./memory-records.ts";
import { createMemoryStore } from "./support/memory-store/store.ts";

const [, , cycles = "", assets = "", how = ""] = process.argv;
const store = createMemoryStore();
const heapMb = () => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
};

makeMarket(Number(assets));
const beforeMb = heapMb();
const startMs = performance.now();
let consolidatingMs = 0;
for (let cycle = 0; cycle < Number(cycles); cycle++) {
  const slotMs = unixMs(NOW_MS + cycle * STEP_MS);
  await store.analyses.put(makeMarket(Number(assets), slotMs), options);
  if (how !== "consolidated" || slotMs % DAY_MS !== 0) continue;
  const beganMs = performance.now();
  await consolidate(store, { nowMs: slotMs }, options);
  consolidatingMs += performance.now() - beganMs;
}
const tookMs = performance.now() - startMs;
const { analyses } = await store.analyses.stats(options);
const rssMb = process.memoryUsage().rss / 2 ** 20;
process.stdout.write(JSON.stringify({ analyses, heapMb: heapMb() - beforeMb, rssMb, tookMs, consolidatingMs }));
