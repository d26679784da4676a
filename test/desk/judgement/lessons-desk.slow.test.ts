// Dated lessons of a trading desk: one a closed trade, with its figures, whatever ends the desk in between; and the provider's fault list
// × the week's pass.
import { beforeAll, describe, expect, it } from "vitest";
import { selectModels } from "#agents/models/select.ts";
import { condenseLessons } from "#desk/judgement/condense-lessons.ts";
import { datedLessons, keepLessons, lessonLists } from "#desk/judgement/lessons.ts";
import type { Lesson } from "#schemas/lesson.ts";
import { unixMs } from "#schemas/units.ts";
import { openTestDesk, patience } from "#test/support/desk.ts";
import { startOpenAiServer } from "#test/support/openai-server.ts";
import { TradeFold } from "#toolkits/portfolio/trades.ts";
import { marketOf } from "./debate-trial.ts";
import { aLesson, condenser, MONDAY_MS, openLessonDesk, remember } from "./lesson-fixture.ts";
import { liveWithPlans, partsOf, planner, plansIn } from "./plan-trial.ts";
import { deadlineOf, INJECTION, PROVIDER_FAULTS } from "./provider-faults.ts";
import { scriptedText } from "./scripted-text.ts";

const trial = () => {
  const model = scriptedText(planner);
  return { venue: marketOf(4, 100), models: async () => [model.choice] };
};
type Live = Awaited<ReturnType<typeof liveWithPlans>>;
const nowOf = ({ desk }: Live) => desk.clock.now();
const datedOf = (live: Live) => datedLessons(live.desk, nowOf(live), patience);

describe("a desk that trades", () => {
  let live: Live;
  let dated: readonly Lesson[];
  beforeAll(async () => {
    live = await liveWithPlans(trial());
    await keepLessons(live.desk);
    dated = await datedOf(live);
  });

  it("has one lesson a closed trade, with the trade's own figures", () => {
    // As each stood when it ended: a rest that a later trade takes over changes its profit by next to nothing.
    const fold = new TradeFold();
    const trades = live.events.flatMap((event) => fold.take(event)?.finished() ?? []);
    expect(live.desk.account.statistics().trades()).toHaveLength(trades.length);
    const key = (t: { symbol: string; strategyId: string }, closed: number) => `${t.strategyId} ${t.symbol} ${closed}`;
    expect(dated).toHaveLength(trades.length);
    expect(trades.length).toBeGreaterThan(15);
    const byKey = new Map(dated.map((lesson) => [key(lesson, lesson.closedAtMs), lesson]));
    expect(byKey.size).toBe(trades.length);
    const entries = new Map(
      live.events.flatMap((e) => (e.type === "order-list" ? e.orders.map((o) => [o.clientOrderId, o] as const) : [])),
    );
    for (const trade of trades) {
      const lesson = byKey.get(key(trade, trade.exitMs));
      const { pnl, returnPct, exitRole } = trade;
      expect(lesson?.came).toMatchObject({ pnl, returnPct, exitRole, heldMs: trade.exitMs - trade.entryMs });
      const entry = entries.get(lesson?.tradeId ?? "");
      expect(entry).toMatchObject({ role: "entry", symbol: trade.symbol, strategyId: trade.strategyId });
      expect(lesson?.came.rMultiple).toBeCloseTo(returnPct / (entry?.bracket?.stopPct ?? Number.NaN), 9);
    }
    console.info(`lessons: ${dated.length} of ${trades.length} closed trades`);
  });

  it("says what was expected: the signal's strength and reason, and the plan it was entered by", () => {
    const made = new Set(plansIn(live.events).map(({ plan }) => plan.planId));
    for (const { expected, strategyId } of dated) {
      expect(expected?.strength).toBeGreaterThan(0);
      if (strategyId === "planned") {
        expect(made.has(expected?.planId ?? "")).toBe(true);
        expect(expected?.reason).toContain(expected?.planId);
      } else expect(expected).toMatchObject({ planId: null, reason: expect.stringContaining("RSI") });
    }
    expect(dated.some(({ strategyId }) => strategyId === "planned")).toBe(true);
  });

  it("has the same ones when it is restarted every few slots", async () => {
    const restarted = await liveWithPlans(trial(), { restartEvery: 7 });
    await keepLessons(restarted.desk);
    expect(await datedOf(restarted)).toEqual(dated);
  });

  it("has each exactly once when it is killed before or after any of them was written", async () => {
    const open = () => openTestDesk({ ...partsOf(trial()), startMs: nowOf(live), store: live.store });
    const rows = () =>
      live.store
        .topics(live.desk.deskId)
        .history("lesson", { topic: null, nowMs: nowOf(live), limit: 1_000 }, patience);
    const before = await rows();
    for (const dyingAt of [0, 1, 5]) {
      const { desk } = await open();
      let written = 0;
      const dying: typeof desk.topics = {
        ...desk.topics,
        // As if nothing were kept yet: every one is written a second time, until it dies.
        history: async () => [],
        remember: async (...given) => {
          if (written === dyingAt) throw new Error("killed");
          written += 1;
          return desk.topics.remember(...given);
        },
      };
      await expect(keepLessons({ ...desk, topics: dying })).rejects.toThrow("killed");
      expect(await rows()).toHaveLength(before.length);
    }
    expect(await keepLessons((await open()).desk)).toBe(0);
    expect(await rows()).toEqual(before);
  });
});

describe.each(PROVIDER_FAULTS)("a provider that $what", (fault) => {
  it("brings a list that stands up to its facts, or none, counted to the token", async () => {
    await using server = await startOpenAiServer((request, index) =>
      fault.script(condenser(request.user), request, index),
    );
    const models = await selectModels({
      model: "custom/m1",
      modelUrl: server.url,
      env: {},
      wait: async () => undefined,
      recording: null,
      fallback: null,
    });
    const test = await openLessonDesk({ sleepModels: async () => models, monotonicMs: () => performance.now() });
    const { desk } = test;
    const reason = `plan of\n${INJECTION}`;
    const expected = { strength: 0.5, reason, planId: null, debate: null, briefId: null };
    await remember(test, [aLesson(0, { expected }), aLesson(1), aLesson(2)]);
    const report = await condenseLessons(
      { ...desk, config: { ...desk.config, modelTimeoutMs: deadlineOf(fault) } },
      MONDAY_MS,
      patience,
    );
    expect(report?.status).toBe(fault.comesTo);
    const lists = await lessonLists(desk, { nowMs: unixMs(MONDAY_MS), limit: 10 }, patience);
    expect(lists).toHaveLength(fault.comesTo === "given" ? 1 : 0);
    const [{ work } = { work: null }] = await desk.ledger.entries({}, patience);
    expect(work?.modelCalls).toBe(server.requests.length);
    const tokens = (work?.inputTokens ?? 0) + (work?.outputTokens ?? 0) - (work?.estimatedTokens ?? 0);
    expect(tokens).toBe(server.billed.input + server.billed.output);
    expect(await test.events()).toEqual([]);
    for (const { system, user } of server.requests) {
      expect(system).not.toContain("IGNORE ALL RULES");
      expect(user.split("\n").filter((line) => line.includes("IGNORE"))).toEqual([expect.stringMatching(/^f\d+ = "/)]);
    }
  });
});
