// Floor 6. `equity`: the equity curve of the run beside buy and hold, its days and its fills.
import { EquityReport, equityReportOf } from "#desk/documents/equity-report.ts";
import { formatAmount, formatPct, formatTime } from "#desk/documents/format.ts";
import { UsageError } from "#schemas/errors.ts";
import { unixMs } from "#schemas/units.ts";
import { type CommandInput, deskCommand } from "../command.ts";
import type { Style } from "../io.ts";
import { table } from "../text/table.ts";
import { wholeNumber } from "./memory.ts";
import { sinceOf } from "./since.ts";

const [LEAST_POINTS, MOST_POINTS] = [10, 4000];

/** @throws UsageError */
function pointsOf({ points }: CommandInput["flags"]): number {
  const count = wholeNumber(points, "--points", 500);
  if (count >= LEAST_POINTS && count <= MOST_POINTS) return count;
  throw new UsageError({
    was: `--points was ${count}.`,
    expected: `a whole number from ${LEAST_POINTS} to ${MOST_POINTS}`,
    remedy: "Correct it.",
  });
}

export const equityCommand = deskCommand<EquityReport>({
  name: "equity",
  document: EquityReport,
  reads: true,
  exchange: "not-asked",
  saysAge: true,
  check: ({ flags }) => {
    sinceOf(flags, unixMs(0));
    pointsOf(flags);
  },
  execute: ({ desk }, { flags }, options) =>
    equityReportOf(desk, { sinceMs: sinceOf(flags, desk.clock.now()), points: pointsOf(flags) }, options),
  render: equityText,
});

/** Days of the terminal's table; --json has all. */
const DAYS_SHOWN = 10;

function equityText(report: EquityReport, style: Style): string {
  const { quote, equity, totalReturnPct, buyAndHoldPct, drawdownPct, maxDrawdownPct, today, points, days } = report;
  if (points.length === 0) return "No slot is settled in that time. Start the desk, or run `deeptrader trade --once`.";
  const [first, last] = [points[0], points.at(-1)];
  const figures = [
    `${style.bold(`equity ${formatAmount(equity)} ${quote}`)}${totalReturnPct === null ? "" : `, ${formatPct(totalReturnPct)} since the start, buy and hold ${buyAndHoldPct === null ? "not known" : formatPct(buyAndHoldPct)}`}`,
    `${today === null ? "" : `today ${formatPct(today.changePct)}, `}${drawdownPct === null ? "" : `${drawdownPct.toFixed(2)} % below the 30-day peak, `}largest drawdown ${maxDrawdownPct.toFixed(2)} %`,
  ];
  const rows = table(days.slice(-DAYS_SHOWN).toReversed(), [
    { title: "day (UTC)", value: (day) => formatTime(day.dayStartMs).slice(0, 10) },
    { title: "equity", value: (day) => formatAmount(day.endEquity), align: "right" },
    { title: "change", value: (day) => formatPct(day.changePct), align: "right" },
  ]);
  const span = `${points.length} points from ${formatTime(first?.atMs ?? 0)} to ${formatTime(last?.atMs ?? 0)} UTC, ${report.fills.length} fills: --json has them`;
  return [...figures, rows, style.dim(report.buyAndHold), style.dim(span)].join("\n");
}
