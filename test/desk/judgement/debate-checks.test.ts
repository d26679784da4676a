import { beforeAll, describe, expect, it } from "vitest";
import { checkDebate, checkDebates } from "#desk/judgement/check-debates.ts";
import { CLEAN_CHECKS_TO_LIFT, DebateChecks } from "#desk/judgement/debate-checks.ts";
import { runDebateCycle } from "#desk/judgement/debate-cycle.ts";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { type Debate, debateIdOf } from "#schemas/debate.ts";
import { timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { WorkTally } from "#schemas/work.ts";
import { aDebate } from "#test/agents/debate/a-debate.ts";
import { type Asked, idOf, says, scriptedModel } from "#test/agents/debate/scripted.ts";
import { openTestDesk, patience, type TestDesk } from "#test/support/desk.ts";
import { FIRST_SLOT_MS } from "#test/support/synthetic-market.ts";
import { LIMITS, marketOf } from "./debate-trial.ts";

const STEP_MS = timeframeMs("5m");
const EVERY = 5;

/** Cites the market's analysis, the rule's reading of it, and the longer candles. */
const wellRead = (asked: Asked): string =>
  says(asked, {
    verdict: "veto",
    horizonCandles: 12,
    points: [
      `The RSI is {{${idOf(asked, /RSI \(Wilder, 14\) · \S+ 5m/)}}}.`,
      `The RSI is {{${idOf(asked, /RSI \(Wilder, 14\) · \S+ 1h/)}}} on the 1h.`,
      `The entry level is {{${idOf(asked, /next closes up to here would enter/)}}}.`,
    ],
  });

async function openDebated(): Promise<TestDesk & { readonly slotMs: UnixMs }> {
  const model = scriptedModel(wellRead);
  const venue = marketOf(1, 240);
  const opened = await openTestDesk({
    venue,
    limits: LIMITS,
    startMs: FIRST_SLOT_MS,
    assets: venue.markets.size,
    sleepModels: async () => [model.choice],
    sleepModel: "scripted/asleep",
    thinking: { nearTriggerPct: 50, debateDayTokens: 10_000_000, shadowEvery: EVERY },
  });
  let slotMs: UnixMs = FIRST_SLOT_MS;
  for (let i = 0; i < 4; i++) {
    slotMs = unixMs(FIRST_SLOT_MS + i * STEP_MS);
    opened.clock.advanceTo(slotMs);
    await runLiveSlot(opened.desk, slotMs, patience);
    await runDebateCycle(opened.desk, slotMs, patience);
  }
  return { ...opened, slotMs };
}

/** Each value altered in turn, under the id that it then has. */
const alterationsOf = (debate: Debate): readonly Debate[] =>
  debate.facts.flatMap((fact, at) => {
    if (typeof fact.value !== "number") return [];
    const facts = debate.facts.with(at, { ...fact, value: fact.value * 1.001 });
    return [{ ...debate, facts, debateId: debateIdOf({ ...debate, facts }) }];
  });

describe("stored debates", () => {
  let opened: Awaited<ReturnType<typeof openDebated>>;
  beforeAll(async () => {
    opened = await openDebated();
  });
  const verdictOn = async (debate: Debate) =>
    (await checkDebate(opened.desk, debate, new WorkTally(), patience)).status;

  it("are what their analyses say, of both timeframes and of what the rule said", async () => {
    const { recent } = opened.desk.debates;
    expect(recent.length).toBeGreaterThan(2);
    for (const debate of recent) {
      expect(new Set(debate.facts.map(({ timeframe }) => timeframe))).toEqual(new Set(["5m", "1h"]));
      expect(debate.facts.map(({ kind }) => kind)).toContain("level-enter");
      expect(await verdictOn(debate)).toBe("agreed");
    }
  });

  it("are found wrong by one altered fact, also where the id was made to fit it, and by anything else that was altered", async () => {
    const [debate] = opened.desk.debates.recent;
    if (debate === undefined) throw new Error("no debate");
    expect(alterationsOf(debate).length).toBeGreaterThan(2);
    for (const altered of alterationsOf(debate)) expect(await verdictOn(altered)).toBe("mismatch");
    expect(await verdictOn({ ...debate, probability: 0.51 })).toBe("mismatch");
    expect(await verdictOn({ ...debate, verdict: "agree" })).toBe("mismatch");
    expect(await verdictOn({ ...debate, validUntilMs: unixMs(debate.validUntilMs + STEP_MS) })).toBe("mismatch");
  });

  it("whose analysis is no longer kept are neither right nor wrong", async () => {
    const [debate] = opened.desk.debates.recent;
    if (debate === undefined) throw new Error("no debate");
    const gone = {
      ...debate,
      analysisIds: ["gone"],
      facts: debate.facts.map((fact) => ({ ...fact, recordId: "gone" })),
    };
    expect(await verdictOn({ ...gone, debateId: debateIdOf(gone) })).toBe("unread");
  });
});

describe("the sample of debates that are checked", () => {
  it("is exactly one in so many successive uses, wherever it begins", () => {
    for (const id of ["a", "b", "c", "d", "e", "f"]) {
      const checks = new DebateChecks(EVERY);
      const due: number[] = [];
      for (let use = 1; use <= 4 * EVERY; use++) {
        checks.used(aDebate({ debateId: id }));
        if (checks.takeDue().length > 0) due.push(use);
      }
      expect(due).toHaveLength(4);
      expect(due[0]).toBeLessThanOrEqual(EVERY);
    }
  });

  it("finds a wrong one within its uses, and all debates stop until stored ones have agreed again", async () => {
    const { desk, slotMs, events, clock } = await openDebated();
    const [debate] = desk.debates.recent;
    const [wrong] = debate === undefined ? [] : alterationsOf(debate);
    if (wrong === undefined) throw new Error("no debate");
    const begun = async () =>
      (await events()).flatMap((event) => (event.type === "quarantine" ? [[event.kind, event.state]] : []));
    expect(desk.account.portfolio().debates.size).toBeGreaterThan(0);
    let uses = 0;
    while (!desk.quarantine.has("debate") && uses < 2 * EVERY) {
      desk.debateChecks.used(wrong);
      uses += 1;
      await checkDebates(desk, slotMs, patience);
    }
    expect(uses).toBeLessThanOrEqual(EVERY);
    expect(await begun()).toEqual([["debate", "begun"]]);
    // Neither used nor bought.
    expect(desk.account.portfolio().debates.size).toBe(0);
    expect(await runDebateCycle(desk, slotMs, patience)).toBeNull();
    const nextMs = unixMs(slotMs + STEP_MS);
    clock.advanceTo(nextMs);
    await runLiveSlot(desk, nextMs, patience);
    expect(await runDebateCycle(desk, nextMs, patience)).toBeNull();
    for (let i = 0; i < CLEAN_CHECKS_TO_LIFT + 2 && desk.quarantine.has("debate"); i++) {
      await checkDebates(desk, nextMs, patience);
    }
    expect(await begun()).toEqual([
      ["debate", "begun"],
      ["debate", "lifted"],
    ]);
    expect((await runDebateCycle(desk, nextMs, patience))?.considered).toBeGreaterThan(0);
    const shadow = (await desk.ledger.entries({}, patience)).filter(({ job }) => job === "shadow");
    expect(shadow.some(({ paths }) => paths["mismatch"] === 1)).toBe(true);
  });
});
