// A desk that has lived through much: trades, stops, refusals, a pause, missed slots, and one alert of each kind.
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { nextSlot } from "#desk/slots.ts";
import { type Alert, AlertKind } from "#schemas/alert.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { type MarketSymbol, unixMs } from "#schemas/units.ts";
import { openTestDesk, patience, type TestDesk } from "#test/support/desk.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { assortedShapes, createSyntheticMarket, FIRST_SLOT_MS } from "#test/support/synthetic-market.ts";

const SLOTS = 120;

export const venue = createSyntheticMarket({
  seed: 5,
  timeframe: "5m",
  firstSlotMs: FIRST_SLOT_MS,
  slots: SLOTS,
  shapes: assortedShapes(),
});

export async function busyRun(): Promise<TestDesk> {
  const test = await openTestDesk({
    venue,
    startMs: FIRST_SLOT_MS,
    strategies: [eager],
    limits: { stopPct: 1, targetPct: 2, cooldownCandles: 1 },
  });
  const { desk, clock } = test;
  await desk.account.append([STARTED], patience);
  let slotMs = FIRST_SLOT_MS;
  for (let slot = 0; slot < SLOTS; slot++, slotMs = nextSlot(slotMs, "5m")) {
    if ((slot >= 40 && slot < 46) || slot === 80 || slot === 90 || slot === 91) continue;
    clock.advanceTo(slotMs);
    await runLiveSlot(desk, slotMs, patience);
    if (slot === 60)
      await desk.account.append(
        [{ type: "control", strategyId: null, atMs: slotMs, action: "pause", reason: "lunch" }],
        patience,
      );
    if (slot === 62)
      await desk.account.append(
        [{ type: "control", strategyId: null, atMs: slotMs, action: "resume", reason: "back" }],
        patience,
      );
    if (slot % 10 === 7) await desk.account.append([oneOfEach(slot, slotMs)], patience);
  }
  return test;
}

export const STARTED: JournalEvent = {
  type: "run-started",
  atMs: FIRST_SLOT_MS,
  cash: "10000" as never,
  quote: "USDT",
  venueId: "synthetic",
  strategyIds: ["eager"],
  timeframe: "5m",
  securityPolicy: "recorded",
};

function oneOfEach(number: number, atMs: number): JournalEvent {
  // The last is told while nothing can be journaled.
  const kinds = AlertKind.options.filter((kind) => kind !== "desk-dead" && kind !== "store-away");
  const kind = kinds[Math.floor(number / 10) % kinds.length] ?? "blind";
  const alert: Alert = {
    alertId: `${kind}:made-up-${number}`,
    kind,
    symbol: "AAA/USDT" as MarketSymbol,
    atMs: unixMs(atMs),
    text: `Something of kind ${kind}.`,
    simulated: true,
  };
  return { type: "alert", atMs: unixMs(atMs), alert };
}
