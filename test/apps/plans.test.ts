// `plans`, `triggers` and the source `plans` on a desk with plans: what waits, and what became of the rest.
import { describe, expect, it } from "vitest";
import { plansCommand } from "#apps/commands/plans.ts";
import { withPlanLevels } from "#desk/documents/plan-levels.ts";
import { planHistory } from "#desk/judgement/plan-history.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { PLANNED, type Plan } from "#schemas/plan.ts";
import { positionKey } from "#schemas/portfolio.ts";
import { type UnixMs, unixMs } from "#schemas/units.ts";
import { aPlan, NEXT_MS, STEP_MS } from "#test/desk/judgement/plan-fixture.ts";
import { levelsOf, makeView } from "#test/memory/fixtures.ts";
import { BTC, order, SLOT_MS } from "#test/toolkits/risk/fixture.ts";

const made = (plan: Plan): JournalEvent => ({ type: "plan", atMs: plan.madeAtMs, plan, state: "made", why: "" });
const other = aPlan({ sizeRatio: 0.5 });
const LATER = unixMs(SLOT_MS + 50 * STEP_MS);
const states = (events: readonly JournalEvent[], nowMs: UnixMs = LATER) =>
  planHistory(events, nowMs).map(({ state }) => state);

describe("what became of a plan", () => {
  const entry: JournalEvent = {
    type: "order-list",
    atMs: NEXT_MS,
    orders: [order({ strategyId: PLANNED, symbol: BTC, role: "entry" })],
  };

  it("is told from the journal: waits, used, replaced, withdrawn, expired", () => {
    expect(states([made(aPlan())])).toEqual(["holds"]);
    expect(states([made(aPlan()), entry])).toEqual(["used"]);
    expect(states([made(aPlan()), made(other)])).toEqual(["holds", "replaced"]);
    const withdrawn: JournalEvent = {
      ...made(aPlan()),
      type: "plan",
      state: "withdrawn",
      why: "it fell",
      plan: aPlan(),
    } as JournalEvent;
    expect(states([made(aPlan()), withdrawn])).toEqual(["withdrawn"]);
    expect(states([made(aPlan())], aPlan().expiresAtMs)).toEqual(["expired"]);
    expect(states([made(other), entry, made(aPlan())])).toEqual(["holds", "used"]);
  });

  it("names the rule that refused its entry", () => {
    const refusal: JournalEvent = {
      type: "refusal",
      atMs: NEXT_MS,
      refusal: {
        decisionId: "d",
        strategyId: PLANNED,
        symbol: BTC,
        action: "enter",
        asOfMs: NEXT_MS,
        rule: "pause",
        reason: "paused",
      },
    };
    const [view] = planHistory([made(aPlan()), refusal], LATER);
    expect(view?.refused).toEqual([{ rule: "pause", reason: "paused", asOfMs: NEXT_MS }]);
    expect(view?.state).toBe("holds");
  });
});

describe("a plan's level", () => {
  it("stands among the triggers of planned, with its conditions, and of no other strategy", () => {
    const { readings } = makeView({ symbol: BTC }, [{ strategyId: PLANNED, levels: levelsOf([]) }]);
    const [reading] = readings;
    if (reading === undefined) throw new Error("it was read");
    const plan = aPlan({ onlyWhile: [{ what: "rsi-below", value: 30 }] });
    const plans = new Map([[positionKey(plan), plan]]);
    const said = withPlanLevels({ status: "read", strategyId: PLANNED, reading }, plans);
    expect(said.status === "read" && said.reading.levels).toMatchObject({
      status: "conditional",
      note: "planned, only while RSI under 30",
      intervals: [{ action: "enter", from: 96, to: 99 }],
    });
    const foreign = { status: "read", strategyId: "mean-reversion", reading } as const;
    expect(withPlanLevels(foreign, plans)).toBe(foreign);
  });
});

describe("deeptrader plans", () => {
  it("says so where there are none, and what to set", () => {
    const text = plansCommand.render({ run: "live", nowMs: SLOT_MS, made: 0, plans: [] } as never, {} as never);
    expect(text).toContain("DEEPTRADER_PLAN_DAY_TOKENS");
  });
});
