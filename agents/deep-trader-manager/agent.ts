// Floor 3. The DeepTraderManager as a Mastra agent, and the runner that puts one question to it. It reads and delegates;
// whether it may delegate is decided by code, from the slots in the request context, whatever its model writes.

import { readFile } from "node:fs/promises";
import type { Agent, DelegationStartContext, DelegationStartResult } from "@mastra/core/agent";
import type { InputProcessor } from "@mastra/core/processors";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { InvariantError, ModelRunError, TokenBudgetError } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { WorkTally } from "#schemas/work.ts";
import { type AnalysisSlots, DeskRun, deskRunOf } from "../desk-run.ts";
import type { AnalysisOutcome } from "../market-analyst/scratch.ts";
import { loadMastra } from "../mastra-env.ts";
import type { AgentModel } from "../models/select.ts";
import { type RunResult, runAgent } from "../run.ts";
import { decideDelegation } from "./delegation-gate.ts";
import { type ManagerToolParts, managerTools } from "./tools.ts";

/** Model calls of one question: delegate, recall, answer, and room for slips. */
const MAX_STEPS = 8;

export interface ManagerParts extends ManagerToolParts {
  readonly model: AgentModel;
  readonly marketAnalyst: Agent;
  /** Before each model call; left out: none. */
  readonly inputProcessors?: InputProcessor[];
}

/** Built once; every question runs on it with its own request context. */
export async function createDeepTraderManager(parts: ManagerParts): Promise<Agent> {
  const [mastra, instructions] = await Promise.all([
    loadMastra(),
    readFile(new URL("./instructions.md", import.meta.url), "utf8"),
  ]);
  const agent = new mastra.Agent({
    id: "deep-trader-manager",
    name: "DeepTraderManager",
    description: "Head of the trading desk: answers from Khala, delegates what is missing or stale.",
    instructions,
    model: ({ requestContext }) => parts.model(deskRunOf(requestContext)),
    agents: { marketAnalyst: parts.marketAnalyst },
    tools: managerTools(mastra, parts),
    inputProcessors: parts.inputProcessors ?? [],
    // As the analyst's: models/retry.ts does it.
    maxRetries: 0,
    defaultOptions: {
      maxSteps: MAX_STEPS,
      delegation: {
        onDelegationStart: (context) => onDelegationStart(parts, context),
        // The job is complete in its prompt; the conversation stays here, with whatever was pasted into it.
        messageFilter: () => [],
        // By default a hook that throws lets the delegation go ahead.
        hookErrorStrategy: "throw",
      },
    },
  });
  agent.__setLogger(mastra.noopLogger);
  return agent as Agent;
}

/** The gate at the point of delegation. It reads the run, and nothing of what the model wrote. */
export async function onDelegationStart(
  { khala, venueId }: Pick<ManagerParts, "khala" | "venueId">,
  context: Pick<DelegationStartContext, "requestContext">,
): Promise<DelegationStartResult> {
  const run = deskRunOf(context.requestContext);
  if (run === null) return refusal(decideDelegation({ status: "missing" }, null));
  if (run.delegated) {
    return { proceed: false, rejectionReason: "The job was already delegated once; answer from what came of it." };
  }
  const key = { venueId, ...run.slots };
  const found = await khala.recall(key, { nowMs: run.nowMs }, NEVER_ABORTED).catch((error: unknown) => {
    // Mastra makes a failed tool call of it; the caller is to learn what it was.
    run.failure = error;
    throw error;
  });
  const verdict = decideDelegation(found, run.slots);
  if (!verdict.proceed) {
    run.refused = true;
    return refusal(verdict);
  }
  run.delegated = true;
  run.tally.count({ delegations: 1 });
  return { proceed: true, modifiedPrompt: `Analyse ${jobText(run.slots)}.` };
}

function refusal(verdict: ReturnType<typeof decideDelegation>): DelegationStartResult {
  return verdict.proceed ? { proceed: true } : { proceed: false, rejectionReason: verdict.reason };
}

const jobText = ({ symbol, timeframe }: AnalysisSlots): string => `${symbol} at ${timeframe}`;

/** One question for the manager. */
export interface ManagerRequest {
  readonly question: string;
  readonly slots: AnalysisSlots;
  readonly nowMs: UnixMs;
  readonly tally: WorkTally;
  /** Model tokens that the day has left for questions by now; left out: no limit. */
  readonly dayLeft?: () => number;
}

