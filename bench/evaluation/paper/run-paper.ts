// Bench. `npm run eval -- --paper DIR --model provider/model`: reads the user's data file, makes the calls that are still to be made,
// prints what they came to. Everything is kept in one file of the user's, outside this repository.
import { realpath } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { priceOf } from "#agents/models/prices.ts";
import { barText, durationText } from "#apps/commands/data/progress.ts";
import type { Io } from "#apps/io.ts";
import { ConfigError } from "#schemas/errors.ts";
import { hashOf } from "#schemas/hash.ts";
import { sectionText } from "../document.ts";
import { namedModel } from "../named-model.ts";
import { paperFigures } from "./figures.ts";
import { byContext, readProblems } from "./problems.ts";
import { ALL_PROMPTS } from "./prompts.ts";
import { openResults } from "./results-file.ts";
import { callsOf, type Levels, type RunEnd, runCalls } from "./run-calls.ts";
import { paperSection } from "./section.ts";

export interface PaperOptions {
  readonly dir: string;
  /** `provider/model`. */
  readonly model: string;
  readonly modelUrl: string | null;
  /** Problems; null: all. */
  readonly limit: number | null;
  readonly levels: Levels;
  readonly parallel: number;
  /** Null: beside the data. */
  readonly results: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly io: Pick<Io, "note" | "progress" | "out">;
  /** Whether stderr is a terminal. */
  readonly isTerminal: boolean;
  readonly signal: AbortSignal;
}

const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));
const LINE_MS = 10_000;

/** @returns the exit code: 0 all is there; 1 calls are missing @throws ConfigError before the first call */
export async function runPaper(options: PaperOptions): Promise<0 | 1> {
  const { dir, model: id, levels, parallel, env, io, signal } = options;
  const { problems: all, digest } = await readProblems(dir);
  const problems = options.limit === null ? all : all.slice(0, options.limit);
  const path = await resultsPath(options);
  const model = await namedModel(id, options.modelUrl, env);
  const head = {
    results: "deeptrader-paper-1",
    data: digest,
    model: model.id,
    prompts: hashOf(ALL_PROMPTS, 16),
  } as const;
  const results = await openResults(path, head);
  const calls = [...byContext(problems)].reduce((sum, [context, of]) => sum + callsOf(context, of, levels).length, 0);
  io.note(`${problems.length} problems, ${calls} calls of ${model.id}; results in ${path}`);
  const end = await runCalls({ model, problems, levels, results, parallel, signal, onCall: progressOf(options) });
  io.progress(null);
  io.note(endText(end));
  const figures = paperFigures(problems, results.rows, levels);
  if (figures.problems === 0) io.note("No problem is answered at every level yet: there is nothing to print.");
  else
    io.out(
      sectionText(
        paperSection({ model: model.id, price: priceOf(model.id, env["DEEPTRADER_MODEL_PRICE"] ?? null), figures }),
      ),
    );
  return end.done === end.calls ? 0 : 1;
}

function endText({ status, done, calls, failure }: RunEnd): string {
  const where = `${done} of ${calls} calls are made and kept`;
  switch (status) {
    case "complete":
      return `${where}.`;
    case "ended":
      return `Ended; ${where}. The same command goes on from there.`;
    case "model-down":
      return `The model does not answer: ${failure}. ${where}; the same command goes on from there.`;
    case "some-failed":
      return `Some calls failed, the last one: ${failure}. ${where}; the same command makes the others.`;
  }
}

/** Never in the repository: notes repeat the problems, whose licence forbids to pass on what was made of them. */
async function resultsPath({ dir, results, model }: PaperOptions): Promise<string> {
  const path = resolve(results ?? join(dir, `deeptrader-${model.replaceAll(/[^\w.-]+/g, "-")}.jsonl`));
  const folder = await realpath(dirname(path)).catch(() => dirname(path));
  if (relative(await realpath(REPOSITORY), folder).startsWith("..")) return path;
  throw new ConfigError({
    was: `The results would be in ${path}, inside this repository.`,
    expected: "a file outside: answers repeat the problems, whose licence (CC BY-NC-ND 4.0) forbids to pass them on",
    remedy: "Keep the data outside, or name a file with --results.",
  });
}

function progressOf({ io, isTerminal }: PaperOptions): Parameters<typeof runCalls>[0]["onCall"] {
  const startMs = performance.now();
  let saidMs = startMs;
  let first: number | null = null;
  return ({ done, calls, tokens }) => {
    first ??= done - 1;
    const nowMs = performance.now();
    const leftMs = ((nowMs - startMs) / (done - first)) * (calls - done);
    const text = `${done} of ${calls} calls, ${tokens.toLocaleString("en-US")} tokens now${done === calls ? "" : `, ${durationText(leftMs)} left`}`;
    if (isTerminal) io.progress(`${barText(done / calls)}  ${text}`);
    else if (nowMs - saidMs >= LINE_MS) {
      saidMs = nowMs;
      io.note(text);
    }
  };
}
