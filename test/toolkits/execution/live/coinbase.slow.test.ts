// What is Coinbase's own, beside the contract: ids, pages, tokens, stops with a limit, cancels that are taken and not done, twins in USDC.
import { afterEach, expect, it } from "vitest";
import { ProviderError } from "#schemas/errors.ts";
import type { Price, Quantity } from "#schemas/money.ts";
import { MarketSymbol } from "#schemas/units.ts";
import { openTrader, type Trader, type TraderOptions } from "#test/exchanges/trading/open-trader.ts";
import type { Wish } from "#test/exchanges/trading/trading-account.ts";
import type { OrderRef, OrderTerms, OrderToPlace } from "#toolkits/execution/live/venue-orders.ts";

const options = { signal: new AbortController().signal };
const opened: Trader[] = [];
afterEach(() => Promise.all(opened.splice(0).map((trader) => trader.close())));

const open = async (how: TraderOptions = {}): Promise<Trader> => {
  const trader = await openTrader("coinbase", {
    balances: { USD: "100000", USDC: "10000", BTC: "10", ETH: "5" },
    ...how,
  });
  opened.push(trader);
  return trader;
};
const idOf = (n: number): string => n.toString(16).padStart(32, "d");
const stop = (triggerPrice: string): OrderTerms => ({ type: "stop", triggerPrice: triggerPrice as Price });
const sale = (trader: Trader, n: number, terms: OrderTerms): OrderToPlace => ({
  clientOrderId: idOf(n),
  symbol: trader.symbol,
  side: "sell",
  quantity: "0.01" as Quantity,
  terms,
});
const refTo = (trader: Trader, n: number, venueOrderId: string | null = null): OrderRef => ({
  clientOrderId: idOf(n),
  venueOrderId,
  symbol: trader.symbol,
  kind: "stop",
  sinceMs: trader.now(),
});
const placed = async (trader: Trader, order: OrderToPlace): Promise<string> => {
  const answer = await trader.orders.place(order, options);
  if (answer.outcome !== "accepted") throw new Error(JSON.stringify(answer));
  return answer.venueOrderId;
};
/** Of a stranger, straight at the exchange. */
const crowd = (trader: Trader, count: number): void => {
  const { account, symbol } = trader;
  for (let n = 0; n < count; n += 1) {
    const clientId = `other-${account.orders.length}`;
    const wish = {
      clientId,
      symbol,
      side: "buy",
      quantity: "0.001",
      type: "limit",
      limitPrice: account.priceOf(symbol),
    };
    if (typeof account.place(wish as Wish) === "string") throw new Error("the stranger is refused");
  }
};

it("sells by a stop down to five percent below its trigger, on the tick", async () => {
  const trader = await open();
  await placed(trader, sale(trader, 1, stop("57603")));
  expect(trader.account.orders[0]?.wish).toMatchObject({
    ...{ type: "stop-limit", triggerPrice: "57603", limitPrice: "54722" },
  });
  const [order] = await trader.orders.open(options);
  expect(order).toMatchObject({ kind: "stop", triggerPrice: "57603", limitPrice: "54722" });
  expect(order?.waitsForRise).toBeUndefined();
});

it("still works below its limit where a stop was jumped over, and is not called filled", async () => {
  const trader = await open();
  const id = await placed(trader, sale(trader, 1, stop("57600")));
  trader.account.setPrice(trader.symbol, "50000");
  expect(await trader.orders.ask(refTo(trader, 1, id), options)).toMatchObject({
    status: "working",
    filledQuantity: "0",
  });
});

it("gives the first order back for a client id that was seen before, and no second one is made", async () => {
  const trader = await open();
  const first = await placed(trader, sale(trader, 1, stop("57600")));
  expect(await placed(trader, sale(trader, 1, stop("57000")))).toBe(first);
  expect(trader.account.orders.length).toBe(1);
});

it("finds an order by the client id behind pages of others, open or ended", async () => {
  const trader = await open();
  const open_ = await placed(trader, sale(trader, 1, stop("57600")));
  const ended = await placed(trader, sale(trader, 2, { type: "market" }));
  crowd(trader, 230);
  expect(await trader.orders.ask(refTo(trader, 2), options)).toMatchObject({ venueOrderId: ended, status: "filled" });
  expect(await trader.orders.ask(refTo(trader, 1), options)).toMatchObject({ venueOrderId: open_, status: "working" });
  expect(await trader.orders.ask(refTo(trader, 3), options)).toBeNull();
});

