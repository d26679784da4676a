// What an entry must be able to pay: notional, slippage of a market order, and the fee that its market takes.

import { describe, expect, it } from "vitest";
import type { Market } from "#schemas/market.ts";
import { compare, type Money, type Price, subtract } from "#schemas/money.ts";
import type { Order } from "#schemas/order.ts";
import { TERMS } from "#test/support/strategy.ts";
import { type GateInput, gate } from "#toolkits/risk/gate.ts";
import { ETH, entry, market, onOrder, order } from "./fixture.ts";

const OWN_FEE = { feeBps: 50 };
const IN_COINS = { feeBps: 50, buyFeeIn: "base" } as const;
const CENT = "0.00000001" as Money;

const afford = (desk: GateInput, cash: Money): boolean => {
  const result = gate({ ...desk, portfolio: { ...desk.portfolio, cash } });
  if (!result.accepted) expect(result.refusal.rule).toBe("cash");
  return result.accepted;
};

/** The gate wants exactly this much. */
const expectNeeds = (desk: GateInput, amount: string): void => {
  const cash = amount as Money;
  expect(afford(desk, cash)).toBe(true);
  expect(compare(subtract(cash, CENT), "0")).toBe(1);
  expect(afford(desk, subtract(cash, CENT))).toBe(false);
};

const entryIn = (change: Partial<Market>, desk = entry): GateInput => ({ ...desk, market: { ...market, ...change } });
/** An entry beside a working one of 2 ETH; it is itself free of fees, and needs 200.1. */
const besideEntry = (change: Partial<Market>, working: Partial<Order> = {}): GateInput => ({
  ...entryIn({ feeBps: 0 }),
  markets: new Map([[ETH, { ...market, symbol: ETH, base: "ETH", ...change }]]),
  portfolio: { ...entry.portfolio, orders: onOrder(order(working)) },
});
const limited: GateInput = { ...entry, terms: { ...TERMS, entryStyle: "limit-at-quote" } };

describe("the cash of an entry", () => {
  it("covers the desk's assumed fee where the market states none", () => expectNeeds(entry, "200.3001"));
  it("covers the market's own fee", () => expectNeeds(entryIn(OWN_FEE), "201.1005"));
  it("covers a stated fee of nothing", () => expectNeeds(entryIn({ feeBps: 0 }), "200.1"));
  it("covers no fee that is taken in coins", () => expectNeeds(entryIn(IN_COINS), "200.1"));
  // 1.996 coins at 100.2.
  it("covers no slippage where the price is limited", () => expectNeeds(limited, "200.1991992"));
  it("covers the market's own fee of a limit", () => expectNeeds(entryIn(OWN_FEE, limited), "200.999196"));
});

describe("the cash that a working entry ties up", () => {
  it("has the desk's assumed fee", () => expectNeeds(besideEntry({}), "400.4001"));
  it("has the fee of its own market, not that of the market that is entered", () =>
    expectNeeds(besideEntry(OWN_FEE), "401.2005"));
  it("has no fee that is taken in coins", () => expectNeeds(besideEntry(IN_COINS), "400.2"));
  it("has no slippage where its price is limited", () =>
    expectNeeds(besideEntry({}, { type: "limit", limitPrice: "99" as Price }), "398.298"));
  it("is that of the part that is not filled yet", () =>
    expectNeeds(besideEntry({}, { filledQuantity: "1.5" as Order["quantity"] }), "250.175025"));

  it("is not known where the venue does not list its market any more", () => {
    const result = gate({ ...besideEntry({}), markets: new Map() });
    expect(result).toMatchObject({ accepted: false, refusal: { rule: "cash" } });
  });
});
