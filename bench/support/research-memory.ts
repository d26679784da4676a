// Bench. `node research-memory.ts MARKETS CANDLES`: a backtest of so many candles held in memory, with its document; prints the peak of
// its memory and how long the backtest took.
import { backtest } from "#apps/commands/backtest.ts";
import { fiveIndicators, heldVenue } from "./held-venue.ts";

const [, , markets = "", candles = ""] = process.argv;
const held = await heldVenue({ markets: Number(markets), candles: Number(candles), strategy: fiveIndicators() });
const startedMs = performance.now();
await backtest(
  held.config,
  held.venue,
  { note: () => {}, progress: () => {} },
  {
    signal: new AbortController().signal,
    startedMs,
    env: {},
    range: { fromMs: held.firstSlotMs, toMs: held.lastSlotMs },
  },
);
const tookMs = performance.now() - startedMs;
process.stdout.write(JSON.stringify({ peakMb: process.resourceUsage().maxRSS / 1024, tookMs }));
