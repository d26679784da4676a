// Bench. Part M, with a language model and a key: the same bank with and without Khala, tokens from the provider's own usage.
// Answers are rendered by code either way, so they are scored by equality with the one from scratch by rules.
import { selectModels } from "#agents/models/select.ts";
import { modelSetting } from "#apps/models.ts";
import { ConfigError, ModelRunError } from "#schemas/errors.ts";
import type { Answer } from "#schemas/question.ts";
import { type Work, WorkTally } from "#schemas/work.ts";
import { benchConfig } from "../bench-config.ts";
import { type EvalDesk, type EvalMarket, openEvalDesk, openMarket, saidBy, tick } from "./eval-desk.ts";
import { forgetful } from "./forgetful-desk.ts";
import { SESSION_ASSETS, ZIPF } from "./seed-sessions.ts";
import { Oracle, streamOf } from "./session.ts";
import { mean, meanEstimate } from "./statistics.ts";
import { asPct, cellText, type Section } from "./tables.ts";

const WARM_BARS = 3;
const DEADLINE_MS = 120_000;

export interface ModelRun {
  readonly model: string;
  readonly modelUrl: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly seeds: readonly number[];
  /** Of one seed; each is asked twice. */
  readonly questions: number;
  readonly progress: (text: string) => void;
}

/** Per question. */
interface Side {
  readonly equal: number;
  readonly unanswered: number;
  readonly modelCalls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** @throws ConfigError for a model that is not known, or whose key is missing */
export async function modelSection(run: ModelRun): Promise<Section> {
  const { model, modelUrl, env, seeds, progress } = run;
  const settings = { model, modelUrl, modelTimeoutMs: DEADLINE_MS };
  await selectModels({
    ...modelSetting({ ...benchConfig(), ...settings }, env),
    variables: { model: "--model", url: "--model-url" },
  });
  const sides: { readonly withKhala: Side; readonly without: Side }[] = [];
  for (const seed of seeds) {
    const market = await openMarket(seed, SESSION_ASSETS);
    await using desk = await openEvalDesk({ market, model: settings, env });
    progress(`M ${model}: seed ${seed}, ${run.questions} questions, each with and without Khala`);
    sides.push(await runSeed(market, desk, run.questions));
  }
  const of = (side: "withKhala" | "without", name: keyof Side) =>
    meanEstimate(
      sides.map((each) => each[side][name]),
      `${side} ${name}`,
    );
  const row = (title: string, side: "withKhala" | "without") => [
    title,
    asPct(of(side, "equal")),
    asPct(of(side, "unanswered")),
    of(side, "modelCalls"),
    of(side, "inputTokens"),
    of(side, "outputTokens"),
  ];
  return {
    id: "M",
    title: `With ${model}`,
    intro: [
      `${run.questions} synthetic questions a seed (Zipf 1.2, ${seeds.length} seeds) about ${SESSION_ASSETS} simulated markets, asked at one close after the sweep, and from scratch. Sleep calls no model here. Per question.`,
    ],
    tables: [
      {
        caption: "Tokens as the provider has counted them",
        header: ["", "equal answers, %", "no answer, %", "model calls", "input tokens", "output tokens"],
        rows: [row("with Khala", "withKhala"), row("from scratch", "without")],
      },
    ],
    findings: [
      `From scratch a question takes ${cellText(of("without", "inputTokens"))} input and ${cellText(of("without", "outputTokens"))} output tokens; with Khala ${cellText(of("withKhala", "inputTokens"))} and ${cellText(of("withKhala", "outputTokens"))}.`,
      "The model decides nothing in the answer: it only hands the job on. What is saved is what the hand-over costs, not thought.",
    ],
    headlines: [],
    charts: [],
  };
}

async function runSeed(market: EvalMarket, desk: EvalDesk, count: number) {
  for (let bar = 0; bar < WARM_BARS; bar++) await tick(desk, desk.toBar(bar));
  await using rules = await openEvalDesk({ market });
  rules.toBar(WARM_BARS - 1);
  const oracle = { of: new Oracle(), bare: forgetful(rules) };
  const bare = forgetful(desk);
  const items = streamOf({ market, demand: { ...ZIPF, perBar: count }, bars: 1 }).flat();
  const [withKhala, without]: [Row[], Row[]] = [[], []];
  for (const item of items) {
    const { said } = await oracle.of.of(oracle.bare, WARM_BARS - 1, item);
    withKhala.push(rowOf(await orNull(() => desk.ask(item.text)), said));
    without.push(rowOf(await orNull(() => bare.ask(item.text)), said));
  }
  return { withKhala: sideOf(withKhala), without: sideOf(without) };
}

interface Row {
  readonly equal: boolean;
  /** Null: no model's run brought an answer, and what it took is in the ledger only. */
  readonly work: Work | null;
}

const rowOf = (answer: Answer | null, said: string): Row => ({
  equal: answer !== null && saidBy(answer) === said,
  work: answer?.work ?? null,
});

async function orNull(ask: () => Promise<Answer>): Promise<Answer | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ModelRunError) return null;
    throw error;
  }
}

function sideOf(rows: readonly Row[]): Side {
  const works = rows.map(({ work }) => work ?? new WorkTally().total());
  return {
    equal: mean(rows.map(({ equal }) => (equal ? 1 : 0))),
    unanswered: mean(rows.map(({ work }) => (work === null ? 1 : 0))),
    modelCalls: mean(works.map(({ modelCalls }) => modelCalls)),
    inputTokens: mean(works.map(({ inputTokens }) => inputTokens)),
    outputTokens: mean(works.map(({ outputTokens }) => outputTokens)),
  };
}

/** What to tell of a model that cannot be used; null for any other error. */
export const modelFault = (error: unknown): string | null => (error instanceof ConfigError ? error.message : null);
