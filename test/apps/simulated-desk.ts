// A desk on the simulated venue with the store in memory, its run begun, for the commands' own functions.
import type { DeskCommand } from "#apps/command.ts";
import { createIo } from "#apps/io.ts";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { openTestDesk, patience, type TestDeskParts } from "#test/support/desk.ts";
import { createSimulatedVenue } from "#toolkits/market/simulated-venue.ts";
import { createSimulatedSecurity } from "#toolkits/security/simulated-security.ts";
import { createSimulatedUniverse } from "#toolkits/universe/simulated-universe.ts";

const SEED = 7;
const ASSETS = 12;
export const START_MS = unixMs(Date.UTC(2024, 2, 1, 12));
const { style } = createIo({ json: true, quiet: true });

export async function simulatedVenue(assets = ASSETS) {
  const marketData = createSimulatedVenue({ seed: SEED, assets });
  const markets = new Map((await marketData.markets(patience)).map((market) => [market.symbol, market]));
  const universe = createSimulatedUniverse({ seed: SEED, assets });
  const security = createSimulatedSecurity({ seed: SEED, assets });
  return { marketData, markets, universe, security };
}

export async function simulatedDesk(over: Partial<TestDeskParts> = {}) {
  const { assets = ASSETS } = over;
  const venue = await simulatedVenue(assets);
  const { marketData, markets } = venue;
  const parts = await openTestDesk({ venue, startMs: START_MS, assets, ...over });
  const { desk, store, clock } = parts;
  const append = (...events: JournalEvent[]) => desk.account.append(events, patience);
  const { cash } = desk.account.portfolio();
  const run = {
    strategyIds: [...desk.strategies.keys()],
    timeframe: "5m",
    securityPolicy: "recorded",
    quote: "USDT",
    cash,
  };
  // Opened again on its store it has begun already.
  if (desk.account.portfolio().settledThroughMs === null)
    await append({ type: "run-started", atMs: START_MS, venueId: marketData.venueId, ...run });
  return {
    ...parts,
    markets,
    append,
    /** One slot of the desk, so many after the first. */
    runSlot: async (slot: number) => {
      const slotMs: UnixMs = unixMs(START_MS + slot * timeframeMs("5m"));
      clock.advanceTo(slotMs);
      return runLiveSlot(desk, slotMs, patience);
    },
    /** A command's document and its text. */
    run: async <Document>(command: DeskCommand, flags: Readonly<Record<string, unknown>> = {}, args: string[] = []) => {
      const document = await command.execute({ desk, store } as never, { args, flags }, patience);
      return { document: document as Document, text: command.render(document, style) };
    },
  };
}
