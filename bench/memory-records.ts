// Bench. Analyses as a sleep cycle writes them, cheaply made: distinct objects of the real shape and about the real size.

import { ANALYSIS_SCHEMA_VERSION, type Analysis } from "#schemas/analysis.ts";
import { NO_TREND } from "#schemas/indicator.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { MarketSymbol, timeframeMs, type UnixMs, unixMs, VenueId } from "#schemas/units.ts";

export const STEP_MS = timeframeMs("5m");
export const NOW_MS = unixMs(1_735_689_600_000);
export const DEFINITION = "bench";
export const VENUE = VenueId.parse("sim:1");
export const options: CallOptions = { signal: new AbortController().signal };

const symbols: MarketSymbol[] = [];

/** The analysis of asset `index` at one close. */
export function makeAnalysis(index: number, asOfMs: UnixMs = NOW_MS): Analysis {
  symbols[index] ??= MarketSymbol.parse(`COIN${index}/USDT`);
  const price = 100 + ((index + asOfMs / STEP_MS) % 97) / 7;
  return {
    venueId: VENUE,
    symbol: symbols[index],
    timeframe: "5m",
    // As unique as a hash of the content, and as long.
    id: `${asOfMs.toString(16).padStart(16, "0")}${index.toString(16).padStart(16, "0")}`,
    schemaVersion: ANALYSIS_SCHEMA_VERSION,
    definitionId: DEFINITION,
    venue: "sim",
    simulated: true,
    asOfMs,
    computedAtMs: asOfMs,
    checkedThroughMs: asOfMs,
    validUntilMs: unixMs(asOfMs + 3_600_000),
    origin: "sleep",
    price,
    trend: NO_TREND,
    indicators: {
      rsiWilder: price / 3,
      bollinger: { upper: price + 9.5, middle: price, lower: price - 9.5, bandwidth: 0.19, percentB: 0.5 },
      atr: price / 50,
      candles: 500,
      filled: 0,
      windowStartMs: asOfMs - 500 * STEP_MS,
      warmup: "full",
      flat: false,
    },
    security: {
      verdict: "clear",
      reason: "No check fails.",
      chain: "1",
      contract: `0x${index.toString(16).padStart(40, "0")}`,
      checks: ["is_honeypot", "is_mintable", "is_proxy", "owner_change_balance", "transfer_pausable"].map((id) => ({
        id,
        state: "pass" as const,
        severity: "critical" as const,
        source: "sim",
        evidence: "0",
      })),
      observedAtMs: asOfMs,
      validUntilMs: asOfMs + 3_600_000,
    },
    notes: [],
    sources: { candles: "0".repeat(32), security: "0".repeat(32) },
  };
}

export const makeMarket = (assets: number, asOfMs?: UnixMs): readonly Analysis[] =>
  Array.from({ length: assets }, (_, index) => makeAnalysis(index, asOfMs));
