// What is said of money: the day that was counted, and the most that a day can cost.
import { describe, expect, it } from "vitest";
import { billFinding } from "#apps/commands/doctor-bill.ts";
import { freeFormLine, spendLine } from "#apps/text/model-line.ts";
import { billOf } from "#desk/documents/bill.ts";
import { ThinkingPolicy } from "#schemas/config.ts";
import { DAY_MS } from "#schemas/units.ts";
import { type LedgerEntry, ledgerEntry, NO_WORK } from "#schemas/work.ts";
import { testConfig } from "#test/support/desk.ts";

const NOW = Date.UTC(2026, 0, 5, 12);
const entry = (job: LedgerEntry["job"], atMs: number, tokens: readonly [number, number, number]): LedgerEntry => {
  const [modelCalls, inputTokens, outputTokens] = tokens;
  const phase = job === "question" ? "test-time" : "sleep";
  return ledgerEntry({ atMs, phase, job, work: { ...NO_WORK, modelCalls, inputTokens, outputTokens } });
};
const models = (over: Partial<Parameters<typeof billOf>[2]> = {}) => ({
  model: "openai/gpt-5",
  sleepModel: null,
  modelPrice: null,
  ...over,
});
const configOf = (over: Partial<ReturnType<typeof testConfig>>) => ({ ...testConfig({}), ...over });

describe("the bill", () => {
  it("adds up what each job asked of models in the last 24 hours, at the price of its model", () => {
    const entries = [
      entry("question", NOW - DAY_MS, [9, 9_000_000, 0]),
      entry("question", NOW - DAY_MS + 1, [2, 600_000, 10_000]),
      entry("question", NOW, [1, 400_000, 90_000]),
      entry("debate", NOW, [4, 1_000_000, 0]),
      entry("sleep-cycle", NOW, [0, 0, 0]),
      entry("question", NOW + 1, [9, 9_000_000, 0]),
    ];
    const bill = billOf(entries, NOW, models({ sleepModel: "openai/gpt-5-mini" }));
    expect(bill).toMatchObject({
      toMs: NOW,
      rows: [
        {
          job: "question",
          model: "openai/gpt-5",
          modelCalls: 3,
          inputTokens: 1_000_000,
          outputTokens: 100_000,
          usd: "2.25",
        },
        { job: "debate", model: "openai/gpt-5-mini", modelCalls: 4, usd: "0.25" },
      ],
      usd: "2.5",
    });
  });

  it("has no sum where a model has no price, and takes the operator's for the model of questions alone", () => {
    const entries = [entry("question", NOW, [1, 1_000_000, 0]), entry("debate", NOW, [1, 1_000_000, 0])];
    const own = { model: "custom/m1", modelPrice: "2/8" };
    expect(billOf(entries, NOW, models(own))).toMatchObject({ rows: [{ usd: "2" }, { usd: "2" }], usd: "4" });
    const asleep = billOf(entries, NOW, models({ ...own, sleepModel: "custom/m2" }));
    expect(asleep).toMatchObject({ rows: [{ usd: "2" }, { price: null, usd: null }], usd: null });
    expect(billOf([], NOW, models())).toMatchObject({ rows: [], usd: "0" });
  });
});

describe("what the doctor says of money", () => {
  it("is what the last day cost, the most a day can cost, and how old the prices are", () => {
    const config = configOf({ model: "openai/gpt-5" });
    const bill = billOf([entry("question", NOW, [3, 1_000_000, 100_000])], NOW, config);
    expect(billFinding(bill, config)).toBe(
      "in the 24 h up to 2026-01-05 12:00 UTC question: 3 calls of openai/gpt-5, 1,000,000 tokens in, 100,000 out, 2.25 USD; " +
        "questions take at most 500,000 tokens a day, up to 5.00 USD; public prices of 2026-09-22, check your provider's",
    );
    expect(billFinding(null, config)).toMatch(/^no model was asked yet; questions take at most 500,000 tokens a day/);
  });

  it("names both jobs where debates are bought too, and no source where the price is the operator's", () => {
    const config = configOf({
      model: "custom/m1",
      modelPrice: "1/4",
      thinking: ThinkingPolicy.parse({ debateDayTokens: 200_000 }),
    });
    const entries = [entry("question", NOW, [1, 500_000, 0]), entry("debate", NOW, [1, 500_000, 0])];
    expect(billFinding(billOf(entries, NOW, config), config)).toMatch(
      /question: 1 call of custom\/m1, .* 0\.50 USD, debate: 1 call .* 0\.50 USD, together 1\.00 USD; questions take at most .*, debates take at most [\d,]+ tokens a day, up to [\d.]+ USD$/,
    );
  });

  it("is a warning with the way to mend it where no price is known", () => {
    const config = configOf({ model: "custom/m1" });
    const bill = billOf([entry("question", NOW, [3, 1_000, 100])], NOW, config);
    expect(billFinding(bill, config)).toEqual({
      state: "warn",
      detail: expect.stringMatching(
        /1,000 tokens in, 100 out; questions take at most 500,000 tokens a day; no price is known of custom\/m1: set DEEPTRADER_MODEL_PRICE/,
      ),
    });
  });
});

describe("what is said of the model where a desk begins", () => {
  it("is that it spends and how much at most, or how it is switched on, in one line", () => {
    const rules = testConfig({});
    const model = configOf({ model: "openai/gpt-5" });
    expect(spendLine(rules)).toBeNull();
    expect(freeFormLine(rules)).toBe("Free-form questions: set DEEPTRADER_MODEL, see docs/agents.md.");
    expect(spendLine(model)).toMatch(/openai\/gpt-5 .* at most 500,000 a day \(DEEPTRADER_QUESTION_DAY_TOKENS\)/);
    expect(spendLine(model)).not.toContain("\n");
    expect(freeFormLine(model)).toBeNull();
    expect(spendLine({ ...model, modelReplayDir: "./calls" })).toBeNull();
  });
});
