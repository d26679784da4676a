// What of a close waits for what: the journal knows what was decided, and this process what it has done itself.
import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { timeframeMs, unixMs } from "#schemas/units.ts";
import { openTestDesk, patience } from "#test/support/desk.ts";
import { createSyntheticMarket, FIRST_SLOT_MS, kindredShapes } from "#test/support/synthetic-market.ts";

const STEP_MS = timeframeMs("5m");

/** What two slots of a desk did, each thing where it came first. */
async function slotsOf(): Promise<readonly (readonly string[])[]> {
  const venue = createSyntheticMarket({
    seed: 5,
    timeframe: "5m",
    firstSlotMs: FIRST_SLOT_MS,
    slots: 4,
    shapes: kindredShapes(100),
  });
  let done = new Set<string>();
  const candles: typeof venue.marketData.candles = (request, options) => {
    done.add("candles");
    return venue.marketData.candles(request, options);
  };
  const { desk, clock } = await openTestDesk({
    venue: { ...venue, marketData: { ...venue.marketData, candles } },
    startMs: FIRST_SLOT_MS,
    assets: venue.markets.size,
    wrapRuns: (runs) => ({
      ...runs,
      begin: async (run, options) => {
        done.add(`begin ${run.job}`);
        await turn();
        const begun = await runs.begin(run, options);
        done.add(`begun ${run.job}`);
        return begun;
      },
    }),
    wrapJournal: (journal) => ({
      ...journal,
      append: (events, options) => {
        done.add("journal");
        return journal.append(events, options);
      },
    }),
  });
  const slots: (readonly string[])[] = [];
  for (const number of [0, 1]) {
    done = new Set();
    const slotMs = unixMs(FIRST_SLOT_MS + number * STEP_MS);
    clock.advanceTo(slotMs);
    await runLiveSlot(desk, slotMs, { ...patience, isStopping: () => true });
    slots.push([...done].filter((one) => /candles|journal|sleep-cycle|decision-cycle/.test(one)));
  }
  return slots;
}

it("records the run of a decision once it is journaled, and waits for no record of a slot that is surely new", async () => {
  const [first, second] = await slotsOf();
  const end = ["journal", "begin decision-cycle", "begun decision-cycle"];
  // An earlier process may have done it.
  expect(first).toEqual(["begin sleep-cycle", "begun sleep-cycle", "candles", ...end]);
  expect(second?.filter((one) => one !== "begun sleep-cycle")).toEqual(["begin sleep-cycle", "candles", ...end]);
  expect(second?.indexOf("candles")).toBeLessThan(second?.indexOf("begun sleep-cycle") ?? 0);
});
