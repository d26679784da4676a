import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DebateBook } from "#desk/judgement/debate-book.ts";
import { ACCOUNT_HORIZON_CANDLES, outcomeOf, type ShadowInput } from "#desk/judgement/shadow-trade.ts";
import { Costs, RiskLimits } from "#schemas/config.ts";
import type { Debate } from "#schemas/debate.ts";
import type { Decision } from "#schemas/decision.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { CandleSeries } from "#schemas/market.ts";
import type { Order } from "#schemas/order.ts";
import { type MarketSymbol, timeframeMs, unixMs } from "#schemas/units.ts";
import { aDebate } from "#test/agents/debate/a-debate.ts";
import { testMarket } from "#test/support/market.ts";
import { STRATEGY, TERMS } from "#test/support/strategy.ts";
import { randomFrom } from "#test/support/synthetic-market.ts";

const STEP_MS = timeframeMs("5m");
const AT_MS = unixMs(Date.UTC(2024, 2, 1, 20, 0));
const SYMBOL = "AAA/USDT" as MarketSymbol;
const MARKET = testMarket(SYMBOL);
const FREE = Costs.parse({ feeBps: 0, slippageBps: 0 });
const ID = "ab".repeat(32);

const decision = (change: Partial<Decision> = {}): JournalEvent => ({
  type: "decision",
  atMs: AT_MS,
  decision: {
    decisionId: ID,
    symbol: SYMBOL,
    timeframe: "5m",
    asOfMs: AT_MS,
    action: "enter",
    strength: 0.5,
    reason: "",
    strategyId: "mean-reversion",
    analysisId: "a",
    price: 100,
    path: "recalled",
    ...change,
  },
});
const equity = (amount: string): JournalEvent =>
  ({ type: "equity", atMs: AT_MS, slotMs: AT_MS, equity: amount, loss: {} }) as unknown as JournalEvent;
const debate = (verdict: Debate["verdict"], sizeRatio: number): JournalEvent => ({
  type: "debate",
  atMs: unixMs(AT_MS - STEP_MS),
  debate: aDebate({ symbol: SYMBOL, forAsOfMs: AT_MS, validUntilMs: AT_MS, verdict, sizeRatio }),
});
const refusal = (rule: "second-opinion" | "market-filters" | "cash"): JournalEvent => ({
  type: "refusal",
  atMs: AT_MS,
  refusal: { decisionId: ID, strategyId: STRATEGY, symbol: SYMBOL, action: "enter", asOfMs: AT_MS, rule, reason: "" },
});
const entry = (quantity: string): JournalEvent => ({
  type: "order-list",
  atMs: AT_MS,
  orders: [
    { decisionId: ID, symbol: SYMBOL, role: "entry", status: "initialized", quantity, bracket: TERMS.bracket } as Order,
  ],
});
const vetoed = [debate("veto", 0), equity("10000"), decision(), refusal("second-opinion")];

/** Candles from the decision on; each row is open, high, low, close. */
const series = (rows: readonly (readonly [number, number, number, number] | null)[]): CandleSeries => {
  const there = rows.flatMap((row, i) => (row === null ? [] : [[AT_MS + i * STEP_MS, ...row, 1e6]]));
  const column = (index: number) => Float64Array.from(there, (row) => row[index] ?? Number.NaN);
  return {
    symbol: SYMBOL,
    timeframe: "5m",
    openMs: column(0),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
    notes: [],
    askedFromMs: unixMs(0),
    checkedThroughMs: AT_MS,
  };
};
const flat = (price: number) => [price, price + 0.5, price - 0.5, price] as const;

const bookOf = (events: readonly JournalEvent[]): DebateBook => {
  const book = new DebateBook();
  for (const event of events) book.take(event);
  return book;
};

/** What came of the only entry that was met; `none`: none was. */
const settled = (
  events: readonly JournalEvent[],
  rows: Parameters<typeof series>[0] | null,
  change: Partial<ShadowInput> = {},
) => {
  const [met, ...more] = bookOf(events).open();
  expect(more).toEqual([]);
  if (met === undefined) return "none";
  return outcomeOf(met, rows === null ? null : series(rows), {
    markets: new Map([[SYMBOL, MARKET]]),
    limits: RiskLimits.parse({}),
    strategies: new Map(),
    costs: FREE,
    nowMs: unixMs(AT_MS + (rows?.length ?? 0) * STEP_MS),
    ...change,
  });
};

