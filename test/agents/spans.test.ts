// What is seen of a run of the manager's agent, against a server that speaks the provider's protocol.
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { createDeepTraderManager } from "#agents/deep-trader-manager/agent.ts";
import { factSource } from "#agents/deep-trader-manager/talk/fact-source.ts";
import { FactTable } from "#agents/deep-trader-manager/talk/fact-table.ts";
import { TalkRun } from "#agents/deep-trader-manager/talk/talk-run.ts";
import { selectModel } from "#agents/models/select.ts";
import { streamAgent } from "#agents/run.ts";
import type { RunSpan } from "#schemas/thought.ts";
import { unixMs } from "#schemas/units.ts";
import { WorkTally } from "#schemas/work.ts";
import { type ServerReply, type ServerRequest, startOpenAiServer } from "#test/support/openai-server.ts";
import { codeOf, filesOf, PRODUCT } from "#test/support/sources.ts";

const KEY = "sk-canary-0123456789";
const WORDS = "a-question-nobody-else-asks";
const DRAFT = "a-draft-nobody-else-writes";

/** Gives one fact of what it is asked for, but breaks over one asset. */
const analysis = factSource({
  id: "analysis",
  description: "The newest analysis of an asset.",
  input: z.object({ asset: z.string() }),
  async read({ asset }) {
    if (asset === "BROKEN") throw new Error(KEY);
    return [{ kind: "rsi", value: 27.4, unit: "index", label: `RSI of ${asset}` }];
  },
});

const read = (asset: string): ServerReply => ({
  tool: "analysis",
  input: { asset },
  usage: { input: 900, output: 30 },
});
const last: ServerReply = { text: `${DRAFT} {{f1}}.`, usage: { input: 1200, output: 40 } };

/** A run of the manager on a server that does what the script says; the script's n-th reply is to a conversation with n tool results. */
async function runOn(script: (request: ServerRequest, index: number) => ServerReply, deadlineMs = 60_000) {
  await using server = await startOpenAiServer(script);
  const choice = await selectModel({
    model: "openai/gpt-5",
    modelUrl: server.url,
    env: { OPENAI_API_KEY: KEY },
    wait: async () => {},
    recording: null,
  });
  const manager = await createDeepTraderManager({ model: choice.modelFor([]), sources: [analysis] });
  const tally = new WorkTally();
  const run = new TalkRun({
    nowMs: unixMs(0),
    tally,
    table: new FactTable(),
    language: "en",
    question: "",
    conversation: null,
  });
  const signal = new AbortController().signal;
  const limits = { run, deadlineMs, maxSteps: 5, signal };
  const seen: (readonly RunSpan[])[] = [];
  const events = { onText: () => {}, onToolCall: () => {}, onSpans: (all: readonly RunSpan[]) => void seen.push(all) };
  const result = await streamAgent(manager, [{ role: "user", content: WORDS }], limits, events);
  expect(seen).toHaveLength(1);
  return { result, spans: seen.flat(), work: tally.total(), billed: { ...server.billed } };
}

const tokensOf = (spans: readonly RunSpan[]) => ({
  input: spans.reduce((sum, { inputTokens }) => sum + (inputTokens ?? 0), 0),
  output: spans.reduce((sum, { outputTokens }) => sum + (outputTokens ?? 0), 0),
});
const kindsOf = (spans: readonly RunSpan[]): readonly string[] => spans.map(({ kind }) => kind);

const printed: string[] = [];
beforeEach(() => {
  printed.length = 0;
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, "write").mockImplementation((chunk) => printed.push(String(chunk)) > 0);
  for (const level of ["log", "info", "warn", "error", "debug"] as const)
    vi.spyOn(console, level).mockImplementation((...parts) => void printed.push(inspect(parts, { depth: 9 })));
});
afterEach(() => vi.restoreAllMocks());

