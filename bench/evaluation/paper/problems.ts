// Bench. The paper's data file → problems: a context that can be thought about ahead, a question about it, the answer. The file is
// the user's own (apple/ml-gsm-symbolic, CC BY-NC-ND 4.0) and is split here as in letta-ai/sleep-time-compute, at run time.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { ConfigError } from "#schemas/errors.ts";
import { hashOf } from "#schemas/hash.ts";
import { parseJson } from "#schemas/json.ts";

export const DATA_FILE = "GSM_p2.jsonl";

export interface Problem {
  /** `template.instance`. */
  readonly id: string;
  /** Problems of one template differ in names and numbers alone. */
  readonly template: number;
  readonly context: string;
  readonly question: string;
  /** What stands behind `####`. */
  readonly answer: string;
}

/** What is read of a row; it holds more. */
const Row = z.object({
  id: z.int(),
  instance: z.int(),
  question: z.string().min(1),
  answer: z.string().regex(/####\s*\S/),
});

/**
 * The paper's rule: cut at every full stop, a decimal's too; the last piece that is not empty is the question, without its full
 * stop. Null where nothing is left for a context.
 */
export function splitProblem(text: string): Pick<Problem, "context" | "question"> | null {
  const pieces = text
    .split(".")
    .map((piece) => piece.trim())
    .filter((piece) => piece !== "");
  const question = pieces.pop();
  return question === undefined || pieces.length === 0 ? null : { context: `${pieces.join(". ")}.`, question };
}

export interface Problems {
  readonly problems: readonly Problem[];
  /** Digest of the file, 16 hex digits. */
  readonly digest: string;
}

/**
 * In an order in which the first N are of as many templates as can be.
 * @throws ConfigError where there is no such file, or a line of it is something else
 */
export async function readProblems(dir: string): Promise<Problems> {
  const path = join(dir, DATA_FILE);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError({
      was: `${path} cannot be read (${error.code ?? error.message}).`,
      expected: `the folder that holds ${DATA_FILE} of github.com/apple/ml-gsm-symbolic (generated_data/)`,
      remedy: "Name that folder after --paper.",
    });
  });
  const rows = text
    .split("\n")
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== "");
  const problems = rows.map(({ line, number }) => {
    const row = Row.safeParse(parseJson(line)).data;
    const split = row === undefined ? null : splitProblem(row.question);
    if (row === undefined || split === null) throw notTheFile(path, `Line ${number}`);
    const answer = row.answer.slice(row.answer.lastIndexOf("####") + 4).trim();
    return { instance: row.instance, problem: { id: `${row.id}.${row.instance}`, template: row.id, answer, ...split } };
  });
  if (problems.length === 0) throw notTheFile(path, "It is empty: line 1");
  problems.sort((a, b) => a.instance - b.instance || a.problem.template - b.problem.template);
  return { problems: problems.map(({ problem }) => problem), digest: hashOf(text, 16) };
}

const notTheFile = (path: string, where: string): ConfigError =>
  new ConfigError({
    was: `${path} is not the file that is read here. ${where} is no such row.`,
    expected:
      "a JSON object a line with id, instance, question (two sentences or more) and an answer that ends in #### and a number",
    remedy: "Download the file anew.",
  });

/** Problems by context, in order: what is thought about a context serves all of its questions. */
export function byContext(problems: readonly Problem[]): ReadonlyMap<string, readonly Problem[]> {
  const groups = new Map<string, Problem[]>();
  for (const problem of problems) {
    const group = groups.get(problem.context);
    if (group === undefined) groups.set(problem.context, [problem]);
    else group.push(problem);
  }
  return groups;
}
