// Debates from the command line: bought, counted, replayed in a backtest, and not missed where they are not to be had.
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { askedOf, moody } from "#test/agents/debate/scripted.ts";
import { referenceTo } from "#test/agents/diligent.ts";
import { documentOf, emptyFolder, failureOf, runCli } from "#test/support/cli.ts";
import { freshHome } from "#test/support/fresh-home.ts";
import { type ServerReply, type ServerRequest, startOpenAiServer } from "#test/support/openai-server.ts";

// A count far under what the text bears out would be taken for none.
const usage = { input: 2_000, output: 60 };
const provider = (request: ServerRequest): ServerReply => {
  const { tools, toolResults, system, user } = request;
  if (tools.length === 0) return { text: moody(askedOf(system, user)), usage };
  return toolResults > 0
    ? { text: referenceTo(request, /No news source/), usage }
    : { tool: "delegate", input: { asset: "BTC", timeframe: "1h" }, usage };
};

// Sixteen simulated hours with entries in them.
const MARKET = [
  "--seed",
  "3",
  "--assets",
  "30",
  "--cycles",
  "64",
  "--timeframe",
  "15m",
  "--as-of",
  "2024-01-10T00:00Z",
];
const START = ["start", ...MARKET, "--speed", "1000000000"];
const PLENTY = { DEEPTRADER_DEBATE_DAY_TOKENS: "100000000", DEEPTRADER_NEAR_TRIGGER_PCT: "2" };
const asking = (url: string) => ({
  ...PLENTY,
  DEEPTRADER_SLEEP_MODEL: "custom/asleep",
  DEEPTRADER_SLEEP_MODEL_URL: url,
  DEEPTRADER_MODEL: "custom/awake",
  DEEPTRADER_MODEL_URL: url,
});

