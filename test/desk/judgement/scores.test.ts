import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SettledDebate } from "#desk/judgement/debate-book.ts";
import { brierOf, type Forecast, LEAST_FOR_INTERVAL, scoreDebates, scoreForecasts } from "#desk/judgement/scores.ts";
import type { DebateOutcome } from "#schemas/debate.ts";
import type { Money } from "#schemas/money.ts";
import { aDebate, aRole } from "#test/agents/debate/a-debate.ts";
import { AS_OF_MS } from "#test/agents/debate/an-analysis.ts";
import { randomFrom } from "#test/support/synthetic-market.ts";

const settled = (
  said: { readonly bull: number; readonly bear: number; readonly judge: number } | null,
  outcome: Partial<DebateOutcome> = {},
): SettledDebate => ({
  debate:
    said === null
      ? aDebate({ bull: null, bear: null, judge: aRole(null), probability: null })
      : aDebate({
          bull: aRole(said.bull),
          bear: aRole(said.bear),
          judge: aRole(said.judge),
          probability: said.judge,
        }),
  outcome: {
    debateId: "debate",
    decisionId: "d",
    asOfMs: AS_OF_MS,
    met: "entered",
    outcome: "stop",
    pnl: "-20" as Money,
    saved: "0" as Money,
    ...outcome,
  },
});

describe("the scores of debates", () => {
  it("tell an oracle, a coin and a contrarian apart, with the base rate beside them", () => {
    const random = randomFrom(7);
    const debates = Array.from({ length: 200 }, () => {
      const reached = random() < 0.3;
      return settled(
        { bull: reached ? 0.95 : 0.05, bear: reached ? 0.05 : 0.95, judge: 0.5 },
        { outcome: reached ? "target" : "stop" },
      );
    });
    const { roles, baseRateBrier, n, reached } = scoreDebates(debates);
    expect([n, roles.bull.n, roles.bear.n, roles.judge.n]).toEqual([200, 200, 200, 200]);
    expect(roles.bull.brier).toBeCloseTo(0.0025, 9);
    expect(roles.judge.brier).toBe(0.25);
    expect(roles.bear.brier).toBeCloseTo(0.9025, 9);
    expect(baseRateBrier).toBeCloseTo((reached / 200) * (1 - reached / 200), 12);
    expect(Number(roles.bull.interval?.[1])).toBeLessThan(Number(baseRateBrier));
    expect(Number(roles.bear.interval?.[0])).toBeGreaterThan(0.25);
    expect(roles.judge.interval).toEqual([0.25, 0.25]);
  });

  it("have intervals that hold the true score about as often as they say", () => {
    let held = 0;
    const trials = 200;
    for (let trial = 0; trial < trials; trial++) {
      const random = randomFrom(1000 + trial);
      const forecasts = Array.from({ length: 60 }, (): Forecast => {
        const said = random();
        return { said, reached: random() < said };
      });
      const [lo, hi] = scoreForecasts(forecasts).interval ?? [Number.NaN, Number.NaN];
      // Of one who is right about every probability, all of them equally often: the mean of p(1 − p).
      if (lo <= 1 / 6 && 1 / 6 <= hi) held += 1;
    }
    expect(held / trials).toBeGreaterThan(0.88);
    expect(held / trials).toBeLessThanOrEqual(0.99);
  });

  it("are as wide as the guide says, by how many outcomes they rest on", () => {
    const halfWidth = (n: number): number => {
      const widths = Array.from({ length: 40 }, (_, trial) => {
        const random = randomFrom(trial + 1);
        const forecasts = Array.from({ length: n }, (): Forecast => {
          const said = random();
          return { said, reached: random() < said };
        });
        const [lo, hi] = scoreForecasts(forecasts).interval ?? [0, 0];
        return (hi - lo) / 2;
      });
      return widths.reduce((sum, width) => sum + width, 0) / widths.length;
    };
    const widths = [30, 100, 300, 1000].map(halfWidth);
    console.info(`half widths of a Brier score's interval at 30, 100, 300, 1,000: ${widths.map((w) => w.toFixed(3))}`);
    for (const [at, most] of [0.075, 0.042, 0.024, 0.013].entries()) expect(widths[at]).toBeLessThan(most);
    for (const [at, least] of [0.05, 0.03, 0.017, 0.009].entries()) expect(widths[at]).toBeGreaterThan(least);
  });

  it(`give no interval below ${LEAST_FOR_INTERVAL} outcomes, and no score without one`, () => {
    const few = Array.from({ length: LEAST_FOR_INTERVAL - 1 }, () => settled({ bull: 0.6, bear: 0.2, judge: 0.4 }));
    expect(scoreDebates(few).roles.judge).toMatchObject({ n: LEAST_FOR_INTERVAL - 1, interval: null });
    expect(scoreDebates([...few, ...few]).roles.judge.interval).not.toBeNull();
    expect(scoreDebates([])).toMatchObject({ n: 0, baseRateBrier: null, roles: { bull: { n: 0, brier: null } } });
  });

  it("count neither an entry that found no candle nor one whose end is not known, and no opinion of before", () => {
    const said = { bull: 0.6, bear: 0.2, judge: 0.4 };
    const unknown = { outcome: "unknown", pnl: null, saved: null } as const;
    const all = [settled(said), settled(said, { outcome: "not-filled" }), settled(said, unknown), settled(null)];
    const scores = scoreDebates(all);
    expect(scores.n).toBe(2);
    expect(scores.roles.judge.n).toBe(1);
    expect(scores.roles.bull.n).toBe(1);
  });

  it("say by bins what came of what was said, each outcome in one", () => {
    const forecast = fc.record({ said: fc.double({ min: 0, max: 1, noNaN: true }), reached: fc.boolean() });
    fc.assert(
      fc.property(fc.array(forecast, { maxLength: 80 }), (forecasts) => {
        const { bins, n } = scoreForecasts(forecasts);
        expect(bins.length).toBeLessThanOrEqual(5);
        expect(bins.reduce((sum, bin) => sum + bin.n, 0)).toBe(n);
        for (const { from, to, meanSaid, reachedRatio, interval } of bins) {
          expect(meanSaid).toBeGreaterThanOrEqual(from - 1e-9);
          expect(meanSaid).toBeLessThanOrEqual(to + 1e-9);
          expect(interval[0]).toBeLessThanOrEqual(reachedRatio);
          expect(interval[1]).toBeGreaterThanOrEqual(reachedRatio);
        }
        const brier = brierOf(forecasts);
        if (brier !== null) expect(brier >= 0 && brier <= 1).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it("add up what vetoes and shrinks saved and cost, apart from what was agreed to", () => {
    const said = { bull: 0.6, bear: 0.2, judge: 0.4 };
    const veto = (saved: string) => settled(said, { met: "vetoed", saved: saved as Money });
    const scores = scoreDebates([
      veto("20"),
      veto("-40"),
      veto("5.5"),
      settled(said, { met: "vetoed", outcome: "unknown", pnl: null, saved: null }),
      settled(said, { met: "shrunk", saved: "10" as Money }),
      settled(said),
    ]);
    expect(scores.vetoes).toMatchObject({ n: 4, unknown: 1, saved: "25.5", cost: "40", net: "-14.5" });
    expect(scores.shrinks).toMatchObject({ n: 1, unknown: 0, saved: "10", cost: "0", net: "10", meanInterval: null });
  });
});
