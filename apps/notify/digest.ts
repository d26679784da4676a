// Floor 6. Alerts that waited for the end of the quiet hours → one message.
import type { Alert } from "#schemas/alert.ts";
import { alertLine } from "./terminal.ts";

/** A line each, oldest first. */
export const digestText = (alerts: readonly Alert[]): string =>
  [`${alerts.length} alerts of the quiet hours:`, ...alerts.map(alertLine)].join("\n");
