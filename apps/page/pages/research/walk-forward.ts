// Floor 6. A saved walk-forward test: the out-of-sample line, and fold by fold what was chosen and what came of it.
import { html } from "hono/html";
import { z } from "zod";
import { formatAmount, formatFixed, formatPct, formatTime } from "#desk/documents/format.ts";
import { lineChart } from "../../../charts/line-chart.ts";
import { panel, pct, table } from "../../figures.ts";
import type { Html } from "../../page.ts";

const Part = z.object({ returnPct: z.number(), trades: z.number() });
const Told = z.object({
  value: z.number().nullable(),
  interval95: z.tuple([z.number(), z.number()]).readonly().nullable(),
  why: z.string().nullable(),
});

/** What is drawn of it, of this version or another. */
export const Forward = z.object({
  strategy: z.string(),
  quote: z.string(),
  folds: z
    .array(
      z.object({
        test: z.object({ firstSlotMs: z.number(), lastSlotMs: z.number() }),
        parameters: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
        inSample: Part,
        outOfSample: Part,
        hasFewTrades: z.boolean(),
      }),
    )
    .readonly(),
  outOfSample: z.object({
    days: z.array(z.object({ dayStartMs: z.number(), equity: z.number() })).readonly(),
    returnPct: z.number(),
    maxDrawdownPct: z.number(),
    trades: z.number(),
    meanTradePct: Told,
    buyAndHoldPct: z.number().nullable(),
  }),
  efficiency: z.number().nullable(),
  stability: z
    .array(z.object({ name: z.string(), mostFrequentRatio: z.number(), deviationRatio: z.number().nullable() }))
    .readonly(),
  leftOut: z.array(z.string()).readonly(),
});

export function forwardView({
  strategy,
  quote,
  folds,
  outOfSample: out,
  efficiency,
  stability,
  leftOut,
}: Readonly<z.infer<typeof Forward>>): Html {
  const { meanTradePct: mean } = out;
  const meanText =
    mean.value === null
      ? (mean.why ?? "–")
      : `${formatPct(mean.value)}${mean.interval95 === null ? ` (${mean.why ?? "no interval"})` : ` (95 % ${formatPct(mean.interval95[0])} to ${formatPct(mean.interval95[1])})`}`;
  const facts: readonly (readonly [string, string])[] = [
    ["strategy", strategy],
    ["out of sample", `${formatPct(out.returnPct)} in ${folds.length} folds, ${out.trades} trades`],
    ["buy and hold", out.buyAndHoldPct === null ? "not known" : formatPct(out.buyAndHoldPct)],
    ["largest drawdown", `${out.maxDrawdownPct.toFixed(2)} %`],
    ["mean trade", meanText],
    ["efficiency (out of sample over in sample)", efficiency === null ? "–" : formatFixed(efficiency)],
  ];
  return html`<div class="grid">
${panel({ id: "forward", title: "Out of sample", place: "span-5", content: html`<dl class="facts facts-wide">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>${leftOut.map((words) => html`<p class="note">${words}</p>`)}` })}
${panel({
  id: "forward-line",
  title: "The test parts as one line",
  place: "span-7",
  content:
    out.days.length < 2
      ? html`<p class="empty">Too few days to draw.</p>`
      : lineChart({
          title: `Equity, ${quote}`,
          label: `Out of sample ${formatPct(out.returnPct)}.`,
          curves: [
            {
              name: "equity",
              tone: "accent",
              points: out.days.map(({ dayStartMs, equity }) => ({ atMs: dayStartMs, value: equity })),
            },
          ],
          format: formatAmount,
          timeText: formatTime,
        }),
})}
${panel({
  id: "folds",
  title: "Folds",
  content: table({
    caption: "Folds",
    rows: folds,
    empty: "None.",
    columns: [
      { title: "test from", cell: ({ test }) => formatTime(test.firstSlotMs), isName: true },
      { title: "to", cell: ({ test }) => formatTime(test.lastSlotMs) },
      { title: "in sample", cell: ({ inSample }) => pct(inSample.returnPct), isNumber: true },
      { title: "out of sample", cell: ({ outOfSample }) => pct(outOfSample.returnPct), isNumber: true },
      {
        title: "trades",
        cell: ({ outOfSample, hasFewTrades }) => `${outOfSample.trades}${hasFewTrades ? " (few)" : ""}`,
        isNumber: true,
      },
      {
        title: "parameters",
        cell: ({ parameters }) =>
          Object.entries(parameters)
            .map(([name, value]) => `${name} ${value}`)
            .join(", "),
      },
    ],
  }),
})}
${panel({
  id: "stability",
  title: "Stability of the parameters",
  content: table({
    caption: "Stability",
    rows: stability,
    empty: "No parameter was searched.",
    columns: [
      { title: "parameter", cell: ({ name }) => name, isName: true },
      {
        title: "folds that chose the same",
        cell: ({ mostFrequentRatio }) => `${(mostFrequentRatio * 100).toFixed(0)} %`,
        isNumber: true,
      },
      {
        title: "deviation over its range",
        cell: ({ deviationRatio }) => deviationRatio?.toFixed(2) ?? "–",
        isNumber: true,
      },
    ],
  }),
})}
</div>`;
}
