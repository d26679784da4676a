// Three strategies on one desk, over 500 slots: each finds in memory what it would find alone, and the limits of the gate hold
// over all of them, counted here from the journal.
import { beforeAll, describe, expect, it } from "vitest";
import { RiskLimits } from "#schemas/config.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { isAtVenue, type Order } from "#schemas/order.ts";
import { type DeskId, timeframeMs, unixMs } from "#schemas/units.ts";
import type { LedgerEntry } from "#schemas/work.ts";
import { patience } from "#test/support/desk.ts";
import {
  assortedShapes,
  createSyntheticMarket,
  FIRST_SLOT_MS,
  reportOf,
  type SyntheticMarket,
} from "#test/support/synthetic-market.ts";
import { firstIndexAbove } from "#toolkits/market/closed-candles.ts";
import { applyEvent, emptyPortfolio } from "#toolkits/portfolio/portfolio.ts";
import { shippedStrategy, strategyIds } from "#toolkits/strategies/registry.ts";
import { cyclesOf, type Trial } from "./both-ways.ts";

const SLOTS = 500;
const STEP_MS = timeframeMs("5m");
const LIMITS = {
  entryPct: 18,
  maxOpenPositions: 2,
  maxExposurePct: 20,
  maxEntriesPerSlot: 1,
  maxEntriesPerCluster: 10,
  maxDayLossPct: 40,
  maxDrawdownPct: 60,
  cooldownCandles: 0,
  stopPct: 1.5,
  targetPct: 2,
};

/** Every market may be entered, and is in the universe of every day: what is recalled does not hang on what is held. */
function venueOf(): SyntheticMarket {
  const shapes = assortedShapes().filter(({ ends, market }) => ends === null && market.active !== false);
  const venue = createSyntheticMarket({ seed: 91, timeframe: "5m", firstSlotMs: FIRST_SLOT_MS, slots: SLOTS, shapes });
  const assets = shapes.map(({ symbol }) => symbol);
  const liquidity = new Map(assets.map((symbol, i) => [symbol, 1e6 - i]));
  const report: SyntheticMarket["security"]["report"] = async ({ nowMs }) =>
    reportOf("clear", nowMs, nowMs + 12 * STEP_MS);
  return {
    ...venue,
    universe: { topAssets: async () => ({ assets, liquidity }) },
    security: { ...venue.security, report },
  };
}

async function run(ids: readonly string[]) {
  const strategies = ids.map((id) => shippedStrategy(id));
  const trial: Trial = { venue: venueOf(), cash: "10000", limits: LIMITS, strategies };
  const { journal, store } = await cyclesOf(trial);
  const ledger = await store.ledger("main" as DeskId).entries({}, patience);
  return { journal, ledger, venue: trial.venue };
}

type Run = Awaited<ReturnType<typeof run>>;

/** What the decision cycles found and missed, slot by slot. */
const found = (ledger: readonly LedgerEntry[]) =>
  ledger.flatMap(({ job, atMs, paths, misses }) => (job === "decision-cycle" ? [{ atMs, paths, misses }] : []));

