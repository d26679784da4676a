// Floor 6. `lessons`: the condensed list, any version of it, and the dated records. No model is asked.
import { z } from "zod";
import { formatPct, formatTime } from "#desk/documents/format.ts";
import { shownLesson } from "#desk/judgement/condense-lessons.ts";
import { datedLessons, lessonLists } from "#desk/judgement/lessons.ts";
import { UsageError } from "#schemas/errors.ts";
import { CondensedLesson, Lesson, LessonList } from "#schemas/lesson.ts";
import { Count, UnixMs } from "#schemas/units.ts";
import { type CommandInput, deskCommand } from "../command.ts";
import { table } from "../text/table.ts";
import { wholeNumber } from "./memory.ts";

const limitOf = (flags: CommandInput["flags"]): number => wholeNumber(flags["limit"], "--limit", 20);
/** Null: the newest. */
const versionOf = ({ version }: CommandInput["flags"]): number | null =>
  version === undefined ? null : wholeNumber(version, "--version", 1);

/** Versions looked through: a week each. */
const MANY = 10_000;

const LessonsDocument = z.object({
  run: z.string().describe("id of the run"),
  nowMs: UnixMs,
  versions: z
    .array(z.object({ version: Count, madeAtMs: UnixMs, lessons: Count }))
    .describe("of the condensed list, newest first"),
  condensed: LessonList.extend({
    lessons: z.array(
      CondensedLesson.extend({
        text: z.string().nullable().describe("as it may be read; null: it does not stand up to its facts any more"),
      }),
    ),
  })
    .nullable()
    .describe("the version asked for; null: nothing is condensed yet"),
  trades: Count.describe("dated lessons, one a closed trade"),
  dated: z.array(Lesson).describe("newest first"),
});
export type LessonsDocument = Readonly<z.infer<typeof LessonsDocument>>;

export const lessonsCommand = deskCommand({
  name: "lessons",
  document: LessonsDocument,
  reads: true,
  exchange: "not-asked",
  check: ({ flags }) => {
    limitOf(flags);
    versionOf(flags);
  },
  execute: async ({ desk }, { flags }, options) => {
    const nowMs = desk.clock.now();
    const wanted = versionOf(flags);
    const lists = await lessonLists(desk, { nowMs, limit: MANY }, options);
    const list = wanted === null ? lists[0] : lists.find(({ version }) => version === wanted);
    if (wanted !== null && list === undefined)
      throw new UsageError({
        was: `There is no version ${wanted} of the lessons of this run.`,
        expected: lists.length === 0 ? "none: nothing was condensed yet" : `1 to ${lists[0]?.version}`,
        remedy: "Leave --version out for the newest.",
      });
    const dated = await datedLessons(desk, nowMs, options);
    return {
      run: desk.runId,
      nowMs,
      versions: lists.map(({ version, madeAtMs, lessons }) => ({ version, madeAtMs, lessons: lessons.length })),
      condensed:
        list === undefined
          ? null
          : {
              ...list,
              lessons: list.lessons.map((lesson) => ({
                ...lesson,
                text: shownLesson(desk, lesson, list.madeAtMs),
              })),
            },
      trades: dated.length,
      dated: dated.slice(0, limitOf(flags)),
    };
  },
  render: ({ condensed, versions, trades, dated }, style) => {
    if (trades === 0) return "No trade has closed in this run: there is no lesson yet.";
    const list =
      condensed === null
        ? [style.dim("Nothing is condensed yet: with a model and DEEPTRADER_LESSON_WEEK_TOKENS set, once a week.")]
        : [
            style.bold(
              `Version ${condensed.version} of ${versions.length}, ${formatTime(condensed.madeAtMs)} UTC, by ${condensed.author.model}`,
            ),
            ...condensed.lessons.map(({ text, sampleSize, scope }) => {
              const about = [scope.symbol, scope.strategyId].filter((part) => part !== null).join(", ");
              const rests = `${sampleSize} ${sampleSize === 1 ? "trade" : "trades"}${about === "" ? "" : `; ${about}`}`;
              return `· ${text ?? "(does not stand up to its facts)"} ${style.dim(`(${rests})`)}`;
            }),
          ];
    const rows = table(dated, [
      { title: "ended (UTC)", value: (l) => formatTime(l.closedAtMs) },
      { title: "market", value: (l) => l.symbol },
      { title: "strategy", value: (l) => l.strategyId },
      { title: "strength", value: (l) => l.expected?.strength.toFixed(2) ?? "–", align: "right" },
      { title: "probability", value: (l) => l.expected?.debate?.probability?.toFixed(2) ?? "–", align: "right" },
      { title: "left by", value: (l) => l.came.exitRole },
      { title: "result", value: (l) => formatPct(l.came.returnPct), align: "right" },
      { title: "R", value: (l) => l.came.rMultiple?.toFixed(2) ?? "–", align: "right" },
    ]);
    const more = trades > dated.length ? [style.dim(`… ${dated.length} of ${trades}; --limit shows more`)] : [];
    return [...list, "", rows, ...more].join("\n");
  },
});
