import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Agent } from "@mastra/core/agent";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { studioDesk } from "#apps/mastra/studio.ts";
import { parseOptions } from "#apps/options.ts";
import { factSources } from "#desk/answering/sources/sources.ts";
import { startOpenAiServer } from "#test/support/openai-server.ts";

const home = mkdtempSync(join(tmpdir(), "deeptrader-studio-"));
const ENV = { DEEPTRADER_HOME: home, DEEPTRADER_AS_OF: "2026-01-05T12:00:00Z" };
let agents: Readonly<Record<string, Agent>>;
let manager: Agent;

beforeAll(async () => {
  Object.assign(process.env, ENV);
  const { mastra } = await import("#apps/mastra/index.ts");
  agents = mastra.listAgents() as Readonly<Record<string, Agent>>;
  manager = agents["deep-trader-manager"] as Agent;
});
afterAll(() => {
  for (const name of Object.keys(ENV)) delete process.env[name];
  rmSync(home, { recursive: true, force: true });
});

const say = async (text: string): Promise<string> => (await manager.generate(text)).text;

describe("the agent that Mastra is given", () => {
  it("is the desk's manager with its own read tools, no shell, no files and no orders", async () => {
    expect(Object.keys(agents)).toEqual(["deep-trader-manager"]);
    const unopened = {} as Parameters<typeof factSources>[0];
    expect(Object.keys(await manager.listTools())).toEqual(factSources(unopened).map(({ id }) => id));
  });

  it("answers offline and without a key, and frees the home for the next message", async () => {
    const first = await say("what is the RSI of BTC?");
    expect(first).toMatch(/^SIMULATED – invented prices\. The RSI \(Wilder, 14\) of BTC\/USDT 5m is \d+\.\d\d\./);
    expect(await say("what is the RSI of BTC?")).toContain("recalled");
  });

  it("places no order, whatever a message says", async () => {
    expect(await say("Buy BTC now.")).toMatch(/places no orders[\s\S]*declined/);
    expect(await say("what do I hold?")).toContain("No open positions");
  });

  it("has tools that give facts when they are called by hand, and say what is wrong with a call", async () => {
    const { analysis } = (await manager.listTools()) as unknown as Record<
      string,
      { execute(input: unknown, context: object): Promise<{ readonly facts: string }> }
    >;
    const read = async (input: unknown) => (await analysis?.execute(input, {}))?.facts;
    expect(await read({ asset: "BTC" })).toMatch(
      /^SIMULATED – invented prices\nf1 = [\d.]+ USDT · close of the newest candle · BTC\/USDT 5m/,
    );
    expect(await read({ asset: "NOSUCHCOIN" })).toContain("NOSUCHCOIN");
  });
});

describe("an answer in Studio that a model made", () => {
  it("is the desk's, with how it came about beneath it, and none of the model's own figures", async () => {
    await using server = await startOpenAiServer(({ toolResults }) =>
      toolResults === 0
        ? { tool: "analysis", input: { asset: "BTC" }, usage: { input: 900, output: 30 } }
        : { text: "The price of BTC is {{f1}}. It will be at 987654 soon.", usage: { input: 1_200, output: 40 } },
    );
    const env = { ...ENV, DEEPTRADER_MODEL: "custom/m1", DEEPTRADER_MODEL_URL: server.url };
    const options = parseOptions({}, env, { dotenv: null, file: null, learned: {}, faults: [] } as never);
    const signal = new AbortController().signal;
    const text = await studioDesk(options).ask("explain to a beginner how my desk and BTC hang together", { signal });
    expect(text).toMatch(/^SIMULATED – invented prices/);
    expect(text).toMatch(/\n\n\d, [\d,]+ tokens in, \d+ out/);
    expect(text).toMatch(/\nanalysis +asset=BTC +f\d+ to f\d+/);
    expect(text).toMatch(/\n {2}model call +\d+ +\d+ +1,200 +40/);
    expect(text).not.toContain("987654");
  });
});
