import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Candidate,
  type DeciderSettings,
  decideSlot,
  type SlotSituation,
} from "#agents/deep-trader-manager/decide.ts";
import { ANALYSIS_SCHEMA_VERSION, type Analysis } from "#schemas/analysis.ts";
import { Costs, RiskLimits } from "#schemas/config.ts";
import type { Decision } from "#schemas/decision.ts";
import { NO_TREND } from "#schemas/indicator.ts";
import { MarketPatterns } from "#schemas/market-patterns.ts";
import type { Money, Price, Quantity } from "#schemas/money.ts";
import { clientOrderIdOf } from "#schemas/order.ts";
import { type Position, positionKey } from "#schemas/portfolio.ts";
import type { SecurityVerdict } from "#schemas/security.ts";
import { type DeskId, type MarketSymbol, type RunId, splitSymbol, unixMs, type VenueId } from "#schemas/units.ts";
import { makeReading } from "#test/memory/fixtures.ts";
import { testMarket } from "#test/support/market.ts";
import { standing } from "#test/support/operator-rules.ts";
import { TERMS } from "#test/support/strategy.ts";
import { emptyPortfolio } from "#toolkits/portfolio/portfolio.ts";

const SLOT_MS = unixMs(1_700_000_100_000);
const symbolOf = (name: string): MarketSymbol => `${name}/USDT` as MarketSymbol;

const SYMBOLS = ["AAA", "BBB", "CCC", "DDD"].map(symbolOf);

const settings: DeciderSettings = {
  deskId: "main" as DeskId,
  runId: "run" as RunId,
  strategies: new Map([["test", TERMS]]),
  quote: "USDT",
  limits: RiskLimits.parse({}),
  admitted: MarketPatterns.parse({}),
  costs: Costs.parse({}),
  markets: new Map(SYMBOLS.map((symbol) => [symbol, testMarket(symbol)])),
};

interface Seen {
  readonly strategyId?: string;
  readonly action?: "enter" | "exit" | "hold";
  readonly strength?: number;
  readonly verdict?: SecurityVerdict;
  readonly freshness?: Candidate["freshness"];
}

const candidate = (symbol: MarketSymbol, seen: Seen = {}): Candidate => {
  const analysis = analysisOf(symbol, seen);
  const signal = { action: seen.action ?? "enter", strength: seen.strength ?? 0.5, reasons: ["because"] };
  const reading = makeReading(analysis, { strategyId: seen.strategyId ?? "test", definitionId: "d", signal });
  return { freshness: seen.freshness ?? "fresh", path: "recalled", analysis, reading };
};

const analysisOf = (symbol: MarketSymbol, seen: Seen): Analysis => ({
  id: `analysis of ${symbol}`,
  schemaVersion: ANALYSIS_SCHEMA_VERSION,
  definitionId: "d",
  venueId: "test" as VenueId,
  venue: "test",
  simulated: true,
  symbol,
  timeframe: "5m",
  asOfMs: SLOT_MS,
  computedAtMs: SLOT_MS,
  checkedThroughMs: SLOT_MS,
  validUntilMs: unixMs(SLOT_MS + 1e9),
  origin: "sleep",
  price: 100,
  trend: NO_TREND,
  indicators: {
    rsiWilder: 25,
    bollinger: null,
    atr: 1,
    candles: 500,
    filled: 0,
    windowStartMs: 0,
    warmup: "full",
    flat: false,
  },
  security: {
    verdict: seen.verdict ?? "clear",
    reason: "invented",
    chain: null,
    contract: null,
    checks: [],
    observedAtMs: SLOT_MS,
    validUntilMs: SLOT_MS + 1e9,
  },
  notes: [],
  sources: { candles: "c", security: "s" },
});

const position = (symbol: MarketSymbol, change: Partial<Position> = {}): Position => ({
  strategyId: "test",
  symbol,
  base: splitSymbol(symbol).base,
  quantity: "1" as Quantity,
  averagePrice: "100" as Price,
  openedAtMs: SLOT_MS,
  stopPrice: null,
  targetPrice: null,
  dust: false,
  ...change,
});

