// Floor 2. Which open facts another's word may stand in for: a named fact that a source left open, never a critical one, and never silence.
import type { SecurityCheck } from "#schemas/security.ts";
import { EXPIRED, IDENTITY_CHECKS, IMPLEMENTATION, NO_SOURCE, OVERRIDE, RECORD } from "./check-ids.ts";

const SILENCE: ReadonlySet<string> = new Set([RECORD, EXPIRED, OVERRIDE]);

/** Why nothing may be taken as given here, as a clause for people; null: it may. */
export function whyNotSatisfied({ id, state, severity, source, evidence }: SecurityCheck): string | null {
  if (IDENTITY_CHECKS.includes(id))
    return `${id} is about which coin it is and where it trades, not a fact of its code: ${evidence}`;
  if (SILENCE.has(id)) return `${evidence}: nothing stands in for an answer`;
  if (state === "fail") return `${id} is known, and bad: ${evidence}`;
  if (state !== "unknown") return `${id} is known already: ${evidence}`;
  if (source === NO_SOURCE) return `no source that answered says anything of ${id}: nothing stands in for an answer`;
  if (severity === "critical") return `${id} is critical: it is not taken as given on anyone's word`;
  if (id === IMPLEMENTATION) return `${id} is a contract: name the one that was inspected`;
  return null;
}
