// The unmodified Mastra router against a local OpenAI-compatible server: what providers do to us, and what we count.
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type ModelSetting, selectModel } from "#agents/models/select.ts";
import { ConfigError } from "#schemas/errors.ts";
import { type ServerReply, startOpenAiServer } from "#test/support/openai-server.ts";
import { diligent, QUESTION } from "./diligent.ts";
import { createTalkDesk } from "./talk-fixture.ts";

const CANARY = "sk-canary-7f3a91";

const settingOf = (server: { readonly url: string }, part: Partial<ModelSetting> = {}): ModelSetting => ({
  model: "custom/m1",
  modelUrl: server.url,
  env: {},
  wait: async () => undefined,
  recording: null,
  ...part,
});

const ask = async (setting: ModelSetting, deadlineMs = 600_000) =>
  createTalkDesk({ choices: [await selectModel(setting)], deadlineMs }).ask(QUESTION);

describe("a question to a provider's model", () => {
  it("reads by its tools, is answered in facts, and is metered as the server counts", async () => {
    await using server = await startOpenAiServer(diligent);
    const outcome = await ask(settingOf(server));
    expect(outcome).toMatchObject({
      status: "answered",
      text: "The RSI of BTC is 27.4.",
      work: { modelCalls: 2, inputTokens: 200, outputTokens: 20, estimatedTokens: 0 },
    });
    expect(server.requests.every(({ body }) => body.stream === true)).toBe(true);
    expect(server.requests).toHaveLength(2);
  });

  it("sends neither a key nor an Authorization header to a server of one's own unless the provider's key is set", async () => {
    await using server = await startOpenAiServer(diligent);
    await ask(settingOf(server, { model: "ollama/llama3" }));
    await ask(settingOf(server, { model: "openai/gpt-5", env: { OPENAI_API_KEY: CANARY } }));
    const sent = server.requests.map((request) => request.authorization);
    expect(new Set(sent.slice(0, 2))).toEqual(new Set([undefined]));
    expect(new Set(sent.slice(2))).toEqual(new Set([`Bearer ${CANARY}`]));
  });

  it("reaches a named provider through its own base-URL variable", async () => {
    await using server = await startOpenAiServer(diligent);
    vi.stubEnv("OPENAI_BASE_URL", server.url);
    const outcome = await ask(
      settingOf(server, { model: "openai/gpt-5", modelUrl: null, env: { OPENAI_API_KEY: CANARY } }),
    );
    expect(outcome).toMatchObject({ status: "answered", work: { modelCalls: 2, inputTokens: 200 } });
    expect(server.requests.every((request) => request.path.endsWith("/responses"))).toBe(true);
    expect(new Set(server.requests.map((request) => request.authorization))).toEqual(new Set([`Bearer ${CANARY}`]));
  });
});

describe("a provider that fails", () => {
  const printed: string[] = [];
  beforeEach(() => {
    printed.length = 0;
    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, "write").mockImplementation((chunk) => printed.push(String(chunk)) > 0);
    }
    for (const level of ["log", "info", "warn", "error", "debug"] as const) {
      vi.spyOn(console, level).mockImplementation(
        (...parts: unknown[]) => void printed.push(inspect(parts, { depth: 9, showHidden: true })),
      );
    }
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });

  const failure = async (reply: ServerReply, deadlineMs = 600_000): Promise<string> => {
    await using server = await startOpenAiServer(() => reply);
    const outcome = await ask(
      settingOf(server, { model: "openai/gpt-5", env: { OPENAI_API_KEY: CANARY } }),
      deadlineMs,
    );
    if (outcome.status === "answered") throw new Error(`answered: ${outcome.text}`);
    expect(inspect(outcome, { depth: 9, showHidden: true }) + printed.join("")).not.toContain(CANARY);
    return `${outcome.status}: ${outcome.why}`;
  };

  it.each([
    [
      "refuses the key and echoes it",
      { status: 401, message: `Incorrect API key provided: ${CANARY}` },
      /failed: .*HTTP 401/,
    ],
    ["is asked wrongly", { status: 400, message: "no such parameter" }, /failed: .*HTTP 400/],
    ["loops over its tools", { tool: "positions", input: {} }, /failed: .*calling tools after 12 steps/],
    [
      "calls a tool that is not there",
      { tool: "submitOrder", input: { symbol: "BTC/USDT" } },
      /calling tools after 12 steps/,
    ],
  ] satisfies [string, ServerReply, RegExp][])(
    "%s: is told from an answer, and no key is anywhere",
    async (_what, reply, says) => {
      expect(await failure(reply)).toMatch(says);
    },
  );

  it("hangs: the run ends at its deadline and says which", async () => {
    expect(await failure({ hang: true }, 150)).toMatch(/failed: no answer within 150 ms/);
  });
});

describe("the model setting", () => {
  const select = (part: Partial<ModelSetting>) =>
    selectModel(settingOf({ url: "" }, { model: "rules", modelUrl: null, ...part }));

  it("rules needs nothing", async () => {
    expect((await select({})).id).toBe("rules");
  });

  it.each([
    ["a missing key names its variable", { model: "openai/gpt-5" }, /OPENAI_API_KEY is not set/],
    [
      "an empty key is a missing key",
      { model: "anthropic/claude-sonnet-4-5", env: { ANTHROPIC_API_KEY: "" } },
      /ANTHROPIC_API_KEY is not set/,
    ],
    ["an unknown provider without a URL", { model: "nosuchprovider/m1" }, /knows no provider nosuchprovider/],
    ["a name without a provider", { model: "gpt-5" }, /router string such as openai\/gpt-5/],
    [
      "a URL that is none",
      { model: "custom/m1", modelUrl: `ftp://user:${CANARY}@host` },
      /DEEPTRADER_MODEL_URL is not an http/,
    ],
  ] satisfies [string, Partial<ModelSetting>, RegExp][])(
    "%s is a ConfigError without a secret in it",
    async (_what, part, says) => {
      const error: unknown = await select({
        ...part,
        env: { OTHER: CANARY, ...("env" in part ? part.env : {}) },
      }).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(ConfigError);
      expect(String(error)).toMatch(says);
      expect(String(error)).not.toContain(CANARY);
    },
  );
});
