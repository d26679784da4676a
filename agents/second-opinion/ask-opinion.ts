// Floor 3. One market's facts → models, in order → one Opinion, or why there is none. What a model writes is parsed by
// schema or rejected; a rejected answer is no opinion, and none objects to nothing.
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { ModelRunError, TokenBudgetError } from "#schemas/errors.ts";
import { uncheckedWords } from "#schemas/fact.ts";
import { parseJson } from "#schemas/json.ts";
import { Opinion } from "#schemas/opinion.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { WorkTally } from "#schemas/work.ts";
import { DeskRun } from "../desk-run.ts";
import { estimateTokens, tokensOf } from "../models/metered.ts";
import type { ModelChoice } from "../models/select.ts";
import { type RunResult, runModel } from "../run.ts";
import { factsText, type OpinionSubject, quoted } from "./facts.ts";

/** Room for the object and for a reasoning model's thoughts, which providers count as output. */
const MAX_OUTPUT_TOKENS = 1024;
const MAX_REASON = 300;

/** What a model is asked to write. `sizeRatio` is read for `shrink` only: the other verdicts say it all. */
const Reply = z.object({
  verdict: z.enum(["agree", "shrink", "veto"]).describe("What speaks against an entry at the next close."),
  sizeRatio: z.number().describe("For shrink the share of the usual size, above 0 and below 1; agree 1, veto 0."),
  reason: z.string().describe("At most 200 characters, naming the numbers it rests on."),
});

/** The same without what some providers refuse in a schema; every member is required and no other is allowed. */
const REPLY_SCHEMA = (() => {
  const { $schema: _, ...schema } = z.toJSONSchema(Reply);
  return schema as Parameters<typeof runModel>[1]["schema"];
})();

export interface OpinionSpend {
  /** Of the whole pass. */
  readonly tally: WorkTally;
  /** What the tally may hold. */
  readonly maxTokens: number;
  /** For this opinion, all models together. */
  readonly deadlineMs: number;
  readonly monotonicMs: () => number;
  readonly nowMs: UnixMs;
  readonly signal: AbortSignal;
}

export type OpinionAnswer =
  | { readonly status: "given"; readonly opinion: Opinion; readonly failed: readonly string[] }
  /** `rejected`: a model answered, but not in the schema. `failed`: none answered. */
  | { readonly status: "rejected" | "failed" | "over-budget" | "aborted"; readonly failed: readonly string[] };

/**
 * Asks the models in order until one gives an opinion. `failed` names the models that did not answer at all.
 * @throws ModelRunError where a replay misses the call, or a recording cannot be used
 */
export async function askOpinion(
  models: readonly ModelChoice[],
  subject: OpinionSubject,
  spend: OpinionSpend,
): Promise<OpinionAnswer> {
  const { analysis, strategy, forAsOfMs } = subject;
  const { tally, maxTokens, nowMs, signal } = spend;
  const [system, user] = [await instructions(), factsText(subject)];
  const mostTokens = estimateTokens(system) + estimateTokens(user) + MAX_OUTPUT_TOKENS;
  const startMs = spend.monotonicMs();
  const failed: string[] = [];
  let rejected = false;
  for (const [index, { id, modelFor }] of models.entries()) {
    if (tokensOf(tally) + mostTokens > maxTokens) return { status: "over-budget", failed };
    const run = new DeskRun({ nowMs, tally, maxTokens });
    const leftMs = spend.deadlineMs - (spend.monotonicMs() - startMs);
    const deadlineMs = Math.max(1, Math.ceil(leftMs / (models.length - index)));
    const request = { system, user, schema: REPLY_SCHEMA, maxOutputTokens: MAX_OUTPUT_TOKENS };
    const result = await runModel(modelFor([]), request, { run, deadlineMs, signal });
    // A replay that misses a call is no replay.
    if (run.failure instanceof ModelRunError && !(run.failure instanceof TokenBudgetError)) throw run.failure;
    if (result.status === "aborted") return { status: "aborted", failed };
    const reply = parseReply(result);
    if (reply !== null) {
      const { symbol, timeframe, id: analysisId } = analysis;
      const opinion = {
        symbol,
        strategyId: strategy.id,
        timeframe,
        forAsOfMs,
        ...reply,
        model: id,
        analysisId,
        madeAtMs: nowMs,
      };
      return { status: "given", opinion: Opinion.parse(opinion), failed };
    }
    if (isAnswer(result)) rejected = true;
    else failed.push(id);
  }
  return { status: rejected ? "rejected" : "failed", failed };
}

/** The model did answer, if with nothing that can be used: it is not down. */
const isAnswer = ({ status }: RunResult): boolean => status !== "deadline" && status !== "model-error";

/** A text that is one JSON object in the schema; some models put it into a fence. Null: it is rejected. */
export function parseReply(result: RunResult): Pick<Opinion, "verdict" | "sizeRatio" | "reason"> | null {
  if (result.status !== "completed") return null;
  const words = uncheckedWords(result.text);
  const [, fenced] = /^\s*```(?:json)?\s*\n([\s\S]*?)\n?\s*```\s*$/.exec(words) ?? [];
  const { data } = Reply.safeParse(parseJson(fenced ?? words));
  if (data === undefined) return null;
  const reason = quoted(data.reason, MAX_REASON);
  if (data.verdict === "agree") return { verdict: "agree", sizeRatio: 1, reason };
  if (data.verdict === "veto") return { verdict: "veto", sizeRatio: 0, reason };
  return data.sizeRatio > 0 && data.sizeRatio < 1 ? { verdict: "shrink", sizeRatio: data.sizeRatio, reason } : null;
}

let loaded: Promise<string> | undefined;

function instructions(): Promise<string> {
  loaded ??= readFile(new URL("./instructions.md", import.meta.url), "utf8");
  return loaded;
}
