import { readdirSync, readFileSync } from "node:fs";
import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { describe, expect, it } from "vitest";
import { meterCall, meteredStream, type TokenLimit } from "#agents/models/metered.ts";
import { RuleModel } from "#agents/models/rule-model.ts";
import { TokenBudgetError } from "#schemas/errors.ts";
import { WorkTally } from "#schemas/work.ts";
import { meteredModel } from "./metered-double.ts";

const call = (part: Partial<LanguageModelV4CallOptions> = {}): LanguageModelV4CallOptions => ({
  prompt: [
    { role: "system", content: "be brief" },
    { role: "user", content: [{ type: "text", text: "old" }] },
    {
      role: "tool",
      content: [{ type: "tool-result", toolCallId: "0", toolName: "look", output: { type: "text", value: "old" } }],
    },
    { role: "user", content: [{ type: "text", text: "new" }] },
    {
      role: "tool",
      content: [{ type: "tool-result", toolCallId: "1", toolName: "look", output: { type: "json", value: { a: 1 } } }],
    },
  ],
  ...part,
});

describe("RuleModel", () => {
  it("sees the last question and the tool results since then", async () => {
    const model = new RuleModel([() => ({ text: "ok" })], { record: true });
    await model.doGenerate(call());
    expect(model.calls).toEqual([
      { system: "be brief", user: "new", toolResults: [{ tool: "look", output: { a: 1 } }], tools: [] },
    ]);
    expect(() => Object.assign(model.calls[0]?.toolResults[0]?.output ?? {}, { a: 2 })).toThrow(TypeError);
  });

  it("answers by the first rule that does, the same way each time, and counts no tokens", async () => {
    const model = new RuleModel([
      () => null,
      () => ({ call: [{ tool: "look", input: { at: 1 } }] }),
      () => ({ text: "late" }),
    ]);
    const [first, second] = [await model.doGenerate(call()), await model.doGenerate(call())];
    expect(first).toEqual(second);
    expect(first.content).toMatchObject([{ type: "tool-call", toolName: "look", input: '{"at":1}' }]);
    expect(first.finishReason.unified).toBe("tool-calls");
    expect([first.usage.inputTokens.total, first.usage.outputTokens.total]).toEqual([undefined, undefined]);
    expect(model.calls).toEqual([]);
  });

  it("streams what it generates", async () => {
    const { stream } = await new RuleModel([() => ({ text: "ok" })]).doStream(call());
    const parts: LanguageModelV4StreamPart[] = [];
    for await (const part of stream) parts.push(part);
    expect(parts.map((part) => part.type)).toEqual(["stream-start", "text-start", "text-delta", "text-end", "finish"]);
  });

  it("respects an abort, and names a turn that no rule answers", async () => {
    const reason = new Error("stop");
    const abortSignal = AbortSignal.abort(reason);
    await expect(new RuleModel([() => ({ text: "ok" })]).doGenerate(call({ abortSignal }))).rejects.toBe(reason);
    await expect(new RuleModel([]).doGenerate(call())).rejects.toThrow(/No rule of model rules/);
  });
});

const limitOf = (tally: WorkTally, maxTokens: number | null = null): TokenLimit => ({
  tally,
  maxTokens,
  overBudget: false,
});

describe("meteredModel", () => {
  const usage = (input: unknown, output: unknown) =>
    ({ inputTokens: { total: input }, outputTokens: { total: output } }) as never;
  const inner = (part: Partial<LanguageModelV4>): LanguageModelV4 =>
    Object.assign(new RuleModel([() => ({ text: "ok" })]), part);

  it("counts a call that fails", async () => {
    const tally = new WorkTally();
    const model = meteredModel(inner({ doGenerate: () => Promise.reject(new Error("down")) }), limitOf(tally));
    await expect(model.doGenerate(call())).rejects.toThrow("down");
    expect(tally.total()).toMatchObject({ modelCalls: 1, inputTokens: 0 });
  });

  it("counts a stream's usage as it passes, and passes all of it on", async () => {
    const tally = new WorkTally();
    const parts: LanguageModelV4StreamPart[] = [
      { type: "text-start", id: "1" },
      { type: "finish", finishReason: { unified: "stop", raw: undefined }, usage: usage(111, 4) },
    ];
    const doStream = async () => ({ stream: ReadableStream.from(parts) as ReadableStream<LanguageModelV4StreamPart> });
    const { stream } = await meteredModel(inner({ doStream }), limitOf(tally)).doStream(call());
    const passed: LanguageModelV4StreamPart[] = [];
    for await (const part of stream) passed.push(part);
    expect(passed).toEqual(parts);
    expect(tally.total()).toMatchObject({ modelCalls: 1, inputTokens: 111, outputTokens: 4 });
  });
});

describe("a token limit", () => {
  it("refuses a call once its tokens are spent, before it is made", async () => {
    const tally = new WorkTally();
    const limit = limitOf(tally, 100);
    const model = meteredModel(new RuleModel([() => ({ text: "ok" })], { record: true }), limit);
    tally.count({ inputTokens: 60, outputTokens: 39 });
    await model.doGenerate(call());
    tally.count({ outputTokens: 1 });
    for (const again of [() => model.doGenerate(call()), () => model.doStream(call())]) {
      await expect(again()).rejects.toThrow(TokenBudgetError);
    }
    expect(limit.overBudget).toBe(true);
    expect(tally.total().modelCalls).toBe(1);
  });
});

