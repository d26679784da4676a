import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JournalEvent } from "#schemas/journal.ts";
import type { Candle } from "#schemas/market.ts";
import type { Money, Price, Quantity } from "#schemas/money.ts";
import type { Order } from "#schemas/order.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { ExecutionEvent } from "#schemas/ports/trading.ts";
import { type MarketSymbol, unixMs } from "#schemas/units.ts";
import { executionContract } from "#test/contract/execution.ts";
import { matchSlot } from "#toolkits/execution/match-candle.ts";
import { createPaperExecution, type PaperSettings } from "#toolkits/execution/paper-venue.ts";
import { applyEvent, emptyPortfolio } from "#toolkits/portfolio/portfolio.ts";
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
  marketOf,
  quoteAt,
  STEP_MS,
  signal,
} from "./fixture.ts";

const options = { signal };
const markets = new Map([BTC, ETH].map((symbol) => [symbol, marketOf(symbol)]));
const fresh = emptyPortfolio({ quote: "USDT", cash: "10000" as Money });
const paper = (marketData: FakeVenue, change: Partial<PaperSettings> = {}) =>
  createPaperExecution({
    marketData,
    markets,
    timeframe: "5m",
    costs,
    quote: "USDT",
    mode: "next-open",
    restore: { portfolio: fresh },
    ...change,
  });
const fold = (events: readonly ExecutionEvent[], from: Portfolio = fresh): Portfolio => events.reduce(applyEvent, from);
const fillsIn = (events: readonly ExecutionEvent[]) => events.flatMap((e) => (e.type === "fill" ? [e.fill] : []));
const ordersIn = (events: readonly ExecutionEvent[]) => events.flatMap((e) => (e.type === "order" ? [e.order] : []));
const intended = (change: Partial<Order> = {}): Order => entryOrder({ status: "intended", ...change });
const still = (price: number, count = 30) => Array.from({ length: count }, (_, n) => flat(n, price));

for (const mode of ["next-open", "quotes"] as const) {
  executionContract(`paper (${mode})`, () => {
    const venue = fakeVenue({ [BTC]: [flat(-1, 100), ...still(100)] });
    venue.tickerOf = quoteAt(100, 100);
    return {
      execution: paper(venue, { mode }),
      entry: intended(),
      exitOf: (bought, nowMs) =>
        exitOrder({ status: "intended", quantity: bought.filledQuantity, workingFromMs: nowMs }),
      nowMs: at(0),
      moveOn: (nowMs) => unixMs(nowMs + STEP_MS),
      quote: "USDT",
      base: "BTC",
    };
  });
}

