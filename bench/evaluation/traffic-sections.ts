// Bench. Part C: how much work is left while somebody waits, by demand, by sleep level, and beside plain caches.

import { lineChart } from "./charts.ts";
import { runControls } from "./controls.ts";
import {
  DEMANDS,
  FEW,
  LEVELS,
  type Level,
  SESSION_ASSETS,
  SESSION_BARS,
  type SeedSessions,
  UNIFORM,
  WIDE,
  ZIPF,
} from "./seed-sessions.ts";
import { aboveSweep, bankOf, type Demand, type Session, totalUnits } from "./session.ts";
import { type Estimate, meanEstimate, ratioEstimate } from "./statistics.ts";
import { asPct, cellText, type Section } from "./tables.ts";

type Seeds = readonly SeedSessions[];

const over = (seeds: Seeds, name: string, of: (seed: SeedSessions) => number): Estimate | null =>
  meanEstimate(seeds.map(of), name);

const sweepOf = ({ spent }: Session): number => spent.get("sleep-cycle") ?? 0;
const asleep = (session: Session): number => sweepOf(session) + aboveSweep(session);
const perBar = (units: number, { bars }: Session): number => units / bars;
const equalShare = ({ asked }: Session): number => asked.filter(({ equal }) => equal).length / asked.length;
/** From scratch over with sleep, while somebody waits. */
const cutOf = (name: string, sessions: readonly Session[]): Estimate | null =>
  ratioEstimate(
    sessions.map(({ asked }) => ({ part: totalUnits(asked, "scratchUnits"), whole: totalUnits(asked, "units") })),
    name,
  );
/** The same in total, all sleep counted. */
const gainAt = (name: string, sessions: readonly Session[], t: number): Estimate | null =>
  ratioEstimate(
    sessions.map((session) => ({
      part: t * totalUnits(session.asked, "scratchUnits"),
      whole: asleep(session) + t * totalUnits(session.asked, "units"),
    })),
    name,
  );

const setting = (seeds: Seeds): string =>
  `${SESSION_ASSETS} markets, ${SESSION_BARS} bars of 5m, ${seeds.length} seeds, a bank of ${bankOf(seeds[0]?.market ?? fail()).length} questions (eight kinds a market on the desk's 5m, two on 1h, ${SESSION_ASSETS / 2} comparisons, five about all markets). Decisions are left out here: only questions count.`;

const fail = (): never => {
  throw new Error("no seed was run");
};

