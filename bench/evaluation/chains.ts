// Bench. Part D: synthetic questions that follow each other on one market → how well the next one is foreseen, with the guess
// by what follows what and without it. No desk is run.
import type { AskedIntent, Predictor } from "#desk/planning/predictor.ts";
import type { QuestionKind } from "#schemas/question.ts";
import { type DeskId, MarketSymbol, timeframeMs, unixMs, type VenueId } from "#schemas/units.ts";
import { openStream } from "#toolkits/market/simulated/random.ts";
import { type PrequentialScores, ScoredPredictor } from "./prequential.ts";
import { type Estimate, meanEstimate } from "./statistics.ts";
import { asPct, cellText, type PartOptions, type Section } from "./tables.ts";
import { drawItems } from "./traffic.ts";

const OF = { deskId: "main" as DeskId, venueId: "sim:1" as VenueId };
const CHAIN: readonly QuestionKind[] = ["signal", "trigger", "security", "why"];
/** Share of the questions not at a chain's end whose next link is asked next. */
const FOLLOW_UP_RATES = [0, 0.5, 0.7, 0.9] as const;
const MARKETS = Array.from({ length: 50 }, (_, n) => MarketSymbol.parse(`M${n}/USDT`));
const ZIPF_SKEW = 1.2;
const QUESTIONS = 2000;
/** The first ones are learnt and not scored. */
const UNSCORED = 500;
const PER_SLOT = 20;
const START_MS = Date.UTC(2024, 2, 1);

/** As the product's start, with nothing for what follows what: its share goes to frequency. */
const WITHOUT: ConstructorParameters<typeof Predictor>[1] = {
  frequency: 0.7,
  recency: 0.2,
  structure: 0.1,
  transition: 0,
};

/** A question's next link with probability `rate`; else, and at a chain's end, any link about a market by Zipf's law. */
export function chainQuestions(seed: number, rate: number): readonly AskedIntent[] {
  const stream = openStream([seed, "chains", String(rate)]);
  const drawMarket = drawItems(MARKETS, { skew: ZIPF_SKEW, seed });
  let [symbol, link] = [drawMarket(), CHAIN.length];
  return Array.from({ length: QUESTIONS }, (_, n) => {
    if (stream.uniform() < rate && link < CHAIN.length - 1) link += 1;
    else [symbol, link] = [drawMarket(), Math.floor(stream.uniform() * CHAIN.length)];
    const kind = CHAIN[link];
    if (kind === undefined) throw new Error(`a chain has no link ${link}`);
    const intent = { kind, symbol, other: null, timeframe: "5m", side: null, negation: false, horizon: null } as const;
    return { intent, atMs: unixMs(START_MS + timeframeMs("5m") * Math.floor(n / PER_SLOT)) };
  });
}

/** Of the questions that are scored: −log2 of the probability, and whether it was among the likeliest 1 and 5; means. */
export interface ChainScore {
  readonly bits: number;
  readonly hit1: number;
  readonly hit5: number;
}

export function scoreChains(asked: readonly AskedIntent[], transitions: "with" | "without"): ChainScore {
  const predictor = new ScoredPredictor(OF, transitions === "with" ? undefined : WITHOUT);
  const learn = (part: readonly AskedIntent[]): PrequentialScores => {
    for (const question of part) predictor.learn(question);
    return predictor.scores();
  };
  const before = learn(asked.slice(0, UNSCORED));
  const all = learn(asked.slice(UNSCORED));
  const meanOf = (of: keyof ChainScore) =>
    (all.predictor[of] - before.predictor[of]) / (all.questions - before.questions);
  return { bits: meanOf("bits"), hit1: meanOf("hit1"), hit5: meanOf("hit5") };
}

export function chainSection({ seeds, progress }: Pick<PartOptions, "seeds" | "progress">): Section {
  progress(`D chains: ${seeds.length} seeds`);
  const rates = FOLLOW_UP_RATES.map((rate) => {
    const runs = seeds.map((seed) => {
      const asked = chainQuestions(seed, rate);
      return { without: scoreChains(asked, "without"), with: scoreChains(asked, "with") };
    });
    const of = (name: string, value: (run: (typeof runs)[number]) => number) =>
      meanEstimate(runs.map(value), `chains ${rate} ${name}`);
    return {
      rate,
      bits: [of("bits without", (run) => run.without.bits), of("bits with", (run) => run.with.bits)],
      hit1: [of("hit1 without", (run) => run.without.hit1), of("hit1 with", (run) => run.with.hit1)].map(asPct),
      hit5: [of("hit5 without", (run) => run.without.hit5), of("hit5 with", (run) => run.with.hit5)].map(asPct),
      moreBits: of("more bits", (run) => run.with.bits - run.without.bits),
      moreHits: asPct(of("more hits", (run) => run.with.hit5 - run.without.hit5)),
    };
  });
  const at = (rate: number) => rates.find((row) => row.rate === rate);
  const [none, most] = [at(0), at(0.7)];
  const foreseen = `${text(most?.hit5[1])} % of the questions are among the five likeliest, ${text(most?.hit5[0])} % without the guess by what follows what`;
  return {
    id: "D",
    title: "Chains: what follows what",
    intro: [
      `${QUESTIONS.toLocaleString("en-US")} synthetic questions a seed about ${MARKETS.length} markets (Zipf ${ZIPF_SKEW}), each scored before it is learnt, the first ${UNSCORED} not scored. A chain is ${CHAIN.join(" → ")} about one market: each question but a chain's end is followed by the next link at the rate given; else any link about any market is drawn. With and without: the product's predictor with its guess by what follows what, and the same with that guess left out, over the same questions. bits: −log2 of the probability of what came. hit@n: it was among the n likeliest.`,
    ],
    tables: [
      {
        caption: "How well the next question is foreseen",
        header: [
          "follow-up rate",
          "bits, without",
          "with",
          "hit@1 without, %",
          "with, %",
          "hit@5 without, %",
          "with, %",
        ],
        rows: rates.map(({ rate, bits, hit1, hit5 }) => [rate, ...bits, ...hit1, ...hit5]),
      },
    ],
    findings: [
      `At a follow-up rate of 0.7, ${foreseen}.`,
      `Where nothing follows (rate 0) the guess changes bits by ${text(none?.moreBits)} a question and hit@5 by ${text(none?.moreHits)} points.`,
      "The chains are invented, and regular: the figures say that the predictor sees such an order, not that anybody asks in it.",
    ],
    charts: [],
    headlines: [`**Chains** (synthetic, follow-up rate 0.7): ${foreseen}.`],
  };
}

const text = (estimate: Estimate | null | undefined): string => cellText(estimate ?? null);