describe("paper at the next open", () => {
  it("fills nothing before the candle is closed, grace included", async () => {
    const execution = paper(fakeVenue({ [BTC]: still(100) }, 3000));
    await execution.submit(intended(), { nowMs: at(0) }, options);
    expect(await execution.fillsSince({ nowMs: unixMs(at(1) + 2999) }, options)).toEqual([]);
    expect(fillsIn(await execution.fillsSince({ nowMs: unixMs(at(1) + 3000) }, options))).toMatchObject([
      { price: "100.05", atMs: at(0) },
    ]);
  });

  it("asks only for markets with working orders, and only for candles not settled yet", async () => {
    const venue = fakeVenue({ [BTC]: still(100), [ETH]: still(100) });
    const execution = paper(venue);
    expect(await execution.fillsSince({ nowMs: at(5) }, options)).toEqual([]);
    await execution.submit(intended({ workingFromMs: at(5), expiresAtMs: at(6) }), { nowMs: at(5) }, options);
    await execution.fillsSince({ nowMs: at(6) }, options);
    await execution.fillsSince({ nowMs: at(9) }, options);
    await execution.fillsSince({ nowMs: at(9) }, options);
    expect(venue.asked).toEqual([
      { symbol: BTC, count: 1 },
      { symbol: BTC, count: 3 },
    ]);
  });

  it("catches up candle by candle, across markets by time and then by symbol", async () => {
    const fall = [flat(0, 100), flat(1, 100), flat(2, 85)];
    const execution = paper(fakeVenue({ [BTC]: fall, [ETH]: fall }));
    await execution.submit(intended({ symbol: ETH, clientOrderId: "1".repeat(32) }), { nowMs: at(0) }, options);
    await execution.submit(intended(), { nowMs: at(0) }, options);
    const events = await execution.fillsSince({ nowMs: at(3) }, options);
    expect(fillsIn(events).map((f) => [f.symbol, f.role, f.atMs])).toEqual([
      [BTC, "entry", at(0)],
      [ETH, "entry", at(0)],
      [BTC, "stop", at(3)],
      [ETH, "stop", at(3)],
    ]);
  });

  it("lets an entry expire whose candle the venue does not have", async () => {
    const execution = paper(fakeVenue({ [BTC]: [flat(1, 100)] }));
    await execution.submit(intended(), { nowMs: at(0) }, options);
    const events = await execution.fillsSince({ nowMs: at(1) }, options);
    expect(events).toMatchObject([{ type: "order", atMs: at(1), order: { status: "expired" } }]);
    expect(await execution.fillsSince({ nowMs: at(2) }, options)).toEqual([]);
  });

  it("still settles a stop on a candle that the venue publishes late", async () => {
    const candles: Candle[] = [flat(0, 100)];
    const execution = paper(fakeVenue({ [BTC]: candles }));
    await execution.submit(intended(), { nowMs: at(0) }, options);
    await execution.fillsSince({ nowMs: at(1) }, options);
    expect(await execution.fillsSince({ nowMs: at(2) }, options)).toEqual([]);
    candles.push(candle(1, [100, 100, 80, 100]), flat(2, 100));
    const fills = fillsIn(await execution.fillsSince({ nowMs: at(3) }, options));
    expect(fills).toMatchObject([{ role: "stop", atMs: at(2) }]);
  });

  it("settles the other markets when one is down, says so, and catches that one up later", async () => {
    const venue = fakeVenue({ [BTC]: still(100), [ETH]: still(100) });
    const told: MarketSymbol[] = [];
    const execution = paper(venue, { onUnsettled: (symbol) => told.push(symbol) });
    await execution.submit(intended({ symbol: ETH, clientOrderId: "1".repeat(32) }), { nowMs: at(0) }, options);
    await execution.submit(intended(), { nowMs: at(0) }, options);
    venue.down.add(BTC);
    expect(fillsIn(await execution.fillsSince({ nowMs: at(1) }, options)).map((f) => f.symbol)).toEqual([ETH]);
    expect(told).toEqual([BTC]);
    venue.down.clear();
    expect(fillsIn(await execution.fillsSince({ nowMs: at(2) }, options)).map((f) => f.symbol)).toEqual([BTC]);
  });

  it("without a listener throws the failure, and nothing is lost by it", async () => {
    const venue = fakeVenue({ [BTC]: still(100) });
    const execution = paper(venue);
    await execution.submit(intended(), { nowMs: at(0) }, options);
    venue.down.add(BTC);
    await expect(execution.fillsSince({ nowMs: at(1) }, options)).rejects.toThrow(/is down/);
    venue.down.clear();
    expect(fillsIn(await execution.fillsSince({ nowMs: at(2) }, options))).toHaveLength(1);
  });

  it("refuses what it cannot take: an unlisted market, a sale of nothing, an order after its time", async () => {
    const execution = paper(fakeVenue({}));
    const submit = async (order: Order) =>
      ordersIn(await execution.submit(order, { nowMs: at(1) }, options))[0]?.status;
    expect(await submit(intended({ symbol: "X/USDT" as MarketSymbol, clientOrderId: "1".repeat(32) }))).toBe(
      "rejected",
    );
    expect(await submit(exitOrder({ status: "intended" }))).toBe("rejected");
    expect(await submit(intended())).toBe("expired");
  });

  it("takes an order that was journaled but never sent, as if for the first time", async () => {
    const portfolio = fold([{ type: "order", atMs: at(0), order: intended() }]);
    const execution = paper(fakeVenue({ [BTC]: still(100) }), { restore: { portfolio } });
    expect(await execution.order(intended().clientOrderId, options)).toBeNull();
    await execution.submit(intended(), { nowMs: at(0) }, options);
    expect(fillsIn(await execution.fillsSince({ nowMs: at(1) }, options))).toHaveLength(1);
  });
});

/** Falls, rises and gaps with thin candles, so that every kind of order gets its turn. */
const story = fc.record({
  btc: fc.array(fc.tuple(fc.integer({ min: 70, max: 130 }), fc.constantFrom(0, 5, 1e6)), {
    minLength: 8,
    maxLength: 8,
  }),
  eth: fc.array(fc.tuple(fc.integer({ min: 70, max: 130 }), fc.constantFrom(0, 5, 1e6)), {
    minLength: 8,
    maxLength: 8,
  }),
  exitSlot: fc.integer({ min: 1, max: 7 }),
  restartSlot: fc.integer({ min: 1, max: 7 }),
});

