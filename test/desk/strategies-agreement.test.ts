// Strategies in the backtest and in the live cycles: each that is shipped, several on one desk, and drawn ones with brackets of
// their own, write the same journal; and no candle of the future changes it.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JournalEvent } from "#schemas/journal.ts";
import { timeframeMs } from "#schemas/units.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { assortedShapes, createSyntheticMarket, FIRST_SLOT_MS } from "#test/support/synthetic-market.ts";
import { ema } from "#toolkits/indicators/refs.ts";
import { compileStrategy } from "#toolkits/strategies/compile-strategy.ts";
import { defineStrategy } from "#toolkits/strategies/define-strategy.ts";
import { shippedStrategy, strategyIds } from "#toolkits/strategies/registry.ts";
import type { Strategy } from "#toolkits/strategies/strategy.ts";
import { drawnTrader } from "../toolkits/strategies/random-strategy.ts";
import { canonicalLines, countKinds, decidedBy, journalOfBacktest, journalOfCycles, type Trial } from "./both-ways.ts";

const STEP_MS = timeframeMs("5m");
const SEED = 20_260_703;

interface TrialOptions {
  readonly seed: number;
  readonly slots: number;
  readonly strategies: readonly Strategy[];
  readonly shares?: readonly number[];
  readonly scrambledFromMs?: number;
  readonly entryStyle?: NonNullable<Trial["entryStyle"]>;
  /** Share of candles that are absent; left out: few, more in some markets. */
  readonly hole?: number;
}

/** Roomy limits, so that strategies trade and meet each other. */
function trialOf({
  seed,
  slots,
  strategies,
  shares,
  scrambledFromMs,
  entryStyle = "next-open",
  hole,
}: TrialOptions): Trial {
  return {
    venue: createSyntheticMarket({
      seed,
      timeframe: "5m",
      firstSlotMs: FIRST_SLOT_MS,
      slots,
      // The candle before a slot may be absent, alone or with others.
      shapes: assortedShapes().map((shape, i) => ({ ...shape, hole: hole ?? (i % 3 === 1 ? 0.03 : shape.hole) })),
      ...(scrambledFromMs === undefined ? {} : { scrambledFromMs }),
    }),
    cash: "10000",
    limits: {
      entryPct: 6,
      maxExposurePct: 100,
      maxOpenPositions: 10,
      maxEntriesPerSlot: 3,
      maxEntriesPerCluster: 10,
      maxDayLossPct: 20,
      maxDrawdownPct: 40,
      cooldownCandles: 1,
      stopPct: 3,
      targetPct: 6,
    },
    strategies,
    ...(shares === undefined ? {} : { shares }),
    entryStyle,
  };
}

const shipped = (...ids: readonly string[]): readonly Strategy[] => ids.map((id) => shippedStrategy(id));
const totalOf = (counts: ReadonlyMap<string, number>, kind: string): number =>
  [...counts].reduce((sum, [name, times]) => (name.startsWith(kind) ? sum + times : sum), 0);

async function bothWays(options: TrialOptions, text = ""): Promise<readonly JournalEvent[]> {
  const live = await journalOfCycles(trialOf(options));
  expect(canonicalLines(await journalOfBacktest(trialOf(options))), text).toEqual(canonicalLines(live));
  return live;
}

