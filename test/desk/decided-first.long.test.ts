// A close that is decided on what was just read, and one that is decided on what was remembered before: the same journal, row by row.
import { expect, it } from "vitest";
import { collectReports } from "#desk/run-slot/collect-reports.ts";
import { runLiveSlot, tradeOnce } from "#desk/run-slot/live-slot.ts";
import { runSleepCycle } from "#desk/run-slot/sleep-cycle.ts";
import { canonicalDecisionLine } from "#schemas/decisions-hash.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { timeframeMs, unixMs } from "#schemas/units.ts";
import { count } from "#test/support/count.ts";
import { openTestDesk, patience, type TestDesk } from "#test/support/desk.ts";
import { assortedShapes, createSyntheticMarket, FIRST_SLOT_MS } from "#test/support/synthetic-market.ts";
import { kindredTrial, type Trial, tightLimits } from "./both-ways.ts";

const SLOTS = 40;
const STEP_MS = timeframeMs("5m");

type RunSlot = (desk: TestDesk["desk"], slotMs: typeof FIRST_SLOT_MS) => Promise<unknown>;

const decidedFirst: RunSlot = (desk, slotMs) => runLiveSlot(desk, slotMs, { ...patience, isStopping: () => true });

/** What `sleep` and `trade` do, one after the other: every decision is made on records of the store. */
const rememberedFirst: RunSlot = async (desk, slotMs) => {
  await collectReports(desk, desk.clock.now(), patience);
  await runSleepCycle(desk, slotMs, patience);
  await tradeOnce(desk, slotMs, patience);
};

/** Alerts are the live slot's own. */
async function journalOf({ venue, limits, cash }: Trial, run: RunSlot): Promise<readonly JournalEvent[]> {
  const parts = { venue, limits, cash, entryStyle: "next-open", timeframe: "5m", assets: venue.markets.size } as const;
  const { desk, clock, events } = await openTestDesk({ ...parts, startMs: venue.settings.firstSlotMs });
  for (let slot = 0; slot < SLOTS; slot++) {
    const slotMs = unixMs(venue.settings.firstSlotMs + slot * STEP_MS);
    clock.advanceTo(slotMs);
    await run(desk, slotMs);
  }
  return (await events()).filter(({ type }) => type !== "alert");
}

const trialOf = (seed: number): Trial =>
  seed % 2 === 0
    ? kindredTrial(seed, { slots: SLOTS })
    : {
        venue: createSyntheticMarket({
          seed,
          timeframe: "5m",
          firstSlotMs: FIRST_SLOT_MS,
          slots: SLOTS,
          shapes: assortedShapes(),
        }),
        ...tightLimits(seed),
      };

it("is the same journal whether a close is decided before or after it is remembered", async () => {
  let decisions = 0;
  for (let seed = 1; seed <= count(200, 2); seed++) {
    const rows = await journalOf(trialOf(seed), decidedFirst);
    const again = await journalOf(trialOf(seed), rememberedFirst);
    expect(rows.map(rowOf), `seed ${seed}`).toEqual(again.map(rowOf));
    decisions += rows.filter(({ type }) => type === "decision").length;
  }
  expect(decisions).toBeGreaterThan(1);
});

/** What two runs must share of a row; a row that has no such line is compared whole. */
const rowOf = (event: JournalEvent): string => canonicalDecisionLine(event) ?? JSON.stringify(event);
