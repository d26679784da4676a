// Bench. Part B, the real desk first: 50 decisions a bar and 10 questions a day, a whole day, with and without sleep. What is
// gained and what is lost, with the sweep counted.

import { NO_WORK, WORK_WEIGHTS, workUnits } from "#schemas/work.ts";
import { openEvalDesk, openMarket, saidBy, sumWork, tick, tickWithoutSleep } from "./eval-desk.ts";
import { forgetful } from "./forgetful-desk.ts";
import { spentByJob, streamOf } from "./session.ts";
import { type Estimate, meanEstimate } from "./statistics.ts";
import { cellText, type PartOptions, type Section } from "./tables.ts";

const ASSETS = 50;
const BARS_A_DAY = 288;
const MINUTES_A_DAY = 1440;
const QUESTIONS_A_DAY = 10;
const DEMAND = { name: "10 a day", skew: 0, perBar: QUESTIONS_A_DAY / BARS_A_DAY } as const;

/** One day of one seed; work units. */
interface Day {
  readonly decisions: number;
  readonly questions: number;
  readonly equal: number;
  readonly sweep: number;
  /** Everything asleep but the sweep; three parts of it by name. */
  readonly above: number;
  readonly thinking: number;
  readonly shadow: number;
  readonly clusters: number;
  readonly decisionUnits: number;
  /** Of them, reads of records: a desk without a memory has none. */
  readonly decisionReads: number;
  readonly questionUnits: number;
}

interface SeedDays {
  readonly sleeping: Day;
  /** Remembers what it had to make, and sleeps never. */
  readonly waking: Day;
  /** Questions of a desk that has no memory at all. */
  readonly scratchQuestionUnits: number;
}

async function runDay(seed: number, sleeps: boolean) {
  const market = await openMarket(seed, ASSETS);
  await using desk = await openEvalDesk({ market });
  const bare = forgetful(desk);
  let [decisions, questions, equal, scratchQuestionUnits] = [0, 0, 0, 0];
  for (const [bar, items] of streamOf({ market, demand: DEMAND, bars: BARS_A_DAY }).entries()) {
    const slotMs = desk.toBar(bar);
    if (sleeps) await tick(desk, slotMs);
    else await tickWithoutSleep(desk, slotMs);
    decisions += ASSETS;
    for (const { text } of items) {
      const scratch = await bare.ask(text);
      const answer = await desk.ask(text);
      questions += 1;
      if (saidBy(answer) === saidBy(scratch)) equal += 1;
      scratchQuestionUnits += workUnits(scratch.work);
    }
  }
  const entries = await desk.entries();
  const spent = spentByJob(entries);
  const reads = entries
    .filter(({ job }) => job === "decision-cycle")
    .map(({ work }) => ({ ...NO_WORK, recordsRead: work.recordsRead }));
  const of = (job: Parameters<typeof spent.get>[0]): number => spent.get(job) ?? 0;
  const day: Day = {
    decisions,
    questions,
    equal,
    sweep: of("sleep-cycle"),
    above: of("thinking") + of("relationships") + of("debate") + of("brief") + of("plan") + of("lesson") + of("shadow"),
    thinking: of("thinking"),
    shadow: of("shadow"),
    clusters: of("relationships"),
    decisionUnits: of("decision-cycle"),
    decisionReads: workUnits(sumWork(reads)),
    questionUnits: of("question"),
  };
  return { day, scratchQuestionUnits };
}

async function runSeed(seed: number): Promise<SeedDays> {
  const sleeping = await runDay(seed, true);
  const waking = await runDay(seed, false);
  return { sleeping: sleeping.day, waking: waking.day, scratchQuestionUnits: sleeping.scratchQuestionUnits };
}

