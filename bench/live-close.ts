// Bench. From a close to its first order and to its last: a live desk of 500 markets whose candles are there, an exchange that answers at
// once, and what the desk does meanwhile, step by step. The journal is in PostgreSQL where there is one.
import type { Desk } from "#desk/desk.ts";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { openPostgresStore } from "#memory/stores/postgres.ts";
import { InvariantError } from "#schemas/errors.ts";
import type { Market, Ticker } from "#schemas/market.ts";
import type { MarketData, SecuritySource } from "#schemas/ports/market.ts";
import type { Store } from "#schemas/ports/memory.ts";
import { andThen } from "#schemas/ports/work.ts";
import { HOUR_MS, MarketSymbol, type UnixMs, unixMs } from "#schemas/units.ts";
import { shippedStrategy } from "#toolkits/strategies/registry.ts";
import { type BenchRow, quantile, spread } from "./rows.ts";
import { answeringVenue } from "./support/answering-venue.ts";
import { CloseCourse, STEPS, timedStore } from "./support/close-course.ts";
import { openBenchDesk } from "./support/desk.ts";
import { END_MS, heldVenue, STEP_MS } from "./support/held-venue.ts";
import { openPgliteInMemory } from "./support/pglite-in-memory.ts";
import { createDatabase, whyNoPostgres } from "./support/postgres-place.ts";

const ASSETS = 500;
/** `--long`: a p99 that says something. */
const CLOSES = process.argv.includes("--long") ? 240 : 36;
/** Compilation, and the first reads of whole windows. */
const WARM_UP = 3;
const POSITIONS = 10;
/** With an entry: of fewer nothing can be said. */
const LEAST_CLOSES = 20;
const { signal } = new AbortController();

export async function benchClose(): Promise<readonly BenchRow[]> {
  const database = (await whyNoPostgres()) === null ? await createDatabase() : null;
  const store =
    database === null ? await openPgliteInMemory("bench") : await openPostgresStore(database.url, "bench", { signal });
  try {
    return await closesOf(store);
  } finally {
    await store.close();
    await database?.drop();
  }
}

async function closesOf(store: Store): Promise<readonly BenchRow[]> {
  const course = new CloseCourse();
  const firstSlotMs = unixMs(END_MS - CLOSES * STEP_MS);
  const { desk, clock } = await openDesk(store, course, firstSlotMs);
  const plain: ReturnType<CloseCourse["measured"]>[] = [];
  const hourly: typeof plain = [];
  for (let n = 0; n < CLOSES; n++) {
    const slotMs = unixMs(firstSlotMs + n * STEP_MS);
    clock.advanceTo(slotMs);
    course.begin();
    await runLiveSlot(desk, slotMs, { signal, isStopping: () => true });
    if (n >= WARM_UP && course.hasOrder) (slotMs % HOUR_MS === 0 ? hourly : plain).push(course.measured());
  }
  if (plain.length < LEAST_CLOSES) {
    const was = `Only ${plain.length} of ${CLOSES} closes had an entry.`;
    throw new InvariantError({ was, remedy: "Fix bench/live-close.ts." });
  }
  const [first, last] = [plain.map((one) => one.firstMs), plain.map((one) => one.lastMs)];
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  say(
    `close → first order, ${ASSETS} markets, ${plain.length} closes, ${store.kind}: ${spread(first)}; goal p99 20 ms`,
  );
  say(`  of it CPU of this process: ${spread(plain.map(({ cpuMs }) => cpuMs))}`);
  for (const step of STEPS) say(`  ${step}: ${spread(plain.map(({ steps }) => steps.get(step) ?? 0))}`);
  say(`close → last order: ${spread(last)}; the whole slot: ${spread(plain.map(({ slotMs }) => slotMs))}`);
  if (hourly.length > 0) say(`close of an hour → first order: ${spread(hourly.map((one) => one.firstMs))}`);
  return [
    {
      name: `close → first order over ${ASSETS} markets: ${spread(first)}`,
      baseline: "the whole slot, with what is remembered after it",
      ratio:
        quantile(
          plain.map(({ slotMs }) => slotMs),
          0.5,
        ) / quantile(first, 0.5),
      unitsPerSecond: 1000 / quantile(first, 0.5),
      unit: "closes",
    },
  ];
}

const PEG = MarketSymbol.parse("USDC/USDT");

async function openDesk(store: Store, course: CloseCourse, startMs: UnixMs) {
  const held = await heldVenue({ markets: ASSETS, candles: CLOSES + 2, strategy: shippedStrategy("mean-reversion") });
  const markets = new Map<MarketSymbol, Market>(held.venue.markets);
  const [any] = markets.values();
  if (any === undefined)
    throw new InvariantError({ was: "The venue has no market.", remedy: "Fix bench/live-close.ts." });
  markets.set(PEG, { ...any, symbol: PEG, base: "USDC", quote: "USDT" });
  const marketData: MarketData = {
    ...held.venue.marketData,
    candles: (request, options) =>
      andThen(held.venue.marketData.candles(request, options), (series) => {
        course.end("candles");
        return series;
      }),
    tickers: async ({ symbols, nowMs }) => symbols.map((symbol) => atPar(symbol, nowMs)),
  };
  let account: Desk["account"] | null = null;
  let passedMs = (): number => 0;
  const orders = answeringVenue({
    now: () => clock.now(),
    portfolio: () => (account as Desk["account"]).portfolio(),
    positions: POSITIONS,
    onPlaced: ({ side }) => {
      if (side === "buy") course.submitted();
    },
  });
  const roomy = { maxOpenPositions: 1_000, maxExposurePct: 50, maxEntriesPerCluster: 1_000, leaderFallSigmas: 100 };
  const limits = { ...held.config.limits, ...roomy, entryPct: 1, maxDayLossPct: 99, maxDrawdownPct: 99 };
  const { desk, clock } = await openBenchDesk({
    venue: { ...held.venue, marketData, markets, orders, security: knownOnce(held.venue.security) },
    startMs,
    store: timedStore(store, course),
    settings: { assets: ASSETS, timeframe: "5m", mode: "live", limits },
    isReal: true,
    // A candle passes from one close to the next: what is looked at once in so many seconds is looked at as often as on a desk that runs.
    monotonicMs: () => performance.now() + passedMs(),
  });
  passedMs = () => clock.now() - startMs;
  account = desk.account;
  account.subscribe({
    take: ({ type }) => {
      if (type === "order-list") course.end("journal");
    },
  });
  const [host] = desk.hosts;
  if (host !== undefined) {
    const { read } = host;
    host.read = (...args) => course.after("signals", read(...args));
  }
  return { desk: { ...desk, onGated: () => course.end("decide, gate, size") }, clock };
}

const atPar = (symbol: MarketSymbol, atMs: UnixMs): Ticker => {
  const quotes = { bid: 0.9999, ask: 1.0001, last: 1, quoteVolume: 1 };
  return { symbol, atMs, ...quotes };
};

/** As a desk at an exchange keeps them: a token is not looked up at a close. */
function knownOnce(source: SecuritySource): SecuritySource {
  const known = new Map<MarketSymbol, ReturnType<SecuritySource["report"]>>();
  return {
    id: source.id,
    report: (asked, options) => {
      const report = known.get(asked.symbol) ?? source.report(asked, options);
      known.set(asked.symbol, report);
      return report;
    },
  };
}
