// Rules of the operator's in the backtest and in the live cycles: the same journal, nothing held over a weekend, and nothing of the
// future in it. The slots begin on a Friday at 20:00 UTC.
import { describe, expect, it } from "vitest";
import type { JournalEvent } from "#schemas/journal.ts";
import type { OperatorRule, RuleScope } from "#schemas/operator-rule.ts";
import { splitSymbol, timeframeMs } from "#schemas/units.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { assortedShapes, createSyntheticMarket, FIRST_SLOT_MS } from "#test/support/synthetic-market.ts";
import { shippedStrategy } from "#toolkits/strategies/registry.ts";
import { canonicalLines, countKinds, decidedBy, journalOfBacktest, journalOfCycles, type Trial } from "../both-ways.ts";

const STEP_MS = timeframeMs("5m");
const SATURDAY_MS = Date.UTC(2024, 2, 2);
const MONDAY_MS = Date.UTC(2024, 2, 4);
const PET_NAMES = ["AAA", "BBB", "JJJ", "KKK"];
const PETS: RuleScope = { kind: "group", name: "pets", assets: PET_NAMES, asOf: null };

const NO_WEEKEND: OperatorRule = { type: "no-hold-over", scope: PETS, when: { kind: "weekend" }, hoursBefore: 0 };

interface Options {
  readonly rules: readonly OperatorRule[];
  readonly slots: number;
  readonly seed?: number;
  readonly scrambledFromMs?: number;
  readonly hole?: number;
}

const trialOf = ({ rules, slots, seed = 8, scrambledFromMs, hole = 0 }: Options): Trial => ({
  venue: createSyntheticMarket({
    seed,
    timeframe: "5m",
    firstSlotMs: FIRST_SLOT_MS,
    slots,
    shapes: assortedShapes().map((shape) =>
      PET_NAMES.includes(splitSymbol(shape.symbol).base) ? { ...shape, hole } : shape,
    ),
    ...(scrambledFromMs === undefined ? {} : { scrambledFromMs }),
  }),
  cash: "10000",
  limits: {
    entryPct: 5,
    maxExposurePct: 100,
    maxOpenPositions: 10,
    maxEntriesPerSlot: 3,
    maxEntriesPerCluster: 10,
    maxDayLossPct: 20,
    maxDrawdownPct: 40,
    cooldownCandles: 1,
  },
  strategies: [eager, shippedStrategy("mean-reversion")],
  rules: rules.map((rule, i) => ({ rule, words: `rule ${i + 1}` })),
});

async function bothWays(options: Options): Promise<readonly JournalEvent[]> {
  const live = await journalOfCycles(trialOf(options));
  expect(canonicalLines(await journalOfBacktest(trialOf(options)))).toEqual(canonicalLines(live));
  return live;
}

const isPet = (symbol: string): boolean => PET_NAMES.some((name) => symbol.startsWith(`${name}/`));

/** Net coins of the pets after every fill up to a moment, by strategy and market. */
function petsHeldAt(events: readonly JournalEvent[], atMs: number): readonly string[] {
  const held = new Map<string, number>();
  for (const event of events) {
    if (event.type !== "fill" || event.fill.atMs > atMs || !isPet(event.fill.symbol)) continue;
    const { strategyId, symbol, side, quantity } = event.fill;
    const key = `${strategyId} ${symbol}`;
    held.set(key, (held.get(key) ?? 0) + (side === "buy" ? 1 : -1) * Number(quantity));
  }
  // What is taken as fee in the coin is bought and never sold.
  return [...held].filter(([, left]) => left > 0.05).map(([key]) => key);
}

