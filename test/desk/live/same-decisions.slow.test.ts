// One session at one local exchange, decided on twice: by a desk whose orders go there, through the unmodified ccxt client, and by one on
// paper beside it.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OrderLooks } from "#desk/live/look-after-orders.ts";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { DecisionsHasher } from "#schemas/decisions-hash.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Clock } from "#schemas/ports/market.ts";
import { timeframeMs, unixMs } from "#schemas/units.ts";
import { symbolOf } from "#test/exchanges/listings.ts";
import { openVenueOn } from "#test/exchanges/open-venue.ts";
import { openTrader, type Trader } from "#test/exchanges/trading/open-trader.ts";
import { rowAt, type WorldEvent } from "#test/exchanges/world.ts";
import { actionLines, actionsHash } from "#test/support/actions-hash.ts";
import { openTestDesk, patience, type TestDesk, type TestDeskParts } from "#test/support/desk.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { reportOf } from "#test/support/synthetic-market.ts";
import { fedPaper, recorded, type Tape } from "#test/support/taped-execution.ts";
import { OrderCosts } from "#toolkits/execution/slippage.ts";
import { createQuoteVolumeUniverse } from "#toolkits/universe/quote-volume-universe.ts";
import { canonicalLines } from "../both-ways.ts";

const SLOT_MS = timeframeMs("5m");
const GRACE_MS = 3000;
const MINUTE_MS = 60_000;
const SLOTS = 14;
const ASSETS = 4;

const LIMITS = {
  entryPct: 4,
  maxOpenPositions: 6,
  maxExposurePct: 100,
  maxEntriesPerCluster: 6,
  cooldownCandles: 1,
  stopPct: 1,
  targetPct: 1,
};

async function openAt(trader: Trader, parts: Partial<TestDeskParts> = {}): Promise<TestDesk> {
  const marketData = await openVenueOn(trader.exchange, "binance");
  const clock: Clock = { kind: "system", now: trader.now, sleep: async () => {} };
  return openTestDesk({
    venue: {
      marketData,
      markets: new Map((await marketData.markets(patience)).map((market) => [market.symbol, market])),
      universe: createQuoteVolumeUniverse({ marketData, quote: trader.quote }),
      security: { id: "fine", report: async ({ nowMs }) => reportOf("clear", nowMs, Number.MAX_SAFE_INTEGER) },
    },
    startMs: trader.now(),
    timeframe: "5m",
    quote: trader.quote,
    assets: ASSETS,
    limits: LIMITS,
    strategies: [eager],
    clock,
    // Sales that found nobody wait by it.
    monotonicMs: trader.monotonicMs,
    ...parts,
  });
}

/**
 * What was traded since `fromMs`: orders meet the low, then the high, then the price of now. A market that jumps is first traded there
 * after the slot has decided: paper hears of a candle at its close, and the venue of the same trade seconds later, so both before the next.
 */
function trade({ account, exchange: { world }, now }: Trader, symbols: ReadonlySet<string>, fromMs: number): void {
  for (const one of world.listings) {
    const symbol = symbolOf(one);
    const jumps = world.events.some(
      (event) =>
        event.kind === "step" && event.symbol === symbol && event.atMs === fromMs && now() < fromMs + MINUTE_MS / 2,
    );
    if (!symbols.has(symbol) || jumps) continue;
    const row = rowAt(world, one, fromMs, now());
    if (row === null) continue;
    for (const price of [row.low, row.high, row.close]) account.setPrice(symbol, String(price));
  }
}

/** Slots of the desks on one clock, and looks at the orders of the first of them between. */
async function session(trader: Trader, desks: readonly TestDesk[]): Promise<readonly (readonly JournalEvent[])[]> {
  const [first] = desks.map(({ desk }) => desk);
  if (first === undefined) throw new Error("no desk");
  const looks = new OrderLooks(first, (text) => problems.push(text));
  const firstMs = trader.now() - GRACE_MS;
  const symbols = new Set<string>(first.markets.keys());
  const pass = (ms: number): void => {
    const fromMs = trader.now();
    trader.wait(ms);
    trade(trader, symbols, fromMs);
  };
  trade(trader, symbols, firstMs);
  for (let slot = 0; slot < SLOTS; slot += 1) {
    for (const { desk } of desks) await runLiveSlot(desk, unixMs(firstMs + slot * SLOT_MS), patience);
    for (let minute = 0; minute < 5; minute += 1) {
      pass(minute === 0 ? MINUTE_MS - GRACE_MS : MINUTE_MS);
      await looks.look(patience);
    }
    pass(GRACE_MS);
  }
  return Promise.all(desks.map(({ events }) => events()));
}

