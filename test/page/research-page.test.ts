// The page Research: what is saved is listed and drawn by its kind; what cannot be read is named and takes nothing with it.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Door } from "#apps/door.ts";
import type { HttpEnv } from "#apps/http/guards.ts";
import { pageRoutes } from "#apps/page/routes.ts";
import { kindOf, researchList, researchResult } from "#apps/research/listing.ts";
import { type ResearchKind, researchFolder, saveResult } from "#apps/research/saved.ts";
import { NO_WORK, WORK_WEIGHTS } from "#schemas/work.ts";
import { servedDesk } from "#test/http/served-desk.ts";
import { emptyFolder } from "#test/support/cli.ts";
import { drawnBacktest, HOSTILE } from "#test/support/drawn-backtest.ts";

let desk: Awaited<ReturnType<typeof servedDesk>>;
let home: Awaited<ReturnType<typeof emptyFolder>>;
let ask: (path: string) => Promise<string>;

const save = (kind: ResearchKind, name: string, document: unknown, savedAtMs = 1_700_000_000_000) =>
  saveResult(home.dir, { kind, name, savedAtMs, command: `deeptrader ${kind} --save ${name}`, document });

const row = (trial: number) => ({
  trial,
  values: { fast: trial, on: true },
  objective: 1.5,
  trades: 40,
  returnPct: 3,
  maxDrawdownPct: 2,
});
const OPTIMISATION = {
  simulated: true,
  definition: { strategy: "my-cross", search: "tpe", objective: "sharpe", seed: 1 },
  configured: row(1),
  winner: row(7),
  trials: { asked: 100, run: 90, told: 80 },
  best: [row(7), row(3)],
  luck: {
    days: 400,
    sharpe: 1.9,
    bestOfNoise: { mean: 1.4, high95: 2.2 },
    probabilisticSharpe: 0.97,
    deflatedSharpe: 0.61,
    overfitting: { probability: 0.38, parts: 16, splits: 12_870 },
  },
  warnings: [HOSTILE],
};

const RUN = { venue: "sim", simulated: true, quote: "USDT", timeframe: "5m", firstSlotMs: 0, lastSlotMs: 300_000 };
const VALIDATION = {
  ...{ ...RUN, strategy: "my-cross", markets: [], seed: 1, passed: false, verdict: HOSTILE },
  checks: [
    { id: "warm-up", name: "warm enough", state: "failed", seen: ["3 of 9 differ"], flags: ["doubt"], toDo: "Wait." },
  ],
  sensitivity: [{ change: "fees × 2", returnPct: -0.3, trades: 4, meanTradePct: null, flips: true }],
  ...{ randomEntries: null, tradeOrder: null },
};
const PRICED = {
  ...{ ...RUN, strategies: ["my-cross"], feeBps: 10, slippageBps: 5, decisions: 9, decisionsHash: "f0" },
  rules: [{ words: HOSTILE, text: "as read" }],
  prices: {
    rules: [
      {
        ...{
          rule: "cooldown",
          refused: 6,
          exits: 0,
          repeated: 1,
          notTradable: 0,
          notFilled: 2,
          open: 1,
          closed: 2,
          won: 1,
        },
        ...{ alone: 2, meanTradePct: { value: -1.5, interval95: null, why: "2 trades" } },
        ...{ saved: "12.5", savedAlone: "12.5", savedOpen: "0" },
      },
    ],
    ...{ refusals: 6, control: { entries: 3, equal: 3 }, method: "each alone" },
  },
};
const COMPARISON = {
  names: ["old", HOSTILE],
  settings: [{ what: "fees", a: "10", b: "20" }],
  ...{ sameDecisions: false, decisionsHashes: ["a", "b"] },
  figures: [{ what: "refusals", a: 145, b: 25, difference: -120 }],
  daily: { days: 12, leftOut: [0, 0], meanDifferencePct: null, interval95: null, pValue: null, why: "too few days" },
  trades: { equal: 1, different: [], onlyA: [], onlyB: [], beyond: [0, 2] },
};

const side = (asleep: number, waited: number) => {
  const work = (units: number) => ({ ...NO_WORK, providerCalls: units / 100 });
  return {
    slots: 2,
    hits: asleep / 100,
    misses: waited === 0 ? {} : { behind: waited / 100 },
    made: { sleep: asleep / 100, "test-time": waited / 100 },
    work: { sleep: work(asleep), "test-time": work(waited) },
    units: { sleep: asleep, "test-time": waited },
  };
};
const SLEEP = { ...COMPARISON, sleep: { a: side(1200, 0), b: side(0, 1200), weights: WORK_WEIGHTS } };

beforeAll(async () => {
  desk = await servedDesk();
  home = await emptyFolder();
  const door: Door = {
    ...desk.door,
    run: async (command, input) => {
      if (command === "research list") return researchList(home.dir);
      if (command === "research show") return researchResult(home.dir, kindOf(input.args[0]), input.args[1] ?? "");
      return desk.door.run(command, input);
    },
  };
  const app = new Hono<HttpEnv>();
  app.use(async (context, next) => {
    context.set("scope", "read");
    await next();
  });
  app.route("/", pageRoutes(door));
  ask = async (path) => (await app.request(path)).text();
  await save("backtest", "first", drawnBacktest({ trades: 250, markets: 5, words: HOSTILE }));
  await save("backtest", "second", drawnBacktest({ trades: 30, markets: 5, days: 100 }));
  await save("optimize", "search", OPTIMISATION);
  await save("rule-prices", "rules", {
    refusals: 12,
    startMs: 1_700_000_000_000,
    rules: [{ rule: HOSTILE, saved: "1" }],
    control: { entries: 3 },
  });
  await save("backtest", "old", { trades: [], metrics: { totalReturnPct: 1 } });
  await save("validate", "nothing", null);
  await save("validate", "checks", VALIDATION);
  await save("rule-prices", "priced", PRICED);
  await save("compare", "two", COMPARISON);
  await save("compare", "sleep", SLEEP);
  await writeFile(join(researchFolder(home.dir), "torn.backtest.json"), '{"kind":"backtest","docu');
});
afterAll(async () => {
  await home[Symbol.asyncDispose]();
  await desk.close();
});

