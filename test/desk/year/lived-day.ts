// One day of the desk, lived slot by slot from an empty store, which begins and ends with the same cash and nothing held, so that it
// may follow itself. What is left of it after a day and after a month is what the product's own consolidation leaves.
import { join } from "node:path";
import { allot } from "#desk/acts/allot.ts";
import { doAct } from "#desk/acts/do-act.ts";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { consolidate } from "#memory/consolidate.ts";
import { writeStoreFile } from "#memory/store-file/write-store-file.ts";
import { subtract } from "#schemas/money.ts";
import { DAY_MS, HOUR_MS, unixMs } from "#schemas/units.ts";
import { patience } from "#test/support/desk.ts";
import { LIVED_MS, NEXT_MS, openPlace, openYearDesk, type PlaceSpec, START, STEP_MS, slotsFrom } from "./year-desk.ts";

/** Longer before the end than the desk waits before it enters a market again. */
const SOLD_MS = unixMs(NEXT_MS - 2 * HOUR_MS);
const SAID = { by: "operator", reason: "the day ends as it began" };

/** The stores's files: as it was lived, as it is a few days later, and after more than a month. */
export interface DayFiles {
  readonly lived: string;
  readonly hourly: string;
  readonly daily: string;
}

export async function liveDay(spec: PlaceSpec, folder: string): Promise<DayFiles> {
  const place = await openPlace(spec);
  const { desk, clock } = await openYearDesk(place, LIVED_MS);
  for (const slotMs of slotsFrom(LIVED_MS, DAY_MS / STEP_MS)) {
    clock.advanceTo(slotMs);
    await runLiveSlot(desk, slotMs, patience);
    if (slotMs === SOLD_MS) await doAct(desk, { kind: "flatten", strategyId: null }, SAID, patience);
  }
  await doAct(desk, { kind: "resume", strategyId: null }, SAID, patience);
  const { cash, positions } = desk.account.portfolio();
  if (positions.size > 0) throw new Error("something is still held at the end of the day");
  await allot(desk, subtract(START.cash, cash), SAID, patience);
  const file = async (name: string) => {
    const path = join(folder, `${name}.store`);
    await writeStoreFile(place.database, path, { version: "test", nowMs: NEXT_MS }, patience);
    return path;
  };
  const later = async (name: string, days: number) => {
    await consolidate(place.store, { nowMs: unixMs(NEXT_MS + days * DAY_MS) }, patience);
    return file(name);
  };
  const files = { lived: await file("lived"), hourly: await later("hourly", 3), daily: await later("daily", 40) };
  await place.store.close();
  return files;
}
