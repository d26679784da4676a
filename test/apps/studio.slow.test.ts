import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Agent } from "@mastra/core/agent";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const home = mkdtempSync(join(tmpdir(), "deeptrader-studio-"));
let agents: Readonly<Record<string, Agent>>;

beforeAll(async () => {
  process.env["DEEPTRADER_HOME"] = home;
  process.env["DEEPTRADER_AS_OF"] = "2026-01-05T12:00:00Z";
  const { mastra } = await import("#apps/mastra/index.ts");
  agents = mastra.listAgents() as Readonly<Record<string, Agent>>;
});
afterAll(() => {
  delete process.env["DEEPTRADER_HOME"];
  delete process.env["DEEPTRADER_AS_OF"];
  rmSync(home, { recursive: true, force: true });
});

const say = async (agent: string, text: string): Promise<string> => (await agents[agent]?.generate(text))?.text ?? "";

describe("the agents that Mastra is given", () => {
  it("are the desk's manager and analyst with their own tools, no shell, no files and no orders", async () => {
    const tools = await Promise.all(
      Object.entries(agents).map(async ([id, agent]) => [id, Object.keys(await agent.listTools())]),
    );
    expect(Object.fromEntries(tools)).toEqual({
      "deep-trader-manager": ["recall", "portfolio"],
      "market-analyst": ["analyse"],
    });
  });

  it("answer offline and without a key, and free the home for the next message", async () => {
    const first = await say("deep-trader-manager", "what is the RSI of BTC?");
    expect(first).toMatch(/^SIMULATED – invented prices\. The RSI \(Wilder, 14\) of BTC\/USDT 5m is \d+\.\d\d\./);
    expect(await say("deep-trader-manager", "what is the RSI of BTC?")).toContain("recalled");
    expect(await say("market-analyst", "ETH")).toMatch(/^ETH\/USDT 5m at sim {2}SIMULATED/);
  });

  it("place no order, whatever a message says, and say what is wrong with one", async () => {
    expect(await say("deep-trader-manager", "Buy BTC now.")).toMatch(/places no orders[\s\S]*declined/);
    expect(await say("deep-trader-manager", "what do I hold?")).toContain("No open positions");
    expect(await say("market-analyst", "NOSUCHCOIN")).toContain("NOSUCHCOIN");
  });
});
