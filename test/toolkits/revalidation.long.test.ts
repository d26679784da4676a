import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openStream } from "#toolkits/market/simulated/random.ts";
import { BASELINE_TRADES, watchEdge } from "#toolkits/revalidation/edge-monitor.ts";
import { count, FULL_COUNT } from "../support/count.ts";

/** False alarms over a whole life, as ADR 0059 says. */
const NOMINAL = 0.05;

const WATCHED = 500;
const EDGE = 0.5;

type Draw = (stream: ReturnType<typeof openStream>) => () => number;

/** Returns of trades of mean 0 and deviation 2, in three kinds. */
const NOISE: Readonly<Record<string, Draw>> = {
  independent: (stream) => () => 2 * stream.normal(),
  // Student's t with 4 degrees of freedom: now and then a trade of five deviations.
  "heavy-tailed": (stream) => () => {
    const chi = [0, 0, 0, 0].reduce((sum) => sum + stream.normal() ** 2, 0);
    return (2 / Math.SQRT2) * (stream.normal() / Math.sqrt(chi / 4));
  },
  "alike in a row": (stream) => {
    let before = stream.normal();
    return () => {
      before = 0.25 * before + Math.sqrt(1 - 0.25 ** 2) * stream.normal();
      return 2 * before;
    };
  },
};

const trades = (seed: number, draw: Draw, meanAt: (index: number) => number): readonly number[] => {
  const next = draw(openStream([seed, "trades"]));
  return Array.from({ length: BASELINE_TRADES + WATCHED }, (_, index) => meanAt(index) + next());
};

const alarmsOf = (seeds: number, draw: Draw, meanAt: (index: number) => number): number =>
  Array.from({ length: seeds }, (_, seed) => watchEdge(trades(seed + 1, draw, meanAt))).filter(
    ({ status }) => status === "decayed",
  ).length;

describe("an edge that is watched after every trade", () => {
  const seeds = count(1000, 60);

  it.each(Object.entries(NOISE))(
    "raises no more false alarms in all its looks together than it promises (%s)",
    (_, draw) => {
      const alarms = alarmsOf(seeds, draw, () => EDGE);
      // 0.065 of 1,000; of fewer seeds what chance allows once in a thousand times.
      const most = FULL_COUNT ? 0.065 : NOMINAL + 3.1 * Math.sqrt(0.05 / seeds);
      expect(alarms / seeds).toBeLessThanOrEqual(most);
    },
  );

  it("finds an edge that has turned into its opposite in nearly every seed, and one that is gone in nearly half of them", () => {
    const independent = NOISE["independent"] as Draw;
    const turned = alarmsOf(seeds, independent, (index) => (index < BASELINE_TRADES + 50 ? EDGE : -EDGE));
    const gone = alarmsOf(seeds, independent, (index) => (index < BASELINE_TRADES + 50 ? EDGE : 0));
    expect(turned / seeds).toBeGreaterThan(0.9);
    expect(gone / seeds).toBeGreaterThan(0.35);
  });
});

describe("what is watched", () => {
  const constant = (length: number, value: number) =>
    Array.from({ length }, (_, i) => value + (i % 2 === 0 ? 0.5 : -0.5));

  it("is gathered first, and is no edge where its mean is not over 0", () => {
    expect(watchEdge(constant(99, 1))).toMatchObject({ status: "gathering", baselineTrades: 99, alarmAt: null });
    expect(watchEdge(constant(300, -1))).toMatchObject({ status: "none", baselineMeanPct: -1 });
    expect(watchEdge(constant(BASELINE_TRADES, 1))).toMatchObject({ status: "holds", detectorRatio: null });
  });

  it("alarms where it fell, says at which trade, and stays alarmed whatever follows", () => {
    const fallen = [...constant(120, 1), ...constant(60, -2)];
    const state = watchEdge(fallen);
    expect(state).toMatchObject({ status: "decayed", baselineMeanPct: 1, watchedTrades: 80 });
    expect(state.alarmAt).toBeGreaterThan(119);
    expect(watchEdge([...fallen, ...constant(400, 3)])).toMatchObject({ status: "decayed", alarmAt: state.alarmAt });
  });

  it("never alarms at a mean that rises, and does not hang on the unit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.double({ min: 0.001, max: 1000, noNaN: true }), (seed, unit) => {
        const given = trades(seed, NOISE["independent"] as Draw, (index) => (index < BASELINE_TRADES ? 0.5 : 0.2));
        const plain = watchEdge(given);
        const scaled = watchEdge(given.map((value) => value * unit));
        expect([scaled.status, scaled.alarmAt]).toEqual([plain.status, plain.alarmAt]);
      }),
      { numRuns: 20 },
    );
    expect(watchEdge([...constant(100, 1), ...constant(900, 1.2)]).status).toBe("holds");
  });
});