/** Must hold 1, and what it says without its assumptions. */
export function demandSection(seeds: Seeds): Section {
  const rows = DEMANDS.map((demand) => {
    const sessions = seeds.map((seed) => seed.of(demand, 5));
    const own = (name: string, of: (session: Session) => number) =>
      over(seeds, `${demand.name} ${name}`, (seed) => of(seed.of(demand, 5)));
    const hasQuestions = seeds.every((seed) => seed.of(demand, 5).asked.length > 0);
    const asked = (name: string, of: (session: Session) => number) => (hasQuestions ? own(name, of) : null);
    return [
      demand.name,
      asPct(asked("equal", equalShare)),
      own("scratch", (s) => perBar(totalUnits(s.asked, "scratchUnits"), s)),
      own("test", (s) => perBar(totalUnits(s.asked, "units"), s)),
      hasQuestions ? cutOf(`${demand.name} cut`, sessions) : null,
      own("sweep", (s) => perBar(sweepOf(s), s)),
      own("thinking", (s) => perBar(s.spent.get("thinking") ?? 0, s)),
      own("clusters", (s) => perBar(s.spent.get("relationships") ?? 0, s)),
      own("shadow", (s) => perBar(s.spent.get("shadow") ?? 0, s)),
      ...[1, 2, 10].map((t) => (hasQuestions ? gainAt(`${demand.name} gain ${t}`, sessions, t) : null)),
    ];
  });
  const zipfSessions = seeds.map((seed) => seed.of(ZIPF, 5));
  const zipf = cutOf("must hold cut", zipfSessions);
  const zipfEqual = over(seeds, "must hold equal", (seed) => equalShare(seed.of(ZIPF, 5)));
  const rare = DEMANDS.filter(({ perBar: n }) => n < 1).map((demand) =>
    Math.max(...seeds.map((seed) => seed.of(demand, 5).spent.get("thinking") ?? 0)),
  );
  const uniformEqual = over(seeds, "uniform equal", (seed) => equalShare(seed.of(UNIFORM, 5)));
  const uniformCut = cutOf(
    "uniform cut",
    seeds.map((seed) => seed.of(UNIFORM, 5)),
  );
  const shadow = over(seeds, "zipf shadow", (seed) =>
    perBar(seed.of(ZIPF, 5).spent.get("shadow") ?? 0, seed.of(ZIPF, 5)),
  );
  const answers = over(seeds, "zipf answers", (seed) =>
    perBar(totalUnits(seed.of(ZIPF, 5).asked, "units"), seed.of(ZIPF, 5)),
  );
  const zipfOne = gainAt("zipf gain", zipfSessions, 1);
  const fewOne = gainAt(
    "few gain",
    seeds.map((seed) => seed.of(FEW, 5)),
    1,
  );
  return {
    id: "C1",
    title: "Demand: skewed, uniform, rare",
    intro: [
      `${setting(seeds)} Work units a bar; gains are total work from scratch over total work with sleep, all sleep counted.`,
    ],
    tables: [
      {
        caption: "Level 5, by demand",
        header: [
          "synthetic questions",
          "equal answers, %",
          "from scratch",
          "with sleep, test time",
          "× less while waiting",
          "asleep: sweep",
          "asleep: thinking",
          "asleep: clusters",
          "asleep: shadow checks",
          "total gain t=1",
          "t=2",
          "t=10",
        ],
        rows,
      },
    ],
    findings: [
      `Zipf 1.2, 20 questions a bar: ${cellText(zipf)} times less work while somebody waits, ${cellText(asPct(zipfEqual))} % of the answers equal. The bound to hold is 5 times at 100 %: ${holds(zipf !== null && zipf.lo >= 5 && zipfEqual?.lo === 1)}.`,
      `At 10 uniform questions a day thinking above the sweep spends at most ${Math.max(...rare)} units in any seed: ${holds(Math.max(...rare) === 0)}. Clusters (for the risk gate) and shadow checks are not bought for questions and are shown beside it.`,
      `Skew is not what makes the cut: uniform questions take ${cellText(uniformCut)} times less as well (equal: ${cellText(asPct(uniformEqual))} %), since the sweep answers most of them. Skew decides only what lies above the sweep.`,
      `Shadow checks spend ${cellText(shadow)} units a bar with Zipf's questions, all answers together ${cellText(answers)}: the guard costs more than what it guards. It is asleep, and DEEPTRADER_SHADOW_EVERY thins it, but it is not small.`,
      "Total gains below 1 are losses: where few ask, the sweep alone costs more than answering from scratch. The desk sweeps for its decisions (part B); who wants only answers at this traffic should not sleep.",
    ],
    headlines: [
      `**Questions alone** (Zipf 1.2, 20 a bar): ${cellText(zipf)} times less work while somebody waits, ${cellText(asPct(zipfEqual))} % of the answers equal; but in total, all sleep counted, from scratch over sleep is ${cellText(zipfOne)} at t = 1. With 2 uniform questions a bar it is ${cellText(fewOne)}: sleep costs several times what it saves.`,
    ],
    charts: [],
  };
}

const holds = (yes: boolean): string => (yes ? "**holds**" : "**does not hold**");

