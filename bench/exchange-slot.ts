// Bench. What a slot of 50 markets takes at an exchange, beside what the exchange's own limit forces: so many requests, so far apart.
// The whole desk, the unmodified client with its limiter on, and a venue on loopback that answers at once.
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { systemClock } from "#scheduler/clock.ts";
import { timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { createCcxtVenue, GRACE_MS } from "#toolkits/market/ccxt-venue.ts";
import { createSimulatedVenue } from "#toolkits/market/simulated-venue.ts";
import { createUnreportedSecurity } from "#toolkits/security/unreported-security.ts";
import { createQuoteVolumeUniverse } from "#toolkits/universe/quote-volume-universe.ts";
import type { BenchRow } from "./rows.ts";
import { startBinanceServer } from "./support/binance-server.ts";
import { openBenchDesk } from "./support/desk.ts";
import { openPgliteInMemory } from "./support/pglite-in-memory.ts";

const ASSETS = 50;
const TIMEFRAME = "5m";
const FIRST_SLOT_MS = unixMs(Date.UTC(2025, 0, 1, 12));
/** After the first, which reads whole windows. */
const SLOTS = 5;
const patience = { signal: new AbortController().signal };

export async function benchExchangeSlot(): Promise<readonly BenchRow[]> {
  const simulated = createSimulatedVenue({ seed: 4, assets: ASSETS });
  const symbols = (await simulated.markets(patience)).map(({ symbol }) => symbol);
  let nowMs: UnixMs = unixMs(FIRST_SLOT_MS + GRACE_MS);
  const server = await startBinanceServer({ candles: simulated.candles, nowMs: () => nowMs, symbols });
  try {
    const venue = await createCcxtVenue({
      exchangeId: "binance",
      now: () => nowMs,
      sleep: systemClock().sleep,
      overrides: { apiUrl: server.url },
    });
    const { desk, clock } = await openBenchDesk({
      venue: {
        marketData: venue,
        markets: new Map((await venue.markets(patience)).map((market) => [market.symbol, market])),
        universe: createQuoteVolumeUniverse({ marketData: venue, quote: "USDT" }),
        security: createUnreportedSecurity(),
      },
      startMs: nowMs,
      store: await openPgliteInMemory("bench"),
      settings: { assets: ASSETS, timeframe: TIMEFRAME },
      isReal: true,
    });
    let tookMs = 0;
    let requests = 0;
    for (let slot = 0; slot <= SLOTS; slot++) {
      const slotMs = unixMs(FIRST_SLOT_MS + slot * timeframeMs(TIMEFRAME));
      nowMs = unixMs(slotMs + GRACE_MS);
      clock.advanceTo(nowMs);
      const [startedMs, asked] = [performance.now(), server.asked];
      await runLiveSlot(desk, slotMs, patience);
      if (slot === 0) continue;
      tookMs += performance.now() - startedMs;
      requests += server.asked - asked;
    }
    const forcedMs = requests * venue.facts.candles.paceMs;
    const a = (ms: number): string => `${(ms / SLOTS / 1000).toFixed(2)} s`;
    return [
      {
        name: `a slot of ${ASSETS} markets: ${a(tookMs)}`,
        baseline: `its ${requests / SLOTS} requests, ${venue.facts.candles.paceMs} ms apart: ${a(forcedMs)}`,
        ratio: forcedMs / tookMs,
        unitsPerSecond: ((ASSETS * SLOTS) / tookMs) * 1000,
        unit: "markets",
      },
    ];
  } finally {
    await server.close();
  }
}
