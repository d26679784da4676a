// One analysis with plain numbers, and what one strategy says of it, for tests that look at few of its members.
import { ANALYSIS_SCHEMA_VERSION } from "#schemas/analysis.ts";
import type { ActionLevels, MarketView, Reading } from "#schemas/reading.ts";
import type { MarketSymbol, VenueId } from "#schemas/units.ts";
import { unixMs } from "#schemas/units.ts";
import { levelsOf, makeReading } from "#test/memory/fixtures.ts";

export const AS_OF_MS = unixMs(Date.UTC(2024, 2, 1, 20, 0));

/** Enters at or below the one, exits at or above the other; null: at no close. */
export const levelsAt = (enter: number | null, exit: number | null): ActionLevels =>
  levelsOf([
    ...(enter === null ? [] : [{ action: "enter" as const, from: null, to: enter }]),
    ...(exit === null ? [] : [{ action: "exit" as const, from: exit, to: null }]),
  ]);

/** What it says of the analysis. */
export const aReading = (of: MarketView, change: Partial<Reading> = {}): Reading =>
  makeReading(of, {
    signal: { action: "hold", strength: 0, reasons: ["RSI 33.50 (acts under 30 or over 70)"] },
    levels: levelsAt(99.2, 118),
    ...change,
  });

export const anAnalysis = (change: Partial<MarketView> = {}): MarketView => {
  const asOfMs = change.asOfMs ?? AS_OF_MS;
  const view: MarketView = {
    id: `analysis-of-${change.symbol ?? "BTC/USDT"}`,
    schemaVersion: ANALYSIS_SCHEMA_VERSION,
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
    readings: [],
    notes: [],
    sources: { candles: "c", security: "s" },
    ...change,
  };
  return change.readings === undefined ? { ...view, readings: [aReading(view)] } : view;
};
