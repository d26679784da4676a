// Floor 6. What debates came to → the rows of a report and of a backtest. Figures with how many outcomes they rest on.
import { formatAmount } from "#desk/documents/format.ts";
import {
  DEBATE_ROLES,
  type DebatesReport,
  type ForecastScore,
  LEAST_FOR_INTERVAL,
  type ObjectionScore,
} from "#desk/judgement/scores.ts";
import type { ReportSection } from "./report-section.ts";

const brier = (value: number | null): string => (value === null ? "–" : value.toFixed(3));
const interval = (bounds: readonly [number, number] | null, digits: number): string =>
  bounds === null ? "–" : `${bounds[0].toFixed(digits)} to ${bounds[1].toFixed(digits)}`;

/** `0 to 0.2: 4 of 12` */
const binsText = ({ bins }: ForecastScore): string =>
  bins
    .map(
      ({ from, to, n, reachedRatio }) => `${from.toFixed(1)}–${to.toFixed(1)}: ${Math.round(reachedRatio * n)} of ${n}`,
    )
    .join(", ");

/** The scores of each role, and what objections brought. */
export function debatesSection({ held, waiting, scores }: DebatesReport): ReportSection {
  const { n, reached, baseRateBrier, roles, vetoes, shrinks } = scores;
  const count = held.agree + held.shrink + held.veto;
  if (count === 0) return { title: "debates", columns: ["", "", "", "", ""], rows: [], notes: [] };
  return {
    title: "debates",
    columns: ["role", "outcomes", "Brier score", "95 %", "target came first, by probability said"],
    rows: [
      ...DEBATE_ROLES.map((role) => {
        const score = roles[role];
        return [role, String(score.n), brier(score.brier), interval(score.interval, 3), binsText(score)];
      }),
      ["base rate", String(n), brier(baseRateBrier), "–", n === 0 ? "" : `${reached} of ${n}`],
    ],
    notes: [
      `${count} held: ${held.agree} agree, ${held.shrink} shrink, ${held.veto} veto; ${waiting} met an entry whose end is not known yet.`,
      `Vetoes: ${objectionText(vetoes)}. Shrinks: ${objectionText(shrinks)}.`,
      `A Brier score is 0 at best and 0.25 for a coin; a role that is not under the base rate has told nothing. Intervals from ${LEAST_FOR_INTERVAL} outcomes on.`,
    ],
  };
}

function objectionText({ n, unknown, saved, cost, net, meanInterval }: ObjectionScore): string {
  if (n === 0) return "none met an entry";
  const open = unknown === 0 ? "" : `, ${unknown} not known`;
  const mean = meanInterval === null ? "" : `, one in the mean ${interval(meanInterval, 2)}`;
  return `${n} met an entry${open}; saved ${formatAmount(saved)}, cost ${formatAmount(cost)}, net ${formatAmount(net)}${mean}`;
}

/** Of a backtest's table. */
export function debateRows(report: DebatesReport | null, quote: string): readonly (readonly [string, string])[] {
  if (report === null) return [];
  const { held, scores } = report;
  const { vetoes, shrinks, roles, n, baseRateBrier } = scores;
  return [
    ["debates held", `${held.agree} agree, ${held.shrink} shrink, ${held.veto} veto`],
    ["vetoes", `${objectionText(vetoes)}${vetoes.n === 0 ? "" : ` ${quote}`}`],
    ["shrinks", `${objectionText(shrinks)}${shrinks.n === 0 ? "" : ` ${quote}`}`],
    [
      "Brier scores",
      n === 0
        ? "no outcome"
        : `${DEBATE_ROLES.map((role) => `${role} ${brier(roles[role].brier)}`).join(", ")}, base rate ${brier(baseRateBrier)}, of ${n} outcomes`,
    ],
  ];
}
