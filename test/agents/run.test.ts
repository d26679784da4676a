import type { LanguageModelV4 } from "@ai-sdk/provider";
import { describe, expect, it } from "vitest";
import { DeskRun } from "#agents/desk-run.ts";
import { loadMastra } from "#agents/mastra-env.ts";
import { type Rule, RuleModel } from "#agents/models/rule-model.ts";
import { describeModelError, runModel, streamAgent } from "#agents/run.ts";
import type { ModelText } from "#schemas/fact.ts";
import { WorkTally } from "#schemas/work.ts";
import { NOW_MS } from "./desk-fixture.ts";

const run = new DeskRun({ nowMs: NOW_MS, tally: new WorkTally() });
const never = new AbortController().signal;

async function agentOn(
  model: LanguageModelV4,
  inputProcessors: { id: string; processInput: (args: { abort: (why: string) => never }) => never }[] = [],
) {
  const { Agent, createTool, noopLogger } = await loadMastra();
  const look = createTool({ id: "look", description: "Looks.", execute: async () => "nothing" });
  const agent = new Agent({ id: "a", name: "a", instructions: "", model, tools: { look }, inputProcessors });
  agent.__setLogger(noopLogger);
  return agent;
}

const ruled = (rule: Rule) => agentOn(new RuleModel([rule]));
const options = { run, deadlineMs: 600_000, maxSteps: 3, signal: never };
type Options = typeof options;

/** One message to an agent, and nothing heard of it but its result. */
const runAgent = (agent: Awaited<ReturnType<typeof agentOn>>, content: string, given: Options) =>
  streamAgent(agent as never, [{ role: "user", content }], given, { onText: () => {}, onToolCall: () => {} });

describe("streamAgent", () => {
  it("tells each piece of the text as it comes, and that a tool was called before it", async () => {
    const agent = await ruled(({ toolResults }) =>
      toolResults.length === 0 ? { call: [{ tool: "look", input: {} }] } : { text: "seen" },
    );
    const heard: (ModelText | string)[] = [];
    const events = {
      onText: (piece: ModelText) => void heard.push(piece),
      onToolCall: () => void heard.push("(tool)"),
    };
    const result = await streamAgent(agent as never, [{ role: "user", content: "go" }], options, events);
    expect([result, heard]).toEqual([{ status: "completed", text: "seen" }, ["(tool)", "seen"]]);
  });

  it("tells nothing more once its time is over", async () => {
    const deltas = new ReadableStream({
      async pull(controller) {
        controller.enqueue({ type: "text-delta", id: "1", delta: "x" });
        await new Promise((resolve) => setImmediate(resolve));
      },
    });
    const model = { ...deafModel(), doStream: async () => ({ stream: deltas }) } as unknown as LanguageModelV4;
    let pieces = 0;
    const events = { onText: () => void pieces++, onToolCall: () => {} };
    const agent = await agentOn(model);
    const given = { ...options, deadlineMs: 60 };
    const result = await streamAgent(agent as never, [{ role: "user", content: "go" }], given, events);
    expect(result.status).toBe("deadline");
    const atTheEnd = pieces;
    await new Promise((resolve) => setImmediate(resolve));
    expect(pieces).toBe(atTheEnd);
  });

  it("gives the text of a run that completed", async () => {
    const agent = await ruled(({ user }) => ({ text: `heard ${user}` }));
    expect(await runAgent(agent, "hello", options)).toEqual({ status: "completed", text: "heard hello" });
  });

  it("calls a run that is still using tools at its limit a failure", async () => {
    const agent = await ruled(() => ({ call: [{ tool: "look", input: {} }] }));
    expect(await runAgent(agent, "go", options)).toMatchObject({ status: "step-limit" });
  });

  it("calls a run without a text empty", async () => {
    expect(await runAgent(await ruled(() => ({ text: " \n" })), "go", options)).toMatchObject({ status: "empty" });
  });

  it("tells a tripwire from an answer", async () => {
    const stop = { id: "guard", processInput: ({ abort }: { abort: (why: string) => never }) => abort("no") };
    const agent = await agentOn(new RuleModel([() => ({ text: "hi" })]), [stop]);
    expect(await runAgent(agent, "go", options)).toEqual({ status: "tripwire", detail: "stopped by guard" });
  });

  it("ends at the caller's abort, before and during the run", async () => {
    const deaf = await agentOn(deafModel());
    expect(await runAgent(deaf, "go", { ...options, signal: AbortSignal.abort() })).toMatchObject({
      status: "aborted",
    });
    const caller = new AbortController();
    const result = runAgent(deaf, "go", { ...options, signal: caller.signal });
    caller.abort();
    expect(await result).toMatchObject({ status: "aborted" });
  });

  it("ends at its deadline although the model ignores its signal", async () => {
    const agent = await agentOn(deafModel());
    expect(await runAgent(agent, "go", { ...options, deadlineMs: 30 })).toMatchObject({ status: "deadline" });
  });

  it("is a model error, not a throw, when the model is", async () => {
    const refused = Object.assign(new Error("key sk-1 is bad"), { statusCode: 403, isRetryable: false });
    const model = { ...deafModel(), doStream: () => Promise.reject(refused) };
    const result = await runAgent(await agentOn(model), "go", options);
    expect(result).toEqual({ status: "model-error", detail: "the model server answered HTTP 403" });
  });
});

