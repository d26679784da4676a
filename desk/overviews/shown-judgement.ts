// Floor 4. A debate or a plan of the journal → the same as a person may read it: the model's words as far as they stand up to the facts.
import { z } from "zod";
import { Debate, DebateOutcome, DebateRole } from "#schemas/debate.ts";
import { Plan } from "#schemas/plan.ts";
import type { Desk } from "../desk.ts";
import { planLine } from "../documents/plan-text.ts";
import { shownDraft } from "../judgement/shown-draft.ts";

const RoleShown = DebateRole.omit({ points: true }).extend({
  points: z.array(z.string()).readonly().describe("as far as they stand up to the facts"),
});

export const DebateShown = Debate.omit({ bull: true, bear: true, judge: true, facts: true }).extend({
  bull: RoleShown.nullable(),
  bear: RoleShown.nullable(),
  judge: RoleShown,
  outcome: DebateOutcome.nullable().describe("what came of the first entry that it met; null: none yet"),
});
export type DebateShown = Readonly<z.infer<typeof DebateShown>>;

/** @param outcome of the entry that it met; null: none, or not known yet */
export function shownDebate(
  desk: Pick<Desk, "marketData">,
  { bull, bear, judge, facts, ...typed }: Debate,
  outcome: DebateOutcome | null,
): DebateShown {
  const symbols = [...new Set([typed.symbol, ...facts.flatMap(({ market }) => market ?? [])])];
  const shown = (role: DebateRole) => ({
    probability: role.probability,
    points: role.points.flatMap(
      ({ text }) => shownDraft(desk, { draft: text, facts, symbols, nowMs: typed.madeAtMs }) ?? [],
    ),
    author: role.author,
  });
  return {
    ...typed,
    bull: bull === null ? null : shown(bull),
    bear: bear === null ? null : shown(bear),
    judge: shown(judge),
    outcome,
  };
}

export const PlanShown = Plan.omit({ reason: true }).extend({
  text: z.string().describe("entry, stop, target and conditions in one line"),
  reason: z.string().nullable().describe("as far as it stands up to its facts; null: nothing of it does"),
});
export type PlanShown = Readonly<z.infer<typeof PlanShown>>;

export function shownPlan(desk: Pick<Desk, "marketData">, plan: Plan): PlanShown {
  const { reason, citations, symbol, asOfMs } = plan;
  const shown = shownDraft(desk, { draft: reason, facts: citations, symbols: [symbol], nowMs: asOfMs });
  return { ...plan, text: planLine(plan), reason: shown };
}
