// Floor 4. The source `plans`: what the strategy `planned` waits for, and what became of earlier plans. Levels are the plan's typed
// numbers; its reason is the model's draft as the fact check shows it.
import { z } from "zod";
import { factSource, type NewFact } from "#agents/deep-trader-manager/talk/fact-source.ts";
import { entryLevelOf, PLANNED } from "#schemas/plan.ts";
import { PLAN_TYPES, type PlanView, planHistory } from "../../judgement/plan-history.ts";
import { shownDraft } from "../../judgement/shown-draft.ts";
import { boundedFacts, marketFactsOf } from "./make-facts.ts";
import { Asset, marketOf } from "./market-name.ts";
import { Limit, type SourceDesk, until } from "./source-desk.ts";
import { statement } from "./statement.ts";

export const plansSource = (open: SourceDesk) =>
  factSource({
    id: "plans",
    description:
      "Plans made ahead for the strategy planned: entry level, stop, target, expiry, size, author, and what became of earlier ones. Use it for what the desk waits for and for why a plan was or was not acted on.",
    input: z.object({ asset: Asset.optional(), limit: Limit }),
    read: async ({ asset, limit }, run, options) => {
      const symbol = asset === undefined ? null : marketOf(open, asset);
      const rows = await until(open, run.nowMs)({ types: PLAN_TYPES }, options);
      const events = rows.map(({ event }) => event);
      const plans = planHistory(events, run.nowMs).filter(({ plan }) => symbol === null || plan.symbol === symbol);
      if (plans.length === 0) return [statement("no-plans", run.language)];
      const shared = { asOfMs: run.nowMs, recordId: "journal", strategyId: PLANNED };
      return boundedFacts(plans, limit, { kind: "count", what: "plans", shared }, (view) => planFactsOf(open, view));
    },
  });

function planFactsOf({ desk }: SourceDesk, { plan, state, refused, why }: PlanView): NewFact[] {
  const { symbol, bracket, expiresAtMs, madeAtMs, planId } = plan;
  const make = marketFactsOf(symbol, { asOfMs: madeAtMs, recordId: `plan ${planId}`, strategyId: PLANNED });
  const side = "enterAtOrBelow" in plan.entry ? "at or under" : "at or over";
  const reason = shownDraft(desk, { draft: plan.reason, facts: plan.citations, symbols: [symbol], nowMs: plan.asOfMs });
  const last = refused.at(-1);
  return [
    make.text("name", state, "what became of the plan"),
    make.price("level-enter", entryLevelOf(plan), `the plan enters ${side} this close`),
    make.price("stop", bracket.stopPrice, "stop of the plan"),
    make.price("target", bracket.targetPrice, "target of the plan"),
    make.pct("size", plan.sizeRatio * 100, "of the usual size"),
    make.time("time", expiresAtMs, "the plan expires"),
    make.text("name", plan.author.model, "model that wrote the plan"),
    ...(reason === null ? [] : [make.text("reason", reason, "why, as its model wrote it")]),
    ...(why === "" ? [] : [make.text("reason", why, "why it was withdrawn")]),
    ...(last === undefined ? [] : [make.text("reason", last.reason, `why its entry was refused, rule ${last.rule}`)]),
  ];
}
