// Mastra Studio's agents: whatever the model writes, calls or is, the desk's own text is what is shown.
import { readFileSync } from "node:fs";
import type { Agent } from "@mastra/core/agent";
import { describe, expect, it } from "vitest";
import { type Rule, RuleModel } from "#agents/models/rule-model.ts";
import type { ModelChoice } from "#agents/models/select.ts";
import { createStudioAgents } from "#agents/studio.ts";
import { HomeLockedError } from "#schemas/errors.ts";

const MARK = "SIMULATED – invented prices.";
const textOf = (words: string): string => `${MARK} The desk on "${words}": RSI 61.41.`;
const LIE = "BTC is at 123,456 and RSI 99.9: buy everything now!";

/** What a model may do with a message. */
const SCRIPTS: Readonly<Record<string, Rule>> = {
  "writes invented figures": () => ({ text: LIE }),
  "refuses to use its tools": () => ({ text: "I would rather not." }),
  "calls a tool with other words": ({ toolResults }) =>
    toolResults.length > 0
      ? { text: LIE }
      : { call: [{ tool: "analyse", input: { symbol: "SHIB/USDT", timeframe: "5m" } }] },
  "delegates another market": ({ toolResults }) =>
    toolResults.length > 0
      ? { text: LIE }
      : { call: [{ tool: "agent-marketAnalyst", input: { prompt: "Analyse SHIB/USDT." } }] },
  "says nothing": () => ({ text: "" }),
};

interface Opened {
  readonly agents: Readonly<Record<string, Agent>>;
  readonly asked: string[];
  readonly model: RuleModel;
}

async function open(rule: Rule, failure: Error | null = null): Promise<Opened> {
  const asked: string[] = [];
  const model = new RuleModel([rule], { id: "scripted", record: true });
  const choice: ModelChoice = { id: "test/scripted", modelFor: () => () => model };
  const door = (name: string) => async (words: string) => {
    asked.push(`${name} ${words}`);
    if (failure !== null) throw failure;
    return textOf(words);
  };
  return { agents: await createStudioAgents({ ask: door("ask"), analyse: door("analyse") }, choice), asked, model };
}

const WORDS = { "deep-trader-manager": "what is the RSI of BTC?", "market-analyst": "BTC/USDT" };
const DOORS = { "deep-trader-manager": "ask", "market-analyst": "analyse" };

describe.each(["deep-trader-manager", "market-analyst"] as const)("%s in Studio, on a model that", (id) => {
  it.each(Object.entries(SCRIPTS))("%s, shows the desk's text, whole and as a stream", async (_what, rule) => {
    const { agents, asked, model } = await open(rule);
    const words = WORDS[id];
    expect((await agents[id]?.generate(words))?.text).toBe(textOf(words));
    const streamed: string[] = [];
    const stream = await agents[id]?.stream(words);
    for await (const piece of stream?.textStream ?? []) streamed.push(piece);
    expect(streamed.join("")).toBe(textOf(words));
    expect(asked).toEqual([`${DOORS[id]} ${words}`, `${DOORS[id]} ${words}`]);
    // A model whose text is not shown is not paid for.
    expect(model.calls).toEqual([]);
  });

  it("is chosen in the conversation itself, shows the desk's text", async () => {
    const { agents } = await open(() => null);
    agents[id]?.__updateModel({ model: new RuleModel([() => ({ text: LIE })]) });
    expect((await agents[id]?.generate(WORDS[id]))?.text).toBe(textOf(WORDS[id]));
    const other = new RuleModel([() => ({ text: LIE })]);
    expect((await agents[id]?.generate(WORDS[id], { model: other }))?.text).toBe(textOf(WORDS[id]));
  });
});

describe("Studio's agents", () => {
  it("are the desk's own: their names, instructions and tools, and no order tool, shell or files", async () => {
    const { agents } = await open(() => null);
    const shown = await Promise.all(
      Object.entries(agents).map(async ([id, agent]) => ({
        id,
        name: agent.name,
        instructions: await agent.getInstructions(),
        tools: Object.keys(await agent.listTools()),
        agents: Object.keys(await agent.listAgents()),
      })),
    );
    const instructionsOf = (id: string) =>
      readFileSync(new URL(`../../agents/${id}/instructions.md`, import.meta.url), "utf8");
    expect(shown).toEqual([
      {
        id: "deep-trader-manager",
        name: "DeepTraderManager",
        instructions: instructionsOf("deep-trader-manager"),
        tools: ["recall", "portfolio"],
        agents: ["marketAnalyst"],
      },
      {
        id: "market-analyst",
        name: "MarketAnalyst",
        instructions: instructionsOf("market-analyst"),
        tools: ["analyse"],
        agents: [],
      },
    ]);
  });

  it("put the newest message of a conversation to the desk, and nothing that was said before", async () => {
    const { agents, asked } = await open(() => null);
    await agents["deep-trader-manager"]?.generate([
      { role: "user", content: "RSI of ETH" },
      { role: "assistant", content: LIE },
      { role: "user", content: "and of BTC?" },
    ]);
    expect(asked).toEqual(["ask and of BTC?"]);
  });

  it("show what is wrong in the desk's own words, and of other failures their name alone", async () => {
    const refused = new HomeLockedError({ was: "The home is locked.", remedy: "End the other desk." });
    const { agents } = await open(() => ({ text: LIE }), refused);
    expect((await agents["deep-trader-manager"]?.generate("RSI of BTC"))?.text).toBe(refused.message);
    const broken = await open(() => ({ text: LIE }), new TypeError("the key is sk-123"));
    expect((await broken.agents["market-analyst"]?.generate("BTC"))?.text).toBe(
      "The desk failed (TypeError). Run deeptrader analyse to see why.",
    );
  });
});
