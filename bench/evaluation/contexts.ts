// Bench. Part C: 1, 2, 5 and 10 questions about one market at one close (a context), at several prices of time and of reading:
// what a question costs, from which number on sleep pays, and whether the closed form says what was counted.

import { splitSymbol } from "#schemas/units.ts";
import { lineChart } from "./charts.ts";
import {
  breakEven,
  type ContextCost,
  costFromScratch,
  costWithSleep,
  type Prices,
  type SplitWork,
  splitWork,
} from "./cost-model.ts";
import { openEvalDesk, openMarket, sumWork, tick } from "./eval-desk.ts";
import { forgetful } from "./forgetful-desk.ts";
import { SESSION_ASSETS } from "./seed-sessions.ts";
import { mean, meanEstimate } from "./statistics.ts";
import { cellText, figure, type Section } from "./tables.ts";
import { contextQuestions, shuffled } from "./traffic.ts";

const PER_CONTEXT = [1, 2, 5, 10] as const;
const TIMES = [1, 2, 5, 10] as const;
const READ_WEIGHTS = [0, 0.25, 1] as const;
/** Markets of a seed that are asked about. */
const CONTEXTS = 5;
const WARM_BARS = 3;

/** Counted, of one context: sleep, and the sums over the questions asked. */
interface Counted {
  readonly questions: number;
  readonly sleep: SplitWork;
  readonly served: SplitWork;
  readonly scratch: SplitWork;
}

async function runSeed(seed: number): Promise<readonly Counted[]> {
  const market = await openMarket(seed, SESSION_ASSETS);
  await using desk = await openEvalDesk({ market });
  const bare = forgetful(desk);
  for (let bar = 0; bar < WARM_BARS; bar++) await tick(desk, desk.toBar(bar));
  const sweeps = (await desk.entries()).filter(({ job }) => job === "sleep-cycle");
  const sweep = splitWork(sumWork(sweeps.map(({ work }) => work)));
  // A sweep spends the same on every market.
  const analyses = sweeps.reduce((sum, { made }) => sum + made, 0);
  const sleep = { made: sweep.made / analyses, read: sweep.read / analyses };
  const counted: Counted[] = [];
  for (const symbol of market.symbols.slice(0, CONTEXTS)) {
    const texts = shuffled(contextQuestions(splitSymbol(symbol).base), seed, symbol);
    for (const questions of PER_CONTEXT) {
      const [served, scratch] = [[], []] as [
        Parameters<typeof sumWork>[0][number][],
        Parameters<typeof sumWork>[0][number][],
      ];
      for (const text of texts.slice(0, questions)) {
        served.push((await desk.ask(text)).work);
        scratch.push((await bare.ask(text)).work);
      }
      counted.push({ questions, sleep, served: splitWork(sumWork(served)), scratch: splitWork(sumWork(scratch)) });
    }
  }
  return counted;
}

const weighed = ({ made, read }: SplitWork, { readWeight }: Prices): number => made + readWeight * read;

/** Near 1 the third decimal says which side it is on. */
const questionsText = (questions: number): string => questions.toFixed(3);

/** What was counted, per question. */
const countedCost = ({ questions, sleep, served }: Counted, prices: Prices): number =>
  (weighed(sleep, prices) + prices.t * weighed(served, prices)) / questions;

/** Parameters of the closed form, from contexts with a single question only. */
function parameters(counted: readonly Counted[]): ContextCost {
  const single = counted.filter(({ questions }) => questions === 1);
  const of = (part: "sleep" | "served" | "scratch"): SplitWork => ({
    made: mean(single.map((context) => context[part].made)),
    read: mean(single.map((context) => context[part].read)),
  });
  return { sleep: of("sleep"), served: of("served"), scratch: of("scratch") };
}