describe("strategies in backtest and live cycles", () => {
  it.each([
    // `planned` trades by plans alone: test/desk/judgement/plans-desk.slow.test.ts.
    ...strategyIds()
      .filter((id) => id !== "planned")
      .map((id) => [id, [id], [100]] as const),
    ["two", ["mean-reversion", "breakout"], [30, 70]],
    ["three", ["mean-reversion", "ema-cross", "breakout"], [50, 20, 30]],
  ] as const)("agree line by line: %s", async (_, ids, shares) => {
    const counts = new Map<string, number>();
    for (const [index, entryStyle] of (["next-open", "limit-at-quote"] as const).entries()) {
      const options = { seed: 21 + index, slots: 150, strategies: shipped(...ids), shares, entryStyle };
      countKinds(await bothWays(options), counts);
    }
    expect(totalOf(counts, "enter")).toBeGreaterThan(10);
    expect(totalOf(counts, "fill:")).toBeGreaterThan(4);
  });

  it("agree on drawn strategies, two on a desk", async () => {
    const counts = new Map<string, number>();
    const options = { higher: "15m", inOrder: false } as const;
    const drawn = fc.sample(fc.tuple(drawnTrader(options), drawnTrader(options)), { numRuns: 6, seed: SEED });
    for (const [i, [one, other]] of drawn.entries()) {
      const text = `${one.text} ${other.text}`;
      countKinds(await bothWays({ seed: 40 + i, slots: 90, strategies: [one.strategy, other.strategy] }, text), counts);
    }
    console.info(`drawn strategies, both ways: ${JSON.stringify(Object.fromEntries(counts))}`);
    expect(totalOf(counts, "enter")).toBeGreaterThan(200);
    expect(totalOf(counts, "exit")).toBeGreaterThan(5);
    for (const basis of ["next-open", "stop", "take-profit"])
      expect(totalOf(counts, `fill:${basis}`)).toBeGreaterThan(5);
  });
});

/** Enters wherever it may, and leaves by nothing but what it holds. */
const holder = compileStrategy(
  defineStrategy({
    id: "holder",
    indicators: { mean: ema(20) },
    enter: ({ now }) => now.close > 0.5 * now.mean,
    exitHeld: ({ now, openMs }, { candles, openedAtMs }) =>
      candles >= 4 && openMs > openedAtMs && `${candles} candles, ${now.close} at ${openMs}`,
    bracket: { stopPct: 50, targetPct: null },
    stake: { entryPct: 5 },
  }),
  { file: null },
);

describe("a rule that hangs on the position", () => {
  it("is asked at the same candles both ways, where holes come and go", async () => {
    const counts = new Map<string, number>();
    for (const seed of [81, 82])
      countKinds(await bothWays({ seed, slots: 150, strategies: [holder], hole: 0.11 }), counts);
    expect(totalOf(counts, "exit")).toBeGreaterThan(10);
  });
});

describe("a market that has left the day's universe", () => {
  it("is left by whoever holds it and entered by nobody, both ways, though another strategy holds it", async () => {
    const refused = new Map<string, number>();
    for (const seed of [15, 16, 17]) {
      const live = await bothWays({ seed, slots: 110, strategies: [holder, eager], shares: [50, 50], hole: 0.08 });
      countKinds(live, refused);
    }
    expect(totalOf(refused, "enter")).toBeGreaterThan(20);
  });
});

describe("no look-ahead of strategies", () => {
  it("scrambling every candle that closes after t changes no decision at or before t", async () => {
    const drawn = fc.sample(
      fc.tuple(drawnTrader({ higher: "15m", inOrder: false }), fc.integer({ min: 20, max: 110 })),
      {
        numRuns: 5,
        seed: SEED + 1,
      },
    );
    let [lines, changedLater] = [0, 0];
    for (const [i, [{ strategy, text }, slot]] of drawn.entries()) {
      const atMs = FIRST_SLOT_MS + slot * STEP_MS;
      const options = { seed: 60 + i, slots: 120, strategies: [strategy, ...shipped("ema-cross", "breakout")] };
      for (const journalOf of i % 3 === 0 ? [journalOfBacktest, journalOfCycles] : [journalOfBacktest]) {
        const whole = await journalOf(trialOf(options));
        const scrambled = await journalOf(trialOf({ ...options, scrambledFromMs: atMs }));
        const decided = canonicalLines(decidedBy(whole, atMs));
        expect(canonicalLines(decidedBy(scrambled, atMs)), text).toEqual(decided);
        lines += decided.length;
        if (canonicalLines(scrambled).join() !== canonicalLines(whole).join()) changedLater += 1;
      }
    }
    expect(lines).toBeGreaterThan(200);
    expect(changedLater).toBeGreaterThan(5);
  });
});
