// Floor 2. What several sources state of one contract → one check an id. The worse statement holds, whatever the order they come in.
import type { CheckState, SecurityCheck } from "#schemas/security.ts";
import { compareSeverity, isSettled } from "./rubric.ts";

/** Worst first. A source that leaves a fact open has stated nothing, so another's word holds beside it. */
const STATES: readonly CheckState[] = ["fail", "pass", "unknown", "not-applicable"];

const worstFirst = (a: SecurityCheck, b: SecurityCheck): number =>
  STATES.indexOf(a.state) - STATES.indexOf(b.state) || compareSeverity(a.severity, b.severity);

function worseOf(statements: readonly SecurityCheck[]): readonly SecurityCheck[] {
  const [worst, ...others] = statements.toSorted(worstFirst);
  if (worst === undefined) return [];
  const against = others.filter((other) => isSettled(other) && other.state !== worst.state);
  if (!isSettled(worst) || against.length === 0) return [worst];
  const said = against.map(({ source, evidence }) => `${source}: ${evidence}`);
  return [{ ...worst, evidence: `${worst.evidence} (${worst.source}; but ${said.join("; ")})` }];
}

/** One check an id. Of equal statements the first stands, and ids in the order in which they appear: give them in an order of their own. */
export const mergeChecks = (statements: readonly SecurityCheck[]): readonly SecurityCheck[] =>
  [...Map.groupBy(statements, ({ id }) => id).values()].flatMap(worseOf);
