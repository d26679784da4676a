// Floor 6. A saved search of parameters: the best so far, how much of it luck alone would give, and its nearest rivals.
import { html } from "hono/html";
import { z } from "zod";
import { formatFixed, formatPct } from "#desk/documents/format.ts";
import { panel, pct, table } from "../../figures.ts";
import type { Html } from "../../page.ts";

const Row = z.object({
  trial: z.number(),
  values: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  objective: z.number().nullable(),
  trades: z.number(),
  returnPct: z.number(),
  maxDrawdownPct: z.number(),
});

/** What is drawn of it, of this version or another. */
export const Optimisation = z.object({
  definition: z.object({ strategy: z.string(), search: z.string(), objective: z.string(), seed: z.number() }),
  configured: Row,
  winner: Row.nullable(),
  trials: z.object({ asked: z.number(), run: z.number(), told: z.number() }),
  best: z.array(Row).readonly(),
  luck: z.object({
    days: z.number(),
    sharpe: z.number().nullable(),
    bestOfNoise: z.object({ mean: z.number(), high95: z.number() }).nullable(),
    probabilisticSharpe: z.number().nullable(),
    deflatedSharpe: z.number().nullable(),
    overfitting: z.object({ probability: z.number(), parts: z.number(), splits: z.number() }).nullable(),
  }),
  warnings: z.array(z.string()).readonly(),
});
type Optimisation = Readonly<z.infer<typeof Optimisation>>;

const valuesText = (values: z.infer<typeof Row>["values"]): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
const chance = (value: number | null): string => (value === null ? "cannot be told" : `${(value * 100).toFixed(1)} %`);
const ratio = (value: number | null): string => (value === null ? "–" : formatFixed(value));

export function optimisationView({
  definition: of,
  configured,
  winner,
  trials,
  best,
  luck,
  warnings,
}: Optimisation): Html {
  const noise = luck.bestOfNoise;
  const facts: readonly (readonly [string, string])[] = [
    ["strategy", of.strategy],
    [
      "trials",
      `${trials.run} of ${trials.asked} by ${of.search}, ${trials.told} could be told; objective ${of.objective}, seed ${of.seed}`,
    ],
    [
      "as configured",
      `${formatPct(configured.returnPct)}, ${configured.trades} trades: ${valuesText(configured.values)}`,
    ],
    [
      "best",
      winner === null
        ? "no trial could be told"
        : `trial ${winner.trial}, ${formatPct(winner.returnPct)}, ${winner.trades} trades: ${valuesText(winner.values)}`,
    ],
  ];
  const chances: readonly (readonly [string, string])[] = [
    ["Sharpe ratio of the best, a year", ratio(luck.sharpe)],
    [
      "best of as many trials on noise",
      noise === null
        ? "–"
        : `${ratio(noise.mean)} in the mean; one search in twenty shows more than ${ratio(noise.high95)}`,
    ],
    ["true Sharpe above 0, were it the only trial", chance(luck.probabilisticSharpe)],
    ["deflated Sharpe: above what luck gives", chance(luck.deflatedSharpe)],
    [
      "probability of overfitting (PBO)",
      luck.overfitting === null
        ? "cannot be told"
        : `${chance(luck.overfitting.probability)} over ${luck.overfitting.splits} splits`,
    ],
  ];
  const list = (rows: readonly (readonly [string, string])[]): Html =>
    html`<dl class="facts facts-wide">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
  return html`<div class="grid">
${panel({ id: "search", title: "Search", place: "span-6", content: list(facts) })}
${panel({ id: "luck", title: "How much of it is luck", place: "span-6", content: html`${list(chances)}${warnings.map((words) => html`<p class="notice">${words}</p>`)}` })}
${panel({
  id: "best",
  title: "The best trials",
  content: table({
    caption: "Trials, best first",
    rows: best,
    empty: "None could be told.",
    columns: [
      { title: "trial", cell: ({ trial }) => String(trial), isName: true },
      { title: of.objective, cell: ({ objective }) => ratio(objective), isNumber: true },
      { title: "return", cell: ({ returnPct }) => pct(returnPct), isNumber: true },
      { title: "trades", cell: ({ trades }) => String(trades), isNumber: true },
      { title: "drawdown", cell: ({ maxDrawdownPct }) => `${maxDrawdownPct.toFixed(2)} %`, isNumber: true },
      { title: "parameters", cell: ({ values }) => valuesText(values) },
    ],
  }),
})}
</div>`;
}
