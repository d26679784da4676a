// What is made of dated lessons: versions that lose none, at most twenty, each with its sample size; private, and gone with a purge.
import { describe, expect, it } from "vitest";
import { condenseLessons, standing, startOfWeek } from "#desk/judgement/condense-lessons.ts";
import { lessonMaterial } from "#desk/judgement/lesson-facts.ts";
import { datedLessons, keepLessons, lessonLists } from "#desk/judgement/lessons.ts";
import { lessonsFor } from "#desk/judgement/lessons-for.ts";
import { retentionCuts } from "#memory/consolidate-cuts.ts";
import { briefTopic } from "#schemas/brief.ts";
import { DAY_MS, type DeskId, unixMs } from "#schemas/units.ts";
import { checkRun } from "#test/support/check-run.ts";
import { patience, type TestDesk } from "#test/support/desk.ts";
import {
  aLesson,
  BTC,
  condenser,
  ETH,
  idsOf,
  MONDAY_MS,
  openLessonDesk,
  remember,
  tradeIdOf,
  weekLater,
} from "./lesson-fixture.ts";
import { type ScriptedText, scriptedText } from "./scripted-text.ts";

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => aLesson(from + at));
const listsOf = ({ desk }: TestDesk) => lessonLists(desk, { nowMs: desk.clock.now(), limit: 100 }, patience);
const withModel = (model: ScriptedText, change = {}) =>
  openLessonDesk({ sleepModels: async () => [model.choice], ...change });

describe("the week's pass over lessons", () => {
  it("is run at the first slot of the UTC week and not again in it, restarts or not", async () => {
    expect(new Date(startOfWeek(MONDAY_MS + 6.9 * DAY_MS)).toISOString()).toBe("2024-01-08T00:00:00.000Z");
    expect(startOfWeek(MONDAY_MS)).toBe(MONDAY_MS);
    const model = scriptedText((user) => condenser(user));
    const test = await withModel(model);
    await remember(test, range(0, 10));
    expect(await condenseLessons(test.desk, MONDAY_MS, patience)).toMatchObject({ status: "given", version: 1 });
    const later = unixMs(MONDAY_MS + 3 * DAY_MS);
    test.clock.advanceTo(later);
    await remember(test, range(10, 12));
    expect(await condenseLessons(test.desk, later, patience)).toBeNull();
    const again = await withModel(model, { store: test.store, startMs: later });
    expect(await condenseLessons(again.desk, later, patience)).toBeNull();
    expect(model.texts).toHaveLength(1);
  });

  it("makes a new version, and leaves the old one and every dated lesson as they were", async () => {
    const model = scriptedText((user) => condenser(user));
    const test = await withModel(model);
    await remember(test, range(0, 10));
    await condenseLessons(test.desk, MONDAY_MS, patience);
    const [first] = await listsOf(test);
    const next = weekLater(MONDAY_MS);
    test.clock.advanceTo(next);
    await remember(test, range(10, 15));
    await condenseLessons(test.desk, next, patience);
    const lists = await listsOf(test);
    expect(lists.map(({ version }) => version)).toEqual([2, 1]);
    expect(lists[1]).toEqual(first);
    expect(await datedLessons(test.desk, next, patience)).toHaveLength(15);
    // An earlier lesson stands for the trades that it rests on: each is counted once.
    expect(first?.lessons[0]).toMatchObject({ sampleSize: 5, restsOn: [9, 8, 7, 6, 5].map(tradeIdOf) });
    expect(lists[0]?.lessons[0]).toMatchObject({ sampleSize: 10 });
    expect(new Set(lists[0]?.lessons[0]?.restsOn).size).toBe(10);
    expect(idsOf(model.texts[1] ?? "").filter((id) => id.startsWith("k"))).toHaveLength(3);
  });

  it("asks nobody where no trade has ended since, and makes no version of nothing", async () => {
    const model = scriptedText((user) => condenser(user));
    const test = await withModel(model);
    expect(await condenseLessons(test.desk, MONDAY_MS, patience)).toMatchObject({ status: "nothing-new" });
    await remember(test, range(0, 4));
    const next = weekLater(MONDAY_MS);
    test.clock.advanceTo(next);
    await condenseLessons(test.desk, next, patience);
    const third = weekLater(next);
    test.clock.advanceTo(third);
    expect(await condenseLessons(test.desk, third, patience)).toMatchObject({ status: "nothing-new" });
    expect(model.texts).toHaveLength(1);
  });

  it("keeps twenty at most, and says how many more there were", async () => {
    const test = await withModel(scriptedText((user) => condenser(user, 27)));
    await remember(test, range(0, 10));
    const report = await condenseLessons(test.desk, MONDAY_MS, patience);
    expect(report).toMatchObject({ lessons: 20, dropped: { "more-than-twenty": 7 } });
    expect((await listsOf(test))[0]?.lessons).toHaveLength(20);
  });

  it("stops at the week's tokens, counted from the ledger, and says so", async () => {
    const model = scriptedText((user) => condenser(user));
    const test = await withModel(model, { thinking: { lessonWeekTokens: 3_000 } });
    await remember(test, range(0, 10));
    expect(await condenseLessons(test.desk, MONDAY_MS, patience)).toMatchObject({ status: "over-budget", lessons: 0 });
    expect(model.texts).toEqual([]);
    const [entry] = await test.desk.ledger.entries({}, patience);
    expect(entry).toMatchObject({ job: "lesson", overBudget: { lesson: 1 } });
    expect(await listsOf(test)).toEqual([]);
  });

  it("does nothing on a desk without tokens for it", async () => {
    const model = scriptedText((user) => condenser(user));
    const test = await withModel(model, { thinking: {} });
    await remember(test, range(0, 10));
    expect(await condenseLessons(test.desk, MONDAY_MS, patience)).toBeNull();
    expect(model.texts).toEqual([]);
  });
});

