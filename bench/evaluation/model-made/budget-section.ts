// Bench. Part M: free-form questions answered against the model tokens that one may take, with briefs and without.
import type { ModelChoice } from "#agents/models/select.ts";
import type { Answer } from "#schemas/question.ts";
import { lineChart } from "../charts.ts";
import { type EvalModels, openMarket, withQuestionTokens } from "../eval-desk.ts";
import { type Estimate, meanEstimate } from "../statistics.ts";
import { asPct, cellText, type PartOptions, type Section } from "../tables.ts";
import { FREE_ASSETS, openFreeSession, PER_BAR, SKEW, WARM_BARS } from "./free-session.ts";

/** Tokens, in and out together, that one question may take. */
const BUDGETS = [1, 2_500, 5_000, 10_000, 60_000] as const;
const QUESTIONS = 20;
const T = 10;

interface BudgetRow {
  readonly budget: number;
  readonly answered: number;
  /** Mean of all questions, answered or not. */
  readonly tokens: number;
}

type Way = "known" | "anew" | "none";
const WAYS: Readonly<Record<Way, string>> = {
  known: "with briefs, worded as before",
  anew: "with briefs, worded anew",
  none: "without briefs",
};

/** What an answer is: the model's words, made now or ahead; not a refusal, nor a line of rules in its place. */
const isAnswered = ({ path }: Answer): boolean => path === "reasoned" || path === "pre-answered";

async function runSeed(seed: number, models: EvalModels, t: number | null): Promise<SeedRows> {
  const market = await openMarket(seed, FREE_ASSETS);
  await using session = await openFreeSession({ market, models, t }, QUESTIONS);
  const askAll = async (texts: readonly string[]): Promise<readonly BudgetRow[]> => {
    const rows: BudgetRow[] = [];
    for (const budget of BUDGETS) {
      const desk = withQuestionTokens(session.desk, budget);
      let [answered, tokens] = [0, 0];
      for (const text of texts) {
        const answer = await desk.ask(text);
        if (isAnswered(answer)) answered += 1;
        tokens += answer.work.inputTokens + answer.work.outputTokens;
      }
      rows.push({ budget, answered: answered / QUESTIONS, tokens: tokens / QUESTIONS });
    }
    return rows;
  };
  return { known: await askAll(session.next.known), anew: await askAll(session.next.anew) };
}

type SeedRows = Readonly<Record<"known" | "anew", readonly BudgetRow[]>>;

export async function tokenBudgetSection(
  { progress, model }: PartOptions,
  seeds: readonly number[],
  models: EvalModels,
): Promise<Section> {
  const results: Readonly<Record<Way, readonly BudgetRow[]>>[] = [];
  for (const seed of seeds) {
    progress(`M budgets: seed ${seed}`);
    const { known, anew } = await runSeed(seed, models, T);
    // Without briefs it does not matter what was asked before.
    results.push({ known, anew, none: (await runSeed(seed, models, null)).known });
  }
  const at = (way: Way, budget: number, of: "answered" | "tokens"): Estimate | null =>
    meanEstimate(
      results.map((rows) => rows[way].find((row) => row.budget === budget)?.[of] ?? Number.NaN),
      `${way} ${budget} ${of}`,
    );
  const most = 60_000;
  const tokensEach = (Object.keys(WAYS) as Way[])
    .map((way) => `${cellText(at(way, most, "tokens"))} ${WAYS[way]}`)
    .join(", ");
  return {
    id: "M2",
    title: "Answers against test tokens",
    intro: [
      `After ${WARM_BARS} bars of ${PER_BAR} free-form questions each (Zipf ${SKEW} over ${FREE_ASSETS} markets, five wordings, t = ${T}) ${QUESTIONS} more are asked in the same wordings, and ${QUESTIONS} in five that were not used before, under a budget of tokens (thinking.questionTokens): once it is spent the desk makes no further call of a model, so the last one may go beyond it. Answered: a model's words, made now or ahead, and not the line that rules give in their place. ${seeds.length === 1 ? "1 seed" : `${seeds.length} seeds`}, ${nameOf(model)}.`,
    ],
    tables: [
      {
        caption: "Answered, %, and tokens a question at test time",
        header: [
          "budget, tokens a question",
          ...Object.values(WAYS).map((name) => `${name}, %`),
          ...Object.values(WAYS).map((name) => `${name}, tokens`),
        ],
        rows: BUDGETS.map((budget) => [
          budget,
          ...(Object.keys(WAYS) as Way[]).map((way) => asPct(at(way, budget, "answered"))),
          ...(Object.keys(WAYS) as Way[]).map((way) => at(way, budget, "tokens")),
        ]),
      },
    ],
    findings: [
      `With tokens enough a question takes ${tokensEach}. Words that were used before are answered ahead and take none; new ones have the brief at hand and save a read, no more.`,
      "With tokens enough both answer everything: briefs buy no answer there that could not be had, only one that is sooner and cheaper while somebody waits. What they take asleep is in M3 and M4.",
      "Whether an answer is *good* is not asked here: every figure in it is a fact by reference, whoever wrote it, and a scripted model has no judgement.",
    ],
    charts: [
      {
        name: "free-budget",
        alt: "Free-form questions answered against the tokens of a question, with briefs and without",
        svg: lineChart({
          title: "Free-form questions answered against the tokens of a question",
          xLabel: "budget, tokens a question",
          yLabel: "answered, %",
          logX: true,
          series: (Object.keys(WAYS) as Way[]).map((way) => ({
            name: WAYS[way],
            points: BUDGETS.flatMap((budget) => {
              const estimate = asPct(at(way, budget, "answered"));
              return estimate === null ? [] : [{ x: budget, y: estimate.value, lo: estimate.lo, hi: estimate.hi }];
            }),
          })),
        }),
      },
    ],
    headlines: [`**Briefs against test tokens** (${nameOf(model)}): a free-form question takes ${tokensEach}.`],
  };
}

export const nameOf = (model: ModelChoice | null): string => (model === null ? "scripted models" : `\`${model.id}\``);
