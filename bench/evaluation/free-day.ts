// Bench. A skewed day of free-form questions, with and without briefs: what a model is asked while a person waits, and what is asked
// asleep for it. Scripted models unless others are given; all traffic is synthetic, and its skew is an assumption.

import type { ModelChoice } from "#agents/models/select.ts";
import { type AskedDesk, askDesk } from "#desk/answering/ask-desk.ts";
import { createBackgroundQueue } from "#desk/answering/background-queue.ts";
import { createConversations } from "#desk/answering/conversations.ts";
import { runBriefCycle } from "#desk/judgement/brief-cycle.ts";
import { runLiveSlot } from "#desk/run-slot/live-slot.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import type { DeskConfig } from "#schemas/config.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { Answer } from "#schemas/question.ts";
import { DAY_MS, type MarketSymbol, splitSymbol, timeframeMs, unixMs } from "#schemas/units.ts";
import type { LedgerEntry } from "#schemas/work.ts";
import { openStream } from "#toolkits/market/simulated/random.ts";
import { benchConfig } from "../bench-config.ts";
import { openBenchDesk } from "../support/desk.ts";
import { asleep, awake, scriptedChoice } from "../support/scripted-model.ts";
import { DESK_TIMEFRAME, openMarket } from "./eval-desk.ts";
import { SIM_START_MS } from "./histories.ts";
import { drawItems } from "./traffic.ts";

/** Ten ways to ask about a market that no rule understands. */
export const FREE_TEMPLATES: readonly ((name: string) => string)[] = [
  (name) => `What is the bull case and the bear case for ${name}?`,
  (name) => `Tell me what is going on with ${name} in plain words`,
  (name) => `How would you describe the mood in ${name} to a beginner?`,
  (name) => `Lay out the situation of ${name} for a newcomer`,
  (name) => `What speaks for ${name} and what against?`,
  (name) => `Explain the setup in ${name}`,
  (name) => `What would change your view of ${name}?`,
  (name) => `How nervous is ${name}?`,
  (name) => `Which figures matter for ${name}?`,
  (name) => `Put the state of ${name} into words`,
];

export interface FreeDayParts {
  readonly seed: number;
  /** An empty store; the caller closes it. */
  readonly store: Store;
  /** 0: the day without briefs. */
  readonly briefDayTokens: number;
  /** The paper's t. */
  readonly testTimeWeight?: number;
  readonly questions?: number;
  readonly markets?: number;
  /** Zipf's exponent over markets. */
  readonly skew?: number;
  /** Days before it on which the same was asked, so that there is a habit to learn; their tokens count among the losses. */
  readonly daysBefore?: number;
  /** Left out: scripted ones, whose tokens are characters through 4. */
  readonly models?: { readonly asleep: ModelChoice; readonly awake: ModelChoice };
}

export interface FreeDay {
  readonly asked: number;
  readonly preAnswered: number;
  /** Answered by a model that was given a brief. */
  readonly withBrief: number;
  /** Model tokens while a person waited, on the day. */
  readonly testTokens: number;
  /** Model tokens of briefs and answers ahead, on the day and on those before it. */
  readonly sleepTokens: number;
  readonly sleepTokensBefore: number;
  readonly briefs: number;
  readonly answersAhead: number;
  readonly voided: Readonly<Record<string, number>>;
  readonly entries: readonly LedgerEntry[];
}

