// A desk on the simulated venue that is asked by intent: the question is recorded as the product records it, and nothing else.

import type { ThinkReport } from "#desk/documents/think-report.ts";
import { thinkAhead } from "#desk/planning/think-ahead.ts";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { type Intent, intentKey } from "#schemas/question.ts";
import { timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import type { LedgerEntry } from "#schemas/work.ts";
import { openTestDesk, patience, type TestDeskParts } from "#test/support/desk.ts";
import { createSimulatedVenue } from "#toolkits/market/simulated-venue.ts";
import { createSimulatedSecurity } from "#toolkits/security/simulated-security.ts";
import { createSimulatedUniverse } from "#toolkits/universe/simulated-universe.ts";

export const START_MS = unixMs(Date.UTC(2026, 8, 14, 0, 5));
export const slot = (n: number): UnixMs => unixMs(START_MS + n * timeframeMs("5m"));

export interface ThinkingDeskParts extends Partial<Omit<TestDeskParts, "venue">> {
  readonly seed?: number;
  readonly thinking?: Partial<DeskConfig["thinking"]>;
  readonly wrapVenue?: (venue: TestDeskParts["venue"]) => TestDeskParts["venue"];
}

export async function openThinkingDesk({ seed = 1, assets = 6, wrapVenue, ...parts }: ThinkingDeskParts = {}) {
  const marketData = createSimulatedVenue({ seed, assets });
  const markets = new Map((await marketData.markets(patience)).map((market) => [market.symbol, market]));
  const venue = {
    marketData,
    markets,
    universe: createSimulatedUniverse({ seed, assets }),
    security: createSimulatedSecurity({ seed, assets }),
  };
  const opened = await openTestDesk({ startMs: START_MS, assets, venue: wrapVenue?.(venue) ?? venue, ...parts });
  const { desk, clock } = opened;
  const symbols = [...markets.keys()];
  let asked = 0;
  return {
    ...opened,
    symbols,
    /** An intent about the n-th market. */
    about: (n: number, over: Partial<Intent> = {}): Intent => ({
      kind: "rsi",
      symbol: symbols[n] ?? null,
      other: null,
      timeframe: "5m",
      side: null,
      negation: false,
      horizon: null,
      ...over,
    }),
    /** Recorded `times` times, at now. */
    async ask(intent: Intent, times = 1): Promise<void> {
      const nowMs = desk.clock.now();
      for (let i = 0; i < times; i++) {
        asked += 1;
        await desk.topics.remember(
          {
            kind: "question",
            topic: intentKey(intent, { deskId: desk.deskId, venueId: desk.marketData.venueId }),
            body: { intent, path: "recalled", atMs: nowMs, place: asked },
            sources: [],
            validUntilMs: unixMs(nowMs + 1),
          },
          { nowMs },
          patience,
        );
      }
    },
    tick(n: number) {
      clock.advanceTo(slot(n));
      return runLiveSlot(desk, slot(n), patience);
    },
    /** A slot at whatever the clock says. */
    tickAt: (slotMs: UnixMs) => runLiveSlot(desk, slotMs, patience),
    think: (n: number, over: Partial<Parameters<typeof thinkAhead>[1]> = {}): Promise<ThinkReport> =>
      thinkAhead(desk, { reason: "slot", slotMs: slot(n), ...over }, patience),
    thinkingEntries: async (): Promise<readonly LedgerEntry[]> =>
      (await desk.ledger.entries({}, patience)).filter(({ job }) => job === "thinking"),
  };
}

export const marketWide = (over: Partial<Intent> = {}): Intent => ({
  kind: "oversold",
  symbol: null,
  other: null,
  timeframe: "5m",
  side: null,
  negation: false,
  horizon: null,
  ...over,
});
