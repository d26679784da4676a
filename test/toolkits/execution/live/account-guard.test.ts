// A journal and a venue's word beside each other: what is named, by which key, and what is never counted.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { add, compare, multiply, type Price, type Quantity } from "#schemas/money.ts";
import { unixMs } from "#schemas/units.ts";
import { testMarket } from "#test/support/market.ts";
import { BTC, stopOrder, Trial } from "#test/toolkits/execution/fixture.ts";
import {
  barsEntries,
  differencesOf,
  keyRefusal,
  missingCurrency,
  type VenueWord,
} from "#toolkits/execution/live/account-guard.ts";
import type { KeyCheck, VenueOrder } from "#toolkits/execution/live/venue-orders.ts";

const STOP = stopOrder("90", { quantity: "2" as Quantity, status: "accepted", venueOrderId: "v1" });

const atVenue = (over: Partial<VenueOrder> = {}): VenueOrder => ({
  venueOrderId: "v1",
  clientOrderId: STOP.clientOrderId,
  symbol: BTC,
  side: "sell",
  kind: "stop",
  quantity: "2" as Quantity,
  filledQuantity: "0" as Quantity,
  status: "working",
  reason: "open",
  limitPrice: null,
  triggerPrice: "90" as Price,
  createdAtMs: unixMs(0),
  ...over,
});

const portfolio = {
  ...new Trial({ held: "2", cash: "1000" }).portfolio,
  orders: new Map([[STOP.clientOrderId, STOP]]),
};
const word = (balances: Readonly<Record<string, readonly [string, string]>>, open = [atVenue()]): VenueWord => ({
  open,
  balances: new Map(Object.entries(balances).map(([coin, [free, used]]) => [coin, { free, used }])),
});
const MARKETS = new Map([[BTC, testMarket(BTC)]]);
const AGREED = { USDT: ["1000", "0"], BTC: ["0", "2"] } as const;
const found = (given: VenueWord) => differencesOf(portfolio, given, MARKETS).map(({ key, amount }) => [key, amount]);

describe("journal and venue", () => {
  it("agree where the venue has the orders, and at least the coins", () => {
    expect(found(word(AGREED))).toEqual([]);
    expect(found(word({ ...AGREED, BTC: ["3", "2"], DOGE: ["9", "0"] }))).toEqual([]);
  });

  it("differ by money that is not the desk's, which bars nothing", () => {
    const [deposit, ...more] = differencesOf(portfolio, word({ ...AGREED, USDT: ["5000", "1"] }), MARKETS);
    expect([deposit, more]).toEqual([expect.objectContaining({ key: "deposit:USDT", amount: "4001" }), []]);
    expect(barsEntries(deposit as never)).toBe(false);
  });

  it("differ by dust where less is missing than could be sold", () => {
    expect(found(word({ ...AGREED, BTC: ["1.9999999", "0"] }))).toEqual([["dust:BTC", "0.0000001"]]);
  });

  it("differ by what is missing of a coin, reserved or not, and by all of one that the venue does not name", () => {
    expect(found(word({ ...AGREED, USDT: ["899.5", "0.4"] }))).toEqual([["withdrawal:USDT", "100.1"]]);
    expect(found(word({ USDT: ["1000", "0"] }))).toEqual([["short:BTC", "2"]]);
  });

  it("bar entries wherever the venue has less of anything that is the desk's: it is never sized by more than there is", () => {
    const amount = fc.integer({ min: 0, max: 3000 }).map((mils) => multiply(String(mils), "0.001"));
    const pair = fc.tuple(amount, amount);
    fc.assert(
      fc.property(pair, pair, ([freeUsdt, usedUsdt], [freeBtc, usedBtc]) => {
        const given = word({ USDT: [add<string>(freeUsdt, "998"), usedUsdt], BTC: [freeBtc, usedBtc] });
        const isLess =
          compare(add<string>(freeUsdt, usedUsdt), "2") < 0 || compare(add<string>(freeBtc, usedBtc), "2") < 0;
        const bars = differencesOf(portfolio, given, MARKETS).some(
          (one) => barsEntries(one) && missingCurrency(one) !== null,
        );
        expect(bars).toBe(isLess);
      }),
      { numRuns: 200 },
    );
  });

  it("have one key for a difference whatever its amount, and another for each order", () => {
    const [less] = differencesOf(portfolio, word({ ...AGREED, USDT: ["900", "0"] }), MARKETS);
    const [least] = differencesOf(portfolio, word({ ...AGREED, USDT: ["100", "0"] }), MARKETS);
    expect([less?.key, less?.amount, least?.key, least?.amount]).toEqual([
      "withdrawal:USDT",
      "100",
      "withdrawal:USDT",
      "900",
    ]);
    const unknown = (id: string) => atVenue({ venueOrderId: id, clientOrderId: id.repeat(32) });
    const open = [atVenue(), unknown("a"), unknown("b"), atVenue({ venueOrderId: "f", clientOrderId: null })];
    expect(found(word(AGREED, open))).toEqual([
      ["unknown-order:a", "2"],
      ["unknown-order:b", "2"],
      ["foreign-order:f", "2"],
    ]);
    expect(found(word(AGREED, []))).toEqual([[`missing-order:${STOP.clientOrderId}`, "2"]]);
  });
});

describe("a key", () => {
  const NOW = unixMs(1_780_000_000_000);
  const right: KeyCheck = {
    accountId: "7001",
    mayTrade: true,
    mayWithdraw: false,
    expiresAtMs: null,
    boundToAddress: null,
  };
  const refused = (key: Partial<KeyCheck>) => keyRefusal({ ...right, ...key }, { liveAccount: "7001", nowMs: NOW });

  it("is taken where the venue says all that has to be known of it", () => {
    expect(refused({})).toBeNull();
    expect(refused({ expiresAtMs: unixMs(NOW + 86_400_000) })).toBeNull();
  });

  it("of which the venue is silent is none that may be taken", () => {
    expect(refused({ accountId: null })).toMatch(/does not say whose key/);
    expect(refused({ mayWithdraw: null })).toMatch(/does not say whether the key may withdraw/);
    expect(refused({ expiresAtMs: unixMs(NOW + 86_399_999) })).toMatch(/within a day, at 20/);
    expect(refused({ expiresAtMs: NOW })).toMatch(/^the key expired at 20/);
  });
});
