// Floor 6, metrics. What the memory holds, how often it served, what it saved and wasted, as `memory list` and `report` have it.
import type { Figures } from "./figures.ts";
import { byName, type FigureRow, labelled, one, secondsOf } from "./metric.ts";

type Row = FigureRow<Figures>;

/** Of what was asked for, what memory answered by itself. */
const SERVED_PATHS = ["pre-answered", "recalled", "distilled"] as const;

const total = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((n, of) => n + of, 0);

const HELD: readonly Row[] = [
  {
    name: "deeptrader_analyses",
    type: "gauge",
    unit: "analyses",
    labels: ["timeframe", "status"],
    meaning: "Newest analyses by whether they may be decided on; missing are markets of the day without one.",
    from: "memory list: records[].status, missing",
    read: ({ memory, timeframe }) => [
      ...[...Map.groupBy(memory.records, (record) => record.timeframe)].flatMap(([name, records]) =>
        (["fresh", "stale"] as const).flatMap((status) =>
          labelled({ timeframe: name, status }, records.filter((record) => record.status === status).length),
        ),
      ),
      ...labelled({ timeframe, status: "missing" }, memory.missing.length),
    ],
  },
  {
    name: "deeptrader_stale_analyses",
    type: "gauge",
    unit: "analyses",
    labels: ["reason"],
    meaning: "Stale analyses of all timeframes, by why.",
    from: "memory list: records[].reason",
    read: ({ memory }) =>
      [...Map.groupBy(memory.records, ({ status, reason }) => (status === "stale" ? (reason ?? "") : null))].flatMap(
        ([reason, of]) => (reason === null ? [] : labelled({ reason }, of.length)),
      ),
  },
  {
    name: "deeptrader_oldest_analysis_timestamp_seconds",
    type: "gauge",
    unit: "seconds",
    labels: [],
    meaning:
      "Close time of the oldest of the newest analyses at the desk's timeframe; its age is deeptrader_clock_seconds less it.",
    from: "memory list: records[].asOfMs",
    read: ({ memory, timeframe }) =>
      one(secondsOf(least(memory.records.filter((one) => one.timeframe === timeframe).map(({ asOfMs }) => asOfMs)))),
  },
];

const USED: readonly Row[] = [
  {
    name: "deeptrader_asked_total",
    type: "counter",
    unit: "analyses",
    labels: ["path"],
    meaning: "Analyses asked for by decisions and questions, by how they were come by.",
    from: "report: paths",
    read: ({ report }) => byName("path", report.paths),
  },
  {
    name: "deeptrader_questions_total",
    type: "counter",
    unit: "questions",
    labels: ["kind"],
    meaning: "Questions by kind.",
    from: "report: kinds",
    read: ({ report }) => byName("kind", report.kinds),
  },
  {
    name: "deeptrader_misses_total",
    type: "counter",
    unit: "analyses",
    labels: ["reason"],
    meaning: "Why what was there did not serve: missing, or why it was stale.",
    from: "report: misses",
    read: ({ report }) => byName("reason", report.misses),
  },
  {
    name: "deeptrader_hit_ratio",
    type: "gauge",
    unit: "ratio",
    labels: [],
    meaning:
      "Of all that was asked for, what memory answered by itself (pre-answered, recalled, distilled); not known before anything was asked.",
    from: "report: paths",
    read: ({ report: { paths } }) => {
      const all = total(paths);
      return one(all === 0 ? null : SERVED_PATHS.reduce((sum, path) => sum + (paths[path] ?? 0), 0) / all);
    },
  },
  {
    name: "deeptrader_analyses_made_total",
    type: "counter",
    unit: "analyses",
    labels: ["phase"],
    meaning: "Analyses written, asleep and when somebody waited.",
    from: "report: made",
    read: ({ report }) => byName("phase", report.made),
  },
  {
    name: "deeptrader_analyses_served_total",
    type: "counter",
    unit: "analyses",
    labels: [],
    meaning: "Times that an analysis was served from memory.",
    from: "report: served",
    read: ({ report }) => one(report.served),
  },
];

const WORTH: readonly Row[] = [
  {
    name: "deeptrader_work_units_total",
    type: "counter",
    unit: "work units",
    labels: ["task"],
    meaning: "Work done, weighed: 1 unit is one record read from memory.",
    from: "report: unitsByJob",
    read: ({ report }) => byName("task", report.unitsByJob),
  },
  {
    name: "deeptrader_work_units_saved",
    type: "gauge",
    unit: "work units",
    labels: [],
    meaning: "Work that answers from memory spared, less what serving them took.",
    from: "report: savedUnits",
    read: ({ report }) => one(report.savedUnits),
  },
  {
    name: "deeptrader_analyses_wasted",
    type: "gauge",
    unit: "analyses",
    labels: ["bound"],
    meaning: "Analyses made asleep and never served: at least and at most.",
    from: "report: wasteAtLeast, wasteAtMost",
    read: ({ report }) => [
      ...labelled({ bound: "least" }, report.wasteAtLeast),
      ...labelled({ bound: "most" }, report.wasteAtMost),
    ],
  },
  {
    name: "deeptrader_prepared_total",
    type: "counter",
    unit: "records",
    labels: ["kind"],
    meaning: "Digests and pre-answers written ahead of questions.",
    from: "report: prepared",
    read: ({ report }) => byName("kind", report.prepared),
  },
  {
    name: "deeptrader_prepared_unused",
    type: "gauge",
    unit: "records",
    labels: [],
    meaning: "Of them never served: at least so many.",
    from: "report: preparedUnusedAtLeast",
    read: ({ report }) => one(report.preparedUnusedAtLeast),
  },
  {
    name: "deeptrader_quarantined",
    type: "gauge",
    unit: "kinds",
    labels: [],
    meaning: "Kinds of answers, briefs or debates that are not served, since one was found wrong.",
    from: "report: quarantined",
    read: ({ report }) => one(report.quarantined.length),
  },
];

export const MEMORY_ROWS: readonly Row[] = [...HELD, ...USED, ...WORTH];

const least = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((a, b) => Math.min(a, b));
