// Whatever the desk looks like: no accepted entry breaks a limit, and nothing but law 7's four rules bars an exit. The
// limits are computed again here, in whole cents of integers, not with the gate's own functions.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Order } from "#schemas/order.ts";
import { type MarketSymbol, timeframeMs } from "#schemas/units.ts";
import { ofMarket } from "#test/support/strategy.ts";
import { type GateInput, gate } from "#toolkits/risk/gate.ts";
import { analysis } from "./fixture.ts";
import { gateInput as input } from "./gate-inputs.ts";

/** Decimal text of at most 10 places as an exact integer of 1e-10. */
const units = (text: string): bigint => {
  const [whole = "0", fraction = ""] = text.split(".");
  expect(fraction.length).toBeLessThanOrEqual(10);
  return BigInt(whole + fraction.padEnd(10, "0"));
};
const times = (a: string, b: string): bigint => units(a) * units(b);
const markOf = (desk: GateInput, of: MarketSymbol) => String(desk.marks.get(of));
const entriesOf = (desk: GateInput) => [...desk.portfolio.orders.values()].filter((o) => o.role === "entry");
const orderValue = (desk: GateInput, o: Order) => times(o.quantity, o.limitPrice ?? markOf(desk, o.symbol));
const sum = (values: readonly bigint[]) => values.reduce((a, b) => a + b, 0n);

