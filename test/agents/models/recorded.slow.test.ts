// Recording and replay from the command line: settings, two processes at once, and what an operator sees.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { referenceTo } from "#test/agents/diligent.ts";
import { documentOf, emptyFolder, failureOf, runCli } from "#test/support/cli.ts";
import { freshHome } from "#test/support/fresh-home.ts";
import { type ServerReply, type ServerRequest, startOpenAiServer } from "#test/support/openai-server.ts";

const QUESTION = ["ask", "does BTC worry you?", "--as-of", "2024-01-10T12:00Z", "--assets", "3"];

const diligent = (request: ServerRequest): ServerReply => {
  const usage = { input: 100, output: 10 };
  return request.toolResults > 0
    ? { text: referenceTo(request, /No news source/), usage }
    : { tool: "analysis", input: { asset: "BTC" }, usage };
};

/** One question in a home of its own; what is the same in every run of it. */
async function asked(env: Readonly<Record<string, string>>): Promise<string> {
  await using home = await freshHome();
  const { latencyMs, ...answer } = await documentOf(QUESTION, { home: home.dir, env });
  return JSON.stringify(answer);
}

describe("deeptrader ask with a provider's model", () => {
  it("is recorded by two processes at once and replayed to the byte, without server, URL or key", async () => {
    await using folder = await emptyFolder();
    const dir = join(folder.dir, "calls");
    const OPENAI_API_KEY = "sk-canary-7f3a91";
    const model = { DEEPTRADER_MODEL: "openai/gpt-5" };
    let recorded: readonly string[] = [];
    {
      await using server = await startOpenAiServer(diligent);
      const env = { ...model, OPENAI_API_KEY, DEEPTRADER_MODEL_URL: server.url, DEEPTRADER_MODEL_RECORD: dir };
      recorded = await Promise.all([asked(env), asked(env)]);
      expect(recorded[0]).toContain('"model":"openai/gpt-5"');
    }
    expect(await readdir(dir)).toHaveLength(2);
    const replay = { ...model, DEEPTRADER_MODEL_REPLAY: dir };
    expect(new Set([...recorded, await asked(replay)]).size).toBe(1);

    await using home = await freshHome();
    const missed = await failureOf(["ask", "does ETH worry you?", ...QUESTION.slice(2)], {
      home: home.dir,
      env: { ...replay, DEEPTRADER_MODEL_FALLBACK: "rules" },
    });
    expect(missed).toMatchObject({ code: 1, name: "ModelRunError" });
    expect(missed.message).toMatch(/has no call [0-9a-f]{64}/);
  });

  it("falls back to rules without any setting, and says why", async () => {
    await using server = await startOpenAiServer(() => ({ text: "To the moon!" }));
    const env = {
      DEEPTRADER_MODEL: "custom/m1",
      DEEPTRADER_MODEL_URL: server.url,
    };
    await using home = await freshHome();
    const { stdout } = await runCli(QUESTION, { home: home.dir, env });
    expect(stdout).toMatch(/this is what the rules say\.\ndeclined, 2 model calls/);
  });

  it.each([
    ["both recorded and replayed", { DEEPTRADER_MODEL: "a/b", DEEPTRADER_MODEL_RECORD: "x" }, /both set/],
    ["replayed from rules", {}, /rules, which make no model call/],
  ])("refuses to be %s", async (_what, env, says) => {
    await using home = await freshHome();
    const failed = await failureOf(QUESTION, { home: home.dir, env: { DEEPTRADER_MODEL_REPLAY: "y", ...env } });
    expect(failed).toMatchObject({ code: 1, name: "ConfigError" });
    expect(failed.message).toMatch(says);
  });
});
