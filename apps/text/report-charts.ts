// Floor 6. The report's document → its charts: what was asked for by path and hour, and the work of each hour.

import { formatTime } from "#desk/documents/format.ts";
import type { ReportDocument } from "#desk/documents/report.ts";
import type { LedgerHour } from "#memory/ledger-summary.ts";
import { AnswerPath } from "#schemas/question.ts";
import { HOUR_MS } from "#schemas/units.ts";
import { barChart, columnChart, type Series } from "../charts/svg.ts";
import { figure } from "./report-sections.ts";

/** So many hours are charted, the newest; the tables hold all. */
const CHARTED_HOURS = 48;

const PATHS: readonly Series[] = AnswerPath.options.map((name, index) => ({ name, colour: index + 1 }));

/** For the page of `report --html` and the Ledger page. */
export function reportCharts({
  hours,
  pathsByJob,
  unitsByJob,
  unitsByPhase,
  unitsAboveSweep,
  savedUnits,
}: ReportDocument): ReturnType<typeof columnChart>[] {
  if (hours.length === 0) return [];
  const shown = charted(hours);
  const label = ({ hourMs }: LedgerHour): string => formatTime(hourMs);
  const known = PATHS.filter(({ name }) => shown.some(({ paths }) => (paths[name] ?? 0) > 0));
  const questions = Object.entries(pathsByJob["question"] ?? {});
  const colourOf = (path: string): number => PATHS.find(({ name }) => name === path)?.colour ?? 6;
  return [
    columnChart({
      title: `Asked for, by path and hour${note(hours)}`,
      series: known,
      columns: shown.map((hour) => ({ label: label(hour), values: known.map(({ name }) => hour.paths[name] ?? 0) })),
      format: figure,
    }),
    columnChart({
      title: `Work units by hour${note(hours)}`,
      series: [
        { name: "sweep", colour: 1 },
        { name: "sleep above the sweep", colour: 2 },
        { name: "test time", colour: 4 },
      ],
      columns: shown.map((hour) => ({
        label: label(hour),
        values: [hour.sweepUnits, hour.aboveSweepUnits, hour.testTimeUnits],
      })),
      format: figure,
    }),
    ...(questions.length === 0
      ? []
      : [
          barChart({
            title: "Questions by path",
            rows: questions.map(([path, value]) => ({ label: path, value, colour: colourOf(path) })),
            format: figure,
          }),
        ]),
    barChart({
      title: "Work units, all told",
      rows: [
        ...(unitsByJob["sleep-cycle"] === undefined
          ? []
          : [{ label: "sweep (unconditional)", value: unitsByJob["sleep-cycle"], colour: 1 }]),
        { label: "sleep above the sweep", value: unitsAboveSweep, colour: 2 },
        { label: "test time", value: unitsByPhase["test-time"], colour: 4 },
        { label: "spared at test time", value: savedUnits, colour: 3 },
      ],
      format: figure,
    }),
  ];
}

const note = (hours: readonly LedgerHour[]): string => {
  const first = hours[0]?.hourMs ?? 0;
  const last = hours.at(-1)?.hourMs ?? 0;
  return (last - first) / HOUR_MS >= CHARTED_HOURS ? ` (the last ${CHARTED_HOURS} hours)` : "";
};

/** Hours without any entry have a place of their own, so that the axis is one of time. */
function charted(hours: readonly LedgerHour[]): readonly LedgerHour[] {
  const byHour = new Map(hours.map((hour) => [hour.hourMs, hour]));
  const last = hours.at(-1)?.hourMs ?? 0;
  const first = Math.max(hours[0]?.hourMs ?? 0, last - (CHARTED_HOURS - 1) * HOUR_MS);
  return Array.from({ length: Math.round((last - first) / HOUR_MS) + 1 }, (_, index) => {
    const hourMs = first + index * HOUR_MS;
    return byHour.get(hourMs) ?? { ...EMPTY_HOUR, hourMs };
  });
}

const EMPTY_HOUR: LedgerHour = {
  hourMs: 0,
  paths: {},
  sweepUnits: 0,
  aboveSweepUnits: 0,
  testTimeUnits: 0,
  savedUnits: 0,
};
