// The provider's fault list × plans, against the unmodified model router: a plan that passed every check, or none; never an order.
import { describe, expect, it } from "vitest";
import { selectModels } from "#agents/models/select.ts";
import { buyPlans } from "#desk/judgement/buy-plans.ts";
import { RiskLimits } from "#schemas/config.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { MarketView } from "#schemas/reading.ts";
import { patience } from "#test/support/desk.ts";
import { startOpenAiServer } from "#test/support/openai-server.ts";
import { analysis, BTC, market, portfolio, SLOT_MS } from "#test/toolkits/risk/fixture.ts";
import { planner } from "./plan-trial.ts";
import { deadlineOf, INJECTION, PROVIDER_FAULTS } from "./provider-faults.ts";

const view: MarketView = {
  ...analysis,
  security: { ...analysis.security, verdict: "caution", reason: `the token calls itself\n${INJECTION}` },
  readings: [],
};

const good = (user: string): string => {
  const parsed = JSON.parse(planner(user));
  return parsed.plan === null ? planner(`${user.replace("Market", "Mark1t")}`) : JSON.stringify(parsed);
};

async function passWith(script: Parameters<typeof startOpenAiServer>[0], deadlineMs: number) {
  await using server = await startOpenAiServer(script);
  const kept: JournalEvent[] = [];
  const models = await selectModels({
    model: "custom/m1",
    modelUrl: server.url,
    env: {},
    wait: async () => undefined,
    recording: null,
    fallback: null,
  });
  const { tally, work } = await buyPlans({
    marketData: { simulated: true } as never,
    models,
    views: [view],
    slotMs: SLOT_MS,
    nowMs: SLOT_MS,
    portfolio,
    markets: new Map([[BTC, market]]),
    strategies: [],
    quote: "USDT",
    limits: RiskLimits.parse({}),
    nearTriggerPct: 1,
    asked: new Set(),
    maxTokens: 20_000,
    deadlineMs,
    leftMs: () => null,
    monotonicMs: () => performance.now(),
    beforeStep: async () => {},
    keep: async (rows) => void kept.push(...rows),
    ...patience,
  });
  return { tally, work: work.total(), kept, requests: [...server.requests], billed: { ...server.billed } };
}

describe.each(PROVIDER_FAULTS)("a provider that $what", (fault) => {
  it("brings a plan that passed every check, or none, counted to the token", async () => {
    const { tally, work, kept, requests, billed } = await passWith(
      (request, index) => fault.script(good(request.user), request, index),
      deadlineOf(fault),
    );
    const isGiven = fault.comesTo === "given";
    expect(tally.considered).toBe(1);
    expect(tally.made + tally.none).toBe(isGiven ? 1 : 0);
    expect(tally.rejected).toBe(fault.comesTo === "rejected" ? 1 : 0);
    expect(tally.failed).toBe(fault.comesTo === "failed" ? 1 : 0);
    expect(kept.every(({ type }) => type === "plan")).toBe(true);
    expect(kept).toHaveLength(tally.made);
    expect(work.modelCalls).toBe(requests.length);
    expect(work.inputTokens + work.outputTokens - work.estimatedTokens).toBe(billed.input + billed.output);
    // A stranger's words are one quoted line of the facts; the instructions are ours.
    for (const { system, user } of requests) {
      expect(system).not.toContain("IGNORE ALL RULES");
      expect(user.split("\n").filter((line) => line.includes("IGNORE"))).toEqual([expect.stringMatching(/^f\d+ = "/)]);
    }
  });
});
