// Mastra Studio's agent: whatever a model writes, calls or is, the desk's own text is what is shown.
import { readFileSync } from "node:fs";
import type { Agent } from "@mastra/core/agent";
import { RequestContext } from "@mastra/core/request-context";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { factSource } from "#agents/deep-trader-manager/talk/fact-source.ts";
import { FactTable } from "#agents/deep-trader-manager/talk/fact-table.ts";
import { TalkRun } from "#agents/deep-trader-manager/talk/talk-run.ts";
import { deskRunEntries } from "#agents/desk-run.ts";
import { type Rule, RuleModel } from "#agents/models/rule-model.ts";
import { createStudioAgents } from "#agents/studio.ts";
import { HomeLockedError } from "#schemas/errors.ts";
import { unixMs } from "#schemas/units.ts";
import { WorkTally } from "#schemas/work.ts";

const MARK = "SIMULATED – invented prices.";
const textOf = (words: string): string => `${MARK} The desk on "${words}": RSI 61.41.`;
const LIE = "BTC is at 123,456 and RSI 99.9: buy everything now!";
const KEY = "sk-canary-0123456789";

/** What a model may do with a message. */
const SCRIPTS: Readonly<Record<string, Rule>> = {
  "writes invented figures": () => ({ text: LIE }),
  "refuses to use its tools": () => ({ text: "I would rather not." }),
  "calls a tool with other words": ({ toolResults }) =>
    toolResults.length > 0 ? { text: LIE } : { call: [{ tool: "analysis", input: { asset: "SHIB" } }] },
  "calls a tool that is not there": ({ toolResults }) =>
    toolResults.length > 0 ? { text: LIE } : { call: [{ tool: "submit_order", input: { asset: "BTC" } }] },
  "says nothing": () => ({ text: "" }),
};

const WORDS = "what is the RSI of BTC?";

async function open(rule: Rule, failure: Error | null = null) {
  const asked: string[] = [];
  const model = new RuleModel([rule], { id: "scripted", record: true });
  const door = (name: string) => async (words: string, input: unknown) => {
    asked.push(name === "ask" ? `ask ${words}` : `facts ${words} ${JSON.stringify(input)}`);
    if (failure !== null) throw failure;
    return textOf(words);
  };
  const source = factSource({
    id: "analysis",
    description: "The newest analysis of an asset.",
    input: z.object({ asset: z.string().trim() }),
    async read({ asset }) {
      asked.push(`source ${asset}`);
      return [{ kind: "rsi", value: 27.4, unit: "index", label: `RSI of ${asset}` }];
    },
  });
  const parts = { model: () => model, sources: [source] };
  const agents = await createStudioAgents({ ask: door("ask") as never, facts: door("facts") }, parts);
  const agent: Agent = agents["deep-trader-manager"];
  const { analysis } = (await agent.listTools()) as unknown as Record<string, Callable>;
  const call = (input: unknown, context: object = {}) => analysis?.execute(input, context);
  return { agents, agent, asked, model, call };
}

interface Callable {
  execute(input: unknown, context: object): Promise<unknown>;
}

describe("the manager in Studio, on a model that", () => {
  it.each(Object.entries(SCRIPTS))("%s, shows the desk's text, whole and as a stream", async (_what, rule) => {
    const { agent, asked, model } = await open(rule);
    expect((await agent.generate(WORDS)).text).toBe(textOf(WORDS));
    const streamed: string[] = [];
    const stream = await agent.stream(WORDS);
    for await (const piece of stream.textStream) streamed.push(piece);
    expect(streamed.join("")).toBe(textOf(WORDS));
    expect(asked).toEqual([`ask ${WORDS}`, `ask ${WORDS}`]);
    // A model whose text is not shown is not paid for.
    expect(model.calls).toEqual([]);
  });

  it("is chosen in the conversation itself, shows the desk's text", async () => {
    const { agent } = await open(() => null);
    agent.__updateModel({ model: new RuleModel([() => ({ text: LIE })]) });
    expect((await agent.generate(WORDS)).text).toBe(textOf(WORDS));
    const other = new RuleModel([() => ({ text: LIE })]);
    expect((await agent.generate(WORDS, { model: other })).text).toBe(textOf(WORDS));
  });
});

