// Bench. Part C, a row that can lose: everything prepared is wrong by one number from some bar on. How many wrong answers go out
// until the shadow check stops their kind?
import { MarketDigest, marketTopic } from "#agents/deep-trader-manager/answers/distil.ts";
import { PreparedAnswer } from "#agents/deep-trader-manager/answers/prepared.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { QuarantineKind } from "#schemas/question.ts";
import { barStartMs, DESK_TIMEFRAME, type EvalDesk, openMarket } from "./eval-desk.ts";
import { SESSION_ASSETS, WIDE } from "./seed-sessions.ts";
import { Oracle, runSession } from "./session.ts";
import { meanEstimate } from "./statistics.ts";
import { cellText, type Section } from "./tables.ts";

const BARS = 24;
const FROM_BAR = 4;

/** The last digit of a text becomes the next one. */
const wrongBy1 = (text: string): string => text.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10));

/** As a bug in whatever prepares would: the record is sound, what it says is not. */
async function corrupt({ desk }: EvalDesk): Promise<void> {
  const at = { nowMs: desk.clock.now() };
  const rewrite = async (kind: "answer" | "digest", topic: string, change: (body: unknown) => unknown) => {
    const found = await desk.topics.recall(kind, topic, at, NEVER_ABORTED);
    if (found.status !== "fresh") return;
    const { record } = found;
    const body = JSON.parse(JSON.stringify(change(record.body)));
    const { validUntilMs } = record;
    await desk.topics.remember({ kind, topic, body, sources: [record], validUntilMs }, at, NEVER_ABORTED);
  };
  const answers = await desk.topics.history("answer", { topic: null, ...at, limit: 500 }, NEVER_ABORTED);
  for (const topic of new Set(answers.map(({ record }) => record.topic))) {
    await rewrite("answer", topic, (body) => {
      const prepared = PreparedAnswer.parse(body);
      return { ...prepared, text: wrongBy1(prepared.text) };
    });
  }
  const place = { timeframe: DESK_TIMEFRAME, venueId: desk.marketData.venueId };
  await rewrite("digest", marketTopic(place, desk.hosts), (body) => {
    const digest = MarketDigest.parse(body);
    const breadth = { ...digest.breadth, up: digest.breadth.up + 1 };
    const worse = <Row extends { rsiWilder: number }>(row: Row): Row => ({ ...row, rsiWilder: row.rsiWilder / 2 });
    return { ...digest, breadth, lowestRsi: digest.lowestRsi.map(worse), highestRsi: digest.highestRsi.map(worse) };
  });
}

interface SeedResult {
  readonly wrong: number;
  readonly servedPrepared: number;
  readonly kindsWrong: number;
  readonly kindsStopped: number;
  /** Wrong answers that went out before their kind was first stopped, and those after it was let go again. */
  readonly beforeStop: number;
  readonly afterLift: number;
  /** The most that one and the same question was answered wrongly before the first stop. */
  readonly worst: number;
  readonly soundKindsStopped: number;
}

type Fault = "lasting" | "once";

async function runSeed(seed: number, fault: Fault): Promise<SeedResult> {
  const market = await openMarket(seed, SESSION_ASSETS);
  const session = await runSession({
    market,
    demand: WIDE,
    bars: BARS,
    oracle: new Oracle(),
    async beforeQuestions(desk, bar) {
      if (fault === "lasting" ? bar >= FROM_BAR : bar === FROM_BAR) await corrupt(desk);
    },
  });
  const stoppedAtMs = firstStops(session.events);
  const wrong = session.asked.filter(({ equal }) => !equal);
  // Wrong ones of the bar in which the kind was stopped went out before that: afterwards it was answered from analyses.
  const early = wrong.filter(
    ({ bar, item }) => barStartMs(bar) <= (stoppedAtMs.get(item.kind) ?? Number.POSITIVE_INFINITY),
  );
  const byText = new Map<string, number>();
  for (const { item } of early) byText.set(item.text, (byText.get(item.text) ?? 0) + 1);
  const kindsWrong: ReadonlySet<QuarantineKind> = new Set(wrong.map(({ item }) => item.kind));
  return {
    wrong: wrong.length,
    servedPrepared: session.asked.filter(({ path }) => path === "pre-answered" || path === "distilled").length,
    kindsWrong: kindsWrong.size,
    kindsStopped: [...kindsWrong].filter((kind) => stoppedAtMs.has(kind)).length,
    beforeStop: early.length,
    afterLift: wrong.length - early.length,
    worst: Math.max(0, ...byText.values()),
    soundKindsStopped: [...stoppedAtMs.keys()].filter((kind) => !kindsWrong.has(kind)).length,
  };
}