describe("the list of what is saved", () => {
  it("has every result with its kind and a line on it, and names those that cannot be read", async () => {
    const text = await ask("/research");
    expect(text).toContain("+4.20 %, buy and hold −3.10 %, 250 trades, drawdown 6.50 %");
    expect(text).toContain("6 of 9 decisions refused");
    expect(text).not.toContain("undefined");
    expect(text).toContain("best of 90: +3.00 %, 40 trades; deflated Sharpe 0.61");
    expect(text).toMatch(/torn\.backtest\.json is no backtest of this program/);
    expect(text).toContain("holds no document");
    expect(text).not.toContain('problem" role="alert" data-part');
    expect(text).not.toContain("<script>alert");
  });
});

describe("a saved backtest", () => {
  it("is drawn with its figures, its trades a hundred at a time, and one on its candles with every candle told", async () => {
    const text = await ask("/research?kind=backtest&name=first");
    for (const words of ["Sharpe ratio", "Equity beside buy and hold", "1 to 100 of 250", "SIMULATED", "trade=250"])
      expect([words, text.includes(words)]).toEqual([words, true]);
    expect(text).toMatch(/<title>202\d-[^<]+open [\d.,]+, high/);
    expect(text).not.toContain("<script>alert");
    expect(text).not.toMatch(/ style=|<style/);
    const next = await ask("/research?kind=backtest&name=first&from=200&order=oldest&trade=3");
    expect(next).toContain("201 to 250 of 250");
    expect(next).toContain(">3. M2/USDT");
  });

  it("is filtered and ordered by what the address says, and nonsense there is no fault", async () => {
    const only = await ask("/research?kind=backtest&name=first&only=m3%2Fusdt+stop&order=best");
    expect(only).toMatch(/1 to \d+ of \d+/);
    expect(
      await ask(
        `/research?kind=backtest&name=first&only=${encodeURIComponent(HOSTILE)}&from=-3&trade=x&order=constructor`,
      ),
    ).not.toContain("<script>alert");
    expect(await ask("/research?kind=backtest&name=first&from=1e9")).toContain("250 to 250 of 250");
  });

  it("stands beside another, with what lies between them, and that they are not of the same time", async () => {
    const text = await ask("/research?kind=backtest&name=first&beside=second");
    expect(text).toContain("second less first");
    expect(text).toContain("not of the same time or data");
    expect(text).toContain("The differences are not tested here.");
  });
});

describe("other results", () => {
  it("an optimisation says what luck alone would give", async () => {
    const text = await ask("/research?kind=optimize&name=search");
    for (const words of [
      "61.0 %",
      "38.0 % over 12870 splits",
      "1.40 in the mean",
      "fast 7, on true",
      "&lt;script&gt;alert",
    ])
      expect([words, text.includes(words)]).toEqual([words, true]);
  });

  it("a validation begins with its verdict, prices of rules with what each saved, a comparison with what chance would do", async () => {
    const told = {
      "validate&name=checks": ["A check failed.", "3 of 9 differ", "doubt.", "sign flips", "−0.30 %"],
      "rule-prices&name=priced": ["+12.5 USDT not lost", "−1.50 %", "1 still open, 2 not filled", "2 trades"],
      "compare&name=two": ["They were run differently.", "−120", "12 days in common: too few days.", "2 of B outside"],
      "compare&name=sleep": [
        "What sleep moved",
        "A 12 of 12; B 0 of 12 (not: 12 behind)",
        "FAULT: sleep changed what was decided",
      ],
    };
    for (const [address, words] of Object.entries(told)) {
      const text = await ask(`/research?kind=${address}`);
      for (const word of words) expect([word, text.includes(word)]).toEqual([word, true]);
      expect(text).not.toContain("of another version");
      expect(text).not.toContain("<script>alert");
    }
  });

  it("a document that no view knows is figures and tables", async () => {
    const text = await ask("/research?kind=rule-prices&name=rules");
    expect(text).toContain("2023-11-14 22:13");
    expect(text).not.toContain("<script>alert");
  });

  it("one of another version says so, and shows what it has", async () => {
    const text = await ask("/research?kind=backtest&name=old");
    expect(text).toContain("of another version of DeepTrader");
    expect(text).toContain("total return pct");
  });

  it("one that is not there, or of no kind, is said in its place", async () => {
    expect(await ask("/research?kind=backtest&name=none")).toContain("There is no backtest");
    expect(await ask("/research?kind=nonsense&name=first")).toContain("is no kind of result");
    expect(await ask("/research?kind=backtest&name=..%2F..%2Fetc")).toContain("cannot be a file");
    expect(await ask("/research?kind=backtest&name=torn")).toContain("is no backtest of this program");
  });
});
