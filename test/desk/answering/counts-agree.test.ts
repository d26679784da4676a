// The tokens of a question, counted four times over: by the server's bill, the spans of the runs, the thought and the ledger.
import { describe, expect, it } from "vitest";
import { managerInstructions } from "#agents/deep-trader-manager/agent.ts";
import type { Thought } from "#schemas/thought.ts";
import { type ServerReply, type ServerRequest, startOpenAiServer } from "#test/support/openai-server.ts";
import { thinkingDesk } from "./thinking-desk.ts";

const QUESTION = "explain to a beginner how my desk and BTC hang together";

const reads = (asset: string): ServerReply => ({
  tool: "analysis",
  input: { asset },
  usage: { input: 900, output: 40 },
});
const says: ServerReply = { text: "{{f1}}", usage: { input: 1_300, output: 60 } };

async function askOf(script: (request: ServerRequest, index: number) => ServerReply, fallback: string | null = null) {
  await using server = await startOpenAiServer(script);
  const desk = await thinkingDesk({
    modelUrl: server.url,
    modelFallback: fallback?.replace("URL", server.url) ?? null,
  });
  const asked = await desk.ask(QUESTION);
  return { ...asked, billed: server.billed.input + server.billed.output, requests: server.requests.length };
}

const spansOf = (thought: Thought | null) => (thought?.attempts ?? []).flatMap(({ spans }) => spans);
const ofSpans = (thought: Thought | null): number =>
  spansOf(thought).reduce((sum, { inputTokens, outputTokens }) => sum + (inputTokens ?? 0) + (outputTokens ?? 0), 0);
const ofThought = (thought: Thought | null): number => (thought?.inputTokens ?? 0) + (thought?.outputTokens ?? 0);

describe("the tokens of a question", () => {
  it("are the same on the server's bill, in the spans, the thought and the ledger, two reads and a retry included", async () => {
    const { answer, thought, entry, billed, requests } = await askOf(({ toolResults }, index) =>
      index === 1 ? { status: 503 } : ([reads("BTC"), reads("ETH")][toolResults] ?? says),
    );
    expect(answer).toMatchObject({ path: "reasoned", model: "custom/m1" });
    expect(spansOf(thought).map(({ kind, name }) => [kind, name])).toEqual([
      ["run", "run"],
      ["model", "model"],
      ["tool", "analysis"],
      ["model", "model"],
      ["tool", "analysis"],
      ["model", "model"],
    ]);
    expect([ofSpans(thought), ofThought(thought)]).toEqual([billed, billed]);
    expect((entry?.work.inputTokens ?? 0) + (entry?.work.outputTokens ?? 0)).toBe(billed);
    expect([thought?.modelCalls, entry?.work.modelCalls, requests]).toEqual([4, 4, 4]);
    expect(thought).toMatchObject({ estimatedTokens: 0, instructions: (await managerInstructions()).version });
    expect(thought?.attempts[0]?.uses.map(({ tool, input }) => [tool, input])).toEqual([
      ["analysis", { asset: "BTC" }],
      ["analysis", { asset: "ETH" }],
    ]);
  });

  it.each([
    ["a stream that breaks off", { cut: true }],
    ["a server that does not count", { text: "{{f1}}", usage: null }],
  ] as const)("are estimated where nobody counts them, of %s, and said to be", async (_what, reply) => {
    const { thought, entry, billed } = await askOf(({ toolResults }) => (toolResults === 0 ? reads("BTC") : reply));
    expect(ofSpans(thought)).toBe(billed);
    expect(thought?.estimatedTokens).toBeGreaterThan(0);
    expect(ofThought(thought)).toBe(billed + (thought?.estimatedTokens ?? 0));
    expect(entry?.work).toMatchObject({
      inputTokens: thought?.inputTokens,
      outputTokens: thought?.outputTokens,
      estimatedTokens: thought?.estimatedTokens,
    });
  });

  it("are those of all models that were asked, where one stands in", async () => {
    const { answer, thought, billed } = await askOf(
      ({ body, toolResults }) =>
        body.model === "m1" && toolResults > 0 ? { status: 400 } : ([reads("BTC")][toolResults] ?? says),
      "custom/m2@URL",
    );
    expect(answer.model).toBe("custom/m2");
    expect(thought?.attempts.map(({ model, ended }) => [model, ended])).toEqual([
      ["custom/m1", "model-error"],
      ["custom/m2", "completed"],
    ]);
    expect([ofSpans(thought), ofThought(thought)]).toEqual([billed, billed]);
  });
});

describe("a thought", () => {
  it("is kept of a model that was never reached, with what the rules said instead", async () => {
    const { answer, thought } = await askOf(() => ({ status: 503 }));
    expect(answer.path).toBe("declined");
    expect(thought).toMatchObject({ question: QUESTION, status: "failed", model: null, stood: "" });
    expect(thought?.attempts[0]?.spans.map(({ kind, failed }) => [kind, failed])).toEqual([
      ["run", true],
      ["model", true],
    ]);
  });

  it("is none of a question that code answers, and holds the facts that were given", async () => {
    await using server = await startOpenAiServer(({ toolResults }) => [reads("BTC")][toolResults] ?? says);
    const desk = await thinkingDesk({ modelUrl: server.url });
    expect((await desk.ask("RSI of BTC")).thought).toBeNull();
    const { thought } = await desk.ask(QUESTION, "me");
    expect(thought).toMatchObject({ conversation: "me", status: "answered" });
    const [use] = thought?.attempts[0]?.uses ?? [];
    const ids = thought?.facts.map((line) => line.split(" = ", 1)[0]);
    expect(use?.factIds.length).toBeGreaterThan(3);
    expect(ids).toEqual(expect.arrayContaining([...(use?.factIds ?? [])]));
  });
});
