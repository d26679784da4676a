// The way of an order at each venue: sent once whatever happens to the answer, covered as soon as it fills, sold without a second sale.
import { afterEach, describe, expect, it } from "vitest";
import type { Order } from "#schemas/order.ts";
import { TRIED_VENUES } from "#toolkits/execution/live/tried-venues.ts";
import { Rig, type RigOptions } from "./rig.ts";

const opened: Rig[] = [];
afterEach(() => Promise.all(opened.splice(0).map((rig) => rig.close())));

for (const venueId of Object.keys(TRIED_VENUES)) {
  const open = async (options?: RigOptions): Promise<Rig> => {
    const rig = await Rig.open(venueId, options);
    opened.push(rig);
    return rig;
  };
  /** Lets the desk begin to send, and kills it once the exchange has the request. */
  const dieWhileSending = async (rig: Rig): Promise<void> => {
    const before = rig.trader.exchange.count("place");
    const sending = rig.send().catch(() => {});
    while (rig.trader.exchange.count("place") === before) await new Promise((resolve) => setImmediate(resolve));
    await rig.begin();
    await sending;
  };
  const statusOf = (rig: Rig, { clientOrderId }: Order) =>
    rig.journal.rows
      .flatMap(({ event }) =>
        event.type === "order" && event.order.clientOrderId === clientOrderId ? [event.order.status] : [],
      )
      .at(-1);

  describe(`an order at ${venueId}`, () => {
    it("that fills has a stop for exactly what is held before anything else is done", async () => {
      const rig = await open();
      await rig.enter();
      expect(rig.position?.quantity).toBe(rig.trader.account.total(rig.trader.base));
      expect(rig.problems).toEqual([]);
      expect(rig.taken("stop-loss")).toMatchObject([{ state: "working" }]);
      expect(Number(rig.position?.quantity) - Number(rig.resting())).toBeLessThan(Number(rig.market.stepSize));
      expect(rig.disagreements()).toEqual([]);
    });

    it("that was taken and filled, never answered and hidden for 8 s, is found by the next process and not sent again", async () => {
      const rig = await open();
      rig.trader.account.hideMs = 8_000;
      rig.trader.faults.add({ fault: { kind: "unanswered" }, at: ["place"], times: 1 });
      const entry = await rig.decideEntry();
      await dieWhileSending(rig);
      rig.trader.account.hideMs = 0;
      await rig.pass(60);
      expect(rig.taken("entry")).toEqual([{ clientId: entry.clientOrderId, state: "filled" }]);
      expect(rig.position?.quantity).toBe(rig.trader.account.total(rig.trader.base));
      expect(rig.taken("stop-loss")).toMatchObject([{ state: "working" }]);
      expect(rig.disagreements()).toEqual([]);
    });

    it("that never arrived is not sent again before the venue can take it no more and has said so twice", async () => {
      const rig = await open();
      rig.trader.faults.add({ fault: { kind: "hang" }, at: ["place"], times: 1 });
      const entry = await rig.decideEntry({ expiresAtMs: null });
      await dieWhileSending(rig);
      const { acceptanceMs } = rig.trader.orders.facts;
      await rig.pass(Math.floor(acceptanceMs / 1000));
      expect(rig.trader.exchange.count("place")).toBe(1);
      await rig.pass(20);
      expect(rig.taken("entry")).toEqual([{ clientId: entry.clientOrderId, state: "filled" }]);
      expect(rig.disagreements()).toEqual([]);
    });

    it("that never arrived is sent anew as soon when the venue answers no question meanwhile", async () => {
      const rig = await open();
      rig.trader.faults.add({ fault: { kind: "hang" }, at: ["place"], times: 1 });
      const entry = await rig.decideEntry({ expiresAtMs: null });
      await dieWhileSending(rig);
      rig.trader.faults.add({ fault: { kind: "status", status: 503, body: "" }, at: ["order"], times: 1 });
      await rig.pass(1);
      rig.trader.wait(rig.desk.execution.capabilities.acceptanceMs ?? 0);
      await rig.pass(3);
      expect(rig.taken("entry")).toEqual([{ clientId: entry.clientOrderId, state: "filled" }]);
    });

    it("that is taken at the last moment, and hidden for eight seconds then, is sent once", async () => {
      const rig = await open();
      const { account, faults, orders } = rig.trader;
      const afterMs = orders.facts.acceptanceMs - 500;
      faults.add({ fault: { kind: "taken-late", afterMs }, at: ["place"], times: 1 });
      account.hideMs = 8_000;
      const entry = await rig.enter({ expiresAtMs: null });
      await rig.pass(Math.ceil(afterMs / 1_000) + 12);
      account.hideMs = 0;
      await rig.pass(30);
      expect(rig.taken("entry")).toEqual([{ clientId: entry.clientOrderId, state: "filled" }]);
      expect(rig.disagreements()).toEqual([]);
    });

    it("whose time is over once the venue has denied it is not sent at all", async () => {
      const rig = await open();
      rig.trader.faults.add({ fault: { kind: "hang" }, at: ["place"], times: 1 });
      const entry = await rig.decideEntry({ expiresAtMs: (rig.trader.now() + 5_000) as Order["createdAtMs"] });
      await dieWhileSending(rig);
      await rig.pass(Math.ceil(rig.trader.orders.facts.acceptanceMs / 1000) + 20);
      expect(rig.trader.account.orders).toEqual([]);
      expect(statusOf(rig, entry)).toBe("expired");
    });

    it("is sold by a market order for which its stop makes way, and no stop is left", async () => {
      const rig = await open();
      await rig.enter();
      rig.trader.wait(1000);
      await rig.exit();
      await rig.pass(3);
      expect(rig.taken("exit")).toMatchObject([{ state: "filled" }]);
      expect(rig.taken("stop-loss")).toMatchObject([{ state: "canceled" }]);
      expect(rig.disagreements()).toEqual([]);
      expect(rig.resting()).toBe("0");
    });

    it("whose sale is refused has its stop back at once", async () => {
      const rig = await open();
      await rig.enter();
      rig.trader.wait(1000);
      rig.trader.account.nextRefusals.push("funds");
      await rig.exit();
      await rig.pass(1);
      expect(rig.resting()).not.toBe("0");
      expect(rig.taken("stop-loss")).toMatchObject([{ state: "canceled" }, { state: "working" }]);
      expect(rig.disagreements()).toEqual([]);
    });

    it("whose target is reached is sold by the desk, once", async () => {
      const rig = await open();
      await rig.enter();
      rig.trader.account.setPrice(rig.trader.symbol, rig.price("1.101"));
      await rig.pass(12);
      expect(rig.taken("take-profit")).toMatchObject([{ state: "filled" }]);
      expect(rig.resting()).toBe("0");
      expect(rig.disagreements()).toEqual([]);
    });

    it("whose stop follows the price has it moved up by a candle that closed higher, and never down", async () => {
      const bracket = { stopPct: 5, takeProfit: [], trailing: [{ fromGainPct: 1, distancePct: 2 }], maxHoldMs: null };
      const rig = await open({ bracket });
      const entry = await rig.enter();
      const first = Number(rig.position?.averagePrice);
      const lengthMs = 300_000;
      const close = async (high: number): Promise<void> => {
        const openMs = (Math.floor(rig.trader.now() / lengthMs) + 1) * lengthMs;
        rig.trader.wait(openMs + lengthMs - rig.trader.now());
        rig.candles.push({ openMs, open: first, high, low: first, close: first, volume: 1 });
        await rig.pass(11);
      };
      rig.trader.account.setPrice(rig.trader.symbol, rig.price("1.035"));
      await close(first * 1.04);
      const raised = [...rig.portfolio.positions.values()][0]?.stopPrice;
      expect(Number(raised) / (first * 1.04)).toBeCloseTo(0.98, 4);
      await close(first * 1.02);
      expect([...rig.portfolio.positions.values()][0]?.stopPrice).toBe(raised);
      const moves = rig.trader.orders.moveStop !== undefined;
      expect(rig.taken("stop-loss").map(({ state }) => state)).toEqual(moves ? ["working"] : ["canceled", "working"]);
      expect(Number(rig.position?.quantity) - Number(rig.resting())).toBeLessThan(Number(rig.market.stepSize));
      expect(rig.disagreements()).toEqual([]);
      expect(entry.bracket?.trailing).toHaveLength(1);
    });

    it("whose stop follows the price has it moved whatever becomes of the answer, and by a process that begins in the middle", async () => {
      const bracket = { stopPct: 5, takeProfit: [], trailing: [{ fromGainPct: 1, distancePct: 2 }], maxHoldMs: null };
      for (const [when, dies] of [
        ["before", false],
        ["after", false],
        ["after", true],
      ] as const) {
        const rig = await open({ bracket });
        await rig.enter();
        const first = Number(rig.position?.averagePrice);
        const openMs = (Math.floor(rig.trader.now() / 300_000) + 1) * 300_000;
        rig.trader.wait(openMs + 300_000 - rig.trader.now());
        rig.trader.account.setPrice(rig.trader.symbol, rig.price("1.035"));
        rig.candles.push({ openMs, open: first, high: first * 1.04, low: first, close: first, volume: 1 });
        const fault =
          when === "before"
            ? ({ kind: "status", status: 503, body: "" } as const)
            : ({ kind: "answered-otherwise", status: 502, text: "" } as const);
        rig.trader.faults.add({ fault, at: ["move"], times: 1 });
        await rig.pass(1);
        if (dies) await rig.begin();
        await rig.pass(12);
        expect(Number(rig.position?.stopPrice) / (first * 1.04)).toBeCloseTo(0.98, 4);
        expect(Number(rig.position?.quantity) - Number(rig.resting())).toBeLessThan(Number(rig.market.stepSize));
        if (rig.trader.orders.moveStop !== undefined) expect(rig.taken("stop-loss")).toHaveLength(1);
        expect(rig.disagreements()).toEqual([]);
        rig.trader.account.setPrice(rig.trader.symbol, rig.price("0.97"));
        await rig.pass(11);
        expect(rig.portfolio.positions.size).toBe(0);
        expect(rig.disagreements()).toEqual([]);
      }
    });

    it("whose stop was touched is out, and the journal knows by the next look", async () => {
      const rig = await open();
      await rig.enter();
      rig.trader.account.setPrice(rig.trader.symbol, rig.price("0.94"));
      await rig.pass(11);
      expect(rig.portfolio.positions.size).toBe(0);
      expect(rig.disagreements()).toEqual([]);
    });

    it("whose trades are listed late is booked once they are", async () => {
      const rig = await open();
      rig.trader.account.tradesLateMs = 3_000;
      await rig.enter();
      expect(rig.position).toBeUndefined();
      await rig.pass(4);
      expect(rig.resting()).not.toBe("0");
      expect(rig.disagreements()).toEqual([]);
    });

    it("is not sent while the desk is halted; what is under way is asked for, and covered after resume", async () => {
      const rig = await open();
      rig.trader.faults.add({ fault: { kind: "answered-otherwise", status: 502, text: "" }, at: ["place"], times: 1 });
      await rig.enter();
      rig.halted = true;
      await rig.pass(3);
      expect(rig.position?.quantity).toBe(rig.trader.account.total(rig.trader.base));
      expect(rig.taken()).toHaveLength(1);
      rig.halted = false;
      await rig.pass(11);
      expect(rig.resting()).not.toBe("0");
      expect(rig.disagreements()).toEqual([]);
    });
  });
}
