// Floor 4. Markets to plan for → plans that passed every check, bought one market after the other and kept at once. The live desk and
// the backtest ask by this function; at a decision no model is called.

import { type PlanSubject, type WrittenPlan, writePlan } from "#agents/deep-trader-manager/plan/write-plan.ts";
import { FactTable } from "#agents/deep-trader-manager/talk/fact-table.ts";
import type { ModelChoice } from "#agents/models/select.ts";
import type { TypedAnswer } from "#agents/typed-call.ts";
import type { DeskStrategy } from "#memory/said-of.ts";
import type { RiskLimits } from "#schemas/config.ts";
import { type Fact, modelText } from "#schemas/fact.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Author } from "#schemas/judgement.ts";
import type { Market } from "#schemas/market.ts";
import { expiryOf, PLANNED, type Plan, type PlanCondition, planIdOf } from "#schemas/plan.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { MarketView } from "#schemas/reading.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { type LedgerEntry, ledgerEntry, WorkTally } from "#schemas/work.ts";
import { checkDraft } from "#toolkits/fact-check/check-draft.ts";
import { referencedIds } from "#toolkits/fact-check/references.ts";
import { type PlanFault, planFault } from "#toolkits/risk/plan-check.ts";
import { checkRunOf } from "../answering/check-run.ts";
import type { Desk } from "../desk.ts";
import type { PlanTally } from "../documents/plan-report.ts";
import { MAX_PLANS, planCandidates, plansToWithdraw } from "./plan-candidates.ts";
import { planFacts } from "./plan-facts.ts";
import { LEAST_CALL_MS } from "./time-left.ts";

