// Models that stand in for one another, through the unmodified Mastra router and two local servers.
import { describe, expect, it } from "vitest";
import { type ModelSetting, selectModels } from "#agents/models/select.ts";
import { ConfigError } from "#schemas/errors.ts";
import { type ServerReply, startOpenAiServer } from "#test/support/openai-server.ts";
import { diligent, QUESTION, usage } from "../diligent.ts";
import { createTalkDesk } from "../talk-fixture.ts";

const setting = (model: string, modelUrl: string | null, part: Partial<ModelSetting> = {}): ModelSetting => ({
  model,
  modelUrl,
  env: {},
  wait: async () => undefined,
  recording: null,
  ...part,
});

async function deskOn(modelUrl: string, fallback: string, deadlineMs = 600_000) {
  return createTalkDesk({ choices: await selectModels({ ...setting("custom/m1", modelUrl), fallback }), deadlineMs });
}

const FAULTS: [string, ServerReply, number][] = [
  ["answers 500", { status: 500 }, 3],
  ["refuses the key", { status: 401 }, 1],
  ["answers with something else than its protocol", { garbage: "<html>" }, 1],
  // Told what was wrong with it, it is asked once more.
  ["talks nonsense", { text: "BTC is at 123,456: buy everything now!" }, 2],
  ["says nothing", { text: "" }, 1],
  ["hangs", { hang: true }, 1],
  ["loops over its tools", { tool: "positions", input: {} }, 12],
];

describe("a model that does not do its work", () => {
  it.each(FAULTS)("%s: the next one does, and every attempt is counted", async (what, reply, attempts) => {
    await using bad = await startOpenAiServer(() => reply);
    await using good = await startOpenAiServer(diligent);
    // Short where it is waited for; elsewhere out of reach, however busy the machine is.
    const desk = await deskOn(bad.url, `custom/m2@${good.url}`, what === "hangs" ? 4_000 : 600_000);
    const outcome = await desk.ask(QUESTION);
    expect(outcome).toMatchObject({ status: "answered", model: "custom/m2", work: { modelCalls: attempts + 2 } });
    expect([bad.requests.length, good.requests.length]).toEqual([attempts, 2]);
    expect(good.requests.every(({ body }) => body.model === "m2")).toBe(true);
  });

  it("is not there at all: three attempts, then the next", async () => {
    const gone = await startOpenAiServer(diligent);
    await gone[Symbol.asyncDispose]();
    await using good = await startOpenAiServer(diligent);
    const waits: number[] = [];
    const wait = async (ms: number) => void waits.push(ms);
    const choices = await selectModels({
      ...setting("custom/m1", gone.url, { wait }),
      fallback: `custom/m2@${good.url}`,
    });
    expect((await createTalkDesk({ choices }).ask(QUESTION)).status).toBe("answered");
    expect(waits).toEqual([500, 1000]);
  });

  it("is the last of several: each is told of, and the keys of none", async () => {
    await using first = await startOpenAiServer(() => ({ status: 401, message: "sk-canary-7f3a91" }));
    await using second = await startOpenAiServer(() => ({ text: "sk-canary-7f3a91" }));
    const outcome = await (await deskOn(first.url, `custom/m2@${second.url}`)).ask(QUESTION);
    expect(outcome).toMatchObject({ status: "nothing-stands" });
    const why = "why" in outcome ? outcome.why : "";
    expect(why).toMatch(/HTTP 401; /);
    expect(why).not.toContain("sk-canary");
  });

  it("spends the question's tokens: no other provider is asked", async () => {
    await using first = await startOpenAiServer(() => ({ text: "To the moon!", usage: { input: 400, output: 200 } }));
    await using second = await startOpenAiServer(diligent);
    const choices = await selectModels({ ...setting("custom/m1", first.url), fallback: `custom/m2@${second.url}` });
    const outcome = await createTalkDesk({ choices, maxTokens: 500 }).ask(QUESTION);
    expect(outcome).toMatchObject({ work: { inputTokens: 400, outputTokens: 200 } });
    expect("why" in outcome && outcome.why).toMatch(/the question's model tokens are spent/);
    expect([first.requests.length, second.requests.length]).toEqual([1, 0]);
  });

  it.each([
    [1, 1, "failed"],
    [110, 1, "failed"],
    [111, 2, "answered"],
  ] as const)("has %s tokens: they buy %s calls, and the question is %s", async (maxTokens, calls, status) => {
    await using server = await startOpenAiServer(diligent);
    const choices = await selectModels({ ...setting("custom/m1", server.url), fallback: null });
    expect(await createTalkDesk({ choices, maxTokens }).ask(QUESTION)).toMatchObject({ status });
    expect(server.requests).toHaveLength(calls);
    expect(server.billed).toEqual({ input: usage.input * calls, output: usage.output * calls });
  });

  it("is given up with the caller: no other model is asked", async () => {
    const caller = new AbortController();
    await using first = await startOpenAiServer(() => {
      caller.abort(new Error("Ctrl-C"));
      return { hang: true };
    });
    await using second = await startOpenAiServer(diligent);
    const desk = await deskOn(first.url, `custom/m2@${second.url}`);
    await expect(desk.ask(QUESTION, { signal: caller.signal })).rejects.toThrow("Ctrl-C");
    expect(second.requests).toEqual([]);
  });
});

describe("a replay with a fallback", () => {
  it("ends with its miss: another model would hide it", async () => {
    const recording = { mode: "replay", dir: "/nowhere" } as const;
    await using second = await startOpenAiServer(diligent);
    const replay = setting("custom/m1", "http://127.0.0.1:9/v1", { recording });
    const choices = await selectModels({ ...replay, fallback: `custom/m2@${second.url}` });
    await expect(createTalkDesk({ choices }).ask(QUESTION)).rejects.toThrow(/\/nowhere has no call/);
    expect(second.requests).toEqual([]);
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
