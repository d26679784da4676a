// The unmodified Mastra router against a local OpenAI-compatible server: what providers do to us, and what we count.
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ANALYST_TOOL } from "#agents/deep-trader-manager/rules.ts";
import { type ModelSetting, selectModel } from "#agents/models/select.ts";
import { ConfigError, ModelRunError } from "#schemas/errors.ts";
import { type ServerReply, type ServerRequest, startOpenAiServer } from "#test/support/openai-server.ts";
import { BTC, createDesk } from "./desk-fixture.ts";

const CANARY = "sk-canary-7f3a91";

/** A provider that does its job: the manager delegates, the analyst calls its tool, both then say a word. */
const diligent = ({ tools, toolResults }: ServerRequest): ServerReply => {
  const usage = { input: 100, output: 10 };
  if (toolResults > 0) return { text: "The RSI is 12345.", usage };
  return tools.includes(ANALYST_TOOL)
    ? { tool: ANALYST_TOOL, input: { prompt: "Please." }, usage }
    : { tool: "analyse", input: { symbol: BTC, timeframe: "5m" }, usage };
};

const settingOf = (server: { readonly url: string }, part: Partial<ModelSetting> = {}): ModelSetting => ({
  model: "custom/m1",
  modelUrl: server.url,
  env: {},
  wait: async () => undefined,
  recording: null,
  ...part,
});

