// Ways in which a desk at a venue has lost its footing: a sale booked twice over, orders without end, a look that ended for good, a
// position that nobody covered.
import { afterEach, describe, expect, it } from "vitest";
import { lookAfterOrders } from "#desk/live/look-after-orders.ts";
import { collectReports } from "#desk/run-slot/collect-reports.ts";
import { StoreError } from "#schemas/errors.ts";
import type { Journal } from "#schemas/ports/trading.ts";
import type { AccountOrder } from "#test/exchanges/trading/trading-account.ts";
import { collectGarbage } from "#test/support/memory.ts";
import { signedCalls } from "#toolkits/execution/live/http-call.ts";
import { namesOf } from "#toolkits/execution/live/open-order-client.ts";
import { Rig, type RigOptions } from "./rig.ts";

const opened: Rig[] = [];
afterEach(() => Promise.all(opened.splice(0).map((rig) => rig.close())));
const open = async (options?: RigOptions, venue = "binance"): Promise<Rig> => {
  const rig = await Rig.open(venue, options);
  opened.push(rig);
  return rig;
};
const bidIs = (rig: Rig, bid: () => number) =>
  Object.assign(rig.desk.marketData, {
    tickers: async () => [
      { symbol: rig.trader.symbol, bid: bid(), ask: bid(), last: bid(), atMs: rig.trader.now(), quoteVolume: null },
    ],
  });
const placesIn = async (rig: Rig, seconds: number): Promise<number> => {
  const before = rig.trader.exchange.count("place");
  await rig.pass(seconds);
  return rig.trader.exchange.count("place") - before;
};
const newestOf = (rig: Rig): AccountOrder => {
  const order = rig.trader.account.orders.at(-1);
  if (order === undefined) throw new Error("no order");
  return order;
};
const placeByHand = (rig: Rig, quantity: string) => {
  const { account, symbol } = rig.trader;
  account.cancel(newestOf(rig));
  account.place({ clientId: "byhand", symbol, side: "sell", quantity, type: "market" });
};
const live = (rig: Rig) => ({ ...rig.desk, reconciliation: rig.reconciliation, venueBook: rig.book }) as never;

