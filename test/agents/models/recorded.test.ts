// Recording and replay through the unmodified Mastra router, and the folder beneath it.
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ModelCall } from "#agents/models/call.ts";
import { createRecorder } from "#agents/models/recorded.ts";
import { type ModelSetting, selectModel } from "#agents/models/select.ts";
import { ModelRunError } from "#schemas/errors.ts";
import { startOpenAiServer } from "#test/support/openai-server.ts";
import { diligent, QUESTION, usage } from "../diligent.ts";
import { createTalkDesk } from "../talk-fixture.ts";

const CANARY = "sk-canary-7f3a91";

let dir = "";
beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), "deeptrader-recorded-")), "calls");
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(join(dir, ".."), { recursive: true, force: true });
});

const setting = (mode: "record" | "replay", part: Partial<ModelSetting> = {}): ModelSetting => ({
  model: "custom/m1",
  modelUrl: "http://127.0.0.1:9/v1",
  env: {},
  wait: async () => undefined,
  recording: { mode, dir },
  ...part,
});

const ask = async (part: ModelSetting, text = QUESTION) =>
  createTalkDesk({ choices: [await selectModel(part)] }).ask(text);
type Asked = ReturnType<typeof ask>;

const failure = (asked: Asked): Promise<Error> =>
  asked.then(
    ({ status }) => {
      throw new Error(`ended: ${status}`);
    },
    (error: Error) => error,
  );

const files = async (): Promise<readonly string[]> => (await readdir(dir)).toSorted();