function situation(candidates: readonly Candidate[], change: Partial<SlotSituation> = {}): SlotSituation {
  return {
    slotMs: SLOT_MS,
    nowMs: SLOT_MS,
    late: false,
    haltFile: false,
    candidates,
    unread: [],
    portfolio: emptyPortfolio({ quote: "USDT", cash: "10000" as Money }),
    equity: "10000" as Money,
    marks: new Map(SYMBOLS.map((symbol) => [symbol, 100])),
    liquidity: new Map(),
    quoteOffPar: null,
    relationships: null,
    leaderHourSigmas: null,
    debates: new Map(),
    alreadyDecided: { hasDecision: () => false },
    entriesBefore: 0,
    ...change,
  };
}

const holding = (...held: readonly Position[]): Pick<SlotSituation, "portfolio"> => ({
  portfolio: {
    ...emptyPortfolio({ quote: "USDT", cash: "10000" as Money }),
    positions: new Map(held.map((one) => [positionKey(one), one])),
  },
});

const [A, B, C, D] = SYMBOLS as [MarketSymbol, MarketSymbol, MarketSymbol, MarketSymbol];

describe("ranking of entries", () => {
  it("is by strength, then liquidity, then symbol, whatever order they come in", () => {
    const outcome = decideSlot(
      settings,
      situation(
        [
          candidate(D, { strength: 0.4 }),
          candidate(C, { strength: 0.4 }),
          candidate(B, { strength: 0.4 }),
          candidate(A),
        ],
        { liquidity: new Map([[D, 9]]) },
      ),
    );
    expect(outcome.decisions.map(({ symbol }) => symbol)).toEqual([A, D, B, C]);
  });

  it("gives the slot's two places to the best, and journals who lost and why", () => {
    const outcome = decideSlot(settings, situation(SYMBOLS.map((symbol) => candidate(symbol))));
    expect(outcome.orders.map(({ symbol }) => symbol)).toEqual([A, B]);
    expect(outcome.refusals.map(({ symbol, rule }) => [symbol, rule])).toEqual([
      [C, "slot-limit"],
      [D, "slot-limit"],
    ]);
    expect(outcome.events.map((event) => event.type)).toEqual([
      "decision",
      "order-list",
      "decision",
      "order-list",
      "decision",
      "refusal",
      "decision",
      "refusal",
    ]);
  });

  it("gives no place to an exit: two exits and two entries are all made", () => {
    const outcome = decideSlot(
      settings,
      situation(
        [candidate(A), candidate(B), candidate(C, { action: "exit" }), candidate(D, { action: "exit" })],
        holding(position(C), position(D)),
      ),
    );
    expect(outcome.orders.map(({ symbol, role }) => [symbol, role])).toEqual([
      [C, "exit"],
      [D, "exit"],
      [A, "entry"],
      [B, "entry"],
    ]);
    expect(outcome.refusals).toEqual([]);
  });

  it("gives the place of a refused entry to the next one", () => {
    const seen = [candidate(A, { verdict: "unknown" }), candidate(B), candidate(C)];
    expect(decideSlot(settings, situation(seen)).orders.map(({ symbol }) => symbol)).toEqual([B, C]);
  });

  it("lets each entry see the cash that the one before has taken", () => {
    const limits = RiskLimits.parse({ entryPct: 60, maxExposurePct: 100, maxEntriesPerSlot: 4 });
    const outcome = decideSlot({ ...settings, limits }, situation([candidate(A), candidate(B)]));
    expect(outcome.orders.map(({ symbol }) => symbol)).toEqual([A]);
    expect(outcome.refusals.map(({ rule }) => rule)).toEqual(["exposure"]);
  });
});

