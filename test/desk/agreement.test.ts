import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { canonicalDecisionLine, DecisionsHasher } from "#schemas/decisions-hash.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { timeframeMs, unixMs } from "#schemas/units.ts";
import {
  assortedShapes,
  createSyntheticMarket,
  FIRST_SLOT_MS,
  type SyntheticMarket,
} from "#test/support/synthetic-market.ts";
import {
  canonicalLines,
  countKinds,
  decidedBy,
  journalOfBacktest,
  journalOfCycles,
  kindredTrial,
  type Trial,
  tightLimits,
} from "./both-ways.ts";

const STEP_MS = timeframeMs("5m");

const marketOf = (seed: number, slots: number, scrambledFromMs?: number): SyntheticMarket =>
  createSyntheticMarket({
    seed,
    timeframe: "5m",
    firstSlotMs: FIRST_SLOT_MS,
    slots,
    shapes: assortedShapes(),
    ...(scrambledFromMs === undefined ? {} : { scrambledFromMs }),
  });

const trialOf = (seed: number, slots: number): Trial => ({ venue: marketOf(seed, slots), ...tightLimits(seed) });

const ROOMY = {
  maxOpenPositions: 10,
  maxDayLossPct: 9,
  maxDrawdownPct: 9,
  cooldownCandles: 0,
  stopPct: 10,
  targetPct: 20,
};

/** Drawn limits, and two sets of limits under which money runs out; the seeds are those that bring out every rule. */
const TRIALS: readonly Trial[] = [
  ...[6, 11, 82, 108].map((seed) => trialOf(seed, 240)),
  { venue: marketOf(3, 240), cash: "10000", limits: { ...ROOMY, entryPct: 8, maxEntriesPerSlot: 4 } },
  { venue: marketOf(16, 240), cash: "10000", limits: { ...ROOMY, entryPct: 50, maxExposurePct: 100 } },
  // Markets that move together and a leader that falls; two of them begin in the middle of an hour.
  kindredTrial(1),
  kindredTrial(2, { offsetSlots: 5 }),
  kindredTrial(9, { offsetSlots: 10 }),
];

/** Must all have occurred, or the equality above them would say little. */
const SEEN = [
  "enter",
  "exit",
  "exit:block",
  "fill:next-open",
  "fill:stop",
  "fill:stop-gap",
  "fill:take-profit",
  "order:canceled",
  "order:expired",
  "dust",
  "refused:cash",
  "refused:cluster-cap",
  "refused:cooldown",
  "refused:day-loss",
  "refused:drawdown",
  "refused:exposure",
  "refused:leader-shock",
  "refused:market-filters",
  "refused:market-inactive",
  "refused:max-positions",
  "refused:quote-currency",
  "refused:quote-peg",
  "refused:security",
  "refused:slot-limit",
] as const;