/** When each kind was first put under quarantine, by the journal. */
function firstStops(events: readonly JournalEvent[]): ReadonlyMap<QuarantineKind, number> {
  const stops = new Map<QuarantineKind, number>();
  for (const event of events) {
    if (event.type === "quarantine" && event.state === "begun" && !stops.has(event.kind))
      stops.set(event.kind, event.atMs);
  }
  return stops;
}

export async function corruptionSection(options: {
  readonly seeds: readonly number[];
  readonly progress: (text: string) => void;
}): Promise<Section> {
  const results: Record<Fault, SeedResult[]> = { lasting: [], once: [] };
  for (const seed of options.seeds) {
    options.progress(`C corruption: seed ${seed}`);
    for (const fault of ["lasting", "once"] as const) results[fault].push(await runSeed(seed, fault));
  }
  const of = (fault: Fault, name: keyof SeedResult) =>
    meanEstimate(
      results[fault].map((result) => result[name]),
      `${fault} ${name}`,
    );
  const worst = Math.max(...results.lasting.map((result) => result.worst));
  const row = (title: string, name: keyof SeedResult) => [title, of("lasting", name), of("once", name)];
  return {
    id: "C8",
    title: "Corrupt entries: what is served wrong until it is stopped",
    intro: [
      `${WIDE.name}, ${BARS} bars; from bar ${FROM_BAR} on (or in that bar alone) every pre-answer and the digest of all markets say one number wrongly. The shadow check looks at one hit in 20 of each question (the default). ${options.seeds.length} seeds, ${WIDE.perBar * BARS} questions each.`,
    ],
    tables: [
      {
        caption: "A seed",
        header: ["", "fault at every bar", "fault in one bar"],
        rows: [
          row("served from what was prepared", "servedPrepared"),
          row("wrong answers", "wrong"),
          row("… before their kind was stopped", "beforeStop"),
          row("… after it was let go again", "afterLift"),
          row("kinds that gave wrong answers", "kindsWrong"),
          row("… of them stopped", "kindsStopped"),
          row("kinds stopped without a wrong answer", "soundKindsStopped"),
        ],
      },
    ],
    findings: [
      `**This row loses:** a lasting fault in what is prepared gave ${cellText(of("lasting", "wrong"))} wrong answers a seed; from scratch there would have been none. Before the first stop no question was answered wrongly more than ${worst} times (one hit in 20 of each question is checked, however it was served: at most 20 where every hit is wrong, more where a check happens to fall on an answer made from analyses in between).`,
      `A quarantine ends after 20 clean checks of answers made from analyses. Those say nothing about whatever prepares; so after it each prepared answer is checked until 20 have agreed. Where what prepares is still broken, some go out wrong once more before the kind is stopped again (${cellText(of("lasting", "afterLift"))} a seed).`,
      "A wrong entry that is not made anew lives for one candle at most, whatever the check does; what the check is for is a fault that repeats itself.",
    ],
    headlines: [
      `**Corruption:** a lasting fault in what is prepared gives ${cellText(of("lasting", "wrong"))} wrong answers in ${WIDE.perBar * BARS}; from scratch none. The shadow check stops it at about its sampling rate; of the wrong answers ${cellText(of("lasting", "afterLift"))} come after it let go, before it stops it again.`,
    ],
    charts: [],
  };
}
