// What every venue's orders promise, against a local exchange that speaks its protocol: an order is accepted, refused or in doubt,
// never two of these, and what the venue holds can be found again.
import { afterEach, describe, expect, it } from "vitest";
import { ProviderError, ProviderRefusedError } from "#schemas/errors.ts";
import { multiply, type Price, type Quantity, roundPrice, subtract } from "#schemas/money.ts";
import { openTrader, type Trader, type TraderOptions } from "#test/exchanges/trading/open-trader.ts";
import type { OrderRef, OrderToPlace, RefusalCause } from "#toolkits/execution/live/venue-orders.ts";

const options = { signal: new AbortController().signal };
const idOf = (n: number): string => n.toString(16).padStart(32, "a");

export function venueOrdersContract(venueId: string): void {
  const opened: Trader[] = [];
  const open = async (how?: TraderOptions): Promise<Trader> => {
    const trader = await openTrader(venueId, how);
    opened.push(trader);
    return trader;
  };
  afterEach(() => Promise.all(opened.splice(0).map((trader) => trader.close())));

  const priced = ({ account, symbol }: Trader, factor: string): Price =>
    roundPrice(multiply(account.priceOf(symbol), factor), account.listingOf(symbol)?.tickSize ?? "0.01", "sell");
  const entryOf = (trader: Trader, change: Partial<OrderToPlace> = {}): OrderToPlace => ({
    clientOrderId: idOf(1),
    symbol: trader.symbol,
    side: "buy",
    quantity: "0.01" as Quantity,
    terms: { type: "limit-ioc", limitPrice: priced(trader, "1.002") },
    ...change,
  });
  const stopOf = (trader: Trader, change: Partial<OrderToPlace> = {}): OrderToPlace => ({
    clientOrderId: idOf(2),
    symbol: trader.symbol,
    side: "sell",
    quantity: "0.01" as Quantity,
    terms: { type: "stop", triggerPrice: priced(trader, "0.9") },
    ...change,
  });
  const refOf = (trader: Trader, order: OrderToPlace, venueOrderId: string | null): OrderRef => ({
    clientOrderId: order.clientOrderId,
    venueOrderId,
    symbol: order.symbol,
    kind: order.terms.type === "stop" ? "stop" : "plain",
    sinceMs: trader.now(),
  });
  const accepted = async (trader: Trader, order: OrderToPlace): Promise<OrderRef> => {
    const placed = await trader.orders.place(order, options);
    expect(placed).toEqual({ outcome: "accepted", venueOrderId: expect.stringMatching(/./) });
    return refOf(trader, order, placed.outcome === "accepted" ? placed.venueOrderId : null);
  };
  const holdsCoins = { balances: { USDT: "10000", USD: "10000", BTC: "1" } };

  describe(`orders at ${venueId}`, () => {
    it("fill as a limit that does not rest, and their trades add up to what the account holds", async () => {
      const trader = await open();
      const ref = await accepted(trader, entryOf(trader));
      expect(await trader.orders.ask(ref, options)).toMatchObject({
        ...{ venueOrderId: ref.venueOrderId, clientOrderId: ref.clientOrderId, symbol: trader.symbol, side: "buy" },
        ...{ kind: "plain", quantity: "0.01", filledQuantity: "0.01", status: "filled" },
      });
      const [trade, ...others] = await trader.orders.trades({ symbol: trader.symbol, sinceMs: ref.sinceMs }, options);
      expect(others).toEqual([]);
      expect(trade).toMatchObject({ venueOrderId: ref.venueOrderId, side: "buy", quantity: "0.01" });
      const balances = await trader.orders.balances(options);
      for (const currency of [trader.base, trader.quote]) {
        expect(balances.get(currency)).toEqual({ free: trader.account.total(currency), used: "0" });
      }
      const fee = trade?.feeCurrency === trader.base ? (trade.fee as string) : "0";
      expect(balances.get(trader.base)?.free).toBe(subtract<string>("0.01", fee));
    });

    it("of which only a part finds somebody end with that part", async () => {
      const trader = await open();
      trader.account.nextShares.push(0.3);
      const ref = await accepted(trader, entryOf(trader));
      const order = await trader.orders.ask(ref, options);
      expect(order).toMatchObject({ filledQuantity: "0.003", quantity: "0.01" });
      expect(["canceled", "expired"]).toContain(order?.status);
    });

    it("of which nothing fills leave nothing behind", async () => {
      const trader = await open();
      const ref = await accepted(
        trader,
        entryOf(trader, { terms: { type: "limit-ioc", limitPrice: priced(trader, "0.99") } }),
      );
      expect(await trader.orders.ask(ref, options)).toMatchObject({ filledQuantity: "0" });
      expect(await trader.orders.open(options)).toEqual([]);
    });

    it("rest as a stop that is listed, asked for by either id, and canceled", async () => {
      const trader = await open(holdsCoins);
      const ref = await accepted(trader, stopOf(trader));
      const resting = {
        ...{ venueOrderId: ref.venueOrderId, clientOrderId: ref.clientOrderId, kind: "stop", side: "sell" },
        ...{ status: "working", quantity: "0.01", filledQuantity: "0", triggerPrice: priced(trader, "0.9") },
      };
      expect(await trader.orders.open(options)).toEqual([expect.objectContaining(resting)]);
      for (const venueOrderId of [ref.venueOrderId, null]) {
        expect(await trader.orders.ask({ ...ref, venueOrderId }, options)).toMatchObject(resting);
      }
      expect(await trader.orders.cancel(ref, options)).toEqual({ outcome: "canceled" });
      expect(await trader.orders.open(options)).toEqual([]);
      expect(await trader.orders.ask(ref, options)).toMatchObject({
        status: "canceled",
        clientOrderId: ref.clientOrderId,
      });
    });

    it("are moved as stops without being gone, where the venue can: under the ids that they had, and only where they would wait", async () => {
      const trader = await open(holdsCoins);
      const ref = await accepted(trader, stopOf(trader));
      const { moveStop } = trader.orders;
      if (moveStop === undefined) return expect(["binance", "coinbase"]).toContain(venueId);
      const to = priced(trader, "0.95");
      // A second time is no other.
      for (const outcome of [["asked"], ["asked", "refused"]]) {
        expect(outcome).toContain((await moveStop(ref, to, options)).outcome);
        const [resting, ...others] = await trader.orders.open(options);
        expect(others).toEqual([]);
        expect(resting).toMatchObject({ venueOrderId: ref.venueOrderId, clientOrderId: ref.clientOrderId });
        expect(Number(resting?.triggerPrice)).toBe(Number(to));
      }
      trader.account.setPrice(trader.symbol, priced(trader, "0.94"));
      expect(await trader.orders.ask(ref, options)).toMatchObject({ status: "filled" });
      expect((await moveStop(ref, priced(trader, "0.96"), options)).outcome).toBe("refused");
      trader.faults.add({ fault: { kind: "answered-otherwise", status: 502, text: "" }, at: ["move"], times: 1 });
      expect((await moveStop(ref, to, options)).outcome).toBe("unresolved");
    });

    it("sell by a stop once the price is there", async () => {
      const trader = await open(holdsCoins);
      const ref = await accepted(trader, stopOf(trader));
      trader.account.setPrice(trader.symbol, priced(trader, "0.895"));
      expect(await trader.orders.ask(ref, options)).toMatchObject({ status: "filled", filledQuantity: "0.01" });
      const [trade] = await trader.orders.trades({ symbol: trader.symbol, sinceMs: ref.sinceMs }, options);
      expect(trade).toMatchObject({ side: "sell", quantity: "0.01", venueOrderId: ref.venueOrderId });
    });

    it("rest as a target that sells when it is reached, and sell at the market", async () => {
      const trader = await open(holdsCoins);
      const target = stopOf(trader, { terms: { type: "limit", limitPrice: priced(trader, "1.1") } });
      const ref = await accepted(trader, target);
      expect(await trader.orders.open(options)).toMatchObject([{ kind: "plain", limitPrice: priced(trader, "1.1") }]);
      const sale = await accepted(trader, stopOf(trader, { clientOrderId: idOf(3), terms: { type: "market" } }));
      expect(await trader.orders.ask(sale, options)).toMatchObject({ status: "filled", side: "sell" });
      trader.account.setPrice(trader.symbol, priced(trader, "1.11"));
      expect(await trader.orders.ask(ref, options)).toMatchObject({ status: "filled" });
    });

    it("buy at the market so many coins, not for so much money", async () => {
      const trader = await open();
      const ref = await accepted(trader, entryOf(trader, { terms: { type: "market" } }));
      expect(await trader.orders.ask(ref, options)).toMatchObject({ status: "filled", filledQuantity: "0.01" });
      expect(trader.account.trades).toMatchObject([{ side: "buy", quantity: "0.01" }]);
    });

    it("sent again under one id while they work are one order, and not called refused", async () => {
      const trader = await open(holdsCoins);
      const target = stopOf(trader, { terms: { type: "limit", limitPrice: priced(trader, "1.1") } });
      for (const order of [stopOf(trader, { clientOrderId: idOf(5) }), target]) {
        const made = trader.account.orders.length + 1;
        await accepted(trader, order);
        expect((await trader.orders.place(order, options)).outcome).not.toBe("refused");
        expect(trader.account.orders.length).toBe(made);
      }
    });

    const wrong: readonly [RefusalCause, string, (trader: Trader) => OrderToPlace][] = [
      ["funds", "more than there is money for", (t) => entryOf(t, { quantity: "5" as Quantity })],
      ["filter", "between two steps of the quantity", (t) => entryOf(t, { quantity: "0.010000000001" as Quantity })],
    ];
    it.each(wrong)("are refused for %s: %s, and none is made", async (cause, _, wish) => {
      const trader = await open(holdsCoins);
      const placed = await trader.orders.place(wish(trader), options);
      expect(placed).toMatchObject({ outcome: "refused", cause, code: expect.stringMatching(/./) });
      expect(trader.account.orders).toEqual([]);
    });

    it("as a stop above the price are refused or sell at once, as the venue's facts say", async () => {
      const trader = await open(holdsCoins);
      const stop = stopOf(trader, { terms: { type: "stop", triggerPrice: priced(trader, "1.05") } });
      const placed = await trader.orders.place(stop, options);
      if (trader.orders.facts.passedStop === "sells") {
        expect(placed).toMatchObject({ outcome: "accepted" });
        const ref = refOf(trader, stop, null);
        expect(await trader.orders.ask(ref, options)).toMatchObject({ status: "filled", kind: "stop" });
        return;
      }
      expect(placed).toMatchObject({ outcome: "refused", cause: "would-trigger", code: expect.stringMatching(/./) });
      expect(await trader.orders.open(options)).toEqual([]);
      // Where the venue takes such a trigger for one that waits for a rise, it has to be taken back; elsewhere nothing is made.
      const { rules, orders } = trader.account;
      expect(orders.filter(({ state }) => !rules.triggersEitherWay || state === "working")).toEqual([]);
    });

    it("are refused while the market is closed, and by a key that may only read", async () => {
      const trader = await open();
      trader.account.closed.add(trader.symbol);
      expect(await trader.orders.place(entryOf(trader), options)).toMatchObject({
        outcome: "refused",
        cause: "market-closed",
      });
      trader.account.closed.clear();
      trader.account.rights.trade = false;
      expect(await trader.orders.place(entryOf(trader), options)).toMatchObject({
        outcome: "refused",
        cause: "permission",
      });
      expect(trader.account.orders).toEqual([]);
    });

    it("are in doubt where the venue took them and never answered, and are found then", async () => {
      const trader = await open();
      trader.faults.add({ fault: { kind: "answered-otherwise", status: 200, text: "" }, at: ["place"], times: 1 });
      const order = entryOf(trader);
      const placed = await trader.orders.place(order, options);
      const untilMs = trader.now() + trader.orders.facts.acceptanceMs + 1000;
      expect(placed).toMatchObject({ outcome: "unresolved", untilMs });
      expect(await trader.orders.ask(refOf(trader, order, null), options)).toMatchObject({ status: "filled" });
    });

    it.each([
      [200, '{"orderId":12'],
      [200, "<html>Just a moment…</html>"],
      [200, "{}"],
      [200, "[]"],
      [500, '{"error":"internal"}'],
      [502, "<html>Bad gateway</html>"],
      [504, ""],
      [408, '{"msg":"timeout"}'],
    ])("are in doubt after HTTP %i %s, and one order is made", async (status, text) => {
      const trader = await open();
      trader.faults.add({ fault: { kind: "answered-otherwise", status, text }, at: ["place"], times: 1 });
      expect(await trader.orders.place(entryOf(trader), options)).toMatchObject({ outcome: "unresolved" });
      expect(trader.account.orders.length).toBe(1);
    });

    it("are in doubt where the connection broke, and where the caller went away", async () => {
      const trader = await open();
      trader.faults.add({ fault: { kind: "reset" }, at: ["place"], times: 1 });
      expect(await trader.orders.place(entryOf(trader), options)).toMatchObject({ outcome: "unresolved" });
      trader.faults.add({ fault: { kind: "unanswered" }, at: ["place"], times: 1 });
      const leaving = new AbortController();
      const placing = trader.orders.place(entryOf(trader, { clientOrderId: idOf(7) }), { signal: leaving.signal });
      while (trader.account.orders.length < 2) await new Promise((resolve) => setImmediate(resolve));
      leaving.abort(new Error("shutting down"));
      expect(await placing).toMatchObject({ outcome: "unresolved" });
    });

    it("are in doubt until the venue can take them no more, and not before are they not there", async () => {
      const trader = await open();
      const afterMs = trader.orders.facts.acceptanceMs - 1000;
      trader.faults.add({ fault: { kind: "taken-late", afterMs }, at: ["place"], times: 1 });
      const order = entryOf(trader);
      const leaving = new AbortController();
      const placing = trader.orders.place(order, { signal: leaving.signal });
      while (trader.exchange.count("place") < 1) await new Promise((resolve) => setImmediate(resolve));
      leaving.abort(new Error("given up"));
      const placed = await placing;
      expect(placed).toMatchObject({ outcome: "unresolved" });
      const ref = refOf(trader, order, null);
      expect(await trader.orders.ask(ref, options)).toBeNull();
      trader.wait(afterMs + 1);
      expect(await trader.orders.ask(ref, options)).toMatchObject({ status: "filled" });
      if (placed.outcome === "unresolved") expect(trader.now()).toBeLessThan(placed.untilMs);
    });

    it("are not sent where no connection is made", async () => {
      const trader = await open();
      await trader.exchange.close();
      // The first request may go into a connection that has just been closed, of which nothing is known.
      await expect(trader.orders.open(options)).rejects.toBeInstanceOf(ProviderError);
      expect(await trader.orders.place(entryOf(trader), options)).toMatchObject({ outcome: "not-sent" });
    });

    it("are not sent while the venue has asked for rest, by a limit that is no refusal of the key", async () => {
      const trader = await open();
      trader.faults.add({ fault: { kind: "status", status: 429 }, at: ["balances"], times: 1 });
      const asked = trader.orders.balances(options);
      await expect(asked).rejects.toBeInstanceOf(ProviderError);
      await expect(asked).rejects.not.toBeInstanceOf(ProviderRefusedError);
      expect(await trader.orders.place(entryOf(trader), options)).toMatchObject({ outcome: "not-sent" });
      expect(trader.exchange.count("place")).toBe(0);
      expect(trader.account.orders).toEqual([]);
    });

    it("are not found while the venue hides them, and are afterwards", async () => {
      const trader = await open(holdsCoins);
      trader.account.hideMs = 8_000;
      const order = stopOf(trader);
      const placed = await trader.orders.place(order, options);
      const ref = refOf(trader, order, placed.outcome === "accepted" ? placed.venueOrderId : null);
      expect(await trader.orders.ask(ref, options)).toBeNull();
      trader.wait(8_001);
      expect(await trader.orders.ask(ref, options)).toMatchObject({ status: "working" });
    });

    it("that nobody sent are said not to be there", async () => {
      const trader = await open();
      expect(await trader.orders.ask(refOf(trader, entryOf(trader), null), options)).toBeNull();
      expect(await trader.orders.ask(refOf(trader, stopOf(trader), null), options)).toBeNull();
    });

    it("that have ended are not working when they are canceled", async () => {
      const trader = await open(holdsCoins);
      const ref = await accepted(trader, entryOf(trader));
      expect(await trader.orders.cancel(ref, options)).toMatchObject({ outcome: "not-working" });
      const stop = await accepted(trader, stopOf(trader));
      expect(await trader.orders.cancel(stop, options)).toEqual({ outcome: "canceled" });
      expect(await trader.orders.cancel(stop, options)).toMatchObject({ outcome: "not-working" });
    });

    it("whose cancel is not answered are in doubt", async () => {
      const trader = await open(holdsCoins);
      const stop = await accepted(trader, stopOf(trader));
      trader.faults.add({
        fault: { kind: "answered-otherwise", status: 502, text: "<html>" },
        at: ["cancel"],
        times: 1,
      });
      expect(await trader.orders.cancel(stop, options)).toMatchObject({ outcome: "unresolved" });
      expect(await trader.orders.ask(stop, options)).toMatchObject({ status: "canceled" });
    });

    it("of others are listed without an id of ours", async () => {
      const trader = await open(holdsCoins);
      const { quantity } = stopOf(trader);
      trader.account.place({
        ...{ clientId: null, symbol: trader.symbol, side: "sell", quantity, type: "limit" },
        limitPrice: priced(trader, "1.2"),
      });
      expect(await trader.orders.open(options)).toMatchObject([
        { clientOrderId: null, side: "sell", status: "working" },
      ]);
    });

    it("of which there are more than any page holds are all listed, and so are their trades, oldest first", async () => {
      const trader = await open({ balances: { BTC: "100" } });
      const { account, symbol } = trader;
      const sinceMs = trader.now();
      const wish = { clientId: null, symbol, side: "sell", quantity: "0.01", type: "limit" } as const;
      for (let n = 0; n < 1050; n += 1) {
        account.place({ ...wish, limitPrice: priced(trader, "0.99") });
        trader.wait(1);
      }
      for (let n = 0; n < 130; n += 1) account.place({ ...wish, limitPrice: priced(trader, "1.2") });
      const ids = new Set((await trader.orders.open(options)).map(({ venueOrderId }) => venueOrderId));
      expect(ids.size).toBe(130);
      const trades = await trader.orders.trades({ symbol, sinceMs }, options);
      expect(new Set(trades.map(({ tradeId }) => tradeId)).size).toBe(1050);
      expect(trades.map(({ atMs }) => atMs)).toEqual(account.trades.map(({ atMs }) => atMs));
    });

    it("lock what they would sell, and say so", async () => {
      const trader = await open(holdsCoins);
      await accepted(trader, stopOf(trader, { terms: { type: "limit", limitPrice: priced(trader, "1.1") } }));
      expect((await trader.orders.balances(options)).get("BTC")).toEqual({ free: "0.99", used: "0.01" });
    });

    it("have their fees in the coin that the venue takes them in", async () => {
      const { orders, quote } = await open();
      for (const feeIn of orders.facts.feesIn === "quote" ? [quote] : ["BTC", "ETH"]) {
        const trader = await open({ balances: { [quote]: "10000", ETH: "1" }, rules: { feeIn: () => feeIn } });
        const { sinceMs } = await accepted(trader, entryOf(trader));
        const [trade] = await trader.orders.trades({ symbol: trader.symbol, sinceMs }, options);
        const [{ fee } = { fee: "" }] = trader.account.trades;
        expect(trade).toMatchObject({ fee, feeCurrency: feeIn });
      }
    });

    it("are the account's that the key names, with what it may do", async () => {
      const trader = await open();
      expect(await trader.orders.checkKey(options)).toMatchObject({ mayTrade: true });
      const { mayWithdraw, accountId } = await trader.orders.checkKey(options);
      expect([false, null]).toContain(mayWithdraw);
      expect([trader.account.accountId, null]).toContain(accountId);
      trader.account.rights.withdraw = true;
      trader.account.rights.trade = false;
      const rights = await trader.orders.checkKey(options);
      expect([true, null]).toContain(rights.mayWithdraw);
      expect(rights.mayTrade).toBe(false);
    });

    it("cannot be read by a key that the venue does not know", async () => {
      const trader = await open();
      trader.account.rights.expiresMs = trader.now() - 1;
      await expect(trader.orders.balances(options)).rejects.toBeInstanceOf(ProviderRefusedError);
    });
  });
}
