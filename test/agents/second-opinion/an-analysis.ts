// One analysis with plain numbers, for tests that look at few of its members.
import type { Analysis } from "#schemas/analysis.ts";
import type { MarketSymbol, VenueId } from "#schemas/units.ts";
import { unixMs } from "#schemas/units.ts";

export const AS_OF_MS = unixMs(Date.UTC(2024, 2, 1, 20, 0));

export const anAnalysis = (change: Partial<Analysis> = {}): Analysis => {
  const asOfMs = change.asOfMs ?? AS_OF_MS;
  return {
    id: `analysis-of-${change.symbol ?? "BTC/USDT"}`,
    schemaVersion: 3,
    definitionId: "test",
    venueId: "sim:1" as VenueId,
    venue: "sim",
    simulated: true,
    symbol: "BTC/USDT" as MarketSymbol,
    timeframe: "5m",
    asOfMs,
    computedAtMs: asOfMs,
    checkedThroughMs: asOfMs,
    validUntilMs: unixMs(asOfMs + 86_400_000),
    origin: "sleep",
    price: 100,
    indicators: {
      rsiWilder: 33.5,
      bollinger: { upper: 110, middle: 104, lower: 98, bandwidth: 0.12, percentB: 0.17 },
      atr: 1.5,
      candles: 500,
      filled: 0,
      windowStartMs: asOfMs - 500 * 300_000,
      warmup: "full",
      flat: false,
    },
    trend: {
      changeHourPct: -1,
      changeDayPct: -6,
      dayHigh: 111,
      dayLow: 99,
      direction: "down",
      hourMoveDailySigmas: -0.4,
    },
    security: {
      verdict: "clear",
      reason: "all checks passed",
      chain: null,
      contract: null,
      checks: [],
      observedAtMs: asOfMs,
      validUntilMs: asOfMs + 86_400_000,
    },
    signal: { action: "hold", strength: 0, reasons: ["RSI 33.50 (acts under 30 or over 70)"] },
    triggers: { enterAtOrBelow: 99.2, exitAtOrAbove: 118 },
    notes: [],
    sources: { candles: "c", security: "s" },
    ...change,
  };
};