describe("the spans of a run", () => {
  it("are the run, its model calls with the tokens of the server's bill, and its tool calls, a retry included", async () => {
    const { result, spans, work, billed } = await runOn(({ toolResults }, index) => {
      if (index === 1) return { status: 503 };
      return [read("BTC"), read("ETH")][toolResults] ?? last;
    });
    expect(result.status).toBe("completed");
    expect(kindsOf(spans)).toEqual(["run", "model", "tool", "model", "tool", "model"]);
    expect(spans.map(({ name }) => name)).toEqual(["run", "model", "analysis", "model", "analysis", "model"]);
    expect(spans.map(({ parent }) => parent)).toEqual([null, 0, 0, 0, 0, 0]);
    expect(spans.filter(({ failed }) => failed)).toEqual([]);
    expect(tokensOf(spans)).toEqual(billed);
    expect({ input: work.inputTokens, output: work.outputTokens }).toEqual(billed);
    expect(work).toMatchObject({ modelCalls: 4, estimatedTokens: 0 });
    const [whole, ...parts] = spans;
    for (const { startMs, durationMs } of parts) {
      expect(startMs).toBeGreaterThanOrEqual(whole?.startMs ?? Number.NaN);
      expect(startMs + durationMs).toBeLessThanOrEqual((whole?.startMs ?? 0) + (whole?.durationMs ?? 0));
    }
  });

  it.each([
    ["a server that does not count", { text: "Done.", usage: null }, "completed", false],
    ["a stream that breaks off", { cut: true }, "model-error", true],
  ] as const)(
    "say nothing of the tokens of %s: they are the estimate, and counted as one",
    async (_what, reply, ended, failed) => {
      const { result, spans, work, billed } = await runOn(({ toolResults }) =>
        toolResults === 0 ? read("BTC") : reply,
      );
      expect(result.status).toBe(ended);
      expect(spans.at(-1)).toMatchObject({ kind: "model", inputTokens: null, outputTokens: null, failed });
      expect(tokensOf(spans)).toEqual(billed);
      expect(work.estimatedTokens).toBeGreaterThan(0);
      expect(work.inputTokens + work.outputTokens).toBe(billed.input + billed.output + work.estimatedTokens);
    },
  );

  it("end with the run where a server keeps it waiting", async () => {
    const { result, spans, work, billed } = await runOn(
      ({ toolResults }) => (toolResults === 0 ? read("BTC") : { hang: true }),
      1_000,
    );
    expect(result.status).toBe("deadline");
    expect(kindsOf(spans)).toEqual(["run", "model", "tool", "model"]);
    expect(spans.map(({ failed }) => failed)).toEqual([true, false, false, true]);
    expect(spans.at(-1)?.durationMs).toBeGreaterThan(100);
    expect(work.inputTokens + work.outputTokens).toBe(billed.input + billed.output + work.estimatedTokens);
  });

  it("are there of a run whose server is down", async () => {
    const { result, spans } = await runOn(() => ({ status: 503 }));
    expect(result.status).toBe("model-error");
    expect(kindsOf(spans)).toEqual(["run", "model"]);
    expect(spans.map(({ failed }) => failed)).toEqual([true, true]);
  });

  it.each([
    ["answers", last],
    ["breaks off", { cut: true }],
    ["refuses the key and echoes it", { status: 401, message: `Incorrect API key provided: ${KEY}` }],
    ["does not speak the protocol", { garbage: `key ${KEY}` }],
  ] as const)(
    "hold no key, address, header, prompt or answer, and nothing is printed, of a server that %s",
    async (_what, reply) => {
      const { spans } = await runOn(({ toolResults }) => [read(KEY), read("BROKEN")][toolResults] ?? reply);
      expect(spans.length).toBeGreaterThan(4);
      for (const secret of [KEY, "127.0.0.1", "http", WORDS, DRAFT, "DeepTraderManager", "content-type", "27.4"])
        expect(JSON.stringify(spans)).not.toContain(secret);
      expect(printed).toEqual([]);
    },
  );

  it("name no tool that the model made up, and take nothing of its words for one", async () => {
    const { spans } = await runOn(({ toolResults }) =>
      toolResults === 0 ? { tool: "sell_at_99", input: { asset: "BTC" }, usage: { input: 900, output: 30 } } : last,
    );
    expect(JSON.stringify(spans)).not.toContain("sell");
  });
});

describe("Mastra's tracing", () => {
  it("is loaded with a run of an agent and not before: one file names it, in an import that waits", () => {
    const naming = PRODUCT.flatMap(filesOf).filter((file) => codeOf(file).includes("@mastra/observability"));
    expect(naming).toEqual(["agents/mastra-env.ts"]);
    expect(codeOf("agents/mastra-env.ts").match(/.*@mastra\/observability.*/g)).toEqual([
      '    import("@mastra/observability"),',
    ]);
  });
});
