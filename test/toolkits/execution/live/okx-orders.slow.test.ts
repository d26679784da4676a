// OKX's two books: what a touched stop made is the stop's, in what is asked, listed and traded; lists are read to their end; and what the
// contract of all venues does not know.
import { afterEach, expect, it } from "vitest";
import { ProviderError, ProviderRefusedError } from "#schemas/errors.ts";
import type { Price, Quantity } from "#schemas/money.ts";
import { MarketSymbol, unixMs } from "#schemas/units.ts";
import { openTrader, type Trader, type TraderOptions } from "#test/exchanges/trading/open-trader.ts";
import type { OrderRef, OrderToPlace } from "#toolkits/execution/live/venue-orders.ts";
import { createOkxOrders } from "#toolkits/execution/live/venues/okx.ts";

const options = { signal: new AbortController().signal };
const idOf = (n: number): string => n.toString(16).padStart(32, "b");
const opened: Trader[] = [];
afterEach(() => Promise.all(opened.splice(0).map((trader) => trader.close())));

async function open(how: TraderOptions = {}): Promise<Trader> {
  const trader = await openTrader("okx", { balances: { USDT: "1000000", BTC: "1" }, ...how });
  trader.account.setPrice(trader.symbol, "60000");
  opened.push(trader);
  return trader;
}

async function placed(trader: Trader, n: number, change: Partial<OrderToPlace> = {}): Promise<OrderRef> {
  const order: OrderToPlace = {
    ...{ clientOrderId: idOf(n), symbol: trader.symbol, side: "sell", quantity: "0.1" as Quantity },
    ...{ terms: { type: "stop", triggerPrice: "55000" as Price }, ...change },
  };
  const answer = await trader.orders.place(order, options);
  if (answer.outcome !== "accepted") throw new Error(JSON.stringify(answer));
  const kind = order.terms.type === "stop" ? "stop" : "plain";
  const { clientOrderId, symbol } = order;
  return { clientOrderId, symbol, kind, venueOrderId: answer.venueOrderId, sinceMs: trader.now() };
}

const trades = (trader: Trader, sinceMs = trader.now()) =>
  trader.orders.trades({ symbol: trader.symbol, sinceMs }, options);

it("a desk that was started anew finds the trades of a touched stop under the stop's own id, with one look at each order", async () => {
  const trader = await open();
  const stop = await placed(trader, 1);
  const other = await placed(trader, 2, { terms: { type: "market" } });
  trader.account.setPrice(trader.symbol, "54000");
  const before = trader.exchange.count("order");
  expect(await trades(trader)).toMatchObject([
    { venueOrderId: other.venueOrderId, price: "60000" },
    { venueOrderId: stop.venueOrderId, price: "54000", side: "sell", quantity: "0.1" },
  ]);
  expect(trader.exchange.count("order") - before).toBe(1);
  await trades(trader);
  expect(trader.exchange.count("order") - before).toBe(1);
});

it("a touched stop that sold a part only ends with that part, under its own id", async () => {
  const trader = await open();
  const stop = await placed(trader, 1);
  trader.account.nextShares.push(0.5);
  trader.account.setPrice(trader.symbol, "54000");
  const ended = {
    venueOrderId: stop.venueOrderId,
    clientOrderId: stop.clientOrderId,
    kind: "stop",
    status: "canceled",
  };
  expect(await trader.orders.ask(stop, options)).toMatchObject({ ...ended, filledQuantity: "0.05", quantity: "0.1" });
  expect(await trader.orders.ask({ ...stop, venueOrderId: null }, options)).toMatchObject(ended);
  expect(await trader.orders.open(options)).toEqual([]);
  expect(await trader.orders.cancel(stop, options)).toMatchObject({ outcome: "unresolved" });
});

it("a touched stop whose order rests at its limit is listed as the stop", async () => {
  const trader = await open();
  const wish = { clientId: idOf(3), symbol: trader.symbol, side: "sell", quantity: "0.1", type: "stop-limit" } as const;
  trader.account.place({ ...wish, triggerPrice: "55000", limitPrice: "54500" });
  const [stop] = await trader.orders.open(options);
  trader.account.setPrice(trader.symbol, "54000");
  const { venueOrderId, clientOrderId } = stop ?? {};
  const resting = { venueOrderId, clientOrderId, kind: "stop", status: "working", limitPrice: "54500" };
  expect(await trader.orders.open(options)).toMatchObject([resting]);
});

