// Bench. Part A, staleness regret: how often a decision made from an analysis that is so old, or that the price has left so
// far behind, differs from the one made from scratch. The defaults of freshness are judged by it.
import type { Timeframe } from "#schemas/units.ts";
import { lineChart } from "./charts.ts";
import { recordedHistories, recordedWithMinutes, simulatedHistories } from "./histories.ts";
import {
  AGES,
  type AgeBlock,
  ageBlock,
  Blocks,
  countAges,
  countInside,
  DRIFT_MAX_AGE,
  DRIFTS,
  emptyTally,
  type InsideBlock,
  insideBlock,
  readingsOf,
  type Tally,
} from "./staleness-counts.ts";
import { type Estimate, ratioEstimate, type Share } from "./statistics.ts";
import { asPct, type Cell, cellText, type Section, type Table } from "./tables.ts";

/** The product's own, which this part judges. */
const DEFAULT_DRIFT_ATR = 2;
const SIM_ASSETS = 10;
/** Of each simulated history; the first 250 are warm-up. */
const SIM_CANDLES = 250 + 5 * 288;
/** The same where prices inside a candle are looked at. */
const INSIDE_ASSETS = 6;
const INSIDE_CANDLES = { "5m": 250 + 2 * 288, "1h": 250 + 240 } as const;

export async function stalenessSection(options: {
  readonly seeds: readonly number[];
  readonly dataDir: string | null;
  readonly progress: (text: string) => void;
}): Promise<Section> {
  const { seeds, dataDir, progress } = options;
  const ages = { sim: new Blocks(ageBlock), recorded: new Blocks(ageBlock) };
  const inside = {
    "sim 5m": new Blocks(insideBlock),
    "sim 1h": new Blocks(insideBlock),
    "recorded 5m": new Blocks(insideBlock),
  };
  for (const seed of seeds) {
    progress(`A staleness: seed ${seed}`);
    const base = { seed, assets: SIM_ASSETS, timeframe: "5m", candles: SIM_CANDLES, withMinutes: false } as const;
    for (const history of await simulatedHistories(base)) countAges(history, readingsOf(history), ages.sim);
    for (const timeframe of ["5m", "1h"] as const satisfies readonly Timeframe[]) {
      const finer = {
        ...base,
        assets: INSIDE_ASSETS,
        timeframe,
        candles: INSIDE_CANDLES[timeframe],
        withMinutes: true,
      };
      for (const history of await simulatedHistories(finer))
        countInside(history, readingsOf(history), inside[`sim ${timeframe}`]);
    }
  }
  if (dataDir !== null) {
    progress("A staleness: recordings");
    for (const history of await recordedHistories(dataDir, "5m"))
      countAges(history, readingsOf(history), ages.recorded);
    for (const history of await recordedWithMinutes(dataDir, "5m"))
      countInside(history, readingsOf(history), inside["recorded 5m"]);
  }
  const sources = dataDir === null ? (["sim"] as const) : (["sim", "recorded"] as const);
  const tables = [
    ...sources.map((source) => ageTable(source, ages[source].all())),
    ...sources.map((source) => driftTable(source, ages[source].all())),
    ...Object.entries(inside)
      .filter(([, blocks]) => blocks.all().length > 0)
      .map(([name, blocks]) => insideTable(name, blocks.all())),
  ];
  return {
    id: "A",
    title: "Staleness regret: what an old analysis costs",
    intro: [
      `Every closed candle is decided once from scratch, and once from the analysis that stood there some candles before, by the product's own rules (the example strategy's reading, its action levels). Simulated: ${SIM_ASSETS} markets a seed, ${SIM_CANDLES - 250} candles of 5m each after warm-up. ${dataDir === null ? "No recordings were named (DEEPTRADER_REAL_DATA)." : "Recorded: every market of the folder."} Decisions are the signal alone (enter, exit, hold), whatever is held.`,
      `Inside a candle nothing new has closed, so an analysis from scratch would be the same; what can be asked is whether the decision would be another if the candle closed at the price of that minute. The trigger prices say so in closed form. Simulated: ${INSIDE_ASSETS} markets a seed, ${INSIDE_CANDLES["5m"] - 250} candles of 5m and ${INSIDE_CANDLES["1h"] - 250} of 1h.`,
    ],
    tables,
    findings: findings(
      sources.map((source) => [source, ages[source].all()] as const),
      inside,
    ),
    headlines: [
      `**Age:** an analysis one candle old misses ${oneCandleOld(ages.sim.all(), "missed", "act")} % of the entries and exits, and ${oneCandleOld(ages.sim.all(), "wrongly", "staleAct")} % of its own are wrong (simulated); hence only the newest closed candle is fresh. The drift bound is an alarm that seldom rings, no guard.`,
    ],
    charts: [ageChart(sources.map((source) => [source, ages[source].all()] as const))],
  };
}

