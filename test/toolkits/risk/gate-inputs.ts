// Random desks before the gate, mostly of the kind that lets an entry pass.
import fc from "fast-check";
import { StaleReason } from "#schemas/analysis.ts";
import { Costs, RiskLimits } from "#schemas/config.ts";
import type { Debate } from "#schemas/debate.ts";
import type { Money, Price, Quantity } from "#schemas/money.ts";
import type { Order } from "#schemas/order.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import { SecurityVerdict } from "#schemas/security.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, unixMs } from "#schemas/units.ts";
import { ofMarket, TERMS } from "#test/support/strategy.ts";
import { bracketOf } from "#toolkits/risk/bracket.ts";
import type { GateInput } from "#toolkits/risk/gate.ts";
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
  PEG,
  portfolio,
  position,
  SLOT_MS,
} from "./fixture.ts";

export const symbols = ["BTC/USDT", "ETH/USDT", "SOL/USDT", "BTC/EUR"].map((name) => name as MarketSymbol);
const symbol = fc.constantFrom(...symbols, ...symbols.slice(0, 3));
export const cents = (max: number) => fc.integer({ min: 1, max }).map((n) => (n / 100).toFixed(2));
/** Mostly what passes, so that entries are accepted often enough to be judged. */
export const mostly = <T>(usual: T, rest: fc.Arbitrary<T>, weight = 30) =>
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

/** Any desk, and what is decided on it. */
export const gateInput: fc.Arbitrary<GateInput> = fc
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
    debate: mostly<{ verdict: Debate["verdict"]; sizeRatio: number; agoMs: number } | null>(
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
    quoteOffPar: mostly<GateInput["quoteOffPar"]>(
      null,
      fc.oneof(
        fc.record({ offPct: fc.double({ min: 0, max: 4, noNaN: true }), symbol: fc.constant(PEG) }),
        fc.constant("nothing shows the par"),
      ),
    ),
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
      quoteOffPar: r.quoteOffPar,
      relationships: r.together === null ? null : oneCluster(r.together),
      leaderHourSigmas: r.leaderHourSigmas,
      debate:
        r.debate === null
          ? null
          : {
              ...agreeing,
              symbol: r.symbol,
              verdict: r.debate.verdict,
              sizeRatio: r.debate.sizeRatio,
              forAsOfMs: unixMs(SLOT_MS - r.debate.agoMs),
              validUntilMs: unixMs(SLOT_MS - r.debate.agoMs),
            },
      markets: entry.markets,
      terms: { ...TERMS, bracket: bracketOf(RiskLimits.parse(r.limits)), entryStyle: r.entryStyle },
    } satisfies GateInput;
  });