it("is not said to be without an order while its list goes on without a cursor, or round in a circle", async () => {
  const trader = await open();
  const list = (cursor: string) => JSON.stringify({ orders: [], sequence: "0", has_next: true, cursor });
  for (const text of [list(""), list("1")]) {
    trader.faults.clear();
    trader.faults.add({ fault: { kind: "answered-otherwise", status: 200, text }, at: ["open-orders"] });
    await expect(trader.orders.ask(refTo(trader, 1), options)).rejects.toBeInstanceOf(ProviderError);
    expect(await trader.orders.cancel(refTo(trader, 1), options)).toMatchObject({ outcome: "not-sent" });
  }
});

it("gives trades to the last page, oldest first, each once, and none of other markets or of before", async () => {
  const trader = await open();
  crowd(trader, 3);
  trader.wait(30_000);
  const sinceMs = trader.now();
  crowd(trader, 230);
  const eth = { clientId: "other-eth", symbol: "ETH/USD", side: "buy", quantity: "0.1", type: "market" } as const;
  trader.account.place(eth);
  const trades = await trader.orders.trades({ symbol: trader.symbol, sinceMs }, options);
  expect(trades.length).toBe(230);
  expect(new Set(trades.map(({ tradeId }) => tradeId)).size).toBe(230);
  expect(trades.map(({ tradeId }) => tradeId)).toEqual(trades.map(({ tradeId }) => tradeId).toSorted());
});

it("reads the quantity of a fill that was ordered for so much of the quote, and leaves corrections out", async () => {
  const trader = await open();
  await placed(trader, sale(trader, 1, { type: "market" }));
  const [fill] = trader.account.trades;
  const row = {
    ...{ trade_id: "t", order_id: "o", product_id: "BTC-USD", side: "BUY", commission: "1.2", price: "64000" },
    ...{ size: "1600", size_in_quote: true, trade_time: new Date(fill?.atMs ?? 0).toISOString() },
  };
  const fills = ["FILL", "REVERSAL", "CORRECTION", "SYNTHETIC"].map((trade_type) => ({ ...row, trade_type }));
  const text = JSON.stringify({ fills, cursor: "" });
  trader.faults.add({ fault: { kind: "answered-otherwise", status: 200, text }, at: ["trades"], times: 1 });
  const trades = await trader.orders.trades({ symbol: trader.symbol, sinceMs: trader.now() }, options);
  expect(trades).toMatchObject([{ quantity: "0.025", price: "64000", fee: "1.2", feeCurrency: "USD" }]);
});

it("lists orders between two states among those that work", async () => {
  const trader = await open();
  await placed(trader, sale(trader, 1, stop("57600")));
  const row = {
    ...{ order_id: "o", client_order_id: idOf(2), product_id: "BTC-USD", side: "SELL", status: "CANCEL_QUEUED" },
    ...{ created_time: "2026-05-28T20:30:00.123456789Z", filled_size: "0.002" },
    order_configuration: { limit_limit_gtc: { base_size: "0.01", limit_price: "70000" } },
  };
  const text = JSON.stringify({ orders: [row], sequence: "0", has_next: false, cursor: "" });
  trader.faults.add({ fault: { kind: "answered-otherwise", status: 200, text }, at: ["open-orders"], times: 1 });
  expect(await trader.orders.open(options)).toMatchObject([
    { clientOrderId: idOf(2), status: "working", reason: "CANCEL_QUEUED", filledQuantity: "0.002", quantity: "0.01" },
    { clientOrderId: idOf(1), status: "working" },
  ]);
});

