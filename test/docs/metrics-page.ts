// The tables of metrics → docs/metrics.md.

import { DESK_ROWS } from "#apps/metrics/desk-rows.ts";
import { createLiveMetrics } from "#apps/metrics/live-metrics.ts";
import { LIVE_ROWS } from "#apps/metrics/live-rows.ts";
import { MEMORY_ROWS } from "#apps/metrics/memory-rows.ts";
import type { MetricHead } from "#apps/metrics/metric.ts";
import { MODEL_ROWS } from "#apps/metrics/model-rows.ts";
import { TRADE_ROWS } from "#apps/metrics/trade-rows.ts";

const HEAD = `# Metrics

Generated from the tables in \`apps/metrics/\` by \`npm run docs\`; do not edit.

\`GET /metrics\` of a running desk answers in the text format of Prometheus, to a token that may read
([connect.md](connect.md#prometheus-and-grafana)). \`deploy/prometheus/\` has a configuration with alert rules,
\`deploy/grafana/deeptrader.json\` a dashboard.

- **The figures are those of the commands.** What a metric is *from* is a command and the fields of its document (\`--json\`); the same
  document is read, so the numbers are equal. Percent there is a ratio here, milliseconds are seconds.
- **What is not known has no sample.** There is no NaN, and no 0 that stands for "not known".
- **Counters of documents go on after a restart**: they follow from journal and ledger. A simulated \`start\` is a new run with a new journal:
  its counters of trades begin at 0, and Prometheus takes that as a reset. *Seen by this process* begins anew at every start.
- **Simulated is said**: \`deeptrader_simulated\` is 1, and every help text begins with \`SIMULATED\`.
- **A scrape disturbs no slot.** Figures are read again when something has happened, or after 20 s; while a slot is at work those of before
  it are told. \`deeptrader_clock_seconds\` says of when they are, in the desk's own time.
- Labels are names from sets that the code knows: strategies, markets, rules, kinds. No text of a question, a model or an error is in them.
`;

const PROCESS_HEAD = `Of the process, by \`prom-client\` under its usual names, so that dashboards for Node show them. Which there are depends on the system; on
Linux:
`;

export function metricsPage(): string {
  return [
    HEAD,
    section("Account and trades", TRADE_ROWS),
    section("Memory", MEMORY_ROWS),
    section("Models and budgets", MODEL_ROWS),
    section("Desk and venue", DESK_ROWS),
    section("Seen by this process since its start", Object.values(LIVE_ROWS)),
    "## Process\n",
    PROCESS_HEAD,
    table(
      ["name", "type", "meaning"],
      processMetrics().map(({ name, type, help }) => [`\`${name}\``, type, help]),
    ),
  ].join("\n");
}

/** What prom-client itself tells, on this system. */
export function processMetrics(): readonly { readonly name: string; readonly type: string; readonly help: string }[] {
  const { registry } = createLiveMetrics({ timeframe: "5m", monotonicMs: () => 0 });
  const metrics = registry.getMetricsAsArray().map((metric) => {
    const { name, type, help } = metric as unknown as { name: string; type: string; help: string };
    return { name, type, help };
  });
  registry.clear();
  return metrics.filter(({ name }) => !name.startsWith("deeptrader_"));
}

type Row = MetricHead & { readonly from?: string };

const section = (title: string, rows: readonly Row[]): string =>
  `## ${title}\n\n${table(
    ["name", "type", "unit", "labels", "meaning", ...(rows.some(({ from }) => from !== undefined) ? ["from"] : [])],
    rows.map(({ name, type, unit, labels, meaning, from }) => [
      `\`${name}\``,
      type,
      unit,
      labels.map((label) => `\`${label}\``).join(", "),
      meaning,
      ...(from === undefined ? [] : [from]),
    ]),
  )}`;

const table = (titles: readonly string[], rows: readonly (readonly string[])[]): string =>
  [titles, titles.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n")
    .concat("\n");
