// Bench. A venue in this process that takes 50 ms for each question and has no limit.
import { candleColumns, newestClosed } from "#schemas/market.ts";
import type { Clock, MarketData } from "#schemas/ports/market.ts";
import { timeframeMs } from "#schemas/units.ts";

export const SLOW_VENUE_MS = 50;

export const slowVenue = (sleep: Clock["sleep"]): Pick<MarketData, "candles" | "graceMs"> => ({
  graceMs: 0,
  async candles({ symbol, timeframe, nowMs, fromMs }, options) {
    await sleep(SLOW_VENUE_MS, options);
    const stepMs = timeframeMs(timeframe);
    const rows = (newestClosed(nowMs, timeframe, 0) - fromMs) / stepMs;
    const columns = candleColumns((name) =>
      Float64Array.from({ length: rows }, (_, row) => (name === "openMs" ? fromMs + row * stepMs : 100 + row)),
    );
    return { symbol, timeframe, ...columns, notes: [], askedFromMs: fromMs, checkedThroughMs: nowMs };
  },
});
