// Bench. Part C: is what can be foreseen what sleep saves on? Every question is scored before it is learnt.
import { lineChart } from "./charts.ts";
import { type SeedSessions, SHUFFLED, UNIFORM, ZIPF } from "./seed-sessions.ts";
import type { Asked, Demand } from "./session.ts";
import { equalBins, meanEstimate, spearmanRho } from "./statistics.ts";
import { asPct, cellText, type Section } from "./tables.ts";

const BINS = 5;
const STREAMS: readonly Demand[] = [ZIPF, SHUFFLED, UNIFORM];

/** One question at level 5 and the same one with the sweep alone. */
interface Pair {
  readonly bits: number;
  readonly shuffledBits: number;
  readonly units: number;
  readonly sweepUnits: number;
  readonly scratchUnits: number;
}

const pairsOf = (seed: SeedSessions, demand: Demand): readonly Pair[] => {
  const sweep: readonly Asked[] = seed.of(demand, 2).asked;
  return seed.of(demand, 5).asked.map(({ bits, shuffledBits, units, scratchUnits }, index) => ({
    bits,
    shuffledBits,
    units,
    scratchUnits,
    sweepUnits: sweep[index]?.units ?? Number.NaN,
  }));
};

/** Which questions, and what is saved on them, as a share. */
const RHO = {
  scratch: { among: () => true, saved: (pair: Pair) => 1 - pair.units / pair.scratchUnits },
  left: {
    // One record is what an answer takes at least.
    among: ({ sweepUnits }: Pair) => sweepUnits > LEAST_UNITS,
    saved: (pair: Pair) => 1 - pair.units / pair.sweepUnits,
  },
} as const;
const LEAST_UNITS = 1;

const saved = (pairs: readonly Pair[], of: "scratchUnits" | "sweepUnits"): number => {
  const before = pairs.reduce((sum, pair) => sum + pair[of], 0);
  return 1 - pairs.reduce((sum, { units }) => sum + units, 0) / before;
};

