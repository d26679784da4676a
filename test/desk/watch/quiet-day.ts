// A simulated day of the whole desk: 50 assets, default settings, 288 slots of 5 minutes through the real cycles.
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { nextSlot } from "#desk/slots.ts";
import type { Alert } from "#schemas/alert.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { unixMs } from "#schemas/units.ts";
import { openTestDesk, patience } from "#test/support/desk.ts";
import { createSimulatedVenue } from "#toolkits/market/simulated-venue.ts";
import { createSimulatedSecurity } from "#toolkits/security/simulated-security.ts";
import { createSimulatedUniverse } from "#toolkits/universe/simulated-universe.ts";

export const SLOTS_A_DAY = 288;
const ASSETS = 50;

export async function simulatedDay(
  seed: number,
  slots = SLOTS_A_DAY,
): Promise<{ readonly alerts: readonly Alert[]; readonly events: readonly JournalEvent[] }> {
  const marketData = createSimulatedVenue({ seed, assets: ASSETS });
  const markets = new Map((await marketData.markets(patience)).map((market) => [market.symbol, market]));
  const startMs = unixMs(Date.UTC(2026, 8, 14, 0, 5));
  const { desk, clock, events } = await openTestDesk({
    venue: {
      marketData,
      markets,
      universe: createSimulatedUniverse({ seed, assets: ASSETS }),
      security: createSimulatedSecurity({ seed, assets: ASSETS }),
    },
    startMs,
    assets: ASSETS,
    runId: "sim-day",
  });
  const alerts: Alert[] = [];
  for (let slotMs = startMs, done = 0; done < slots; done++, slotMs = nextSlot(slotMs, "5m")) {
    clock.advanceTo(slotMs);
    alerts.push(...(await runLiveSlot(desk, slotMs, patience)).alerts);
  }
  return { alerts, events: await events() };
}
