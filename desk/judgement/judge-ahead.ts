// Floor 4. After the decision cycle of a slot: what a model's judgement is bought for, in order, before the next close. Each step
// keeps what it has paid for at once; decisions and answers read it from the store and never wait for it.
import type { CallOptions } from "#schemas/ports/work.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { Desk } from "../desk.ts";
import type { BriefReport } from "../documents/brief-report.ts";
import type { DebateReport } from "../documents/debate-report.ts";
import type { LessonReport } from "../documents/lesson-report.ts";
import type { PlanReport } from "../documents/plan-report.ts";
import { runBriefCycle } from "./brief-cycle.ts";
import { checkDebates } from "./check-debates.ts";
import { condenseLessons } from "./condense-lessons.ts";
import { runDebateCycle, settleDebates } from "./debate-cycle.ts";
import { keepLessons } from "./lessons.ts";
import { planMarkets } from "./plan-markets.ts";

/** What each step came to; null: it was not wanted, or its time is over. */
export interface JudgementReports {
  /** Of the week. */
  readonly lessons: LessonReport | null;
  readonly debates: DebateReport | null;
  readonly plans: PlanReport | null;
  readonly briefs: BriefReport | null;
}

/** Buys nothing on a desk without tokens for it. @throws ModelRunError where a replay misses a call; StoreError */
export async function judgeAhead(desk: Desk, slotMs: UnixMs, options: CallOptions): Promise<JudgementReports> {
  await checkDebates(desk, slotMs, options);
  await settleDebates(desk, slotMs, options);
  // By code, with or without a model: it costs no token.
  await keepLessons(desk);
  const lessons = await condenseLessons(desk, slotMs, options);
  const debates = await runDebateCycle(desk, slotMs, options);
  const plans = await planMarkets(desk, slotMs, options);
  const briefs = await runBriefCycle(desk, slotMs, options);
  return { lessons, debates, plans, briefs };
}
