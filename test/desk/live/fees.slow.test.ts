// A fee in any coin at each venue: what the desk's journal holds is what the venue holds, to the last digit, and its profit has the fee in it.
import { afterAll, describe, expect, it } from "vitest";
import {
  add,
  type DecimalText,
  divide,
  type Money,
  multiply,
  type Price,
  type Quantity,
  subtract,
} from "#schemas/money.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { testMarket } from "#test/support/market.ts";
import { TRIED_VENUES } from "#toolkits/execution/live/tried-venues.ts";
import { Rig } from "./rig.ts";

const opened: Rig[] = [];
afterAll(() => Promise.all(opened.splice(0).map((rig) => rig.close())));

type FeeIn = "base" | "quote" | "BNB";
interface Fee {
  readonly in: FeeIn;
  readonly bps: number;
}
/** Coinbase takes fees in quote alone, and says no currency. */
const COINS: Readonly<Record<string, readonly FeeIn[]>> = { coinbase: ["quote"] };

for (const venueId of Object.keys(TRIED_VENUES)) {
  const coins = COINS[venueId] ?? ["base", "quote", "BNB"];
  /** The owner's BNB beside the desk's; and how much of it the venue takes of the value, in hundredths of a percent. */
  async function open(bnb: string, fee: Fee): Promise<Rig> {
    const quote = venueId === "kraken" || venueId === "coinbase" ? "USD" : "USDT";
    const rig = await Rig.open(venueId, { balances: { [quote]: "10000", ...(bnb === "0" ? {} : { BNB: bnb }) } });
    take(rig, fee);
    opened.push(rig);
    const { account, now } = rig.trader;
    const symbol = `BNB/${rig.trader.quote}` as MarketSymbol;
    const listing = account.listingOf(symbol);
    if (listing === undefined) throw new Error("no BNB");
    const { tickSize, stepSize, minQuantity, minNotional } = listing;
    const market = { ...testMarket(symbol), tickSize, stepSize, minQuantity, minNotional };
    (rig.desk.markets as Map<MarketSymbol, typeof market>).set(symbol, market);
    const tickers = async ({ symbols }: { symbols: readonly MarketSymbol[] }) =>
      symbols.map((one) => {
        const price = Number(account.priceOf(one));
        return { symbol: one, bid: price, ask: price, last: price, atMs: now(), quoteVolume: null };
      });
    Object.assign(rig.desk.marketData, { tickers });
    return rig;
  }
  /** From now on. Of a sale in its own coin nobody could pay a fee: that is taken in quote. */
  function take(rig: Rig, { in: coin, bps }: Fee): void {
    const feeIn = (side: string, { base, quote }: { readonly base: string; readonly quote: string }) =>
      coin === "BNB" ? "BNB" : coin === "base" && side === "buy" ? base : quote;
    Object.assign(rig.trader.account.rules, { feeIn, feeBps: bps });
  }
  const heldOf = (rig: Rig, coin: string): string =>
    [...rig.portfolio.positions.values()].reduce(
      (sum, p) => (p.base === coin ? add<string>(sum, p.quantity) : sum),
      "0",
    );
  /** @param owners BNB that is not the desk's */
  const expectAgreed = (rig: Rig, owners: string) => {
    const { account, base, quote } = rig.trader;
    expect([rig.portfolio.cash, heldOf(rig, base), add(heldOf(rig, "BNB"), owners)]).toEqual([
      account.total(quote),
      account.total(base),
      account.total("BNB"),
    ]);
    expect(rig.portfolio.dueFees).toEqual([]);
    let atCost: string = rig.portfolio.cash;
    for (const p of rig.portfolio.positions.values()) atCost = add(atCost, multiply(p.quantity, p.averagePrice));
    const { startingCash, allotted, realisedPnl } = rig.portfolio;
    expect(Number(subtract(atCost, add<string>(add<string>(startingCash, allotted), realisedPnl)))).toBeCloseTo(0, 10);
  };
  /** In and out again at one price: what is lost is the fees. */
  async function roundTrip(rig: Rig): Promise<string> {
    const before = rig.portfolio.realisedPnl;
    await rig.enter();
    await rig.pass(1);
    await rig.exit({
      quantity: (rig.position?.base === "BTC" ? rig.position.quantity : heldOf(rig, "BTC")) as Quantity,
    });
    await rig.pass(1);
    return subtract<string>(before, rig.portfolio.realisedPnl);
  }

  describe(`fees at ${venueId}`, () => {
    it("of any size, zero and a rebate among them, leave journal and venue agreed", async () => {
      const rig = await open("0", { in: "quote", bps: 10 });
      for (const coin of coins.filter((one) => one !== "BNB")) {
        for (const bps of [10, 0, -2]) {
          take(rig, { in: coin, bps });
          const lost = Number(await roundTrip(rig));
          expect(Math.sign(lost), `${coin} ${bps}: ${lost}`).toBe(Math.sign(bps));
          expectAgreed(rig, "0");
        }
      }
      expect(rig.problems).toEqual([]);
    });

    it.runIf(coins.includes("BNB"))(
      "in a coin that the desk does not hold are a loss, and the owner's coins pay them",
      async () => {
        const rig = await open("5", { in: "BNB", bps: 10 });
        const lost = await roundTrip(rig);
        const paid = subtract("5", rig.trader.account.total("BNB"));
        const value = multiply(paid, rig.trader.account.priceOf(`BNB/${rig.trader.quote}`));
        expect([lost, rig.portfolio.allotted, rig.portfolio.feesPaid]).toEqual([value, value, value]);
        expectAgreed(rig, subtract("5", paid));
      },
    );

    it.runIf(coins.includes("BNB"))(
      "in a coin that the desk holds leave that position, whose stop shrinks with it",
      async () => {
        const rig = await open("0", { in: "quote", bps: 10 });
        const { account, quote } = rig.trader;
        const symbol = `BNB/${quote}` as MarketSymbol;
        const price = account.priceOf(symbol);
        const quantity = divide("200" as DecimalText, price).slice(0, 4) as Quantity;
        await rig.enter({ symbol, quantity, limitPrice: price as Price });
        await rig.pass(1);
        const held = heldOf(rig, "BNB");
        take(rig, { in: "BNB", bps: 200 });
        const lost = await roundTrip(rig);
        expectAgreed(rig, "0");
        expect(Number(heldOf(rig, "BNB"))).toBeLessThan(Number(held));
        expect(rig.portfolio.allotted).toBe("0" as Money);
        expect(Number(lost)).toBeGreaterThan(0);
        const stops = account.orders.filter(({ state, wish }) => state === "working" && wish.symbol === symbol);
        const resting = stops.reduce((sum, { wish }) => add(sum, wish.quantity), "0");
        expect(Number(heldOf(rig, "BNB")) - Number(resting)).toBeLessThan(Number(account.listingOf(symbol)?.stepSize));
        expect(Number(resting)).toBeGreaterThan(0);
        await rig.passComparing(25);
        expect(rig.reconciliation.bar(rig.trader.now())).toBeNull();
      },
    );
  });
}
