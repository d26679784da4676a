// What Kraken's lists and amounts look like where they are not plain: pages, rewards, prices that are relative, a ledger that is late.
import ccxt from "ccxt";
import { describe, expect, it } from "vitest";
import { ProviderError, ProviderRefusedError } from "#schemas/errors.ts";
import { MarketSymbol, unixMs } from "#schemas/units.ts";
import { createKrakenOrders } from "#toolkits/execution/live/venues/kraken.ts";
import { ASSETS } from "#toolkits/execution/live/venues/kraken-words.ts";

const options = { signal: new AbortController().signal };
const symbol = MarketSymbol.parse("BTC/USD");
const nowMs = unixMs(1_780_000_000_000);
const OURS = "0123456789abcdef0123456789abcdef";
type Params = Readonly<Record<string, unknown>>;

/** @param answers the result of each endpoint, or the whole body where it is text */
function ordersWith(answers: Readonly<Record<string, (params: Params) => unknown>>) {
  const asked: [string, Params][] = [];
  const orders = createKrakenOrders({
    call: async (method, given) => {
      const params = (given instanceof Function ? given() : given) as Params;
      const name = method.replace("privatePost", "");
      asked.push([name, params]);
      const result = answers[name]?.(params);
      const body = typeof result === "string" ? { error: [result] } : { error: [], result };
      return { type: "answer", sentMs: nowMs, status: 200, body: JSON.stringify(body), json: body };
    },
    names: {
      idOf: () => "XXBTZUSD",
      symbolOf: (id) => (["XXBTZUSD", "XBTUSD"].includes(id) ? symbol : null),
      tickOf: () => "0.1",
    },
    now: () => nowMs,
    sandbox: false,
  });
  return { orders, asked };
}

const row = (change: Params = {}, descr: Params = {}) => ({
  ...{ cl_ord_id: OURS, status: "closed", opentm: 1_779_999_990.1234, vol: "0.01000000", vol_exec: "0.01000000" },
  descr: { pair: "XBTUSD", type: "buy", ordertype: "limit", price: "60000.0", price2: "0", ...descr },
  ...change,
});
const foreign = (n: number) => row({ cl_ord_id: `other-${n}` });
const ref = { clientOrderId: OURS, venueOrderId: null, symbol, kind: "plain", sinceMs: nowMs } as const;

