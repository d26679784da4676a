// A desk whose world does as it is told, slot by slot: prices, silence, refusals, verdicts, a halt file. The strategy wants
// to buy both markets at once and nothing else.

import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { createSimulatedClock } from "#scheduler/clock.ts";
import type { Alert } from "#schemas/alert.ts";
import { ProviderRefusedError } from "#schemas/errors.ts";
import type { CandleSeries } from "#schemas/market.ts";
import type { Execution } from "#schemas/ports/trading.ts";
import type { SecurityReport, SecurityVerdict } from "#schemas/security.ts";
import { type MarketSymbol, timeframeMs, type UnixMs, unixMs, type VenueId } from "#schemas/units.ts";
import { openTestDesk, patience, type TestDesk, type TestDeskParts } from "#test/support/desk.ts";
import { testMarket } from "#test/support/market.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { reportOf } from "#test/support/synthetic-market.ts";
import { selectClosed } from "#toolkits/market/closed-candles.ts";
import { compileStrategy } from "#toolkits/strategies/compile-strategy.ts";
import { defineStrategy } from "#toolkits/strategies/define-strategy.ts";

export const STEP_MS = timeframeMs("5m");
export const FIRST_MS = unixMs(Date.UTC(2026, 2, 2, 9, 0));
export const [AAA, BBB] = ["AAA/USDT", "BBB/USDT"] as [MarketSymbol, MarketSymbol];
const BEFORE = 300;
const SLOTS = 200;

/** What the world does; changed between slots. */
export interface World {
  /** Close of the candle that ends at the slot with this number, percent of the usual 100. */
  readonly moves: Map<number, number>;
  /** The feed gives the close of that candle so many times what it was; the next one opens where it really closed. */
  readonly ticks: Map<number, number>;
  /** From the slot of this number on the venue has no new candle; null: it has. */
  frozenAt: number | null;
  pricesFail: Error | null;
  /** The venue neither takes orders nor tells of them. */
  ordersFail: Error | null;
  /** The venue forgets the stops that rest with it. */
  stopsLost: boolean;
  verdict: SecurityVerdict | Error;
  /** What else the report of both tokens says. */
  report: Partial<SecurityReport>;
  /** Reports of tokens are out of date when they are given. */
  reportsExpired: boolean;
  readonly haltFile: { exists: boolean };
}

export const buyerNamed = (id: string) =>
  compileStrategy(
    defineStrategy({
      id,
      title: "Always wants to buy",
      indicators: {},
      enter: () => ({ strength: 1, because: "always" }),
    }),
    { file: null },
  );
export const buyer = buyerNamed("buyer");

const LIMITS = { stopPct: 20, targetPct: 90, cooldownCandles: 1000, maxEntriesPerSlot: 2, maxOpenPositions: 2 };

export interface StagedDesk {
  readonly world: World;
  /** One slot, or so many. A venue's refusal ends a slot and no more. */
  run(slots?: number): Promise<void>;
  /** Slots that nobody runs. */
  sleep(slots: number): void;
  readonly test: () => TestDesk;
  /** The newest slot once more, by a new process. */
  again(): Promise<void>;
  /** What the slots themselves said they had raised. */
  readonly reported: readonly Alert[];
  /** Everything the journal has. */
  alerts(): Promise<readonly Alert[]>;
  /** Number of the next slot. */
  next(): number;
}

/** `restarts`: every slot is run by a new desk on the same store. */
export async function openStaged({
  restarts = false,
  ...parts
}: Partial<TestDeskParts> & { readonly restarts?: boolean } = {}): Promise<StagedDesk> {
  const world: World = {
    moves: new Map(),
    ticks: new Map(),
    frozenAt: null,
    pricesFail: null,
    ordersFail: null,
    stopsLost: false,
    verdict: "clear",
    report: {},
    reportsExpired: false,
    haltFile: { exists: false },
  };
  const store = createMemoryStore();
  const clock = createSimulatedClock(FIRST_MS);
  const open = (): Promise<TestDesk> =>
    openTestDesk({
      venue: venueOf(world),
      startMs: FIRST_MS,
      strategies: [buyer],
      store,
      clock,
      assets: 2,
      haltFile: world.haltFile,
      wrapExecution: (inner) => wrapped(inner, world),
      ...parts,
      limits: { ...LIMITS, ...parts.limits },
    });
  let test = await open();
  let next = 0;
  const reported: Alert[] = [];
  const runOne = async (): Promise<void> => {
    const slotMs = unixMs(FIRST_MS + next * STEP_MS);
    next += 1;
    clock.advanceTo(slotMs);
    if (restarts) test = await open();
    try {
      reported.push(...(await runLiveSlot(test.desk, slotMs, patience)).alerts);
    } catch (error) {
      if (!(error instanceof ProviderRefusedError)) throw error;
    }
  };
  return {
    world,
    run: async (slots = 1) => {
      for (let slot = 0; slot < slots; slot++) await runOne();
    },
    again: async () => {
      next -= 1;
      test = await open();
      await runOne();
    },
    reported,
    sleep: (slots) => {
      next += slots;
    },
    test: () => test,
    alerts: async () => (await test.events()).flatMap((event) => (event.type === "alert" ? [event.alert] : [])),
    next: () => next,
  };
}