const candlesOf = (prices: readonly (readonly [number, number])[]): readonly Candle[] =>
  prices.map(([price, volume], n) => {
    const next = prices[n + 1]?.[0] ?? price;
    return candle(n, [price, Math.max(price, next) + 1, Math.min(price, next) - 1, next], volume);
  });

/** The orders that the desk sends in a slot. */
const sentIn = (slot: number, exitSlot: number): readonly Order[] => {
  if (slot === 0) return [intended(), intended({ symbol: ETH, clientOrderId: "1".repeat(32) })];
  return slot === exitSlot ? [exitOrder({ status: "intended", workingFromMs: at(slot) })] : [];
};

describe("paper beside the backtest", () => {
  it("gives the events that matchSlot gives for equal candles, and survives a restart from its journal", async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ btc, eth, exitSlot, restartSlot }) => {
        const rows: Record<string, readonly Candle[]> = { [BTC]: candlesOf(btc), [ETH]: candlesOf(eth) };
        const venue = fakeVenue(rows);
        let execution = paper(venue);
        let portfolio = fresh;
        let backtest = fresh;
        for (let slot = 0; slot <= 8; slot++) {
          const nowMs = at(slot);
          if (slot === restartSlot) {
            execution = paper(venue, { restore: { portfolio } });
          }
          const events = await execution.fillsSince({ nowMs }, options);
          const expected =
            slot === 0
              ? []
              : matchSlot({
                  portfolio: backtest,
                  openMs: at(slot - 1),
                  timeframe: "5m",
                  markets,
                  costs,
                  candleOf: (symbol) => rows[symbol]?.[slot - 1] ?? null,
                });
          expect(events).toEqual(expected);
          for (const event of events) expect(() => JournalEvent.parse(event)).not.toThrow();
          const settled = { settledThroughMs: nowMs };
          portfolio = { ...fold(events, portfolio), ...settled };
          backtest = { ...fold(expected, backtest), ...settled };
          for (const order of sentIn(slot, exitSlot)) {
            const answer = await execution.submit(order, { nowMs }, options);
            portfolio = fold(answer, portfolio);
            backtest = fold(answer, backtest);
          }
          expect((await execution.balances(options)).get("USDT")).toBe(portfolio.cash);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe("paper on quotes", () => {
  const quoted = (tickerOf: FakeVenue["tickerOf"], candles: readonly Candle[] = still(100)) => {
    const venue = fakeVenue({ [BTC]: [flat(-1, 100), ...candles] });
    venue.tickerOf = tickerOf;
    const waiting: string[] = [];
    const onUnsettled = (symbol: string, error: unknown) => void waiting.push(`${symbol}: ${error}`);
    return { venue, waiting, execution: paper(venue, { mode: "quotes", onUnsettled }) };
  };
  const limit = (price: string) =>
    intended({ kind: "limit", limitPrice: price as Price, expiresAtMs: unixMs(at(0) + 60_000) });
  const nowMs = unixMs(at(0) + 3000);

  it("buys at the ask and sells at the bid read after submission", async () => {
    const { execution } = quoted(quoteAt(99.5, 100.5));
    expect(fillsIn(await execution.submit(intended(), { nowMs }, options))).toMatchObject([
      { price: "100.5", basis: "ask", atMs: nowMs },
    ]);
    expect(fillsIn(await execution.submit(exitOrder({ status: "intended" }), { nowMs }, options))).toMatchObject([
      { price: "99.5", basis: "bid" },
    ]);
  });

  it("fills a limit entry at the ask when it is within the limit, else lets it run out", async () => {
    const within = quoted(quoteAt(100, 100.2)).execution;
    expect(fillsIn(await within.submit(limit("100.2"), { nowMs }, options))).toMatchObject([{ price: "100.2" }]);
    const above = quoted(quoteAt(100, 100.21)).execution;
    expect(ordersIn(await above.submit(limit("100.2"), { nowMs }, options)).map((o) => o.status)).toEqual(["open"]);
    expect(ordersIn(await above.fillsSince({ nowMs: at(1) }, options))).toMatchObject([{ status: "expired" }]);
    expect(await above.openOrders(options)).toEqual([]);
  });

  it("takes a price of 10 s, rejects an entry on an older one, and keeps an exit until there is one", async () => {
    const { venue, execution } = quoted(quoteAt(100, 100, 10_000));
    expect(fillsIn(await execution.submit(intended(), { nowMs }, options))).toHaveLength(1);
    venue.tickerOf = quoteAt(100, 100, 10_001);
    const entry = intended({ clientOrderId: "1".repeat(32) });
    expect(ordersIn(await execution.submit(entry, { nowMs }, options)).at(-1)).toMatchObject({
      status: "rejected",
      statusReason: "bid and ask are 10.001 s old, limit 10 s",
    });
    expect(ordersIn(await execution.submit(exitOrder({ status: "intended" }), { nowMs }, options))).toMatchObject([
      { status: "open" },
    ]);
    venue.tickerOf = () => undefined;
    expect(await execution.fillsSince({ nowMs: at(1) }, options)).toEqual([]);
    venue.tickerOf = quoteAt(98, 99);
    expect(fillsIn(await execution.fillsSince({ nowMs: at(2) }, options))).toMatchObject([
      { role: "exit", price: "98" },
    ]);
  });

  it.each([
    ["without a time stamp", { bid: 100, ask: 100, atMs: null }, "no time stamp"],
    ["far below the last close", { bid: 0.33, ask: 0.34 }, "from the last close of 100"],
    ["far above the last close", { bid: 180, ask: 181 }, "from the last close of 100"],
    ["crossed", { bid: 101, ask: 100 }, "are no market"],
    ["of zero", { bid: 0, ask: 100 }, "are no market"],
  ])("takes a quote %s for no price: the entry is refused, the exit waits and says so", async (_hazard, bad, said) => {
    const { venue, execution, waiting } = quoted(quoteAt(100, 100));
    await execution.submit(intended(), { nowMs }, options);
    venue.tickerOf = (symbol, ms) => ({ ...quoteAt(100, 100)(symbol, ms), ...bad });
    const entry = intended({ clientOrderId: "1".repeat(32) });
    expect(ordersIn(await execution.submit(entry, { nowMs }, options)).at(-1)).toMatchObject({
      status: "rejected",
      statusReason: expect.stringContaining(said),
    });
    await execution.submit(exitOrder({ status: "intended" }), { nowMs }, options);
    expect(fillsIn(await execution.fillsSince({ nowMs: at(1) }, options))).toEqual([]);
    expect(waiting).toEqual(Array(2).fill(expect.stringContaining(said)));
    venue.tickerOf = quoteAt(98, 99);
    expect(fillsIn(await execution.fillsSince({ nowMs: at(2) }, options))).toMatchObject([{ role: "exit" }]);
  });

  it("knows nothing of an order whose quote could not be read, so that it can be sent again", async () => {
    const { venue, execution } = quoted(quoteAt(100, 100));
    venue.down.add(BTC);
    await expect(execution.submit(intended(), { nowMs }, options)).rejects.toThrow(/down/);
    expect(await execution.order(intended().clientOrderId, options)).toBeNull();
    venue.down.clear();
    expect(fillsIn(await execution.submit(intended(), { nowMs }, options))).toHaveLength(1);
  });

  it("settles stops on closed candles: the stop by the candle of its fill, the target from the next on", async () => {
    const wick = quoted(quoteAt(100, 100), [candle(0, [100, 130, 95, 100]), candle(1, [100, 130, 95, 100])]).execution;
    await wick.submit(intended(), { nowMs }, options);
    expect(await wick.fillsSince({ nowMs: at(1) }, options)).toEqual([]);
    expect(fillsIn(await wick.fillsSince({ nowMs: at(2) }, options))).toMatchObject([{ role: "target", price: "120" }]);
    const fall = quoted(quoteAt(100, 100), [candle(0, [100, 130, 80, 100])]).execution;
    await fall.submit(intended(), { nowMs }, options);
    expect(fillsIn(await fall.fillsSince({ nowMs: at(1) }, options))).toMatchObject([{ role: "stop" }]);
  });

  it("sells once when the stop was touched while an exit waited for a price", async () => {
    const { venue, execution } = quoted(quoteAt(100, 100), [flat(0, 100), candle(1, [100, 100, 80, 85])]);
    await execution.submit(intended(), { nowMs }, options);
    venue.tickerOf = () => undefined;
    await execution.submit(exitOrder({ status: "intended", quantity: "2" as Quantity }), { nowMs: at(1) }, options);
    venue.tickerOf = quoteAt(85, 85);
    const events = await execution.fillsSince({ nowMs: at(2) }, options);
    expect(fillsIn(events).map((f) => [f.role, f.quantity])).toEqual([["stop", "2"]]);
    expect((await execution.balances(options)).get("BTC") ?? "0").toBe("0");
  });
});
