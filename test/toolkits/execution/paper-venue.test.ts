import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Account, createAccount } from "#desk/account/account.ts";
import { collectReports } from "#desk/run-slot/collect-reports.ts";
import type { CoverDesk } from "#desk/run-slot/cover.ts";
import { sendOrders } from "#desk/run-slot/send.ts";
import { createVenueReports } from "#desk/run-slot/venue-reports.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Candle } from "#schemas/market.ts";
import type { Money, Price, Quantity } from "#schemas/money.ts";
import type { Bracket, Order } from "#schemas/order.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { unixMs } from "#schemas/units.ts";
import { executionContract } from "#test/contract/execution.ts";
import { testConfig } from "#test/support/desk.ts";
import { testMarket } from "#test/support/market.ts";
import { ofMarket, STRATEGY, TERMS } from "#test/support/strategy.ts";
import { matchSlot, sendOrders as sendAtHand } from "#toolkits/execution/answer.ts";
import { orderListOf } from "#toolkits/execution/bracket-orders.ts";
import { createPaperExecution, type PaperSettings } from "#toolkits/execution/paper-venue.ts";
import { exchangeStateOf, SimulatedExchange } from "#toolkits/execution/simulated-exchange.ts";
import { applyEvent, emptyPortfolio } from "#toolkits/portfolio/portfolio.ts";
import { bracketOf } from "#toolkits/risk/bracket.ts";
import {
  at,
  BTC,
  candle,
  costs,
  ETH,
  entryOrder,
  exitOrder,
  type FakeVenue,
  fakeVenue,
  flat,
  quoteAt,
  STEP_MS,
  signal,
  stopOrder,
} from "./fixture.ts";

const options = { signal };
const markets = new Map([BTC, ETH].map((symbol) => [symbol, testMarket(symbol)]));
const fresh = emptyPortfolio({ quote: "USDT", cash: "10000" as Money });
const paper = (marketData: FakeVenue, change: Partial<PaperSettings> = {}) =>
  createPaperExecution({
    marketData,
    markets,
    timeframe: "5m",
    costs,
    fillsAt: "next-open",
    restore: { portfolio: fresh },
    ...change,
  });
const still = (price: number, count = 30) => Array.from({ length: count }, (_, n) => flat(n, price));

/** The orders' part of a desk over a paper venue: what the slots of a desk do with it. */
class OrderTrial {
  readonly events: JournalEvent[] = [];
  readonly account: Account;
  readonly #venue: FakeVenue;
  readonly #fillsAt: PaperSettings["fillsAt"];
  readonly #atHand: Pick<PaperSettings, "candleAt">;
  #desk: CoverDesk;
  #nowMs = at(0);

  constructor(
    venue: FakeVenue,
    fillsAt: PaperSettings["fillsAt"] = "next-open",
    atHand: Pick<PaperSettings, "candleAt"> = {},
  ) {
    this.#venue = venue;
    this.#fillsAt = fillsAt;
    this.#atHand = atHand;
    this.account = createAccount({
      quote: "USDT",
      cash: "10000" as Money,
      readers: [{ take: (event) => void this.events.push(event) }],
    });
    this.#desk = this.#open();
  }