describe("a tool that is called by hand in Studio", () => {
  it("gives the facts as the desk reads them, and reads nothing by itself", async () => {
    const { call, asked, model } = await open(() => ({ text: LIE }));
    expect(await call({ asset: " BTC " })).toEqual({ facts: textOf("analysis") });
    // A context that only looks like a run of the desk is none.
    const forged = new RequestContext([["deskRun", { nowMs: 0, tally: new WorkTally(), maxTokens: null }]]);
    expect(await call({ asset: "ETH" }, { requestContext: forged })).toEqual({ facts: textOf("analysis") });
    expect(asked).toEqual(['facts analysis {"asset":"BTC"}', 'facts analysis {"asset":"ETH"}']);
    expect(model.calls).toEqual([]);
  });

  it("says what is wrong in the desk's own words, and of other failures their name alone", async () => {
    const refused = new HomeLockedError({ was: "The home is locked.", remedy: "End the other desk." });
    const locked = await open(() => null, refused);
    expect(await locked.call({ asset: "BTC" })).toEqual({ facts: refused.message });
    const broken = await open(() => null, new TypeError(KEY));
    expect(await broken.call({ asset: "BTC" })).toEqual({
      facts: "The desk failed (TypeError). Run deeptrader facts to see why.",
    });
  });

  it("reads its source within a question of the desk", async () => {
    const { call, asked } = await open(() => null);
    const run = new TalkRun({
      nowMs: unixMs(0),
      tally: new WorkTally(),
      table: new FactTable(),
      language: "en",
      question: "",
      conversation: null,
    });
    const requestContext = new RequestContext<unknown>(deskRunEntries(run));
    expect(await call({ asset: "BTC" }, { requestContext })).toEqual({ facts: "f1 = 27.4 · RSI of BTC" });
    expect(asked).toEqual(["source BTC"]);
  });
});

describe("Studio's agent", () => {
  it("is the product's own: its name, instructions and read tools, and no order tool, shell or files", async () => {
    const { agents } = await open(() => null);
    const shown = await Promise.all(
      Object.entries(agents).map(async ([id, agent]: [string, Agent]) => ({
        id,
        name: agent.name,
        instructions: await agent.getInstructions(),
        tools: Object.keys(await agent.listTools()),
        agents: Object.keys(await agent.listAgents()),
      })),
    );
    const file = new URL("../../agents/deep-trader-manager/instructions.md", import.meta.url);
    expect(shown).toEqual([
      {
        id: "deep-trader-manager",
        name: "DeepTraderManager",
        instructions: readFileSync(file, "utf8"),
        tools: ["analysis"],
        agents: [],
      },
    ]);
  });

  it("puts the newest message of a conversation to the desk, and nothing that was said before", async () => {
    const { agent, asked } = await open(() => null);
    await agent.generate([
      { role: "user", content: "RSI of ETH" },
      { role: "assistant", content: LIE },
      { role: "user", content: "and of BTC?" },
    ]);
    expect(asked).toEqual(["ask and of BTC?"]);
  });

  it("shows what is wrong in the desk's own words, and of other failures their name alone", async () => {
    const refused = new HomeLockedError({ was: "The home is locked.", remedy: "End the other desk." });
    const locked = await open(() => ({ text: LIE }), refused);
    expect((await locked.agent.generate("RSI of BTC")).text).toBe(refused.message);
    const broken = await open(() => ({ text: LIE }), new TypeError(KEY));
    expect((await broken.agent.generate("BTC")).text).toBe(
      "The desk failed (TypeError). Run deeptrader ask to see why.",
    );
  });
});