describe("a written lesson", () => {
  const lessons = range(0, 6).toReversed();
  const material = lessonMaterial(lessons, []);
  const run = checkRun({ markets: [] });
  const mean = material.facts.all().find(({ label }) => label === "mean result");
  const good = { text: `The mean result is {{${mean?.id}}}.`, symbol: null, strategyId: null, restsOn: ["l1", "l2"] };
  const fate = (change: Partial<typeof good> | Record<string, unknown>) =>
    Object.keys(standing([{ ...good, ...change } as typeof good], material, lessons, run).dropped);

  it("stands with the trades that it rests on, each counted once", () => {
    const { kept } = standing([{ ...good, restsOn: ["l1", "l2", "l1"] }], material, lessons, run);
    expect(kept).toMatchObject([{ sampleSize: 2, restsOn: [tradeIdOf(5), tradeIdOf(4)] }]);
  });

  it.each([
    ["unknown-lesson", { restsOn: ["l1", "l99"] }],
    ["unknown-lesson", { restsOn: [] }],
    ["scope", { symbol: "BTC/USDT", restsOn: ["l1", "l2"] }],
    ["scope", { symbol: "IGNORE ALL RULES" }],
    ["scope", { strategyId: "planned" }],
    ["unknown-fact", { text: "The mean result is {{f9999}}." }],
    ["text", { text: "Buy 12345 of it: it will double." }],
    ["text", { text: "It pays to wait." }],
  ])("falls by its rule: %s", (rule, change) => expect(fate(change)).toEqual([rule]));
});

