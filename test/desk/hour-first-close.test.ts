// The first close of an hour: what moves together is due then, and no order waits until it is remembered.
import { expect, it } from "vitest";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import type { GateRelationships } from "#schemas/relationship.ts";
import { HOUR_MS, timeframeMs, unixMs } from "#schemas/units.ts";
import { openTestDesk, patience } from "#test/support/desk.ts";
import type { GateInput } from "#toolkits/risk/gate-input.ts";
import { kindredTrial } from "./both-ways.ts";

const STEP_MS = timeframeMs("5m");
const SLOTS = 36;

/** What the gate was given at the first close of each hour, and what was known of the hour then and afterwards. */
async function hoursOf(seed: number) {
  const { venue, limits, cash } = kindredTrial(seed, { slots: SLOTS });
  const { firstSlotMs } = venue.settings;
  const parts = { venue, limits, cash, entryStyle: "next-open", timeframe: "5m", assets: venue.markets.size } as const;
  const { desk, clock } = await openTestDesk({ ...parts, startMs: firstSlotMs });
  const asked: { readonly given: Partial<GateRelationships>; readonly keptHourMs: number | undefined }[] = [];
  const listening = {
    ...desk,
    onGated: ({ relationships }: GateInput) => {
      if (relationships === null) return;
      const { hourMs, timeframe, leader, clusters, linkedToLeader } = relationships;
      const given = { hourMs, timeframe, leader, clusters, linkedToLeader };
      asked.push({ given, keptHourMs: desk.relationships.current(desk.clock.now())?.hourMs });
    },
  };
  const hours = [];
  for (let slot = 0; slot < SLOTS; slot++) {
    const slotMs = unixMs(firstSlotMs + slot * STEP_MS);
    clock.advanceTo(slotMs);
    asked.length = 0;
    await runLiveSlot(listening, slotMs, { ...patience, isStopping: () => true });
    if (slot > 0 && slotMs % HOUR_MS === 0)
      hours.push(...asked.map((one) => ({ ...one, slotMs, remembered: desk.relationships.current(slotMs) })));
  }
  return hours;
}

it("is decided by what will be remembered of the hour, before it is", async () => {
  const hours = (await Promise.all([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(hoursOf))).flat();
  expect(hours.length).toBeGreaterThan(2);
  for (const { given, keptHourMs, slotMs, remembered } of hours) {
    expect(keptHourMs).toBe(slotMs - HOUR_MS);
    expect(remembered).toMatchObject({ ...given, hourMs: slotMs });
  }
  expect(hours.some(({ given }) => (given.clusters?.length ?? 0) > 0)).toBe(true);
});
