// Models that stand in for one another, through the unmodified Mastra router and two local servers.
import { describe, expect, it } from "vitest";
import { ANALYST_TOOL } from "#agents/deep-trader-manager/rules.ts";
import { type ModelSetting, selectModels } from "#agents/models/select.ts";
import { ConfigError, ModelRunError, ProviderError } from "#schemas/errors.ts";
import { type ServerReply, type ServerRequest, startOpenAiServer } from "#test/support/openai-server.ts";
import { BTC, createDesk, type DeskOptions } from "../desk-fixture.ts";

const usage = { input: 100, output: 10 };
const diligent = ({ tools, toolResults }: ServerRequest): ServerReply => {
  if (toolResults > 0) return { text: "Done.", usage };
  return tools.includes(ANALYST_TOOL)
    ? { tool: ANALYST_TOOL, input: { prompt: "Please." }, usage }
    : { tool: "analyse", input: { symbol: BTC, timeframe: "5m" }, usage };
};

const setting = (model: string, modelUrl: string | null, part: Partial<ModelSetting> = {}): ModelSetting => ({
  model,
  modelUrl,
  env: {},
  wait: async () => undefined,
  recording: null,
  ...part,
});

async function deskOn(modelUrl: string, fallback: string, options: DeskOptions = {}) {
  const [choice, ...standIns] = await selectModels({ ...setting("custom/m1", modelUrl), fallback });
  return createDesk({ ...options, ...(choice === undefined ? {} : { choice }), fallback: standIns });
}

const FAULTS: [string, ServerReply, number][] = [
  ["answers 500", { status: 500 }, 3],
  ["refuses the key", { status: 401 }, 1],
  ["answers with something else than its protocol", { garbage: "<html>" }, 1],
  ["talks nonsense", { text: "To the moon!" }, 1],
  ["says nothing", { text: "" }, 1],
  ["hangs", { hang: true }, 1],
  ["loops over its tools", { tool: "recall", input: {} }, 8],
];

/** Short where it is waited for; elsewhere out of reach, however busy the machine is. */
const deadlineFor = (what: string): DeskOptions => ({ deadlineMs: what === "hangs" ? 2_000 : 600_000 });

describe("a model that does not do its work", () => {
  it.each(FAULTS)("%s: the next one does, and every attempt is counted", async (what, reply, attempts) => {
    await using bad = await startOpenAiServer(() => reply);
    await using good = await startOpenAiServer(diligent);
    const answer = await (await deskOn(bad.url, `custom/m2@${good.url}`, deadlineFor(what))).ask("RSI of BTC");
    expect(answer).toMatchObject({ path: "delegated", model: "custom/m2", work: { modelCalls: attempts + 4 } });
    expect([bad.requests.length, good.requests.length]).toEqual([attempts, 4]);
    expect(good.requests.every(({ body }) => body.model === "m2")).toBe(true);
  });

  it.each(FAULTS)("%s: rules answer as they do without a provider", async (what, reply, attempts) => {
    await using bad = await startOpenAiServer(() => reply);
    const answer = await (await deskOn(bad.url, "rules", deadlineFor(what))).ask("RSI of BTC");
    const without = await createDesk().ask("RSI of BTC");
    const modelCalls = without.work.modelCalls + attempts;
    const { latencyMs: _, work, ...said } = answer;
    expect(said).toEqual({ ...without, latencyMs: undefined, work: undefined });
    expect(work).toMatchObject({ modelCalls, providerCalls: 1, delegations: 1 });
    expect(said.model).toBe("rules");
  });

  it("is not there at all: three attempts, then the next", async () => {
    const gone = await startOpenAiServer(diligent);
    await gone[Symbol.asyncDispose]();
    const waits: number[] = [];
    const wait = async (ms: number) => void waits.push(ms);
    const [choice, rules] = await selectModels({ ...setting("custom/m1", gone.url, { wait }), fallback: "rules" });
    if (choice === undefined || rules === undefined) throw new Error("two models were configured");
    const answer = await createDesk({ choice, fallback: [rules] }).ask("RSI of BTC");
    expect(answer.model).toBe("rules");
    expect(waits).toEqual([500, 1000]);
  });

  it("fails beneath the manager, in the analyst's calls: the next one does", async () => {
    await using bad = await startOpenAiServer((request) =>
      request.tools.includes(ANALYST_TOOL) ? diligent(request) : { status: 400 },
    );
    const answer = await (await deskOn(bad.url, "rules")).ask("RSI of BTC");
    expect(answer).toMatchObject({ path: "delegated", model: "rules", work: { delegations: 2, providerCalls: 1 } });
  });

  it("hangs after the analyst has finished: its work stands, and nobody is asked again", async () => {
    await using slow = await startOpenAiServer((request) =>
      request.toolResults > 0 && request.tools.includes(ANALYST_TOOL) ? { hang: true } : diligent(request),
    );
    const answer = await (await deskOn(slow.url, "rules", { deadlineMs: 2_000 })).ask("RSI of BTC");
    expect(answer).toMatchObject({ path: "delegated", model: "custom/m1", work: { delegations: 1 } });
  });

  it("is the last of several: the error tells of each, and the keys of none", async () => {
    await using first = await startOpenAiServer(() => ({ status: 401, message: "sk-canary-7f3a91" }));
    await using second = await startOpenAiServer(() => ({ text: "sk-canary-7f3a91" }));
    const failed = (await deskOn(first.url, `custom/m2@${second.url}`)).ask("RSI of BTC");
    await expect(failed).rejects.toThrow(ModelRunError);
    await expect(failed).rejects.toThrow(/with custom\/m1 .*HTTP 401; with custom\/m2 .*without delegating/);
    await expect(failed).rejects.not.toThrow(/sk-canary/);
  });

  it("is not blamed for its source: the source's error ends the question, and no other model is asked", async () => {
    await using first = await startOpenAiServer(diligent);
    await using second = await startOpenAiServer(diligent);
    const down = new ProviderError({ was: "sim did not answer.", remedy: "Try again." });
    const candles = () => Promise.reject(down);
    const desk = await deskOn(first.url, `custom/m2@${second.url}`, { candles });
    await expect(desk.ask("RSI of BTC")).rejects.toBe(down);
    expect(second.requests).toEqual([]);
  });

  it("is given up with the caller: no other model is asked", async () => {
    const caller = new AbortController();
    await using first = await startOpenAiServer(() => {
      caller.abort(new Error("Ctrl-C"));
      return { hang: true };
    });
    await using second = await startOpenAiServer(diligent);
    const desk = await deskOn(first.url, `custom/m2@${second.url}`);
    await expect(desk.ask("RSI of BTC", { signal: caller.signal })).rejects.toThrow("Ctrl-C");
    expect(second.requests).toEqual([]);
  });
});

