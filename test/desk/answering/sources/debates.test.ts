// The source `debates` on a desk that has debated: what is read is what was journaled, with who said it.
import { beforeAll, describe, expect, it } from "vitest";
import { judgeAhead } from "#desk/judgement/judge-ahead.ts";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import type { Debate } from "#schemas/debate.ts";
import { splitSymbol, timeframeMs, unixMs } from "#schemas/units.ts";
import { says, scriptedModel } from "#test/agents/debate/scripted.ts";
import { openTestDesk, patience, type TestDesk } from "#test/support/desk.ts";
import { FIRST_SLOT_MS } from "#test/support/synthetic-market.ts";
import { LIMITS, marketOf } from "../../judgement/debate-trial.ts";
import { asked } from "./asked-desk.ts";

describe("the source of debates", () => {
  let opened: TestDesk;
  let newest: Debate;
  beforeAll(async () => {
    const model = scriptedModel((one) =>
      says(one, { verdict: "veto", horizonCandles: 12, probability: { bull: 0.7, bear: 0.2, judge: 0.4 }[one.role] }),
    );
    const venue = marketOf(1, 240);
    opened = await openTestDesk({
      venue,
      limits: LIMITS,
      startMs: FIRST_SLOT_MS,
      assets: venue.markets.size,
      sleepModels: async () => [model.choice],
      sleepModel: "scripted/asleep",
      thinking: { nearTriggerPct: 50, debateDayTokens: 10_000_000, shadowEvery: 1 },
    });
    for (let i = 0; i < 3; i++) {
      const slotMs = unixMs(FIRST_SLOT_MS + i * timeframeMs("5m"));
      opened.clock.advanceTo(slotMs);
      await runLiveSlot(opened.desk, slotMs, patience);
      await judgeAhead(opened.desk, slotMs, patience);
    }
    const last = opened.desk.debates.recent.at(-1);
    if (last === undefined) throw new Error("no debate was held");
    newest = last;
  });

  it("says what each role held likely, by whom, the facts it cited as they were, and for which closes", async () => {
    const { base } = splitSymbol(newest.symbol);
    const facts = await asked(opened).read("debates", { asset: base });
    const said = facts.filter(({ recordId, kind }) => recordId === newest.debateId && kind === "probability");
    expect(said.map(({ value, label }) => [value, label])).toEqual([
      [0.7, "what the bull (test/scripted) gave the target before the stop"],
      [0.2, "what the bear (test/scripted) gave the target before the stop"],
      [0.4, "what the judge (test/scripted) gave the target before the stop"],
    ]);
    expect(facts.find(({ kind }) => kind === "event")?.value).toBe("veto");
    const cited = facts.filter(({ label }) => label === "RSI (Wilder, 14), cited by the bear");
    expect(cited[0]?.value).toBe(newest.facts.find(({ kind }) => kind === "rsi")?.value);
    expect(facts.filter(({ unit }) => unit === "time").map(({ value }) => value)).toContain(newest.validUntilMs);
    expect(facts.every(({ market }) => market === null || market === newest.symbol)).toBe(true);
  });

  it("says that there was none of a market that was not debated, and no word that a model wrote", async () => {
    const debated = new Set(opened.desk.debates.recent.map(({ symbol }) => symbol));
    const other = [...opened.desk.markets.keys()].find((symbol) => !debated.has(symbol));
    if (other !== undefined) {
      const facts = await asked(opened).read("debates", { asset: splitSymbol(other).base });
      expect(facts.map(({ value }) => value)).toContain("No debate was held here.");
    }
    const all = await asked(opened).read("debates", {});
    expect(JSON.stringify(all)).not.toContain("{{f");
  });

  it("counts what it shows into the sample that is checked", async () => {
    opened.desk.debateChecks.takeDue();
    await asked(opened).read("debates", { limit: 2 });
    expect(opened.desk.debateChecks.takeDue()).toHaveLength(2);
  });
});