describe("runModel", () => {
  const request = { system: "s", user: "u", schema: {}, maxOutputTokens: 10 };
  const asked = (reply: () => Promise<unknown>, deadlineMs = options.deadlineMs) =>
    runModel(() => ({ ...deafModel(), doGenerate: reply }) as unknown as LanguageModelV4, request, {
      ...options,
      deadlineMs,
    });
  const streaming = (...parts: readonly unknown[]) => asked(async () => ({ stream: ReadableStream.from(parts) }));
  const delta = { type: "text-delta", id: "1", delta: "hello" };

  it.each([
    ["a word", "stop"],
    ["an object", { unified: "stop", raw: undefined }],
  ])("reads a stream whose reason is %s", async (_what, finishReason) => {
    const result = await streaming(delta, delta, { type: "finish", finishReason });
    expect(result).toEqual({ status: "completed", text: "hellohello" });
  });

  it("reads parts that come at once", async () => {
    const content = [
      { type: "reasoning", text: "hm" },
      { type: "text", text: "hello" },
    ];
    const result = await asked(async () => ({ content, finishReason: { unified: "stop", raw: undefined } }));
    expect(result).toEqual({ status: "completed", text: "hello" });
  });

  it.each<[string, readonly unknown[], string]>([
    ["breaks off", [delta], "model-error"],
    ["reports an error", [delta, { type: "error", error: new Error("x") }, { type: "finish" }], "model-error"],
    ["calls a tool", [{ type: "tool-call" }, { type: "finish", finishReason: "tool-calls" }], "step-limit"],
    ["is filtered", [delta, { type: "finish", finishReason: "content-filter" }], "tripwire"],
    ["is empty", [{ type: "finish", finishReason: "stop" }], "empty"],
  ])("calls a stream that %s a failure", async (_what, parts, status) => {
    expect(await streaming(...parts)).toMatchObject({ status });
  });

  it("ends at its deadline, also in the middle of a stream, and at the caller's abort", async () => {
    const endless = new ReadableStream({ start: (controller) => controller.enqueue(delta) });
    expect(await asked(async () => ({ stream: endless }), 200)).toMatchObject({ status: "deadline" });
    const gone = { ...options, signal: AbortSignal.abort() };
    expect(await runModel(() => deafModel(), request, gone)).toMatchObject({ status: "aborted" });
  });
});

describe("describeModelError", () => {
  it.each([
    [Object.assign(new Error("x"), { statusCode: 503 }), "the model server answered HTTP 503"],
    [
      new Error("outer", { cause: Object.assign(new Error("x"), { statusCode: 429 }) }),
      "the model server answered HTTP 429",
    ],
    [
      new Error("x", { cause: Object.assign(new Error("y"), { code: "ECONNREFUSED" }) }),
      "the model server could not be reached (ECONNREFUSED)",
    ],
    [new TypeError("sk-secret"), "the model call failed (TypeError)"],
    ["sk-secret", "the model call failed"],
  ])("%s", (error, said) => {
    expect(describeModelError(error)).toBe(said);
  });
});

/** Takes a call and never comes back, not even when aborted. */
const deafModel = (): LanguageModelV4 => ({
  specificationVersion: "v4",
  provider: "test",
  modelId: "deaf",
  supportedUrls: {},
  doGenerate: () => new Promise(() => undefined),
  doStream: () => new Promise(() => undefined),
});
