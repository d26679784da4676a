// Floor 6. A walk-forward test, drawn: the folds, the parts after the choice as one line, and how far the choices agree.
import { formatFixed, formatPct, formatTime } from "#desk/documents/format.ts";
import type { Headline } from "#schemas/performance.ts";
import type { ParameterStability, WalkForward, WalkForwardFold } from "#schemas/walk-forward.ts";
import type { Style } from "../io.ts";
import { SIMULATED } from "../text/analysis-text.ts";
import { drawEquityLine } from "../text/equity-line.ts";
import { table } from "../text/table.ts";

export function renderWalkForward(d: WalkForward, style: Style): string {
  const { outOfSample: out, setup } = d;
  const rows: readonly (readonly [string, string])[] = [
    ["from – to (UTC)", `${formatTime(d.startMs)} – ${formatTime(d.endMs)}, candles of ${d.timeframe}`],
    ["folds", foldsText(d)],
    ["chosen by", `${setup.objective}, best of ${setup.trials} trials a fold (${setup.method}, seed ${setup.seed})`],
    ["out of sample", `${formatPct(out.returnPct)}, max drawdown ${out.maxDrawdownPct.toFixed(2)} %`],
    ["buy and hold", out.buyAndHoldPct === null ? "–" : `${formatPct(out.buyAndHoldPct)} (equal weights, no costs)`],
    ["trades closed", `${out.trades}${out.winRatePct === null ? "" : `, ${out.winRatePct.toFixed(1)} % won`}`],
    ["mean trade", headlineText(out.meanTradePct)],
    ["mean day", headlineText(out.meanDayPct)],
    [
      "efficiency",
      d.efficiency === null
        ? "– (nothing was earned in sample)"
        : `${formatFixed(100 * d.efficiency, 0)} % of the growth in sample`,
    ],
    ["decisionsHash", d.decisionsHash],
    ...d.leftOut.map((text, i) => [i === 0 ? "left out" : "", text] as const),
  ];
  return [
    style.bold(`Walk-forward of ${d.strategy} on ${d.venue}`),
    ...(d.simulated ? [style.warn(SIMULATED)] : []),
    foldsTable(d.folds),
    "",
    table(rows, [
      { title: "metric", value: ([name]) => name },
      { title: "value", value: ([, value]) => value },
    ]),
    ...(d.stability.length === 0 ? [] : ["", stabilityTable(d.stability)]),
    "",
    drawEquityLine(
      out.days.map(({ dayStartMs: atMs, equity }) => ({ atMs, equity })),
      { columns: Math.max(20, Math.min(100, style.columns - 16)) },
    ),
    style.dim("The line is out of sample only. That a choice held up here does not say that it will."),
  ].join("\n");
}

function foldsText({ folds, setup }: WalkForward): string {
  const { anchored, trainCandles, testCandles, purgeCandles, purgeBasis, embargoCandles } = setup;
  const train = anchored ? `anchored, ${trainCandles} candles and growing` : `rolling, ${trainCandles} candles`;
  const basis = { given: "", "time-limit": ", its time limit", "longest-holding": ", its longest holding" }[purgeBasis];
  return `${folds.length} of ${testCandles} candles; training ${train}; purge ${purgeCandles}${basis}; embargo ${embargoCandles}`;
}

const foldsTable = (folds: readonly WalkForwardFold[]): string =>
  table(folds, [
    { title: "test (UTC)", value: ({ test }) => `${formatTime(test.firstSlotMs)} – ${formatTime(test.lastSlotMs)}` },
    { title: "chosen", value: ({ parameters, isConfigured }) => chosenText(parameters, isConfigured) },
    { title: "in sample", value: ({ inSample }) => objectiveText(inSample.objective), align: "right" },
    { title: "after", value: ({ outOfSample }) => objectiveText(outOfSample.objective), align: "right" },
    { title: "return", value: ({ outOfSample }) => formatPct(outOfSample.returnPct), align: "right" },
    {
      title: "trades",
      value: ({ outOfSample, hasFewTrades }) => `${outOfSample.trades}${hasFewTrades ? " (few)" : ""}`,
      align: "right",
    },
  ]);

function chosenText(parameters: WalkForwardFold["parameters"], isConfigured: boolean): string {
  const text = Object.entries(parameters)
    .map(([name, value]) => `${name} ${valueText(value)}`)
    .join(", ");
  return text === "" ? "–" : isConfigured ? `${text} (as configured)` : text;
}

const valueText = (value: number | string | boolean): string =>
  typeof value === "number" && !Number.isInteger(value) ? value.toPrecision(4) : String(value);

const objectiveText = (value: number | null): string => (value === null ? "–" : formatFixed(value, 3));

const stabilityTable = (stability: readonly ParameterStability[]): string =>
  table(stability, [
    { title: "parameter", value: ({ name }) => name },
    { title: "by fold", value: ({ values }) => values.map(valueText).join(" ") },
    { title: "same", value: (p) => `${(100 * p.mostFrequentRatio).toFixed(0)} %`, align: "right" },
    {
      title: "spread of its range",
      value: ({ spreadRatio }) => (spreadRatio === null ? "–" : `${(100 * spreadRatio).toFixed(0)} %`),
      align: "right",
    },
  ]);

function headlineText({ value, interval95, why }: Headline): string {
  if (value === null) return `– (${why ?? "not known"})`;
  if (interval95 === null) return `${pct(value)} (${why ?? "no interval"}: no interval)`;
  return `${pct(value)} (95 % interval ${pct(interval95[0])} to ${pct(interval95[1])})`;
}

/** A mean of trades or days is small: three decimals. */
const pct = (value: number): string => formatPct(value, 3);