describe("a replay with a fallback", () => {
  it("ends with its miss: another model would hide it", async () => {
    const recording = { mode: "replay", dir: "/nowhere" } as const;
    const replay = setting("custom/m1", "http://127.0.0.1:9/v1", { recording });
    const [choice, rules] = await selectModels({ ...replay, fallback: "rules" });
    if (choice === undefined || rules === undefined) throw new Error("two models were configured");
    await expect(createDesk({ choice, fallback: [rules] }).ask("RSI of BTC")).rejects.toThrow(/\/nowhere has no call/);
  });
});

describe("the fallback setting", () => {
  const ids = async (fallback: string | null, model = "custom/m1") =>
    (await selectModels({ ...setting(model, "http://127.0.0.1:9/v1"), fallback })).map(({ id }) => id);

  it("is a list, with spaces and URLs where one likes", async () => {
    expect(await ids(null)).toEqual(["custom/m1"]);
    expect(await ids("ollama/llama3:8b@http://127.0.0.1:11434/v1 , x/@cf/y@https://h/v1,rules")).toEqual([
      "custom/m1",
      "ollama/llama3:8b",
      "x/@cf/y",
      "rules",
    ]);
  });

  it.each([
    ["something behind rules", "rules,custom/m2@http://127.0.0.1:9/v1", /behind rules/],
    ["an empty place", "custom/m2@http://127.0.0.1:9/v1,", /DEEPTRADER_MODEL_FALLBACK is ""/],
    ["a missing key", "openai/gpt-5", /DEEPTRADER_MODEL_FALLBACK is openai\/gpt-5, but OPENAI_API_KEY is not set/],
    ["a provider that needs a URL", "custom/m2", /knows no provider custom.*add behind it @/s],
    ["a URL that is none", "custom/m2@ftp://user:sk-canary-7f3a91@host", /URL in DEEPTRADER_MODEL_FALLBACK is not/],
  ])("refuses %s, without a secret in the message", async (_what, fallback, says) => {
    const error: unknown = await ids(fallback).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toMatch(says);
    expect(String(error)).not.toContain("sk-canary");
  });

  it("is refused where rules come first", async () => {
    await expect(ids("rules", "rules")).rejects.toThrow(ConfigError);
  });
});
