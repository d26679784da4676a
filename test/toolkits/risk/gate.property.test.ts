// Whatever the desk looks like: no accepted entry breaks a limit, and nothing but law 7's four rules bars an exit. The
// limits are computed again here, in whole cents of integers, not with the gate's own functions.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StaleReason } from "#schemas/analysis.ts";
import { Costs, RiskLimits } from "#schemas/config.ts";
import type { Money, Price, Quantity } from "#schemas/money.ts";
import type { Opinion } from "#schemas/opinion.ts";
import type { Order } from "#schemas/order.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import { SecurityVerdict } from "#schemas/security.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, unixMs } from "#schemas/units.ts";
import { ofMarket, TERMS } from "#test/support/strategy.ts";
import { bracketOf } from "#toolkits/risk/bracket.ts";
import { type GateInput, gate } from "#toolkits/risk/gate.ts";
import {
  agreeing,
  analysis,
  decision,
  entry,
  loss,
  market,
  oneCluster,
  onOrder,
  order,
  portfolio,
  position,
  SLOT_MS,
} from "./fixture.ts";

const symbols = ["BTC/USDT", "ETH/USDT", "SOL/USDT", "BTC/EUR"].map((name) => name as MarketSymbol);
const symbol = fc.constantFrom(...symbols, ...symbols.slice(0, 3));
const cents = (max: number) => fc.integer({ min: 1, max }).map((n) => (n / 100).toFixed(2));
/** Mostly what passes, so that entries are accepted often enough to be judged. */
const mostly = <T>(usual: T, rest: fc.Arbitrary<T>, weight = 30) =>
  fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: rest });

const positions: fc.Arbitrary<Portfolio["positions"]> = fc
  .uniqueArray(fc.record({ symbol, quantity: cents(1_500), dust: mostly(false, fc.constant(true), 3) }), {
    maxLength: 3,
    selector: (p) => p.symbol,
  })
  .map((list) => new Map(list.map((p) => [ofMarket(p.symbol), { ...position(p.symbol, p.quantity), dust: p.dust }])));

const orders: fc.Arbitrary<readonly Order[]> = fc
  .array(
    fc.record({
      symbol,
      quantity: cents(600),
      role: fc.constantFrom("entry" as const, "stop-loss" as const, "exit" as const),
      limit: fc.option(cents(20_000)),
    }),
    { maxLength: 2 },
  )
  .map((list) =>
    list.map((o, n) =>
      order({
        clientOrderId: String(n).repeat(32),
        symbol: o.symbol,
        role: o.role,
        side: o.role === "entry" ? "buy" : "sell",
        type: o.role === "stop-loss" ? "stop-market" : o.limit === null ? "market" : "limit",
        quantity: o.quantity as Quantity,
        limitPrice: o.role === "entry" ? (o.limit as Price | null) : null,
      }),
    ),
  );