const problems: string[] = [];

/** One market jumps over its target while it is held, another falls through its stop. */
const stepsFrom = (firstMs: number): readonly WorldEvent[] => [
  { kind: "step", symbol: "BTC/USDT", atMs: firstMs + 6 * SLOT_MS, factor: 1.03 },
  { kind: "step", symbol: "XRP/USDT", atMs: firstMs + 12 * SLOT_MS, factor: 0.97 },
];

describe("one session, live and on paper", () => {
  const opened: Trader[] = [];
  let live: readonly JournalEvent[] = [];
  let paper: readonly JournalEvent[] = [];
  let fed: readonly JournalEvent[] = [];

  beforeAll(async () => {
    const open = async (): Promise<Trader> => {
      const trader = await openTrader("binance", { hasSpread: true });
      opened.push(trader);
      trader.exchange.world.events.push(...stepsFrom(trader.now() - GRACE_MS));
      return trader;
    };
    const tape: Tape = [];
    const there = await open();
    const trading = await openAt(there, { orders: there.orders, wrapExecution: (venue) => recorded(venue, tape) });
    [live = [], paper = []] = await session(there, [trading, await openAt(there)]);
    const again = await open();
    [fed = []] = await session(again, [
      await openAt(again, { wrapExecution: () => fedPaper(trading.desk.execution, tape) }),
    ]);
  }, 120_000);
  afterAll(() => Promise.all(opened.map((trader) => trader.close())));

  it("has entries, exits, stops and targets at the venue", () => {
    const roles = live.flatMap((event) => (event.type === "fill" ? [event.fill.role] : []));
    expect(new Set(roles)).toEqual(new Set(["entry", "exit", "stop-loss", "take-profit"]));
    expect(problems).toEqual([]);
  });

  it("keeps beside each order that went to the venue what paper would have got, which the paper desk did get", () => {
    const got = new Map(
      paper.flatMap((event) => (event.type === "fill" ? [[event.fill.clientOrderId, event.fill.price]] : [])),
    );
    const beside = live.flatMap((event) => (event.type === "paper-beside" ? [event] : []));
    const sent = live.flatMap((event) =>
      event.type === "fill" && event.fill.role !== "stop-loss" ? [event.fill] : [],
    );
    // A target's first sale may find nobody: its row is there as well.
    expect(beside.map(({ clientOrderId }) => clientOrderId)).toEqual(
      expect.arrayContaining(sent.map(({ clientOrderId }) => clientOrderId)),
    );
    const quoted = beside.filter(({ role }) => role === "entry" || role === "exit");
    expect(quoted.map(({ price }) => price)).toEqual(quoted.map(({ clientOrderId }) => got.get(clientOrderId)));
    const costs = new OrderCosts();
    for (const event of live) costs.take(event);
    const orders = costs.measured(() => 5);
    expect(orders.filter(({ role }) => role === "entry" || role === "exit").map(({ worseBps }) => worseBps)).toEqual(
      quoted.map(() => 0),
    );
    expect(orders.find(({ role, filledRatio }) => role === "take-profit" && filledRatio > 0)?.worseBps).toBeLessThan(0);
    expect(orders.find(({ role }) => role === "stop-loss")?.worseBps).toBeGreaterThan(0);
  });

  it("acts alike: the same actionsHash", () => {
    expect(actionLines(paper)).toEqual(actionLines(live));
    expect(actionsHash(paper)).toBe(actionsHash(live));
  });

  it("decides alike on paper that is fed the live fills: the same decisionsHash", () => {
    expect(canonicalLines(fed)).toEqual(canonicalLines(live));
    expect(hashOf(fed)).toBe(hashOf(live));
    expect(hashOf(paper)).not.toBe(hashOf(live));
  });
});

function hashOf(events: readonly JournalEvent[]): string {
  const hasher = new DecisionsHasher();
  for (const event of events) hasher.update(event);
  return hasher.digest();
}
