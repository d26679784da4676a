// Bench. Model calls that were made, a line each, in a file of the user's: a run that was ended goes on where it stood.
import { appendFile, readFile, truncate, writeFile } from "node:fs/promises";
import { z } from "zod";
import { ConfigError } from "#schemas/errors.ts";
import { canonicalJson } from "#schemas/hash.ts";
import { parseJson } from "#schemas/json.ts";

const count = z.int().nonnegative();

/** What makes two runs one. */
export const RunHead = z.object({
  results: z.literal("deeptrader-paper-1"),
  /** Digest of the data file. */
  data: z.string(),
  model: z.string(),
  /** Digest of all prompts. */
  prompts: z.string(),
});
export type RunHead = z.infer<typeof RunHead>;

const Tokens = { inputTokens: count, outputTokens: count, estimatedTokens: count };

export const ResultRow = z.discriminatedUnion("call", [
  /** One inference of a context, made asleep. */
  z.object({ call: z.literal("sleep"), context: z.string(), sample: count, text: z.string(), ...Tokens }),
  /** One question, awake, with the first `sleep` inferences of its context. */
  z.object({
    call: z.literal("answer"),
    problem: z.string(),
    sleep: count,
    verbosity: count,
    text: z.string(),
    ...Tokens,
  }),
]);
export type ResultRow = z.infer<typeof ResultRow>;
export type SleepRow = Extract<ResultRow, { call: "sleep" }>;
export type AnswerRow = Extract<ResultRow, { call: "answer" }>;

/** One name for one call. */
export const callName = (
  row: Pick<SleepRow, "call" | "context" | "sample"> | Pick<AnswerRow, "call" | "problem" | "sleep" | "verbosity">,
): string =>
  row.call === "sleep" ? `sleep ${row.context} ${row.sample}` : `answer ${row.problem} ${row.sleep} ${row.verbosity}`;

export interface ResultsFile {
  readonly rows: ReadonlyMap<string, ResultRow>;
  /** Is in the file when it resolves, whole. */
  add(row: ResultRow): Promise<void>;
}

/**
 * A last line that was broken off is taken away. @throws ConfigError where the file is of another run, or of another program
 */
export async function openResults(path: string, head: RunHead): Promise<ResultsFile> {
  const rows = new Map<string, ResultRow>();
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw unusable(path, `cannot be read (${error.code ?? error.message})`);
  });
  const headLine = `${canonicalJson(head)}\n`;
  // A head that was broken off is none.
  if (bytes === null || (bytes.length < headLine.length && headLine.startsWith(bytes.toString("utf8")))) {
    await writeFile(path, headLine).catch((error: NodeJS.ErrnoException) => {
      throw unusable(path, `cannot be written (${error.code ?? error.message})`);
    });
  } else {
    const whole = bytes.lastIndexOf(0x0a) + 1;
    const [first = "", ...lines] = bytes.subarray(0, whole).toString("utf8").split("\n").slice(0, -1);
    const found = RunHead.safeParse(parseJson(first)).data;
    if (found === undefined) throw unusable(path, "holds something else");
    if (canonicalJson(found) !== canonicalJson(head)) throw unusable(path, differenceOf(found, head));
    for (const [index, line] of lines.entries()) {
      const row = ResultRow.safeParse(parseJson(line)).data;
      if (row === undefined) throw unusable(path, `holds something else in line ${index + 2}`);
      if (!rows.has(callName(row))) rows.set(callName(row), row);
    }
    // Only now that it is known to be ours.
    if (whole < bytes.length) await truncate(path, whole);
  }
  let last = Promise.resolve();
  return {
    rows,
    add(row) {
      rows.set(callName(row), row);
      last = last.then(() => appendFile(path, `${canonicalJson(row)}\n`));
      return last;
    },
  };
}

function differenceOf(found: RunHead, head: RunHead): string {
  if (found.model !== head.model) return `holds results of ${found.model}, not of ${head.model}`;
  return found.data === head.data ? "holds results of other prompts" : "holds results of another data file";
}

const unusable = (path: string, what: string): ConfigError =>
  new ConfigError({
    was: `${path} ${what}.`,
    expected: "results of this model, data file and version, or no file yet",
    remedy: "Name another file with --results, or move this one away.",
  });
