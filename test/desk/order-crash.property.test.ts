// A desk's orders over drawn candles, with a process that dies at any append of the journal, before or after it was durable,
// and with a journal that takes its time. What is held, what is sent and what is journaled is the same in the end; also where
// two strategies hold one coin.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { collectReports } from "#desk/run-slot/collect-reports.ts";
import type { CoverDesk } from "#desk/run-slot/cover.ts";
import { sendOrders } from "#desk/run-slot/send.ts";
import type { OrderDesk } from "#desk/run-slot/slot-desk.ts";
import { createVenueReports } from "#desk/run-slot/venue-reports.ts";
import { canonicalDecisionLine } from "#schemas/decisions-hash.ts";
import { StoreError } from "#schemas/errors.ts";
import { type JournalEvent, journalEventId } from "#schemas/journal.ts";
import type { Candle } from "#schemas/market.ts";
import { add, type Money } from "#schemas/money.ts";
import { type Bracket, clientOrderIdOf, type Order } from "#schemas/order.ts";
import type { Journal } from "#schemas/ports/trading.ts";
import { testConfig } from "#test/support/desk.ts";
import { foldPortfolio } from "#test/support/folds.ts";
import { testMarket } from "#test/support/market.ts";
import { openAccount } from "#test/support/open-account.ts";
import { STRATEGY, TERMS } from "#test/support/strategy.ts";
import { at, BTC, candle, costs, entryOrder, exitOrder, fakeVenue, signal } from "#test/toolkits/execution/fixture.ts";
import { isLeaving, orderListOf } from "#toolkits/execution/bracket-orders.ts";
import { createPaperExecution } from "#toolkits/execution/paper-venue.ts";
import { positionOf } from "#toolkits/portfolio/positions.ts";
import { bracketOf } from "#toolkits/risk/bracket.ts";

const options = { signal };
const START = { quote: "USDT", cash: "10000" as Money };
const SLOTS = 7;
const markets = new Map([[BTC, testMarket(BTC)]]);

interface Fuse {
  readonly at: number;
  readonly durable: boolean;
}

/** Rows kept once by their id, as every journal does; dies at one append. */
class DyingJournal implements Journal {
  readonly rows = new Map<string, JournalEvent>();
  fuse: Fuse | null;
  #appends = 0;

  constructor(fuse: Fuse | null) {
    this.fuse = fuse;
  }

  append = async (events: readonly JournalEvent[]): Promise<void> => {
    this.#appends += 1;
    const dies = this.fuse !== null && this.#appends === this.fuse.at;
    if (dies && this.fuse?.durable === false) throw dead();
    // A journal that answers late: whatever else is ready runs first.
    for (let turn = 0; turn < 3; turn++) await Promise.resolve();
    for (const event of events) if (!this.rows.has(journalEventId(event))) this.rows.set(journalEventId(event), event);
    if (dies) throw dead();
  };

  read = async () => [...this.rows].map(([eventId, event], seq) => ({ seq, eventId, event }));
}

const dead = (): StoreError => new StoreError({ was: "The process died here.", remedy: "Start it again." });

/** What one strategy does. */
interface Plan {
  readonly strategyId: string;
  readonly bracket: Bracket;
  readonly entrySlot: number;
  readonly exitSlot: number;
}

interface Story {
  readonly candles: readonly Candle[];
  readonly plans: readonly Plan[];
}

async function openDesk(
  journal: Journal,
  candles: readonly Candle[],
  now: { ms: ReturnType<typeof at> },
): Promise<CoverDesk> {
  const account = await openAccount(journal, START, options);
  const portfolio = account.portfolio();
  const marketData = fakeVenue({ [BTC]: candles });
  return {
    config: testConfig({}),
    deskId: "main" as OrderDesk["deskId"],
    runId: "live" as OrderDesk["runId"],
    quote: "USDT",
    clock: { kind: "simulated", now: () => now.ms, sleep: async () => {} },
    monotonicMs: () => 0,
    haltFileExists: () => false,
    markets,
    marketData,
    account,
    execution: createPaperExecution({
      marketData,
      markets,
      timeframe: "5m",
      costs,
      fillsAt: "next-open",
      restore: { portfolio },
    }),
    strategies: new Map([[STRATEGY, TERMS]]),
    venueReports: createVenueReports(),
  };
}

