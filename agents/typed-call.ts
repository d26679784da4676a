// Floor 3. Instructions and facts → models, in order → one object in a schema, or why there is none. What does not parse is
// rejected and nothing is made of it; what it took is counted all the same.
import { z } from "zod";
import { ModelRunError, TokenBudgetError } from "#schemas/errors.ts";
import { uncheckedWords } from "#schemas/fact.ts";
import { hashOf } from "#schemas/hash.ts";
import { parseJson } from "#schemas/json.ts";
import type { Author } from "#schemas/judgement.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { WorkTally } from "#schemas/work.ts";
import { DeskRun } from "./desk-run.ts";
import { estimateTokens, tokensOf } from "./models/metered.ts";
import type { ModelChoice } from "./models/select.ts";
import { type RunResult, runModel } from "./run.ts";

export interface TypedRequest<Reply> {
  /** The instructions. */
  readonly system: string;
  /** Facts and quoted data. */
  readonly user: string;
  /** What the model is asked to write; strings in it are unchecked words. */
  readonly reply: z.ZodType<Reply>;
  /** Room for the object and for a reasoning model's thoughts, which providers count as output. */
  readonly maxOutputTokens: number;
}

export interface TypedSpend {
  /** Of the whole pass. */
  readonly tally: WorkTally;
  /** What the tally may hold. */
  readonly maxTokens: number;
  /** For this object, all models together, ms of real time. */
  readonly deadlineMs: number;
  readonly monotonicMs: () => number;
  readonly nowMs: UnixMs;
  readonly signal: AbortSignal;
}

export type TypedAnswer<Reply> =
  | { readonly status: "given"; readonly reply: Reply; readonly author: Author; readonly failed: readonly string[] }
  /** `rejected`: a model answered, but not in the schema. `failed`: none answered. */
  | { readonly status: TypedFailure; readonly failed: readonly string[] };
export type TypedFailure = "rejected" | "failed" | "over-budget" | "aborted";

/** The most tokens that one such call takes, as estimated before it is made. */
export const mostTokensOf = ({
  system,
  user,
  maxOutputTokens,
}: Pick<TypedRequest<unknown>, "system" | "user" | "maxOutputTokens">): number =>
  estimateTokens(system) + estimateTokens(user) + maxOutputTokens;

/**
 * Asks the models in order until one gives an object. `failed` names the models that did not answer at all.
 * @throws ModelRunError where a replay misses the call, or a recording cannot be used
 */
export async function askForObject<Reply>(
  models: readonly ModelChoice[],
  request: TypedRequest<Reply>,
  spend: TypedSpend,
): Promise<TypedAnswer<Reply>> {
  const { system, user, reply: schema, maxOutputTokens } = request;
  const { tally, maxTokens, nowMs, signal } = spend;
  const startMs = spend.monotonicMs();
  const failed: string[] = [];
  let rejected = false;
  for (const [index, { id, modelFor }] of models.entries()) {
    if (tokensOf(tally) + mostTokensOf(request) > maxTokens) return { status: "over-budget", failed };
    const run = new DeskRun({ nowMs, tally, maxTokens });
    const before = tally.total();
    const leftMs = spend.deadlineMs - (spend.monotonicMs() - startMs);
    const deadlineMs = Math.max(1, Math.ceil(leftMs / (models.length - index)));
    const asked = { system, user, schema: jsonSchemaOf(schema), maxOutputTokens };
    const result = await runModel(modelFor([]), asked, { run, deadlineMs, signal });
    // A replay that misses a call is no replay.
    if (run.failure instanceof ModelRunError && !(run.failure instanceof TokenBudgetError)) throw run.failure;
    if (result.status === "aborted") return { status: "aborted", failed };
    const reply = parseReply(result, schema);
    if (reply !== null) {
      const { inputTokens, outputTokens, estimatedTokens } = tally.total();
      const author: Author = {
        model: id,
        instructions: hashOf(system, 16),
        prompt: hashOf([system, user], 16),
        inputTokens: inputTokens - before.inputTokens,
        outputTokens: outputTokens - before.outputTokens,
        estimatedTokens: estimatedTokens - before.estimatedTokens,
      };
      return { status: "given", reply, author, failed };
    }
    if (isAnswer(result)) rejected = true;
    else failed.push(id);
  }
  return { status: rejected ? "rejected" : "failed", failed };
}

/** The model did answer, if with nothing that can be used: it is not down. */
const isAnswer = ({ status }: RunResult): boolean => status !== "deadline" && status !== "model-error";

/** A text that is one JSON object in the schema; some models put it into a fence. Null: it is rejected. */
export function parseReply<Reply>(result: RunResult, schema: z.ZodType<Reply>): Reply | null {
  if (result.status !== "completed") return null;
  const words = uncheckedWords(result.text);
  const [, fenced] = /^\s*```(?:json)?\s*\n([\s\S]*?)\n?\s*```\s*$/.exec(words) ?? [];
  return schema.safeParse(parseJson(fenced ?? words)).data ?? null;
}

/** Without what some providers refuse in a schema; every member is required and no other is allowed. */
function jsonSchemaOf(reply: z.ZodType): Parameters<typeof runModel>[1]["schema"] {
  const { $schema: _, ...schema } = z.toJSONSchema(reply);
  return schema as Parameters<typeof runModel>[1]["schema"];
}