it("reads a stop that waits for a rise as one, and an order for so much of the quote by what it bought", async () => {
  const trader = await open();
  const ids = { product_id: "BTC-USD", status: "OPEN", created_time: "2026-05-28T20:30:00Z" };
  const rise = { base_size: "1", limit_price: "71000", stop_price: "70000", stop_direction: "STOP_DIRECTION_STOP_UP" };
  const orders = [
    { ...ids, order_id: "a", side: "BUY", filled_size: "", order_configuration: { stop_limit_stop_limit_gtc: rise } },
    {
      ...ids,
      order_id: "b",
      side: "BUY",
      filled_size: "0.1",
      order_configuration: { market_market_ioc: { quote_size: "9" } },
    },
    { ...ids, order_id: "c", side: "BUY", order_configuration: null },
    { ...ids, order_id: "d", side: "SELL", product_id: "BIT-27DEC-CDE", order_configuration: null },
  ];
  const text = JSON.stringify({ orders, sequence: "0", has_next: false, cursor: "" });
  trader.faults.add({ fault: { kind: "answered-otherwise", status: 200, text }, at: ["open-orders"], times: 1 });
  expect(await trader.orders.open(options)).toMatchObject([
    { venueOrderId: "a", clientOrderId: null, kind: "stop", triggerPrice: "70000", waitsForRise: true },
    { venueOrderId: "b", kind: "plain", quantity: "0.1", limitPrice: null },
    { venueOrderId: "c", quantity: "0" },
  ]);
});

it("is refused where a token is another request's, was changed, or is older than two minutes", async () => {
  const trader = await open();
  await trader.orders.balances(options);
  const request = trader.exchange.requests.at(-1);
  const target = request?.target ?? "";
  const token = request?.headers["authorization"] ?? "";
  const [head, claims, signature] = token.split(".");
  const ask = async (path: string, authorization: string): Promise<number> =>
    (await fetch(`${trader.exchange.url}${path}`, { headers: { authorization } })).status;
  expect(await ask(target, token)).toBe(200);
  expect(await ask("/api/v3/brokerage/key_permissions", token)).toBe(401);
  expect(await ask(target, `${head}.${claims}.${signature?.split("").reverse().join("")}`)).toBe(401);
  trader.wait(119_999);
  expect(await ask(target, token)).toBe(200);
  trader.wait(1);
  expect(await ask(target, token)).toBe(401);
});

it("does not call an order canceled whose cancel is only taken", async () => {
  const trader = await open();
  const id = await placed(trader, sale(trader, 1, stop("57600")));
  const taken = JSON.stringify({
    results: [{ success: true, failure_reason: "UNKNOWN_CANCEL_FAILURE_REASON", order_id: id }],
  });
  trader.faults.add({ fault: { kind: "status", status: 200, body: taken }, at: ["cancel"], times: 1 });
  expect(await trader.orders.cancel(refTo(trader, 1, id), options)).toEqual({
    ...{ outcome: "unresolved", reason: "The cancel was taken; the order is OPEN." },
  });
  trader.faults.add({ fault: { kind: "status", status: 502, body: "<html>" }, at: ["order"], times: 1 });
  expect(await trader.orders.cancel(refTo(trader, 1, id), options)).toMatchObject({ outcome: "unresolved" });
  expect(await trader.orders.cancel(refTo(trader, 1, id), options)).toMatchObject({ outcome: "not-working" });
});

it("cancels by the client id alone, by the venue's id that it finds first", async () => {
  const trader = await open();
  await placed(trader, sale(trader, 1, stop("57600")));
  expect(await trader.orders.cancel(refTo(trader, 1), options)).toEqual({ outcome: "canceled" });
  expect(await trader.orders.cancel(refTo(trader, 2), options)).toMatchObject({ outcome: "not-working" });
});

it("keeps a market in USDC apart from its twin in USD", async () => {
  const trader = await open();
  const inUsdc = MarketSymbol.parse("ETH/USDC");
  const order = { ...sale(trader, 1, { type: "limit", limitPrice: "3400" as Price }), symbol: inUsdc };
  const venueOrderId = await placed(trader, order);
  expect(trader.account.orders[0]?.wish.symbol).toBe("ETH/USDC");
  expect(await trader.orders.open(options)).toMatchObject([{ symbol: "ETH/USDC" }]);
  const ref = { ...refTo(trader, 1, venueOrderId), symbol: inUsdc };
  expect(await trader.orders.ask(ref, options)).toMatchObject({ symbol: "ETH/USDC" });
  await placed(trader, { ...order, clientOrderId: idOf(2), terms: { type: "market" } });
  const { sinceMs } = ref;
  expect(await trader.orders.trades({ symbol: inUsdc, sinceMs }, options)).toMatchObject([{ feeCurrency: "USDC" }]);
  expect(await trader.orders.trades({ symbol: MarketSymbol.parse("ETH/USD"), sinceMs }, options)).toEqual([]);
});