/** The orders that a strategy decides on in a slot. */
function decided(slot: number, plan: Plan, { account }: OrderDesk): readonly Order[] {
  const { strategyId, bracket, entrySlot, exitSlot } = plan;
  const id = `decision of ${strategyId} ${slot}`;
  const common = { strategyId, decisionId: id, activeFromMs: at(slot), createdAtMs: at(slot) };
  const portfolio = account.portfolio();
  const held = positionOf(portfolio, { strategyId, symbol: BTC });
  if (slot === entrySlot) {
    const clientOrderId = clientOrderIdOf(id, "entry", 0);
    return [entryOrder({ ...common, clientOrderId, bracket, expiresAtMs: at(slot + 1) })];
  }
  const leaves = isLeaving(portfolio, { strategyId, symbol: BTC }, markets.get(BTC));
  if (slot !== exitSlot || held === undefined || held.dust || leaves) return [];
  return [exitOrder({ ...common, clientOrderId: clientOrderIdOf(id, "exit", 0), quantity: held.quantity })];
}

/** One slot: reports, then the mark and the decisions in one append, then what is to be sent. */
async function runSlot(desk: CoverDesk, slot: number, story: Story, now: { ms: ReturnType<typeof at> }): Promise<void> {
  now.ms = at(slot);
  await collectReports(desk, at(slot), options);
  if ((desk.account.portfolio().settledThroughMs ?? 0) < at(slot)) {
    const orders = story.plans.flatMap((plan) => decided(slot, plan, desk));
    const lists = orders.map((order): JournalEvent => {
      return { type: "order-list", atMs: at(slot), orders: [...orderListOf(order)] };
    });
    await desk.account.append([markOf(slot), ...lists], options);
  }
  await sendOrders(desk, options);
}

const markOf = (slot: number): JournalEvent => ({
  type: "equity",
  atMs: at(slot),
  slotMs: at(slot),
  equity: "10000" as Money,
  loss: {
    dayStartMs: 0,
    dayStartEquity: 1,
    peaks: [],
    equity: 1,
    dayChangePct: 0,
    drawdownPct: 0,
    dayLossLatched: false,
    drawdownLatched: false,
  },
});

async function play(story: Story, fuse: Fuse | null) {
  const journal = new DyingJournal(fuse);
  const now = { ms: at(0) };
  let desk = await openDesk(journal, story.candles, now);
  let died = false;
  let both = 0;
  for (let slot = 0; slot <= SLOTS; slot++) {
    try {
      await runSlot(desk, slot, story, now);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      died = true;
      journal.fuse = null;
      desk = await openDesk(journal, story.candles, now);
      await runSlot(desk, slot, story, now);
    }
    const portfolio = desk.account.portfolio();
    expect(portfolio).toEqual(foldPortfolio(journal.rows.values(), START));
    const held = [...portfolio.positions.values()].reduce((sum, { quantity }) => add<string>(sum, quantity), "0");
    expect((await desk.execution.balances(options)).get("BTC") ?? "0").toBe(held);
    if (portfolio.positions.size > 1) both += 1;
  }
  const lines = [...journal.rows.values()].map(canonicalDecisionLine).filter((line) => line !== null);
  return { lines, rows: [...journal.rows.values()], died, both };
}

const NEAR = bracketOf({ stopPct: 8, targetPct: 12 });
/** No candle drawn here reaches them. */
const FAR = bracketOf({ stopPct: 40, targetPct: 60 });
const TRAILING: Bracket = {
  stopPct: 30,
  takeProfit: [],
  trailing: [{ fromGainPct: 1, distancePct: 5 }],
  maxHoldMs: null,
};
const TIMED: Bracket = {
  stopPct: 30,
  takeProfit: [{ afterMs: 300_000, gainPct: 4 }],
  trailing: [],
  maxHoldMs: 1_200_000,
};