describe("a question to a provider's model", () => {
  it("is delegated, remembered and metered: manager and analyst together, as the server counts them", async () => {
    await using server = await startOpenAiServer(diligent);
    const desk = createDesk({ choice: await selectModel(settingOf(server)) });
    const answer = await desk.ask("RSI of BTC");
    const calls = server.requests.length;
    expect(calls).toBe(4);
    expect(answer).toMatchObject({
      path: "delegated",
      work: { modelCalls: calls, inputTokens: 100 * calls, outputTokens: 10 * calls, delegations: 1 },
    });
    expect(answer.answer).not.toContain("12345");
  });

  it("keeps the operator's words from the analyst: its job is the market, and nothing else", async () => {
    await using server = await startOpenAiServer(diligent);
    await createDesk({ choice: await selectModel(settingOf(server)) }).ask("RSI of BTC, my dear friend");
    const heard = server.requests.map(({ tools, body }) => [
      tools.includes(ANALYST_TOOL),
      JSON.stringify(body.messages),
    ]);
    for (const [isManager, messages] of heard) expect(String(messages).includes("dear friend")).toBe(isManager);
    expect(heard.filter(([isManager]) => !isManager)).toHaveLength(2);
  });

  it("costs no call when Khala holds a fresh record", async () => {
    await using server = await startOpenAiServer(diligent);
    const desk = createDesk({ choice: await selectModel(settingOf(server)) });
    await desk.warm(BTC);
    expect(await desk.ask("RSI of BTC")).toMatchObject({ path: "recalled", work: { modelCalls: 0, delegations: 0 } });
    expect(server.requests).toEqual([]);
  });

  it("sends neither a key nor an Authorization header to a server of one's own unless the provider's key is set", async () => {
    await using server = await startOpenAiServer(diligent);
    await createDesk({ choice: await selectModel(settingOf(server, { model: "ollama/llama3" })) }).ask("RSI of BTC");
    const keyed = settingOf(server, { model: "openai/gpt-5", env: { OPENAI_API_KEY: CANARY } });
    await createDesk({ choice: await selectModel(keyed) }).ask("RSI of BTC");
    const sent = server.requests.map((request) => request.authorization);
    expect(new Set(sent.slice(0, 4))).toEqual(new Set([undefined]));
    expect(new Set(sent.slice(4))).toEqual(new Set([`Bearer ${CANARY}`]));
  });

  it("counts the calls and tokens of a stream too", async () => {
    await using server = await startOpenAiServer(diligent);
    const desk = createDesk({ choice: await selectModel(settingOf(server)) });
    const { analyst } = await desk.agents();
    const { DeskRun, deskRunEntries } = await import("#agents/desk-run.ts");
    const { RequestContext } = await import("@mastra/core/request-context");
    const { WorkTally } = await import("#schemas/work.ts");
    const tally = new WorkTally();
    const run = new DeskRun({ slots: { symbol: BTC, timeframe: "5m" }, nowMs: desk.depsFor(tally).clock.now(), tally });
    const output = await analyst.stream("Analyse.", { requestContext: new RequestContext(deskRunEntries(run)) });
    expect(await output.text).toBe("The RSI is 12345.");
    expect(server.requests.every((request) => request.body.stream === true)).toBe(true);
    expect(tally.total()).toMatchObject({ modelCalls: 2, inputTokens: 200, outputTokens: 20, providerCalls: 1 });
  });

  it("reaches a named provider through its own base-URL variable", async () => {
    await using server = await startOpenAiServer(diligent);
    vi.stubEnv("OPENAI_BASE_URL", server.url);
    const setting = settingOf(server, { model: "openai/gpt-5", modelUrl: null, env: { OPENAI_API_KEY: CANARY } });
    const answer = await createDesk({ choice: await selectModel(setting) }).ask("RSI of BTC");
    expect(answer).toMatchObject({ path: "delegated", work: { modelCalls: 4, inputTokens: 400 } });
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

  const failure = async (reply: ServerReply, deadlineMs = 600_000): Promise<Error> => {
    await using server = await startOpenAiServer(() => reply);
    const setting = settingOf(server, { model: "openai/gpt-5", env: { OPENAI_API_KEY: CANARY } });
    const desk = createDesk({ choice: await selectModel(setting), deadlineMs });
    const error: unknown = await desk.ask("RSI of BTC").then(
      (answer) => new Error(`answered: ${answer.answer}`),
      (e: unknown) => e,
    );
    if (!(error instanceof ModelRunError)) throw error;
    return error;
  };

  it.each([
    ["refuses the key and echoes it", { status: 401, message: `Incorrect API key provided: ${CANARY}` }, /HTTP 401/],
    ["is asked wrongly", { status: 400, message: "no such parameter" }, /HTTP 400/],
    ["answers with something else than its protocol", { garbage: `<html>${CANARY}</html>` }, /not in its protocol/],
    ["talks nonsense", { text: "To the moon!" }, /without delegating/],
    ["loops over its tools", { tool: "recall", input: {} }, /calling tools after 8 steps/],
    [
      "calls a tool that is not there",
      { tool: "submitOrder", input: { symbol: "BTC/USDT" } },
      /calling tools after 8 steps/,
    ],
  ] satisfies [string, ServerReply, RegExp][])(
    "%s: its own message, a remedy, and no key anywhere",
    async (_what, reply, says) => {
      const error = await failure(reply);
      expect(error.message).toMatch(says);
      expect(error.message).toContain("DEEPTRADER_MODEL=rules");
      expect(inspect(error, { depth: 9, showHidden: true }) + printed.join("")).not.toContain(CANARY);
    },
  );

  it("hangs: the run ends at its deadline and says which", async () => {
    const error = await failure({ hang: true }, 150);
    expect(error.message).toMatch(/no answer within 150 ms.*DEEPTRADER_MODEL_TIMEOUT_MS/);
  });

  it("hangs after the analyst has finished: the record is there, so the answer is given", async () => {
    await using server = await startOpenAiServer((request) =>
      request.toolResults > 0 && request.tools.includes(ANALYST_TOOL) ? { hang: true } : diligent(request),
    );
    const desk = createDesk({ choice: await selectModel(settingOf(server)), deadlineMs: 2_000 });
    expect(await desk.ask("RSI of BTC")).toMatchObject({ path: "delegated", work: { modelCalls: 4 } });
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
