// Whatever happens to orders at a venue, in whatever order the desk hears of it, once or twice, from one question or from two, early or
// late: the journal ends where the venue is. Everything in memory.
import fc from "fast-check";
import { it } from "vitest";
import { OrderLooks } from "#desk/live/look-after-orders.ts";
import { collectReports } from "#desk/run-slot/collect-reports.ts";
import type { CoverDesk } from "#desk/run-slot/cover.ts";
import { sendOrders, takeReports } from "#desk/run-slot/send.ts";
import { createVenueReports } from "#desk/run-slot/venue-reports.ts";
import type { JournalEvent, JournalRow } from "#schemas/journal.ts";
import { journalEventId } from "#schemas/journal.ts";
import type { Money, Price, Quantity } from "#schemas/money.ts";
import { clientOrderIdOf, isWorking, type Order } from "#schemas/order.ts";
import type { ExecutionReport } from "#schemas/ports/trading.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { listing } from "#test/exchanges/listings.ts";
import { type AccountOrder, TradingAccount } from "#test/exchanges/trading/trading-account.ts";
import { count } from "#test/support/count.ts";
import { testConfig } from "#test/support/desk.ts";
import { testMarket } from "#test/support/market.ts";
import { openAccount } from "#test/support/open-account.ts";
import { STRATEGY, TERMS } from "#test/support/strategy.ts";
import { entryOrder, exitOrder } from "#test/toolkits/execution/fixture.ts";
import { isLeaving, orderListOf } from "#toolkits/execution/bracket-orders.ts";
import { LiveExecution } from "#toolkits/execution/live/live-execution.ts";
import { uncovered } from "#toolkits/execution/protection.ts";
import { bracketOf } from "#toolkits/risk/bracket.ts";
import { ACCEPTANCE_MS, LaggingVenue } from "./lagging-venue.ts";

const SYMBOL = "BTC/USDT" as MarketSymbol;
const OPTIONS = { signal: new AbortController().signal };
const START_MS = 1_780_000_203_000;
const MARKET = testMarket(SYMBOL, { minNotional: "5", stepSize: "0.001", tickSize: "0.01", minQuantity: "0.001" });

async function openWorld() {
  let nowMs = START_MS;
  const account = new TradingAccount({
    now: () => nowMs,
    listings: [
      listing("BTC", "USDT", 100, { stepSize: "0.001", tickSize: "0.01", minQuantity: "0.001", minNotional: "5" }),
    ],
    balances: { USDT: "10000" },
  });
  const venue = new LaggingVenue(
    account,
    () => nowMs,
    () => {
      nowMs += 1;
    },
  );
  const rows: JournalRow[] = [];
  const ids = new Set<string>();
  const append = async (events: readonly JournalEvent[]): Promise<void> => {
    for (const event of events) {
      const eventId = journalEventId(event);
      if (ids.has(eventId)) throw new Error(`journaled twice: ${eventId}`);
      ids.add(eventId);
      rows.push({ seq: rows.length + 1, eventId, event });
    }
  };
  const journal = { read: async () => rows, append };
  const desks = await openAccount(journal, { quote: "USDT", cash: "10000" as Money }, OPTIONS);
  const now = () => nowMs as Order["createdAtMs"];
  const { portfolio, hasFill } = desks;
  const execution = new LiveExecution({ orders: venue, portfolio, hasFill, now, monotonicMs: () => nowMs });
  const ticker = () => {
    const price = Number(account.priceOf(SYMBOL));
    return [{ symbol: SYMBOL, bid: price, ask: price, last: price, atMs: now(), quoteVolume: null }];
  };
  const desk = {
    config: testConfig({}),
    deskId: "main",
    runId: "live",
    quote: "USDT",
    clock: { kind: "system", now, sleep: async () => {} },
    monotonicMs: () => nowMs,
    haltFileExists: () => false,
    markets: new Map([[SYMBOL, MARKET]]),
    marketData: { graceMs: 0, tickers: async () => ticker() },
    account: desks,
    execution,
    strategies: new Map([[STRATEGY, TERMS]]),
    venueReports: createVenueReports(),
  } as unknown as CoverDesk;
  const looks = new OrderLooks(desk, () => {});
  const wait = (ms: number): void => {
    nowMs += ms;
    account.settle();
    venue.note();
  };
  return { account, venue, desk, rows, execution, looks, now, wait };
}
type World = Awaited<ReturnType<typeof openWorld>>;