export interface PlanPass extends Pick<Desk, "marketData"> {
  readonly models: readonly ModelChoice[];
  /** Of the slot. */
  readonly views: readonly MarketView[];
  readonly slotMs: UnixMs;
  readonly nowMs: UnixMs;
  readonly portfolio: Portfolio;
  readonly markets: ReadonlyMap<MarketSymbol, Market>;
  readonly strategies: readonly DeskStrategy[];
  readonly quote: string;
  /** As they bind now. */
  readonly limits: RiskLimits;
  readonly nearTriggerPct: number;
  readonly asked: ReadonlySet<MarketSymbol>;
  /** Tokens left to this pass. */
  readonly maxTokens: number;
  readonly deadlineMs: number;
  /** Until the pass itself must be over, ms; null: time stands still meanwhile. */
  readonly leftMs: () => number | null;
  readonly monotonicMs: () => number;
  /** Awaited before each market: questions go first. */
  readonly beforeStep: () => Promise<void>;
  /** Keeps rows before the next market is asked about. */
  readonly keep: (rows: readonly JournalEvent[]) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Why a plan that was written is none. `reason`: no sentence of it stands up to the facts. */
export type WrittenFault = PlanFault | "reason";

export interface BoughtPlans {
  readonly tally: PlanTally;
  readonly work: WorkTally;
}

/** A model that did not answer is not asked again in this pass. @throws ModelRunError where a replay misses a call */
export async function buyPlans(pass: PlanPass): Promise<BoughtPlans> {
  const { slotMs, nowMs, views, signal } = pass;
  const work = new WorkTally();
  const gone = plansToWithdraw(views, pass);
  await pass.keep(gone.map(({ plan, why }) => ({ type: "plan", atMs: nowMs, plan, state: "withdrawn", why })));
  const plans = new Map([...pass.portfolio.plans].filter(([, plan]) => !gone.some((one) => one.plan === plan)));
  const candidates = planCandidates(views, { ...pass, portfolio: { ...pass.portfolio, plans } });
  const asked = candidates.slice(0, MAX_PLANS);
  const count = { ...NO_PLANS, faults: {} as Record<string, number> };
  count.considered = candidates.length;
  count.withdrawn = gone.length;
  count.left = candidates.length - asked.length;
  const down = new Set<string>();
  for (const [index, view] of asked.entries()) {
    await pass.beforeStep();
    const patienceMs = Math.min(pass.deadlineMs, pass.leftMs() ?? pass.deadlineMs);
    if (signal.aborted || patienceMs < Math.min(LEAST_CALL_MS, pass.deadlineMs)) {
      count.left += asked.length - index;
      break;
    }
    const facts = new FactTable();
    facts.add(planFacts({ ...pass, view }));
    const { symbol, timeframe } = view;
    const subject: PlanSubject = { symbol, timeframe, asOfMs: slotMs, facts: facts.all() };
    const models = pass.models.filter(({ id }) => !down.has(id));
    const answer = await writePlan(models, subject, { ...pass, tally: work, deadlineMs: patienceMs });
    for (const id of answer.failed) down.add(id);
    if (answer.status !== "given") {
      count[COUNTED[answer.status]] += 1;
      continue;
    }
    if (answer.reply.plan === null) {
      count.none += 1;
      continue;
    }
    const made = checkedPlan(answer.reply.plan, { view, facts, author: answer.author }, pass);
    if (typeof made === "string") {
      count.faults[made] = (count.faults[made] ?? 0) + 1;
      continue;
    }
    await pass.keep([{ type: "plan", atMs: nowMs, plan: made, state: "made", why: "" }]);
    count.made += 1;
  }
  return { tally: count, work };
}

export const NO_PLANS: PlanTally = {
  considered: 0,
  made: 0,
  none: 0,
  faults: {},
  rejected: 0,
  failed: 0,
  overBudget: 0,
  left: 0,
  withdrawn: 0,
};

const COUNTED = {
  rejected: "rejected",
  failed: "failed",
  "over-budget": "overBudget",
  aborted: "left",
} as const satisfies Record<Exclude<TypedAnswer<unknown>["status"], "given">, keyof PlanTally>;

interface Written {
  readonly view: MarketView;
  readonly facts: FactTable;
  readonly author: Author;
}

type PlanDesk = Pick<PlanPass, "marketData" | "markets" | "quote" | "limits" | "slotMs" | "nowMs">;

/** What the model wrote, as a plan; or the first fault that makes it none. */
export function checkedPlan(
  written: WrittenPlan,
  { view, facts, author }: Written,
  desk: PlanDesk,
): Plan | WrittenFault {
  const { symbol, timeframe, price, indicators, security } = view;
  const { slotMs: asOfMs, nowMs, marketData, markets } = desk;
  const ids = [...new Set([...written.cites, ...referencedIds(written.reason)])];
  const citations = ids.map((id) => facts.get(id));
  if (!citations.every((fact): fact is Fact => fact !== null)) return "unknown-fact";
  const said = {
    symbol,
    strategyId: PLANNED,
    timeframe,
    asOfMs,
    side: "long",
    entry: written.enterWhen === "at-or-below" ? { enterAtOrBelow: written.level } : { enterAtOrAbove: written.level },
    onlyWhile: written.onlyWhile.map(conditionOf),
    bracket: {
      stopPrice: written.stopPrice,
      targetPrice: written.targetPrice,
      maxHoldCandles: written.maxHoldCandles,
    },
    sizeRatio: written.sizeRatio,
    expiresAtMs: expiryOf(asOfMs, written.expiresInCandles, timeframe),
    reason: written.reason,
  } as const;
  const plan: Plan = { planId: "", madeAtMs: nowMs, citations, author, ...said };
  // Time of a plan is counted from its close, so that live and backtest agree.
  const fault = planFault(plan, {
    ...desk,
    symbol,
    timeframe,
    asOfMs,
    nowMs: asOfMs,
    price,
    atr: indicators.atr,
    market: markets.get(symbol) ?? null,
    verdict: security.verdict,
    known: (id) => facts.get(id),
  });
  if (fault !== null) return fault;
  const run = checkRunOf({ marketData }, { language: "en", nowMs: asOfMs, symbols: [symbol] });
  const checked = checkDraft(modelText(plan.reason), citations, { ...run, strictness: "pushed" });
  return checked.status === "stands" ? { ...plan, planId: planIdOf(said) } : "reason";
}

/** A value that is missing is no number, and no condition. */
const conditionOf = ({ what, value }: WrittenPlan["onlyWhile"][number]): PlanCondition =>
  what === "verdict-clear" ? { what } : { what, value: value ?? Number.NaN };

/** The ledger's row of a pass. */
export const planEntry = ({ tally, work }: BoughtPlans, atMs: UnixMs, durationMs: number): LedgerEntry =>
  ledgerEntry({
    atMs,
    phase: "sleep",
    job: "plan",
    work: work.total(),
    ...(tally.overBudget > 0 ? { overBudget: { plan: tally.overBudget } } : {}),
    durationMs,
  });
