// What every Execution promises, whoever stands behind it: law 6, reports that may be read twice, and balances that agree with
// the fills reported.
import { describe, expect, it } from "vitest";
import { add, compare, type DecimalText, subtract } from "#schemas/money.ts";
import { isWorking, type Order } from "#schemas/order.ts";
import type { Execution, ExecutionReport } from "#schemas/ports/trading.ts";
import type { UnixMs } from "#schemas/units.ts";

/** One venue in a known state: 10,000 of quote, nothing held, and a market whose price stands still. */
export interface ExecutionUnderTest {
  readonly execution: Execution;
  /** Buys; accepted by the venue. */
  readonly entry: Order;
  /** Sells all of what the entry buys; not submitted yet. */
  readonly exitOf: (bought: Order, nowMs: UnixMs) => Order;
  /** A stop far below the price, for what the entry buys. */
  readonly stopOf: (bought: Order, nowMs: UnixMs) => Order;
  readonly nowMs: UnixMs;
  /** Moves the market on until market orders submitted by now have met a price; the new now. */
  readonly moveOn: (nowMs: UnixMs) => UnixMs;
  readonly quote: string;
  readonly base: string;
}

const options = { signal: new AbortController().signal };
const fillsIn = (reports: readonly ExecutionReport[]) =>
  new Map(reports.flatMap((report) => (report.type === "fill" ? [[report.fill.fillId, report.fill]] : [])));
const eventsOf = (reports: readonly ExecutionReport[], id: string) =>
  reports.flatMap((report) => (report.type === "order" && report.clientOrderId === id ? [report.event.type] : []));

/** Reads on until the venue has no more to say. */
export async function readAll(execution: Execution, since: string | null, nowMs: UnixMs) {
  const reports: ExecutionReport[] = [];
  let cursor = since;
  for (let more = true; more; ) {
    const answer = await execution.reports(cursor, { nowMs }, options);
    reports.push(...answer.reports);
    ({ cursor, more } = answer);
  }
  return { reports, cursor };
}

export function executionContract(name: string, make: () => ExecutionUnderTest): void {
  /** Submits, moves on, and returns all that happened. */
  const trade = async ({ execution, moveOn }: ExecutionUnderTest, order: Order, nowMs: UnixMs) => {
    const submitted = await execution.submit(order, { nowMs }, options);
    const laterMs = moveOn(nowMs);
    const { reports, cursor } = await readAll(execution, null, laterMs);
    return { reports: [...submitted, ...reports], cursor, nowMs: laterMs };
  };

  describe(`${name} keeps the contract of Execution`, () => {
    it("acknowledges an order before anything else happens to it, under an id of its own", async () => {
      const { execution, entry, nowMs } = make();
      const [first] = await execution.submit(entry, { nowMs }, options);
      expect(first).toMatchObject({ clientOrderId: entry.clientOrderId, event: { type: "accepted" } });
      expect((await execution.order(entry.clientOrderId, options))?.venueOrderId).toMatch(/./);
    });

    it("makes no second order of a known id, working or ended", async () => {
      const desk = make();
      const { reports, nowMs } = await trade(desk, desk.entry, desk.nowMs);
      const again = await desk.execution.submit(desk.entry, { nowMs }, options);
      expect(await desk.execution.order(desk.entry.clientOrderId, options)).toMatchObject({ status: "filled" });
      const later = await readAll(desk.execution, null, desk.moveOn(nowMs));
      expect(fillsIn([...reports, ...again, ...later.reports]).size).toBe(1);
    });

    it("makes one order of two submissions at once", async () => {
      const desk = make();
      const both = [1, 2].map(() => desk.execution.submit(desk.entry, { nowMs: desk.nowMs }, options));
      const events = (await Promise.all(both)).flat();
      const later = await readAll(desk.execution, null, desk.moveOn(desk.nowMs));
      expect(fillsIn([...events, ...later.reports]).size).toBe(1);
    });

    it("fills once what is asked for twice at once", async () => {
      const desk = make();
      await desk.execution.submit(desk.entry, { nowMs: desk.nowMs }, options);
      const nowMs = desk.moveOn(desk.nowMs);
      const both = await Promise.all([1, 2].map(() => readAll(desk.execution, null, nowMs)));
      expect(fillsIn(both.flatMap(({ reports }) => reports)).size).toBe(1);
      expect((await desk.execution.balances(options)).get(desk.base)).toBe(desk.entry.quantity);
    });

    it("tells the same again from the same cursor, and nothing twice from the next", async () => {
      const desk = make();
      await desk.execution.submit(desk.entry, { nowMs: desk.nowMs }, options);
      const nowMs = desk.moveOn(desk.nowMs);
      const { reports, cursor } = await desk.execution.reports(null, { nowMs }, options);
      expect(reports.length).toBeGreaterThan(0);
      expect((await desk.execution.reports(null, { nowMs }, options)).reports).toEqual(reports);
      const later = await readAll(desk.execution, cursor, nowMs);
      expect(reports.filter((report) => later.reports.includes(report))).toEqual([]);
    });

    it("sells at most what is held, and gives the money back less the costs", async () => {
      const desk = make();
      const bought = await trade(desk, desk.entry, desk.nowMs);
      const held = (await desk.execution.order(desk.entry.clientOrderId, options)) ?? desk.entry;
      await desk.execution.submit(desk.stopOf(held, bought.nowMs), { nowMs: bought.nowMs }, options);
      const sold = await trade(desk, desk.exitOf(held, bought.nowMs), bought.nowMs);
      expect([...fillsIn(sold.reports).values()].map(({ role }) => role)).toEqual(["exit"]);
      const balances = await desk.execution.balances(options);
      expect(balances.get(desk.base) ?? "0").toBe("0");
      expect(compare(balances.get(desk.quote) ?? "0", "10000")).toBe(-1);
      expect(compare(balances.get(desk.quote) ?? "0", "9900")).toBe(1);
    });

    it("holds exactly what its fills say", async () => {
      const desk = make();
      const { reports } = await trade(desk, desk.entry, desk.nowMs);
      let cash: DecimalText = "10000";
      let held: DecimalText = "0";
      for (const fill of fillsIn(reports).values()) {
        cash = subtract(cash, add<DecimalText>(fill.notional, fill.feeCurrency === desk.quote ? fill.fee : "0"));
        held = add(held, subtract<DecimalText>(fill.quantity, fill.feeCurrency === desk.base ? fill.fee : "0"));
      }
      const balances = await desk.execution.balances(options);
      expect([balances.get(desk.quote), balances.get(desk.base)]).toEqual([cash, held]);
    });

    it("cancels a working order with its reason and leaves an ended one as it is", async () => {
      const desk = make();
      const { nowMs } = await trade(desk, desk.entry, desk.nowMs);
      const stop = desk.stopOf(desk.entry, nowMs);
      await desk.execution.submit(stop, { nowMs }, options);
      expect((await desk.execution.openOrders(options)).map((o) => o.clientOrderId)).toEqual([stop.clientOrderId]);
      const canceled = await desk.execution.cancel(stop.clientOrderId, { nowMs, reason: "by the operator" }, options);
      expect(eventsOf(canceled, stop.clientOrderId)).toEqual(["canceled"]);
      expect(await desk.execution.cancel(stop.clientOrderId, { nowMs, reason: "again" }, options)).toEqual([]);
      expect(await desk.execution.order(stop.clientOrderId, options)).toMatchObject({
        statusReason: "by the operator",
      });
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
        () => execution.reports(null, at, aborted),
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
