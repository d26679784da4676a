// Bench. Part B, the real desk first: 50 decisions a bar and 10 questions a day, a whole day, with and without sleep. What is
// gained and what is lost, with the sweep counted.
import { forgetful, openEvalDesk, openMarket, saidBy, tick, tickWithoutSleep, unitsOf } from "./eval-desk.ts";
import type { PartOptions } from "./run.ts";
import { bankOf, spentByJob, streamOf } from "./session.ts";
import { type Estimate, meanEstimate } from "./statistics.ts";
import { cellText, type Section } from "./tables.ts";

const ASSETS = 50;
const BARS_A_DAY = 288;
const QUESTIONS_A_DAY = 10;
const DEMAND = { name: "10 a day", skew: 0.8, perBar: QUESTIONS_A_DAY / BARS_A_DAY } as const;

/** One day of one seed; work units. */
interface Day {
  readonly decisions: number;
  readonly questions: number;
  readonly equal: number;
  readonly sweep: number;
  readonly above: number;
  readonly decisionUnits: number;
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
  const desk = await openEvalDesk({ market });
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
      scratchQuestionUnits += unitsOf(scratch.work);
    }
  }
  const spent = spentByJob(await desk.entries());
  const of = (job: Parameters<typeof spent.get>[0]): number => spent.get(job) ?? 0;
  const day: Day = {
    decisions,
    questions,
    equal,
    sweep: of("sleep-cycle"),
    above: of("thinking") + of("relationships") + of("opinion") + of("shadow"),
    decisionUnits: of("decision-cycle"),
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
  const gainOne = gain(1);
  const equal = days.reduce((sum, { sleeping }) => sum + sleeping.equal, 0);
  const asked = days.reduce((sum, { sleeping }) => sum + sleeping.questions, 0);
  const above = mean("above", (s) => s.sleeping.above);
  return {
    id: "B",
    title: "The real desk: 50 decisions a bar, 10 questions a day",
    intro: [
      `One simulated day (${BARS_A_DAY} bars of 5m, ${ASSETS} markets, settle, sweep, decide and think as \`start\` does), ${seeds.length} seeds, ${QUESTIONS_A_DAY} synthetic questions a day (${bankOf.length > 0 ? "single markets, comparisons, all markets, a fifth of them on another timeframe" : ""}). Work units a day.`,
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
        rows: [["test-time work", cut], ...[1, 2, 5, 10].map((t) => [`total work at t = ${t}`, gain(t)] as const)],
      },
    ],
    findings: [
      `Answers equal to the from-scratch ones: ${equal} of ${asked}.`,
      `**Gained:** ${cellText(cut)} times less work while a decision or a person waits. All of it comes from the sweep: the desk decides on every market at every close anyway, so its sleep work is not extra work but the same work, done before it is needed.`,
      `**Lost:** at t = 1 the total is ${cellText(gainOne)} of from scratch over with sleep${gainOne !== null && gainOne.hi < 1 ? ", a small loss: the records are read back once more" : ""}. Whoever pays the same for a unit by day and by night gains nothing from sleep here but time. A desk that decided on fewer markets than it sweeps would lose in proportion.`,
      `Above the sweep, ${cellText(above)} units a day are spent at this traffic.`,
    ],
    charts: [],
  };
}