type Inside = Readonly<Record<string, Blocks<InsideBlock>>>;

const oneCandleOld = (blocks: readonly AgeBlock[], part: keyof Tally, whole: keyof Tally): string =>
  cellText(
    pct(
      blocks.map(({ byAge }) => byAge.get(1) ?? emptyTally()),
      part,
      whole,
      "age 1",
    ),
  );

/** The choice of the defaults, with the figures that it rests on. */
function findings(sources: readonly (readonly [string, readonly AgeBlock[]])[], inside: Inside): readonly string[] {
  const oneOld = sources.map(
    ([source, blocks]) =>
      `${source}: ${oneCandleOld(blocks, "missed", "act")} % of the entries and exits missed, ${oneCandleOld(blocks, "wrongly", "staleAct")} % of its own wrong`,
  );
  // The recordings with minutes are too short for a word on bounds: three days of one market.
  const simulated = Object.entries(inside).filter(([name]) => name.startsWith("sim"));
  const bounds = simulated.map(([name, blocks]) => {
    const at = (bound: number) => insideFigures(blocks.all(), bound, name);
    return `${name}: ${[1, 1.5, 2].map((bound) => `${bound} ATR ${cellText(asPct(at(bound).right))} % right, ${cellText(asPct(at(bound).catches))} % caught`).join("; ")}`;
  });
  const moreOftenRight = DRIFTS.find((bound) =>
    simulated.every(([name, blocks]) => (insideFigures(blocks.all(), bound, name).right?.value ?? 0) > 0.5),
  );
  const vanished = simulated.map(
    ([name, blocks]) => `${name} ${cellText(asPct(insideFigures(blocks.all(), 0.5, name).catchesEntries))} %`,
  );
  const still = sources.map(
    ([source, blocks]) =>
      `${source} ${cellText(
        pct(
          blocks.map(({ byDrift }) => byDrift.get(0) ?? emptyTally()),
          "wrongly",
          "staleAct",
          "drift 0",
        ),
      )} %`,
  );
  return [
    `**Fresh = made from the newest closed candle.** One candle of age is already too much for a decision (${oneOld.join("; ")}), and the numbers an answer prints are other ones at the next candle (last column). There is no age to choose: no older analysis counts as fresh.`,
    `**The default driftAtr is ${DEFAULT_DRIFT_ATR}; what it is, is an alarm, not a guard.** The smallest bound of the table at which an alarm is right more often than not, at both timeframes, is ${moreOftenRight ?? "none"} ATR. How often an alarm is right, and what share of all changes it catches: ${bounds.join(" | ")}. A tighter bound cries wolf, and at any bound most changes go unseen.`,
    `**What guards a decision inside a candle is the trigger price**, which says exactly from which price on the decision would be another, and, for entries on a real venue, the limit at the asOf price. Distance travelled is a poor stand-in: of the entries that are about to vanish, only ${vanished.join(", ")} have moved by half an ATR or more.`,
    `**Small drift is no licence for age.** Of the older analyses (1–${DRIFT_MAX_AGE} candles) that would act while the price is within a quarter of an ATR, wrong are: ${still.join(", ")}.`,
  ];
}

const shares = (tallies: readonly Tally[], part: keyof Tally, whole: keyof Tally): readonly Share[] =>
  tallies.map((tally) => ({ part: tally[part], whole: tally[whole] }));

const pct = (tallies: readonly Tally[], part: keyof Tally, whole: keyof Tally, name: string): Cell =>
  asPct(ratioEstimate(shares(tallies, part, whole), name));

const REGRET_HEADER = [
  "pairs",
  "decision differs, %",
  "of the moments at which from scratch acts: missed, %",
  "of the moments at which the old one acts: wrongly, %",
  "trend word differs, %",
  "printed RSI or %B differs, %",
] as const;

const regretCells = (tallies: readonly Tally[], name: string): readonly Cell[] => [
  tallies.reduce((sum, tally) => sum + tally.pairs, 0),
  pct(tallies, "differ", "pairs", name),
  pct(tallies, "missed", "act", name),
  pct(tallies, "wrongly", "staleAct", name),
  pct(tallies, "directionDiffers", "pairs", name),
  pct(tallies, "numbersDiffer", "pairs", name),
];