describe("an order of Kraken", () => {
  it("is found on the last page of the closed ones, even where the venue does not heed the client id", async () => {
    const pages = [0, 50, 100].map((from) =>
      Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`O${from + n}`, foreign(from + n)])),
    );
    const all = [...pages, { OLAST: row() }];
    const { orders, asked } = ordersWith({
      OpenOrders: () => ({ open: { OX: foreign(-1) } }),
      ClosedOrders: ({ ofs }) => ({ closed: all[Number(ofs) / 50] ?? {}, count: 151 }),
    });
    expect(await orders.ask(ref, options)).toMatchObject({ venueOrderId: "OLAST", status: "filled", quantity: "0.01" });
    expect(asked.map(([, { ofs }]) => ofs)).toEqual([undefined, 0, 50, 100, 150]);
  });

  it("is found where its market has another name by now, or none", async () => {
    const gone = row({}, { pair: "OLDNAME" });
    const named = ordersWith({ QueryOrders: () => ({ O1: gone }) }).orders;
    expect(await named.ask({ ...ref, venueOrderId: "O1" }, options)).toMatchObject({ symbol, status: "filled" });
    const { orders } = ordersWith({
      OpenOrders: () => ({ open: {} }),
      ClosedOrders: () => ({ closed: { O1: gone }, count: 1 }),
    });
    expect(await orders.ask(ref, options)).toMatchObject({ symbol, status: "filled", venueOrderId: "O1" });
  });

  it("is said not to be there only when both lists were read to the end", async () => {
    const { orders, asked } = ordersWith({
      OpenOrders: () => ({ open: {} }),
      // The venue may name no count: then the list ends where nothing comes.
      ClosedOrders: ({ ofs }) => ({ closed: ofs === 0 ? { OX: foreign(1) } : {} }),
    });
    expect(await orders.ask(ref, options)).toBeNull();
    expect(asked.map(([name]) => name)).toEqual(["OpenOrders", "ClosedOrders", "ClosedOrders"]);
  });

  it("is not said to be missing where one page comes again and again", async () => {
    const { orders } = ordersWith({
      OpenOrders: () => ({ open: {} }),
      ClosedOrders: () => ({ closed: { OX: foreign(1) } }),
    });
    await expect(orders.ask(ref, options)).rejects.toBeInstanceOf(ProviderError);
  });

  it.each(["EService:Unavailable", "EAPI:Rate limit exceeded", "EGeneral:Internal error"])(
    "is not said to be missing after %s",
    async (error) => {
      const broken = ordersWith({ OpenOrders: () => ({ open: {} }), ClosedOrders: () => error });
      await expect(broken.orders.ask(ref, options)).rejects.toBeInstanceOf(ProviderError);
      const first = ordersWith({ QueryOrders: () => error });
      await expect(first.orders.ask({ ...ref, venueOrderId: "OX" }, options)).rejects.toBeInstanceOf(ProviderError);
    },
  );

  it("is looked for by our id where the venue does not know its own", async () => {
    const { orders } = ordersWith({
      QueryOrders: () => "EOrder:Unknown order",
      OpenOrders: () => ({ open: { ONEW: row({ status: "open", vol_exec: "0.00000000" }) } }),
    });
    expect(await orders.ask({ ...ref, venueOrderId: "OLD" }, options)).toMatchObject({ venueOrderId: "ONEW" });
  });

  it("of others may have a price that is relative to the market, or a market that is not ours", async () => {
    const { orders } = ordersWith({
      OpenOrders: () => ({
        open: {
          O1: row({ status: "open" }, { ordertype: "trailing-stop", price: "+2.5000%" }),
          O2: row({ status: "pending" }, { ordertype: "stop-loss-limit", price: "50000.0", price2: "49000.0" }),
          O3: row({ status: "open" }, { pair: "ATOKENUSD" }),
          O4: row({ status: "open", cl_ord_id: null }, { ordertype: "take-profit", price: "90000.0" }),
        },
      }),
    });
    expect(await orders.open(options)).toMatchObject([
      { venueOrderId: "O1", kind: "stop", triggerPrice: null, limitPrice: null },
      { venueOrderId: "O2", kind: "stop", status: "working", triggerPrice: "50000", limitPrice: "49000" },
      { venueOrderId: "O4", kind: "plain", triggerPrice: "90000", limitPrice: null, clientOrderId: null },
    ]);
  });

  it.each([
    [{ count: 1 }, "canceled"],
    [{ count: 1, pending: true }, "unresolved"],
    [{ count: 0 }, "unresolved"],
    [{}, "unresolved"],
    ["EOrder:Unknown order", "not-working"],
    ["EService:Unavailable", "unresolved"],
    ["EAPI:Invalid nonce", "unresolved"],
  ])("whose cancel is answered with %j is %s", async (answer, outcome) => {
    const { orders } = ordersWith({ CancelOrder: () => answer });
    expect(await orders.cancel(ref, options)).toMatchObject({ outcome });
  });

  it("names a deadline from 5 to 6 s ahead, in whole seconds, at the moment of sending", async () => {
    const { orders, asked } = ordersWith({ AddOrder: () => "EOrder:Insufficient funds" });
    await orders.place(
      { clientOrderId: OURS, symbol, side: "sell", quantity: "1" as never, terms: { type: "market" } },
      options,
    );
    expect(asked[0]?.[1]).toEqual({
      ...{ pair: "XXBTZUSD", type: "sell", volume: "1", cl_ord_id: OURS, oflags: "fciq", ordertype: "market" },
      deadline: new Date(nowMs + 6000).toISOString().replace(".000", ""),
    });
  });
});

