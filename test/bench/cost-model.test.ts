import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NO_WORK, workUnits } from "#schemas/work.ts";
import {
  breakEven,
  type ContextCost,
  costFromScratch,
  costWithSleep,
  splitWork,
} from "../../bench/evaluation/cost-model.ts";

const part = fc.record({
  made: fc.double({ min: 0, max: 1e4, noNaN: true }),
  read: fc.double({ min: 0, max: 1e4, noNaN: true }),
});
const context: fc.Arbitrary<ContextCost> = fc.record({ sleep: part, served: part, scratch: part });
const prices = fc.record({ t: fc.constantFrom(1, 2, 5, 10), readWeight: fc.constantFrom(0, 0.25, 1) });

describe("the cost model", () => {
  it("reproduces the published shape: sleep = 2.5 B and b = B/5 gain 2.2 × at t = 1 and 4.4 × at t = 10, ten questions", () => {
    const cost = { sleep: { made: 250, read: 0 }, served: { made: 20, read: 0 }, scratch: { made: 100, read: 0 } };
    const gain = (t: number) =>
      costFromScratch(cost, { t, readWeight: 0 }) / costWithSleep(cost, 10, { t, readWeight: 0 });
    expect(gain(1)).toBeCloseTo(2.2, 1);
    expect(gain(10)).toBeCloseTo(4.4, 1);
    // Sleep = 16 B breaks even at two questions where t is 10.
    expect(breakEven({ ...cost, sleep: { made: 1600, read: 0 } }, { t: 10, readWeight: 0 })).toBeCloseTo(2, 12);
  });

  it("costs the same with and without sleep exactly at the break-even, and never pays where there is none", () => {
    fc.assert(
      fc.property(context, prices, (cost, at) => {
        const questions = breakEven(cost, at);
        const scratch = costFromScratch(cost, at);
        if (questions === null) expect(costWithSleep(cost, 1e12, at)).toBeGreaterThanOrEqual(scratch * (1 - 1e-9));
        else if (questions > 1e-6) expect(costWithSleep(cost, questions, at)).toBeCloseTo(scratch, 4);
      }),
    );
  });

  it("never pays where reading what was prepared costs as much as making it anew", () => {
    const cost = { sleep: { made: 1, read: 0 }, served: { made: 0, read: 100 }, scratch: { made: 80, read: 20 } };
    expect(breakEven(cost, { t: 10, readWeight: 1 })).toBeNull();
    expect(breakEven(cost, { t: 10, readWeight: 0.25 })).not.toBeNull();
  });

  it("splits work into what was made and what was read, leaving out calls of the rules", () => {
    const work = {
      ...NO_WORK,
      providerCalls: 2,
      candlesRead: 500,
      indicatorEvaluations: 1,
      recordsRead: 3,
      modelCalls: 4,
    };
    expect(splitWork(work)).toEqual({ made: 210, read: 53 });
    expect(workUnits({ ...work, modelCalls: 0 })).toBe(263);
  });
});