  #open(): CoverDesk {
    const restore = { portfolio: this.account.portfolio() };
    return {
      config: testConfig({}),
      deskId: "main" as CoverDesk["deskId"],
      runId: "live" as CoverDesk["runId"],
      quote: "USDT",
      clock: { kind: "simulated", now: () => this.#nowMs, sleep: async () => {} },
      monotonicMs: () => 0,
      haltFileExists: () => false,
      markets,
      marketData: this.#venue,
      account: this.account,
      execution: paper(this.#venue, { restore, fillsAt: this.#fillsAt, ...this.#atHand }),
      strategies: new Map([[STRATEGY, TERMS]]),
      venueReports: createVenueReports(),
    };
  }

  get execution() {
    return this.#desk.execution;
  }

  /** A new process on the same journal. */
  restart(): void {
    this.#desk = this.#open();
  }

  /** The first step of a slot; what it journaled, and what it could not do. */
  async collect(nowMs: UnixMs) {
    this.#nowMs = nowMs;
    const from = this.events.length;
    const { problems } = await collectReports(this.#desk, nowMs, options);
    const events = this.events.slice(from);
    return { problems, events, fills: events.flatMap((e) => (e.type === "fill" ? [e.fill] : [])) };
  }

  /** The last step: what was decided is journaled and sent. */
  async send(nowMs: UnixMs, ...orders: readonly Order[]) {
    this.#nowMs = nowMs;
    const from = this.events.length;
    for (const order of orders) {
      await this.account.append([{ type: "order-list", atMs: nowMs, orders: [...orderListOf(order)] }], options);
    }
    const { problems } = await sendOrders(this.#desk, options);
    const events = this.events.slice(from);
    return { problems, events, fills: events.flatMap((e) => (e.type === "fill" ? [e.fill] : [])) };
  }

  last(role: Order["role"]): Order | undefined {
    return this.events.flatMap((e) => (e.type === "order" ? [e.order] : [])).findLast((order) => order.role === role);
  }
}

for (const fillsAt of ["next-open", "quote"] as const) {
  executionContract(`paper (${fillsAt})`, () => {
    const venue = fakeVenue({ [BTC]: [flat(-1, 100), ...still(100)] });
    venue.tickerOf = quoteAt(100, 100);
    return {
      execution: paper(venue, { fillsAt }),
      entry: entryOrder(),
      exitOf: (bought, nowMs) => exitOrder({ quantity: bought.filledQuantity, activeFromMs: nowMs }),
      stopOf: (bought, nowMs) => stopOrder("10", { quantity: bought.quantity, activeFromMs: nowMs }),
      nowMs: at(0),
      moveOn: (nowMs) => unixMs(nowMs + STEP_MS),
      quote: "USDT",
      base: "BTC",
    };
  });
}

const ethEntry = (change: Partial<Order> = {}) =>
  entryOrder({ symbol: ETH, clientOrderId: "1".repeat(32), decisionId: "1".repeat(64), ...change });

describe("paper at the next open", () => {
  it("fills nothing before the candle is closed, grace included", async () => {
    const trial = new OrderTrial(fakeVenue({ [BTC]: still(100) }, 3000));
    await trial.send(at(0), entryOrder());
    expect((await trial.collect(unixMs(at(1) + 2999))).fills).toEqual([]);
    expect((await trial.collect(unixMs(at(1) + 3000))).fills).toMatchObject([{ price: "100.05", atMs: at(0) }]);
  });

  it("asks only for markets with working orders, and only for candles not matched yet", async () => {
    const venue = fakeVenue({ [BTC]: still(100), [ETH]: still(100) });
    const trial = new OrderTrial(venue);
    expect((await trial.collect(at(5))).events).toEqual([]);
    await trial.send(at(5), entryOrder({ activeFromMs: at(5), expiresAtMs: at(6) }));
    await trial.collect(at(6));
    await trial.collect(at(9));
    await trial.collect(at(9));
    expect(venue.asked).toEqual([
      { symbol: BTC, fromMs: at(5) },
      { symbol: BTC, fromMs: at(6) },
    ]);
  });

  it("catches up candle by candle, across markets by time and then by symbol", async () => {
    const fall = [flat(0, 100), flat(1, 100), flat(2, 85)];
    const trial = new OrderTrial(fakeVenue({ [BTC]: fall, [ETH]: fall }));
    await trial.send(at(0), ethEntry(), entryOrder());
    const { fills } = await trial.collect(at(3));
    expect(fills.map((f) => [f.symbol, f.role, f.atMs])).toEqual([
      [BTC, "entry", at(0)],
      [ETH, "entry", at(0)],
      [BTC, "stop-loss", at(3)],
      [ETH, "stop-loss", at(3)],
    ]);
  });

  it("journals children before anything is sent, prices them by the fill, and only then sends them", async () => {
    const trial = new OrderTrial(fakeVenue({ [BTC]: still(100) }));
    await trial.send(at(0), entryOrder());
    const children = trial.events[0]?.type === "order-list" ? trial.events[0].orders.slice(1) : [];
    expect(
      children.map(({ role, status, triggerPrice, limitPrice }) => [role, status, triggerPrice, limitPrice]),
    ).toEqual([
      ["stop-loss", "initialized", null, null],
      ["take-profit", "initialized", null, null],
    ]);
    expect((await trial.execution.openOrders(options)).map(({ role }) => role)).toEqual(["entry"]);
    const { events } = await trial.collect(at(1));
    const steps = events.map((e) => (e.type === "order" ? `${e.order.role} ${e.event?.type}` : e.type));
    expect(steps).toEqual([
      "fill",
      "stop-loss priced",
      "take-profit priced",
      "stop-loss accepted",
      "take-profit accepted",
    ]);
  });

  it("lets an entry expire whose candle the venue does not have", async () => {
    const trial = new OrderTrial(fakeVenue({ [BTC]: [flat(1, 100)] }));
    await trial.send(at(0), entryOrder());
    expect((await trial.collect(at(1))).events[0]).toMatchObject({ atMs: at(1), order: { status: "expired" } });
    expect((await trial.collect(at(2))).events).toEqual([]);
  });

  it("still matches a stop with a candle that the venue publishes late", async () => {
    const candles: Candle[] = [flat(0, 100)];
    const trial = new OrderTrial(fakeVenue({ [BTC]: candles }));
    await trial.send(at(0), entryOrder());
    await trial.collect(at(1));
    expect((await trial.collect(at(2))).events).toEqual([]);
    candles.push(candle(1, [100, 100, 80, 100]), flat(2, 100));
    expect((await trial.collect(at(3))).fills).toMatchObject([{ role: "stop-loss", atMs: at(2) }]);
  });

  it("matches the other markets when one is down, says so, and catches that one up later", async () => {
    const venue = fakeVenue({ [BTC]: still(100), [ETH]: still(100) });
    const trial = new OrderTrial(venue);
    await trial.send(at(0), ethEntry(), entryOrder());
    venue.down.add(BTC);
    const first = await trial.collect(at(1));
    expect(first.fills.map((f) => f.symbol)).toEqual([ETH]);
    expect(first.problems).toEqual([expect.stringContaining(`${BTC} was not matched`)]);
    venue.down.clear();
    expect((await trial.collect(at(2))).fills.map((f) => f.symbol)).toEqual([BTC]);
  });

  it("refuses what it cannot take: an unlisted market, a sale of nothing, an order after its time", async () => {
    const execution = paper(fakeVenue({}));
    const submit = async (order: Order) => (await execution.submit(order, { nowMs: at(1) }, options))[0];
    expect(await submit(entryOrder({ symbol: "X/USDT" as MarketSymbol, clientOrderId: "1".repeat(32) }))).toMatchObject(
      { event: { type: "rejected" } },
    );
    expect(await submit(exitOrder())).toMatchObject({ event: { type: "rejected" } });
    expect(await submit(entryOrder())).toMatchObject({ event: { type: "expired" } });
  });

  it("takes an order that was journaled but never sent, as if for the first time", async () => {
    const portfolio = applyEvent(fresh, { type: "order-list", atMs: at(0), orders: [entryOrder()] });
    const execution = paper(fakeVenue({ [BTC]: still(100) }), { restore: { portfolio } });
    expect(await execution.order(entryOrder().clientOrderId, options)).toBeNull();
  });
});

describe("a reader of reports", () => {
  it("who asks twice at once does not drive the market past the answer to what was reported", async () => {
    const trial = new OrderTrial(fakeVenue({ [BTC]: [candle(0, [100, 101, 80, 95])] }));
    await trial.send(at(0), entryOrder());
    const ask = (since: string | null) => trial.execution.reports(since, { nowMs: at(1) }, options);
    const { cursor } = await ask(null);
    await Promise.all([ask(cursor), ask(cursor)]);
    expect((await trial.collect(at(1))).fills.map(({ role, atMs }) => [role, atMs])).toEqual([
      ["entry", at(0)],
      ["stop-loss", at(1)],
    ]);
  });
});

/** Falls, rises and gaps with thin candles, so that every kind of order gets its turn. */
const prices = fc.array(fc.tuple(fc.integer({ min: 70, max: 130 }), fc.constantFrom(0, 5, 1e6)), {
  minLength: 8,
  maxLength: 8,
});
const story = fc.record({
  btc: prices,
  eth: prices,
  exitSlot: fc.integer({ min: 1, max: 7 }),
  restartSlot: fc.integer({ min: 1, max: 7 }),
  bracket: fc.constantFrom<Bracket>(
    bracketOf({ stopPct: 10, targetPct: 20 }),
    { stopPct: 20, takeProfit: [], trailing: [{ fromGainPct: 1, distancePct: 4 }], maxHoldMs: null },
    {
      stopPct: 20,
      takeProfit: [
        { afterMs: 0, gainPct: 20 },
        { afterMs: 600_000, gainPct: 2 },
      ],
      trailing: [],
      maxHoldMs: 1_500_000,
    },
  ),
});

const candlesOf = (rows: readonly (readonly [number, number])[]): readonly Candle[] =>
  rows.map(([price, volume], n) => {
    const next = rows[n + 1]?.[0] ?? price;
    return candle(n, [price, Math.max(price, next) + 1, Math.min(price, next) - 1, next], volume);
  });

/** The orders that the desk sends in a slot. */
const sentIn = (slot: number, exitSlot: number, bracket: Bracket, isHeld: boolean): readonly Order[] => {
  if (slot === 0) return [entryOrder({ bracket }), ethEntry({ bracket })];
  return slot === exitSlot && isHeld ? [exitOrder({ activeFromMs: at(slot) })] : [];
};

/** Candles in memory: nothing is asked of the venue. */
const atHand = (rows: Readonly<Record<string, readonly Candle[]>>): Required<Pick<PaperSettings, "candleAt">> => ({
  candleAt: (symbol, openMs) => rows[symbol]?.[(openMs - at(0)) / STEP_MS] ?? null,
});

describe("paper with candles at hand", () => {
  it("is quiet while no candle can change an order, and is asked for the one that does", async () => {
    const rows = { [BTC]: [...still(100, 3), candle(3, [100, 100, 80, 85]), flat(4, 85)] };
    const trial = new OrderTrial(fakeVenue(rows), "next-open", atHand(rows));
    await trial.send(at(0), entryOrder({ bracket: bracketOf({ stopPct: 10, targetPct: 20 }) }));
    const isQuiet = (slot: number) => trial.execution.isQuiet?.(null, { nowMs: at(slot) });
    // Its acceptance has not been read, and the entry meets the first candle.
    expect(isQuiet(1)).toBe(false);
    await trial.collect(at(1));
    const { cursor } = await trial.execution.reports(null, { nowMs: at(1) }, options);
    expect(trial.execution.isQuiet?.(cursor, { nowMs: at(2) })).toBe(true);
    expect(trial.execution.isQuiet?.(cursor, { nowMs: at(3) })).toBe(true);
    expect(trial.execution.isQuiet?.(cursor, { nowMs: at(4) })).toBe(false);
    expect((await trial.collect(at(4))).fills).toMatchObject([{ role: "stop-loss", basis: "stop" }]);
  });

  it("does the same where candles are read ahead, also a few at a time and past holes, and reads few of them one by one", () => {
    const move = fc.record({ by: fc.integer({ min: -4, max: 4 }), isHole: fc.boolean(), isHeld: fc.boolean() });
    let [read, spared] = [0, 0];
    return fc
      .assert(
        fc.asyncProperty(
          fc.array(move, { minLength: 5, maxLength: 40 }),
          fc.integer({ min: 1, max: 9 }),
          async (moves, ahead) => {
            let close = 100;
            const row = moves.map(({ by, isHole, isHeld }, n) => {
              const open = close;
              close = isHeld ? close : close + by;
              const reach: [number, number, number, number] = [
                open,
                Math.max(open, close),
                Math.min(open, close),
                close,
              ];
              return isHole && n % 4 > 1 ? null : candle(n, reach);
            });
            const run = async (change: Partial<PaperSettings>, onRead: () => void) => {
              const candleAt = (_: MarketSymbol, openMs: UnixMs): Candle | null => {
                onRead();
                return row[(openMs - at(0)) / STEP_MS] ?? null;
              };
              const trial = new OrderTrial(fakeVenue({}), "next-open", { candleAt, ...change });
              for (let n = 0; n < row.length; n++) {
                const bracket = bracketOf({ stopPct: 7, targetPct: 9 });
                const clientOrderId = n.toString(16).padStart(32, "0");
                const order = {
                  bracket,
                  clientOrderId,
                  decisionId: `d${n}`,
                  activeFromMs: at(n),
                  expiresAtMs: at(n + 1),
                };
                if (n % 3 === 0) await trial.send(at(n), entryOrder(order));
                await trial.collect(at(n + 1));
              }
              return trial.events;
            };
            const withinUntil: PaperSettings["withinUntil"] = ({ low, high }, openMs) => {
              const first = (openMs - at(0)) / STEP_MS;
              const stays = (one: Candle | null | undefined) => !one || (one.low > low && one.high < high);
              let n = first;
              while (n < first + ahead && stays(row[n])) n += 1;
              return at(n);
            };
            const each = await run({}, () => read++);
            expect(await run({ withinUntil }, () => spared++)).toEqual(each);
          },
        ),
        { seed: 3, numRuns: 60 },
      )
      .then(() => expect(spared).toBeLessThan(read * 0.8));
  });

  it("is not quiet for an order that meets an earlier candle than those that it had before", async () => {
    const rows = { [BTC]: still(100) };
    const execution = paper(fakeVenue(rows), atHand(rows));
    const later = { clientOrderId: "1".repeat(32), activeFromMs: at(6), expiresAtMs: at(7) };
    const submit = (order: Order) => execution.submit(order, { nowMs: at(1) }, options);
    const read = async () => (await execution.reports(null, { nowMs: at(1) }, options)).cursor;
    await submit(entryOrder(later));
    expect(execution.isQuiet?.(await read(), { nowMs: at(1) })).toBe(true);
    await submit(entryOrder({ activeFromMs: at(1), expiresAtMs: at(2) }));
    expect(execution.isQuiet?.(await read(), { nowMs: at(2) })).toBe(false);
  });

  it("looks itself at a candle before those that were read ahead", () => {
    const resting = { strategyId: STRATEGY, symbol: BTC, quantity: "1" as Quantity };
    const exchange = new SimulatedExchange({
      markets,
      timeframe: "5m",
      costs,
      restore: {
        quote: "USDT",
        cash: "1000" as Money,
        held: [resting],
        orders: [stopOrder("90", { quantity: "1" as Quantity })],
      },
      withinUntil: (_, openMs) => (openMs < at(3) ? openMs : at(9)),
    });
    const touches = (n: number, low: number) =>
      exchange.mayChange(
        at(n),
        () => candle(n, [100, 100, low, 95]),
        () => true,
      );
    expect(touches(4, 80)).toBe(false);
    expect(touches(2, 80)).toBe(true);
    expect(touches(2, 95)).toBe(false);
    expect(touches(9, 80)).toBe(true);
  });

  it("is never known to be quiet where the candles have to be read", () => {
    expect(paper(fakeVenue({ [BTC]: still(100) })).isQuiet?.(null, { nowMs: at(3) })).toBe(false);
  });
});

describe.each(["read from the venue", "at hand"] as const)("paper beside an exchange, candles %s", (candles) => {
  it("journals the same, candle by candle, and goes on from its journal after a restart", async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ btc, eth, exitSlot, restartSlot, bracket }) => {
        const rows: Record<string, readonly Candle[]> = { [BTC]: candlesOf(btc), [ETH]: candlesOf(eth) };
        const given = candles === "at hand" ? atHand(rows) : {};
        const trial = new OrderTrial(fakeVenue(rows), "next-open", given);
        let portfolio = fresh;
        const journal: JournalEvent[] = [];
        const account = {
          portfolio: () => portfolio,
          take: (events: readonly JournalEvent[]) => {
            for (const event of events) portfolio = applyEvent(portfolio, event);
            journal.push(...events);
          },
        };
        const exchange = new SimulatedExchange({ markets, timeframe: "5m", costs, restore: exchangeStateOf(fresh) });
        for (let slot = 0; slot <= 8; slot++) {
          const nowMs = at(slot);
          const context = { markets, timeframe: "5m", nowMs } as const;
          if (slot === restartSlot) trial.restart();
          await trial.collect(nowMs);
          if (slot > 0) {
            const candleOf = (symbol: MarketSymbol) => rows[symbol]?.[slot - 1] ?? null;
            matchSlot(exchange, account, { openMs: at(slot - 1), candleOf }, context);
          }
          const orders = sentIn(slot, exitSlot, bracket, portfolio.positions.has(ofMarket(BTC)));
          await trial.send(nowMs, ...orders);
          for (const order of orders) {
            account.take([{ type: "order-list", atMs: nowMs, orders: [...orderListOf(order)] }]);
          }
          sendAtHand(exchange, account, context);
          expect(trial.events).toEqual(journal);
          expect((await trial.execution.balances(options)).get("USDT")).toBe(portfolio.cash);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe("paper on quotes", () => {
  const quoted = (tickerOf: FakeVenue["tickerOf"], candles: readonly Candle[] = still(100)) => {
    const venue = fakeVenue({ [BTC]: [flat(-1, 100), ...candles] });
    venue.tickerOf = tickerOf;
    return { venue, trial: new OrderTrial(venue, "quote") };
  };
  const limit = (price: string) =>
    entryOrder({ type: "limit", limitPrice: price as Price, expiresAtMs: unixMs(at(0) + 60_000) });
  const second = { clientOrderId: "1".repeat(32), decisionId: "1".repeat(64) };
  const nowMs = unixMs(at(0) + 3000);

  it("buys at the ask and sells at the bid read after submission", async () => {
    const { trial } = quoted(quoteAt(99.5, 100.5));
    expect((await trial.send(nowMs, entryOrder())).fills).toMatchObject([
      { price: "100.5", basis: "ask", atMs: nowMs },
    ]);
    expect((await trial.send(nowMs, exitOrder())).fills).toMatchObject([{ price: "99.5", basis: "bid" }]);
    expect(trial.account.portfolio().orders.size).toBe(0);
  });

  it("fills a limit entry at the ask when it is within the limit, else lets it run out", async () => {
    const within = quoted(quoteAt(100, 100.2)).trial;
    expect((await within.send(nowMs, limit("100.2"))).fills).toMatchObject([{ price: "100.2" }]);
    const above = quoted(quoteAt(100, 100.21)).trial;
    await above.send(nowMs, limit("100.2"));
    expect(above.last("entry")?.status).toBe("accepted");
    await above.collect(at(1));
    expect(above.last("entry")?.status).toBe("expired");
    expect(await above.execution.openOrders(options)).toEqual([]);
  });

  it("takes a price of 10 s, rejects an entry on an older one, and keeps an exit until there is one", async () => {
    const { venue, trial } = quoted(quoteAt(100, 100, 10_000));
    expect((await trial.send(nowMs, entryOrder())).fills).toHaveLength(1);
    venue.tickerOf = quoteAt(100, 100, 10_001);
    await trial.send(nowMs, entryOrder(second));
    expect(trial.last("entry")).toMatchObject({
      status: "rejected",
      statusReason: "bid and ask are 10.001 s old, limit 10 s",
    });
    await trial.send(nowMs, exitOrder());
    expect(trial.last("exit")?.status).toBe("accepted");
    venue.tickerOf = () => undefined;
    expect((await trial.collect(at(1))).fills).toEqual([]);
    venue.tickerOf = quoteAt(98, 99);
    expect((await trial.collect(at(2))).fills).toMatchObject([{ role: "exit", price: "98" }]);
  });

  it.each([
    ["without a time stamp", { bid: 100, ask: 100, atMs: null }, "no time stamp"],
    ["far below the last close", { bid: 0.33, ask: 0.34 }, "from the last close of 100"],
    ["far above the last close", { bid: 180, ask: 181 }, "from the last close of 100"],
    ["crossed", { bid: 101, ask: 100 }, "are no market"],
    ["of zero", { bid: 0, ask: 100 }, "are no market"],
  ])("takes a quote %s for no price: the entry is refused, the exit waits and says so", async (_hazard, bad, text) => {
    const { venue, trial } = quoted(quoteAt(100, 100));
    await trial.send(nowMs, entryOrder());
    venue.tickerOf = (symbol, ms) => ({ ...quoteAt(100, 100)(symbol, ms), ...bad });
    await trial.send(nowMs, entryOrder(second));
    expect(trial.last("entry")).toMatchObject({ status: "rejected", statusReason: expect.stringContaining(text) });
    await trial.send(nowMs, exitOrder());
    const { fills, problems } = await trial.collect(at(1));
    expect(fills).toEqual([]);
    expect(problems).toEqual(Array(2).fill(expect.stringContaining(text)));
    venue.tickerOf = quoteAt(98, 99);
    expect((await trial.collect(at(2))).fills).toMatchObject([{ role: "exit" }]);
  });

  it("knows nothing of an order whose quote could not be read: it is unresolved, and sent once the venue says so", async () => {
    const { venue, trial } = quoted(quoteAt(100, 100));
    venue.down.add(BTC);
    expect((await trial.send(nowMs, entryOrder())).problems).toEqual([expect.stringContaining("down")]);
    expect(trial.last("entry")?.status).toBe("unresolved");
    expect(await trial.execution.order(entryOrder().clientOrderId, options)).toBeNull();
    venue.down.clear();
    expect((await trial.collect(nowMs)).fills).toMatchObject([{ role: "entry" }]);
  });

  it("matches stops with closed candles: the stop by the candle of its fill, the take-profit from the next on", async () => {
    const wick = quoted(quoteAt(100, 100), [candle(0, [100, 130, 95, 100]), candle(1, [100, 130, 95, 100])]).trial;
    await wick.send(nowMs, entryOrder());
    expect((await wick.collect(at(1))).fills).toEqual([]);
    expect((await wick.collect(at(2))).fills).toMatchObject([{ role: "take-profit", price: "120" }]);
    const fall = quoted(quoteAt(100, 100), [candle(0, [100, 130, 80, 100])]).trial;
    await fall.send(nowMs, entryOrder());
    expect((await fall.collect(at(1))).fills).toMatchObject([{ role: "stop-loss" }]);
  });

  it("sells once when the stop was touched while an exit waited for a price", async () => {
    const { venue, trial } = quoted(quoteAt(100, 100), [flat(0, 100), candle(1, [100, 100, 80, 85])]);
    await trial.send(nowMs, entryOrder());
    venue.tickerOf = () => undefined;
    await trial.send(at(1), exitOrder({ quantity: "2" as Quantity }));
    venue.tickerOf = quoteAt(85, 85);
    const { fills } = await trial.collect(at(2));
    expect(fills.map((f) => [f.role, f.quantity])).toEqual([["stop-loss", "2"]]);
    expect((await trial.execution.balances(options)).get("BTC") ?? "0").toBe("0");
    expect(trial.account.portfolio().orders.size).toBe(0);
  });
});