export async function freeDay(parts: FreeDayParts): Promise<FreeDay> {
  const { seed, store, briefDayTokens, questions = 200, markets = 20, skew = 1, daysBefore = 1 } = parts;
  const market = await openMarket(seed, markets);
  const models = parts.models ?? {
    asleep: scriptedChoice("scripted/asleep", asleep).choice,
    awake: scriptedChoice("scripted/awake", awake).choice,
  };
  const { thinking: defaults } = benchConfig();
  const thinking: DeskConfig["thinking"] = {
    ...defaults,
    briefDayTokens,
    testTimeWeight: parts.testTimeWeight ?? defaults.testTimeWeight,
    dayQuestionTokens: 100_000_000,
  };
  const { desk, clock } = await openBenchDesk({
    venue: {
      ...market,
      markets: new Map((await market.marketData.markets(NEVER_ABORTED)).map((each) => [each.symbol, each])),
    },
    startMs: SIM_START_MS,
    store,
    settings: {
      timeframe: DESK_TIMEFRAME,
      assets: markets,
      thinking,
      model: models.awake.id,
      sleepModel: models.asleep.id,
    },
    sleepModels: async () => [models.asleep],
  });
  const onProblem = (problem: string): never => {
    throw new Error(problem);
  };
  const open: AskedDesk = {
    desk,
    store,
    managerModels: async () => [models.awake],
    background: createBackgroundQueue(onProblem),
    conversations: createConversations(desk, onProblem),
  };
  const answers: { readonly atMs: number; readonly answer: Answer }[] = [];
  const stepMs = timeframeMs(DESK_TIMEFRAME);
  const days = daysBefore + 1;
  const draw = drawItems(market.symbols, { skew, seed });
  const firstBar = briefDayTokens === 0 ? daysBefore * (DAY_MS / stepMs) : 0;
  for (const { atBar, text } of schedule({ seed, days, questions, bars: DAY_MS / stepMs, draw })) {
    // Without briefs nothing is learnt: the days before would cost their tokens and change nothing.
    if (atBar < firstBar) continue;
    if (text === null) {
      const slotMs = unixMs(SIM_START_MS + atBar * stepMs);
      clock.advanceTo(slotMs);
      await runLiveSlot(desk, slotMs, NEVER_ABORTED);
      await runBriefCycle(desk, slotMs, NEVER_ABORTED);
      continue;
    }
    const answer = await askDesk(open, text, NEVER_ABORTED);
    await open.background.settled();
    await desk.shadow.idle();
    answers.push({ atMs: clock.now(), answer });
  }
  const entries = await desk.ledger.entries({}, NEVER_ABORTED);
  return dayOf(entries, answers, SIM_START_MS + daysBefore * DAY_MS);
}

interface Schedule {
  readonly seed: number;
  readonly days: number;
  readonly questions: number;
  /** Of a day. */
  readonly bars: number;
  readonly draw: () => MarketSymbol;
}

/** Bars (text null), each followed by the questions that fall into it. */
function* schedule({
  seed,
  days,
  questions,
  bars,
  draw,
}: Schedule): Iterable<{ readonly atBar: number; readonly text: string | null }> {
  const stream = openStream([seed, "free-day"]);
  for (let day = 0; day < days; day++) {
    const falls = Array.from({ length: questions }, () => Math.floor(stream.uniform() * bars)).sort((a, b) => a - b);
    let next = 0;
    for (let bar = 0; bar < bars; bar++) {
      yield { atBar: day * bars + bar, text: null };
      for (; falls[next] === bar; next++) {
        const template = FREE_TEMPLATES[Math.floor(stream.uniform() * FREE_TEMPLATES.length)];
        if (template !== undefined) yield { atBar: day * bars + bar, text: template(splitSymbol(draw()).base) };
      }
    }
  }
}

function dayOf(
  entries: readonly LedgerEntry[],
  answers: readonly { readonly atMs: number; readonly answer: Answer }[],
  fromMs: number,
): FreeDay {
  const tokens = (of: readonly LedgerEntry[]): number =>
    of.reduce((sum, { work }) => sum + work.inputTokens + work.outputTokens, 0);
  const day = entries.filter(({ atMs }) => atMs >= fromMs);
  const briefs = day.filter(({ job }) => job === "brief");
  const asked = answers.filter(({ atMs }) => atMs >= fromMs).map(({ answer }) => answer);
  const voided: Record<string, number> = {};
  for (const { misses } of briefs)
    for (const [reason, count] of Object.entries(misses)) voided[reason] = (voided[reason] ?? 0) + count;
  return {
    asked: asked.length,
    preAnswered: asked.filter(({ path }) => path === "pre-answered").length,
    withBrief: asked.filter(({ path, topicIds }) => path === "reasoned" && topicIds.length > 0).length,
    testTokens: tokens(day.filter(({ job }) => job === "question")),
    sleepTokens: tokens(briefs),
    sleepTokensBefore: tokens(entries.filter(({ job, atMs }) => job === "brief" && atMs < fromMs)),
    briefs: briefs.reduce((sum, { prepared }) => sum + (prepared?.["brief"] ?? 0), 0),
    answersAhead: briefs.reduce((sum, { prepared }) => sum + (prepared?.["answer"] ?? 0), 0),
    voided,
    entries,
  };
}