describe("the shadow trade of a debate", () => {
  // 2 % of 10,000 is 200, so 2 coins at 100; stop 90, target 120.
  it("of a veto before a stop saved what the stop would have cost", () => {
    const outcome = settled(vetoed, [flat(100), [100, 101, 80, 85]]);
    expect(outcome).toEqual({
      debateId: "debate",
      decisionId: ID,
      asOfMs: AT_MS,
      met: "vetoed",
      outcome: "stop",
      pnl: "-20",
      saved: "20",
    });
  });

  it("of a veto before a target cost what the target would have brought", () => {
    const rows = [flat(100), [100, 125, 99, 110] as const];
    expect(settled(vetoed, rows)).toMatchObject({ outcome: "target", pnl: "40", saved: "-40" });
  });

  it("of an entry that was agreed to is the entry itself, and saved nothing", () => {
    const agreed = [debate("agree", 1), equity("10000"), decision(), entry("2")];
    const rows = [flat(100), [100, 125, 99, 110] as const];
    expect(settled(agreed, rows)).toMatchObject({ met: "entered", outcome: "target", pnl: "40", saved: "0" });
  });

  it("reckons with fees and slippage, which make every veto a little better", () => {
    const costs = Costs.parse({ feeBps: 10, slippageBps: 5 });
    const outcome = settled(vetoed, [flat(100), [100, 125, 99, 110]], { costs });
    if (outcome === "none") throw new Error("none was met");
    // Bought 2 at 100.05, sold 2 at 120.06 (20 % above the fill), 10 bps of both.
    expect(outcome?.outcome).toBe("target");
    expect(Number(outcome?.saved)).toBeCloseTo(-(2 * (120.06 - 100.05) - 0.001 * 2 * (120.06 + 100.05)), 6);
  });

  it(`sells what neither ends at the first open after ${ACCOUNT_HORIZON_CANDLES} candles`, () => {
    const rows = [...Array.from({ length: ACCOUNT_HORIZON_CANDLES }, () => flat(100)), flat(104), flat(50)];
    expect(settled(vetoed, rows)).toMatchObject({ outcome: "horizon", saved: "-8" });
    const gap = [...rows.slice(0, ACCOUNT_HORIZON_CANDLES), null, null, flat(103)];
    expect(settled(vetoed, gap)).toMatchObject({ outcome: "horizon", saved: "-6" });
  });

  it("is not known while it would still be open, nor without candles, and given up after twice the horizon", () => {
    expect(settled(vetoed, [flat(100), flat(100)])).toBeNull();
    expect(settled(vetoed, null)).toBeNull();
    const never = [flat(100), ...Array.from({ length: 2 * ACCOUNT_HORIZON_CANDLES }, () => null)];
    expect(settled(vetoed, never)).toMatchObject({ outcome: "unknown", pnl: null, saved: null });
  });

  it("is nothing lost or won where the entry would have found no candle", () => {
    const outcome = settled(vetoed, [null, [100, 125, 99, 110]]);
    expect(outcome).toMatchObject({ outcome: "not-filled", saved: "0" });
  });

  it("of a smaller entry saved or cost its missing part", () => {
    const shrunk = [debate("shrink", 0.25), equity("10000"), decision(), entry("0.5")];
    const [down, up] = [[100, 101, 80, 85] as const, [100, 125, 99, 110] as const];
    expect(settled(shrunk, [flat(100), down])).toMatchObject({ met: "shrunk", pnl: "-20", saved: "15" });
    expect(settled(shrunk, [flat(100), up])).toMatchObject({ met: "shrunk", pnl: "40", saved: "-30" });
  });

  it("of an entry that its debate made too small is that of a veto; one too small anyway came to nothing", () => {
    const rows = [flat(100), [100, 101, 80, 85] as const];
    const refused = [debate("shrink", 0.01), equity("10000"), decision(), refusal("market-filters")];
    expect(settled(refused, rows)).toMatchObject({ met: "vetoed", saved: "20" });
    const poor = [debate("shrink", 0.5), equity("100"), decision(), refusal("market-filters")];
    expect(settled(poor, rows)).toMatchObject({ outcome: "not-filled", saved: "0" });
  });

  it("is none of what another rule refused, what no debate held for, what was made against a veto, and of exits", () => {
    const late = decision({ asOfMs: unixMs(AT_MS + STEP_MS) });
    const others: readonly (readonly JournalEvent[])[] = [
      [debate("veto", 0), equity("10000"), decision(), refusal("cash")],
      [equity("10000"), decision(), entry("2")],
      [debate("veto", 0), equity("10000"), decision(), entry("2")],
      [debate("veto", 0), equity("10000"), decision({ action: "exit" }), entry("2")],
      [debate("veto", 0), equity("10000"), late, refusal("second-opinion")],
    ];
    for (const events of others) expect(settled(events, [flat(100), [100, 101, 80, 85]])).toBe("none");
  });

  it("takes the equity of the slot, or the starting cash before the first one", () => {
    const rows = [flat(100), [100, 101, 80, 85] as const];
    const twice = [equity("10000"), equity("20000"), ...vetoed.filter(({ type }) => type !== "equity")];
    expect(settled(twice, rows)).toMatchObject({ saved: "40" });
    const begun = { type: "run-started", atMs: AT_MS, cash: "5000" } as unknown as JournalEvent;
    const first = [begun, ...vetoed.filter(({ type }) => type !== "equity")];
    expect(settled(first, rows)).toMatchObject({ saved: "10" });
  });

  it("never looks at a candle that closes after now", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 0, max: 60 }), (seed, seen) => {
        const walk = (from: number) => {
          const random = randomFrom(from);
          let price = 100;
          return Array.from({ length: 80 }, () => {
            const open = price;
            price *= 1 + (random() - 0.5) * 0.1;
            return [open, Math.max(open, price) * 1.01, Math.min(open, price) * 0.99, price] as const;
          });
        };
        const nowMs = unixMs(AT_MS + seen * STEP_MS);
        const whole = settled(vetoed, walk(seed), { nowMs, horizonCandles: 40 });
        const scrambled = [...walk(seed).slice(0, seen), ...walk(seed + 1).slice(seen)];
        expect(settled(vetoed, scrambled, { nowMs, horizonCandles: 40 })).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });
});