const input: fc.Arbitrary<GateInput> = fc
  .record({
    action: fc.constantFrom("enter" as const, "exit" as const),
    symbol,
    timeframe: fc.constantFrom<Timeframe>("1m", "5m", "1h"),
    priceCents: fc.integer({ min: 1, max: 30_000 }),
    freshness: mostly<GateInput["freshness"]>("fresh", fc.constantFrom(...StaleReason.options, "missing" as const)),
    verdict: mostly("clear" as const, fc.constantFrom(...SecurityVerdict.options), 8),
    securityInMs: mostly(1_000_000, fc.integer({ min: -1_000, max: 1_000 })),
    active: mostly(true, fc.constant(false)),
    control: mostly<Portfolio["control"]>("running", fc.constantFrom("paused" as const, "halted" as const)),
    haltFile: mostly(false, fc.constant(true)),
    late: mostly(false, fc.constant(true)),
    delayMs: mostly(0, fc.integer({ min: 0, max: 100_000 })),
    positions,
    orders,
    cash: cents(1_000_000),
    equity: cents(3_000_000),
    marks: fc.array(fc.integer({ min: 1, max: 30_000 }), { minLength: 4, maxLength: 4 }),
    exitAgo: fc.option(fc.integer({ min: 0, max: 6 }), { freq: 1 }),
    latches: mostly([false, false] as readonly [boolean, boolean], fc.tuple(fc.boolean(), fc.boolean())),
    entriesThisSlot: mostly(0, fc.integer({ min: 0, max: 3 })),
    limits: fc.record({
      entryPct: fc.integer({ min: 1, max: 10 }),
      maxExposurePct: fc.integer({ min: 1, max: 60 }),
      maxOpenPositions: fc.integer({ min: 1, max: 4 }),
      cooldownCandles: fc.integer({ min: 0, max: 4 }),
      maxEntriesPerCluster: fc.integer({ min: 1, max: 3 }),
      leaderFallSigmas: fc.constantFrom(1, 3),
    }),
    together: fc.option(fc.subarray(symbols, { minLength: 2 })),
    leaderHourSigmas: mostly<number | null>(null, fc.double({ min: -6, max: 6, noNaN: true }), 3),
    opinion: mostly<{ verdict: Opinion["verdict"]; sizeRatio: number; agoMs: number } | null>(
      null,
      fc.record({
        verdict: fc.constantFrom("agree" as const, "shrink" as const, "shrink" as const, "veto" as const),
        sizeRatio: fc.double({ min: 0.2, max: 1, noNaN: true }),
        agoMs: fc.constantFrom(0, 0, 60_000),
      }),
      1,
    ),
    entryStyle: fc.constantFrom("next-open" as const, "limit-at-quote" as const),
    admitted: mostly<GateInput["admitted"]>(
      { include: ["*"], exclude: [] },
      fc.record({
        include: fc.constantFrom(["*"], ["*/USDT"], symbols.slice(0, 2)),
        exclude: fc.subarray([...symbols], { maxLength: 2 }),
      }),
    ),
    quoteOffParPct: mostly<number | null>(null, fc.double({ min: -4, max: 4, noNaN: true })),
  })
  .map((r) => {
    const nowMs = unixMs(SLOT_MS + r.delayMs);
    const price = r.priceCents / 100;
    const security = { ...analysis.security, verdict: r.verdict, validUntilMs: nowMs + r.securityInMs };
    return {
      decision: { ...decision, action: r.action, symbol: r.symbol, timeframe: r.timeframe, price },
      analysis: { ...analysis, symbol: r.symbol, timeframe: r.timeframe, price, security },
      freshness: r.freshness,
      market: { ...market, symbol: r.symbol, quote: r.symbol.slice(4), active: r.active },
      portfolio: {
        ...portfolio,
        cash: r.cash as Money,
        positions: r.positions,
        orders: onOrder(...r.orders),
        lastExitMs: new Map(
          r.exitAgo === null ? [] : [[ofMarket(r.symbol), unixMs(SLOT_MS - r.exitAgo * timeframeMs(r.timeframe))]],
        ),
        loss: { ...loss, dayLossLatched: r.latches[0], drawdownLatched: r.latches[1] },
        control: r.control,
      },
      equity: r.equity as Money,
      marks: new Map(symbols.map((s, i) => [s, (r.marks[i] ?? 1) / 100])),
      entriesThisSlot: r.entriesThisSlot,
      limits: RiskLimits.parse(r.limits),
      admitted: r.admitted,
      costs: Costs.parse({}),
      quote: "USDT",
      slotMs: SLOT_MS,
      nowMs,
      late: r.late,
      haltFile: r.haltFile,
      quoteOffParPct: r.quoteOffParPct,
      relationships: r.together === null ? null : oneCluster(r.together),
      leaderHourSigmas: r.leaderHourSigmas,
      opinion:
        r.opinion === null
          ? null
          : {
              ...agreeing,
              symbol: r.symbol,
              verdict: r.opinion.verdict,
              sizeRatio: r.opinion.sizeRatio,
              forAsOfMs: unixMs(SLOT_MS - r.opinion.agoMs),
            },
      markets: entry.markets,
      terms: { ...TERMS, bracket: bracketOf(RiskLimits.parse(r.limits)), entryStyle: r.entryStyle },
    } satisfies GateInput;
  });

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
        expect(Math.abs(desk.quoteOffParPct ?? 0)).toBeLessThanOrEqual(2);
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
        const opinion = desk.opinion?.forAsOfMs === desk.decision.asOfMs ? desk.opinion : null;
        expect(opinion?.verdict).not.toBe("veto");
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
        if (opinion?.verdict === "shrink") {
          const whole = (Number(desk.equity) * desk.limits.entryPct) / 100;
          expect(Number(entry.quantity) * Number(price)).toBeLessThanOrEqual(whole * opinion.sizeRatio * (1 + 1e-9));
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
