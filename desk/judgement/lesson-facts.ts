// Floor 4. Dated lessons and the earlier list → what a model is shown of them: facts by trade, figures over many, and the earlier
// lessons as they stand. Short ids (`l3`, `k2`) stand for records; code knows which. Pure.

import type { NewFact } from "#agents/deep-trader-manager/talk/fact-source.ts";
import { FactTable, factLines } from "#agents/deep-trader-manager/talk/fact-table.ts";
import type { CondensedLesson, Lesson } from "#schemas/lesson.ts";
import { plainLine } from "#schemas/plain-line.ts";
import { splitSymbol, toIso } from "#schemas/units.ts";
import { factsOf, marketFactsOf } from "../answering/sources/make-facts.ts";

/** Newest trades shown one by one; all of them are in the figures. */
export const MOST_SHOWN = 40;

/** An earlier lesson, and its text as it may be shown. */
export interface EarlierLesson extends Pick<CondensedLesson, "scope" | "restsOn" | "sampleSize"> {
  readonly text: string;
}

export interface LessonMaterial {
  readonly facts: FactTable;
  /** What the model reads. */
  readonly user: string;
  /** Short id → the trades that it stands for. */
  readonly tradesOf: ReadonlyMap<string, readonly string[]>;
  readonly shown: number;
}

/** @param lessons newest first */
export function lessonMaterial(lessons: readonly Lesson[], earlier: readonly EarlierLesson[]): LessonMaterial {
  const facts = new FactTable();
  const tradesOf = new Map<string, readonly string[]>();
  const shown = lessons.slice(0, MOST_SHOWN);
  const trades = shown.map((lesson, at) => {
    const id = `l${at + 1}`;
    tradesOf.set(id, [lesson.tradeId]);
    const { symbol, strategyId, closedAtMs } = lesson;
    const lines = factLines(facts.add(tradeFacts(lesson)));
    return `${id}: ${symbol}, ${strategyId}, ended ${toIso(closedAtMs)}\n${lines}`;
  });
  const figures = factLines(facts.add(figuresOf(lessons)));
  const before = earlier.map(({ text, scope, restsOn, sampleSize }, at) => {
    const id = `k${at + 1}`;
    tradesOf.set(id, restsOn);
    return `${id}: ${scope.symbol ?? "all markets"}, ${scope.strategyId ?? "all strategies"}, ${sampleSize} trades: ${JSON.stringify(text)}`;
  });
  const user = [
    `Closed trades, newest first:\n\n${trades.join("\n\n")}`,
    `Figures over all ${lessons.length} closed trades:\n${figures}`,
    before.length === 0 ? "There are no earlier lessons." : `Earlier lessons:\n${before.join("\n")}`,
  ].join("\n\n");
  return { facts, user, tradesOf, shown: shown.length };
}

function tradeFacts({ tradeId, symbol, strategyId, closedAtMs, expected, came }: Lesson): NewFact[] {
  const make = marketFactsOf(symbol, { asOfMs: closedAtMs, recordId: `lesson ${tradeId}`, strategyId });
  const debate = expected?.debate ?? null;
  return [
    make.pct("pnl", came.returnPct, "result of the trade in percent of what was paid"),
    make.money("pnl", came.pnl, splitSymbol(symbol).quote, "result of the trade after fees"),
    ...(came.rMultiple === null
      ? []
      : [make.ratio("statistic", came.rMultiple, "result in units of the loss at its first stop")]),
    make.duration("duration", came.heldMs, "held for"),
    make.text("reason", came.exitRole, "how it was left"),
    ...(expected === null
      ? []
      : [
          make.ratio("statistic", expected.strength, "strength of its signal"),
          make.text("reason", JSON.stringify(plainLine(expected.reason)), "why it was entered"),
        ]),
    ...(debate === null ? [] : [make.text("reason", debate.verdict, "verdict of the debate before its entry")]),
    ...(debate?.probability == null
      ? []
      : [make.ratio("probability", debate.probability, "probability that the debate gave it")]),
  ];
}

/** Of all trades, of each strategy and of each market: how many, how many gained, the mean. */
function figuresOf(lessons: readonly Lesson[]): NewFact[] {
  const asOfMs = lessons[0]?.closedAtMs ?? null;
  const over = (some: readonly Lesson[], of: Partial<NewFact>, what: string): NewFact[] => {
    const make = factsOf({ asOfMs, recordId: "lessons", ...of });
    const won = some.filter(({ came }) => came.returnPct > 0).length;
    const mean = some.reduce((sum, { came }) => sum + came.returnPct, 0) / some.length;
    return [
      make.count("count-trades", some.length, `closed trades${what}`),
      make.pct("win-rate", (100 * won) / some.length, `win rate${what}`),
      make.pct("statistic", mean, `mean result${what}`),
    ];
  };
  if (lessons.length === 0) return [];
  const byStrategy = [...Map.groupBy(lessons, ({ strategyId }) => strategyId)];
  const byMarket = [...Map.groupBy(lessons, ({ symbol }) => symbol)].filter(([, some]) => some.length > 1);
  return [
    ...over(lessons, {}, ""),
    ...byStrategy.flatMap(([strategyId, some]) => over(some, { strategyId }, " of this strategy")),
    ...byMarket.flatMap(([market, some]) => over(some, { market }, " of this market")),
  ];
}
