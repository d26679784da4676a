// Floor 6. A search of parameters as people read it: what was best, and beside it what luck alone would give.
import { formatFixed, formatPct, formatTime } from "#desk/documents/format.ts";
import type { Optimize } from "#schemas/optimize.ts";
import type { Style } from "../io.ts";
import { type Column, table } from "../text/table.ts";

type Row = Optimize["best"][number];

const figure = (value: number | null): string => (value === null ? "–" : value.toPrecision(4).replace("-", "−"));
const ratio = (value: number | null): string => (value === null ? "–" : `${(100 * value).toFixed(1)} %`);
const valuesText = (values: Row["values"]): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${typeof value === "number" ? Number(value.toPrecision(6)) : value}`)
    .join(", ");

export function renderOptimize(document: Optimize, file: string, style: Style): string {
  const { definition, trials, winner, configured, best, luck, neighbours, warnings } = document;
  const simulated = document.simulated ? style.warn("SIMULATED – invented prices · ") : "";
  const span = `${formatTime(definition.firstSlotMs)} – ${formatTime(definition.lastSlotMs)} (UTC)`;
  const columns: readonly Column<Row>[] = [
    { title: "trial", align: "right", value: ({ trial }) => (trial === 1 ? "configured" : String(trial)) },
    { title: definition.objective, align: "right", value: ({ objective }) => figure(objective) },
    { title: "return", align: "right", value: ({ returnPct }) => formatPct(returnPct) },
    { title: "drawdown", align: "right", value: ({ maxDrawdownPct }) => `${formatFixed(maxDrawdownPct)} %` },
    { title: "trades", align: "right", value: ({ trades }) => String(trades) },
    { title: "parameters", value: ({ values }) => valuesText(values) },
  ];
  const rows = best.some(({ trial }) => trial === 1) ? best : [...best, configured];
  const over = trials.isExhausted ? "; there was nothing more to try" : "";
  const lines = [
    `${simulated}${style.bold(`${definition.strategy} on ${document.venue}, ${definition.timeframe}`)}, ${span}`,
    `${trials.run} trials by ${definition.search}, seed ${definition.seed}: ${trials.told} could be told${over}`,
    table(rows, columns),
  ];
  if (winner !== null) lines.push(`${style.bold("winner")}  ${valuesText(winner.values)}`);
  lines.push(
    `Sharpe ratio of a year ${figure(luck.sharpe)}; the best of ${trials.run} on noise over ${luck.days} days: ${
      luck.bestOfNoise === null
        ? "–"
        : `${figure(luck.bestOfNoise.mean)} in the mean, ${figure(luck.bestOfNoise.high95)} one time in twenty`
    }`,
    `deflated Sharpe ratio ${ratio(luck.deflatedSharpe)} (alone ${ratio(luck.probabilisticSharpe)}); probability of overfitting ${
      luck.overfitting === null ? "– (too few days or trials)" : ratio(luck.overfitting.probability)
    }`,
  );
  if (neighbours !== null)
    lines.push(
      `${neighbours.trials} nearest trials: median ${definition.objective} ${figure(neighbours.medianObjective)}`,
    );
  return [...lines, ...warnings.map((warning) => style.warn(warning)), style.dim(file)].join("\n");
}