it("a touched stop whose order is not shown yet is asked again: nothing is said of it", async () => {
  const symbol = MarketSymbol.parse("BTC/USDT");
  const row = {
    ...{ instId: "BTC-USDT", algoId: "9", algoClOrdId: idOf(1), side: "sell", sz: "0.1", cTime: "1780000000000" },
    ...{ slTriggerPx: "55000", slOrdPx: "-1", state: "effective", ordId: "0", ordIdList: ["12"] },
  };
  const bodies: Readonly<Record<string, unknown>> = {
    privateGetTradeOrderAlgo: { code: "0", msg: "", data: [row] },
    privateGetTradeOrder: { code: "51603", msg: "Order does not exist", data: [] },
  };
  const orders = createOkxOrders({
    call: async (method) => ({
      ...{ type: "answer", sentMs: unixMs(1_780_000_000_000), status: 200 },
      ...{ json: bodies[method], body: JSON.stringify(bodies[method]) },
    }),
    names: { idOf: () => "BTC-USDT", symbolOf: () => symbol, tickOf: () => "0.1" },
    now: () => unixMs(1_780_000_000_000),
    sandbox: false,
  });
  const ref = { clientOrderId: idOf(1), venueOrderId: "9", symbol, kind: "stop", sinceMs: unixMs(0) } as const;
  await expect(orders.ask(ref, options)).rejects.toThrow(/the order 12 that the stop 9 made/);
});

it("a desk that has sent a thousand orders keeps no more of their ids, and asks again where it needs an older one", async () => {
  const symbol = MarketSymbol.parse("BTC/USDT");
  const now = () => unixMs(1_780_000_000_000);
  const row = {
    ordId: "1",
    tradeId: "1",
    billId: "1",
    side: "sell",
    fillSz: "1",
    fillPx: "1",
    fee: "0",
    feeCcy: "USDT",
  };
  let taken = 0;
  let asked = 0;
  const bodies: Record<string, () => object> = {
    privatePostTradeOrder: () => ({
      code: "0",
      data: [{ ordId: String(++taken), clOrdId: idOf(1), sCode: "0", sMsg: "" }],
    }),
    privateGetTradeFills: () => ({ code: "0", data: [{ ...row, fillTime: String(now()) }] }),
    privateGetTradeOrder: () => ({ code: "51603", msg: `asked ${++asked} times`, data: [] }),
  };
  const orders = createOkxOrders({
    call: async (method) => {
      const json = bodies[method]?.();
      return { type: "answer", sentMs: now(), status: 200, json, body: JSON.stringify(json) };
    },
    names: { idOf: () => "BTC-USDT", symbolOf: () => symbol, tickOf: () => "0.1" },
    now,
    sandbox: false,
  });
  const place = () =>
    orders.place(
      { clientOrderId: idOf(1), symbol, side: "sell", quantity: "1" as Quantity, terms: { type: "market" } },
      options,
    );
  for (let each = 0; each < 1_000; each += 1) expect(await place()).toMatchObject({ outcome: "accepted" });
  expect(await orders.trades({ symbol, sinceMs: now() }, options)).toMatchObject([{ venueOrderId: "1" }]);
  expect(asked).toBe(0);
  await place();
  expect(await orders.trades({ symbol, sinceMs: now() }, options)).toMatchObject([{ venueOrderId: "1" }]);
  expect(asked).toBe(1);
});

it.each([true, false])(
  "a stop whose coins are gone when it is touched is rejected, or keeps them (locks: %s)",
  async (stopLocksFunds) => {
    const trader = await open({ rules: { stopLocksFunds } });
    const stop = await placed(trader, 1, { quantity: "0.6" as Quantity });
    const sale = await trader.orders.place(
      {
        ...{ clientOrderId: idOf(2), symbol: trader.symbol, side: "sell", quantity: "0.6" as Quantity },
        terms: { type: "market" },
      },
      options,
    );
    expect(sale.outcome).toBe(stopLocksFunds ? "refused" : "accepted");
    trader.account.setPrice(trader.symbol, "54000");
    const told = await trader.orders.ask(stop, options);
    expect(told?.status).toBe(stopLocksFunds ? "filled" : "rejected");
    expect(told?.reason).toContain(stopLocksFunds ? "effective" : "order_failed 51008");
  },
);

