// A stop's end and what it makes way for are one act: neither a halt nor a kill in between leaves what is held without both. Where one
// does, the stop is the first order that goes out.
import { afterEach, describe, expect, it } from "vitest";
import { Rig, type RigOptions } from "./rig.ts";

const opened: Rig[] = [];
afterEach(() => Promise.all(opened.splice(0).map((rig) => rig.close())));
const holding = async (options?: RigOptions): Promise<Rig> => {
  const rig = await Rig.open("binance", options);
  opened.push(rig);
  await rig.enter();
  return rig;
};

/** Once, as soon as the venue has canceled an order and before the desk has heard so. */
function afterCancel(rig: Rig, then: () => Promise<void> | void): void {
  const { orders } = rig.trader;
  const { cancel } = orders;
  Object.assign(orders, {
    cancel: async (...given: Parameters<typeof cancel>) => {
      const answer = await cancel.call(orders, ...given);
      Object.assign(orders, { cancel });
      await then();
      return answer;
    },
  });
}

const isCovered = (rig: Rig): boolean =>
  Number(rig.position?.quantity) - Number(rig.resting()) < Number(rig.market.stepSize);

describe("a stop that makes way", () => {
  it("for a sale is followed by it although the desk was halted in between", async () => {
    const rig = await holding();
    afterCancel(rig, () => {
      rig.halted = true;
    });
    await rig.exit();
    expect(rig.taken("exit")).toMatchObject([{ state: "filled" }]);
    await rig.pass(2);
    expect(rig.holds).toBe(false);
    expect(rig.disagreements()).toEqual([]);
  });

  it("for a higher one is followed by it although the desk was halted in between", async () => {
    const bracket = { stopPct: 5, takeProfit: [], trailing: [{ fromGainPct: 1, distancePct: 2 }], maxHoldMs: null };
    const rig = await holding({ bracket });
    const first = Number(rig.position?.averagePrice);
    const openMs = (Math.floor(rig.trader.now() / 300_000) + 1) * 300_000;
    rig.trader.account.setPrice(rig.trader.symbol, rig.price("1.035"));
    rig.trader.wait(openMs + 300_000 - rig.trader.now());
    rig.candles.push({ openMs, open: first, high: first * 1.04, low: first, close: first, volume: 1 });
    afterCancel(rig, () => {
      rig.halted = true;
    });
    await rig.pass(11);
    expect(rig.halted).toBe(true);
    expect(rig.taken("stop-loss").map(({ state }) => state)).toEqual(["canceled", "working"]);
    expect(isCovered(rig)).toBe(true);
  });

  it("is not canceled for a sale that a halt has kept from being sent", async () => {
    const rig = await holding();
    rig.halted = true;
    await rig.exit();
    await rig.pass(2);
    expect(rig.taken("exit")).toEqual([]);
    expect(isCovered(rig)).toBe(true);
  });

  it("and whose process is killed just then is followed by its sale at once at the next start", async () => {
    const rig = await holding();
    afterCancel(rig, () => rig.begin());
    await rig.exit().catch(() => {});
    expect(rig.resting()).toBe("0");
    await rig.pass(1);
    expect(rig.taken("exit")).toMatchObject([{ state: "filled" }]);
    expect(rig.holds).toBe(false);
    expect(rig.disagreements()).toEqual([]);
  });

  it("and whose process is killed just then, and halted, is the first order after resume, before any entry", async () => {
    const rig = await holding();
    afterCancel(rig, async () => {
      rig.halted = true;
      await rig.begin();
    });
    await rig.exit().catch(() => {});
    await rig.pass(2);
    const [bare] = rig.book.bareSince.look(rig.portfolio, rig.desk.markets, rig.trader.now());
    expect(bare?.quantity).toBe(rig.position?.quantity);
    expect(rig.taken("exit")).toEqual([]);
    rig.halted = false;
    const before = rig.trader.account.orders.length;
    await rig.decideEntry({ strategyId: "another" });
    await rig.pass(1);
    const sent = rig.trader.account.orders.slice(before).map(({ wish }) => wish.triggerPrice !== undefined);
    expect(sent).toEqual([true, false, true]);
  });
});