async function partsOf(stream: ReadableStream): Promise<readonly unknown[]> {
  const parts: unknown[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

async function recordOnce(): Asked {
  await using server = await startOpenAiServer(diligent);
  // Not before the answer is there may the server go.
  return await ask(setting("record", { modelUrl: server.url }));
}

describe("a recorded question", () => {
  it("is answered again without a server: same answer, same work, one file per call", async () => {
    const recorded = await recordOnce();
    expect(recorded.work).toMatchObject({ modelCalls: 2, inputTokens: 200, outputTokens: 20 });
    expect(await files()).toHaveLength(2);
    const again = await ask(setting("replay"));
    expect(JSON.stringify(again)).toBe(JSON.stringify(recorded));
  });

  it("is not asked a second time while recording", async () => {
    await using server = await startOpenAiServer(diligent);
    const first = await ask(setting("record", { modelUrl: server.url }));
    const second = await ask(setting("record", { modelUrl: server.url }));
    expect(second).toEqual(first);
    expect(server.requests).toHaveLength(2);
  });

  it("is replayed without the provider's key, and in silence", async () => {
    await using server = await startOpenAiServer(diligent);
    const keyed = { model: "openai/gpt-5", modelUrl: server.url, env: { OPENAI_API_KEY: CANARY } };
    const recorded = await ask(setting("record", keyed));
    const printed = vi.spyOn(console, "warn");
    const replayed = await ask(setting("replay", { model: "openai/gpt-5", modelUrl: null }));
    expect(replayed).toEqual(recorded);
    expect(printed).not.toHaveBeenCalled();
  });

  it("by two desks at once has one recording, which both of them were answered from", async () => {
    await using server = await startOpenAiServer((request, index) =>
      request.toolResults > 0 ? { text: `Reply ${index}.`, usage } : diligent(request),
    );
    const both = setting("record", { modelUrl: server.url });
    const answers = await Promise.all([ask(both), ask(both)]);
    expect((await files()).every((name) => /^[0-9a-f]{64}\.json$/.test(name))).toBe(true);
    // A reply that another desk's file does not hold would make a later call of the same desk a miss.
    const replayed = await ask(setting("replay"));
    for (const answer of answers) expect(answer).toEqual(replayed);
  });

  it("holds no key: not of the header, and not one that the server sends back", async () => {
    const env = { OPENAI_API_KEY: CANARY };
    await using server = await startOpenAiServer((request) =>
      request.toolResults > 0 ? { text: `It is ${CANARY}.` } : diligent(request),
    );
    const error = await failure(ask(setting("record", { model: "openai/gpt-5", modelUrl: server.url, env })));
    expect(error).toBeInstanceOf(ModelRunError);
    expect(error.message).toMatch(/repeats the provider's key/);
    const stored = await Promise.all((await files()).map((name) => readFile(join(dir, name), "utf8")));
    expect(stored).toHaveLength(1);
    expect(server.requests.every(({ authorization }) => authorization === `Bearer ${CANARY}`)).toBe(true);
    expect(stored.join("") + inspect(error, { depth: 9, showHidden: true })).not.toContain(CANARY);
  });

  it("keeps no failed call: what was down is asked again", async () => {
    {
      await using server = await startOpenAiServer(() => ({ status: 400 }));
      const failed = await ask(setting("record", { modelUrl: server.url }));
      expect(failed).toMatchObject({ status: "failed", why: expect.stringContaining("HTTP 400") });
    }
    expect(await recordOnce()).toMatchObject({ status: "answered", work: { modelCalls: 2 } });
  });

  it("cannot be written: the question fails, and says which folder", async () => {
    await writeFile(dir, "a file where the folder should be");
    expect((await failure(recordOnce())).message).toContain(dir);
  });
});

describe("a replay", () => {
  it("that misses a call is an error with hash, folder and remedy", async () => {
    await recordOnce();
    const error = await failure(ask(setting("replay"), "and how does ETH look to you?"));
    expect(error).toBeInstanceOf(ModelRunError);
    expect(error.message).toMatch(/has no call [0-9a-f]{64} \(custom\/m1\).*DEEPTRADER_MODEL_RECORD/s);
    expect(error.message).toContain(dir);
  });

  it("that misses a later call is an error too", async () => {
    await recordOnce();
    const texts = await Promise.all(
      (await files()).map(async (name) => ({ name, text: await readFile(join(dir, name), "utf8") })),
    );
    const lasts = texts.filter(({ text }) => text.includes("The RSI of BTC is"));
    expect(lasts).toHaveLength(1);
    for (const { name } of lasts) {
      await rm(join(dir, name));
      expect((await failure(ask(setting("replay")))).message).toContain(`no call ${name.slice(0, 64)}`);
      await writeFile(join(dir, name), texts.find((file) => file.name === name)?.text ?? "");
    }
  });

  it.each([
    ["cut off", (text: string) => text.slice(0, -40)],
    ["with another answer", (text: string) => text.replace('"total": 100', '"total": 1')],
    ["with another question", (text: string) => text.replace("custom/m1", "custom/m2")],
    ["of another version", (text: string) => text.replace('"schemaVersion": 1', '"schemaVersion": 2')],
  ])("refuses a file %s by its name", async (_what, spoil) => {
    await recordOnce();
    for (const name of await files()) {
      const text = await readFile(join(dir, name), "utf8");
      expect(spoil(text)).not.toBe(text);
      await writeFile(join(dir, name), spoil(text));
    }
    const error = await failure(ask(setting("replay")));
    expect(error).toBeInstanceOf(ModelRunError);
    expect(error.message).toMatch(/[0-9a-f]{64}\.json cannot be used/);
  });
});

describe("a recorded call", () => {
  const call = (options: Record<string, unknown>): ModelCall => ({ model: "a/b", method: "stream", options });
  const parts = [
    { type: "response-metadata", id: "1", timestamp: new Date(5) },
    { type: "text-delta", id: "t", delta: "é\u2028" },
    { type: "finish", finishReason: "stop", usage: { inputTokens: 1, outputTokens: 2 } },
  ];
  const streamed = async () => ({ stream: ReadableStream.from(parts) as ReadableStream });
  const never = () => Promise.reject(new Error("asked"));

  it("brings the parts as they came, dates and usage included", async () => {
    const asked = call({ prompt: [], temperature: 0 });
    for (const mode of ["record", "replay"] as const) {
      const { stream } = await createRecorder({ mode, dir }, []).serve(asked, mode === "record" ? streamed : never);
      expect(await partsOf(stream)).toEqual(parts);
    }
  });

  it.each([
    ["the model's settings", { temperature: 0 }, { temperature: 1 }, false],
    ["the tools", { tools: [{ name: "a" }] }, { tools: [{ name: "b" }] }, false],
    ["a provider's own options", { providerOptions: { x: 1 } }, { providerOptions: { x: 2 } }, false],
    ["headers", { headers: { authorization: "1" } }, { headers: { authorization: "2" } }, true],
    [
      "Mastra's notes",
      { prompt: [{ providerOptions: { mastra: { createdAt: 1 } } }] },
      { prompt: [{ providerOptions: { mastra: { createdAt: 2 } } }] },
      true,
    ],
    ["the order of members", { temperature: 0, seed: 1 }, { seed: 1, temperature: 0 }, true],
  ])("%s: tells calls apart or not", async (_what, one, other, isSame) => {
    await createRecorder({ mode: "record", dir }, []).serve(call(one), streamed);
    const served = createRecorder({ mode: "replay", dir }, []).serve(call(other), never);
    await (isSame ? expect(served).resolves.toBeDefined() : expect(served).rejects.toThrow(/has no call/));
  });

  it("that two make at once has one answer: the first to be written, for both and for ever", async () => {
    const reply = (delta: string) => async () => ({
      stream: ReadableStream.from([{ type: "text-delta", delta }, { type: "finish" }]) as ReadableStream,
    });
    const record = createRecorder({ mode: "record", dir }, []);
    const served = await Promise.all(["a", "b", "c"].map((delta) => record.serve(call({}), reply(delta))));
    const replayed = await createRecorder({ mode: "replay", dir }, []).serve(call({}), never);
    const all = await Promise.all([...served, replayed].map(({ stream }) => partsOf(stream)));
    expect(new Set(all.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(await files()).toHaveLength(1);
  });

  it("that breaks off is passed on and not kept", async () => {
    const broken = async () => ({ stream: ReadableStream.from(parts.slice(0, 2)) as ReadableStream });
    const { stream } = await createRecorder({ mode: "record", dir }, []).serve(call({}), broken);
    expect(await partsOf(stream)).toEqual(parts.slice(0, 2));
    await expect(createRecorder({ mode: "replay", dir }, []).serve(call({}), never)).rejects.toThrow(/has no call/);
  });
});
