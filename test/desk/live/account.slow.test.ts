// The account at a venue beside the journal: what is named, since when, what the operator has accepted; and what is never counted and never
// touched. At each venue, through its own protocol.
import { afterEach, describe, expect, it } from "vitest";
import { acceptDifference } from "#desk/acts/accept-difference.ts";
import { allot } from "#desk/acts/allot.ts";
import type { Desk } from "#desk/desk.ts";
import { PositionError, UnknownNameError } from "#schemas/errors.ts";
import { add, type Money, multiply, subtract } from "#schemas/money.ts";
import { TRIED_VENUES } from "#toolkits/execution/live/tried-venues.ts";
import { Rig, type RigOptions } from "./rig.ts";

const opened: Rig[] = [];
afterEach(() => Promise.all(opened.splice(0).map((rig) => rig.close())));

const OWN_ID = "0123456789abcdef0123456789abcdef";
const said = { by: "anna", reason: "rent" };

/** Rows of the journal about differences: `found short:USDT 100`. */
const told = ({ journal }: Rig): readonly string[] =>
  journal.rows.flatMap(({ event }) =>
    event.type === "account-difference" ? [`${event.state} ${event.key} ${event.amount}`] : [],
  );
const barOf = (rig: Rig): string | null => rig.reconciliation.bar(rig.trader.now());
const deskOf = (rig: Rig): Desk =>
  ({ ...rig.desk, venueBook: rig.book, reconciliation: rig.reconciliation }) as unknown as Desk;
const accept = (rig: Rig, key: string) => acceptDifference(deskOf(rig), key, said, rig.options);
const give = (rig: Rig, amount: string) => allot(deskOf(rig), amount as Money, said, rig.options);

