import { describe, expect, it } from "vitest";
import { alertsCommand } from "#apps/commands/alerts.ts";
import { type AlertsReport, AlertsReport as schema } from "#desk/documents/alerts-report.ts";
import type { Alert } from "#schemas/alert.ts";
import { unixMs } from "#schemas/units.ts";
import { START_MS, simulatedDesk } from "./simulated-desk.ts";

const alert = (alertId: string, kind: Alert["kind"], minutes: number): Alert => ({
  alertId,
  kind,
  symbol: null,
  atMs: unixMs(START_MS + minutes * 60_000),
  text: `text of ${alertId}`,
  simulated: true,
});

describe("alerts", () => {
  it("stand newest first with their severity, and say how many are left out", async () => {
    const { run, append } = await simulatedDesk();
    expect((await run<AlertsReport>(alertsCommand)).text).toContain("Nothing was raised in this run.");
    const raised = [alert("a", "fill", 1), alert("b", "stop-missing", 2), alert("c", "limit-tripped", 3)];
    await append(...raised.map((one) => ({ type: "alert", atMs: one.atMs, alert: one }) as const));
    const { document, text } = await run<AlertsReport>(alertsCommand, { limit: "2" });
    expect(document).toMatchObject({
      raised: 3,
      alerts: [
        { alertId: "c", severity: "warning", kind: "limit-tripped", text: "text of c" },
        { alertId: "b", severity: "critical", kind: "stop-missing" },
      ],
    });
    expect(text).toContain("2 of 3; --limit shows more");
    expect(schema.parse(document)).toBeDefined();
    await expect(run(alertsCommand, { limit: "0" })).rejects.toThrow("--limit");
  });
});