/** Sleep scaling: what each level adds. */
export function levelSection(seeds: Seeds): Section {
  const at = (level: (typeof LEVELS)[number], name: string, of: (session: Session) => number) =>
    over(seeds, `level ${level} ${name}`, (seed) => of(seed.of(ZIPF, level)));
  const perQuestion = ({ asked }: Session): number => totalUnits(asked, "units") / asked.length;
  const totals = LEVELS.map((level) => ({
    level,
    one: at(level, "total", (s) => perBar(asleep(s) + totalUnits(s.asked, "units"), s)),
    two: at(level, "total 2", (s) => perBar(asleep(s) + 2 * totalUnits(s.asked, "units"), s)),
    question: at(level, "question", perQuestion),
  }));
  const best = (of: "one" | "two") =>
    totals.reduce((a, b) => ((b[of]?.value ?? Infinity) < (a[of]?.value ?? Infinity) ? b : a)).level;
  const step = (from: (typeof LEVELS)[number], to: (typeof LEVELS)[number]) =>
    ratioEstimate(
      seeds.map((seed) => ({
        part: totalUnits(seed.of(ZIPF, from).asked, "units"),
        whole: totalUnits(seed.of(ZIPF, to).asked, "units"),
      })),
      `step ${from} ${to}`,
    );
  const wide = (level: 2 | 4 | 5) => over(seeds, `wide ${level}`, (seed) => perQuestion(seed.of(WIDE, level)));
  const wideAbove = (level: 2 | 4 | 5) =>
    over(seeds, `wide above ${level}`, (seed) => {
      const session = seed.of(WIDE, level);
      return perBar(session.spent.get("thinking") ?? 0, session);
    });
  /** What a level spends above the one below it, asleep, and what it spares awake; units a bar. Clusters and checks are of both alike. */
  const stepOf = (demand: Demand, from: Level, to: Level) => {
    const bar = (seed: SeedSessions, level: Level, of: (session: Session) => number): number =>
      perBar(of(seed.of(demand, level)), seed.of(demand, level));
    const awake = (session: Session): number => totalUnits(session.asked, "units");
    const thought = (session: Session): number => session.spent.get("thinking") ?? 0;
    const spent = (seed: SeedSessions): number => bar(seed, to, thought) - bar(seed, from, thought);
    const spared = (seed: SeedSessions): number => bar(seed, from, awake) - bar(seed, to, awake);
    const net = (t: number) =>
      over(seeds, `${demand.name} ${from} ${to} ${t}`, (seed) => t * spared(seed) - spent(seed));
    return {
      demand,
      to,
      spent: over(seeds, `${demand.name} ${to} spent`, spent),
      spared: over(seeds, `${demand.name} ${to} spared`, spared),
      net: [1, 2, 10].map(net),
      paid: seeds.filter((seed) => 2 * spared(seed) > spent(seed)).length,
    };
  };
  const steps = [ZIPF, WIDE].flatMap((demand) => [stepOf(demand, 2, 3), stepOf(demand, 3, 4), stepOf(demand, 4, 5)]);
  const names = {
    0: "0: no sleep, memory of what was asked",
    2: "1–2: the sweep (indicators and security come together)",
    3: "3: + markets on other timeframes",
    4: "4: + digests of all markets",
    5: "5: + pre-answers",
  } as const;
  return {
    id: "C2",
    title: "Sleep levels",
    intro: [`The stream of C1 with Zipf 1.2 at every level. ${setting(seeds)}`],
    tables: [
      {
        caption: "Work units",
        header: [
          "level",
          "equal answers, %",
          "a question, test time",
          "asleep a bar",
          "total a bar, t=1",
          "total a bar, t=2",
        ],
        rows: totals.map(({ level, one, two, question }) => [
          names[level],
          asPct(at(level, "equal", equalShare)),
          question,
          at(level, "asleep", (s) => perBar(asleep(s), s)),
          one,
          two,
        ]),
      },
      {
        caption:
          "Each level against the one below it, work units a bar: spared awake times t, less what it spends asleep",
        header: [
          "synthetic questions",
          "level",
          "spends asleep",
          "spares awake",
          "t=1",
          "t=2",
          "t=10",
          "seeds in which it paid at t=2",
        ],
        rows: steps.map((step) => [
          step.demand.name,
          names[step.to],
          step.spent,
          step.spared,
          ...step.net,
          `${step.paid} of ${seeds.length}`,
        ]),
      },
    ],
    findings: [
      `${judgement(steps)} What never paid in any row would go (ADR 0045). Levels cost arithmetic only; what a model makes ahead is judged in M.`,
      `A memory of what was asked, turned into a sweep, takes ${cellText(step(0, 2))} times less a question; the sweep, turned into level 5, ${cellText(step(2, 5))} times less.`,
      `Least total work: level ${best("one")} at t = 1, level ${best("two")} at t = 2 (the desk's default weight).`,
      `Where only two or all markets are asked about, digests and pre-answers are used: ${cellText(wide(2))} units a question with the sweep, ${cellText(wide(4))} with digests, ${cellText(wide(5))} with pre-answers too; thinking asleep ${cellText(wideAbove(2))}, ${cellText(wideAbove(4))} and ${cellText(wideAbove(5))} a bar.`,
      "Levels 1 and 2 are one in this product: an analysis is made with its security report or not at all. Digests of single assets are never made: they are read as one record, as the analysis is, and save nothing.",
    ],
    headlines: [
      `**Levels:** nearly all of the gain is the sweep; digests and pre-answers matter only where two or all markets are asked about often. Least total work at t = 1: level ${best("one")}.`,
    ],
    charts: [
      {
        name: "levels",
        alt: "Work while waiting and in total, by sleep level",
        svg: lineChart({
          title: "Work by sleep level (Zipf 1.2, 20 synthetic questions a bar)",
          xLabel: "sleep level",
          yLabel: "work units a bar",
          series: [
            {
              name: "while somebody waits",
              points: LEVELS.flatMap((level) =>
                pointOf(
                  level,
                  at(level, "bar", (s) => perBar(totalUnits(s.asked, "units"), s)),
                ),
              ),
            },
            { name: "total, t = 1", points: totals.flatMap(({ level, one }) => pointOf(level, one)) },
            { name: "total, t = 2", points: totals.flatMap(({ level, two }) => pointOf(level, two)) },
          ],
        }),
      },
    ],
  };
}

