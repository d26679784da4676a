// Bench. Problems and levels → the model calls that are still to be made, made so many contexts at a time; each is in the results
// file before the next one of its context.
import { DeskRun } from "#agents/desk-run.ts";
import type { ModelChoice } from "#agents/models/select.ts";
import { runModel } from "#agents/run.ts";
import { uncheckedWords } from "#schemas/fact.ts";
import { hashOf } from "#schemas/hash.ts";
import { unixMs } from "#schemas/units.ts";
import { WorkTally } from "#schemas/work.ts";
import { byContext, type Problem } from "./problems.ts";
import { answerSystem, answerUser, SLEEP_SYSTEM, sleepUser } from "./prompts.ts";
import { type AnswerRow, callName, type ResultRow, type ResultsFile, type SleepRow } from "./results-file.ts";

/** What is tried with each problem: every number of inferences made asleep with every verbosity awake. */
export interface Levels {
  /** 0: no sleep. */
  readonly sleep: readonly number[];
  /** 0 to 4. */
  readonly verbosity: readonly number[];
}

/** Room for a reasoning model's thoughts too, which providers count as output; what is cut off counts as it stands. */
const MAX_OUTPUT_TOKENS = 8_192;
const DEADLINE_MS = 300_000;
/** So many failures one after the other, and the model counts as down. */
const FAILURES_IN_A_ROW = 5;

export const contextId = (context: string): string => hashOf(context, 16);

type Call = Pick<SleepRow, "call" | "context" | "sample"> | Pick<AnswerRow, "call" | "problem" | "sleep" | "verbosity">;

/** All calls about one context, those asleep first. */
export function callsOf(context: string, problems: readonly Problem[], { sleep, verbosity }: Levels): readonly Call[] {
  const samples = Array.from({ length: Math.max(0, ...sleep) }, (_, sample) => sample);
  return [
    ...samples.map((sample): Call => ({ call: "sleep", context: contextId(context), sample })),
    ...problems.flatMap(({ id }) =>
      sleep.flatMap((k) => verbosity.map((v): Call => ({ call: "answer", problem: id, sleep: k, verbosity: v }))),
    ),
  ];
}

export interface RunParts {
  readonly model: ModelChoice;
  readonly problems: readonly Problem[];
  readonly levels: Levels;
  readonly results: ResultsFile;
  /** Contexts at a time. */
  readonly parallel: number;
  /** After each call. */
  readonly onCall: (progress: { readonly done: number; readonly calls: number; readonly tokens: number }) => void;
  readonly signal: AbortSignal;
}

export interface RunEnd {
  readonly status: "complete" | "ended" | "model-down" | "some-failed";
  readonly done: number;
  readonly calls: number;
  /** What the last failed call said; null: none failed. */
  readonly failure: string | null;
}

/** A call that fails leaves no row: the next run makes it again. Never rejects for the model's sake. */
export async function runCalls(parts: RunParts): Promise<RunEnd> {
  const { model, problems, levels, results, signal, onCall } = parts;
  const contexts = [...byContext(problems)].map(([context, of]) => ({
    context,
    of,
    calls: callsOf(context, of, levels),
  }));
  const all = contexts.flatMap(({ calls }) => calls);
  let done = all.filter((call) => results.rows.has(callName(call))).length;
  let tokens = 0;
  let failed = 0;
  let inARow = 0;
  let failure: string | null = null;
  const isOver = (): boolean => signal.aborted || inARow >= FAILURES_IN_A_ROW;

  const make = async (call: Call, context: string, of: readonly Problem[]): Promise<void> => {
    const prompt = promptOf(call, context, of, results);
    if (prompt === null) return;
    const tally = new WorkTally();
    // The moment is nobody's here: nothing of the desk is read.
    const run = new DeskRun({ nowMs: unixMs(0), tally });
    const options = { run, deadlineMs: DEADLINE_MS, signal };
    const result = await runModel(
      model.modelFor([]),
      { ...prompt, schema: null, maxOutputTokens: MAX_OUTPUT_TOKENS },
      options,
    );
    if (result.status === "aborted") return;
    if (result.status === "model-error" || result.status === "deadline") {
      failed += 1;
      inARow += 1;
      failure = result.detail;
      return;
    }
    inARow = 0;
    // It did answer, if with nothing.
    const text = result.status === "completed" ? uncheckedWords(result.text) : "";
    const { inputTokens, outputTokens, estimatedTokens } = tally.total();
    await results.add({ ...call, text, inputTokens, outputTokens, estimatedTokens } as ResultRow);
    done += 1;
    tokens += inputTokens + outputTokens;
    onCall({ done, calls: all.length, tokens });
  };

  const queue = contexts.values();
  const worker = async (): Promise<void> => {
    for (const { context, of, calls } of queue) {
      for (const call of calls) {
        if (isOver()) return;
        if (!results.rows.has(callName(call))) await make(call, context, of);
      }
    }
  };
  await Promise.all(Array.from({ length: parts.parallel }, worker));
  const status = signal.aborted
    ? "ended"
    : inARow >= FAILURES_IN_A_ROW
      ? "model-down"
      : failed > 0
        ? "some-failed"
        : "complete";
  return { status, done, calls: all.length, failure };
}

/** Null: an inference that it builds on is not there. */
function promptOf(call: Call, context: string, of: readonly Problem[], { rows }: ResultsFile) {
  if (call.call === "sleep") return { system: SLEEP_SYSTEM, user: sleepUser(context) };
  const problem = of.find(({ id }) => id === call.problem);
  const notes = Array.from({ length: call.sleep }, (_, sample) =>
    rows.get(callName({ call: "sleep", context: contextId(context), sample })),
  );
  if (problem === undefined || notes.some((note) => note === undefined)) return null;
  return {
    system: answerSystem(call.verbosity),
    user: answerUser(
      problem,
      notes.map((note) => note?.text ?? ""),
    ),
  };
}