function venueOf(world: World): TestDeskParts["venue"] {
  const markets = new Map([AAA, BBB].map((symbol) => [symbol, testMarket(symbol, { stepSize: "0.0001" })]));
  return {
    markets,
    marketData: {
      venueId: "staged" as VenueId,
      venue: "staged",
      simulated: false,
      graceMs: 0,
      markets: async () => [...markets.values()],
      candles: async ({ symbol, nowMs, fromMs }) => {
        if (world.pricesFail !== null) throw world.pricesFail;
        const untilMs = world.frozenAt === null ? nowMs : Math.min(nowMs, slotMsOf(world.frozenAt) - 1);
        const series = selectClosed(seriesOf(symbol, world), { nowMs: unixMs(untilMs), graceMs: 0, fromMs });
        return { ...series, checkedThroughMs: nowMs };
      },
      turnovers: async () => new Map(),
      tickers: async () => [],
    },
    universe: { topAssets: async () => ({ assets: [AAA, BBB], liquidity: new Map() }) },
    security: {
      id: "staged",
      report: async ({ nowMs }) => {
        if (world.verdict instanceof Error) throw world.verdict;
        const report = reportOf(world.verdict, nowMs, world.reportsExpired ? nowMs : Number.MAX_SAFE_INTEGER);
        return { ...report, ...world.report };
      },
    },
  };
}

function seriesOf(symbol: MarketSymbol, { moves, ticks }: World): CandleSeries {
  const rows: number[][] = [];
  let open = 100;
  for (let slot = -BEFORE; slot < SLOTS; slot++) {
    const close = (100 + (slot % 2) * 0.1) * (moves.get(slot) ?? 1);
    const openMs = FIRST_MS + (slot - 1) * STEP_MS;
    const given = close * (ticks.get(slot) ?? 1);
    rows.push([openMs, open, Math.max(open, given), Math.min(open, given), given, 1_000_000]);
    open = close;
  }
  const column = (index: number): Float64Array => Float64Array.from(rows, (row) => row[index] ?? Number.NaN);
  return {
    symbol,
    timeframe: "5m",
    openMs: column(0),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
    notes: [],
    askedFromMs: unixMs(0),
    checkedThroughMs: unixMs(FIRST_MS + SLOTS * STEP_MS),
  };
}

function wrapped(inner: Execution, world: World): Execution {
  const failing = (): void => {
    if (world.ordersFail !== null) throw world.ordersFail;
  };
  return {
    kind: inner.kind,
    capabilities: inner.capabilities,
    submit: async (order, at, options) => {
      failing();
      const reports = await inner.submit(order, at, options);
      if (!world.stopsLost || order.role !== "stop-loss") return reports;
      /** A stop that the venue lost is canceled from outside, as at the exchange's own page. */
      const reason = "canceled at the exchange";
      return [...reports, ...(await inner.cancel(order.clientOrderId, { ...at, reason }, options))];
    },
    cancel: (id, at, options) => inner.cancel(id, at, options),
    order: async (id, options) => {
      failing();
      return inner.order(id, options);
    },
    openOrders: (options) => inner.openOrders(options),
    balances: (options) => inner.balances(options),
    reports: (since, at, options) => inner.reports(since, at, options),
  };
}

/** Alerts by kind. */
export function kindsOf(alerts: readonly Alert[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { kind } of alerts) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

export const slotMsOf = (slot: number): UnixMs => unixMs(FIRST_MS + slot * STEP_MS);
