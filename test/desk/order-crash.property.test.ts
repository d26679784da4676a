// A desk's orders over drawn candles, with a process that dies at any append of the journal, before or after it was durable,
// and with a journal that takes its time. What is held, what is sent and what is journaled is the same in the end.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openAccount } from "#desk/account/account.ts";
import { collectReports } from "#desk/run-slot/collect-reports.ts";
import { sendOrders } from "#desk/run-slot/send.ts";
import type { OrderDesk } from "#desk/run-slot/slot-desk.ts";
import { createVenueReports } from "#desk/run-slot/venue-reports.ts";
import { StoreError } from "#schemas/errors.ts";
import { canonicalDecisionLine, type JournalEvent, journalEventId } from "#schemas/journal.ts";
import type { Candle } from "#schemas/market.ts";
import type { Money } from "#schemas/money.ts";
import { type Bracket, clientOrderIdOf, type Order } from "#schemas/order.ts";
import type { Journal } from "#schemas/ports/trading.ts";
import { testConfig } from "#test/support/desk.ts";
import { foldPortfolio } from "#test/support/folds.ts";
import { testMarket } from "#test/support/market.ts";
import { ofMarket, STRATEGY, TERMS } from "#test/support/strategy.ts";
import { at, BTC, candle, costs, entryOrder, exitOrder, fakeVenue, signal } from "#test/toolkits/execution/fixture.ts";
import { orderListOf } from "#toolkits/execution/bracket-orders.ts";
import { createPaperExecution } from "#toolkits/execution/paper-venue.ts";
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

interface Story {
  readonly candles: readonly Candle[];
  readonly bracket: Bracket;
  readonly exitSlot: number;
}

async function openDesk(
  journal: Journal,
  candles: readonly Candle[],
  now: { ms: ReturnType<typeof at> },
): Promise<OrderDesk> {
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

/** The orders decided on in a slot. */
function decided(slot: number, { bracket, exitSlot }: Story, { account }: OrderDesk): readonly Order[] {
  const id = `decision ${slot}`;
  const common = { decisionId: id, activeFromMs: at(slot), createdAtMs: at(slot) };
  const held = account.portfolio().positions.get(ofMarket(BTC));
  if (slot === 0) {
    const clientOrderId = clientOrderIdOf(id, "entry", 0);
    return [entryOrder({ ...common, clientOrderId, bracket, expiresAtMs: at(1) })];
  }
  const leaves = [...account.portfolio().orders.values()].some(({ role }) => role === "exit");
  if (slot !== exitSlot || held === undefined || held.dust || leaves) return [];
  return [exitOrder({ ...common, clientOrderId: clientOrderIdOf(id, "exit", 0), quantity: held.quantity })];
}

/** One slot: reports, then the mark and the decisions in one append, then what is to be sent. */
async function runSlot(desk: OrderDesk, slot: number, story: Story, now: { ms: ReturnType<typeof at> }): Promise<void> {
  now.ms = at(slot);
  await collectReports(desk, at(slot), options);
  if ((desk.account.portfolio().settledThroughMs ?? 0) < at(slot)) {
    const lists = decided(slot, story, desk).map((order): JournalEvent => {
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
    expect(desk.account.portfolio()).toEqual(foldPortfolio(journal.rows.values(), START));
  }
  const lines = [...journal.rows.values()].map(canonicalDecisionLine).filter((line) => line !== null);
  return { lines, rows: [...journal.rows.values()], died };
}

const story: fc.Arbitrary<Story> = fc
  .record({
    moves: fc.array(fc.tuple(fc.integer({ min: 80, max: 120 }), fc.constantFrom(0, 8, 1e6)), {
      minLength: SLOTS,
      maxLength: SLOTS,
    }),
    exitSlot: fc.integer({ min: 1, max: SLOTS }),
    bracket: fc.constantFrom<Bracket>(
      bracketOf({ stopPct: 8, targetPct: 12 }),
      { stopPct: 30, takeProfit: [], trailing: [{ fromGainPct: 1, distancePct: 5 }], maxHoldMs: null },
      { stopPct: 30, takeProfit: [{ afterMs: 300_000, gainPct: 4 }], trailing: [], maxHoldMs: 1_200_000 },
    ),
  })
  .map(({ moves, ...rest }) => ({
    ...rest,
    candles: moves.map(([price, volume], n) => {
      const next = moves[n + 1]?.[0] ?? price;
      return candle(n, [price, Math.max(price, next) + 1, Math.min(price, next) - 1, next], n === 0 ? 1e6 : volume);
    }),
  }));

describe("a desk's orders", () => {
  it("end the same wherever the process dies, and memory is what the journal says", async () => {
    let deaths = 0;
    await fc.assert(
      fc.asyncProperty(story, async (given) => {
        const whole = await play(given, null);
        for (let n = 1, died = true; died; n++) {
          for (const durable of [false, true]) {
            const run = await play(given, { at: n, durable });
            expect(run.lines, `append ${n}`).toEqual(whole.lines);
            ({ died } = run);
            if (died) deaths += 1;
          }
        }
      }),
      { numRuns: 12 },
    );
    expect(deaths).toBeGreaterThan(100);
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