const SHARES = fc.constantFrom(0, 0.3, 0.5, 0.9, 1);
const STEP = fc.record({
  what: fc.constantFrom(
    ...([
      "enter",
      "enter",
      "exit",
      "fill",
      "fill on",
      "cancel",
      "refuse",
      "fall",
      "rise",
      "look",
      "two",
      "two",
    ] as const),
  ),
  share: SHARES,
  ordersLagMs: fc.constantFrom(0, 0, 700, 1_500),
  tradesLagMs: fc.constantFrom(0, 0, 700, 4_000),
  lost: fc.constantFrom(null, null, null, "answer" as const, "request" as const),
  waitMs: fc.constantFrom(0, 300, 1_000, 4_000),
  nth: fc.nat(5),
  swapped: fc.boolean(),
});
type Step = typeof STEP extends fc.Arbitrary<infer T> ? T : never;

async function enter({ desk, now }: World, n: number): Promise<void> {
  const decisionId = `entry ${n}`;
  const order = entryOrder({
    decisionId,
    clientOrderId: clientOrderIdOf(decisionId, "entry", 0),
    type: "limit",
    quantity: "2" as Quantity,
    limitPrice: "150" as Price,
    bracket: bracketOf({ stopPct: 5, targetPct: 10 }),
    createdAtMs: now(),
    activeFromMs: now(),
    expiresAtMs: (now() + 60_000) as Order["createdAtMs"],
  });
  await desk.account.append([{ type: "order-list", atMs: now(), orders: [...orderListOf(order)] }], OPTIONS);
  await sendOrders(desk, OPTIONS);
}

async function exit({ desk, now }: World, n: number, quantity: Quantity): Promise<void> {
  const decisionId = `exit ${n}`;
  const at = { createdAtMs: now(), activeFromMs: now(), decisionId, quantity };
  const order = exitOrder({ ...at, clientOrderId: clientOrderIdOf(decisionId, "exit", 0) });
  await desk.account.append([{ type: "order-list", atMs: now(), orders: [order] }], OPTIONS);
  await sendOrders(desk, OPTIONS);
}

/** Two questions are answered before either answer is taken, in either order, one of them twice. */
async function ask(world: World, { swapped, ordersLagMs }: Step): Promise<void> {
  const { desk, execution, venue, now } = world;
  const reports = () =>
    execution.reports(null, { nowMs: now() }, OPTIONS).then(
      (answer) => answer.reports,
      () => [],
    );
  const first = await reports();
  venue.ordersLagMs = ordersLagMs === 0 ? 700 : 0;
  const second = await reports();
  const inOrder: readonly (readonly ExecutionReport[])[] = swapped ? [second, first, second] : [first, second, first];
  for (const told of inOrder) await takeReports(desk, told, OPTIONS);
}

async function take(world: World, step: Step, n: number): Promise<void> {
  const { account, venue, desk, looks } = world;
  const { what, share, nth } = step;
  venue.ordersLagMs = step.ordersLagMs;
  venue.tradesLagMs = step.tradesLagMs;
  const portfolio = desk.account.portfolio();
  const [position] = portfolio.positions.values();
  const pick = (orders: readonly AccountOrder[]) => (orders.length === 0 ? undefined : orders[nth % orders.length]);
  const working = pick(account.orders.filter(({ state }) => state === "working"));
  switch (what) {
    case "enter":
      if (position !== undefined || [...portfolio.orders.values()].some(isWorking)) break;
      account.nextShares.push(share);
      venue.lost = step.lost;
      await enter(world, n);
      break;
    case "exit":
      if (position === undefined || isLeaving(portfolio, position, MARKET)) break;
      if (Number(position.quantity) < 0.1) break;
      account.nextShares.push(share);
      venue.lost = step.lost;
      await exit(world, n, (Math.floor(Number(position.quantity) * 1000) / 1000).toFixed(3) as Quantity);
      break;
    case "fill":
      if (working !== undefined) venue.fillOn(working, share);
      break;
    case "fill on": {
      const ended = pick(account.orders.filter(({ state }) => state === "canceled" || state === "expired"));
      if (ended !== undefined) venue.fillOn(ended, share);
      break;
    }
    case "cancel":
      if (working !== undefined) account.cancel(working);
      break;
    case "refuse":
      account.nextRefusals.push("price-band");
      break;
    case "fall":
      account.setPrice(SYMBOL, "94");
      break;
    case "rise":
      account.setPrice(SYMBOL, "100");
      break;
    case "look":
      await looks.look(OPTIONS);
      break;
    case "two":
      await ask(world, step);
      break;
  }
  venue.note();
  world.wait(step.waitMs);
}

