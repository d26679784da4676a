// Who is shown what was condensed of closed trades: the brief of a market, and its debates but where they are recorded.
import { expect, it } from "vitest";
import { briefSubject } from "#desk/judgement/brief-subject.ts";
import { condenseLessons } from "#desk/judgement/condense-lessons.ts";
import { runDebateCycle } from "#desk/judgement/debate-cycle.ts";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { unixMs } from "#schemas/units.ts";
import { WorkTally } from "#schemas/work.ts";
import { openTestDesk, patience } from "#test/support/desk.ts";
import { FIRST_SLOT_MS } from "#test/support/synthetic-market.ts";
import { LIMITS, marketOf } from "./debate-trial.ts";
import { aLesson, condenser, idsOf, remember } from "./lesson-fixture.ts";
import { scriptedText } from "./scripted-text.ts";

const STEP_MS = 300_000;
const SHOWN = /lesson from 5 closed trades/;

async function deskWithLessons() {
  const model = scriptedText((user) => (idsOf(user).length > 0 ? condenser(user) : "{}"));
  const venue = marketOf(1, 240);
  const opened = await openTestDesk({
    venue,
    limits: LIMITS,
    startMs: FIRST_SLOT_MS,
    assets: venue.markets.size,
    sleepModels: async () => [model.choice],
    sleepModel: "scripted/asleep",
    thinking: { nearTriggerPct: 50, debateDayTokens: 200_000, lessonWeekTokens: 100_000 },
  });
  await remember(
    opened,
    Array.from({ length: 10 }, (_, n) => aLesson(n)),
  );
  await condenseLessons(opened.desk, FIRST_SLOT_MS, patience);
  let slotMs = FIRST_SLOT_MS;
  for (let i = 0; i < 3; i++) {
    slotMs = unixMs(FIRST_SLOT_MS + i * STEP_MS);
    opened.clock.advanceTo(slotMs);
    await runLiveSlot(opened.desk, slotMs, patience);
  }
  const debatesShow = async (desk = opened.desk) => {
    const before = model.texts.length;
    await runDebateCycle(desk, slotMs, patience);
    const texts = model.texts.slice(before);
    expect(texts.length).toBeGreaterThan(0);
    return texts.filter((text) => SHOWN.test(text)).length === texts.length;
  };
  return { ...opened, debatesShow };
}

it("lessons that concern a market are among the facts of its brief and of its debates, with their sample size", async () => {
  const { desk, debatesShow } = await deskWithLessons();
  const [symbol] = [...desk.markets.keys()];
  const scope = { of: "market", venueId: desk.marketData.venueId, timeframe: "5m", symbol: symbol as never } as const;
  const at = { nowMs: desk.clock.now(), tally: new WorkTally() };
  const subject = await briefSubject(desk, scope, at, patience);
  const lesson = subject?.facts.find(({ label }) => SHOWN.test(label));
  expect(lesson).toMatchObject({ value: "The mean result is −1.5 %.", market: null });
  expect(await debatesShow()).toBe(true);
});

it("debates that are recorded are shown none: a backtest has none, and would not find the answers again", async () => {
  const { desk, debatesShow } = await deskWithLessons();
  expect(await debatesShow({ ...desk, config: { ...desk.config, modelRecordDir: "calls" } })).toBe(false);
});
