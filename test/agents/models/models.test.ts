import { readdirSync, readFileSync } from "node:fs";
import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { describe, expect, it } from "vitest";
import { billedStream, meteredModel, openBill } from "#agents/models/metered.ts";
import { RuleModel } from "#agents/models/rule-model.ts";
import { TokenBudgetError } from "#schemas/errors.ts";
import { WorkTally } from "#schemas/work.ts";

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

const purseOf = (tally: WorkTally, maxTokens: number | null = null) => ({ tally, maxTokens, overBudget: false });

describe("meteredModel", () => {
  const usage = (input: unknown, output: unknown) =>
    ({ inputTokens: { total: input }, outputTokens: { total: output } }) as never;
  const inner = (part: Partial<LanguageModelV4>): LanguageModelV4 =>
    Object.assign(new RuleModel([() => ({ text: "ok" })]), part);

  it("counts a call that fails", async () => {
    const tally = new WorkTally();
    const model = meteredModel(inner({ doGenerate: () => Promise.reject(new Error("down")) }), purseOf(tally));
    await expect(model.doGenerate(call())).rejects.toThrow("down");
    expect(tally.total()).toMatchObject({ modelCalls: 1, inputTokens: 0 });
  });

  it.each([
    [5, 7, { inputTokens: 5, outputTokens: 7 }],
    [undefined, undefined, { inputTokens: 0, outputTokens: 0 }],
    [-3, Number.NaN, { inputTokens: 0, outputTokens: 0 }],
    ["9", 1.5, { inputTokens: 0, outputTokens: 0 }],
  ])("books %s and %s tokens only as the counts they are", async (input, output, booked) => {
    const tally = new WorkTally();
    const reply = { content: [], finishReason: { unified: "stop", raw: undefined }, warnings: [] } as const;
    const doGenerate = async () => ({ ...reply, content: [], warnings: [], usage: usage(input, output) });
    await meteredModel(inner({ doGenerate }), purseOf(tally)).doGenerate(call());
    expect(tally.total()).toMatchObject({ modelCalls: 1, ...booked });
  });

  it("counts a stream's usage as it passes, and passes all of it on", async () => {
    const tally = new WorkTally();
    const parts: LanguageModelV4StreamPart[] = [
      { type: "text-start", id: "1" },
      { type: "finish", finishReason: { unified: "stop", raw: undefined }, usage: usage(11, 4) },
    ];
    const doStream = async () => ({ stream: ReadableStream.from(parts) as ReadableStream<LanguageModelV4StreamPart> });
    const { stream } = await meteredModel(inner({ doStream }), purseOf(tally)).doStream(call());
    const passed: LanguageModelV4StreamPart[] = [];
    for await (const part of stream) passed.push(part);
    expect(passed).toEqual(parts);
    expect(tally.total()).toMatchObject({ modelCalls: 1, inputTokens: 11, outputTokens: 4 });
  });
});

describe("a purse", () => {
  it("refuses a call once its tokens are spent, before it is made", async () => {
    const tally = new WorkTally();
    const purse = purseOf(tally, 100);
    const model = meteredModel(new RuleModel([() => ({ text: "ok" })], { record: true }), purse);
    tally.count({ inputTokens: 60, outputTokens: 39 });
    await model.doGenerate(call());
    tally.count({ outputTokens: 1 });
    for (const again of [() => model.doGenerate(call()), () => model.doStream(call())]) {
      await expect(again()).rejects.toThrow(TokenBudgetError);
    }
    expect(purse.overBudget).toBe(true);
    expect(tally.total().modelCalls).toBe(1);
  });
});

describe("the bill of a call", () => {
  const never = new AbortController().signal;
  const asked = "x".repeat(400);
  const counted = (tally: WorkTally) => {
    const { inputTokens, outputTokens, estimatedTokens } = tally.total();
    return [inputTokens, outputTokens, estimatedTokens];
  };

  it.each([
    ["what the provider says", { inputTokens: 7, outputTokens: 3 }, [7, 3, 0]],
    ["an estimate where it says nothing", undefined, [100, 5, 105]],
    ["an estimate of the part it leaves out", { inputTokens: { total: 7 }, outputTokens: {} }, [7, 5, 5]],
    ["an estimate in place of what is no count", { inputTokens: Number.NaN, outputTokens: -4 }, [100, 5, 105]],
    ["nothing at all where it says so", { inputTokens: 0, outputTokens: 0 }, [0, 0, 0]],
  ])("is %s", (_what, usage, tokens) => {
    const tally = new WorkTally();
    const bill = openBill(tally, asked.slice(2), never);
    bill.heard("twenty characters...");
    bill.settle(usage);
    bill.settle(usage);
    expect(counted(tally)).toEqual(tokens);
  });

  it("is settled there and then by an abort, and not again by what comes after", () => {
    const tally = new WorkTally();
    const caller = new AbortController();
    const bill = openBill(tally, asked.slice(2), caller.signal);
    caller.abort();
    expect(counted(tally)).toEqual([100, 0, 100]);
    bill.settle({ inputTokens: 7, outputTokens: 3 });
    bill.drop();
    expect(counted(tally)).toEqual([100, 0, 100]);
  });

  it("is nothing for a call that was refused, nor for a model that buys no tokens", () => {
    const tally = new WorkTally();
    const caller = new AbortController();
    openBill(tally, asked, caller.signal).drop();
    openBill(tally, null, caller.signal).settle(undefined);
    openBill(tally, null, caller.signal);
    caller.abort();
    expect(counted(tally)).toEqual([0, 0, 0]);
  });

  it("of a stream that breaks off is what was heard of it", async () => {
    const tally = new WorkTally();
    const parts = [{ type: "text-delta", delta: "twenty characters..." }];
    const broken = { stream: ReadableStream.from(parts) as ReadableStream<{ type: string }> };
    const { stream } = billedStream(broken, openBill(tally, asked.slice(2), never));
    for await (const part of stream) expect(part).toEqual(parts[0]);
    expect(counted(tally)).toEqual([100, 5, 105]);
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
