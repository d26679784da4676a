// Floor 2. A source's newest report, beside the one before → the same, with what was found then and is not spoken of now: an answer that leaves
// a fact out, or says nothing at all, does not make it good.
import type { SecurityCheck, SecurityReport } from "#schemas/security.ts";
import { EXPIRED } from "./check-ids.ts";
import { freezeReport } from "./goplus.ts";
import { judge } from "./rubric.ts";

export const weighs = ({ state, severity }: SecurityCheck): boolean =>
  state === "fail" && severity !== "low" && severity !== "info";

/** What a report has of earlier findings: open checks, each beside an `expired` one with its words. */
export function lostIn(checks: readonly SecurityCheck[]): readonly SecurityCheck[] {
  const words = new Set(checks.flatMap(({ id, evidence }) => (id === EXPIRED ? [evidence] : [])));
  return checks.filter(({ id, evidence }) => id !== EXPIRED && words.has(evidence));
}

/** The same object where nothing is lost. */
export function withLostFindings(before: SecurityReport | undefined, now: SecurityReport): SecurityReport {
  const said = new Set(now.checks.filter(({ state }) => state !== "unknown").map(({ id }) => id));
  const known = before?.checks ?? [];
  const again = lostIn(known);
  const found = known.filter(weighs).map((check) => ({
    ...check,
    evidence: `${check.source} found: ${check.evidence}; its newest answer says nothing of it`,
  }));
  const lost = [...found, ...again]
    .filter(({ id }) => !said.has(id))
    .map(({ id, source, evidence }) => ({ id, state: "unknown", severity: "critical", source, evidence }) as const);
  if (lost.length === 0) return now;
  const ids = new Set(lost.map(({ id }) => id));
  const checks = [
    ...now.checks.filter(({ id }) => !ids.has(id)),
    ...lost,
    ...lost.map((one) => ({ ...one, id: EXPIRED })),
  ];
  return freezeReport({ ...now, ...judge(checks), checks });
}