/** Of each level above the sweep: where it paid at the desk's own weight, if anywhere. */
function judgement(steps: readonly { readonly demand: Demand; readonly to: Level; readonly paid: number }[]): string {
  const levels = [...new Set(steps.map(({ to }) => to))];
  return levels
    .map((level) => {
      const paid = steps.filter(({ to, paid: times }) => to === level && times > 0);
      const where = paid.map(({ demand, paid: times }) => `${demand.name} (${times} seeds)`).join(", ");
      return `Level ${level} ${paid.length === 0 ? "never paid" : `paid at t = 2 with ${where}`}.`;
    })
    .join(" ");
}

const pointOf = (x: number, estimate: Estimate | null) =>
  estimate === null ? [] : [{ x, y: estimate.value, lo: estimate.lo, hi: estimate.hi }];

/** Plain caches of the same size, without prediction, and with stale answers allowed. */
export function controlSection(seeds: Seeds): Section {
  const results = seeds.map((seed) => runControls(seed.of(ZIPF, 5)));
  const names = results[0]?.map(({ name }) => name) ?? [];
  const cell = (name: string, of: "cut" | "equal" | "unitsPerQuestion") =>
    meanEstimate(
      results.map((rows) => rows.find((row) => row.name === name)?.[of] ?? Number.NaN),
      `${name} ${of}`,
    );
  const desk = (level: 2 | 5) => [
    level === 2 ? "this desk, sweep only" : "this desk, level 5",
    asPct(over(seeds, `desk equal ${level}`, (seed) => equalShare(seed.of(ZIPF, level)))),
    over(
      seeds,
      `desk units ${level}`,
      (seed) => totalUnits(seed.of(ZIPF, level).asked, "units") / seed.of(ZIPF, level).asked.length,
    ),
    cutOf(
      `desk cut ${level}`,
      seeds.map((seed) => seed.of(ZIPF, level)),
    ),
  ];
  return {
    id: "C3",
    title: "Controls: caches without sleep",
    intro: [
      "The same questions answered by caches that are filled by demand only; a hit costs one record, a miss the from-scratch work. Equal means here: the same text but for its time line, which is generous to stale answers. Size: as many entries as this desk has made ahead a bar (analyses, digests and pre-answers).",
      "pass@k needs drafts that differ; rules give the same answer every time, so k drafts from scratch are one. The analogue: the k newest stale answers to the very same question, and an oracle that picks a right one if there is any, free of charge. No product has such an oracle.",
    ],
    tables: [
      {
        caption: "Zipf 1.2, 20 a bar",
        header: ["", "equal answers, %", "units a question, test time", "× less than from scratch"],
        rows: [
          desk(5),
          desk(2),
          ...names.map((name) => [name, asPct(cell(name, "equal")), cell(name, "unitsPerQuestion"), cell(name, "cut")]),
        ],
      },
    ],
    findings: [
      "A cache that keeps the same rule of freshness gives right answers and saves only what is asked twice within a bar. Caches that serve old answers save more and are wrong as often as the table says: what is right of theirs is mostly what was asked within the same bar, or token security, which a bar does not change.",
      "The sweep is not a better cache; it is breadth: the first question about a market in a bar is a hit as well.",
    ],
    headlines: [],
    charts: [],
  };
}
