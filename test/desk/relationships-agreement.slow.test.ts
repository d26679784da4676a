// Clusters and the leader in the backtest and in the live cycles: the same refusals, whatever the timeframe, the hour's
// beginning, a restart or the future.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JournalEvent } from "#schemas/journal.ts";
import { DAY_MS, type MarketSymbol, timeframeMs } from "#schemas/units.ts";
import { patience } from "#test/support/desk.ts";
import { FIRST_SLOT_MS } from "#test/support/synthetic-market.ts";
import { canonicalLines, decidedBy, journalOfBacktest, journalOfCycles, kindredTrial } from "./both-ways.ts";

const STEP_MS = timeframeMs("5m");

describe("what moves together, in both", () => {
  const refusals = (events: readonly JournalEvent[], rule: string) =>
    events.flatMap((event) => (event.type === "refusal" && event.refusal.rule === rule ? [event.refusal] : []));

  it("caps clusters and heeds the leader alike on every timeframe, where each slot may be an hour of its own", async () => {
    for (const timeframe of ["1h", "4h", "1d"] as const) {
      let [capped, shocked] = [0, 0];
      for (const seed of [1, 2, 7]) {
        const trial = kindredTrial(seed, { timeframe, slots: 150 });
        const cycles = await journalOfCycles(trial);
        expect(canonicalLines(await journalOfBacktest(trial))).toEqual(canonicalLines(cycles));
        capped += refusals(cycles, "cluster-cap").length;
        shocked += refusals(cycles, "leader-shock").length;
      }
      expect(capped, timeframe).toBeGreaterThan(3);
      expect(shocked, timeframe).toBeGreaterThan(0);
    }
  });

  it("counts what is held after it has left the day's universe, through midnight", async () => {
    let outside = 0;
    for (const seed of [2, 8, 11]) {
      const trial = kindredTrial(seed, { crashAt: 150 });
      const cycles = await journalOfCycles(trial);
      expect(canonicalLines(await journalOfBacktest(trial))).toEqual(canonicalLines(cycles));
      const { assets } = await trial.venue.universe.topAssets({ nowMs: trial.venue.lastSlotMs, count: 50 }, patience);
      for (const { reason, asOfMs } of refusals(cycles, "cluster-cap")) {
        const named = reason.slice(0, reason.indexOf(" move with it")).split(", ") as MarketSymbol[];
        if (asOfMs > DAY_MS * Math.floor(trial.venue.lastSlotMs / DAY_MS)) {
          if (named.some((symbol) => !assets.includes(symbol))) outside += 1;
        }
      }
    }
    expect(outside).toBeGreaterThan(0);
  });

  it("is the same for a desk that was restarted in the middle of hours, also in the hour of the fall", async () => {
    for (const seed of [1, 2, 9]) {
      const trial = kindredTrial(seed);
      const whole = canonicalLines(await journalOfCycles(trial));
      const restarts = [3, 7, 12, 17, 19, 23, 29, 30, 31, 40, 46, 53, 61, 100, 101, 130];
      expect(canonicalLines(await journalOfCycles(trial, restarts))).toEqual(whole);
    }
  });

  it("is so on seeds that nobody chose, wherever in the hour they begin", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 100, max: 1e6 }),
        fc.integer({ min: 0, max: 11 }),
        async (seed, offsetSlots) => {
          const trial = kindredTrial(seed, { offsetSlots, slots: 120 });
          expect(canonicalLines(await journalOfBacktest(trial))).toEqual(canonicalLines(await journalOfCycles(trial)));
        },
      ),
      { numRuns: 4 },
    );
  });

  it("sees nothing of the future: scrambled, it changes no decision before, in the backtest and in the cycles", async () => {
    let changedLater = 0;
    for (const [seed, slot] of [
      [1, 30],
      [2, 33],
      [2, 90],
      [9, 20],
      [7, 75],
    ] as const) {
      const atMs = FIRST_SLOT_MS + slot * STEP_MS;
      for (const journalOf of [journalOfBacktest, journalOfCycles]) {
        const whole = await journalOf(kindredTrial(seed, { slots: 120 }));
        const scrambled = await journalOf(kindredTrial(seed, { slots: 120, scrambledFromMs: atMs }));
        expect(canonicalLines(decidedBy(scrambled, atMs))).toEqual(canonicalLines(decidedBy(whole, atMs)));
        if (canonicalLines(scrambled).join() !== canonicalLines(whole).join()) changedLater += 1;
      }
    }
    expect(changedLater).toBeGreaterThan(6);
  });
});