describe("trades of Kraken", () => {
  const trade = (change: Params = {}) => ({
    ...{ ordertxid: "O1", pair: "XXBTZUSD", time: nowMs / 1000 - 5, type: "buy", price: "60000.0", vol: "0.01" },
    ...{ fee: "2.4", ledgers: ["LA", "LB"] },
    ...change,
  });
  const entry = (asset: string, fee: string) => ({ asset, fee, amount: "1", type: "trade" });
  const query = { symbol, sinceMs: unixMs(nowMs - 600_000) };
  const tradesWith = (trades: Params, ledger: Params) =>
    ordersWith({
      TradesHistory: () => ({ trades, count: Object.keys(trades).length }),
      QueryLedgers: () => ledger,
    }).orders.trades(query, options);

  it.each([
    [{ LA: entry("XXBT", "0"), LB: entry("ZUSD", "2.4000") }, "2.4", "USD"],
    [{ LA: entry("XXBT", "0.00004"), LB: entry("ZUSD", "0.0000") }, "0.00004", "BTC"],
    [{ LA: entry("XXBT", "0.0000000000"), LB: entry("FEE", "240.00") }, "240", "KFEE"],
    [{ LA: entry("FEE", "10.00"), LB: entry("ZUSD", "2.30") }, "2.3", "USD"],
    [{ LA: entry("XXBT", "0"), LB: entry("ZUSD", "0") }, "0", "USD"],
    [{ LA: entry("XXBT", "0"), LB: entry("ZUSD", "-0.2") }, "-0.2", "USD"],
  ])("cost what the ledger took: %j", async (ledger, fee, feeCurrency) => {
    expect(await tradesWith({ T1: trade() }, ledger)).toMatchObject([
      { tradeId: "T1", fee, feeCurrency, quantity: "0.01" },
    ]);
  });

  it("wait for their ledger, and the later ones with them; after a minute the trade's own fee in quote is told", async () => {
    const late = trade({ ledgers: ["LX"] });
    const newer = trade({ time: nowMs / 1000 - 2 });
    const ledger = { LA: entry("XXBT", "0"), LB: entry("ZUSD", "1") };
    expect(await tradesWith({ T2: newer, T1: late }, ledger)).toEqual([]);
    expect(
      await tradesWith({ T2: newer, T1: trade({ ledgers: ["LX"], time: nowMs / 1000 - 61 }) }, ledger),
    ).toMatchObject([
      { tradeId: "T1", fee: "2.4", feeCurrency: "USD" },
      { tradeId: "T2", fee: "1", feeCurrency: "USD" },
    ]);
  });

  it("are those of one market from the time on, oldest first, over pages and ledger requests of twenty", async () => {
    const rows = Array.from({ length: 120 }, (_, n): [string, Params] => [
      `T${n}`,
      trade({ time: nowMs / 1000 - 500 - n, ledgers: [`L${n}A`, `L${n}B`], ...(n === 7 ? { pair: "ETHUSD" } : {}) }),
    ]);
    const { orders, asked } = ordersWith({
      TradesHistory: ({ ofs }) => ({
        trades: Object.fromEntries(rows.slice(Number(ofs), Number(ofs) + 50)),
        count: 120,
      }),
      QueryLedgers: ({ id }) =>
        Object.fromEntries(
          String(id)
            .split(",")
            .map((one) => [one, entry("ZUSD", "1")]),
        ),
    });
    const trades = await orders.trades(query, options);
    expect(trades.length).toBe(100);
    expect(trades.map(({ atMs }) => atMs)).toEqual(trades.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
    const ids = asked.flatMap(([name, { id }]) => (name === "QueryLedgers" ? [String(id).split(",").length] : []));
    expect(Math.max(...ids)).toBeLessThanOrEqual(20);
  });

  it("are refused to a key that may not read the ledger", async () => {
    const { orders } = ordersWith({
      TradesHistory: () => ({ trades: { T1: trade() }, count: 1 }),
      QueryLedgers: () => "EGeneral:Permission denied",
    });
    await expect(orders.trades(query, options)).rejects.toBeInstanceOf(ProviderRefusedError);
  });
});

describe("balances of Kraken", () => {
  it("have our names of currencies, and what earns rewards by itself belongs to its asset", async () => {
    const { orders } = ordersWith({
      BalanceEx: () => ({
        ZUSD: { balance: "100.5000", hold_trade: "0.5000" },
        "USD.F": { balance: "20", hold_trade: "0" },
        XXBT: { balance: "0.1000000000", hold_trade: "0.1000000000" },
        "ADA.S": { balance: "7", hold_trade: "0" },
        SOL: { balance: "1", hold_trade: "2" },
      }),
    });
    expect(Object.fromEntries(await orders.balances(options))).toEqual({
      USD: { free: "120", used: "0.5" },
      BTC: { free: "0", used: "0.1" },
      "ADA.S": { free: "7", used: "0" },
      SOL: { free: "0", used: "2" },
    });
  });

  it("are named as ccxt names them", () => {
    const { commonCurrencies } = new ccxt.kraken();
    expect(ASSETS).toEqual(commonCurrencies);
  });
});
