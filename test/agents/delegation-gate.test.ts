import { describe, expect, it } from "vitest";
import { onDelegationStart } from "#agents/deep-trader-manager/agent.ts";
import { decideDelegation } from "#agents/deep-trader-manager/delegation-gate.ts";
import { DeskRun, deskRunEntries, deskRunOf } from "#agents/desk-run.ts";
import { loadMastra } from "#agents/mastra-env.ts";
import type { Recall, StaleReason } from "#schemas/analysis.ts";
import type { MarketView } from "#schemas/reading.ts";
import { WorkTally } from "#schemas/work.ts";
import { BTC, createDesk, NOW_MS } from "./desk-fixture.ts";

const slots = { symbol: BTC, timeframe: "5m" } as const;

async function freshRecall(): Promise<Extract<Recall<MarketView>, { status: "fresh" }>> {
  const desk = createDesk();
  await desk.warm(BTC);
  const found = await desk.recall(BTC);
  if (found.status !== "fresh") throw new Error(`expected a fresh record, got ${found.status}`);
  return found;
}

describe("decideDelegation", () => {
  it("lets work go ahead on what is missing", () => {
    expect(decideDelegation({ status: "missing" }, slots)).toEqual({ proceed: true });
  });

  it("refuses without slots, even where nothing is known", () => {
    expect(decideDelegation({ status: "missing" }, null)).toMatchObject({ proceed: false });
  });

  it("refuses on a fresh record, and hands over its data", async () => {
    const found = await freshRecall();
    const verdict = decideDelegation(found, slots);
    expect(verdict.proceed).toBe(false);
    expect(verdict).toHaveProperty("reason", expect.stringContaining(`RSI ${found.record.indicators.rsiWilder}`));
  });

  it.each([
    ["behind", true],
    ["drifted", true],
    ["source-changed", true],
    ["security-expired", true],
    ["definition-changed", true],
    ["invalidated", true],
    ["no-candle", false],
  ] satisfies [StaleReason, boolean][])("stale because %s: proceed %s", async (reason, proceed) => {
    const { record } = await freshRecall();
    expect(decideDelegation({ status: "stale", record, ageMs: 1, reason }, slots).proceed).toBe(proceed);
  });
});

describe("the hook at the point of delegation", () => {
  const contextOf = async (run: DeskRun | null) => {
    const { RequestContext } = await loadMastra();
    return { requestContext: new RequestContext<unknown>(run === null ? [] : deskRunEntries(run)) };
  };
  const newRun = () => new DeskRun({ slots, nowMs: NOW_MS, tally: new WorkTally() });

  it("refuses a run that no question started, whatever the context says", async () => {
    const { views: khala, venueId } = createDesk();
    const { RequestContext } = await loadMastra();
    const forged = { requestContext: new RequestContext<unknown>([["deskRun", { slots, nowMs: NOW_MS }]]) };
    expect(deskRunOf(forged.requestContext)).toBeNull();
    for (const context of [forged, await contextOf(null)]) {
      expect(await onDelegationStart({ khala, venueId }, context)).toMatchObject({ proceed: false });
    }
  });

  it("writes the analyst's prompt itself and counts one delegation", async () => {
    const { views: khala, venueId } = createDesk();
    const run = newRun();
    const started = await onDelegationStart({ khala, venueId }, await contextOf(run));
    expect(started).toEqual({ proceed: true, modifiedPrompt: "Analyse BTC/USDT at 5m." });
    expect(run.tally.total().delegations).toBe(1);
  });

  it("refuses on a fresh record, and counts nothing", async () => {
    const desk = createDesk();
    await desk.warm(BTC);
    const run = newRun();
    const started = await onDelegationStart({ khala: desk.views, venueId: desk.venueId }, await contextOf(run));
    expect(started).toMatchObject({
      proceed: false,
      rejectionReason: expect.stringContaining("fresh analysis of BTC/USDT 5m"),
    });
    expect([run.delegated, run.tally.total().delegations]).toEqual([false, 0]);
  });

  it("fails the delegation when Khala fails: nothing is analysed on a broken memory", async () => {
    const broken = { recall: () => Promise.reject(new Error("store down")) };
    const { venueId } = createDesk();
    await expect(onDelegationStart({ khala: broken, venueId }, await contextOf(newRun()))).rejects.toThrow(
      "store down",
    );
  });
});

describe("a manager that delegates although Khala is fresh", () => {
  it("is told so and answers from recall; the analyst's model is never called", async () => {
    const desk = createDesk();
    await desk.warm(BTC);
    const asked = desk.asked.length;
    const { manager } = await desk.agents();
    const { RequestContext } = await loadMastra();
    const run = new DeskRun({ slots, nowMs: NOW_MS, tally: new WorkTally() });
    const output = await manager.generate("Market: BTC/USDT at 5m", {
      requestContext: new RequestContext(deskRunEntries(run)),
    });
    expect(output.text).toContain('"status":"fresh"');
    expect(desk.asked).toHaveLength(asked);
    expect(run.tally.total()).toMatchObject({ modelCalls: 0, delegations: 0 });
  });
});

describe("a gate that cannot look into Khala", () => {
  it("stops the delegation, and the caller learns why", async () => {
    const desk = createDesk({ managerKhala: { recall: () => Promise.reject(new Error("store down")) } });
    await expect(desk.ask("RSI of BTC")).rejects.toThrow("store down");
    expect(desk.asked).toEqual([]);
  });
});