describe("a live desk", () => {
  it("outlives a sale whose fee is taken in the coin that it sold", async () => {
    const rig = await open({ rules: { feeIn: () => "BTC" }, balances: { USDT: "10000", BTC: "1" } });
    await rig.enter();
    rig.trader.account.setPrice(rig.trader.symbol, rig.price("0.94"));
    await rig.pass(12);
    expect(rig.portfolio.positions.size).toBe(0);
  });

  it("sends no orders without end where its position was sold by hand at the venue", async () => {
    const rig = await open();
    await rig.enter();
    placeByHand(rig, "0.00999");
    expect(await placesIn(rig, 60)).toBeLessThan(20);
  });

  it("has its stop back where nobody buys at the bid that reached the target", async () => {
    const rig = await open();
    await rig.enter();
    const price = Number(rig.trader.account.priceOf(rig.trader.symbol));
    bidIs(rig, () => price * 1.2);
    const places = await placesIn(rig, 60);
    expect(rig.resting()).not.toBe("0");
    expect(places).toBeLessThan(20);
  });

  it("places no stop beside a target's sale in doubt: the owner's coins are not the desk's", async () => {
    const rig = await open({ balances: { USDT: "10000", BTC: "1" } });
    await rig.enter();
    rig.trader.account.setPrice(rig.trader.symbol, rig.price("1.101"));
    rig.trader.wait(9_000);
    rig.trader.account.hideMs = 8_000;
    rig.trader.faults.add({ fault: { kind: "answered-otherwise", status: 502, text: "" }, at: ["place"], times: 1 });
    await rig.pass(3);
    rig.trader.account.hideMs = 0;
    rig.trader.account.setPrice(rig.trader.symbol, rig.price("0.85"));
    await rig.pass(60);
    expect(rig.trader.account.total("BTC")).toBe("1");
  });

  it("goes on looking after one refusal of its key that passes", async () => {
    const rig = await open();
    await rig.enter();
    const body = JSON.stringify({ code: -2015, msg: "Invalid API-key, IP, or permissions for action." });
    rig.trader.faults.add({ fault: { kind: "status", status: 401, body }, at: ["order"], times: 1 });
    const stop = new AbortController();
    let sleeps = 0;
    const sleep = async () => {
      rig.trader.wait(1000);
      if (++sleeps > 60) stop.abort();
    };
    await lookAfterOrders(
      live(rig),
      { isRunningSlot: () => false, sleep, onProblem: () => {} },
      { signal: stop.signal },
    );
    expect(sleeps).toBeGreaterThan(60);
  });

  it("covers what has filled within seconds once its store answers again", async () => {
    let isGone = false;
    const store = (kept: Journal): Journal => ({
      read: (...asked) => kept.read(...asked),
      append: async (...rows) => {
        if (isGone) throw new StoreError({ was: "The database is gone.", remedy: "Wait." });
        await kept.append(...rows);
      },
    });
    const rig = await open({ store });
    rig.trader.account.tradesLateMs = 3_000;
    await rig.enter();
    isGone = true;
    const stop = new AbortController();
    let seconds = 0;
    const sleep = async () => {
      rig.trader.wait(1000);
      seconds += 1;
      isGone = seconds < 100;
      if (seconds > 103) stop.abort();
    };
    const problems: string[] = [];
    const parts = { isRunningSlot: () => false, sleep, onProblem: (text: string) => void problems.push(text) };
    await lookAfterOrders(live(rig), parts, { signal: stop.signal });
    expect(rig.resting()).not.toBe("0");
    expect(problems).toEqual([expect.stringContaining("The database is gone")]);
    expect(rig.disagreements()).toEqual([]);
  });

  it("asks again at the next second for what a slot could not read: a stop may have sold a part", async () => {
    const rig = await open();
    await rig.enter();
    await rig.pass(11);
    const { account, exchange, faults, symbol } = rig.trader;
    account.nextShares.push(0.5);
    account.setPrice(symbol, rig.price("0.94"));
    faults.add({ fault: { kind: "status", status: 503, body: "" }, at: ["trades"], times: 1 });
    await rig.collect();
    const before = exchange.count("trades");
    await rig.pass(1);
    expect(exchange.count("trades")).toBeGreaterThan(before);
    expect(rig.disagreements()).toEqual([]);
  });

  it("begins a slot while a look resolves the same order", async () => {
    const rig = await open();
    rig.trader.faults.add({ fault: { kind: "answered-otherwise", status: 502, text: "" }, at: ["place"], times: 1 });
    await rig.enter();
    rig.trader.wait(1000);
    const look = collectReports(rig.desk, rig.trader.now(), rig.options);
    const slot = collectReports(rig.desk, rig.trader.now(), rig.options);
    expect((await Promise.allSettled([look, slot])).map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
  });

  it("outlives a restart after a market that it holds has left the venue's list", async () => {
    const rig = await open();
    await rig.enter();
    const { orders } = rig.trader;
    const names = namesOf({}, 4);
    Object.assign(orders, {
      ask: async () => names.idOf(rig.trader.symbol),
      cancel: async () => names.idOf(rig.trader.symbol),
    });
    await rig.begin();
    await expect(rig.pass(12)).resolves.toBeUndefined();
  });

  it("covers what fills while a slot is at work", async () => {
    const rig = await open();
    rig.trader.account.tradesLateMs = 3_000;
    await rig.enter();
    const stop = new AbortController();
    let sleeps = 0;
    const sleep = async () => {
      rig.trader.wait(1000);
      if (++sleeps > 180) stop.abort();
    };
    await lookAfterOrders(
      live(rig),
      { isRunningSlot: () => true, sleep, onProblem: () => {} },
      { signal: stop.signal },
    );
    expect(rig.resting()).not.toBe("0");
  });

  it("places a stop anew that the venue lists nowhere and knows nothing of", async () => {
    const rig = await open({}, "bybit");
    await rig.enter();
    const stop = newestOf(rig);
    rig.trader.account.cancel(stop);
    stop.visibleMs = Number.POSITIVE_INFINITY;
    await rig.passComparing(300);
    expect(rig.resting()).not.toBe("0");
  });

  it("asks before it sends again where the connection died after the request", async () => {
    const fetch = async () => {
      throw new Error("fetch failed: read EHOSTUNREACH 1.2.3.4:443");
    };
    const client = {
      fetch,
      handleErrors: () => {},
      privatePostOrder: (): Promise<unknown> => (client.fetch as () => Promise<unknown>)(),
    };
    const call = signedCalls(client as never, () => 1 as never);
    const answer = await call("privatePostOrder", {}, { signal: new AbortController().signal });
    expect(answer.type).toBe("silence");
  });

  it("does not buy twice where its order stays hidden and a trade shows", async () => {
    const rig = await open();
    const { account, faults } = rig.trader;
    account.hideMs = 3_600_000;
    faults.add({ fault: { kind: "answered-otherwise", status: 502, text: "" }, at: ["place"], times: 1 });
    await rig.enter({ expiresAtMs: null });
    account.hideMs = 0;
    account.trades.splice(0, 1, ...account.trades.slice(0, 1).map((trade) => ({ ...trade, visibleMs: 0 })));
    await rig.pass(120);
    expect(rig.taken("entry")).toHaveLength(1);
    expect(rig.problems.join()).toContain("of no order of the journal");
  });

  it("names a stop that was filled and whose trades never show", async () => {
    const rig = await open();
    await rig.enter();
    rig.trader.account.tradesLateMs = 3_600_000;
    rig.trader.account.setPrice(rig.trader.symbol, rig.price("0.94"));
    await rig.passComparing(40);
    expect(rig.book.differences.standing().map(({ kind }) => kind)).toEqual(expect.arrayContaining(["missing-order"]));
  });

  it("does not sell on one bid that is half of the price", async () => {
    const rig = await open();
    await rig.enter();
    const price = Number(rig.trader.account.priceOf(rig.trader.symbol));
    let looks = 0;
    bidIs(rig, () => (++looks === 1 ? price * 0.5 : price));
    await rig.pass(22);
    expect(looks).toBeGreaterThan(1);
    expect(rig.taken("exit")).toEqual([]);
  });

  it("keeps nothing of what its orders came to once the journal has their end", async () => {
    const rig = await open();
    const { execution } = rig.desk;
    const submit = execution.submit.bind(execution);
    const answers: WeakRef<object>[] = [];
    execution.submit = async (...order) => {
      const answer = await submit(...order);
      answers.push(new WeakRef(answer));
      return answer;
    };
    await rig.enter();
    rig.trader.wait(1000);
    await rig.exit();
    await rig.pass(1);
    await collectGarbage();
    expect(rig.holds).toBe(false);
    expect(answers.map((answer) => answer.deref())).toEqual([undefined, undefined, undefined]);
  });
});