/** One model's run. `outcome` and `failure` are the analyst tool's own, whatever the models said afterwards. */
export interface ModelRun {
  /** The setting's name of the model that ran. */
  readonly model: string;
  readonly result: RunResult;
  readonly delegated: boolean;
  readonly outcome: AnalysisOutcome | null;
  readonly failure: unknown;
}

/** What came of the question. */
export interface ManagerRun extends ModelRun {
  /** The runs before it, on models that did not do the work, oldest first. */
  readonly passedOver: readonly ModelRun[];
}

export interface ManagerRunner {
  run(request: ManagerRequest, options: CallOptions): Promise<ManagerRun>;
}

/** The manager, and the analyst beneath it, on one of the desk's models. */
export interface ManagerOnModel {
  readonly model: string;
  readonly manager: Agent;
}

export interface RunnerParts {
  /** Of a whole question, in real time. */
  readonly deadlineMs: number;
  /** Model tokens of a whole question, all models together; left out: no limit. */
  readonly maxTokens?: number;
  readonly monotonicMs: () => number;
}

/**
 * Puts questions to the first manager; where its model does not do the work, to the next. Each gets an equal share of the
 * time that those before it left. Once the question's tokens are spent, every call is refused but those of rules: they buy none.
 */
export function managerRunner(
  managers: readonly ManagerOnModel[],
  { deadlineMs, maxTokens, monotonicMs }: RunnerParts,
): ManagerRunner {
  return {
    async run(request, { signal }) {
      const startMs = monotonicMs();
      const passedOver: ModelRun[] = [];
      for (const [index, onModel] of managers.entries()) {
        const leftMs = deadlineMs - (monotonicMs() - startMs);
        const shareMs = Math.max(1, Math.ceil(leftMs / (managers.length - index)));
        const limits = { deadlineMs: shareMs, maxTokens, signal };
        const { refused, overBudget, ...run } = await runOn(onModel, request, limits);
        if (refused || !isModelsFault(run)) return { ...run, passedOver };
        if (index === managers.length - 1) {
          return { ...run, failure: overBudget ? spent(maxTokens) : run.failure, passedOver };
        }
        passedOver.push(run);
      }
      throw new InvariantError({ was: "The manager has no model.", remedy: "This is a bug; please report it." });
    },
  };
}

const spent = (maxTokens: number | undefined): TokenBudgetError =>
  new TokenBudgetError({
    was: `The question has spent its ${maxTokens} model tokens, and its work is not done.`,
    expected: "an answer within them",
    remedy:
      "Raise DEEPTRADER_QUESTION_TOKENS, or put rules at the end of DEEPTRADER_MODEL_FALLBACK: they cost no tokens.",
  });

async function runOn(
  onModel: ManagerOnModel,
  { question, slots, nowMs, tally, dayLeft }: ManagerRequest,
  limits: { readonly deadlineMs: number; readonly maxTokens: number | undefined; readonly signal: AbortSignal },
): Promise<ModelRun & { readonly refused: boolean; readonly overBudget: boolean }> {
  const { model, manager } = onModel;
  const { deadlineMs, signal } = limits;
  const maxTokens = model === "rules" ? null : (limits.maxTokens ?? null);
  const run = new DeskRun({ slots, nowMs, tally, maxTokens, dayLeft });
  const text = `Question of the operator, quoted: ${JSON.stringify(question)}\nMarket: ${jobText(slots)}`;
  const result = await runAgent(manager, text, { run, maxSteps: MAX_STEPS, deadlineMs, signal });
  const { delegated, refused, overBudget, outcome, failure } = run;
  return { model, result, delegated, refused, overBudget, outcome, failure };
}

/** The analyst did not finish, and not because its source or a recording failed. */
const isModelsFault = (run: ModelRun): boolean => run.outcome === null && failureToTell(run) === null;

/** What the run threw, unless that is only the abort at the end of its time. */
export function failureToTell({ result, failure }: Pick<ModelRun, "result" | "failure">): unknown {
  const gaveUp = result.status === "deadline" || result.status === "aborted";
  return gaveUp && !(failure instanceof ModelRunError) ? null : failure;
}
