// Floor 6. A validation as text: check by check, what was changed beside the run as it is, and the verdict.
import { formatPct, formatTime } from "#desk/documents/format.ts";
import type { SensitivityRow, Validation, ValidationCheck } from "#schemas/validation.ts";
import type { Style } from "../io.ts";
import { SIMULATED } from "../text/analysis-text.ts";
import { table } from "../text/table.ts";

export function renderValidation(d: Validation, style: Style): string {
  const lines = d.checks.flatMap((check) => linesOf(check).map((text, i) => ({ check: i === 0 ? check : null, text })));
  return [
    style.bold(`Validation of ${d.strategy} on ${d.venue}, ${d.timeframe}, ${d.markets.length} markets`),
    `${formatTime(d.firstSlotMs)} – ${formatTime(d.lastSlotMs)} UTC, seed ${d.seed}`,
    ...(d.simulated ? [style.warn(SIMULATED)] : []),
    "",
    table(lines, [
      { title: "check", value: ({ check }) => check?.name ?? "" },
      { title: "state", value: ({ check }) => (check === null ? "" : stateText(check)) },
      { title: "seen", value: ({ text }) => text },
    ]),
    ...(d.sensitivity === null ? [] : ["", sensitivityText(d.sensitivity)]),
    "",
    d.passed ? d.verdict : style.bad(d.verdict),
  ].join("\n");
}

const stateText = ({ state, flags }: ValidationCheck): string =>
  state === "passed" && flags.length > 0 ? "passed, doubtful" : state === "not-run" ? "not run" : state;

const linesOf = ({ seen, flags, toDo }: ValidationCheck): readonly string[] => [
  ...seen,
  ...flags.map((flag) => `! ${flag}`),
  ...(toDo === null ? [] : [`→ ${toDo}`]),
];

const sensitivityText = (rows: readonly SensitivityRow[]): string =>
  table(rows, [
    { title: "one thing changed", value: ({ change }) => change },
    { title: "return", align: "right", value: ({ returnPct }) => formatPct(returnPct) },
    { title: "trades", align: "right", value: ({ trades }) => String(trades) },
    {
      title: "mean trade",
      align: "right",
      value: ({ meanTradePct }) => (meanTradePct === null ? "–" : formatPct(meanTradePct, 3)),
    },
    { title: "", value: ({ flips }) => (flips ? "sign flips" : "") },
  ]);