describe("backtest and live cycles", () => {
  const journals: { readonly cycles: readonly JournalEvent[]; readonly backtest: readonly JournalEvent[] }[] = [];
  beforeAll(async () => {
    for (const trial of TRIALS) {
      journals.push({ cycles: await journalOfCycles(trial), backtest: await journalOfBacktest(trial) });
    }
  });

  it("write the same decisions, refusals, orders and fills, event by event", () => {
    for (const { cycles, backtest } of journals) expect(canonicalLines(backtest)).toEqual(canonicalLines(cycles));
  });

  it("therefore print the same decisionsHash", () => {
    for (const { cycles, backtest } of journals) {
      const hashers = [cycles, backtest].map((events) => {
        const hasher = new DecisionsHasher();
        for (const event of events) hasher.update(event);
        return hasher.digest();
      });
      expect(hashers[0]).toBe(hashers[1]);
    }
  });

  it("were shown everything that may happen to a desk", () => {
    const counts = new Map<string, number>();
    for (const { cycles } of journals) countKinds(cycles, counts);
    expect(SEEN.filter((kind) => !counts.has(kind))).toEqual([]);
    expect(counts.get("enter")).toBeGreaterThan(150);
    expect(counts.get("fill:next-open")).toBeGreaterThan(25);
    const expired = journals.flatMap(({ cycles }) => cycles).filter(refusedForExpiredReport);
    expect(expired.length).toBeGreaterThan(0);
  });

  it("agree on seeds and limits that nobody chose", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 100, max: 1e6 }), async (seed) => {
        const trial = trialOf(seed, 120);
        expect(canonicalLines(await journalOfBacktest(trial))).toEqual(canonicalLines(await journalOfCycles(trial)));
      }),
      { numRuns: 4 },
    );
  });

  it("agree where entries are limits at the quote: filled at an open inside the limit, or expired", async () => {
    const seen = new Map<string, number>();
    for (const seed of [6, 11, 82]) {
      const trial: Trial = { ...trialOf(seed, 240), entryStyle: "limit-at-quote" };
      const [live, backtest] = [await journalOfCycles(trial), await journalOfBacktest(trial)];
      expect(canonicalLines(live)).toEqual(canonicalLines(backtest));
      countKinds(live, seen);
    }
    expect(seen.get("fill:limit") ?? seen.get("fill:next-open") ?? 0).toBeGreaterThan(5);
    expect(seen.get("order:expired") ?? 0).toBeGreaterThan(0);
  });

  it("agree on other timeframes", async () => {
    for (const timeframe of ["1h", "1d"] as const) {
      const shapes = assortedShapes(timeframe);
      const venue = createSyntheticMarket({
        seed: 6,
        timeframe,
        firstSlotMs: unixMs(1_709_251_200_000),
        slots: 150,
        shapes,
      });
      const trial = { venue, ...tightLimits(6) };
      const lines = canonicalLines(await journalOfCycles(trial));
      expect(lines.length).toBeGreaterThan(20);
      expect(canonicalLines(await journalOfBacktest(trial))).toEqual(lines);
    }
  });
});

const refusedForExpiredReport = (event: JournalEvent): boolean =>
  event.type === "refusal" && event.refusal.reason.startsWith("the security report expired");

describe("no look-ahead", () => {
  const lines = (events: readonly JournalEvent[]): readonly string[] =>
    events.map(canonicalDecisionLine).filter((line) => line !== null);

  it("scrambling every candle after t changes no decision at or before t, in the backtest", async () => {
    let changedLater = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 239 }), async (seed, slot) => {
        const atMs = FIRST_SLOT_MS + slot * STEP_MS;
        const { limits, cash } = tightLimits(seed);
        const whole = await journalOfBacktest({ venue: marketOf(seed, 240), limits, cash });
        const scrambled = await journalOfBacktest({ venue: marketOf(seed, 240, atMs), limits, cash });
        expect(lines(decidedBy(scrambled, atMs))).toEqual(lines(decidedBy(whole, atMs)));
        if (lines(scrambled).join() !== lines(whole).join()) changedLater += 1;
      }),
      { numRuns: 20 },
    );
    // The future was another one, or nothing was shown.
    expect(changedLater).toBeGreaterThan(10);
  });

  it("and in the live cycles", async () => {
    for (const [seed, slot] of [
      [5, 40],
      [9, 90],
    ] as const) {
      const atMs = FIRST_SLOT_MS + slot * STEP_MS;
      const { limits, cash } = tightLimits(seed);
      const whole = await journalOfCycles({ venue: marketOf(seed, 120), limits, cash });
      const scrambled = await journalOfCycles({ venue: marketOf(seed, 120, atMs), limits, cash });
      const decided = lines(decidedBy(whole, atMs));
      expect(decided.length).toBeGreaterThan(5);
      expect(lines(decidedBy(scrambled, atMs))).toEqual(decided);
      expect(lines(scrambled)).not.toEqual(lines(whole));
    }
  });

  it("cutting the future off leaves the past as it was", async () => {
    for (const seed of [2, 9]) {
      const { limits, cash } = tightLimits(seed);
      const long = lines(await journalOfBacktest({ venue: marketOf(seed, 300), limits, cash }));
      const short = lines(await journalOfBacktest({ venue: marketOf(seed, 170), limits, cash }));
      expect(short.length).toBeGreaterThan(10);
      expect(long.slice(0, short.length)).toEqual(short);
    }
  });
});
