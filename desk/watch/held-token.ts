// Floor 4. A security report when something was bought, and the one of now → what of the token has changed meanwhile. Pure. What counts is
// whether a check passes, fails and how gravely, the contract, and the code behind a proxy; figures that move within that are no change.
import { z } from "zod";
import type { AlertSeverity } from "#schemas/alert.ts";
import { plainLine } from "#schemas/plain-line.ts";
import { type SecurityCheck, type SecurityReport, Severity } from "#schemas/security.ts";
import { UnixMs } from "#schemas/units.ts";
import { mergeChecks } from "#toolkits/security/merge-checks.ts";

/** `fine`: it passes, or does not apply. */
const Finding = z.union([z.enum(["fine", "unknown"]), Severity]);
type Finding = z.infer<typeof Finding>;

/** What is kept of a report. */
export const TokenFacts = z.object({
  /** `CHAIN:ADDRESS`; null: not known, or a chain's own coin. */
  contract: z.string().nullable(),
  /** Of a proxy; null: it is none; left out: not known. */
  implementation: z.string().nullable().optional(),
  checks: z.record(z.string(), z.object({ finding: Finding, says: z.string() })),
});
export type TokenFacts = Readonly<z.infer<typeof TokenFacts>>;

/** The facts that a held token is compared with. */
export const KeptToken = TokenFacts.extend({
  /** When the positions were opened that are held of it; none: it is being bought. */
  openedMs: z.array(UnixMs),
});
export type KeptToken = Readonly<z.infer<typeof KeptToken>>;

export interface TokenChange {
  /** What it is about, and to what it has changed: the same as long as it is the same. */
  readonly name: string;
  readonly severity: AlertSeverity;
  readonly text: string;
}

/** Of failures. */
const isGraver = (one: Finding, other: Finding): boolean =>
  Severity.options.indexOf(one as Severity) < Severity.options.indexOf(other as Severity);

const findingOf = ({ state, severity }: SecurityCheck): Finding =>
  state === "fail" ? severity : state === "unknown" ? "unknown" : "fine";

const isFailure = (finding: Finding): boolean => finding !== "fine" && finding !== "unknown";

const SAYS_CHARACTERS = 100;

export function tokenFacts({ chain, contract, implementation, checks }: SecurityReport): TokenFacts {
  const kept = mergeChecks(checks).map(
    (check) => [check.id, { finding: findingOf(check), says: plainLine(check.evidence, SAYS_CHARACTERS) }] as const,
  );
  return {
    contract: contract === null ? null : `${chain ?? "?"}:${contract}`,
    ...(implementation === undefined ? {} : { implementation }),
    checks: Object.fromEntries(kept),
  };
}

/** What it was, beside what it is now. What was not known and is no finding now is learned, not changed. */
export function changesOf(was: TokenFacts, is: TokenFacts): readonly TokenChange[] {
  const changes: TokenChange[] = [];
  if (was.contract !== null && is.contract !== null && was.contract !== is.contract)
    changes.push(moved("contract", was.contract, is.contract));
  if (was.implementation !== undefined && is.implementation !== undefined && was.implementation !== is.implementation)
    changes.push(moved("implementation", was.implementation ?? "no proxy", is.implementation ?? "no proxy"));
  for (const [id, now] of Object.entries(is.checks)) {
    const before = was.checks[id];
    if (before === undefined || before.finding === now.finding || isLearned(before, now)) continue;
    changes.push({
      name: `${id}:${now.finding}`,
      severity: severityOf(before.finding, now.finding),
      text: `${plainLine(id, 40)} ${said(before)} when bought, now ${said(now)}`,
    });
  }
  return changes;
}

/** Before the name of what is no check: no check's id begins so. */
const OF_CODE = "=";

/** The code that is bought and sold is another: whatever was looked at, it was not this. */
const moved = (what: string, was: string, is: string): TokenChange => ({
  name: `${OF_CODE}${what}:${is}`,
  severity: "critical",
  text: `${what} was ${plainLine(was, 80)} when bought, now ${plainLine(is, 80)}`,
});

type KeptCheck = TokenFacts["checks"][string];

const isLearned = (before: KeptCheck, now: KeptCheck): boolean =>
  before.finding === "unknown" && now.finding === "fine";

/** Better than it was: for information. No longer known: what it might be is not. */
function severityOf(before: Finding, now: Finding): AlertSeverity {
  if (now === "unknown") return "warning";
  if (now === "fine" || (isFailure(before) && !isGraver(now, before))) return "info";
  return now === "critical" || now === "high" ? "critical" : now === "medium" ? "warning" : "info";
}

const STATES: Readonly<Partial<Record<Finding, string>>> = { fine: "passed", unknown: "unknown" };

/** `failed, critical (“the code stops sales”)`. */
const said = ({ finding, says }: KeptCheck): string => `${STATES[finding] ?? `failed, ${finding}`} (“${says}”)`;

/** Bought again since the last look: nothing of what was held then is. */
export const isBoughtAnew = (was: KeptToken | undefined, openedMs: readonly UnixMs[]): boolean =>
  was !== undefined &&
  was.openedMs.length > 0 &&
  openedMs.length > 0 &&
  !was.openedMs.some((ms) => openedMs.includes(ms));

/**
 * The facts to compare with from now on: those of before, and what has become known since. A first look at what was bought while nothing
 * was kept counts as its beginning, and so does the first look at a check that no report had.
 * @param is null: nothing is known of it in this slot
 */
export function keptToken(
  before: KeptToken | undefined,
  is: TokenFacts | null,
  openedMs: readonly UnixMs[],
): KeptToken | undefined {
  const opened = { openedMs: [...openedMs] };
  if (before === undefined) return is === null ? undefined : { ...is, ...opened };
  if (is === null) return { ...before, ...opened };
  const checks = { ...before.checks };
  for (const [id, now] of Object.entries(is.checks)) {
    const known = checks[id];
    if (known === undefined || isLearned(known, now)) checks[id] = now;
  }
  const implementation = before.implementation === undefined ? is.implementation : before.implementation;
  return {
    contract: before.contract ?? is.contract,
    ...(implementation === undefined ? {} : { implementation }),
    checks,
    ...opened,
  };
}

/** Whether a change that was told can neither be seen nor be ruled out by this look. */
export function isOpen(name: string, is: TokenFacts | null): boolean {
  if (is === null) return true;
  const what = name.slice(0, name.indexOf(":"));
  if (what === `${OF_CODE}contract`) return is.contract === null;
  if (what === `${OF_CODE}implementation`) return is.implementation === undefined;
  return (is.checks[what]?.finding ?? "unknown") === "unknown";
}
