import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Candidate,
  type DeciderSettings,
  decideSlot,
  type SlotSituation,
} from "#agents/deep-trader-manager/decide.ts";
import { ANALYSIS_SCHEMA_VERSION, NO_TRIGGERS } from "#schemas/analysis.ts";
import { Costs, RiskLimits } from "#schemas/config.ts";
import { NO_TREND } from "#schemas/indicator.ts";
import { MarketPatterns } from "#schemas/market-patterns.ts";
import type { Money, Price, Quantity } from "#schemas/money.ts";
import { clientOrderIdOf } from "#schemas/order.ts";
import type { Position } from "#schemas/portfolio.ts";
import type { SecurityVerdict } from "#schemas/security.ts";
import { type DeskId, type MarketSymbol, type RunId, splitSymbol, unixMs, type VenueId } from "#schemas/units.ts";
import { testMarket } from "#test/support/market.ts";
import { emptyPortfolio } from "#toolkits/portfolio/portfolio.ts";

const SLOT_MS = unixMs(1_700_000_100_000);
const symbolOf = (name: string): MarketSymbol => `${name}/USDT` as MarketSymbol;

const SYMBOLS = ["AAA", "BBB", "CCC", "DDD"].map(symbolOf);

const settings: DeciderSettings = {
  deskId: "main" as DeskId,
  runId: "run" as RunId,
  strategyId: "test",
  quote: "USDT",
  limits: RiskLimits.parse({}),
  admitted: MarketPatterns.parse({}),
  costs: Costs.parse({}),
  markets: new Map(SYMBOLS.map((symbol) => [symbol, testMarket(symbol)])),
  entryStyle: "next-open",
};

interface Seen {
  readonly action?: "enter" | "exit" | "hold";
  readonly strength?: number;
  readonly verdict?: SecurityVerdict;
  readonly freshness?: Candidate["freshness"];
}

const candidate = (symbol: MarketSymbol, seen: Seen = {}): Candidate => ({
  freshness: seen.freshness ?? "fresh",
  path: "recalled",
  analysis: {
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
    signal: { action: seen.action ?? "enter", strength: seen.strength ?? 0.5, reasons: ["because"] },
    triggers: NO_TRIGGERS,
    notes: [],
    sources: { candles: "c", security: "s" },
  },
});

const position = (symbol: MarketSymbol, change: Partial<Position> = {}): Position => ({
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
    portfolio: emptyPortfolio({ quote: "USDT", cash: "10000" as Money }),
    equity: "10000" as Money,
    marks: new Map(SYMBOLS.map((symbol) => [symbol, 100])),
    liquidity: new Map(),
    quoteOffParPct: null,
    relationships: null,
    leaderHourSigmas: null,
    opinions: new Map(),
    alreadyDecided: new Set(),
    entriesBefore: 0,
    ...change,
  };
}

const holding = (...held: readonly Position[]): Pick<SlotSituation, "portfolio"> => ({
  portfolio: {
    ...emptyPortfolio({ quote: "USDT", cash: "10000" as Money }),
    positions: new Map(held.map((one) => [one.symbol, one])),
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

  it("a held token that turned to block is sold against the strategy's hold, and the reason says so", () => {
    const seen = candidate(A, { action: "hold", verdict: "block" });
    const outcome = decideSlot(settings, situation([seen], holding(position(A))));
    expect(outcome.decisions).toMatchObject([{ action: "exit", reason: "held token turned to block: invented" }]);
    expect(outcome.orders).toHaveLength(1);
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

  it("the same candle is decided on once: what is journaled is passed over", () => {
    const first = decideSlot(settings, situation([candidate(A), candidate(B)]));
    const alreadyDecided = new Set(first.decisions.slice(0, 1).map(({ decisionId }) => decisionId));
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
