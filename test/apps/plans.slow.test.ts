// Plans from the command line: bought, acted on, replayed in a backtest beside the same run without them, and refused where they could
// not be repeated.
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { planner } from "#test/desk/judgement/plan-trial.ts";
import { documentOf, emptyFolder, failureOf } from "#test/support/cli.ts";
import { freshHome } from "#test/support/fresh-home.ts";
import { type ServerReply, type ServerRequest, startOpenAiServer } from "#test/support/openai-server.ts";

const provider = ({ user }: ServerRequest): ServerReply => ({
  text: planner(user),
  usage: { input: 1_000, output: 60 },
});

// Eight simulated hours.
const MARKET = [
  ...["--seed", "3", "--assets", "12", "--cycles", "32", "--timeframe", "15m", "--as-of", "2024-01-10T00:00Z"],
  ...["--strategy", "mean-reversion,planned"],
];

describe("a desk with plans", () => {
  it("acts on them, shows them, and does the same in a backtest from the recording, beside the run without", async () => {
    await using folder = await emptyFolder();
    await using home = await freshHome();
    const record = join(folder.dir, "calls");
    await using server = await startOpenAiServer(provider);
    const asking = { DEEPTRADER_PLAN_DAY_TOKENS: "100000000", DEEPTRADER_SLEEP_MODEL: "custom/asleep" };
    const live = await documentOf(["start", ...MARKET, "--speed", "1000000000"], {
      home: home.dir,
      env: { ...asking, DEEPTRADER_SLEEP_MODEL_URL: server.url, DEEPTRADER_MODEL_RECORD: record },
    });
    expect(server.requests.length).toBeGreaterThan(10);
    const { made, plans } = await documentOf(["plans", "--limit", "200", "--seed", "3"], { home: home.dir });
    const states = (plans as { state: string; reason: string | null }[]).map(({ state }) => state);
    expect(made).toBe(states.length);
    expect(states).toContain("used");
    expect((plans as { reason: string }[])[0]?.reason).toMatch(/^The RSI is \d+\.\d+/);

    const lessons = await documentOf(["lessons", "--limit", "200", "--seed", "3"], { home: home.dir });
    const closed = await documentOf(["trades", "--seed", "3"], { home: home.dir });
    expect(lessons["trades"]).toBe(closed["tradesClosed"]);
    expect(lessons["condensed"]).toBeNull();
    const none = await failureOf(["lessons", "--version", "1", "--seed", "3"], { home: home.dir });
    expect(none.message).toMatch(/There is no version 1/);

    const replay = {
      ...asking,
      DEEPTRADER_SLEEP_MODEL_URL: "http://127.0.0.1:9/v1",
      DEEPTRADER_MODEL_REPLAY: record,
      DEEPTRADER_MODEL_CUTOFF: "2024-01-10T04:00Z",
    };
    const backtest = await documentOf(["backtest", ...MARKET], { env: replay });
    expect(backtest["decisionsHash"]).toBe(live["decisionsHash"]);
    expect(backtest["model"]).toMatchObject({ id: "custom/asleep", slotsBeforeCutoffRatio: 0.5 });
    const off = await documentOf(["backtest", ...MARKET]);
    expect(off["withoutPlans"]).toBeNull();
    expect(backtest["withoutPlans"]).toMatchObject({ decisionsHash: off["decisionsHash"], equity: off["equity"] });
    expect(off["decisionsHash"]).not.toBe(live["decisionsHash"]);
    const own = (document: typeof off) =>
      (document["byStrategy"] as { name: string; trades: number }[]).find(({ name }) => name === "planned")?.trades ??
      0;
    expect(own(backtest)).toBeGreaterThan(0);
    expect(own(off)).toBe(0);
  });

  it("is refused a backtest without a recording, with the remedy", async () => {
    const env = {
      DEEPTRADER_PLAN_DAY_TOKENS: "200000",
      DEEPTRADER_SLEEP_MODEL: "openai/gpt-5",
      OPENAI_API_KEY: "sk-canary-7f3a91",
    };
    const failure = await failureOf(["backtest", ...MARKET], { env });
    expect(failure).toMatchObject({ code: 1, name: "ConfigError" });
    expect(failure.message).toMatch(/DEEPTRADER_PLAN_DAY_TOKENS is set.*DEEPTRADER_MODEL_RECORD/s);
  });
});
