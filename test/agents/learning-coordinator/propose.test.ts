import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bootstrapMean95, wilson95 } from "#agents/learning-coordinator/intervals.ts";
import { type LearningInput, MIN_SAMPLE, proposeChanges } from "#agents/learning-coordinator/propose.ts";
import { Costs, RiskLimits, ThinkingPolicy } from "#schemas/config.ts";
import { LearnableSetting } from "#schemas/learned.ts";
import { type LedgerEntry, NO_WORK } from "#schemas/work.ts";
import { randomFrom } from "#test/support/synthetic-market.ts";

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2025, 4, 20, 10);
const entry = (job: LedgerEntry["job"], over: Partial<LedgerEntry> = {}): LedgerEntry => ({
  atMs: NOW_MS - 3 * DAY_MS,
  phase: job === "question" ? "test-time" : "sleep",
  job,
  paths: {},
  misses: {},
  made: 0,
  served: 0,
  work: NO_WORK,
  ageAtUseMs: [],
  ...over,
});
const input = (over: Partial<LearningInput>): LearningInput => ({
  entries: [],
  vetoes: [],
  costs: [],
  settings: { thinking: ThinkingPolicy.parse({ debateDayTokens: 200_000 }), costs: Costs.parse({}) },
  verdicts: new Map(),
  nowMs: NOW_MS,
  rejected: new Set(),
  ...over,
});
const prepared = (answer: number, over: Partial<LedgerEntry> = {}) =>
  entry("thinking", { prepared: { answer }, ...over });
const used = (firstUses: number, over: Partial<LedgerEntry> = {}) => entry("question", { firstUses, ...over });
const vetoes = (amounts: readonly number[]) => amounts.map((saved) => ({ atMs: NOW_MS - DAY_MS, saved }));
/** Of orders at a venue: 5 bps of slippage and 10 of fee are assumed. */
const costs = (slippage: readonly number[], feeBps: number | null = 10) =>
  slippage.map((slippageBps) => ({ atMs: NOW_MS - DAY_MS, slippageBps, feeBps }));
/** Around a mean, with a spread of 1. */
const around = (mean: number, n: number) => Array.from({ length: n }, (_, i) => mean + ((i * 7) % 11) / 5 - 1);

describe("intervals", () => {
  // Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])("are Wilson's for %i of %i", (hits, n, lo, hi) => {
    const [low, high] = wilson95(hits, n);
    expect([low.toFixed(4), high.toFixed(4)]).toEqual([lo.toFixed(4), hi.toFixed(4)]);
  });

  it("of a mean cover it about as often as they say, and are the same for the same sample", () => {
    const random = randomFrom(3);
    let covered = 0;
    for (let trial = 0; trial < 200; trial++) {
      const sample = Array.from({ length: 40 }, () => random() + random() + random() - 1.5);
      const [lo, hi] = bootstrapMean95(sample, trial + 1);
      if (lo <= 0 && hi >= 0) covered += 1;
      expect(bootstrapMean95(sample, trial + 1)).toEqual([lo, hi]);
    }
    expect(covered).toBeGreaterThan(178);
    expect(covered).toBeLessThan(200);
  });
});

