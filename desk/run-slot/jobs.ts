// Floor 4. Jobs as values: name, key, input, output. One run per (desk, run, job, scope, slot): the unique row decides, in
// this process or any other. What a job made for others is in its output; nothing listens in on it.
import { z } from "zod";
import { patternsText } from "#schemas/market-patterns.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { Relationships } from "#schemas/relationship.ts";
import { ConsolidationReport } from "#schemas/retention.ts";
import { strategyIdsText } from "#schemas/strategy-use.ts";
import { UnixMs } from "#schemas/units.ts";
import type { Desk } from "../desk.ts";
import { BriefReport } from "../documents/brief-report.ts";
import { DebateReport } from "../documents/debate-report.ts";
import { LessonReport } from "../documents/lesson-report.ts";
import { PlanReport } from "../documents/plan-report.ts";
import { nothingRead, SleepReport } from "../documents/sleep-report.ts";
import { ThinkReport } from "../documents/think-report.ts";
import { TradeReport } from "../documents/trade-report.ts";

/** What a job is given: the slot whose result it makes. What it depends on besides is in the key's scope. */
const SlotInput = z.object({ slotMs: UnixMs });
type SlotInput = z.infer<typeof SlotInput>;

export interface Job<Output> {
  readonly name: string;
  readonly input: typeof SlotInput;
  readonly output: z.ZodType<Output>;
  /** False where the result is no reason not to try again. */
  readonly isDone: (output: Output) => boolean;
}

const job = <Output>(
  name: string,
  output: z.ZodType<Output>,
  isDone: (output: Output) => boolean = () => true,
): Job<Output> => ({ name, input: SlotInput, output, isDone });

export const SLEEP_JOB = job("sleep-cycle", SleepReport, (report) => !nothingRead(report));
export const DECISION_JOB = job("decision-cycle", TradeReport);
export const THINKING_JOB = job("thinking", ThinkReport);
export const DEBATE_JOB = job("debate", DebateReport);
export const BRIEF_JOB = job("briefs", BriefReport);
export const PLAN_JOB = job("plan", PlanReport);
/** Its slot is the beginning of a UTC week. */
export const LESSON_JOB = job("lesson", LessonReport);
export const CONSOLIDATION_JOB = job("consolidation", ConsolidationReport);
/** Of an hour that is known in part, the next slot makes the rest. */
export const RELATIONSHIPS_JOB = job(
  "relationships",
  z.object({ relationships: Relationships.nullable(), isComplete: z.boolean() }),
  ({ isComplete }) => isComplete,
);

type JobDesk = Pick<Desk, "runs" | "clock" | "config" | "marketData">;

/**
 * Runs the work unless the slot is done, in which case its stored result is returned with `repeated: true`. A run that a
 * dead owner left unfinished is taken up again, and so is one that its own owner did not get done, or whose result this
 * version cannot read. @throws StoreError
 */
export async function runJob<Output>(
  desk: JobDesk,
  job: Job<Output>,
  given: SlotInput,
  work: () => Promise<Output>,
  options: CallOptions,
): Promise<Output & { readonly repeated: boolean }> {
  const begun = await beginJob(desk, job, given, options);
  if (begun.stored !== null) return { ...begun.stored, repeated: true };
  const result = await work();
  await begun.finish(result, options);
  return { ...result, repeated: false };
}

/** A job whose work is the caller's. */
interface BegunJob<Output> {
  /** The slot was done before; null: it is to be done. */
  readonly stored: Output | null;
  finish(result: Output, options: CallOptions): Promise<void>;
}

/** The same for work that is not done in one piece. @throws StoreError */
export async function beginJob<Output>(
  desk: JobDesk,
  { name, input, output, isDone }: Job<Output>,
  given: SlotInput,
  options: CallOptions,
): Promise<BegunJob<Output>> {
  const { slotMs } = input.parse(given);
  const key = { job: name, scope: scopeOf(desk), slotMs };
  const begun = await desk.runs.begin({ ...key, nowMs: desk.clock.now() }, options);
  const stored = begun.status === "done" ? output.safeParse(begun.result) : null;
  return {
    stored: stored?.success === true ? stored.data : null,
    finish: async (result, call) => {
      if (begun.status !== "done" && isDone(result))
        await desk.runs.finish({ ...key, fence: begun.fence }, result, call);
    },
  };
}

/** What a slot's result depends on besides the slot: venue (its seed or folder), timeframe, universe and strategies. */
export const scopeOf = ({ marketData, config }: Pick<JobDesk, "config" | "marketData">): string =>
  [marketData.venueId, config.timeframe, config.assets, strategyIdsText(config), patternsText(config.markets)]
    .join(" ")
    .trimEnd();