export async function contextSection(options: {
  readonly seeds: readonly number[];
  readonly progress: (text: string) => void;
}): Promise<Section> {
  const seeds: (readonly Counted[])[] = [];
  for (const seed of options.seeds) {
    options.progress(`C contexts: seed ${seed}`);
    seeds.push(await runSeed(seed));
  }
  const prices = TIMES.flatMap((t) => READ_WEIGHTS.map((readWeight) => ({ t, readWeight })));
  const cost = parameters(seeds.flat());
  let worst = 0;
  for (const counted of seeds.flat()) {
    for (const at of prices) {
      const closed = costWithSleep(cost, counted.questions, at);
      worst = Math.max(worst, Math.abs(countedCost(counted, at) - closed) / closed);
    }
  }
  const gain = (questions: number, at: Prices) =>
    meanEstimate(
      seeds.map((contexts) => {
        const own = contexts.filter((context) => context.questions === questions);
        const scratch = mean(own.map((context) => (at.t * weighed(context.scratch, at)) / questions));
        return scratch / mean(own.map((context) => countedCost(context, at)));
      }),
      `gain ${questions} ${at.t} ${at.readWeight}`,
    );
  const dear = { t: 1, readWeight: 1 };
  const one = breakEven(cost, dear);
  return {
    id: "C6",
    title: "Questions per context, and when sleep pays",
    intro: [
      `A context is one market at one close; its sleep is its share of the sweep. ${CONTEXTS} contexts a seed, each asked 1, 2, 5 and 10 different questions. t: how many times dearer a unit is while somebody waits. w_in: what a unit that is only read (candles, records) counts. Counted a context: asleep ${figure(cost.sleep.made)} made and ${figure(cost.sleep.read)} read; a question from scratch ${figure(cost.scratch.made)} and ${figure(cost.scratch.read)}, served ${figure(cost.served.made)} and ${figure(cost.served.read)}.`,
    ],
    tables: [
      {
        caption: "Cost of a question from scratch over its cost with sleep (above 1: sleep wins)",
        header: ["t", "w_in", ...PER_CONTEXT.map((n) => `${n} a context`), "break-even, questions a context"],
        rows: prices.map((at) => {
          const even = breakEven(cost, at);
          return [
            at.t,
            String(at.readWeight),
            ...PER_CONTEXT.map((questions) => gain(questions, at)),
            even === null ? "never" : questionsText(even),
          ];
        }),
      },
      {
        caption: `The same where only a share of the contexts swept is asked about at all (t = 1, w_in = 1): break-even in questions a context that is asked`,
        header: ["share asked about", "t = 1", "t = 2", "t = 5", "t = 10"],
        rows: [1, 0.5, 0.2, 0.05].map((share) => [
          String(share),
          ...TIMES.map((t) => {
            const even = breakEven(cost, { t, readWeight: 1 });
            return even === null ? "never" : questionsText(even / share);
          }),
        ]),
      },
    ],
    findings: [
      `The closed form says what was counted: largest relative difference ${worst === 0 ? "0" : worst.toExponential(1)} over ${seeds.flat().length} contexts and ${prices.length} prices.`,
      `One question a context at t = 1 loses (from scratch over sleep: ${cellText(gain(1, dear))}): the sweep did what the question would have done, and the record is read on top. Break-even ${one === null ? "never" : questionsText(one)}.`,
      `The gain grows with the number of questions because nothing but the sweep is paid here: served from memory, a question takes one record. "Ten questions, t = 10" gives ${cellText(gain(10, { t: 10, readWeight: 1 }))}; such a figure says more about t and N than about the desk (from scratch costs ${figure(costFromScratch(cost, dear))} units at t = 1).`,
      "Most contexts are never asked about. The second table is the honest one for a desk that sweeps fifty markets for a person who looks at two.",
    ],
    headlines: [
      `**Amortisation:** at t = 1 sleep pays from ${one === null ? "no number of" : questionsText(one)} questions a context on, if every context is asked about; if one in twenty is, from ${one === null ? "no number" : questionsText(one / 0.05)} on.`,
    ],
    charts: [
      {
        name: "contexts",
        alt: "Cost from scratch over cost with sleep, by questions per context",
        svg: lineChart({
          title: "From scratch over with sleep, by questions per context (w_in = 1)",
          xLabel: "questions per context",
          yLabel: "ratio (above 1: sleep wins)",
          series: TIMES.map((t) => ({
            name: `t = ${t}`,
            points: PER_CONTEXT.flatMap((questions) => {
              const estimate = gain(questions, { t, readWeight: 1 });
              return estimate === null ? [] : [{ x: questions, y: estimate.value, lo: estimate.lo, hi: estimate.hi }];
            }),
          })),
        }),
      },
    ],
  };
}
