// Bench. Rows of model calls → for each level asleep and each verbosity awake: right answers and tokens. Pure.
import { WORK_WEIGHTS } from "#schemas/work.ts";
import { byContext, type Problem } from "./problems.ts";
import { type AnswerRow, callName, type ResultRow, type SleepRow } from "./results-file.ts";
import { callsOf, contextId, type Levels } from "./run-calls.ts";
import { scoreAnswer } from "./score.ts";

export interface Tokens {
  readonly input: number;
  readonly output: number;
}

/** Of all problems that are answered at every level. */
export interface Cell {
  readonly sleep: number;
  readonly verbosity: number;
  readonly problems: number;
  readonly right: number;
  readonly rightAsText: number;
  /** By template: problems of one differ in names and numbers alone. */
  readonly templates: readonly { readonly part: number; readonly whole: number }[];
  /** Awake, all of them together. */
  readonly awake: Tokens;
}

export interface PaperFigures {
  readonly problems: number;
  readonly contexts: number;
  readonly cells: readonly Cell[];
  /** Asleep, by number of inferences: of all contexts together. */
  readonly asleep: ReadonlyMap<number, Tokens>;
  /** Of all tokens counted here: estimated from texts, because the provider did not say. */
  readonly estimated: number;
}

/** Contexts that are not answered whole are left out, so that every level is judged on the same questions. */
export function paperFigures(
  all: readonly Problem[],
  rows: ReadonlyMap<string, ResultRow>,
  levels: Levels,
): PaperFigures {
  const whole = [...byContext(all)].filter(([context, of]) =>
    callsOf(context, of, levels).every((call) => rows.has(callName(call))),
  );
  const problems = whole.flatMap(([, of]) => of);
  const answers = (sleep: number, verbosity: number): readonly (readonly [Problem, AnswerRow])[] =>
    problems.flatMap((problem) => {
      const row = rows.get(callName({ call: "answer", problem: problem.id, sleep, verbosity }));
      return row?.call === "answer" ? [[problem, row] as const] : [];
    });
  const notes = (sleep: number): readonly SleepRow[] =>
    whole.flatMap(([context]) =>
      Array.from({ length: sleep }, (_, sample) => callName({ call: "sleep", context: contextId(context), sample }))
        .map((name) => rows.get(name))
        .filter((row) => row?.call === "sleep"),
    );
  const cells = levels.sleep.flatMap((sleep) =>
    levels.verbosity.map((verbosity): Cell => {
      const pairs = answers(sleep, verbosity).map(([problem, row]) => ({
        template: problem.template,
        ...scoreAnswer(row.text, problem.answer),
        row,
      }));
      const templates = Map.groupBy(pairs, ({ template }) => template);
      return {
        sleep,
        verbosity,
        problems: pairs.length,
        right: pairs.filter(({ right }) => right).length,
        rightAsText: pairs.filter(({ rightAsText }) => rightAsText).length,
        templates: [...templates.values()].map((of) => ({
          part: of.filter(({ right }) => right).length,
          whole: of.length,
        })),
        awake: tokensOf(pairs.map(({ row }) => row)),
      };
    }),
  );
  const counted = [
    ...notes(Math.max(0, ...levels.sleep)),
    ...cells.flatMap((cell) => answers(cell.sleep, cell.verbosity).map(([, row]) => row)),
  ];
  return {
    problems: problems.length,
    contexts: whole.length,
    cells,
    asleep: new Map(levels.sleep.map((sleep) => [sleep, tokensOf(notes(sleep))])),
    estimated: counted.reduce((sum, { estimatedTokens }) => sum + estimatedTokens, 0),
  };
}

const tokensOf = (rows: readonly { readonly inputTokens: number; readonly outputTokens: number }[]): Tokens => ({
  input: rows.reduce((sum, { inputTokens }) => sum + inputTokens, 0),
  output: rows.reduce((sum, { outputTokens }) => sum + outputTokens, 0),
});

/** In work units: a token read counts a quarter of one written, about as providers charge. */
export const weighed = ({ input, output }: Tokens): number =>
  input * WORK_WEIGHTS.inputTokens + output * WORK_WEIGHTS.outputTokens;

/**
 * Cost of one question, its share of sleep and t times what it takes awake.
 * @param questions that share a context
 */
export function costOf(
  { contexts, asleep }: Pick<PaperFigures, "contexts" | "asleep">,
  cell: Pick<Cell, "sleep" | "problems" | "awake">,
  { t, questions }: { readonly t: number; readonly questions: number },
): number {
  const sleep = weighed(asleep.get(cell.sleep) ?? { input: 0, output: 0 }) / contexts;
  return sleep / questions + (t * weighed(cell.awake)) / cell.problems;
}

/** The level with sleep that is no less often right and takes fewest tokens awake; null: none is, or nothing is right. */
export function cheapestAsRight(cells: readonly Cell[], than: Cell): Cell | null {
  const enough = cells.filter(({ sleep, right }) => sleep > 0 && right > 0 && right >= than.right);
  return enough.reduce<Cell | null>(
    (best, cell) => (best === null || weighed(cell.awake) < weighed(best.awake) ? cell : best),
    null,
  );
}
