import { describe, expect, it } from "vitest";
import { factsCommand } from "#apps/commands/facts.ts";
import { inputOf, valuesOf } from "#apps/http/api-route.ts";
import { simulatedDesk } from "./simulated-desk.ts";

describe("facts asked of a running desk", () => {
  it("has several inputs, as typed here: over HTTP the rest of the line is one text", async () => {
    const { run, runSlot } = await simulatedDesk({ assets: 4 });
    await runSlot(0);
    const typed = { args: ["analysis", "asset=BTC", "timeframe=5m"], flags: {} };
    const sent = inputOf("facts", valuesOf("facts", typed));
    const here = await run<{ readonly facts: readonly object[] }>(factsCommand, {}, typed.args);
    const there = await run<{ readonly facts: readonly object[] }>(factsCommand, {}, [...sent.args]);
    expect(here.document.facts.length).toBeGreaterThan(3);
    expect(there.document).toEqual(here.document);
  });

  it("has no source that works for its answer: it is for whoever may only read", async () => {
    const { run } = await simulatedDesk({ assets: 4 });
    await expect(run(factsCommand, {}, ["delegate", "asset=BTC"])).rejects.toThrow(/deeptrader analyse/);
    const { document } = await run<{ readonly sources: readonly { readonly id: string }[] }>(factsCommand);
    expect(document.sources.map(({ id }) => id)).not.toContain("delegate");
  });
});
