// Floor 4. Lessons in Khala: dated ones, one a closed trade, kept once whatever happens in between; and the versions of the condensed
// list, none of which is ever changed or thinned.

import { NEVER_ABORTED } from "#schemas/abort.ts";
import { briefTopic } from "#schemas/brief.ts";
import { Lesson, LessonList } from "#schemas/lesson.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { DAY_MS, type UnixMs, unixMs } from "#schemas/units.ts";
import type { Desk } from "../desk.ts";
import type { TradeLesson } from "./trade-lessons.ts";

type LessonDesk = Pick<Desk, "runId" | "topics">;
type KeepingDesk = Pick<Desk, "runId" | "topics" | "tradeLessons" | "clock" | "marketData">;

/** They do not expire. */
const VALID_MS = 100 * 365 * DAY_MS;
/** More trades than a run has. */
const ALL = 1_000_000;

/** Trades whose lessons are known to be kept, of this process. */
const keptBy = new WeakMap<Desk["tradeLessons"], Set<string>>();

/** Keeps the lesson of every closed trade that has none yet; how many those were. @throws StoreError */
export async function keepLessons(desk: KeepingDesk): Promise<number> {
  const ended = desk.tradeLessons.ended();
  if (ended.length === 0) return 0;
  let kept = keptBy.get(desk.tradeLessons);
  if (kept === undefined) {
    kept = new Set((await datedLessons(desk, desk.clock.now(), NEVER_ABORTED)).map(({ tradeId }) => tradeId));
    keptBy.set(desk.tradeLessons, kept);
  }
  let count = 0;
  for (const lesson of ended) {
    if (kept.has(lesson.tradeId)) continue;
    await keepLesson(desk, lesson);
    kept.add(lesson.tradeId);
    count += 1;
  }
  return count;
}

/** Dated by the trade's end, not by when it is written down: written twice it is the same record. */
async function keepLesson(desk: KeepingDesk, { expected, ...lesson }: TradeLesson): Promise<void> {
  const { runId, topics } = desk;
  const { tradeId, closedAtMs } = lesson;
  const briefId = expected === null ? null : await briefAt(desk, lesson);
  const body: Lesson = { ...lesson, runId, expected: expected === null ? null : { ...expected, briefId } };
  const validUntilMs = unixMs(closedAtMs + VALID_MS);
  await topics.remember(
    { kind: "lesson", topic: tradeId, body, sources: [], validUntilMs },
    { nowMs: closedAtMs },
    NEVER_ABORTED,
  );
}

/** The brief of the market that was valid when the trade began; null: there was none. */
async function briefAt(
  { topics, marketData }: KeepingDesk,
  { symbol, timeframe, openedAtMs }: Pick<TradeLesson, "symbol" | "timeframe" | "openedAtMs">,
): Promise<string | null> {
  const topic = briefTopic({ of: "market", venueId: marketData.venueId, timeframe, symbol });
  const [brief] = await topics.history("brief", { topic, nowMs: openedAtMs, limit: 1 }, NEVER_ABORTED);
  return brief === undefined || brief.record.validUntilMs <= openedAtMs ? null : brief.record.id;
}

/** Of the run, newest first; what a later version of the desk wrote in another form is left out. */
export async function datedLessons(
  { runId, topics }: LessonDesk,
  nowMs: UnixMs,
  options: CallOptions,
): Promise<readonly Lesson[]> {
  const rows = await topics.history("lesson", { topic: null, nowMs, limit: ALL }, options);
  const lessons = rows.flatMap(({ record }) => Lesson.safeParse(record.body).data ?? []);
  return lessons.filter((lesson) => lesson.runId === runId);
}

/** Versions of the condensed list, newest first. */
export async function lessonLists(
  { runId, topics }: LessonDesk,
  { nowMs, limit }: { readonly nowMs: UnixMs; readonly limit: number },
  options: CallOptions,
): Promise<readonly LessonList[]> {
  const rows = await topics.history("lessons", { topic: runId, nowMs, limit }, options);
  return rows.flatMap(({ record }) => LessonList.safeParse(record.body).data ?? []);
}

export async function keepList({ runId, topics }: LessonDesk, list: LessonList): Promise<void> {
  const validUntilMs = unixMs(list.madeAtMs + VALID_MS);
  await topics.remember(
    { kind: "lessons", topic: runId, body: list, sources: [], validUntilMs },
    { nowMs: list.madeAtMs },
    NEVER_ABORTED,
  );
}
