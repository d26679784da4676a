// Floor 4. The newest alerts of the run, with how grave they are: the document of `alerts`.
import { z } from "zod";
import { Alert, AlertSeverity, severityOf } from "#schemas/alert.ts";
import { UnixMs } from "#schemas/units.ts";
import type { Desk } from "../desk.ts";

export const AlertsReport = z.object({
  run: z.string(),
  nowMs: UnixMs,
  raised: z.int().nonnegative().describe("in this run, shown or not"),
  alerts: z
    .array(Alert.extend({ severity: AlertSeverity }))
    .readonly()
    .describe("newest first"),
});
export type AlertsReport = z.infer<typeof AlertsReport>;

export function alertsReportOf({ alerts, runId, clock }: Desk, limit: number): AlertsReport {
  const all = alerts.log.all();
  const newest = all.toReversed().slice(0, limit);
  return {
    run: runId,
    nowMs: clock.now(),
    raised: all.length,
    alerts: newest.map((alert) => ({ ...alert, severity: severityOf(alert) })),
  };
}
