// A desk whose store was lost, on an account that still has its coins and its stop: what it names, what the operator hands over, and that it
// goes on with that as with any position. At each venue, through its own protocol.
import { afterEach, describe, expect, it } from "vitest";
import { adoptCoins, adoptOrder, type CoinsToAdopt } from "#desk/acts/adopt.ts";
import type { Desk } from "#desk/desk.ts";
import { UnknownNameError } from "#schemas/errors.ts";
import { multiply, type Price, type Quantity } from "#schemas/money.ts";
import type { Bracket } from "#schemas/order.ts";
import { STRATEGY, TERMS } from "#test/support/strategy.ts";
import { TRIED_VENUES } from "#toolkits/execution/live/tried-venues.ts";
import { Rig, type RigOptions } from "./rig.ts";

const opened: Rig[] = [];
afterEach(() => Promise.all(opened.splice(0).map((rig) => rig.close())));

const said = { by: "anna", reason: "disk died" };
const deskOf = (rig: Rig): Desk =>
  ({
    ...rig.desk,
    venueBook: rig.book,
    reconciliation: rig.reconciliation,
    venueOrders: rig.trader.orders,
  }) as unknown as Desk;
const barOf = (rig: Rig): string | null => rig.reconciliation.bar(rig.trader.now());
/** @param bracket of its strategy; left out: the rig's usual one */
const adopt = (rig: Rig, id: string, bracket?: Bracket) => {
  const strategies = new Map([[STRATEGY, bracket === undefined ? TERMS : { ...TERMS, bracket }]]);
  return adoptOrder({ ...deskOf(rig), strategies }, { id, strategyId: null, price: null }, said, rig.options);
};
const adoptHeld = (rig: Rig, quantity: string, price: string, change: Partial<CoinsToAdopt> = {}) => {
  const asked = { symbol: rig.trader.symbol, quantity: quantity as Quantity, price: price as Price };
  return adoptCoins(deskOf(rig), { ...asked, strategyId: null, stopPct: null, ...change }, said, rig.options);
};
const working = (rig: Rig) => rig.trader.account.orders.filter(({ state }) => state === "working");

async function openAt(venueId: string, options?: RigOptions): Promise<Rig> {
  const rig = await Rig.open(venueId, options);
  opened.push(rig);
  return rig;
}

