// A journal and a venue's word beside each other: what is named, by which key, and what is never counted.
import { describe, expect, it } from "vitest";
import type { Price, Quantity } from "#schemas/money.ts";
import { unixMs } from "#schemas/units.ts";
import { BTC, stopOrder, Trial } from "#test/toolkits/execution/fixture.ts";
import { differencesOf, keyRefusal, type VenueWord } from "#toolkits/execution/live/account-guard.ts";
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
const AGREED = { USDT: ["1000", "0"], BTC: ["0", "2"] } as const;
const found = (given: VenueWord) => differencesOf(portfolio, given).map(({ key, amount }) => [key, amount]);

describe("journal and venue", () => {
  it("agree where the venue has the orders, and at least the coins", () => {
    expect(found(word(AGREED))).toEqual([]);
    expect(found(word({ ...AGREED, USDT: ["5000", "1"], BTC: ["3", "2"], DOGE: ["9", "0"] }))).toEqual([]);
  });

  it("differ by what is missing of a coin, reserved or not, and by all of one that the venue does not name", () => {
    expect(found(word({ ...AGREED, USDT: ["899.5", "0.4"] }))).toEqual([["short:USDT", "100.1"]]);
    expect(found(word({ USDT: ["1000", "0"] }))).toEqual([["short:BTC", "2"]]);
  });

  it("have one key for a difference whatever its amount, and another for each order", () => {
    const [less] = differencesOf(portfolio, word({ ...AGREED, USDT: ["900", "0"] }));
    const [least] = differencesOf(portfolio, word({ ...AGREED, USDT: ["100", "0"] }));
    expect([less?.key, less?.amount, least?.key, least?.amount]).toEqual(["short:USDT", "100", "short:USDT", "900"]);
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
