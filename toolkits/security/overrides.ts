// Floor 2. A report under the operator's overrides: what one desk makes of it. Worse verdicts bind at once; a named fact that a source left open is
// taken as given; nothing that was found is made better. Analyses keep the report itself, which other desks read too.
import { contractText } from "#schemas/chain.ts";
import { type SecurityCheck, type SecurityReport, SecurityVerdict } from "#schemas/security.ts";
import type { StandingOverride } from "#schemas/security-trust.ts";
import { IMPLEMENTATION, OVERRIDE } from "./check-ids.ts";
import { freezeReport } from "./goplus.ts";
import { quoteText } from "./goplus-fields.ts";
import { judge } from "./rubric.ts";
import { whyNotSatisfied } from "./satisfy.ts";

/** Those about a coin as its venue names it (null: none), and about the contract that it is. Of a coin there are verdicts only. */
export function overridesOn(
  { chain, contract }: Pick<SecurityReport, "chain" | "contract">,
  base: string | null,
  overrides: ReadonlyMap<string, StandingOverride>,
): readonly StandingOverride[] {
  if (overrides.size === 0) return NONE;
  const code = chain === null || contract === null ? null : contractText({ chain, contract });
  return [...overrides.values()].filter(({ target, fact }) => target === code || (target === base && fact === null));
}

const NONE: readonly StandingOverride[] = [];

/** The same object where no override is about it. */
export function underOverrides(
  report: SecurityReport,
  base: string | null,
  overrides: ReadonlyMap<string, StandingOverride>,
): SecurityReport {
  const own = overridesOn(report, base, overrides);
  return own.length === 0 ? report : own.reduce(barred, given(report, own));
}

/** Facts can make an `unknown` better, and nothing else. */
function given(report: SecurityReport, own: readonly StandingOverride[]): SecurityReport {
  if (report.verdict !== "unknown") return report;
  const checks = report.checks.map((check) => satisfied(check, report, own));
  if (checks.every((check, index) => check === report.checks[index])) return report;
  return freezeReport({ ...report, ...judge(checks), checks });
}

function satisfied(check: SecurityCheck, report: SecurityReport, own: readonly StandingOverride[]): SecurityCheck {
  const word = own.find(({ fact }) => fact === check.id);
  if (word === undefined || whyNotGiven(check, report, word.implementation) !== null) return check;
  const evidence = `${check.evidence}; taken as given by ${word.by}: ${quoteText(word.reason)}`;
  return { ...check, state: "pass", source: word.by, evidence };
}

/** Why this check may not be taken as given, as a clause for people; null: it may. */
export function whyNotGiven(
  check: SecurityCheck,
  report: SecurityReport,
  implementation: string | null,
): string | null {
  if (check.id !== IMPLEMENTATION || check.state !== "unknown") return whyNotSatisfied(check);
  const { implementation: now } = report;
  if (typeof now !== "string") return `${check.evidence}: nothing stands in for an answer`;
  return now === implementation ? null : `its calls go to ${now}, so that is what has to be named`;
}

const isWorse = (a: SecurityVerdict, b: SecurityVerdict): boolean =>
  SecurityVerdict.options.indexOf(a) < SecurityVerdict.options.indexOf(b);

/** No better than the operator's verdict. */
function barred(report: SecurityReport, { verdict, by, reason: words }: StandingOverride): SecurityReport {
  if (verdict === null) return report;
  const state = verdict === "block" ? "fail" : "unknown";
  const evidence = `${by} says so: ${quoteText(words)}`;
  const check: SecurityCheck = { id: OVERRIDE, state, severity: "critical", source: by, evidence };
  const checks = [...report.checks, check];
  if (!isWorse(verdict, report.verdict)) return freezeReport({ ...report, checks });
  const label = verdict === "block" ? "Blocked" : "Not known";
  return freezeReport({ ...report, verdict, reason: `${label}: ${evidence}.`, checks });
}