for (const venueId of Object.keys(TRIED_VENUES)) {
  const open = async (options?: RigOptions): Promise<Rig> => {
    const rig = await Rig.open(venueId, options);
    opened.push(rig);
    return rig;
  };
  /** Rests far below the price, whoever places it. */
  const restingBuy = (rig: Rig, clientId: string | null) => {
    const order = rig.trader.account.place({
      clientId,
      symbol: rig.trader.symbol,
      side: "buy",
      quantity: "0.01",
      type: "limit",
      limitPrice: rig.price("0.7"),
    });
    if (typeof order === "string") throw new Error(order);
    return order;
  };

  describe(`the account at ${venueId}`, () => {
    it("that agrees bars nothing and journals nothing", async () => {
      const rig = await open();
      await rig.enter();
      await rig.passComparing(25);
      expect(rig.reconciliation.state).toMatchObject({ differences: [], problem: "" });
      expect([barOf(rig), told(rig)]).toEqual([null, []]);
    });

    it("has an order of the desk's form of id that no journal knows: found once, and gone once it is", async () => {
      const rig = await open();
      await rig.passComparing(1);
      const order = restingBuy(rig, OWN_ID);
      await rig.passComparing(35);
      expect(told(rig)).toEqual([expect.stringMatching(/^found unknown-order:.+ 0\.01$/)]);
      expect(barOf(rig)).toMatch(/has an id of the desk's form/);
      rig.trader.account.cancel(order);
      await rig.passComparing(25);
      const [found, gone, ...more] = told(rig);
      expect([gone, more]).toEqual([found?.replace("found", "gone"), []]);
      expect(barOf(rig)).toBeNull();
    });

    it("lacks an order that the journal has there, until the venue lists it again", async () => {
      const rig = await open();
      await rig.enter();
      await rig.passComparing(1);
      const [stop] = rig.trader.account.orders.filter(({ wish }) => wish.triggerPrice !== undefined);
      if (stop === undefined) throw new Error("no stop rests");
      const key = `missing-order:${stop.wish.clientId}`;
      stop.visibleMs = Number.POSITIVE_INFINITY;
      await rig.passComparing(25);
      expect(told(rig)).toEqual([`found ${key} ${stop.wish.quantity}`]);
      stop.visibleMs = 0;
      await rig.passComparing(25);
      expect(told(rig)).toEqual([`found ${key} ${stop.wish.quantity}`, `gone ${key} ${stop.wish.quantity}`]);
      expect(barOf(rig)).toBeNull();
    });

    it("whose stop was canceled by hand has another, and no difference that lasts", async () => {
      const rig = await open();
      await rig.enter();
      await rig.passComparing(1);
      const [stop] = rig.trader.account.orders.filter(({ wish }) => wish.triggerPrice !== undefined);
      if (stop === undefined) throw new Error("no stop rests");
      rig.trader.account.cancel(stop);
      await rig.passComparing(25);
      expect(rig.taken("stop-loss")).toMatchObject([{ state: "canceled" }, { state: "working" }]);
      expect(rig.book.bareSince.look(rig.portfolio, rig.desk.markets, rig.trader.now())).toEqual([]);
      expect([barOf(rig), rig.book.differences.standing()]).toEqual([null, []]);
    });

    it("from which quote was withdrawn bars entries until that is accepted, and again when more is: no loss, no drawdown", async () => {
      const rig = await open();
      const { account, quote } = rig.trader;
      await rig.passComparing(1);
      account.deposit(quote, "-100");
      await rig.passComparing(25);
      const key = `withdrawal:${quote}`;
      expect(told(rig)).toEqual([`found ${key} 100`]);
      expect(barOf(rig)).toMatch(/the journal has 10000/);
      expect(await accept(rig, key)).toMatchObject({ key, amount: "100", by: "anna", repeated: false });
      expect([barOf(rig), rig.disagreements()]).toEqual([null, []]);
      expect(rig.portfolio).toMatchObject({ cash: "9900", startingCash: "10000", allotted: "-100", realisedPnl: "0" });
      await rig.passComparing(25);
      expect([barOf(rig), told(rig)]).toEqual([null, [`found ${key} 100`, `accepted ${key} 100`]]);
      // The same amount once more is another difference, also of the next process.
      account.deposit(quote, "-100");
      await rig.begin();
      await rig.passComparing(25);
      expect(told(rig).slice(2)).toEqual([`found ${key} 100`]);
      expect(barOf(rig)).not.toBeNull();
      account.deposit(quote, "105");
      await rig.passComparing(25);
      expect(told(rig).slice(3)).toEqual([`gone ${key} 100`]);
      expect(rig.reconciliation.state.differences).toMatchObject([{ kind: "deposit", amount: "5" }]);
      expect([barOf(rig), rig.portfolio.cash]).toEqual([null, "9900"]);
      await expect(accept(rig, "deposit")).rejects.toThrow(UnknownNameError);
    });

    it("whose coin was sold by hand says so; accepted, the rest has its stop, and nothing is lost or won by it", async () => {
      const rig = await open();
      await rig.enter();
      await rig.passComparing(12);
      const { account, base, quote, symbol } = rig.trader;
      const [stop] = account.orders.filter(({ wish }) => wish.triggerPrice !== undefined);
      if (stop === undefined) throw new Error("no stop rests");
      account.cancel(stop);
      account.place({ clientId: null, symbol, side: "sell", quantity: "0.004", type: "market" });
      await rig.passComparing(25);
      const before = rig.portfolio;
      expect(told(rig)).toEqual([expect.stringMatching(/^found foreign-trade:BTC 0\.00/)]);
      expect(barOf(rig)).toContain("0.004 BTC were sold at the venue and not by the desk");
      expect(rig.reconciliation.state.differences.map(({ kind }) => kind)).toContain("deposit");
      const { settled } = await accept(rig, `foreign-trade:${base}`);
      expect(settled).toHaveLength(1);
      expect(rig.position?.quantity).toBe(account.total(base));
      await rig.passComparing(2);
      expect(Number(rig.position?.quantity) - Number(rig.resting())).toBeLessThan(Number(rig.market.stepSize));
      expect(rig.book.bareSince.look(rig.portfolio, rig.desk.markets, rig.trader.now())).toEqual([]);
      expect([rig.portfolio.realisedPnl, rig.portfolio.cash]).toEqual([before.realisedPnl, before.cash]);
      // What it brought may be given to the desk, and no more than that.
      const spare = subtract(account.free(quote), rig.portfolio.cash);
      await expect(give(rig, add<string>(spare, "0.01"))).rejects.toThrow(PositionError);
      expect(await give(rig, spare)).toMatchObject({ amount: spare, spare: "0" });
      await rig.passComparing(25);
      expect([barOf(rig), rig.disagreements(), rig.reconciliation.state.differences]).toEqual([null, [], []]);
    });

    it("from which a held coin was moved away says so; accepted, the position is what is there", async () => {
      const rig = await open({ rules: { stopLocksFunds: false } });
      await rig.enter();
      await rig.passComparing(1);
      const { account, base } = rig.trader;
      const held = rig.position?.quantity ?? "0";
      account.deposit(base, `-${multiply(held, "0.25")}`);
      await rig.passComparing(25);
      expect(told(rig)).toEqual([`found withdrawal:${base} ${subtract(held, account.total(base))}`]);
      expect(barOf(rig)).toContain(`the journal has ${held} ${base}`);
      expect(rig.position?.quantity).toBe(held);
      await accept(rig, "withdrawal");
      await rig.passComparing(2);
      expect([barOf(rig), rig.disagreements()]).toEqual([null, []]);
      expect(Number(rig.position?.quantity) - Number(rig.resting())).toBeLessThan(Number(rig.market.stepSize));
    });

    it("in which another trades is neither counted nor touched", async () => {
      const rig = await open();
      const { account, quote, base } = rig.trader;
      await rig.passComparing(1);
      account.deposit(quote, "5000");
      account.deposit(base, "2");
      account.deposit("ETH", "7");
      const foreign = restingBuy(rig, null);
      const own = await rig.enter();
      await rig.passComparing(25);
      expect(rig.reconciliation.state.differences.map(({ kind }) => kind)).toEqual(["foreign-order", "deposit"]);
      expect([barOf(rig), told(rig)]).toEqual([null, []]);
      expect(foreign).toMatchObject({ state: "working", filled: "0" });
      expect(account.total("ETH")).toBe("7");
      expect(account.total(base)).toBe(add<string>("2", rig.position?.quantity ?? "0"));
      expect(rig.taken("entry")).toEqual([{ clientId: own.clientOrderId, state: "filled" }]);
      await expect(accept(rig, "foreign")).rejects.toThrow(UnknownNameError);
    });

    it("that does not answer is not taken to agree: what was known stands, and its age bars entries", async () => {
      const rig = await open();
      await rig.passComparing(1);
      rig.trader.faults.add({ fault: { kind: "reset" }, at: ["open-orders"], times: 1000 });
      await rig.passComparing(40);
      expect(rig.reconciliation.state.problem).not.toBe("");
      expect(barOf(rig)).toBeNull();
      await rig.passComparing(40);
      expect(barOf(rig)).toMatch(/was not compared/);
      expect(told(rig)).toEqual([]);
    });
  });
}

it("a desk on paper has nothing to accept", async () => {
  const desk = { execution: { kind: "paper" }, clock: { now: () => 0 }, reconciliation: null } as unknown as Desk;
  const paper = { ...desk, account: { settle: async () => {} }, venueBook: { differences: { standing: () => [] } } };
  await expect(
    acceptDifference(paper as unknown as Desk, "short:USDT", said, { signal: new AbortController().signal }),
  ).rejects.toThrow(PositionError);
});