const ageTable = (source: string, blocks: readonly AgeBlock[]): Table => ({
  caption: `Age, ${source} 5m (${blocks.length} ${source === "sim" ? "seeds" : "days"})`,
  header: ["age, candles", ...REGRET_HEADER],
  rows: AGES.map((age) => [
    age,
    ...regretCells(
      blocks.map(({ byAge }) => byAge.get(age) ?? emptyTally()),
      `age ${age}`,
    ),
  ]),
});

const driftTable = (source: string, blocks: readonly AgeBlock[]): Table => ({
  caption: `Price left behind, ages 1–${DRIFT_MAX_AGE} together, ${source} 5m`,
  header: ["distance, ATR", ...REGRET_HEADER],
  rows: [0, ...DRIFTS].map((drift, index) => [
    `${drift}–${DRIFTS[index] ?? "…"}`,
    ...regretCells(
      blocks.map(({ byDrift }) => byDrift.get(drift) ?? emptyTally()),
      `drift ${drift}`,
    ),
  ]),
});

/** What a bound does: how often it fires, how often rightly, and what it catches; null where there is nothing to count. */
function insideFigures(blocks: readonly InsideBlock[], bound: number, name: string) {
  type Count = "moments" | "differ" | "entryGone";
  const count = (above: boolean, of: Count) =>
    blocks.map(({ moments }) =>
      [...moments].reduce((sum, [bin, tally]) => sum + (bin >= bound === above ? tally[of] : 0), 0),
    );
  const all = (of: Count) =>
    blocks.map(({ moments }) => [...moments.values()].reduce((sum, tally) => sum + tally[of], 0));
  const ratio = (part: readonly number[], whole: readonly number[]): Estimate | null =>
    ratioEstimate(
      part.map((value, index) => ({ part: value, whole: whole[index] ?? 0 })),
      `${name} ${bound}`,
    );
  return {
    fires: ratio(count(true, "moments"), all("moments")),
    right: ratio(count(true, "differ"), count(true, "moments")),
    left: ratio(count(false, "differ"), count(false, "moments")),
    catches: ratio(count(true, "differ"), all("differ")),
    catchesEntries: ratio(count(true, "entryGone"), all("entryGone")),
  };
}

function insideTable(name: string, blocks: readonly InsideBlock[]): Table {
  const tallies = blocks.flatMap(({ moments }) => [...moments.values()]);
  const moments = tallies.reduce((sum, tally) => sum + tally.moments, 0);
  const differ = tallies.reduce((sum, tally) => sum + tally.differ, 0);
  return {
    caption: `Inside the candle, ${name}: every minute before the next close, ${moments.toLocaleString("en-US")} moments; a close there would change the decision at ${((differ / moments) * 100).toFixed(2)} % of them`,
    header: [
      "bound, ATR",
      "moments beyond it, %",
      "beyond it the decision would change, %",
      "within it the decision would change, %",
      "share of all changes that the bound catches, %",
      "share of vanished entries that it catches, %",
    ],
    rows: DRIFTS.map((bound) => {
      const figures = insideFigures(blocks, bound, name);
      return [
        bound,
        asPct(figures.fires),
        asPct(figures.right),
        asPct(figures.left),
        asPct(figures.catches),
        asPct(figures.catchesEntries),
      ];
    }),
  };
}

function ageChart(sources: readonly (readonly [string, readonly AgeBlock[]])[]) {
  const point = (blocks: readonly AgeBlock[], age: number, part: keyof Tally, whole: keyof Tally) => {
    const tallies = blocks.map(({ byAge }) => byAge.get(age) ?? emptyTally());
    const estimate = ratioEstimate(shares(tallies, part, whole), `age ${age}`);
    return estimate === null ? [] : [{ x: age, y: estimate.value * 100, lo: estimate.lo * 100, hi: estimate.hi * 100 }];
  };
  return {
    name: "staleness",
    alt: "Share of from-scratch entries and exits that an older analysis misses, by its age",
    svg: lineChart({
      title: "Entries and exits that an older analysis misses",
      xLabel: "age of the analysis, candles (5m)",
      yLabel: "missed, %",
      logX: true,
      series: sources.map(([name, blocks]) => ({
        name,
        points: AGES.flatMap((age) => point(blocks, age, "missed", "act")),
      })),
    }),
  };
}
