// Floor 2. A source's newest report, beside the one before → the same, with what was found then and is not spoken of now: an answer that leaves
// a fact out, or says nothing at all, does not make it good.
import type { SecurityCheck, SecurityReport } from "#schemas/security.ts";
import { EXPIRED } from "./check-ids.ts";
import { freezeReport } from "./goplus.ts";
import { judge } from "./rubric.ts";

const weighs = ({ state, severity }: SecurityCheck): boolean =>
  state === "fail" && severity !== "low" && severity !== "info";

/** The same object where nothing is lost. */
export function withLostFindings(before: SecurityReport | undefined, now: SecurityReport): SecurityReport {
  const said = new Set(now.checks.filter(({ state }) => state !== "unknown").map(({ id }) => id));
  const lostBefore = new Set(before?.checks.flatMap(({ id, evidence }) => (id === EXPIRED ? [evidence] : [])));
  const lost = (before?.checks ?? []).flatMap((check): readonly SecurityCheck[] => {
    const { id, source, evidence } = check;
    const isStillLost = id !== EXPIRED && lostBefore.has(evidence);
    if (said.has(id) || !(weighs(check) || isStillLost)) return [];
    const words = isStillLost ? evidence : `${source} found: ${evidence}; its newest answer says nothing of it`;
    const open = { state: "unknown", severity: "critical", source, evidence: words } as const;
    return [
      { id, ...open },
      { id: EXPIRED, ...open },
    ];
  });
  if (lost.length === 0) return now;
  const ids = new Set(lost.map(({ id }) => id));
  const checks = [...now.checks.filter(({ id }) => !ids.has(id)), ...lost];
  return freezeReport({ ...now, ...judge(checks), checks });
}