export function predictabilitySection(seeds: readonly SeedSessions[]): Section {
  // A seed on which nothing was saved, or on everything alike, has no ranks to correlate.
  const rho = (demand: Demand, which: keyof typeof RHO, bits: "bits" | "shuffledBits" = "bits") => {
    const values = seeds
      .map((seed) => {
        const pairs = pairsOf(seed, demand).filter(RHO[which].among);
        return spearmanRho(
          pairs.map((pair) => -pair[bits]),
          pairs.map(RHO[which].saved),
        );
      })
      .filter(Number.isFinite);
    const estimate = values.length === 0 ? null : meanEstimate(values, `rho ${demand.name} ${which} ${bits}`);
    return estimate === null
      ? null
      : `${cellText(estimate)}${values.length < seeds.length ? ` in ${values.length} of ${seeds.length} seeds` : ""}`;
  };
  const ofBin = (demand: Demand, bin: number, name: string, value: (pairs: readonly Pair[]) => number) =>
    meanEstimate(
      // Bin 0 of the sorted bits is the most predictable.
      seeds.map((seed) => value(equalBins(pairsOf(seed, demand), BINS, ({ bits }) => bits)[BINS - 1 - bin] ?? [])),
      `${demand.name} ${bin} ${name}`,
    );
  const binRows = STREAMS.flatMap((demand) =>
    Array.from({ length: BINS }, (_, bin) => {
      const of = (name: string, value: (pairs: readonly Pair[]) => number) => ofBin(demand, bin, name, value);
      return [
        demand.name,
        bin + 1,
        of("bits", (pairs) => pairs.reduce((sum, { bits }) => sum + bits, 0) / pairs.length),
        asPct(of("scratch", (pairs) => saved(pairs, "scratchUnits"))),
        asPct(of("sweep", (pairs) => saved(pairs, "sweepUnits"))),
      ];
    }),
  );
  const scoreRows = STREAMS.map((demand) => {
    const of = (name: string, value: (seed: SeedSessions) => number) =>
      meanEstimate(seeds.map(value), `${demand.name} ${name}`);
    const scores = (seed: SeedSessions) => seed.of(demand, 5).scores;
    const bits = (who: "predictor" | "mostFrequent" | "leastRecentlyUsed") =>
      of(`bits ${who}`, (seed) => scores(seed)[who].bits / scores(seed).questions);
    const hits = (who: "predictor" | "mostFrequent" | "leastRecentlyUsed") =>
      asPct(of(`hit20 ${who}`, (seed) => scores(seed)[who].hit20 / scores(seed).questions));
    return [
      demand.name,
      bits("predictor"),
      bits("mostFrequent"),
      bits("leastRecentlyUsed"),
      hits("predictor"),
      hits("mostFrequent"),
      hits("leastRecentlyUsed"),
    ];
  });
  return {
    id: "C4",
    title: "Predictability",
    intro: [
      "The product's own predictor gives each question a probability before it learns it (−log2 p, bits). Bins are a fifth of the questions each, 5 the most predictable. Savings are against the from-scratch work, and against what is left after the sweep alone.",
    ],
    tables: [
      {
        caption: "Work saved by bin of predictability",
        header: ["synthetic questions", "bin", "bits", "saved of from scratch, %", "saved of what the sweep left, %"],
        rows: binRows,
      },
      {
        caption: "Rank correlation (Spearman) of predictability with the share of work saved",
        header: [
          "synthetic questions",
          "all questions, against from scratch",
          "questions that the sweep left something of, against that",
        ],
        rows: [
          ...STREAMS.map((demand) => [demand.name, rho(demand, "scratch"), rho(demand, "left")]),
          [
            `${ZIPF.name}, scored by a predictor with a shuffled history`,
            rho(ZIPF, "scratch", "shuffledBits"),
            rho(ZIPF, "left", "shuffledBits"),
          ],
        ],
      },
      {
        caption: "The predictor beside two plain ones, each scored before it learns",
        header: [
          "synthetic questions",
          "bits a question",
          "most frequent",
          "last used",
          "among its 20 likeliest, %",
          "most frequent, %",
          "last used, %",
        ],
        rows: scoreRows,
      },
    ],
    findings: [
      `Rho among the questions that the sweep alone does not answer with one record: ${rho(ZIPF, "left") ?? "–"} with Zipf's law, ${rho(SHUFFLED, "left") ?? "–"} with favourites reshuffled every bar, ${rho(UNIFORM, "left") ?? "–"} with uniform demand; scored by a predictor whose history was shuffled: ${rho(ZIPF, "left", "shuffledBits") ?? "–"}. An interval that holds 0, or seeds without a value (nothing was worth making), show no relation.`,
      `Over all questions, against from scratch, rho is ${rho(ZIPF, "scratch") ?? "–"}: the sweep saves on nearly every question, foreseen or not, so there predictability hardly matters. The paper's relation is one of a desk without a sweep.`,
      "With Zipf's law the curve is not monotonic (chart): most favourites are questions that the sweep answers already, so that little is left to save on them, and intervals are wide.",
    ],
    headlines: [],
    charts: [
      {
        name: "predictability",
        alt: "Work saved of what the sweep left, by bin of predictability",
        svg: lineChart({
          title: "Saved of what the sweep left, by predictability",
          xLabel: "bin of predictability (5: the most predictable fifth)",
          yLabel: "saved, %",
          series: STREAMS.map((demand) => ({
            name: demand.name,
            points: Array.from({ length: BINS }, (_, bin) => bin).flatMap((bin) => {
              const estimate = asPct(ofBin(demand, bin, "left", (pairs) => saved(pairs, "sweepUnits")));
              return estimate === null ? [] : [{ x: bin + 1, y: estimate.value, lo: estimate.lo, hi: estimate.hi }];
            }),
          })),
        }),
      },
    ],
  };
}