describe("what is proposed", () => {
  it("exits stand before entries, and holds are decided but not journaled", () => {
    const outcome = decideSlot(
      settings,
      situation(
        [candidate(A), candidate(B, { action: "exit" }), candidate(C, { action: "hold" })],
        holding(position(B)),
      ),
    );
    expect(outcome.decisions.map(({ symbol, action }) => [symbol, action])).toEqual([
      [B, "exit"],
      [A, "enter"],
      [C, "hold"],
    ]);
    expect(outcome.events.filter(({ type }) => type === "decision")).toHaveLength(2);
    expect(outcome.orders[0]).toMatchObject({ symbol: B, side: "sell", quantity: "1" });
  });

  it.each(["behind", "no-candle", "drifted", "invalidated", "security-expired"] as const)(
    "a stale analysis (%s) proposes nothing, not even an exit: stops rest at the venue",
    (freshness) => {
      const outcome = decideSlot(
        settings,
        situation([candidate(A, { freshness }), candidate(B, { action: "exit", freshness })], holding(position(B))),
      );
      expect(outcome.decisions.map(({ action }) => action)).toEqual(["hold", "hold"]);
      expect(outcome.events).toEqual([]);
    },
  );

  it.each(["hold", "enter", "exit"] as const)(
    "a held token that turned to block is sold whatever the strategy says (%s), and the reason says so",
    (action) => {
      const seen = candidate(A, { action, verdict: "block" });
      const outcome = decideSlot(settings, situation([seen], holding(position(A))));
      // No strength of a signal: a backtest does not ask whether what is held would be entered.
      const sold = { action: "exit", strength: 0, reason: "held token turned to block: invented" };
      expect(outcome.decisions).toMatchObject([sold]);
      expect(outcome.orders).toHaveLength(1);
    },
  );

  const ruled = (...held: readonly Position[]) => {
    const { portfolio } = holding(...held);
    const scope = { kind: "assets" as const, assets: [splitSymbol(A).base] };
    // Never held on any day but one: the slot's weekday is among them.
    const rules = standing({ type: "no-hold-over", scope, when: { kind: "hours", from: "00:00", to: "23:59" } });
    return { portfolio: { ...portfolio, rules } };
  };
  const byRule = {
    action: "exit",
    strength: 0,
    reason: expect.stringMatching(/^your rule r1, "rule 1": not held from/),
  };

  it.each(["hold", "enter"] as const)(
    "what a rule of the operator's does not let be held is sold, whatever the strategy says (%s); its own exit is its own",
    (action) => {
      const seen = [candidate(A, { action }), candidate(B, { action })];
      const outcome = decideSlot(settings, situation(seen, ruled(position(A), position(B))));
      expect(outcome.decisions.filter((d) => d.action === "exit")).toMatchObject([{ symbol: A, ...byRule }]);
      expect(outcome.orders).toMatchObject([{ symbol: A, side: "sell", quantity: "1" }]);
      const stale = decideSlot(
        settings,
        situation([candidate(A, { action, freshness: "behind" })], ruled(position(A))),
      );
      expect(stale.orders).toEqual([]);
      const dust = position(A, { dust: true, quantity: "0.001" as Quantity });
      expect(decideSlot(settings, situation([candidate(A, { action: "hold" })], ruled(dust))).orders).toEqual([]);
    },
  );

  it("is sold also for a strategy that has not read the market, and where no strategy has", () => {
    const other = position(A, { strategyId: "ended" });
    const outcome = decideSlot(settings, situation([candidate(A, { action: "hold" })], ruled(position(A), other)));
    expect(outcome.decisions.map(({ strategyId, action }) => [strategyId, action])).toEqual([
      ["ended", "exit"],
      ["test", "exit"],
    ]);
    const { analysis } = candidate(A);
    const unread = (freshness: Candidate["freshness"]) =>
      decideSlot(settings, situation([], { ...ruled(other), unread: [{ analysis, freshness, path: "recalled" }] }));
    expect(unread("fresh").decisions).toMatchObject([{ symbol: A, strategyId: "ended", ...byRule }]);
    expect(unread("behind").decisions).toEqual([]);
    const blocked = { ...analysis, security: { ...analysis.security, verdict: "block" as const } };
    const turned = situation([], {
      ...holding(other),
      unread: [{ analysis: blocked, freshness: "fresh", path: "recalled" }],
    });
    expect(decideSlot(settings, turned).orders).toMatchObject([{ symbol: A, side: "sell" }]);
  });

  it("a held token that turned to unknown is kept", () => {
    const outcome = decideSlot(settings, situation([candidate(A, { verdict: "unknown" })], holding(position(A))));
    expect(outcome.decisions).toMatchObject([{ action: "hold" }]);
  });

  it("an entry signal of what is held is a hold; of dust it is an entry", () => {
    expect(decideSlot(settings, situation([candidate(A)], holding(position(A)))).decisions[0]?.action).toBe("hold");
    const dust = position(A, { dust: true, quantity: "0.001" as Quantity });
    expect(decideSlot(settings, situation([candidate(A)], holding(dust))).orders).toHaveLength(1);
  });

  it("an exit signal of what is not held is a hold", () => {
    expect(decideSlot(settings, situation([candidate(A, { action: "exit" })])).decisions[0]?.action).toBe("hold");
  });

  it("an exit signal sells the rest while a part is being sold, and is a hold while all is", () => {
    const leaving = candidate(A, { action: "exit" });
    const exits = decideSlot(settings, situation([leaving], holding(position(A)))).orders;
    const selling = (quantity: string): Pick<SlotSituation, "portfolio"> => {
      const { portfolio } = holding(position(A));
      const orders = exits.map((order) => [order.clientOrderId, { ...order, quantity: quantity as Quantity }] as const);
      return { portfolio: { ...portfolio, orders: new Map(orders) } };
    };
    expect(decideSlot(settings, situation([leaving], selling("0.4"))).orders).toMatchObject([{ quantity: "0.6" }]);
    expect(decideSlot(settings, situation([leaving], selling("1"))).decisions).toMatchObject([
      { action: "hold", reason: "its sale is under way" },
    ]);
  });

  it("the same candle is decided on once: what is journaled is passed over", () => {
    const first = decideSlot(settings, situation([candidate(A), candidate(B)]));
    const ids = new Set(first.decisions.slice(0, 1).map(({ decisionId }) => decisionId));
    const alreadyDecided = { hasDecision: ({ decisionId }: Decision) => ids.has(decisionId) };
    const again = decideSlot(settings, situation([candidate(A), candidate(B)], { alreadyDecided }));
    expect(again.decisions.map(({ symbol }) => symbol)).toEqual([B]);
    expect(again.orders[0]?.clientOrderId).toBe(first.orders[1]?.clientOrderId);
  });
});

