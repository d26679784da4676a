// Bench. Figures of the paper's run → a section of the evaluation: right answers, tokens, cost; losing rows as they are.
import { wilson95 } from "#agents/learning-coordinator/intervals.ts";
import { costUsd, type ModelPrice } from "#agents/models/prices.ts";
import { type Estimate, ratioEstimate } from "../statistics.ts";
import { asPct, cellText, figure, type Section } from "../tables.ts";
import { type Cell, cheapestAsRight, costOf, type PaperFigures, weighed } from "./figures.ts";

const TIMES = [1, 2, 5, 10] as const;
const PER_CONTEXT = [1, 2, 5, 10] as const;

export interface PaperRun {
  readonly model: string;
  readonly price: ModelPrice | null;
  readonly figures: PaperFigures;
}

const wilson = ({ right, problems }: Cell): Estimate => {
  const [lo, hi] = wilson95(right, problems);
  return { value: right / problems, lo, hi, n: problems };
};

const nameOf = ({ sleep, verbosity }: Cell): string =>
  `${sleep === 0 ? "no sleep" : `sleep × ${sleep}`}, verbosity ${verbosity}`;

export function paperSection({ model, price, figures }: PaperRun): Section {
  const { cells, problems, contexts, asleep, estimated } = figures;
  const perContext = (cell: Cell): number => weighed(asleep.get(cell.sleep) ?? { input: 0, output: 0 }) / contexts;
  const shared = problems / contexts;
  const pairs = cells
    .filter(({ sleep }) => sleep === 0)
    .map((bare) => ({ bare, asRight: cheapestAsRight(cells, bare) }));
  const ratio = (bare: Cell, rested: Cell, t: number, questions: number): number =>
    costOf(figures, bare, { t, questions }) / costOf(figures, rested, { t, questions });
  const found = pairs.flatMap(({ bare, asRight }) => (asRight === null ? [] : [{ bare, asRight }]));
  return {
    id: "P",
    title: "The paper's own problems: Stateful GSM-Symbolic P2",
    intro: [
      `${problems} problems in ${contexts} contexts answered by \`${model}\` at every level. Asleep the model reads a problem's context without its question, so many times independently, and writes what could be asked; awake it reads context, notes and question. Verbosity 0 to 4 says how much it may write before it answers. No temperature is sent (the paper's code sends 0). Right: the last number written is the answer's.`,
      `Tokens are weighed: one read counts a quarter of one written. ${estimated === 0 ? "All are the provider's counts." : `${figure(estimated)} of them are estimated from texts, because the provider did not say.`}`,
    ],
    tables: [
      {
        caption: "Right answers and tokens",
        header: [
          "level",
          "right, % (Wilson 95 %)",
          "the same by templates (bootstrap 95 %)",
          "right as texts, %",
          "tokens awake a question, in + out",
          "tokens asleep a context, in + out",
          ...(price === null ? [] : ["USD awake a question", "USD asleep a context"]),
        ],
        rows: cells.map((cell) => {
          const slept = asleep.get(cell.sleep) ?? { input: 0, output: 0 };
          return [
            nameOf(cell),
            asPct(wilson(cell)),
            asPct(ratioEstimate(cell.templates, nameOf(cell))),
            (100 * cell.rightAsText) / cell.problems,
            `${figure(cell.awake.input / cell.problems)} + ${figure(cell.awake.output / cell.problems)}`,
            `${figure(slept.input / contexts)} + ${figure(slept.output / contexts)}`,
            ...(price === null ? [] : [usd(cell.awake, cell.problems, price), usd(slept, contexts, price)]),
          ];
        }),
      },
      {
        caption: `Cost of a question, sleep shared by the questions that share a context here (${figure(shared)}), weighed tokens`,
        header: ["level", ...TIMES.map((t) => `t = ${t}`)],
        rows: cells.map((cell) => [nameOf(cell), ...TIMES.map((t) => costOf(figures, cell, { t, questions: shared }))]),
      },
      {
        caption: "As right with sleep, for fewest tokens awake: without over with (above 1: sleep wins)",
        header: ["without", "with", "tokens awake", ...TIMES.map((t) => `in all, t = ${t}`)],
        rows: pairs.map(({ bare, asRight }) => [
          nameOf(bare),
          asRight === null ? "none is as often right" : nameOf(asRight),
          asRight === null ? null : weighed(bare.awake) / weighed(asRight.awake),
          ...TIMES.map((t) => (asRight === null ? null : ratio(bare, asRight, t, shared))),
        ]),
      },
      ...found.slice(-1).map(({ bare, asRight }) => ({
        caption: `Were more questions asked of a context: ${nameOf(bare)} over ${nameOf(asRight)}, in all`,
        header: ["questions a context", ...TIMES.map((t) => `t = ${t}`)],
        rows: PER_CONTEXT.map((questions) => [questions, ...TIMES.map((t) => ratio(bare, asRight, t, questions))]),
      })),
    ],
    findings: [
      ...found.flatMap(({ bare, asRight }) => {
        const one = ratio(bare, asRight, 1, shared);
        return one < 1
          ? [
              `**Lost:** at t = 1 ${nameOf(asRight)} costs ${figure(1 / one)} times what ${nameOf(bare)} costs; sleep takes ${figure(perContext(asRight))} weighed tokens a context.`,
            ]
          : [];
      }),
      "Wilson's interval takes the problems for independent. Those of one template differ in names and numbers alone, so where several are in, the interval by templates is the honest one.",
      "The level with sleep is picked after the fact, as the cheapest that came out no worse: with few problems luck picks along. Compare the intervals before you believe a ratio.",
      "The last table is arithmetic on what was measured with the questions above: the file holds one question a context, but for a few.",
    ],
    headlines: [],
    charts: [],
  };
}

const usd = (tokens: { readonly input: number; readonly output: number }, of: number, price: ModelPrice): string =>
  cellText(Number(costUsd({ inputTokens: tokens.input, outputTokens: tokens.output }, price)) / of);
