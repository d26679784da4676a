// What every Execution promises, whoever stands behind it: law 6, and books that agree with the events given out.
import { describe, expect, it } from "vitest";
import { add, compare, type DecimalText, subtract } from "#schemas/money.ts";
import { isWorking, type Order } from "#schemas/order.ts";
import type { Execution, ExecutionEvent } from "#schemas/ports/trading.ts";
import type { UnixMs } from "#schemas/units.ts";

/** One venue in a known state: 10,000 of quote, nothing held, and a market whose price stands still. */
export interface ExecutionUnderTest {
  readonly execution: Execution;
  /** Buys; accepted by the venue. */
  readonly entry: Order;
  /** Sells all of what the entry buys; not submitted yet. */
  readonly exitOf: (bought: Order, nowMs: UnixMs) => Order;
  readonly nowMs: UnixMs;
  /** Moves the market on until market orders submitted by now have met a price; the new now. */
  readonly moveOn: (nowMs: UnixMs) => UnixMs;
  readonly quote: string;
  readonly base: string;
}

const options = { signal: new AbortController().signal };
const ordersIn = (events: readonly ExecutionEvent[]) => events.flatMap((e) => (e.type === "order" ? [e.order] : []));
const fillsIn = (events: readonly ExecutionEvent[]) => events.flatMap((e) => (e.type === "fill" ? [e.fill] : []));

export function executionContract(name: string, make: () => ExecutionUnderTest): void {
  /** Submits, moves on, and returns all that happened. */
  const trade = async ({ execution, moveOn }: ExecutionUnderTest, order: Order, nowMs: UnixMs) => {
    const submitted = await execution.submit(order, { nowMs }, options);
    const laterMs = moveOn(nowMs);
    return { events: [...submitted, ...(await execution.fillsSince({ nowMs: laterMs }, options))], nowMs: laterMs };
  };

  describe(`${name} keeps the contract of Execution`, () => {
    it("acknowledges an order before anything else happens to it", async () => {
      const { execution, entry, nowMs } = make();
      const [first] = await execution.submit(entry, { nowMs }, options);
      expect(first).toMatchObject({ type: "order", order: { clientOrderId: entry.clientOrderId, status: "open" } });
    });

    it("makes no second order of a known id, working or ended, and answers with its present state", async () => {
      const desk = make();
      const { events, nowMs } = await trade(desk, desk.entry, desk.nowMs);
      const again = await desk.execution.submit(desk.entry, { nowMs }, options);
      expect(fillsIn(events)).toHaveLength(1);
      expect(ordersIn(again)).toMatchObject([{ clientOrderId: desk.entry.clientOrderId, status: "filled" }]);
      expect(fillsIn(again)).toEqual([]);
      expect(fillsIn(await desk.execution.fillsSince({ nowMs: desk.moveOn(nowMs) }, options))).toEqual([]);
    });

    it("makes one order of two submissions at once", async () => {
      const desk = make();
      const both = [1, 2].map(() => desk.execution.submit(desk.entry, { nowMs: desk.nowMs }, options));
      const events = (await Promise.all(both)).flat();
      const later = await desk.execution.fillsSince({ nowMs: desk.moveOn(desk.nowMs) }, options);
      expect(fillsIn([...events, ...later])).toHaveLength(1);
    });

    it("settles once what is asked for twice at once", async () => {
      const desk = make();
      const submitted = await desk.execution.submit(desk.entry, { nowMs: desk.nowMs }, options);
      const nowMs = desk.moveOn(desk.nowMs);
      const both = await Promise.all([1, 2].map(() => desk.execution.fillsSince({ nowMs }, options)));
      expect(fillsIn([...submitted, ...both.flat()])).toHaveLength(1);
    });

    it("protects an entry's fill at once with a resting stop and target", async () => {
      const desk = make();
      const { events } = await trade(desk, desk.entry, desk.nowMs);
      const fillAt = events.findIndex((e) => e.type === "fill");
      const children = ordersIn(events.slice(fillAt)).filter((o) => o.parentId === desk.entry.clientOrderId);
      expect(children.map((o) => o.role).sort()).toEqual(["stop", "target"]);
      expect(await desk.execution.openOrders(options)).toEqual(children);
    });

    it("cancels stop and target when the position is closed, and gives the money back less the costs", async () => {
      const desk = make();
      const bought = await trade(desk, desk.entry, desk.nowMs);
      const held = ordersIn(bought.events).findLast((o) => o.clientOrderId === desk.entry.clientOrderId) ?? desk.entry;
      const sold = await trade(desk, desk.exitOf(held, bought.nowMs), bought.nowMs);
      expect(await desk.execution.openOrders(options)).toEqual([]);
      const ended = new Map(ordersIn(sold.events).map((o) => [o.role, o.status]));
      expect(Object.fromEntries(ended)).toEqual({ exit: "filled", stop: "canceled", target: "canceled" });
      const cash = (await desk.execution.balances(options)).get(desk.quote) ?? "0";
      expect(compare(cash, "10000")).toBe(-1);
      expect(compare(cash, "9900")).toBe(1);
    });

    it("holds exactly what its fills say", async () => {
      const desk = make();
      const { events } = await trade(desk, desk.entry, desk.nowMs);
      let cash: DecimalText = "10000";
      let held: DecimalText = "0";
      for (const fill of fillsIn(events)) {
        cash = subtract(cash, add<DecimalText>(fill.notional, fill.feeCurrency === desk.quote ? fill.fee : "0"));
        held = add(held, subtract<DecimalText>(fill.quantity, fill.feeCurrency === desk.base ? fill.fee : "0"));
      }
      const balances = await desk.execution.balances(options);
      expect([balances.get(desk.quote), balances.get(desk.base)]).toEqual([cash, held]);
    });

    it("cancels a working order with its reason and leaves an ended one as it is", async () => {
      const desk = make();
      const { events, nowMs } = await trade(desk, desk.entry, desk.nowMs);
      const stop = ordersIn(events).find((o) => o.role === "stop");
      const id = stop?.clientOrderId ?? "";
      const canceled = await desk.execution.cancel(id, { nowMs, reason: "by the operator" }, options);
      expect(ordersIn(canceled)).toMatchObject([{ status: "canceled", statusReason: "by the operator" }]);
      expect(await desk.execution.cancel(id, { nowMs, reason: "again" }, options)).toEqual([]);
      expect(await desk.execution.order(id, options)).toMatchObject({ statusReason: "by the operator" });
      expect((await desk.execution.openOrders(options)).every(isWorking)).toBe(true);
    });

    it("says null of an order it has never seen", async () => {
      expect(await make().execution.order("0".repeat(32), options)).toBeNull();
    });

    it("ends every verb with the signal's reason when aborted, and does nothing", async () => {
      const { execution, entry, nowMs } = make();
      const aborted = { signal: AbortSignal.abort(new Error("shutting down")) };
      const at = { nowMs };
      for (const call of [
        () => execution.submit(entry, at, aborted),
        () => execution.fillsSince(at, aborted),
        () => execution.cancel(entry.clientOrderId, { ...at, reason: "x" }, aborted),
        () => execution.order(entry.clientOrderId, aborted),
        () => execution.openOrders(aborted),
        () => execution.balances(aborted),
      ]) {
        await expect(call()).rejects.toThrow("shutting down");
      }
      expect(await execution.order(entry.clientOrderId, options)).toBeNull();
    });
  });
}
