// No stop, no position: what can keep a stop from resting, and what can take it away, at each venue.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { multiply, subtract } from "#schemas/money.ts";
import type { AccountOrder, Refused } from "#test/exchanges/trading/trading-account.ts";
import { TRIED_VENUES } from "#toolkits/execution/live/tried-venues.ts";
import { Rig } from "./rig.ts";

const CAUSES: readonly Refused[] = [
  "funds",
  "price-band",
  "would-trigger",
  "notional-minimum",
  "quantity-step",
  "market-closed",
  "no-permission",
];

/** What leaves a stop in doubt there, and refuses none: it is asked for (orders.slow.test.ts). */
const IN_DOUBT: Readonly<Record<string, readonly Refused[]>> = {
  bybit: ["would-trigger"],
  kraken: ["would-trigger"],
  coinbase: ["no-permission"],
};

for (const venueId of Object.keys(TRIED_VENUES)) {
  describe(`a position at ${venueId}`, () => {
    let rig: Rig;
    let price: string;
    beforeAll(async () => {
      rig = await Rig.open(venueId);
      price = rig.trader.account.priceOf(rig.trader.symbol);
    });
    afterAll(() => rig.close());

    const at = (factor: string): void => rig.trader.account.setPrice(rig.trader.symbol, rig.price(factor));
    const now = (factor: string): void => {
      rig.trader.account.setPrice(rig.trader.symbol, price);
      at(factor);
    };
    /** Orders that the exchange took since. */
    const since = (count: number): readonly AccountOrder[] => rig.trader.account.orders.slice(count);
    const counted = (): number => rig.trader.account.orders.length;
    const placed = (): number => rig.trader.exchange.count("place");
    const isCovered = (): boolean =>
      Number(rig.position?.quantity) - Number(rig.resting()) < Number(rig.market.stepSize);
    /** Back to nothing held, at the price of before. */
    const leave = async (): Promise<void> => {
      rig.trader.account.nextRefusals.length = 0;
      rig.trader.account.setPrice(rig.trader.symbol, price);
      await rig.pass(3);
      if (rig.holds && !rig.isLeaving) {
        const held = rig.position?.quantity ?? "0";
        const quantity = subtract(held, (Number(held) % Number(rig.market.stepSize)).toFixed(12));
        await rig.exit({ quantity: roundedTo(rig, quantity) });
      }
      await rig.pass(12);
      expect([rig.holds, rig.resting(), rig.disagreements()]).toEqual([false, "0", []]);
    };

    it("has its stop within two seconds of the moment at which its fill could first be seen", async () => {
      rig.trader.account.tradesLateMs = 4_300;
      const before = counted();
      await rig.enter();
      await rig.pass(8);
      rig.trader.account.tradesLateMs = 0;
      const [trade] = rig.trader.account.trades;
      const [, stop] = since(before);
      expect(stop?.wish.triggerPrice).toBeDefined();
      expect((stop?.createdMs ?? 0) - (trade?.visibleMs ?? 0)).toBeLessThanOrEqual(2_000);
      await leave();
    });

    it("of a part whose order ended and then filled on has a stop for exactly what is held, each time", async () => {
      const { account } = rig.trader;
      account.nextShares.push(0.3);
      const before = counted();
      await rig.enter();
      await rig.pass(1);
      expect([rig.position?.quantity, isCovered()]).toEqual([account.total(rig.trader.base), true]);
      const [entry] = since(before);
      if (entry === undefined) throw new Error("no entry");
      account.fill(entry, subtract(entry.wish.quantity, entry.filled), account.priceOf(rig.trader.symbol));
      await rig.pass(12);
      expect([rig.position?.quantity, isCovered()]).toEqual([account.total(rig.trader.base), true]);
      expect(rig.disagreements()).toEqual([]);
      await leave();
    });

    it("whose stop is refused is sold after three tries, whatever the reason", async () => {
      const { account } = rig.trader;
      for (const cause of CAUSES) {
        if (IN_DOUBT[venueId]?.includes(cause) === true) continue;
        const before = counted();
        const asked = placed();
        const { place } = account;
        account.place = (wish) => {
          const order = place.call(account, wish);
          account.place = place;
          account.nextRefusals.push(cause, cause, cause);
          return order;
        };
        // As the slots between two positions do.
        rig.desk.venueReports.pace.keep([]);
        await rig.enter();
        await rig.pass(3);
        expect([cause, since(before).map(({ wish, state }) => [wish.side, state])]).toEqual([
          cause,
          [
            ["buy", "filled"],
            ["sell", "filled"],
          ],
        ]);
        expect([cause, placed() - asked, rig.disagreements()]).toEqual([cause, 5, []]);
      }
      await leave();
    });

    it("of a part that is too small for a stop is sold at once", async () => {
      const before = counted();
      rig.desk.venueReports.pace.keep([]);
      const worth = multiply(rig.market.minNotional, "1.06");
      const smallest = Math.max(Number(worth) / Number(price), Number(rig.market.minQuantity));
      const share = smallest / 0.01;
      rig.trader.account.nextShares.push(share * 1.001);
      await rig.enter();
      await rig.pass(3);
      const sold = since(before).filter(({ wish }) => wish.side === "sell");
      expect(sold.map(({ wish, state }) => [wish.triggerPrice, state])).toEqual([[undefined, "filled"]]);
      expect(rig.holds).toBe(false);
      await leave();
    });

    it("in a market that takes no orders any more is named, and no order is sent again and again", async () => {
      const { account } = rig.trader;
      await rig.enter();
      const asked = placed();
      for (const order of account.orders) account.cancel(order);
      account.closed.add(rig.trader.symbol);
      await rig.pass(120);
      const bare = rig.book.bareSince.look(rig.portfolio, rig.desk.markets, rig.trader.now());
      account.closed.delete(rig.trader.symbol);
      expect(bare).toMatchObject([{ symbol: rig.trader.symbol, quantity: expect.stringMatching(/^0\.0/) }]);
      expect(placed() - asked).toBeLessThan(20);
      expect(rig.problems.some((problem) => problem.includes("was refused"))).toBe(true);
      await leave();
    });

    it("whose stop sells while its target is being sold for is sold once", async () => {
      const { account } = rig.trader;
      await rig.enter();
      const before = counted();
      const { cancel } = account;
      account.cancel = (order) => {
        account.cancel = cancel;
        now("0.94");
        return cancel.call(account, order);
      };
      now("1.101");
      await rig.pass(20);
      const sells = account.trades.filter(({ orderId, side }) => side === "sell" && orderId >= before);
      expect(sells).toHaveLength(1);
      expect(rig.resting()).toBe("0");
      await leave();
    });
  });
}

/** On the market's step. */
const roundedTo = (rig: Rig, quantity: string) => {
  const places = (rig.market.stepSize.split(".")[1] ?? "").length;
  return (Math.floor(Number(quantity) * 10 ** places + 1e-6) / 10 ** places).toFixed(places) as never;
};
