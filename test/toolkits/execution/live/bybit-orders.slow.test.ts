// What is Bybit's alone: answers that only say that a request was taken up, triggers without a side, lists by the week, ids for ever.
import { afterEach, expect, it } from "vitest";
import { ProviderError, ProviderRefusedError } from "#schemas/errors.ts";
import { multiply, type Price, type Quantity, roundPrice } from "#schemas/money.ts";
import { openTrader, type Trader } from "#test/exchanges/trading/open-trader.ts";
import type { OrderRef, OrderTerms, OrderToPlace } from "#toolkits/execution/live/venue-orders.ts";

const options = { signal: new AbortController().signal };
const DAY_MS = 86_400_000;

const opened: Trader[] = [];
afterEach(() => Promise.all(opened.splice(0).map((trader) => trader.close())));

async function open(): Promise<Trader> {
  const trader = await openTrader("bybit", { balances: { USDT: "10000", BTC: "1" } });
  opened.push(trader);
  return trader;
}

const priced = ({ account, symbol }: Trader, factor: string): Price =>
  roundPrice(multiply(account.priceOf(symbol), factor), account.listingOf(symbol)?.tickSize ?? "0.01", "sell");

const sale = (trader: Trader, terms: OrderTerms, n = 1): OrderToPlace => ({
  ...{ clientOrderId: n.toString(16).padStart(32, "b"), symbol: trader.symbol, side: "sell", terms },
  quantity: "0.01" as Quantity,
});
const stopAt = (trader: Trader, factor: string): OrderToPlace =>
  sale(trader, { type: "stop", triggerPrice: priced(trader, factor) });

const refTo = ({ clientOrderId, symbol, terms }: OrderToPlace, sinceMs: OrderRef["sinceMs"]): OrderRef => ({
  ...{ clientOrderId, venueOrderId: null, symbol, sinceMs },
  kind: terms.type === "stop" ? "stop" : "plain",
});

const envelope = (result: unknown): string => JSON.stringify({ retCode: 0, retMsg: "OK", result, retExtInfo: {} });

it("a stop that the price has passed and that cannot be taken back is in doubt, and says that it waits for a rise", async () => {
  const trader = await open();
  const stop = stopAt(trader, "1.05");
  const ref = refTo(stop, trader.now());
  trader.faults.add({ fault: { kind: "status", status: 502, body: "<html>" }, at: ["cancel"], times: 1 });
  expect(await trader.orders.place(stop, options)).toMatchObject({
    outcome: "unresolved",
    reason: expect.stringMatching(/waited for a rise/),
  });
  const left = { status: "working", waitsForRise: true, triggerPrice: priced(trader, "1.05") };
  expect(await trader.orders.ask(ref, options)).toMatchObject(left);
  expect(await trader.orders.open(options)).toMatchObject([left]);
  expect(await trader.orders.cancel(ref, options)).toEqual({ outcome: "canceled" });
});

it("a stop below the price does not say so, and neither does a target", async () => {
  const trader = await open();
  expect(await trader.orders.place(stopAt(trader, "0.9"), options)).toMatchObject({ outcome: "accepted" });
  const target = sale(trader, { type: "limit", limitPrice: priced(trader, "1.1") }, 2);
  expect(await trader.orders.place(target, options)).toMatchObject({ outcome: "accepted" });
  for (const order of await trader.orders.open(options)) expect(order.waitsForRise).toBeUndefined();
});

it("a stop that sold before it could be taken back is in doubt, and is found filled", async () => {
  const trader = await open();
  const stop = stopAt(trader, "1.05");
  const ref = refTo(stop, trader.now());
  const placing = trader.orders.place(stop, options);
  while (trader.exchange.count("order") < 1) await new Promise((resolve) => setImmediate(resolve));
  trader.account.setPrice(trader.symbol, priced(trader, "1.06"));
  expect(await placing).toMatchObject({ outcome: "unresolved" });
  expect(await trader.orders.ask(ref, options)).toMatchObject({ status: "filled", filledQuantity: "0.01" });
});

it("a stop that was taken up and is not shown yet is in doubt, and is found once it is", async () => {
  const trader = await open();
  const stop = stopAt(trader, "0.9");
  const ref = refTo(stop, trader.now());
  trader.account.hideMs = 2_000;
  expect(await trader.orders.place(stop, options)).toMatchObject({ outcome: "unresolved" });
  trader.wait(2_000);
  expect(await trader.orders.ask(ref, options)).toMatchObject({ status: "working", kind: "stop" });
});

it("a cancel that was taken up and has not happened is in doubt", async () => {
  const trader = await open();
  const target = sale(trader, { type: "limit", limitPrice: priced(trader, "1.1") });
  const ref = refTo(target, trader.now());
  await trader.orders.place(target, options);
  const taken = envelope({ orderId: "1", orderLinkId: target.clientOrderId });
  trader.faults.add({ fault: { kind: "body", body: taken }, at: ["cancel"], times: 1 });
  expect(await trader.orders.cancel(ref, options)).toMatchObject({ outcome: "unresolved" });
  expect(await trader.orders.ask(ref, options)).toMatchObject({ status: "working" });
});