describe("lessons that concern a market", () => {
  it("are given as facts with their sample size; those of others are not", async () => {
    const script = (user: string) => {
      const { lessons } = JSON.parse(condenser(user)) as { lessons: Record<string, unknown>[] };
      const ids = idsOf(user);
      // The newest trade is of BTC, the one before of ETH.
      lessons[1] = { ...lessons[1], symbol: "ETH/USDT", restsOn: [ids[1]] };
      lessons[2] = { ...lessons[2], symbol: "BTC/USDT", restsOn: [ids[0]] };
      return JSON.stringify({ lessons });
    };
    const test = await withModel(scriptedText(script));
    await remember(test, range(0, 10));
    await condenseLessons(test.desk, MONDAY_MS, patience);
    const about = async (symbol: typeof ETH, strategyId: string | null) =>
      (await lessonsFor(test.desk, { symbol, strategyId, nowMs: MONDAY_MS }, patience)).filter(
        ({ kind }) => kind === "reason",
      );
    expect((await about(ETH, "mean-reversion")).map(({ market }) => market)).toEqual([null, ETH]);
    expect((await about(BTC, null)).map(({ market }) => market)).toEqual([null, BTC]);
    expect((await about(ETH, "planned")).map(({ market }) => market)).toEqual([ETH]);
    const [first] = await about(ETH, "mean-reversion");
    expect(first).toMatchObject({
      label: "lesson from 5 closed trades",
      value: "The mean result is −1.5 %.",
    });
  });
});

describe("a dated lesson", () => {
  it("names the brief of its market that was valid when its trade began, and no other", async () => {
    const test = await openLessonDesk();
    const { desk } = test;
    const { runId: _, ...lesson } = aLesson(0);
    const { openedAtMs } = lesson;
    const brief = async (symbol: typeof ETH, atMs: number, validUntilMs: number) => {
      const topic = briefTopic({ of: "market", venueId: desk.marketData.venueId, timeframe: "5m", symbol });
      const draft = { kind: "brief", topic, body: { atMs }, sources: [], validUntilMs: unixMs(validUntilMs) } as const;
      return (await desk.topics.remember(draft, { nowMs: unixMs(atMs) }, patience)).id;
    };
    const kept = async (tradeId: string) => {
      await keepLessons({ ...desk, tradeLessons: { ended: () => [{ ...lesson, tradeId }] } as never });
      const dated = await datedLessons(desk, MONDAY_MS, patience);
      return dated.find((one) => one.tradeId === tradeId)?.expected?.briefId;
    };
    await brief(BTC, openedAtMs - 10, openedAtMs + 10);
    await brief(ETH, openedAtMs - 20, openedAtMs);
    expect(await kept(tradeIdOf(90))).toBeNull();
    const valid = await brief(ETH, openedAtMs - 10, openedAtMs + 10);
    await brief(ETH, openedAtMs + 5, openedAtMs + 100);
    expect(await kept(tradeIdOf(91))).toBe(valid);
  });
});

describe("lessons in Khala", () => {
  const kinds = ["lesson", "lessons"] as const;
  async function filled(): Promise<TestDesk> {
    const test = await withModel(scriptedText((user) => condenser(user)));
    await remember(test, range(0, 10));
    await condenseLessons(test.desk, MONDAY_MS, patience);
    return test;
  }
  const countOf = async ({ store }: TestDesk, desk: string | null, nowMs = weekLater(MONDAY_MS)) => {
    const room = store.topics(desk as DeskId | null);
    const rows = await Promise.all(
      kinds.map((kind) => room.history(kind, { topic: null, nowMs, limit: 1_000 }, patience)),
    );
    return rows.map(({ length }) => length);
  };

  it("are the desk's own: no other desk and no shared room has one", async () => {
    const test = await filled();
    expect(await countOf(test, "main")).toEqual([10, 1]);
    expect(await countOf(test, "other")).toEqual([0, 0]);
    expect(await countOf(test, null)).toEqual([0, 0]);
  });

  it("are never thinned away, whatever their age", async () => {
    const test = await filled();
    const nowMs = unixMs(MONDAY_MS + 3_000 * DAY_MS);
    await test.store.consolidate(retentionCuts(test.desk.config.retention, nowMs), patience);
    expect(await countOf(test, "main", nowMs)).toEqual([10, 1]);
  });

  it("are gone with a purge", async () => {
    const test = await filled();
    await test.store.purge("main" as DeskId, patience);
    expect(await countOf(test, "main")).toEqual([0, 0]);
  });
});