describe("any slot", () => {
  const seen = fc.record({
    action: fc.constantFrom("enter" as const, "exit" as const, "hold" as const),
    strength: fc.double({ min: 0, max: 1, noNaN: true }),
    verdict: fc.constantFrom<SecurityVerdict>("clear", "caution", "unknown", "block", "not-applicable"),
    freshness: fc.constantFrom<Candidate["freshness"]>("fresh", "fresh", "fresh", "behind"),
  });
  const slots = fc.record({
    seen: fc.array(seen, { minLength: SYMBOLS.length, maxLength: SYMBOLS.length }),
    held: fc.subarray(SYMBOLS),
    late: fc.boolean(),
    haltFile: fc.boolean(),
  });
  interface SlotInput {
    readonly seen: readonly Seen[];
    readonly held: readonly MarketSymbol[];
    readonly late: boolean;
    readonly haltFile: boolean;
  }
  const decide = ({ seen: all, held, late, haltFile }: SlotInput) =>
    decideSlot(
      settings,
      situation(
        SYMBOLS.map((symbol, n) => candidate(symbol, all[n] ?? {})),
        { ...holding(...held.map((symbol) => position(symbol))), late, haltFile },
      ),
    );

  it("ends every entry and exit proposed as exactly one order or one named refusal", () => {
    fc.assert(
      fc.property(slots, (input) => {
        const { decisions, orders, refusals } = decide(input);
        const acted = decisions.filter(({ action }) => action !== "hold").map(({ decisionId }) => decisionId);
        const answered = [...orders, ...refusals].map(({ decisionId }) => decisionId);
        expect(answered.toSorted()).toEqual(acted.toSorted());
        for (const order of orders) expect(order.clientOrderId).toBe(clientOrderIdOf(order.decisionId, order.role, 0));
      }),
    );
  });

  it("sells no more than is held, enters nothing unsafe, stale or late, and sends nothing when halted", () => {
    fc.assert(
      fc.property(slots, (input) => {
        for (const order of decide(input).orders) {
          expect(input.haltFile).toBe(false);
          const shown = input.seen[SYMBOLS.indexOf(order.symbol)];
          if (order.side === "sell") expect(input.held).toContain(order.symbol);
          else {
            expect(input.late).toBe(false);
            expect(shown?.freshness).toBe("fresh");
            expect(["clear", "caution", "not-applicable"]).toContain(shown?.verdict);
          }
        }
      }),
    );
  });

  it("does not depend on the order of the candidates", () => {
    fc.assert(
      fc.property(slots, fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), (input, order) => {
        const candidates = SYMBOLS.map((symbol, n) => candidate(symbol, input.seen[n] ?? {}));
        const change = holding(...input.held.map((symbol) => position(symbol)));
        const shuffled = order.flatMap((n) => candidates[n] ?? []);
        expect(decideSlot(settings, situation(shuffled, change))).toEqual(
          decideSlot(settings, situation(candidates, change)),
        );
      }),
    );
  });
});

