// A simulated desk with its door, its feed and its metrics, as `start` opens them.
import PQueue from "p-queue";
import { createDoor } from "#apps/door.ts";
import { createFeed } from "#apps/feed.ts";
import { openMetrics } from "#apps/metrics/open-metrics.ts";
import type { OpenDesk } from "#apps/wire.ts";
import type { TestDeskParts } from "#test/support/desk.ts";
import { simulatedDesk } from "../simulated-desk.ts";

const NOTHING_BEHIND = { settled: async () => {}, later: () => {} };

export async function watchedDesk(over: Partial<TestDeskParts> = {}) {
  const parts = await simulatedDesk(over);
  const { desk, store, observers } = parts;
  const exclusively = new PQueue({ concurrency: 1 });
  const feed = await createFeed(desk, store.journal(desk.deskId, desk.runId));
  const open = { desk, store, background: NOTHING_BEHIND } as unknown as OpenDesk;
  const door = createDoor(open, exclusively, feed);
  let time = 0;
  const metrics = openMetrics({
    door,
    desk,
    observers,
    isBusy: () => exclusively.pending > 0,
    monotonicMs: () => time,
  });
  return {
    ...parts,
    door,
    feed,
    metrics,
    exclusively,
    /** The machine's time goes on. */
    pass: (ms: number): void => {
      time += ms;
    },
    /** As the tick of `start` does it. */
    tick: async (slot: number) => {
      const report = await exclusively.add(() => parts.runSlot(slot));
      feed.slotEnded(report.slotMs);
      metrics.slotDone(report);
      return report;
    },
  };
}