describe("three strategies on one desk", () => {
  let together: Run;
  const alone = new Map<string, Run>();
  beforeAll(async () => {
    // `planned` trades by plans alone, of which there are none here.
    const trading = strategyIds().filter((id) => id !== "planned");
    together = await run(trading);
    for (const id of trading) alone.set(id, await run([id]));
  });

  it("find in memory, slot by slot, what each finds alone", () => {
    const ours = found(together.ledger);
    for (const [id, { ledger }] of alone) expect(found(ledger), id).toEqual(ours);
    const recalled = ours.reduce((sum, { paths }) => sum + (paths["recalled"] ?? 0), 0);
    const delegated = ours.reduce((sum, { paths }) => sum + (paths["delegated"] ?? 0), 0);
    const misses = new Set(ours.flatMap(({ misses }) => Object.keys(misses)));
    console.info(`three strategies and each alone: ${recalled} recalled, ${delegated} delegated`);
    expect(recalled).toBeGreaterThan(SLOTS * 8);
    // Markets begin, and do not trade in every candle; no strategy and no higher timeframe adds a miss.
    expect([...misses].sort()).toEqual(["missing", "no-candle"]);
  });

  it("come to each decision by the way they would alone", () => {
    const ways = (journal: readonly JournalEvent[]) =>
      new Map(
        journal.flatMap((event) => {
          if (event.type !== "decision") return [];
          const { strategyId, symbol, asOfMs, action, path } = event.decision;
          return [[`${strategyId} ${symbol} ${asOfMs} ${action}`, path] as const];
        }),
      );
    const ours = ways(together.journal);
    for (const [id, { journal }] of alone) {
      const common = [...ways(journal)].filter(([key]) => ours.has(key));
      expect(common.length, id).toBeGreaterThan(20);
      for (const [key, path] of common) expect(ours.get(key), key).toBe(path);
    }
  });

  it("keep to the gate's limits together: positions, exposure, entries a slot", () => {
    const met = { positions: 0, exposure: 0, slot: 0 };
    const limits = RiskLimits.parse(LIMITS);
    const entries = new Map<number, number>();
    fold(together.journal, (portfolio, event) => {
      if (event.type === "refusal") {
        if (event.refusal.rule === "max-positions") met.positions += 1;
        if (event.refusal.rule === "exposure") met.exposure += 1;
        if (event.refusal.rule === "slot-limit") met.slot += 1;
      }
      if (event.type !== "order-list" || event.orders[0]?.role !== "entry") return;
      const { atMs } = event;
      entries.set(atMs, (entries.get(atMs) ?? 0) + 1);
      const open = [...portfolio.positions.values()].filter(({ dust }) => !dust);
      const working = [...portfolio.orders.values()].filter(({ role }) => role === "entry");
      const places = new Set([...open, ...working].map(({ strategyId, symbol }) => `${strategyId} ${symbol}`));
      expect(places.size).toBeLessThanOrEqual(limits.maxOpenPositions);
      const held = open.reduce((sum, { symbol, quantity }) => sum + Number(quantity) * closeOf(symbol, atMs), 0);
      const asked = working.reduce((sum, one) => sum + leftOf(one) * closeOf(one.symbol, atMs), 0);
      const equity = held + Number(portfolio.cash);
      expect((100 * (held + asked)) / equity).toBeLessThanOrEqual(limits.maxExposurePct + 0.5);
    });
    expect(Math.max(...entries.values())).toBeLessThanOrEqual(limits.maxEntriesPerSlot);
    console.info(`${entries.size} slots with an entry; refused: ${JSON.stringify(met)}`);
    expect(entries.size).toBeGreaterThan(20);
    expect(Math.min(met.positions + met.exposure, met.slot)).toBeGreaterThan(2);
  });

  it("never have more stops at the venue than is held, of a market or of one strategy", () => {
    let shared = 0;
    fold(together.journal, (portfolio, event) => {
      // Fills and what they end are one append; the equity of the slot is journaled after them.
      if (event.type !== "equity") return;
      const heldOf = new Map<string, number>();
      const stopsOf = new Map<string, number>();
      const add = (of: Map<string, number>, key: string, quantity: number) =>
        of.set(key, (of.get(key) ?? 0) + quantity);
      const holders = new Map<string, Set<string>>();
      for (const { strategyId, symbol, quantity } of portfolio.positions.values()) {
        for (const key of [symbol, `${strategyId} ${symbol}`]) add(heldOf, key, Number(quantity));
        holders.set(symbol, (holders.get(symbol) ?? new Set()).add(strategyId));
      }
      for (const order of portfolio.orders.values()) {
        if (order.role !== "stop-loss" || !isAtVenue(order)) continue;
        for (const key of [order.symbol, `${order.strategyId} ${order.symbol}`]) add(stopsOf, key, leftOf(order));
      }
      for (const [key, stops] of stopsOf) expect(stops, key).toBeLessThanOrEqual((heldOf.get(key) ?? 0) + 1e-9);
      if ([...holders.values()].some(({ size }) => size > 1)) shared += 1;
    });
    // Some market was held by more than one.
    expect(shared).toBeGreaterThan(20);
  });

  /** Newest close of a market at a slot. */
  function closeOf(symbol: Order["symbol"], slotMs: number): number {
    const series = together.venue.series.get(symbol);
    const row = firstIndexAbove(series?.openMs ?? new Float64Array(), unixMs(slotMs - STEP_MS)) - 1;
    return series?.close[row] ?? 0;
  }
});

const leftOf = ({ quantity, filledQuantity }: Order): number => Number(quantity) - Number(filledQuantity);

type Portfolio = ReturnType<typeof emptyPortfolio>;

function fold(journal: readonly JournalEvent[], look: (portfolio: Portfolio, event: JournalEvent) => void): void {
  let portfolio = emptyPortfolio({ quote: "USDT", cash: "10000" as Portfolio["cash"] });
  for (const event of journal) {
    portfolio = applyEvent(portfolio, event);
    look(portfolio, event);
  }
}