describe("several strategies", () => {
  const terms = { ...TERMS, sharePct: 50 };
  const two: DeciderSettings = {
    ...settings,
    strategies: new Map([
      ["test", terms],
      ["trend", { ...terms, bracket: { ...TERMS.bracket, stopPct: 4 }, entryPct: 1 }],
    ]),
  };
  const named = (outcome: ReturnType<typeof decideSlot>) =>
    outcome.decisions.map((d) => `${d.action} ${d.symbol} ${d.strategyId}`);

  it("rank together: by strength, liquidity, symbol and then strategy, at most so many entries of all", () => {
    const both = [A, B].flatMap((symbol) => [
      candidate(symbol, { strategyId: "trend" }),
      candidate(symbol, { strategyId: "test" }),
    ]);
    const outcome = decideSlot(two, situation([...both, candidate(C, { strategyId: "trend", strength: 0.9 })]));
    expect(named(outcome)).toEqual([
      `enter ${C} trend`,
      `enter ${A} test`,
      `enter ${A} trend`,
      `enter ${B} test`,
      `enter ${B} trend`,
    ]);
    expect(outcome.orders.map(({ symbol, strategyId }) => [symbol, strategyId])).toEqual([
      [C, "trend"],
      [A, "test"],
    ]);
    expect(new Set(outcome.refusals.map(({ rule }) => rule))).toEqual(new Set(["slot-limit"]));
  });

  it("enter with their own bracket, at their own size of their own share", () => {
    const outcome = decideSlot(two, situation([candidate(A), candidate(A, { strategyId: "trend" })]));
    // 2 % and 1 % of half of 10,000, at 100.
    expect(outcome.orders).toMatchObject([
      { strategyId: "test", quantity: "1", bracket: { stopPct: 10 } },
      { strategyId: "trend", quantity: "0.5", bracket: { stopPct: 4 } },
    ]);
    expect(
      new Set(outcome.events.flatMap((e) => (e.type === "order-list" ? e.orders : [])).map((o) => o.strategyId)),
    ).toEqual(new Set(["test", "trend"]));
  });

  it("leave only what they hold: an exit of one is no exit of the other", () => {
    const held = holding(position(A), position(A, { strategyId: "trend" }));
    const candidates = [candidate(A, { action: "hold" }), candidate(A, { action: "exit", strategyId: "trend" })];
    const outcome = decideSlot(two, situation(candidates, held));
    expect(named(outcome)).toEqual([`exit ${A} trend`, `hold ${A} test`]);
  });

  it("one may enter what the other holds, and its own sale does not hold the other back", () => {
    const held = holding(position(A, { strategyId: "trend" }));
    expect(decideSlot(two, situation([candidate(A)], held)).orders).toMatchObject([{ strategyId: "test" }]);
    expect(decideSlot(two, situation([candidate(A, { strategyId: "trend" })], held)).orders).toEqual([]);
  });

  it("all sell a token that turned to block, also one that read nothing and one that is configured no more", () => {
    const held = holding(position(A), position(A, { strategyId: "trend" }), position(A, { strategyId: "gone" }));
    const outcome = decideSlot(two, situation([candidate(A, { action: "hold", verdict: "block" })], held));
    expect(outcome.orders.map((o) => [o.strategyId, o.role, o.quantity])).toEqual([
      ["gone", "exit", "1"],
      ["test", "exit", "1"],
      ["trend", "exit", "1"],
    ]);
    expect(new Set(outcome.decisions.map(({ decisionId }) => decisionId)).size).toBe(3);
    const stale = [candidate(A, { action: "hold", verdict: "block", freshness: "behind" })];
    expect(decideSlot(two, situation(stale, held)).orders).toEqual([]);
  });

  it("that are configured no more enter nothing, and may leave what they hold", () => {
    const gone = { strategyId: "gone" };
    expect(decideSlot(two, situation([candidate(A, gone)])).decisions).toMatchObject([{ action: "hold" }]);
    const outcome = decideSlot(two, situation([candidate(A, { ...gone, action: "exit" })], holding(position(A, gone))));
    expect(outcome.orders).toMatchObject([{ strategyId: "gone", role: "exit" }]);
  });

  it("decide in every slot what each decides alone, where no limit binds them together", () => {
    const wide: DeciderSettings = {
      ...two,
      limits: RiskLimits.parse({
        maxEntriesPerSlot: 100,
        maxOpenPositions: 100,
        maxExposurePct: 100,
        maxEntriesPerCluster: 100,
      }),
    };
    const seen = fc.record({ action: fc.constantFrom("enter", "exit", "hold"), held: fc.boolean() });
    let acted = 0;
    fc.assert(
      fc.property(fc.array(fc.tuple(seen, seen), { minLength: 4, maxLength: 4 }), (rows) => {
        const candidatesOf = (strategyId: string, index: 0 | 1) =>
          rows.map((row, n) => candidate(SYMBOLS[n] ?? A, { strategyId, action: row[index].action as "hold" }));
        const heldOf = (strategyId: string, index: 0 | 1) =>
          rows.flatMap((row, n) => (row[index].held ? [position(SYMBOLS[n] ?? A, { strategyId })] : []));
        const outcomeOf = (...of: readonly (readonly ["test" | "trend", 0 | 1])[]) => {
          const positions = of.flatMap(([id, index]) => heldOf(id, index));
          const candidates = of.flatMap(([id, index]) => candidatesOf(id, index));
          return decideSlot(wide, situation(candidates, holding(...positions)));
        };
        const alone = [...outcomeOf(["test", 0]).orders, ...outcomeOf(["trend", 1]).orders];
        const together = outcomeOf(["test", 0], ["trend", 1]).orders;
        acted += together.length;
        const byId = (orders: typeof together) =>
          orders.toSorted((a, b) => (a.clientOrderId < b.clientOrderId ? -1 : 1));
        expect(byId(together)).toEqual(byId(alone));
      }),
      { numRuns: 100 },
    );
    expect(acted).toBeGreaterThan(100);
  });
});