for (const venueId of Object.keys(TRIED_VENUES)) {
  const open = (options?: RigOptions) => openAt(venueId, options);

  describe(`a lost store at ${venueId}`, () => {
    it("is named and bars entries; what is handed over keeps its stop, which follows the price, and is sold whole", async () => {
      const trailing = [{ fromGainPct: 1, distancePct: 2 }];
      const bracket = { stopPct: 5, takeProfit: [], trailing, maxHoldMs: null };
      const rig = await open({ rules: { feeIn: (_side, { quote }) => quote }, bracket });
      await rig.enter();
      await rig.passComparing(2);
      const { account, symbol, base } = rig.trader;
      const held = rig.position;
      const first = Number(held?.averagePrice);
      await rig.loseStore();
      const { cash } = rig.portfolio;
      await rig.passComparing(25);
      const [difference, ...others] = rig.reconciliation.state.differences;
      expect([difference?.kind, others]).toEqual(["unknown-order", []]);
      expect(barOf(rig)).toContain("is not at work in its journal");

      const [stop] = working(rig);
      const report = await adopt(rig, difference?.key ?? "", bracket);
      expect(report).toMatchObject({
        ...{ quantity: held?.quantity, price: held?.averagePrice, priceFrom: "trades" },
        ...{ boughtAtMs: held?.openedAtMs, stopPrice: held?.stopPrice, by: "anna" },
      });
      expect(rig.portfolio).toMatchObject({ cash, realisedPnl: "0", allotted: report.cost });
      expect(rig.position).toEqual(held);
      await rig.passComparing(25);
      // Nothing was sent: the stop that rested is the position's own.
      expect(working(rig)).toEqual([stop]);
      expect([barOf(rig), rig.book.differences.standing()]).toEqual([null, []]);
      await expect(adopt(rig, difference?.key ?? "")).rejects.toThrow(/in the desk's journal already/);

      // It outlives the process, and is looked after as any position.
      await rig.begin();
      expect(rig.position).toEqual(held);
      const openMs = (Math.floor(rig.trader.now() / 300_000) + 1) * 300_000;
      rig.trader.wait(openMs + 300_000 - rig.trader.now());
      account.setPrice(symbol, rig.price("1.035"));
      rig.candles.push({ openMs, open: first, high: first * 1.04, low: first, close: first, volume: 1 });
      await rig.pass(11);
      expect(Number(rig.position?.stopPrice) / (first * 1.04)).toBeCloseTo(0.98, 4);
      expect(rig.resting()).toBe(held?.quantity);
      expect(rig.disagreements()).toEqual([]);
      await rig.exit();
      await rig.pass(5);
      expect([working(rig), rig.position, account.total(base)]).toEqual([[], undefined, "0"]);
      expect(rig.disagreements()).toEqual([]);
    });
  });
}

describe("what is at a venue and in no journal", () => {
  it("may be coins, which have a stop once they are handed over", async () => {
    const rig = await openAt("binance", { balances: { BTC: "0.02", USDT: "10000" } });
    await rig.passComparing(1);
    const price = rig.trader.account.priceOf(rig.trader.symbol);
    await expect(adoptHeld(rig, "0.03", price)).rejects.toThrow(/more than the 0.02 that the venue holds/);
    await expect(adoptHeld(rig, "0.00000001", price)).rejects.toThrow(/cannot be sold at its stop/);
    await expect(adoptHeld(rig, "0.01", multiply(price, "1.2"))).rejects.toThrow(/would be sold at once/);
    const report = await adoptHeld(rig, "0.01", price, { stopPct: 4 });
    expect(report).toMatchObject({ quantity: "0.01", venueOrderId: null, stopPrice: rig.price("0.96") });
    expect([rig.portfolio.cash, working(rig)]).toEqual(["10000", []]);
    await rig.passComparing(12);
    expect(working(rig)).toMatchObject([{ wish: { side: "sell", quantity: "0.01", triggerPrice: rig.price("0.96") } }]);
    expect(barOf(rig)).toBeNull();
    await expect(adoptHeld(rig, "0.01", price)).rejects.toThrow(`${STRATEGY} holds 0.01`);
    await rig.exit();
    await rig.pass(5);
    expect([rig.position, rig.trader.account.total("BTC")]).toEqual([undefined, "0.01"]);
  });

  it("is not handed over where it buys, waits for a price, is another's, or is not there", async () => {
    const rig = await openAt("binance", { balances: { BTC: "0.05", USDT: "10000" } });
    const { account, symbol } = rig.trader;
    const place = (wish: object) => {
      const placed = account.place({ clientId: null, symbol, quantity: "0.01", ...wish } as never);
      if (typeof placed === "string") throw new Error(placed);
    };
    place({ clientId: "a".repeat(32), side: "buy", type: "limit", limitPrice: rig.price("0.7") });
    place({ clientId: "b".repeat(32), side: "sell", type: "limit", limitPrice: rig.price("1.3") });
    place({ side: "sell", type: "stop", triggerPrice: rig.price("0.9") });
    const ids = (await rig.trader.orders.open(rig.options)).map((order) => order);
    const idOf = (is: (order: (typeof ids)[number]) => boolean) => ids.find(is)?.venueOrderId ?? "";
    await expect(
      adopt(
        rig,
        idOf(({ side }) => side === "buy"),
      ),
    ).rejects.toThrow(/no entry of the desk rests/);
    await expect(
      adopt(
        rig,
        idOf(({ kind, side }) => kind === "plain" && side === "sell"),
      ),
    ).rejects.toThrow(/is no stop/);
    await expect(
      adopt(
        rig,
        idOf(({ kind }) => kind === "stop"),
      ),
    ).rejects.toThrow(/has no id of a desk/);
    await expect(adopt(rig, "nothing")).rejects.toThrow(UnknownNameError);
    expect(rig.journal.rows).toEqual([]);
  });
});
