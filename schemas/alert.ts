// Floor 1. Alerts: what is worth interrupting the operator for, by name. Everything else waits for the digest.
import { z } from "zod";
import { MarketSymbol, UnixMs } from "./units.ts";

export const AlertKind = z.enum([
  "fill",
  "stop-hit",
  "stop-missing",
  "order-ambiguous",
  "limit-tripped",
  "blind",
  "market-gone",
  "held-token-turned",
  "delisting-notice",
  "keys-refused",
  "desk-dead",
  "control-changed",
  "strategy-ended",
  "watch-met",
  "entry-waits",
  "receipt-unexplained",
  "uncovered",
  "order-in-doubt",
  "account-differs",
  "store-away",
]);
export type AlertKind = z.infer<typeof AlertKind>;

/** Worst first. */
export const AlertSeverity = z.enum(["critical", "warning", "info"], "expected critical, warning or info");
export type AlertSeverity = z.infer<typeof AlertSeverity>;

/**
 * `critical`: money is at risk and a person is needed, by night too. `warning`: what the desk may do has changed. `info`: what it did
 * as it should.
 */
export const SEVERITY_OF: Readonly<Record<AlertKind, AlertSeverity>> = {
  "stop-missing": "critical",
  "order-ambiguous": "critical",
  "order-in-doubt": "critical",
  uncovered: "critical",
  blind: "critical",
  "market-gone": "critical",
  "held-token-turned": "critical",
  "delisting-notice": "critical",
  "keys-refused": "critical",
  "desk-dead": "critical",
  "store-away": "critical",
  "account-differs": "warning",
  "limit-tripped": "warning",
  "stop-hit": "warning",
  "strategy-ended": "warning",
  "control-changed": "warning",
  "entry-waits": "warning",
  "receipt-unexplained": "warning",
  fill: "info",
  "watch-met": "info",
};

export const Alert = z.object({
  alertId: z.string().describe("one for each occurrence, however often it is looked at"),
  kind: AlertKind,
  symbol: MarketSymbol.nullable(),
  atMs: UnixMs,
  text: z.string(),
  orders: z
    .array(z.string())
    .optional()
    .describe(
      "clientOrderIds it tells of (fill, stop-hit, order-ambiguous, order-in-doubt): none of them is told of by another of its kind",
    ),
  severity: AlertSeverity.optional().describe("where it is not that of its kind"),
  simulated: z.boolean().describe("true where prices are invented"),
});
export type Alert = z.infer<typeof Alert>;

export const severityOf = ({ kind, severity }: Pick<Alert, "kind" | "severity">): AlertSeverity =>
  severity ?? SEVERITY_OF[kind];

/** 0 is the worst. */
const placeOf = (severity: AlertSeverity): number => AlertSeverity.options.indexOf(severity);

/** True where it is `least` or worse. */
export const isAtLeast = (severity: AlertSeverity, least: AlertSeverity): boolean =>
  placeOf(severity) <= placeOf(least);

export const worstOf = (severities: readonly AlertSeverity[]): AlertSeverity =>
  AlertSeverity.options.find((severity) => severities.includes(severity)) ?? "info";