describe("the gate, whatever the desk", () => {
  it("accepts no entry that breaks a limit, is unsafe, stale, late, paused or halted", () => {
    let accepted = 0;
    let clustered = 0;
    let shrunk = 0;
    fc.assert(
      fc.property(input, (desk) => {
        const result = gate(desk);
        if (!result.accepted || desk.decision.action !== "enter") return;
        accepted += 1;
        const { order: entry } = result;
        const { security } = desk.analysis ?? analysis;
        expect(desk.freshness).toBe("fresh");
        expect(["clear", "caution", "not-applicable"]).toContain(security.verdict);
        expect(desk.nowMs).toBeLessThan(security.validUntilMs);
        expect(desk.decision.symbol.endsWith("/USDT")).toBe(true);
        expect(desk.market?.active).toBe(true);
        expect(desk.admitted.exclude).not.toContain(desk.decision.symbol);
        const named = desk.admitted.include.some((pattern) => pattern.startsWith("*"));
        expect(named || desk.admitted.include.includes(desk.decision.symbol)).toBe(true);
        expect(desk.portfolio.control).toBe("running");
        expect(desk.haltFile || desk.late).toBe(false);
        expect(desk.portfolio.loss).toMatchObject({ dayLossLatched: false, drawdownLatched: false });
        expect(desk.entriesThisSlot).toBeLessThan(desk.limits.maxEntriesPerSlot);
        expect(desk.quoteOffPar).not.toBeTypeOf("string");
        expect(desk.quoteOffPar ?? { offPct: 0 }).toSatisfy(({ offPct }) => offPct <= 2);
        const windowMs = Math.min(timeframeMs(desk.decision.timeframe) * 0.2, 60_000);
        expect(desk.nowMs - desk.slotMs).toBeLessThanOrEqual(windowMs);

        const baseOf = (s: string) => s.split("/")[0];
        const open = [...desk.portfolio.positions.values()].filter((p) => !p.dust).map((p) => baseOf(p.symbol));
        const bases = new Set([...open, ...entriesOf(desk).map((o) => baseOf(o.symbol))]);
        expect(bases.has(baseOf(entry.symbol))).toBe(false);
        expect(bases.size + 1).toBeLessThanOrEqual(desk.limits.maxOpenPositions);
        const cluster = desk.relationships?.clusters[0]?.members ?? [];
        if (cluster.includes(entry.symbol)) {
          const together = new Set(cluster.map(baseOf).filter((base) => bases.has(base)));
          expect(together.size + 1).toBeLessThanOrEqual(desk.limits.maxEntriesPerCluster);
          clustered += together.size;
        }
        expect(desk.leaderHourSigmas ?? 0).toBeGreaterThanOrEqual(-desk.limits.leaderFallSigmas);
        const debate = desk.debate?.forAsOfMs === desk.decision.asOfMs ? desk.debate : null;
        expect(debate?.verdict).not.toBe("veto");
        const lastMs = desk.portfolio.lastExitMs.get(ofMarket(entry.symbol));
        const coolMs = desk.limits.cooldownCandles * timeframeMs(desk.decision.timeframe);
        if (lastMs !== undefined) expect(desk.slotMs - lastMs).toBeGreaterThanOrEqual(coolMs);

        const price = entry.limitPrice ?? String(desk.decision.price);
        const notional = times(entry.quantity, price);
        const working = sum(entriesOf(desk).map((o) => orderValue(desk, o)));
        const positionsHeld = [...desk.portfolio.positions.values()];
        const inPositions = sum(positionsHeld.map((p) => times(p.quantity, markOf(desk, p.symbol))));
        const equity = units(desk.equity) * 10n ** 10n;
        expect(notional * 100n <= equity * BigInt(desk.limits.entryPct)).toBe(true);
        if (debate?.verdict === "shrink") {
          const whole = (Number(desk.equity) * desk.limits.entryPct) / 100;
          expect(Number(entry.quantity) * Number(price)).toBeLessThanOrEqual(whole * debate.sizeRatio * (1 + 1e-9));
          shrunk += 1;
        }
        expect((inPositions + working + notional) * 100n <= equity * BigInt(desk.limits.maxExposurePct)).toBe(true);
        expect(notional + working <= units(desk.portfolio.cash) * 10n ** 10n).toBe(true);
        // Sellable after the stop: 90 % of it is above the minimum of 5.
        expect(notional * 90n >= 5n * 100n * 10n ** 20n).toBe(true);
        // Never above the ceiling of 30 bps.
        if (entry.limitPrice !== null)
          expect(Number(entry.limitPrice)).toBeLessThanOrEqual(desk.decision.price * 1.003 * (1 + 1e-12));
      }),
      { numRuns: 4000 },
    );
    expect(accepted).toBeGreaterThan(50);
    expect(clustered).toBeGreaterThan(5);
    expect(shrunk).toBeGreaterThan(5);
  });

  it("bars an exit only by halt, price, filters or position, and sells no more than is held", () => {
    let accepted = 0;
    fc.assert(
      fc.property(input, (desk) => {
        if (desk.decision.action !== "exit") return;
        const result = gate(desk);
        const held = desk.portfolio.positions.get(ofMarket(desk.decision.symbol))?.quantity ?? "0";
        const leaving = [...desk.portfolio.orders.values()].filter(
          (o) => o.symbol === desk.decision.symbol && o.strategyId === desk.decision.strategyId && o.role === "exit",
        );
        if (result.accepted) {
          accepted += 1;
          const sold = leaving.reduce((total, o) => total + units(o.quantity) - units(o.filledQuantity), 0n);
          const free = units(held) - sold;
          expect(units(result.order.quantity)).toBeLessThanOrEqual(free);
          expect(free - units(result.order.quantity)).toBeLessThan(units("0.001"));
          return;
        }
        expect(["halt", "price", "market-filters", "position"]).toContain(result.refusal.rule);
        const working = [...desk.portfolio.orders.values()];
        const exiting = working.some((o) => o.symbol === desk.decision.symbol && o.role === "exit");
        const halted = desk.haltFile || desk.portfolio.control === "halted";
        const small = times(held, String(desk.decision.price)) < 5n * 10n ** 20n;
        expect(halted || exiting || small || held === "0").toBe(true);
      }),
      { numRuns: 1000 },
    );
    expect(accepted).toBeGreaterThan(50);
  });
});