describe("the LearningCoordinator", () => {
  it.each([
    ["much made in vain", { entries: [prepared(200), used(20)] }, "DEEPTRADER_TEST_TIME_WEIGHT", "2", "1"],
    [
      "a pass that is too small for what would pay",
      { entries: [prepared(200, { overBudget: { pass: 100 } }), used(120)] },
      "DEEPTRADER_SLEEP_PASS_UNITS",
      "5000",
      "10000",
    ],
    [
      "questions declined for their budget",
      { entries: [entry("question", { entries: 200, overBudget: { question: 30 } })] },
      "DEEPTRADER_QUESTION_UNITS",
      "50000",
      "100000",
    ],
    [
      "wrong answers in memory",
      { entries: [entry("shadow", { entries: 60, paths: { agreed: 58, mismatch: 2 } })] },
      "DEEPTRADER_SHADOW_EVERY",
      "20",
      "10",
    ],
    [
      "a second opinion that costs money",
      { vetoes: vetoes(around(-3, 40)) },
      "DEEPTRADER_DEBATE_DAY_TOKENS",
      "200000",
      "0",
    ],
    ["orders that slip further", { costs: costs(around(8, 40)) }, "DEEPTRADER_SLIPPAGE_BPS", "5", "8"],
    ["a lower fee", { costs: costs(around(5, 40), 7.5) }, "DEEPTRADER_FEE_BPS", "10", "7.5"],
  ] as const)("answers %s with one proposal and its evidence", (_, over, setting, from, to) => {
    const { proposals, judged } = proposeChanges(input(over));
    expect(proposals).toMatchObject([{ setting, from, to }]);
    const [proposal] = proposals;
    expect(proposal?.evidence.n).toBeGreaterThanOrEqual(MIN_SAMPLE);
    const { interval, figure } = proposal?.evidence ?? {};
    expect(interval?.[0]).toBeLessThanOrEqual(figure ?? Number.NaN);
    expect(interval?.[1]).toBeGreaterThanOrEqual(figure ?? Number.NaN);
    expect(judged.map(({ outcome }) => outcome).filter((outcome) => outcome === "proposed")).toHaveLength(1);
    expect(proposal?.proposalId).toMatch(/^[0-9a-f]{8}$/);
  });

  it.each([
    ["too few of them", { entries: [prepared(29), used(0)] }],
    ["a share that may still be above the bound", { entries: [prepared(100), used(20)] }],
    ["a small pass whose makings are not used", { entries: [prepared(200, { overBudget: { pass: 100 } }), used(55)] }],
    ["a few declined questions", { entries: [entry("question", { entries: 100, overBudget: { question: 7 } })] }],
    ["shadow checks that agree", { entries: [entry("shadow", { paths: { agreed: 5000 } })] }],
    ["objections of mixed worth", { vetoes: vetoes(around(-0.05, 40)) }],
    ["objections that saved money", { vetoes: vetoes(around(3, 40)) }],
    ["too few objections", { vetoes: vetoes(around(-30, 29)) }],
    ["orders that cost what is assumed", { costs: costs(around(5, 40)) }],
    ["too few orders", { costs: costs(around(50, 29), null) }],
    ["what is older than 14 days", { entries: [prepared(200, { atMs: NOW_MS - 16 * DAY_MS })] }],
    ["what a later moment will count", { entries: [prepared(200, { atMs: NOW_MS + 1 })] }],
    [
      "digests of relationships, which no question uses",
      { entries: [entry("relationships", { prepared: { digest: 90 } })] },
    ],
  ] as const)("proposes nothing on %s", (_, over) => {
    expect(proposeChanges(input(over)).proposals).toEqual([]);
  });

  it("says of every rule what it has seen, also below the minimum", () => {
    const { judged } = proposeChanges(input({ entries: [prepared(10), used(3)] }));
    expect(judged.map(({ setting }) => setting)).toEqual(LearnableSetting.options);
    expect(judged[0]).toMatchObject({ outcome: "too-few", evidence: { n: 10, figure: 0.3 } });
  });

  it("does not propose again what was rejected, nor counts what came before a verdict", () => {
    const entries = [prepared(200), used(20)];
    const [first] = proposeChanges(input({ entries })).proposals;
    if (first === undefined) throw new Error("there is one");
    const again = proposeChanges(input({ entries, rejected: new Set([first.proposalId]) }));
    expect(again.proposals).toEqual([]);
    expect(again.judged[0]?.outcome).toBe("rejected");
    const verdicts = new Map([["DEEPTRADER_TEST_TIME_WEIGHT", NOW_MS - 2 * DAY_MS] as const]);
    expect(proposeChanges(input({ entries, verdicts })).judged[0]).toMatchObject({
      outcome: "too-few",
      evidence: { n: 0 },
    });
    const since = { atMs: NOW_MS - DAY_MS };
    const anew = proposeChanges(input({ entries: [...entries, prepared(300, since)], verdicts })).proposals;
    expect(anew).toMatchObject([{ evidence: { n: 300, fromMs: NOW_MS - 2 * DAY_MS + 1 } }]);
    expect(anew[0]?.proposalId).not.toBe(first.proposalId);
  });

  it("never learns a risk limit, however bad the records", () => {
    const limits = Object.keys(RiskLimits.parse({})).map((name) =>
      name.replace(/[A-Z]/g, (c) => `_${c}`).toUpperCase(),
    );
    for (const setting of LearnableSetting.options) expect(limits).not.toContain(setting.replace("DEEPTRADER_", ""));
  });

  it("makes each proposal from an interval that excludes its bound, over any records", () => {
    const amounts = fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 60 });
    fc.assert(
      fc.property(fc.nat(400), fc.nat(400), fc.nat(300), fc.nat(40), fc.nat(300), fc.nat(9), amounts, (...numbers) => {
        const [made, uses, givenUp, declined, asked, wrong, saved] = numbers;
        const entries = [
          prepared(made, { overBudget: { pass: givenUp } }),
          used(uses, { entries: asked, overBudget: { question: declined } }),
          entry("shadow", { paths: { agreed: 100, mismatch: wrong } }),
        ];
        for (const { setting, evidence } of proposeChanges(input({ entries, vetoes: vetoes(saved) })).proposals) {
          expect(evidence.n).toBeGreaterThanOrEqual(MIN_SAMPLE);
          const [lo, hi] = evidence.interval ?? [Number.NaN, Number.NaN];
          if (setting === "DEEPTRADER_TEST_TIME_WEIGHT") expect(hi).toBeLessThan(0.25);
          else if (setting === "DEEPTRADER_DEBATE_DAY_TOKENS") expect(hi).toBeLessThan(0);
          else expect(lo).toBeGreaterThan(0);
        }
      }),
      { numRuns: 60 },
    );
  });
});