describe("a desk with debates", () => {
  it("spends what the provider counted, to the token: manager and debates", async () => {
    await using folder = await emptyFolder();
    await using home = await freshHome();
    const record = join(folder.dir, "calls");
    await using server = await startOpenAiServer(provider);
    const env = { ...asking(server.url), DEEPTRADER_MODEL_RECORD: record };
    const live = await documentOf(START, { home: home.dir, env });
    const bought = server.requests.length;
    expect(bought).toBeGreaterThan(20);
    expect(new Set(server.requests.map(({ body }) => body.model))).toEqual(new Set(["asleep"]));

    const question = ["ask", "does BTC on the 1h worry you?", ...MARKET.filter((_, i) => i < 4 || i > 5)];
    expect(await documentOf(question, { home: home.dir, env })).toMatchObject({
      path: "reasoned",
      model: "custom/awake",
    });
    expect(server.requests.length).toBe(bought + 2);

    const report = await documentOf(["report", "--seed", "3"], { home: home.dir });
    const work = report["workByPhase"] as Record<
      string,
      { modelCalls: number; inputTokens: number; outputTokens: number }
    >;
    const sum = (member: "modelCalls" | "inputTokens" | "outputTokens") =>
      (work["sleep"]?.[member] ?? 0) + (work["test-time"]?.[member] ?? 0);
    expect(sum("modelCalls")).toBe(server.requests.length);
    expect([sum("inputTokens"), sum("outputTokens")]).toEqual([server.billed.input, server.billed.output]);

    const shown = await documentOf(["debates", "--limit", "1000", "--seed", "3"], { home: home.dir });
    const debates = shown["debates"] as {
      symbol: string;
      bull: { points: string[] };
    }[];
    expect(3 * debates.length).toBe(bought);
    // Words as the fact check shows them: no reference is left in any.
    expect(JSON.stringify(debates)).not.toContain("{{");
    expect(debates.some(({ bull }) => bull.points.length > 0)).toBe(true);
    const of = debates[0]?.symbol ?? "";
    const { stdout: text } = await runCli(["debates", of, "--limit", "1", "--seed", "3"], { home: home.dir });
    expect(text).toContain(`${of} mean-reversion: `);
    expect(text).toMatch(/ {2}judge, custom\/asleep: target before stop 0?\.?\d/);

    // The same hours again, from the recording alone.
    const replay = { ...asking("http://127.0.0.1:9/v1"), DEEPTRADER_MODEL_REPLAY: record };
    const backtest = await documentOf(["backtest", ...MARKET], {
      env: { ...replay, DEEPTRADER_MODEL_CUTOFF: "2024-01-10T08:00Z" },
    });
    expect(backtest["decisionsHash"]).toBe(live["decisionsHash"]);
    expect(backtest["model"]).toEqual({
      id: "custom/asleep",
      cutoffMs: Date.UTC(2024, 0, 10, 8),
      slotsBeforeCutoffRatio: 0.5,
    });
    // What came of the debates is the same in the backtest and in the report, but for the last slot's.
    const judged = backtest["judgement"] as { debates: { held: Record<string, number>; scores: { n: number } } };
    const reported = report["judgement"] as typeof judged;
    expect(reported.debates.held).toEqual(judged.debates.held);
    expect(reported.debates.scores.n).toBeLessThanOrEqual(judged.debates.scores.n);
    expect(3 * Object.values(judged.debates.held).reduce((sum, n) => sum + n, 0)).toBe(bought);
    const off = await documentOf(["backtest", ...MARKET]);
    expect([off["model"], off["judgement"]]).toEqual([null, null]);
    expect(off["decisionsHash"]).not.toBe(live["decisionsHash"]);
  });

  it("works the same as without when the model is down", async () => {
    const gone = await startOpenAiServer(provider);
    await gone[Symbol.asyncDispose]();
    const hashOf = async (env: Readonly<Record<string, string>>) => {
      await using home = await freshHome();
      return (await documentOf([...START, "--cycles", "24"], { home: home.dir, env }))["decisionsHash"];
    };
    const env = { ...asking(gone.url), DEEPTRADER_MODEL_TIMEOUT_MS: "200", DEEPTRADER_MODEL_FALLBACK: "rules" };
    expect(await hashOf(env)).toBe(await hashOf({}));
  });

  it("is named by doctor, its key missing or there, and the key is not", async () => {
    await using home = await freshHome();
    const OPENAI_API_KEY = "sk-canary-7f3a91";
    const env = {
      DEEPTRADER_DEBATE_DAY_TOKENS: "200000",
      DEEPTRADER_SLEEP_MODEL: "openai/gpt-5",
      DEEPTRADER_MODEL_FALLBACK: "rules",
    };
    const found = async (key: string) => {
      const { stdout } = await runCli(["doctor", "--json"], { home: home.dir, env: { ...env, OPENAI_API_KEY: key } });
      expect(stdout).not.toContain(OPENAI_API_KEY);
      const { checks } = JSON.parse(stdout) as { checks: { name: string; state: string; detail: string }[] };
      return checks.filter(({ name }) => name.endsWith("model")).map(({ state, detail }) => `${state} ${detail}`);
    };
    expect(await found(OPENAI_API_KEY)).toEqual([
      "ok rules: no provider, no key, no cost",
      expect.stringMatching(
        /^ok openai\/gpt-5, then rules: every key that it needs is there.*debates for at most 200,000 tokens a day/,
      ),
    ]);
    expect((await found(""))[1]).toMatch(
      /^fail DEEPTRADER_SLEEP_MODEL is openai\/gpt-5, but OPENAI_API_KEY is not set/,
    );
  });

  it("is refused where it could not work: a backtest without a recording, a start without a key", async () => {
    const env = {
      DEEPTRADER_DEBATE_DAY_TOKENS: "200000",
      DEEPTRADER_SLEEP_MODEL: "openai/gpt-5",
      OPENAI_API_KEY: "sk-canary-7f3a91",
    };
    const backtest = await failureOf(["backtest", ...MARKET], { env });
    expect(backtest).toMatchObject({ code: 1, name: "ConfigError" });
    expect(backtest.message).toMatch(/DEEPTRADER_MODEL_RECORD/);
    await using home = await freshHome();
    const start = await failureOf(START, { home: home.dir, env: { ...env, OPENAI_API_KEY: "" } });
    expect(start).toMatchObject({ code: 1, name: "ConfigError" });
    expect(start.message).toMatch(/DEEPTRADER_SLEEP_MODEL is openai\/gpt-5, but OPENAI_API_KEY is not set/);
  });
});
