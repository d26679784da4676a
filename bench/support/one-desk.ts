// Bench. `node one-desk.ts MARKETS STRATEGIES`: a paper desk on PostgreSQL lives through an hour of 5m closes of markets whose candles are
// there, with those strategies (`mean-reversion,breakout`), and prints what a close costs: `DeskCost` as JSON.
import { parseOptions } from "#apps/options.ts";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { openPostgresStore } from "#memory/stores/postgres.ts";
import type { Market, Ticker } from "#schemas/market.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import { MarketSymbol, unixMs } from "#schemas/units.ts";
import { shippedStrategy } from "#toolkits/strategies/registry.ts";
import { openBenchDesk } from "./desk.ts";
import { END_MS, heldVenue, STEP_MS } from "./held-venue.ts";
import { createDatabase } from "./postgres-place.ts";

export interface DeskCost {
  /** CPU of the desk's own process for a close, ms: the mean of an hour, and the most. */
  readonly cpuMs: number;
  readonly mostCpuMs: number;
  /** With the waits for PostgreSQL; every candle is there. */
  readonly tookMs: number;
  readonly rssMb: number;
}

const [, , markets = "", strategies = ""] = process.argv;
const { signal } = new AbortController();
/** An hour, after the first reads of whole windows and compilation. */
const WARM_UP = 3;
const CLOSES = 12;
const PEG = MarketSymbol.parse("USDC/USDT");

const database = await createDatabase();
const store = await openPostgresStore(database.url, "bench", { signal });
try {
  const closes = WARM_UP + CLOSES;
  const held = await heldVenue({
    markets: Number(markets),
    candles: closes + 1,
    strategy: shippedStrategy("mean-reversion"),
  });
  const known = new Map<MarketSymbol, Market>(held.venue.markets);
  for (const any of [...known.values()].slice(0, 1))
    known.set(PEG, { ...any, symbol: PEG, base: "USDC", quote: "USDT" });
  const tickers: MarketData["tickers"] = async ({ symbols, nowMs: atMs }) =>
    symbols.map((symbol): Ticker => ({ symbol, atMs, bid: 0.9999, ask: 1.0001, last: 1, quoteVolume: 1 }));
  const firstSlotMs = unixMs(END_MS - closes * STEP_MS);
  const { desk, clock } = await openBenchDesk({
    venue: { ...held.venue, markets: known, marketData: { ...held.venue.marketData, tickers } },
    startMs: firstSlotMs,
    store,
    settings: {
      assets: Number(markets),
      timeframe: "5m",
      strategies: parseOptions({ venue: "sim", strategy: strategies }, {}).config.strategies,
    },
    isReal: true,
    monotonicMs: () => performance.now(),
  });
  const cpus: number[] = [];
  let tookMs = 0;
  for (let n = 0; n < closes; n++) {
    const slotMs = unixMs(firstSlotMs + n * STEP_MS);
    clock.advanceTo(slotMs);
    const [startedMs, before] = [performance.now(), process.cpuUsage()];
    await runLiveSlot(desk, slotMs, { signal, isStopping: () => true });
    if (n < WARM_UP) continue;
    const { user, system } = process.cpuUsage(before);
    cpus.push((user + system) / 1000);
    tookMs += (performance.now() - startedMs) / CLOSES;
  }
  const cpuMs = cpus.reduce((sum, ms) => sum + ms, 0) / CLOSES;
  const rssMb = process.memoryUsage().rss / 2 ** 20;
  process.stdout.write(JSON.stringify({ cpuMs, mostCpuMs: Math.max(...cpus), tookMs, rssMb } satisfies DeskCost));
} finally {
  await store.close();
  await database.drop();
}
