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
  id: z.string().describe("the field's name at its source, for example `is_honeypot`"),
  state: CheckState,
  severity: Severity,
  source: z.string(),
  evidence: z
    .string()
    .describe("what was seen, in words a trader accepts; text from a token is length-capped and quoted"),
});
export type SecurityCheck = z.infer<typeof SecurityCheck>;

/** One source's part in a report. */
export const SecurityEvidence = z.object({
  source: z.string(),
  observedAtMs: z.int().describe("when it saw what it says; UTC epoch ms"),
  validUntilMs: z.int().describe("after this moment its word counts as `unknown`; UTC epoch ms"),
});
export type SecurityEvidence = z.infer<typeof SecurityEvidence>;

export const SecurityReport = z.object({
  verdict: SecurityVerdict,
  reason: z.string().describe("the one line that explains the verdict"),
  chain: z
    .string()
    .nullable()
    .describe(
      "chain id of the canonical contract (EVM number or name), null for a native coin or where it is not known",
    ),
  contract: z.string().nullable(),
  checks: z.array(SecurityCheck),
  observedAtMs: z.int().describe("when the source saw what it reports; UTC epoch ms"),
  validUntilMs: z.int().describe("after this moment the report counts as `unknown`; UTC epoch ms"),
  implementation: z
    .string()
    .nullable()
    .optional()
    .describe(
      "of a proxy: the contract that its calls go to now; null: the source says that it is none; left out: it does not say",
    ),
  evidence: z.array(SecurityEvidence).optional().describe("of a combined report: whose word it is, and from when"),
});
export type SecurityReport = z.infer<typeof SecurityReport>;

/** As a person reads it: a chain's own coin has no contract to check. */
export const verdictWord = (verdict: SecurityVerdict): string => (verdict === "not-applicable" ? "native" : verdict);

/** True where an entry may be made as far as token security is concerned (law 4). */
export const mayEnter = (verdict: SecurityVerdict): boolean =>
  verdict === "clear" || verdict === "caution" || verdict === "not-applicable";
