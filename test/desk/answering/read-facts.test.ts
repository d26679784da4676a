// One source of facts, read without a model.
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { factSource } from "#agents/deep-trader-manager/talk/fact-source.ts";
import { readFacts } from "#desk/answering/read-facts.ts";
import { ProviderError, UsageError } from "#schemas/errors.ts";
import { simulatedDesk } from "#test/apps/simulated-desk.ts";
import { patience } from "#test/support/desk.ts";

const screen = factSource({
  id: "screen",
  description: "Ranks.",
  input: z.object({ by: z.enum(["rsi", "atr"]), limit: z.int().min(1).max(3).default(2) }),
  async read({ by, limit }, { tally, nowMs }) {
    if (by === "atr") throw new ProviderError({ was: "The venue is silent.", remedy: "Wait." });
    tally.count({ recordsRead: 3 });
    return Array.from({ length: limit }, (_, n) => ({
      kind: "rsi" as const,
      value: n,
      unit: "index" as const,
      label: "RSI",
      asOfMs: nowMs,
    }));
  },
});

const read = async (source: string, input: Readonly<Record<string, unknown>>) => {
  const { desk } = await simulatedDesk();
  const facts = await readFacts(desk, [screen], { source, input }, patience).catch((error: unknown) => error);
  return { facts, entries: await desk.ledger.entries({}, patience) };
};

describe("facts that are read without a model", () => {
  it("have ids, the source's defaults and the desk's time, and their work is counted", async () => {
    const { facts, entries } = await read("screen", { by: "rsi" });
    expect(facts).toMatchObject([
      { id: "f1", value: 0 },
      { id: "f2", value: 1 },
    ]);
    expect(entries).toMatchObject([{ job: "analyse", phase: "test-time", work: { recordsRead: 3, modelCalls: 0 } }]);
  });

  it.each([
    ["an unknown source", "scren", {}, /no source of facts "scren".*one of screen/s],
    ["a name that it does not take", "screen", { by: "rsi", assets: 3 }, /screen takes no assets.*by, limit/s],
    ["a value that it does not take", "screen", { by: "price" }, /screen was given a wrong input: by /],
    ["a value outside its bounds", "screen", { by: "rsi", limit: 4 }, /limit/],
  ])("are refused for %s, which is said", async (_what, source, input, message) => {
    const { facts, entries } = await read(source, input);
    expect(facts).toBeInstanceOf(UsageError);
    expect((facts as Error).message).toMatch(message);
    expect(entries).toEqual([]);
  });

  it("count what was done before a source failed, and say what it said", async () => {
    const { facts, entries } = await read("screen", { by: "atr" });
    expect(facts).toBeInstanceOf(ProviderError);
    expect(entries).toHaveLength(1);
  });
});
