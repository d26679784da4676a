// Floor 4. Alerts that a channel has not taken → those that it is given now: severity and quiet hours, the same for every channel
// that reaches people elsewhere.
import { type Alert, isAtLeast, severityOf } from "#schemas/alert.ts";
import type { NotificationPolicy } from "#schemas/config.ts";
import { isQuiet } from "#schemas/quiet-hours.ts";
import type { UnixMs } from "#schemas/units.ts";

export interface Pushed {
  /** A message each. */
  readonly alone: readonly Alert[];
  /** What was raised in quiet hours that are over: one message, two alerts at least. */
  readonly together: readonly Alert[];
}

/** @param untaken oldest first; what waits on is in neither list */
export function pushedNow(untaken: readonly Alert[], policy: NotificationPolicy, nowMs: UnixMs): Pushed {
  const { leastSeverity, quietHours } = policy;
  const severe = untaken.filter((alert) => isAtLeast(severityOf(alert), leastSeverity));
  if (quietHours === null) return { alone: severe, together: [] };
  const isCritical = (alert: Alert): boolean => severityOf(alert) === "critical";
  if (isQuiet(quietHours, nowMs)) return { alone: severe.filter(isCritical), together: [] };
  const waited = (alert: Alert): boolean => !isCritical(alert) && isQuiet(quietHours, alert.atMs);
  const together = severe.filter(waited);
  if (together.length < 2) return { alone: severe, together: [] };
  return { alone: severe.filter((alert) => !waited(alert)), together };
}
