// Floor 6. `plans`: what the strategy `planned` waits for, and what became of earlier plans. No model is asked.
import { z } from "zod";
import { formatTime } from "#desk/documents/format.ts";
import { entryText, plainPrice } from "#desk/documents/plan-text.ts";
import { PLAN_TYPES, PlanView, planHistory } from "#desk/judgement/plan-history.ts";
import { PlanShown, shownPlan } from "#desk/overviews/shown-judgement.ts";
import { Count, UnixMs } from "#schemas/units.ts";
import { deskCommand } from "../command.ts";
import { table } from "../text/table.ts";
import { wholeNumber } from "./memory.ts";

const limitOf = (flags: Readonly<Record<string, unknown>>): number => wholeNumber(flags["limit"], "--limit", 20);

const ShownPlan = PlanView.omit({ plan: true }).extend(PlanShown.shape);

const PlansDocument = z.object({
  run: z.string().describe("id of the run"),
  nowMs: UnixMs,
  made: Count.describe("plans of the run, shown or not"),
  plans: z.array(ShownPlan).describe("newest first"),
});
export type PlansDocument = Readonly<z.infer<typeof PlansDocument>>;

export const plansCommand = deskCommand({
  name: "plans",
  document: PlansDocument,
  reads: true,
  exchange: "not-asked",
  saysAge: true,
  check: ({ flags }) => void limitOf(flags),
  execute: async ({ desk, store }, { flags }, options) => {
    const nowMs = desk.clock.now();
    const rows = await store.journal(desk.deskId, desk.runId).read({ types: PLAN_TYPES }, options);
    const all = planHistory(
      rows.map(({ event }) => event),
      nowMs,
    );
    const shown = ({ plan, ...view }: PlanView) => ({ ...view, ...shownPlan(desk, plan) });
    return { run: desk.runId, nowMs, made: all.length, plans: all.slice(0, limitOf(flags)).map(shown) };
  },
  render: ({ plans, made }, style) => {
    if (made === 0)
      return "No plan was made in this run. They are for the strategy `planned`, with a model and DEEPTRADER_PLAN_DAY_TOKENS set: docs/agents.md.";
    const rows = table(plans, [
      { title: "plan", value: (p) => p.planId.slice(0, 8) },
      { title: "market", value: (p) => p.symbol },
      { title: "enters", value: (p) => entryText(p) },
      { title: "stop", value: (p) => plainPrice(p.bracket.stopPrice), align: "right" },
      { title: "target", value: (p) => plainPrice(p.bracket.targetPrice), align: "right" },
      { title: "until (UTC)", value: (p) => formatTime(p.expiresAtMs) },
      { title: "by", value: (p) => p.author.model },
      { title: "", value: (p) => (p.state === "holds" ? style.bold("waits") : endText(p)) },
    ]);
    const waiting = plans.filter(({ state }) => state === "holds");
    const said = waiting.flatMap(({ planId, reason, citations }) =>
      reason === null
        ? []
        : [
            `${planId.slice(0, 8)}  ${reason} ${style.dim(`(${citations.length} ${citations.length === 1 ? "fact" : "facts"} cited)`)}`,
          ],
    );
    const more = made > plans.length ? [style.dim(`… ${plans.length} of ${made} plans; --limit shows more`)] : [];
    return [rows, ...said, ...more].join("\n");
  },
});

/** `used 12:05`, `withdrawn: the price has left …`, `expired, refused by pause` */
function endText({ state, why, refused }: Pick<PlanView, "state" | "why" | "refused">): string {
  const last = refused.at(-1);
  return `${state}${why === "" ? "" : `: ${why}`}${last === undefined ? "" : `, refused by ${last.rule}`}`;
}