describe("never held over the weekend", () => {
  it("is sold at the last slot before Saturday, not entered until Monday, and entered again then", async () => {
    const slots = (4 + 48 + 6) * 12;
    const events = await bothWays({ rules: [NO_WEEKEND], slots });
    const decided = events.flatMap((e) => (e.type === "decision" && isPet(e.decision.symbol) ? [e.decision] : []));
    const forced = decided.filter(({ reason }) => reason.includes("your rule r1"));
    expect(forced.length).toBeGreaterThan(0);
    expect(forced[0]).toMatchObject({
      action: "exit",
      strength: 0,
      reason: 'your rule r1, "rule 1": not held from 2024-03-02 00:00 UTC to 2024-03-04 00:00 UTC',
    });
    expect(new Set(forced.map(({ asOfMs }) => asOfMs))).toEqual(new Set([SATURDAY_MS - STEP_MS]));
    const bought = events.flatMap((e) =>
      e.type === "fill" && e.fill.side === "buy" && isPet(e.fill.symbol) ? [e.fill.atMs] : [],
    );
    expect(bought.filter((ms) => ms >= SATURDAY_MS - STEP_MS && ms < MONDAY_MS)).toEqual([]);
    expect(bought.some((ms) => ms < SATURDAY_MS - STEP_MS) && bought.some((ms) => ms >= MONDAY_MS)).toBe(true);
    expect(petsHeldAt(events, SATURDAY_MS)).toEqual([]);
    // Without the rule they are held then; others are, with it.
    expect(petsHeldAt(await journalOfBacktest(trialOf({ rules: [], slots: 60 })), SATURDAY_MS)).not.toEqual([]);
    const others = events.filter((e) => e.type === "fill" && !isPet(e.fill.symbol) && e.fill.atMs > SATURDAY_MS);
    expect(others.length).toBeGreaterThan(0);
  });

  it("is sold by the first slot that has a candle where the last one before had none", async () => {
    const options = (seed: number): Options => ({ rules: [NO_WEEKEND], slots: 72, hole: 0.08, seed });
    const forcedLate = (events: readonly JournalEvent[]): boolean =>
      events.some((e) => e.type === "decision" && e.decision.reason.includes("your rule r1") && e.atMs >= SATURDAY_MS);
    const late: number[] = [];
    for (let seed = 1; late.length < 2; seed++) {
      const events = await journalOfBacktest(trialOf(options(seed)));
      expect(petsHeldAt(events, SATURDAY_MS + 10 * STEP_MS)).toEqual([]);
      if (forcedLate(events)) late.push(seed);
    }
    for (const seed of late) expect(forcedLate(await bothWays(options(seed)))).toBe(true);
  });

  it("knows nothing of the future", async () => {
    const scrambledFromMs = SATURDAY_MS - 2 * STEP_MS;
    const [plain, scrambled] = await Promise.all([
      journalOfBacktest(trialOf({ rules: [NO_WEEKEND], slots: 60 })),
      journalOfBacktest(trialOf({ rules: [NO_WEEKEND], slots: 60, scrambledFromMs })),
    ]);
    const before = canonicalLines(decidedBy(plain, scrambledFromMs));
    expect(canonicalLines(decidedBy(scrambled, scrambledFromMs))).toEqual(before);
    expect(before.length).toBeGreaterThan(5);
  });
});

describe("rules of the operator's in backtest and live cycles", () => {
  it("write the same journal, and bar what they say", async () => {
    const rules: readonly OperatorRule[] = [
      { type: "no-entries", scope: { kind: "all" }, when: { kind: "hours", from: "22:00", to: "23:00" } },
      { type: "max-entries", scope: PETS, per: "day", count: 3 },
      { type: "max-positions", scope: { kind: "strategy", strategyId: eager.id }, count: 2 },
      { type: "max-stake", scope: { kind: "assets", assets: ["LLL", "FFF"] }, limit: { pct: 1.5 } },
      { type: "max-exposure", scope: { kind: "all" }, pct: 12 },
    ];
    const events = await bothWays({ rules, slots: 150, hole: 0.01 });
    const reasons = events.flatMap((e) =>
      e.type === "refusal" && e.refusal.rule === "operator-rule" ? [e.refusal.reason] : [],
    );
    expect([1, 2, 3, 5].filter((n) => !reasons.some((reason) => reason.startsWith(`your rule r${n},`)))).toEqual([]);
    const entered = events.flatMap((e) => (e.type === "fill" && e.fill.role === "entry" ? [e.fill] : []));
    const petOrders = new Set(
      entered.filter(({ symbol, atMs }) => isPet(symbol) && atMs < SATURDAY_MS).map((fill) => fill.clientOrderId),
    );
    expect(petOrders.size).toBe(3);
    const small = entered.filter(({ symbol }) => /^(?:LLL|FFF)\//.test(symbol));
    expect(small.length).toBeGreaterThan(0);
    for (const { notional } of small) expect(Number(notional)).toBeLessThan(10_500 * 0.015 * 1.01);
    expect(countKinds(events).get("operator-rule")).toBe(5);
  });

  it("hold after a restart, without being told again", async () => {
    const whole = await journalOfCycles(trialOf({ rules: [NO_WEEKEND], slots: 60 }));
    const restarted = await journalOfCycles(trialOf({ rules: [NO_WEEKEND], slots: 60 }), [20, 47]);
    expect(canonicalLines(restarted)).toEqual(canonicalLines(whole));
  });
});
