import { describe, expect, it } from "vitest";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import type { Store } from "#schemas/ports/memory.ts";
import { timeframeMs, unixMs } from "#schemas/units.ts";
import { openTestDesk, patience } from "#test/support/desk.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { assortedShapes, createSyntheticMarket, FIRST_SLOT_MS } from "#test/support/synthetic-market.ts";

const STEP_MS = timeframeMs("5m");

describe("consolidation", () => {
  it("is done once in each UTC hour that the desk sees, whatever the number of slots", async () => {
    const inner = createMemoryStore();
    const doneAtMs: number[] = [];
    const goesOn: boolean[] = [];
    const store: Store = {
      ...inner,
      consolidate: (cuts, options) => {
        goesOn.push(cuts.done !== null && cuts.done.hourlyBeforeMs === doneAtMs.at(-1));
        doneAtMs.push(cuts.hourlyBeforeMs);
        return inner.consolidate(cuts, options);
      },
    };
    const venue = createSyntheticMarket({
      seed: 5,
      timeframe: "5m",
      firstSlotMs: FIRST_SLOT_MS,
      slots: 64,
      shapes: assortedShapes().slice(0, 2),
    });
    const test = await openTestDesk({ venue, store, strategies: [eager], startMs: FIRST_SLOT_MS });
    const slots = Array.from({ length: 54 }, (_, slot) => unixMs(FIRST_SLOT_MS + slot * STEP_MS));
    for (const slotMs of slots) {
      test.clock.advanceTo(slotMs);
      await runLiveSlot(test.desk, slotMs, patience);
    }
    const hours = new Set(slots.map((slotMs) => Math.floor(slotMs / timeframeMs("1h"))));
    expect(doneAtMs).toHaveLength(hours.size);
    expect(hours.size).toBeGreaterThan(2);
    // The first of a UTC day looks at everything, the later ones at what has come of age since.
    expect(goesOn).toEqual([...hours].map((hour, at) => at > 0 && hour % 24 !== 0));
  });
});