it("an id that was used before makes no second order and proves no refusal", async () => {
  const trader = await open();
  const first = sale(trader, { type: "market" });
  const ref = refTo(first, trader.now());
  expect(await trader.orders.place(first, options)).toMatchObject({ outcome: "accepted" });
  trader.wait(30 * DAY_MS);
  expect(await trader.orders.place(first, options)).toMatchObject({ outcome: "unresolved" });
  expect(trader.account.orders.length).toBe(1);
  expect(await trader.orders.ask(ref, options)).toMatchObject({ status: "filled" });
});

it("an ended order that is in the history only is found there, weeks after", async () => {
  const trader = await open();
  const order = sale(trader, { type: "market" });
  const ref = refTo(order, trader.now());
  await trader.orders.place(order, options);
  trader.wait(20 * DAY_MS);
  const nothing = envelope({ category: "spot", list: [], nextPageCursor: "" });
  trader.faults.add({ fault: { kind: "body", body: nothing }, at: ["order"], times: 1 });
  expect(await trader.orders.ask(ref, options)).toMatchObject({ status: "filled" });
});

it("an answer about another order is not taken for ours", async () => {
  const trader = await open();
  const order = sale(trader, { type: "market" });
  await trader.orders.place(order, options);
  const other = refTo(sale(trader, { type: "market" }, 2), trader.now());
  expect(await trader.orders.ask(other, options)).toBeNull();
});

it("trades of many weeks are read to the end, oldest first, each once", async () => {
  const trader = await open();
  const sinceMs = trader.now();
  for (const n of [1, 2, 3]) {
    await trader.orders.place(sale(trader, { type: "market" }, n), options);
    trader.wait(7 * DAY_MS);
  }
  const trades = await trader.orders.trades({ symbol: trader.symbol, sinceMs }, options);
  expect(trades.map(({ atMs }) => (atMs - sinceMs) / DAY_MS)).toEqual([0, 7, 14]);
});

it("a list that does not end is no list", async () => {
  const trader = await open();
  await trader.orders.place(sale(trader, { type: "limit", limitPrice: priced(trader, "1.1") }), options);
  const [row] = await trader.orders.open(options);
  expect(row).toBeDefined();
  const page = envelope({
    category: "spot",
    list: [{ ...ROW, orderId: row?.venueOrderId }],
    nextPageCursor: "page_token%3D1%26",
  });
  trader.faults.add({ fault: { kind: "body", body: page }, at: ["open-orders"] });
  await expect(trader.orders.open(options)).rejects.toBeInstanceOf(ProviderError);
});

const ROW = {
  ...{ orderLinkId: "", symbol: "BTCUSDT", side: "Sell", orderStatus: "New", orderType: "Limit", stopOrderType: "" },
  ...{ qty: "0.01", cumExecQty: "0", price: "70400", triggerPrice: "0", createdTime: "1780000203000" },
};

it("an order by value has no quantity in coins but what it has filled, and a market order no limit", async () => {
  const trader = await open();
  const list = [
    { ...ROW, orderId: "1", qty: "250", cumExecQty: "0.0039", marketUnit: "quoteCoin", orderType: "Market" },
    { ...ROW, orderId: "2", price: "", cumExecQty: "", triggerPrice: "", rejectReason: "EC_NoError" },
  ];
  const body = envelope({ category: "spot", list, nextPageCursor: "" });
  trader.faults.add({ fault: { kind: "body", body }, at: ["open-orders"], times: 1 });
  expect(await trader.orders.open(options)).toMatchObject([
    { quantity: "0.0039", filledQuantity: "0.0039", limitPrice: null },
    { quantity: "0.01", filledQuantity: "0", limitPrice: null, triggerPrice: null, reason: "New" },
  ]);
});

it("what is borrowed is not counted as the account's own", async () => {
  const trader = await open();
  const coin = [{ coin: "USDT", walletBalance: "1000.5", locked: "100", spotBorrow: "300.5" }];
  const body = envelope({ list: [{ accountType: "UNIFIED", coin }] });
  trader.faults.add({ fault: { kind: "body", body }, at: ["balances"], times: 1 });
  expect((await trader.orders.balances(options)).get("USDT")).toEqual({ free: "600", used: "100" });
});

it("a key that does not expire and is bound to no address says so", async () => {
  const trader = await open();
  expect(await trader.orders.checkKey(options)).toMatchObject({ expiresAtMs: null, boundToAddress: true });
  trader.account.rights.ipBound = false;
  const expiresMs = trader.now() + 30 * DAY_MS;
  trader.account.rights.expiresMs = expiresMs;
  expect(await trader.orders.checkKey(options)).toMatchObject({ expiresAtMs: expiresMs, boundToAddress: false });
});

it("the limit by address is no refusal of the key", async () => {
  const trader = await open();
  trader.faults.add({ fault: { kind: "status", status: 403, body: "<html>403, access too frequent</html>" } });
  const asked = trader.orders.balances(options);
  await expect(asked).rejects.toBeInstanceOf(ProviderError);
  await expect(asked).rejects.not.toBeInstanceOf(ProviderRefusedError);
  expect(await trader.orders.place(stopAt(trader, "0.9"), options)).toMatchObject({ outcome: "not-sent" });
});

it("an order that meets the limit by address is refused for that", async () => {
  const trader = await open();
  const fault = { kind: "status", status: 403, body: "<html>403, access too frequent</html>" } as const;
  trader.faults.add({ fault, at: ["place"] });
  const placed = await trader.orders.place(stopAt(trader, "0.9"), options);
  expect(placed).toMatchObject({ outcome: "refused", cause: "limit", code: "HTTP 403" });
});
