import { describe, expect, it } from "vitest";
import type { Predictor } from "#desk/planning/predictor.ts";
import { RecordVersionError } from "#schemas/errors.ts";
import { unixMs } from "#schemas/units.ts";
import { makeView } from "#test/memory/fixtures.ts";
import { patience } from "#test/support/desk.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { marketWide, openThinkingDesk, slot } from "./thinking-desk.ts";

const HOUR_MS = 3_600_000;
/** Those of the last half-hour: within an hour of the first question none has lost more than 2 % of its weight. */
const questionsIn = (predictor: Predictor, n: number): number => Math.round(predictor.asksPerHour(slot(n)));

describe("what thinking keeps in mind", () => {
  const askedOf = async (desk: Awaited<ReturnType<typeof openThinkingDesk>>["desk"], n: number) =>
    questionsIn(await desk.planner.predictor(slot(n), patience), n);

  it("learns each question once, whether it was recorded before or after the history was read", async () => {
    const { desk, ask } = await openThinkingDesk();
    await ask(marketWide(), 3);
    expect(await askedOf(desk, 0)).toBe(3);
    await ask(marketWide(), 2);
    expect(await askedOf(desk, 0)).toBe(5);
    expect(desk.planner.asked()).toBe(5);
  });

  it("knows after a restart what it knew before", async () => {
    const store = createMemoryStore();
    const before = await openThinkingDesk({ store });
    for (let n = 0; n < 5; n++) {
      before.clock.advanceTo(slot(n));
      await before.ask(before.about(n % 2, { timeframe: "1h" }), n + 1);
    }
    const likely = (await before.desk.planner.predictor(slot(5), patience)).likely(5, slot(5));
    const after = await openThinkingDesk({ store, startMs: slot(5) });
    const again = await after.desk.planner.predictor(slot(5), patience);
    expect(questionsIn(again, 5)).toBe(15);
    expect(again.likely(5, slot(5))).toEqual(likely);
    expect(after.desk.planner.asked()).toBe(0);
  });

  it("knows after a restart what followed what, although the clock stood still", async () => {
    const store = createMemoryStore();
    const before = await openThinkingDesk({ store });
    for (let n = 0; n < 8; n++) {
      await before.ask(before.about(n % 5, { kind: "signal" }));
      await before.ask(before.about(n % 5, { kind: "trigger" }));
    }
    await before.ask(before.about(5, { kind: "signal" }));
    const foreseen = (await before.desk.planner.predictor(slot(0), patience)).likely(50, slot(0));
    expect(foreseen[0]?.intent).toEqual(before.about(5, { kind: "trigger" }));
    const after = await openThinkingDesk({ store });
    expect((await after.desk.planner.predictor(slot(0), patience)).likely(50, slot(0))).toEqual(foreseen);
  });

  it("sees no question of a later moment", async () => {
    const store = createMemoryStore();
    const ahead = await openThinkingDesk({ store, startMs: slot(10) });
    await ahead.ask(marketWide(), 4);
    const { desk } = await openThinkingDesk({ store });
    expect(await askedOf(desk, 0)).toBe(0);
  });

  it("begins with nothing where the questions kept are of another build", async () => {
    const store = createMemoryStore();
    const rooms: typeof store.topics = (deskId) => ({
      ...store.topics(deskId),
      history: async () => {
        throw new RecordVersionError({ was: "It is of version 9.", remedy: "Upgrade." });
      },
    });
    const { desk, ask } = await openThinkingDesk({ store: { ...store, topics: rooms } });
    expect(await askedOf(desk, 0)).toBe(0);
    await ask(marketWide(), 2);
    expect(await askedOf(desk, 0)).toBe(2);
  });

  it("passes over a record that is no question of this build", async () => {
    const { desk } = await openThinkingDesk();
    const draft = { kind: "question", topic: "x", body: { text: "?" }, sources: [], validUntilMs: slot(9) } as const;
    await desk.topics.remember(draft, { nowMs: slot(0) }, patience);
    expect(await askedOf(desk, 0)).toBe(0);
  });

  it("remembers a verdict that has turned for an hour of closes, and no older analysis", async () => {
    const { desk } = await openThinkingDesk();
    const at = (asOfMs: number, verdict: "clear" | "block") => {
      const analysis = makeView({ asOfMs: unixMs(asOfMs) });
      return { ...analysis, security: { ...analysis.security, verdict } };
    };
    desk.planner.noteAnalyses([at(slot(1), "clear")]);
    expect(desk.planner.turned(slot(1), 300_000)).toEqual([]);
    desk.planner.noteAnalyses([at(slot(2), "block"), at(slot(0), "clear")]);
    expect(desk.planner.turned(slot(2), 300_000)).toEqual(["BTC/USDT"]);
    expect(desk.planner.turned(unixMs(slot(2) + HOUR_MS), 300_000)).toEqual(["BTC/USDT"]);
    expect(desk.planner.turned(unixMs(slot(3) + HOUR_MS), 300_000)).toEqual([]);
  });
});
