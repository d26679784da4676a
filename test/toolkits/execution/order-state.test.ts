import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IllegalOrderEventError } from "#schemas/errors.ts";
import { compare, type Price, type Quantity } from "#schemas/money.ts";
import { isAtVenue, isWorking, type Order, type OrderEvent, OrderStatus } from "#schemas/order.ts";
import { applyOrderEvent, isAllowed } from "#toolkits/execution/order-state.ts";
import { at, stopOrder } from "./fixture.ts";

const amount = fc.integer({ min: 0, max: 4 }).map((n) => String(n) as Quantity);
const reason = "because";
const anyEvent: fc.Arbitrary<OrderEvent> = fc.oneof(
  fc.constantFrom<OrderEvent>(
    { type: "submitted" },
    { type: "accepted", venueOrderId: "v1" },
    { type: "canceled", reason },
    { type: "rejected", reason },
    { type: "expired", reason },
    { type: "unresolved", reason },
  ),
  amount.map((quantity): OrderEvent => ({ type: "filled", quantity })),
  fc
    .record({ quantity: amount, triggered: fc.boolean() })
    .map((change): OrderEvent => ({ type: "updated", ...change, activeFromMs: at(1), reason })),
  amount.map(
    (quantity): OrderEvent => ({
      type: "priced",
      quantity,
      limitPrice: null,
      triggerPrice: "90" as Price,
      activeFromMs: at(0),
    }),
  ),
);

/** Applies what may be applied; returns the states that the order went through. */
function lived(events: readonly OrderEvent[]): readonly Order[] {
  const states = [stopOrder("90", { quantity: "4" as Quantity })];
  for (const event of events) {
    const last = states.at(-1);
    if (last === undefined) break;
    try {
      states.push(applyOrderEvent(last, event));
    } catch (error) {
      if (!(error instanceof IllegalOrderEventError)) throw error;
    }
  }
  return states;
}

const every = (check: (states: readonly Order[]) => void) =>
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 12 }), (events) => check(lived(events))),
    { numRuns: 500 },
  );

describe("the order's state machine", () => {
  it("never fills more than the quantity, nor less than before; `filled` means all of it", () => {
    every((states) => {
      states.forEach((order, n) => {
        expect(compare(order.filledQuantity, order.quantity)).toBeLessThanOrEqual(0);
        expect(compare(order.filledQuantity, states[n - 1]?.filledQuantity ?? "0")).toBeGreaterThanOrEqual(0);
        if (order.status === "filled") expect(order.filledQuantity).toBe(order.quantity);
        if (order.status === "partially-filled") expect(compare(order.filledQuantity, order.quantity)).toBe(-1);
      });
    });
  });

  it("lets nothing happen to an order that has ended", () => {
    every((states) => {
      const end = states.findIndex((order) => !isWorking(order));
      if (end !== -1) expect(states).toHaveLength(end + 1);
    });
  });

  it("never puts an order that was sent back to where it may be priced", () => {
    every((states) => {
      const sent = states.findIndex(({ status }) => status !== "initialized");
      if (sent !== -1) expect(states.slice(sent).map(({ status }) => status)).not.toContain("initialized");
    });
  });

  it("keeps what identifies an order, whatever happens to it", () => {
    every((states) => {
      for (const { clientOrderId, decisionId, parentId, symbol, side, type, role, generation } of states) {
        expect([clientOrderId, decisionId, parentId, symbol, side, type, role, generation]).toEqual([
          "c".repeat(32),
          "e".repeat(64),
          "e".repeat(32),
          "BTC/USDT",
          "sell",
          "stop-market",
          "stop-loss",
          0,
        ]);
      }
    });
  });

  it.each(OrderStatus.options)(
    "names the order and what may happen to it, where it is %s and may not be rejected twice",
    (status) => {
      const order = { ...stopOrder("90"), status };
      if (isAllowed(order, "rejected")) {
        expect(applyOrderEvent(order, { type: "rejected", reason }).statusReason).toBe(reason);
        return;
      }
      expect(() => applyOrderEvent(order, { type: "rejected", reason })).toThrow(order.clientOrderId);
      expect(isAtVenue(order) || !isWorking(order)).toBe(true);
    },
  );
});