const planOf = (strategyId: string, lastEntry: number, ...brackets: readonly Bracket[]): fc.Arbitrary<Plan> =>
  fc.record({
    strategyId: fc.constant(strategyId),
    entrySlot: fc.integer({ min: 0, max: lastEntry }),
    exitSlot: fc.integer({ min: lastEntry + 1, max: SLOTS }),
    bracket: fc.constantFrom(...brackets),
  });

const storyOf = (...plans: readonly fc.Arbitrary<Plan>[]): fc.Arbitrary<Story> =>
  fc
    .record({
      moves: fc.array(fc.tuple(fc.integer({ min: 80, max: 120 }), fc.constantFrom(0, 8, 1e6)), {
        minLength: SLOTS,
        maxLength: SLOTS,
      }),
      plans: fc.tuple(...plans),
    })
    .map(({ moves, ...rest }) => ({
      ...rest,
      candles: moves.map(([price, volume], n) => {
        const next = moves[n + 1]?.[0] ?? price;
        return candle(n, [price, Math.max(price, next) + 1, Math.min(price, next) - 1, next], n === 0 ? 1e6 : volume);
      }),
    }));

const story = storyOf(planOf(STRATEGY, 0, NEAR, TRAILING, TIMED));
const ofTwo = storyOf(planOf(STRATEGY, 0, FAR, FAR, TRAILING), planOf("trend", 1, NEAR, FAR, TIMED));

/** Every death of a run, at every append; the lines that each leaves are those of the whole one. */
async function dieEverywhere(given: Story): Promise<number> {
  const whole = await play(given, null);
  let deaths = 0;
  for (let n = 1, died = true; died; n++) {
    for (const durable of [false, true]) {
      const run = await play(given, { at: n, durable });
      expect(run.lines, `append ${n}`).toEqual(whole.lines);
      ({ died } = run);
      if (died) deaths += 1;
    }
  }
  return deaths;
}

describe("a desk's orders", () => {
  it("end the same wherever the process dies, and memory is what the journal says", async () => {
    let deaths = 0;
    await fc.assert(
      fc.asyncProperty(story, async (given) => {
        deaths += await dieEverywhere(given);
      }),
      { numRuns: 12 },
    );
    expect(deaths).toBeGreaterThan(100);
  });

  it("of two strategies that hold one coin end the same wherever the process dies", async () => {
    let deaths = 0;
    let together = 0;
    await fc.assert(
      fc.asyncProperty(ofTwo, async (given) => {
        const { both } = await play(given, null);
        together += both;
        deaths += await dieEverywhere(given);
      }),
      { numRuns: 12 },
    );
    expect(deaths).toBeGreaterThan(150);
    expect(together).toBeGreaterThan(2);
  });

  it("are journaled before they are sent, children without a price first, and each id is used once", async () => {
    await fc.assert(
      fc.asyncProperty(story, async (given) => {
        const { rows } = await play(given, null);
        const listed = new Map<string, Order>();
        for (const event of rows) {
          if (event.type === "order-list") {
            for (const order of event.orders) {
              expect(listed.has(order.clientOrderId)).toBe(false);
              expect(order.status).toBe("initialized");
              listed.set(order.clientOrderId, order);
            }
          } else if (event.type === "order") expect(listed.has(event.order.clientOrderId)).toBe(true);
          else if (event.type === "fill") expect(listed.has(event.fill.clientOrderId)).toBe(true);
        }
        const children = [...listed.values()].filter(
          ({ parentId, generation }) => parentId !== null && generation === 0,
        );
        for (const { role, limitPrice, triggerPrice } of children) {
          if (role !== "exit") expect([limitPrice, triggerPrice]).toEqual([null, null]);
        }
      }),
      { numRuns: 60 },
    );
  });
});
