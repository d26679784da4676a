// Floor 4. Once a UTC week: dated lessons → at most twenty condensed ones, as a new version. What a model wrote stands only where its text
// passes the fact check and what it rests on is there; how many trades that is, code counts.
import { condense, type WrittenLesson } from "#agents/learning-coordinator/condense.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { type Fact, modelText } from "#schemas/fact.ts";
import { type CondensedLesson, type Lesson, type LessonList, MOST_LESSONS } from "#schemas/lesson.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { DAY_MS, type MarketSymbol, startOfDay, type UnixMs, unixMs } from "#schemas/units.ts";
import { ledgerEntry, WorkTally } from "#schemas/work.ts";
import { checkDraft } from "#toolkits/fact-check/check-draft.ts";
import type { CheckRun } from "#toolkits/fact-check/check-run.ts";
import { referencedIds } from "#toolkits/fact-check/references.ts";
import { checkRunOf } from "../answering/check-run.ts";
import type { Desk } from "../desk.ts";
import type { LessonReport } from "../documents/lesson-report.ts";
import { LESSON_JOB, runJob } from "../run-slot/jobs.ts";
import { type LessonMaterial, lessonMaterial } from "./lesson-facts.ts";
import { datedLessons, keepList, lessonLists } from "./lessons.ts";
import { shownDraft } from "./shown-draft.ts";

/** 1970-01-01 was a Thursday: Monday 00:00 UTC of the week that a time falls on. */
export const startOfWeek = (timeMs: number): UnixMs => {
  const day = startOfDay(timeMs);
  return unixMs(day - ((day / DAY_MS + 3) % 7) * DAY_MS);
};

/** Weeks whose pass was run, of this process: it is not looked up at every slot. */
const weekDone = new WeakMap<Desk["tradeLessons"], UnixMs>();

/** Null where the desk wants none, or the week's pass was run. @throws ModelRunError where a replay misses a call; StoreError */
export async function condenseLessons(desk: Desk, slotMs: UnixMs, { signal }: CallOptions) {
  const { config, sleepModels, tradeLessons } = desk;
  const weekMs = startOfWeek(slotMs);
  if (sleepModels === null || config.thinking.lessonWeekTokens === 0) return null;
  if (weekDone.get(tradeLessons) === weekMs) return null;
  // Whatever it comes to, the week is over with it; only a pass that was ended is taken up again.
  const job = { ...LESSON_JOB, isDone: ({ status }: LessonReport) => status !== "aborted" };
  const report = await runJob(desk, job, { slotMs: weekMs }, () => pass(desk, weekMs, slotMs, signal), NEVER_ABORTED);
  if (report.status !== "aborted") weekDone.set(tradeLessons, weekMs);
  return report.repeated ? null : report;
}

async function pass(desk: Desk, weekMs: UnixMs, slotMs: UnixMs, signal: AbortSignal): Promise<LessonReport> {
  const { config, clock, runId } = desk;
  const writing = NEVER_ABORTED;
  const startedMs = desk.monotonicMs();
  const nowMs = clock.now();
  const lessons = await datedLessons(desk, nowMs, writing);
  const [newest] = await lessonLists(desk, { nowMs, limit: 1 }, writing);
  const version = (newest?.version ?? 0) + 1;
  const nothing = {
    slot: slotMs,
    dated: lessons.length,
    shown: 0,
    lessons: 0,
    version: 0,
    dropped: {},
    repeated: false,
  };
  if (lessons.length <= (newest?.dated ?? 0)) return { ...nothing, status: "nothing-new" };
  const material = lessonMaterial(lessons, shownOf(desk, newest));
  const work = new WorkTally();
  const answer = await condense(
    ((await desk.sleepModels?.()) ?? []).filter(({ id }) => id !== "rules"),
    material.user,
    {
      tally: work,
      maxTokens: Math.max(0, config.thinking.lessonWeekTokens - (await spentSince(desk, weekMs, nowMs))),
      deadlineMs: config.modelTimeoutMs,
      monotonicMs: desk.monotonicMs,
      nowMs,
      signal,
    },
  );
  const isOver = answer.status === "over-budget";
  await desk.ledger.record(
    ledgerEntry({
      atMs: nowMs,
      phase: "sleep",
      job: "lesson",
      work: work.total(),
      ...(isOver ? { overBudget: { lesson: 1 } } : {}),
      durationMs: desk.monotonicMs() - startedMs,
    }),
    writing,
  );
  const { shown } = material;
  if (answer.status !== "given") return { ...nothing, shown, status: answer.status };
  const run = checkRunOf(desk, { language: "en", nowMs, symbols: [...new Set(lessons.map(({ symbol }) => symbol))] });
  const { kept, dropped } = standing(answer.reply.lessons, material, lessons, run);
  if (kept.length === 0) return { ...nothing, shown, dropped, status: "nothing-stands" };
  const { author } = answer;
  const list: LessonList = {
    version,
    runId,
    madeAtMs: nowMs,
    lessons: kept,
    dated: lessons.length,
    shown,
    dropped,
    author,
  };
  await keepList(desk, list);
  return { ...nothing, shown, dropped, status: "given", lessons: kept.length, version };
}