describe("the book of debates", () => {
  const rows: Parameters<typeof series>[0] = [flat(100), [100, 125, 99, 110]];
  const outcomeEvent = (): JournalEvent => {
    const outcome = settled(vetoed, rows);
    if (outcome === "none" || outcome === null) throw new Error("no outcome");
    return { type: "debate-outcome", atMs: AT_MS, outcome };
  };

  it("knows what is open and what is settled, and counts what was held", () => {
    const book = bookOf([...vetoed, outcomeEvent()]);
    expect(book.open()).toEqual([]);
    expect(book.settled.map(({ debate, outcome }) => [debate.verdict, outcome.outcome])).toEqual([["veto", "target"]]);
    expect(book.held).toEqual({ agree: 0, shrink: 0, veto: 1 });
    book.take(outcomeEvent());
    expect(book.settled).toHaveLength(1);
  });

  it("meets one entry a debate, the first, however many closes it holds for", () => {
    const long = { ...aDebate({ symbol: SYMBOL, forAsOfMs: AT_MS, verdict: "veto", sizeRatio: 0 }) };
    const held: JournalEvent = {
      type: "debate",
      atMs: AT_MS,
      debate: { ...long, validUntilMs: unixMs(AT_MS + 3 * STEP_MS) },
    };
    const again = (i: number): readonly JournalEvent[] => {
      const [asOfMs, decisionId] = [unixMs(AT_MS + i * STEP_MS), String(i).repeat(64)];
      const refused = refusal("second-opinion") as Extract<JournalEvent, { type: "refusal" }>;
      return [
        { ...equity("10000"), slotMs: asOfMs } as JournalEvent,
        decision({ asOfMs, decisionId }),
        { ...refused, refusal: { ...refused.refusal, decisionId, asOfMs } },
      ];
    };
    const book = bookOf([held, ...[0, 1, 2, 3, 4].flatMap(again)]);
    expect(book.open().map(({ decision }) => decision.asOfMs)).toEqual([AT_MS]);
  });

  it("lets go of all debates that hold where a quarantine begins", () => {
    const begun: JournalEvent = { type: "quarantine", atMs: AT_MS, kind: "debate", state: "begun", detail: "" };
    expect(bookOf([vetoed[0] as JournalEvent, begun, ...vetoed.slice(1)]).open()).toEqual([]);
  });
});