/** Decimals as integers of 1e-20: nothing of the product's own arithmetic. */
function exact(text: string): bigint {
  const sign = text.startsWith("-") ? -1n : 1n;
  const [whole = "0", part = ""] = text.replace("-", "").split(".");
  return sign * (BigInt(whole) * SCALE + BigInt(part.padEnd(20, "0").slice(0, 20)));
}
const SCALE = 10n ** 20n;

/** What is otherwise in the journal than at the venue. */
function differences({ account, desk, rows }: World): readonly string[] {
  const wrong: string[] = [];
  const portfolio = desk.account.portfolio();
  const fills = rows.flatMap(({ event }) => (event.type === "fill" ? [event.fill] : []));
  const ends = new Map<string, Order["status"]>();
  for (const { event } of rows) if (event.type === "order") ends.set(event.order.clientOrderId, event.order.status);
  for (const { id, wish, filled, state } of account.orders) {
    const own = fills.filter(({ clientOrderId }) => clientOrderId === wish.clientId);
    const sum = own.reduce((total, { quantity }) => total + exact(quantity), 0n);
    if (sum !== exact(filled))
      wrong.push(`order ${id} (${wish.side}) filled ${filled}, the journal has ${own.length} fills`);
    const isWhole = sum === exact(wish.quantity);
    const isThere = portfolio.orders.has(wish.clientId ?? "");
    if (isThere !== (state === "working"))
      wrong.push(`order ${id} is ${state}, the journal has it at work: ${isThere}`);
    const end = ends.get(wish.clientId ?? "");
    if (!isThere && !isWhole && end !== state && end !== "canceled") wrong.push(`order ${id} is ${state}, not ${end}`);
  }
  if (
    new Set(fills.map(({ fillId }) => fillId)).size !== account.trades.length ||
    fills.length !== account.trades.length
  )
    wrong.push(`${account.trades.length} trades, ${fills.length} fills`);
  let cash = exact("10000");
  let coins = 0n;
  let fees = 0n;
  for (const { side, quantity, price, fee, feeCurrency } of account.trades) {
    const sign = side === "buy" ? 1n : -1n;
    const inCoins = feeCurrency === "BTC";
    coins += sign * exact(quantity) - (inCoins ? exact(fee) : 0n);
    cash -= (sign * exact(quantity) * exact(price)) / SCALE + (inCoins ? 0n : exact(fee));
    fees += inCoins ? (exact(fee) * exact(price)) / SCALE : exact(fee);
  }
  const held = [...portfolio.positions.values()].reduce((sum, { quantity }) => sum + exact(quantity), 0n);
  if (held !== coins) wrong.push(`holds ${held}, the venue ${coins}`);
  if (exact(portfolio.cash) !== cash) wrong.push(`cash ${portfolio.cash}, the venue ${cash}`);
  if (exact(portfolio.feesPaid) !== fees) wrong.push(`fees ${portfolio.feesPaid}, the venue ${fees}`);
  for (const position of portfolio.positions.values()) {
    const bare = uncovered(portfolio, position);
    if (!position.dust && exact(bare) >= exact(MARKET.stepSize))
      wrong.push(`${bare} of ${position.quantity} have no stop`);
  }
  return wrong;
}

it("the journal ends where the venue is, whatever happened there and however it was told", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(STEP, { minLength: 3, maxLength: 14 }), async (steps) => {
      const world = await openWorld();
      const { venue, account, looks, desk, now } = world;
      for (const [n, step] of steps.entries()) await take(world, step, n);
      Object.assign(venue, { ordersLagMs: 0, tradesLagMs: 0, lost: null });
      account.nextRefusals.length = 0;
      account.nextShares.length = 0;
      for (let second = 0; second < 40 + ACCEPTANCE_MS / 1000; second += 1) {
        world.wait(1_000);
        await looks.look(OPTIONS);
      }
      await collectReports(desk, now(), OPTIONS);
      const wrong = differences(world);
      if (wrong.length > 0) throw new Error(wrong.join("; "));
    }),
    { numRuns: count(2_000, 100) },
  );
});
