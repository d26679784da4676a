// Bench. Part M: questions about one market while its brief stands (a context), with model-made sleep, at several prices of time.
import { splitSymbol } from "#schemas/units.ts";
import { NO_WORK, workUnits } from "#schemas/work.ts";
import { type EvalDesk, type EvalModels, openMarket } from "../eval-desk.ts";
import { type Estimate, mean, meanEstimate } from "../statistics.ts";
import { cellText, figure, type PartOptions, type Section } from "../tables.ts";
import { shuffled } from "../traffic.ts";
import { nameOf } from "./budget-section.ts";
import {
  FREE_ASSETS,
  KNOWN_WORDINGS,
  NEW_WORDINGS,
  openFreeSession,
  PER_BAR,
  SKEW,
  tokensOf,
  WARM_BARS,
} from "./free-session.ts";

const PER_CONTEXT = [1, 2, 5, 10] as const;
const TIMES = [1, 2, 5, 10] as const;
const SHARES = [1, 0.5, 0.2, 0.05] as const;
/** Markets of a seed that are asked about, the favourites. */
const CONTEXTS = 5;
/** The price of time that the gate of the desk with briefs assumes. */
const T = 10;

/** Weighed tokens of one seed: of a brief with what was answered ahead from it, and of the first n questions about a market. */
interface Counted {
  readonly sleep: number;
  readonly served: readonly number[];
  readonly scratch: readonly number[];
}

const weighed = (tokens: { readonly inputTokens: number; readonly outputTokens: number }): number =>
  workUnits({ ...NO_WORK, inputTokens: tokens.inputTokens, outputTokens: tokens.outputTokens });

async function runSeed(seed: number, models: EvalModels): Promise<Counted> {
  const market = await openMarket(seed, FREE_ASSETS);
  await using rested = await openFreeSession({ market, models, t: T }, 0);
  await using bare = await openFreeSession({ market, models, t: null }, 0);
  const { made, ...asleep } = tokensOf(await rested.desk.entries(), "brief");
  const symbols = rested.asked.slice(0, CONTEXTS);
  const means = async (desk: EvalDesk): Promise<readonly number[]> => {
    const sums: number[][] = [];
    for (const symbol of symbols) {
      let sum = 0;
      const upTo: number[] = [];
      for (const template of [...shuffled(NEW_WORDINGS, seed, symbol), ...shuffled(KNOWN_WORDINGS, seed, symbol)]) {
        const { work } = await desk.ask(template(splitSymbol(symbol).base));
        sum += weighed(work);
        upTo.push(sum);
      }
      sums.push(upTo);
    }
    return PER_CONTEXT.map((n) => mean(sums.map((upTo) => upTo[n - 1] ?? Number.NaN)));
  };
  return { sleep: weighed(asleep) / made, served: await means(rested.desk), scratch: await means(bare.desk) };
}

export async function modelContextSection(
  { progress, model }: PartOptions,
  seeds: readonly number[],
  models: EvalModels,
): Promise<Section> {
  const counted: Counted[] = [];
  for (const seed of seeds) {
    progress(`M contexts: seed ${seed}`);
    counted.push(await runSeed(seed, models));
  }
  const estimate = (name: string, of: (seed: Counted) => number): Estimate | null =>
    meanEstimate(counted.map(of), name);
  const gain = (index: number, t: number, share: number): Estimate | null =>
    estimate(
      `gain ${index} ${t} ${share}`,
      ({ sleep, served, scratch }) =>
        (t * (scratch[index] ?? Number.NaN)) / (sleep / share + t * (served[index] ?? Number.NaN)),
    );
  const lost = PER_CONTEXT.filter((_, index) => (gain(index, 1, 1)?.value ?? 0) < 1);
  const lostShares = SHARES.filter((share) => share < 1).flatMap((share) => {
    const losing = PER_CONTEXT.filter((_, index) => (gain(index, 1, share)?.value ?? 0) < 1);
    const least = losing.map((n) => `${n} (${cellText(gain(PER_CONTEXT.indexOf(n), 1, share))})`).join(", ");
    return losing.length === 0 ? [] : [`share ${share}, questions a context ${least}`];
  });
  const first = PER_CONTEXT.find((_, index) => (gain(index, 1, 1)?.value ?? 0) >= 1);
  return {
    id: "M3",
    title: "Questions per context, with sleep made by a model",
    intro: [
      `A context is a brief while it stands; its sleep is all that a brief takes, what is answered ahead from it and what came to nothing included. The ${CONTEXTS} favourites of ${WARM_BARS} bars of ${PER_BAR} questions (Zipf ${SKEW}), each asked 1, 2, 5 and 10 different free-form questions, the first five in wordings that were never used before and so cannot be answered ahead, on a desk with briefs and on one without. ${seeds.length === 1 ? "1 seed" : `${seeds.length} seeds`}, ${nameOf(model)}; weighed tokens, one read counts a quarter of one written. t: how many times dearer a token is while somebody waits.`,
    ],
    tables: [
      {
        caption: "Weighed tokens",
        header: ["questions a context", "asleep", "awake, with its brief", "awake, without"],
        rows: PER_CONTEXT.map((questions, index) => [
          questions,
          estimate("sleep", ({ sleep }) => sleep),
          estimate(`served ${index}`, ({ served }) => served[index] ?? Number.NaN),
          estimate(`scratch ${index}`, ({ scratch }) => scratch[index] ?? Number.NaN),
        ]),
      },
      {
        caption: "Without over with, all sleep counted (above 1: sleep wins)",
        header: ["questions a context", ...TIMES.map((t) => `t = ${t}`)],
        rows: PER_CONTEXT.map((questions, index) => [questions, ...TIMES.map((t) => gain(index, t, 1))]),
      },
      {
        caption: "The same at t = 1 and t = 10, where only a share of the briefs is asked about at all",
        header: ["questions a context", ...SHARES.flatMap((share) => [`t = 1, ${share}`, `t = 10, ${share}`])],
        rows: PER_CONTEXT.map((questions, index) => [
          questions,
          ...SHARES.flatMap((share) => [gain(index, 1, share), gain(index, 10, share)]),
        ]),
      },
    ],
    findings: [
      lost.length === 0
        ? `No loss at t = 1 where every brief is asked about: a question without a brief takes ${cellText(estimate("scratch 0", ({ scratch }) => scratch[0] ?? Number.NaN))} weighed tokens, a brief ${cellText(estimate("sleep", ({ sleep }) => sleep))}.`
        : `**Lost** at t = 1: with ${lost.join(" and ")} question${lost.length === 1 && lost[0] === 1 ? "" : "s"} a context the brief costs more than it saves (${lost.map((n) => cellText(gain(PER_CONTEXT.indexOf(n), 1, 1))).join("; ")}).`,
      ...(lostShares.length === 0
        ? []
        : [`**Lost** at t = 1 where only a share of the briefs is asked about: ${lostShares.join("; ")}.`]),
      "Sleep made by a model is dear beside the sweep of C6: tokens are paid for, so a brief that nobody asks about is money lost. The last table is the honest one for a desk whose briefs are mostly not asked about.",
    ],
    charts: [],
    headlines: [
      `**Questions per context, model-made sleep** (${nameOf(model)}): at t = 1 a brief pays from ${first === undefined ? "more than ten" : figure(first)} question${first === 1 ? "" : "s"} a context on, if every brief is asked about; if one in twenty is, ten questions give ${cellText(gain(3, 1, 0.05))} at t = 1 and ${cellText(gain(3, 10, 0.05))} at t = 10.`,
    ],
  };
}