describe("the meter of a call", () => {
  // With the JSON around it the prompt is 400 characters, an estimated 100 tokens; the answer is 20, so 5.
  const asked = { prompt: [{ role: "system" as const, content: "x".repeat(363) }], tools: [] };
  const answer = "twenty characters...";
  const counted = (tally: WorkTally) => {
    const { inputTokens, outputTokens, estimatedTokens } = tally.total();
    return [inputTokens, outputTokens, estimatedTokens];
  };
  const countsOf = (usage: unknown, text = answer) => {
    const tally = new WorkTally();
    const call = meterCall(tally, asked, undefined);
    call.received(text);
    call.settle(usage);
    call.settle(usage);
    return counted(tally);
  };

  it.each([
    ["what the provider says", { inputTokens: 90, outputTokens: 3 }, [90, 3, 0]],
    [
      "what it says in the later versions' shape",
      { inputTokens: { total: 90 }, outputTokens: { total: 3 } },
      [90, 3, 0],
    ],
    [
      "more than the texts, where it says so: thoughts are not shown",
      { inputTokens: 90, outputTokens: 900 },
      [90, 900, 0],
    ],
    ["an estimate where it says nothing", undefined, [100, 5, 105]],
    ["an estimate where it says null", null, [100, 5, 105]],
    ["an estimate of the part it leaves out", { inputTokens: { total: 90 }, outputTokens: {} }, [90, 5, 5]],
    ["an estimate in place of what is no count", { inputTokens: Number.NaN, outputTokens: -4 }, [100, 5, 105]],
    ["an estimate in place of a text or a fraction", { inputTokens: "900", outputTokens: 1.5 }, [100, 5, 105]],
    [
      "an estimate in place of endless tokens",
      { inputTokens: Number.POSITIVE_INFINITY, outputTokens: 3 },
      [100, 3, 100],
    ],
    ["an estimate in place of 0 for texts that are there", { inputTokens: 0, outputTokens: 0 }, [100, 5, 105]],
    ["an estimate in place of 0 for the prompt alone", { inputTokens: 0, outputTokens: 3 }, [100, 3, 100]],
    ["an estimate in place of a count far under the text", { inputTokens: 4, outputTokens: 5 }, [100, 5, 100]],
    ["a count of a twentieth of the estimate, which is believed", { inputTokens: 5, outputTokens: 5 }, [5, 5, 0]],
    ["the total, where it is all that is said", { totalTokens: 1000 }, [100, 900, 105]],
    [
      "the total of the server's own words",
      { inputTokens: { total: 0 }, raw: { total_tokens: 1000 } },
      [100, 900, 105],
    ],
    ["the estimate, where the total is less", { totalTokens: 9 }, [100, 5, 105]],
  ])("is %s", (_what, usage, tokens) => {
    expect(countsOf(usage)).toEqual(tokens);
  });

  it("is 0 for an answer without a text, where the provider says so", () => {
    expect(countsOf({ inputTokens: 90, outputTokens: 0 }, "")).toEqual([90, 0, 0]);
  });

  it("is settled there and then by an abort, and not again by what comes after", () => {
    const tally = new WorkTally();
    const caller = new AbortController();
    const call = meterCall(tally, asked, caller.signal);
    caller.abort();
    expect(counted(tally)).toEqual([100, 0, 100]);
    call.settle({ inputTokens: 90, outputTokens: 3 });
    call.drop();
    expect(counted(tally)).toEqual([100, 0, 100]);
  });

  it("is nothing for a call that was refused", () => {
    const tally = new WorkTally();
    const call = meterCall(tally, asked, undefined);
    call.drop();
    call.settle(undefined);
    expect(counted(tally)).toEqual([0, 0, 0]);
  });

  const tool = { type: "tool-call", toolCallId: "c1", toolName: "look", input: answer };
  it.each([
    ["breaks off", [{ type: "text-delta", delta: answer }], 5],
    ["calls a tool whole", [tool], 5],
    [
      "calls a tool in pieces, whose input is not counted twice",
      [{ type: "tool-input-delta", id: "c1", delta: answer }, tool],
      5,
    ],
    [
      "says 0 of what it sent",
      [
        { type: "reasoning-delta", delta: answer },
        { type: "finish", usage: { outputTokens: 0 } },
      ],
      5,
    ],
  ] satisfies [string, { type: string; [name: string]: unknown }[], number][])(
    "of a stream that %s is what was received of it",
    async (_what, parts, output) => {
      const tally = new WorkTally();
      const result = { stream: ReadableStream.from<{ type: string }>(parts) };
      const { stream } = meteredStream(result, meterCall(tally, asked, undefined));
      const passed: unknown[] = [];
      for await (const part of stream) passed.push(part);
      expect(passed).toEqual(parts);
      expect(counted(tally)).toEqual([100, output, 100 + output]);
    },
  );

  it("of a stream that its reader gives up is settled too", async () => {
    const tally = new WorkTally();
    const endless = new ReadableStream<{ type: string; delta: string }>({
      pull: (controller) => controller.enqueue({ type: "text-delta", delta: answer }),
    });
    const { stream } = meteredStream({ stream: endless }, meterCall(tally, asked, undefined));
    for await (const _ of stream) break;
    expect(tally.total().estimatedTokens).toBeGreaterThanOrEqual(105);
  });
});

describe("the agents' files", () => {
  it("import Mastra for its types only, so that a recalled answer never loads it", () => {
    const root = new URL("../../../agents/", import.meta.url);
    const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    const eager = files.filter((file) =>
      /^import (?!type )[^;]*from "(?:@mastra|@ai-sdk)\//m.test(readFileSync(new URL(file, root), "utf8")),
    );
    expect(files).toContain("mastra-env.ts");
    expect(eager).toEqual([]);
  });
});
