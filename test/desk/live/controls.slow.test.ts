// The operator's word at a venue. A stop's end and what it makes way for are one act: neither a halt nor a kill in between leaves what is
// held without both; where one does, the stop is the first order that goes out. To flatten is to sell until nothing is left.
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

describe("a desk that is flattened", () => {
  const say = (rig: Rig, action: "flatten" | "resume") =>
    rig.desk.account.append(
      [{ type: "control", strategyId: null, atMs: rig.trader.now(), action, by: "anna", nth: 0, reason: "away" }],
      rig.options,
    );

  it("sells what it holds, at once, and what an entry in doubt turns out to have bought", async () => {
    const rig = await holding();
    rig.trader.faults.add({ fault: { kind: "answered-otherwise", status: 502, text: "" }, at: ["place"], times: 1 });
    await rig.enter({ strategyId: "another" });
    await say(rig, "flatten");
    await rig.pass(3);
    expect(rig.holds).toBe(false);
    expect([...rig.portfolio.positions.values()].filter(({ dust }) => !dust)).toEqual([]);
    expect(rig.portfolio.control).toBe("paused");
    expect(rig.resting()).toBe("0");
  });

  it("sends no entry that was decided before", async () => {
    const rig = await holding();
    await say(rig, "flatten");
    await rig.decideEntry({ strategyId: "another" });
    await rig.pass(3);
    expect(rig.taken("entry")).toHaveLength(1);
  });

  it("tries again later and later where nothing can be sold, with the stop back meanwhile, and never twice at once", async () => {
    const rig = await holding();
    rig.trader.account.nextShares.push(0, 0, 0);
    const before = rig.trader.exchange.count("place");
    await say(rig, "flatten");
    const stops: string[] = [];
    for (let second = 0; second < 15; second += 1) {
      await rig.pass(1);
      if (rig.holds) stops.push(rig.resting());
    }
    expect(rig.holds).toBe(false);
    expect(stops.length).toBeGreaterThan(3);
    expect(stops).not.toContain("0");
    expect(rig.trader.exchange.count("place") - before).toBe(7);
    expect(rig.disagreements()).toEqual([]);
  });

  it("and halted sells nothing before it is resumed or flattened again", async () => {
    const rig = await holding();
    rig.halted = true;
    await say(rig, "flatten");
    await rig.pass(3);
    expect(rig.holds).toBe(true);
    expect(isCovered(rig)).toBe(true);
    rig.halted = false;
    await rig.pass(11);
    expect(rig.holds).toBe(false);
  });
});
