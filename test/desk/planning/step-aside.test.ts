import { describe, expect, it } from "vitest";
import { sweepMarkets } from "#agents/market-analyst/sleep-time.ts";
import { analystDeps } from "#desk/desk.ts";
import { createQuestionPriority } from "#desk/planning/question-priority.ts";
import { createStepAside } from "#desk/planning/yield-to-questions.ts";
import type { Answered } from "#schemas/ports/work.ts";
import { WorkTally } from "#schemas/work.ts";
import { patience } from "#test/support/desk.ts";
import { openThinkingDesk, START_MS } from "./thinking-desk.ts";

const settled = async (promise: Answered<void>): Promise<boolean> => {
  let done = false;
  void Promise.resolve(promise).then(() => {
    done = true;
  });
  for (let i = 0; i < 20; i++) await Promise.resolve();
  return done;
};

/** A question that lasts until it is told to end; the limit of a wait is reached when told to. */
function asked() {
  const questionPriority = createQuestionPriority(() => 0);
  const { promise: over, resolve: answer } = Promise.withResolvers<void>();
  const limits: { ms: number; reach: () => void }[] = [];
  const beforeStep = createStepAside({
    questionPriority,
    monotonicMs: () => 0,
    sleep: (ms) => new Promise((resolve) => limits.push({ ms, reach: resolve })),
  });
  void questionPriority.asked(() => over);
  return { beforeStep, answer, limits };
}

describe("a sweep's step", () => {
  it("does not wait where nobody asks", async () => {
    const beforeStep = createStepAside({
      questionPriority: createQuestionPriority(() => 0),
      monotonicMs: () => 0,
      sleep: () => new Promise(() => {}),
    });
    expect(await settled(beforeStep())).toBe(true);
  });

  it("waits until the question is answered, with all others of its sweep", async () => {
    const { beforeStep, answer, limits } = asked();
    const steps = [beforeStep(), beforeStep()];
    expect(await settled(Promise.any(steps))).toBe(false);
    answer();
    await Promise.all(steps);
    expect(limits).toHaveLength(1);
  });

  // Decisions come after the sweep: a model that thinks for half a minute must not delay an order.
  it("waits for two seconds at most, and then no more", async () => {
    const { beforeStep, limits } = asked();
    const step = beforeStep();
    expect(limits[0]?.ms).toBe(2_000);
    limits[0]?.reach();
    await step;
    expect(await settled(beforeStep())).toBe(true);
  });
});

describe("a sweep", () => {
  const sweep = async (origin: "sleep" | "test-time") => {
    const { desk, symbols } = await openThinkingDesk();
    let steps = 0;
    const beforeStep = async () => {
      steps += 1;
    };
    const request = { symbols, timeframe: "5m", nowMs: START_MS, origin, beforeStep } as const;
    await sweepMarkets(analystDeps(desk, new WorkTally()), request, patience);
    return { steps, markets: symbols.length };
  };

  it("steps aside asleep before each market and the write, and never at test time, where it would wait for itself", async () => {
    const asleep = await sweep("sleep");
    expect(asleep.steps).toBe(asleep.markets + 1);
    expect((await sweep("test-time")).steps).toBe(0);
  });
});
