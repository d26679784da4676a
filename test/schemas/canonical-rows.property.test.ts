import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decisionRow, fillRow, orderRow, refusalRow } from "#schemas/canonical-rows.ts";
import { type Decision, DecisionAction, type Refusal, RiskRule } from "#schemas/decision.ts";
import { canonicalJson } from "#schemas/hash.ts";
import type { Money, Price, Quantity } from "#schemas/money.ts";
import { type Bracket, type Fill, type Order, OrderRole, OrderStatus, OrderType, Side } from "#schemas/order.ts";
import { MarketSymbol, TIMEFRAMES, unixMs } from "#schemas/units.ts";

const oneOf = <T>(values: readonly T[]) => fc.constantFrom(...values);
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.constantFrom('a "quote"', "back\\slash", "line\n"),
);
const ms = fc.nat().map(unixMs);
const number = fc.double({ noNaN: true, noDefaultInfinity: true });
const decimal = fc.tuple(fc.nat(), fc.nat()).map(([a, b]) => `${a}.${b}`);
const symbol = oneOf(["BTC/USDT", "币安人生/USDT"]).map((name) => MarketSymbol.parse(name));

// `Required`: a field that a schema gains is missing here until it is written down.
const decision: fc.Arbitrary<Required<Decision>> = fc.record({
  decisionId: text,
  symbol,
  timeframe: oneOf(TIMEFRAMES),
  asOfMs: ms,
  action: oneOf(DecisionAction.options),
  strength: number,
  reason: text,
  strategyId: text,
  analysisId: text,
  price: number,
  path: fc.constant("recalled" as const),
  tag: text,
});

const refusal: fc.Arbitrary<Required<Refusal>> = fc.record({
  decisionId: text,
  strategyId: text,
  symbol,
  action: oneOf(DecisionAction.options),
  asOfMs: ms,
  rule: oneOf(RiskRule.options),
  reason: text,
});

const bracket: fc.Arbitrary<Required<Bracket>> = fc.record({
  stopPct: number,
  takeProfit: fc.array(fc.record({ afterMs: ms, gainPct: number })),
  trailing: fc.array(fc.record({ fromGainPct: number, distancePct: number })),
  maxHoldMs: fc.option(ms),
});

const order: fc.Arbitrary<Required<Order>> = fc.record({
  clientOrderId: text,
  decisionId: text,
  strategyId: text,
  parentId: fc.option(text),
  symbol,
  side: oneOf(Side.options),
  type: oneOf(OrderType.options),
  role: oneOf(OrderRole.options),
  generation: fc.nat(),
  quantity: decimal as fc.Arbitrary<Quantity>,
  filledQuantity: decimal as fc.Arbitrary<Quantity>,
  limitPrice: fc.option(decimal as fc.Arbitrary<Price>),
  triggerPrice: fc.option(decimal as fc.Arbitrary<Price>),
  triggered: fc.boolean(),
  trails: fc.boolean(),
  bracket: fc.option(bracket),
  createdAtMs: ms,
  activeFromMs: ms,
  expiresAtMs: fc.option(ms),
  venueOrderId: fc.option(text),
  status: oneOf(OrderStatus.options),
  statusReason: text,
});

const fill: fc.Arbitrary<Required<Fill>> = fc.record({
  fillId: text,
  clientOrderId: text,
  strategyId: text,
  symbol,
  side: oneOf(Side.options),
  role: oneOf(OrderRole.options),
  quantity: decimal as fc.Arbitrary<Quantity>,
  price: decimal as fc.Arbitrary<Price>,
  notional: decimal as fc.Arbitrary<Money>,
  fee: decimal,
  feeCurrency: text,
  atMs: ms,
  basis: text,
  left: decimal as fc.Arbitrary<Quantity>,
});

function without(row: object, ids: readonly string[]): object {
  return Object.fromEntries(Object.entries(row).filter(([field]) => !ids.includes(field)));
}

describe("a row that the hash covers is the canonical JSON of all fields but its ids", () => {
  it("of a decision", () => {
    fc.assert(
      fc.property(decision, (row) => {
        const covered = without(row, ["decisionId", "analysisId", "path"]);
        expect(decisionRow(row)).toBe(canonicalJson(covered));
        const { tag: _, ...untagged } = row;
        expect(decisionRow(untagged)).toBe(canonicalJson(without(covered, ["tag"])));
      }),
    );
  });

  it("of a refusal", () => {
    fc.assert(
      fc.property(refusal, (row) => {
        expect(refusalRow(row)).toBe(canonicalJson(without(row, ["decisionId"])));
      }),
    );
  });

  it("of an order", () => {
    fc.assert(
      fc.property(order, (row) => {
        const ids = ["clientOrderId", "decisionId", "parentId", "venueOrderId"];
        expect(orderRow(row)).toBe(canonicalJson(without(row, ids)));
      }),
    );
  });

  it("of a fill, whether or not it says what is left", () => {
    fc.assert(
      fc.property(fill, fc.boolean(), (row, says) => {
        const { left, ...rest } = row;
        const told: Fill = says ? { ...rest, left } : rest;
        expect(fillRow(told)).toBe(canonicalJson(without(told, ["fillId", "clientOrderId"])));
      }),
    );
  });

  it("and no number that JSON does not know", () => {
    const [row] = fc.sample(decision, 1);
    expect(() => decisionRow({ ...(row as Decision), price: Number.NaN })).toThrow(/no JSON form/);
  });
});
