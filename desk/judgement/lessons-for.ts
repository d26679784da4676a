// Floor 4. A market and a strategy → the condensed lessons that concern them, as facts for briefs and debates. Each says on how many
// trades it rests; its words are a model's, as the fact check shows them.
import type { NewFact } from "#agents/deep-trader-manager/talk/fact-source.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { factsOf } from "../answering/sources/make-facts.ts";
import type { Desk } from "../desk.ts";
import { shownLesson } from "./condense-lessons.ts";
import { lessonLists } from "./lessons.ts";

export interface LessonsAbout {
  readonly symbol: MarketSymbol;
  /** Null: of whatever strategy. */
  readonly strategyId: string | null;
  readonly nowMs: UnixMs;
}

/** Of the newest version; empty where there is none, or none that concerns them. */
export async function lessonsFor(
  desk: Pick<Desk, "runId" | "topics" | "marketData">,
  { symbol, strategyId, nowMs }: LessonsAbout,
  options: CallOptions,
): Promise<readonly NewFact[]> {
  const [list] = await lessonLists(desk, { nowMs, limit: 1 }, options);
  if (list === undefined) return [];
  const concerning = list.lessons.filter(
    ({ scope }) =>
      (scope.symbol === null || scope.symbol === symbol) &&
      (scope.strategyId === null || strategyId === null || scope.strategyId === strategyId),
  );
  return concerning.flatMap((lesson): NewFact[] => {
    const text = shownLesson(desk, lesson, list.madeAtMs);
    if (text === null) return [];
    const { scope, sampleSize } = lesson;
    const recordId = `lessons ${list.version}`;
    const make = factsOf({ asOfMs: list.madeAtMs, recordId, market: scope.symbol, strategyId: scope.strategyId });
    return [
      make.text("reason", text, `lesson from ${sampleSize} closed ${sampleSize === 1 ? "trade" : "trades"}`),
      make.count("count-trades", sampleSize, "closed trades that this lesson rests on"),
    ];
  });
}