export async function realDeskSection({ seeds, progress }: PartOptions): Promise<Section> {
  const days: SeedDays[] = [];
  for (const seed of seeds) {
    progress(`B real desk: seed ${seed}`);
    days.push(await runSeed(seed));
  }
  const mean = (name: string, of: (seed: SeedDays) => number): Estimate | null => meanEstimate(days.map(of), name);
  const test = ({ decisionUnits, questionUnits }: Day): number => decisionUnits + questionUnits;
  const total = (day: Day, t: number): number => day.sweep + day.above + t * test(day);
  const scratchDay = ({ waking, scratchQuestionUnits }: SeedDays): Day => ({
    ...waking,
    decisionUnits: waking.decisionUnits - waking.decisionReads,
    questionUnits: scratchQuestionUnits,
  });
  const row = (name: string, of: (seed: SeedDays) => Day) => [
    name,
    mean("sleep sweep", (s) => of(s).sweep),
    mean("above", (s) => of(s).above),
    mean("decisions", (s) => of(s).decisionUnits),
    mean("questions", (s) => of(s).questionUnits),
    mean("total t=1", (s) => total(of(s), 1)),
  ];
  const gain = (t: number) => mean(`gain ${t}`, (s) => total(scratchDay(s), t) / total(s.sleeping, t));
  const cut = mean("cut", (s) => test(scratchDay(s)) / test(s.sleeping));
  const equal = days.reduce((sum, { sleeping }) => sum + sleeping.equal, 0);
  const asked = days.reduce((sum, { sleeping }) => sum + sleeping.questions, 0);
  return {
    id: "B",
    title: "The real desk: 50 decisions a bar, 10 questions a day",
    intro: [
      `One simulated day (${BARS_A_DAY} bars of 5m, ${ASSETS} markets, settle, sweep, decide and think as \`start\` does), ${seeds.length} seeds, ${QUESTIONS_A_DAY} synthetic questions a day (uniform over single markets, comparisons and all markets; a fifth on another timeframe). Work units a day.`,
    ],
    tables: [
      {
        caption: "Work units a day, t = 1",
        header: [
          "",
          "asleep: sweep",
          "asleep: above the sweep",
          "decisions, test time",
          "questions, test time",
          "total",
        ],
        rows: [
          row("with sleep", ({ sleeping }) => sleeping),
          row("Khala without sleep", ({ waking }) => waking),
          row("from scratch (no Khala)", scratchDay),
        ],
      },
      {
        caption: "From scratch over with sleep (above 1: sleep wins)",
        header: ["", "ratio"],
        rows: [
          ["test-time work", cut],
          ["total work at t = 1", fine(gain(1))],
          ...[2, 5, 10].map((t) => [`total work at t = ${t}`, gain(t)] as const),
        ],
      },
    ],
    findings: [
      `Answers equal to the from-scratch ones: ${equal} of ${asked}.`,
      `**Gained:** ${cellText(cut)} times less work while a decision or a person waits. All but a trifle of it are decisions: the desk decides on every market at every close anyway, so its sweep is not extra work but the same work, done before it is needed. Ten questions a day do not show.`,
      `**Lost:** at t = 1 the total from scratch is ${fine(gain(1))} of the total with sleep: ${gainBelow(gain(1)) ? "a loss, since every record is written once and read back once" : "no loss"}. Whoever pays the same for a unit asleep and awake gains nothing here but time. A desk that decided on fewer markets than it sweeps would pay for the rest in vain.`,
      `Above the sweep: thinking spends ${cellText(mean("thinking", (s) => s.sleeping.thinking))} units a day at this traffic (uniform and low: the value gate should make nothing), shadow checks ${cellText(mean("shadow", (s) => s.sleeping.shadow))}, clusters for the risk gate ${cellText(mean("clusters", (s) => s.sleeping.clusters))}, which a desk without sleep has to make as well.`,
      `Not in here: on a real venue the desk polls prices between slots, at most one call a minute (${cellText(MINUTES_A_DAY * WORK_WEIGHTS.providerCalls)} units a day); a simulated desk does not poll.`,
    ],
    charts: [],
    headlines: [
      `**The real desk** (50 decisions a bar, 10 questions a day): ${cellText(cut)} times less work while something waits; total work at t = 1 is ${fine(gain(1))} of that from scratch over that with sleep${gainBelow(gain(1)) ? ", a small loss" : ""}. Sleep buys time here, not work. Thinking above the sweep: ${cellText(mean("thinking", (s) => s.sleeping.thinking))} units.`,
    ],
  };
}

/** Four decimals: near 1 the third digit counts. */
const fine = (estimate: Estimate | null): string =>
  estimate === null ? "–" : `${estimate.value.toFixed(4)} (${estimate.lo.toFixed(4)}–${estimate.hi.toFixed(4)})`;

const gainBelow = (estimate: Estimate | null): boolean => estimate !== null && estimate.hi < 1;
