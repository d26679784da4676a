// Floor 6. `alerts`: what the desk told its operator of late.
import { AlertsReport, alertsReportOf } from "#desk/documents/alerts-report.ts";
import { formatTime } from "#desk/documents/format.ts";
import { type CommandInput, deskCommand } from "../command.ts";
import { table } from "../text/table.ts";
import { wholeNumber } from "./memory.ts";

const limitOf = (flags: CommandInput["flags"]): number => wholeNumber(flags["limit"], "--limit", 20);

export const alertsCommand = deskCommand<AlertsReport>({
  name: "alerts",
  document: AlertsReport,
  reads: true,
  exchange: "not-asked",
  check: ({ flags }) => void limitOf(flags),
  execute: async ({ desk }, { flags }) => alertsReportOf(desk, limitOf(flags)),
  render: ({ alerts, raised }, style) => {
    if (raised === 0) return "Nothing was raised in this run.";
    const dress = { critical: style.bad, warning: style.warn, info: (text: string) => text };
    const rows = table(alerts, [
      { title: "time (UTC)", value: (alert) => formatTime(alert.atMs) },
      { title: "severity", value: (alert) => dress[alert.severity](alert.severity) },
      { title: "kind", value: (alert) => alert.kind },
      { title: "what", value: (alert) => alert.text },
    ]);
    const more = raised > alerts.length ? [style.dim(`… ${alerts.length} of ${raised}; --limit shows more`)] : [];
    return [rows, ...more].join("\n");
  },
});
