// Bench. What `GET /metrics` takes on a desk of 500 markets, beside a slot of the same desk: with figures that stand, which is what most
// scrapes find, and with figures read anew, which happens once for each slot.
import PQueue from "p-queue";
import { createDoor } from "#apps/door.ts";
import { createFeed } from "#apps/feed.ts";
import { openMetrics } from "#apps/metrics/open-metrics.ts";
import type { OpenDesk } from "#apps/wire.ts";
import { createBackgroundQueue } from "#desk/answering/background-queue.ts";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { monotonicMs } from "#scheduler/clock.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { timeframeMs, unixMs } from "#schemas/units.ts";
import { createSimulatedVenue } from "#toolkits/market/simulated-venue.ts";
import { createObservers } from "#toolkits/ports/observed.ts";
import { createSimulatedSecurity } from "#toolkits/security/simulated-security.ts";
import { createSimulatedUniverse } from "#toolkits/universe/simulated-universe.ts";
import { type BenchRow, medianOf } from "./rows.ts";
import { openBenchDesk } from "./support/desk.ts";
import { openPgliteInMemory } from "./support/pglite-in-memory.ts";

const SEED = 7;
const ASSETS = 500;
const START_MS = unixMs(Date.UTC(2025, 0, 1, 12));
const SLOTS_BEFORE = 6;
const ROUNDS = 5;

export async function benchMetrics(): Promise<readonly BenchRow[]> {
  const store = await openPgliteInMemory("bench-metrics");
  const marketData = createSimulatedVenue({ seed: SEED, assets: ASSETS });
  const listed = await marketData.markets(NEVER_ABORTED);
  const venue = {
    marketData,
    markets: new Map(listed.map((market) => [market.symbol, market])),
    universe: createSimulatedUniverse({ seed: SEED, assets: ASSETS }),
    security: createSimulatedSecurity({ seed: SEED, assets: ASSETS }),
  };
  const { desk, clock } = await openBenchDesk({ venue, startMs: START_MS, store, settings: { assets: ASSETS } });
  const feed = await createFeed(desk, store.journal(desk.deskId, desk.runId));
  // What the four commands use of an opened desk.
  const open = { desk, store, background: createBackgroundQueue(() => {}) } as unknown as OpenDesk;
  const door = createDoor(open, new PQueue({ concurrency: 1 }), feed);
  const metrics = openMetrics({ door, desk, observers: createObservers(), isBusy: () => false, monotonicMs });
  let slot = -1;
  const runSlot = async (): Promise<void> => {
    slot += 1;
    const slotMs = unixMs(START_MS + slot * timeframeMs("5m"));
    clock.advanceTo(slotMs);
    await runLiveSlot(desk, slotMs, NEVER_ABORTED);
  };
  for (let before = 0; before < SLOTS_BEFORE; before++) await runSlot();
  const [slotMs = Number.NaN, anewMs = Number.NaN, keptMs = Number.NaN] = await medianOf(ROUNDS, [
    runSlot,
    () => {
      feed.thought();
      return metrics.scrape();
    },
    () => metrics.scrape(),
  ]);
  metrics.close();
  await feed.close();
  await store.close();
  const row = (what: string, ms: number): BenchRow => ({
    name: `scrape, ${what}: ${ms.toFixed(1)} ms`,
    baseline: `a slot over ${ASSETS} markets: ${slotMs.toFixed(0)} ms`,
    ratio: slotMs / ms,
    unitsPerSecond: 1000 / ms,
    unit: "scrapes",
  });
  return [row("figures read anew", anewMs), row("figures that stand", keptMs)];
}