/** Tokens of lessons since the week began, by the ledger: a restart begins no new week. */
async function spentSince({ ledger }: Pick<Desk, "ledger">, weekMs: UnixMs, nowMs: UnixMs): Promise<number> {
  const entries = await ledger.entries({ sinceMs: weekMs }, NEVER_ABORTED);
  return entries
    .filter(({ job, atMs }) => job === "lesson" && atMs <= nowMs)
    .reduce((sum, { work }) => sum + work.inputTokens + work.outputTokens, 0);
}

/** The earlier lessons as they may be read; one that cannot be shown any more is not passed on. */
function shownOf(desk: Desk, list: LessonList | undefined) {
  return (list?.lessons ?? []).flatMap((lesson) => {
    const text = shownLesson(desk, lesson, list?.madeAtMs ?? desk.clock.now());
    return text === null ? [] : [{ ...lesson, text }];
  });
}

/** A condensed lesson's words as a person may read them. */
export const shownLesson = (desk: Pick<Desk, "marketData">, { text, facts }: CondensedLesson, nowMs: UnixMs) =>
  shownDraft(desk, {
    draft: text,
    facts,
    symbols: [...new Set(facts.flatMap(({ market }) => market ?? []))],
    nowMs,
  });

/** What of the reply stands, at most twenty, and what fell by which rule. Pure. */
export function standing(
  written: readonly WrittenLesson[],
  { facts, tradesOf }: Pick<LessonMaterial, "facts" | "tradesOf">,
  lessons: readonly Pick<Lesson, "tradeId" | "symbol" | "strategyId">[],
  run: CheckRun,
): { readonly kept: CondensedLesson[]; readonly dropped: Record<string, number> } {
  const byTrade = new Map(lessons.map((lesson) => [lesson.tradeId, lesson]));
  const kept: CondensedLesson[] = [];
  const dropped: Record<string, number> = {};
  const drop = (why: string) => {
    dropped[why] = (dropped[why] ?? 0) + 1;
  };
  for (const { text, symbol, strategyId, restsOn } of written) {
    const trades = restsOn.map((id) => tradesOf.get(id));
    const ids = [...new Set(trades.flatMap((some) => some ?? []))];
    const isInScope = ids.every((id) => {
      const of = byTrade.get(id);
      return (
        of !== undefined &&
        (symbol === null || of.symbol === symbol) &&
        (strategyId === null || of.strategyId === strategyId)
      );
    });
    const cited = referencedIds(text).map((id) => facts.get(id));
    if (kept.length === MOST_LESSONS) drop("more-than-twenty");
    else if (ids.length === 0 || trades.includes(undefined)) drop("unknown-lesson");
    else if (!isInScope) drop("scope");
    else if (!cited.every((fact): fact is Fact => fact !== null)) drop("unknown-fact");
    else if (checkDraft(modelText(text), cited, { ...run, strictness: "pushed" }).status !== "stands") drop("text");
    else {
      const scope = { symbol: symbol as MarketSymbol | null, strategyId };
      kept.push({ text, facts: cited, scope, restsOn: ids, sampleSize: ids.length });
    }
  }
  return { kept, dropped };
}
