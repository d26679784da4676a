// Floor 1. Token security: tri-state checks and a verdict lattice in which the worst wins.
import { z } from "zod";

export const CheckState = z.enum(["pass", "fail", "unknown", "not-applicable"]);
export type CheckState = z.infer<typeof CheckState>;

export const Severity = z.enum(["critical", "high", "medium", "low", "info"]);
export type Severity = z.infer<typeof Severity>;

/** Law 4, worst first: block > unknown > caution > clear; `not-applicable` for a coin native to its own chain. */
export const SecurityVerdict = z.enum(["block", "unknown", "caution", "clear", "not-applicable"]);
export type SecurityVerdict = z.infer<typeof SecurityVerdict>;

export const SecurityCheck = z.object({
  /** The field's name at its source, for example `is_honeypot`. */
  id: z.string(),
  state: CheckState,
  severity: Severity,
  source: z.string(),
  /** What was seen, in words a trader accepts; text from a token is length-capped and quoted. */
  evidence: z.string(),
});
export type SecurityCheck = z.infer<typeof SecurityCheck>;

export const SecurityReport = z.object({
  verdict: SecurityVerdict,
  /** The one line that explains the verdict. */
  reason: z.string(),
  /** Chain id of the canonical contract (EVM number or name), null for a native coin or where it is not known. */
  chain: z.string().nullable(),
  contract: z.string().nullable(),
  checks: z.array(SecurityCheck),
  /** When the source saw what it reports. */
  observedAtMs: z.int(),
  /** After this moment the report counts as `unknown`. */
  validUntilMs: z.int(),
});
export type SecurityReport = z.infer<typeof SecurityReport>;

/** True where an entry may be made as far as token security is concerned (law 4). */
export const mayEnter = (verdict: SecurityVerdict): boolean =>
  verdict === "clear" || verdict === "caution" || verdict === "not-applicable";