it("a sale at the market of more than is held is refused, and not made smaller", async () => {
  const trader = await open();
  const sale = { clientOrderId: idOf(1), symbol: trader.symbol, side: "sell", quantity: "1.5" as Quantity } as const;
  const answer = await trader.orders.place({ ...sale, terms: { type: "market" } }, options);
  expect(answer).toMatchObject({ outcome: "refused", cause: "funds", code: "51008" });
});

it("more orders, stops and trades than a page holds are all read, each once", async () => {
  const trader = await open({ balances: { USDT: "1000000", BTC: "10" } });
  const { account, symbol } = trader;
  const foreign = { clientId: null, symbol, side: "sell", quantity: "0.001" } as const;
  for (let n = 0; n < 205; n += 1) account.place({ ...foreign, type: "limit", limitPrice: "70000" });
  for (let n = 0; n < 100; n += 1) account.place({ ...foreign, type: "stop", triggerPrice: "50000" });
  const ids = (await trader.orders.open(options)).map(({ venueOrderId }) => venueOrderId);
  expect([ids.length, new Set(ids).size]).toEqual([305, 305]);
  account.setPrice(symbol, "70000");
  const sold = await trades(trader);
  expect(sold.length).toBe(205);
  expect(sold.map(({ tradeId }) => Number(tradeId))).toEqual(sold.map((_, at) => 744_000_001 + at));
});

it("trades of weeks ago are read, beyond the list of three days", async () => {
  const trader = await open();
  const { sinceMs, venueOrderId } = await placed(trader, 1, { terms: { type: "market" } });
  trader.wait(20 * 86_400_000);
  expect(await trades(trader, sinceMs)).toMatchObject([{ venueOrderId }]);
});

it("a rebate is a negative fee", async () => {
  const trader = await open({ rules: { feeBps: -1 } });
  await placed(trader, 1, { terms: { type: "market" } });
  expect(await trades(trader)).toMatchObject([{ fee: "-0.6", feeCurrency: "USDT" }]);
});

it("a cancel that was taken is not believed before the order says so", async () => {
  const trader = await open();
  const target = await placed(trader, 1, { terms: { type: "limit", limitPrice: "66000" as Price } });
  const body = { code: "0", msg: "", data: [{ ordId: target.venueOrderId, clOrdId: "", sCode: "0", sMsg: "" }] };
  const takenOnly = { kind: "body", body: JSON.stringify(body) } as const;
  trader.faults.add({ fault: takenOnly, at: ["cancel"], times: 2 });
  expect(await trader.orders.cancel(target, options)).toMatchObject({ outcome: "unresolved" });
  trader.account.setPrice(trader.symbol, "66000");
  expect(await trader.orders.cancel(target, options)).toMatchObject({ outcome: "not-working" });
});

it("an account in a margin mode is refused by name", async () => {
  const trader = await open();
  const config = { uid: "7001", perm: "read_only,trade", ip: "", acctLv: "3" };
  const body = JSON.stringify({ code: "0", msg: "", data: [config] });
  trader.faults.add({ fault: { kind: "body", body }, at: ["key"], times: 1 });
  const refused = trader.orders.checkKey(options);
  await expect(refused).rejects.toBeInstanceOf(ProviderRefusedError);
  await expect(refused).rejects.toThrow(/margin mode/);
});

it("a list that is refused for a while is an error that names the code, and no empty list", async () => {
  const trader = await open();
  const body = JSON.stringify({ code: "50011", msg: "Rate limit reached.", data: [] });
  trader.faults.add({ fault: { kind: "body", body }, at: ["open-orders"], times: 1 });
  const open_ = trader.orders.open(options);
  await expect(open_).rejects.toBeInstanceOf(ProviderError);
  await expect(open_).rejects.toThrow(/50011/);
});
