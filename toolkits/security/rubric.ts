// Floor 2. Checks → verdict: what is checked and how much each finding weighs (rubric.json), and the lattice in which the
// worst wins. There is no score: good findings never buy off a bad one.
import { z } from "zod";
import { InvariantError } from "#schemas/errors.ts";
import { type SecurityCheck, type SecurityVerdict, Severity } from "#schemas/security.ts";
import { EXPLAINED, RECORD } from "./check-ids.ts";
import table from "./rubric.json" with { type: "json" };

/** Changes whenever a rule below changes, so that reports made under the old rules become stale. */
export const RUBRIC_DEFINITION_ID = "token-rubric/2";

/** One yes-or-no fact of a token: what it weighs and how it reads. */
const FlagRule = z.strictObject({
  id: z.string(),
  severity: Severity,
  /** Without this fact there is no verdict better than `unknown`. */
  required: z.boolean().default(false),
  /** By design in well-known tokens (a stablecoin's mint and pause): a trust entry lowers the finding to `info`. */
  trustable: z.boolean().default(false),
  /** The answer that is a finding. */
  badWhen: z.boolean().default(true),
  /** Evidence of the finding, in a trader's words. */
  bad: z.string(),
  /** Evidence of a pass. */
  good: z.string(),
  /** Evidence where it is not reported, if the id does not tell. */
  unknown: z.string().optional(),
  /** What the name of the field does not say. */
  why: z.string().optional(),
});
export type FlagRule = Readonly<z.infer<typeof FlagRule>>;

const rules = z
  .strictObject({
    evm: z.array(FlagRule),
    solana: z.array(FlagRule),
    other: z.record(
      z.enum(["is_mintable", "fake_token", "default_account_state", "transfer_hook", "malicious_address"]),
      FlagRule,
    ),
    sources: z.array(FlagRule),
  })
  .parse(table);

/** EVM contracts; ids are the fields of https://docs.gopluslabs.io/reference/response-details */
export const EVM_FLAGS: readonly FlagRule[] = rules.evm;

/** Solana tokens: powers that an authority holds, ids as GoPlus names them. */
export const SOLANA_FLAGS: readonly FlagRule[] = rules.solana;

/** Facts whose answer is not the plain flag of their name. */
export const OTHER_FLAGS = rules.other;

/** Facts that only sources beside GoPlus tell, each of some chains: none of them is required. */
export const SOURCE_FLAGS: readonly FlagRule[] = rules.sources;

const BY_ID: ReadonlyMap<string, FlagRule> = new Map(
  [...EVM_FLAGS, ...SOLANA_FLAGS, ...Object.values(OTHER_FLAGS), ...SOURCE_FLAGS].map((rule) => [rule.id, rule]),
);

/** The rule of a fact that more than one source tells. @throws InvariantError for one that rubric.json does not have */
export function flagRule(id: string): FlagRule {
  const rule = BY_ID.get(id);
  if (rule !== undefined) return rule;
  throw new InvariantError({ was: `rubric.json has no rule of ${id}.`, remedy: "Add it there." });
}

const requiredIds = (rules: readonly FlagRule[]): readonly string[] =>
  rules.filter((flag) => flag.required).map((flag) => flag.id);

/** A verdict better than `unknown` needs every fact of one of these sets to be known. */
export const REQUIRED_CHECKS: { readonly evm: readonly string[]; readonly solana: readonly string[] } = {
  evm: [...requiredIds(EVM_FLAGS), "is_mintable", "buy_tax", "sell_tax"],
  solana: [...requiredIds(SOLANA_FLAGS), "default_account_state", "transfer_fee", "transfer_hook"],
};

/** Facts that may stay unknown. Any id not listed counts as required, so that a new check fails closed. */
const OPTIONAL_CHECKS: ReadonlySet<string> = new Set([
  ...[...EVM_FLAGS, ...SOLANA_FLAGS, ...SOURCE_FLAGS].filter((flag) => !flag.required).map((flag) => flag.id),
  "reported_risks",
  "fake_token",
  "transfer_tax",
  "top_holders",
  "liquidity_lock",
  "holder_count",
  // What another source says is enough; without all required facts there is no verdict anyway.
  RECORD,
]);

/** What a fact weighs where it is not known; a fact without a rule of its own is a rate, or new. */
export const severityOf = (id: string): Severity => BY_ID.get(id)?.severity ?? "high";

/** Every fact of a token's code and pools that the rubric reads, by id. */
export const TOKEN_FACTS: readonly string[] = [
  ...new Set(
    [...BY_ID.keys(), ...Object.values(REQUIRED_CHECKS).flat(), ...OPTIONAL_CHECKS].filter((id) => id !== RECORD),
  ),
];

/** Ratios (0.05 = 5 %). From 50 % on a sale is robbery, from 10 % no trade can pay for it, under 2 % it is a cost. */
export function taxSeverity(taxRatio: number): Severity | null {
  if (taxRatio >= 0.5) return "critical";
  if (taxRatio >= 0.1) return "high";
  if (taxRatio >= 0.02) return "medium";
  return null;
}

/** Negative where `a` is the more severe. */
export const compareSeverity = (a: Severity, b: Severity): number =>
  Severity.options.indexOf(a) - Severity.options.indexOf(b);

const worstFirst = (checks: readonly SecurityCheck[]): readonly SecurityCheck[] =>
  checks.toSorted((a, b) => compareSeverity(a.severity, b.severity));

function findingsLine(label: string, findings: readonly SecurityCheck[]): string {
  const [worst] = worstFirst(findings);
  const rest = findings.length - 1;
  const more = rest === 0 ? "" : `, and ${rest} more ${rest === 1 ? "finding" : "findings"}`;
  return `${label}: ${worst?.evidence ?? ""}${more}.`;
}

/** What stands against a token, worst first: failures that weigh, then what ought to be known and is not. */
export const wrongChecks = (checks: readonly SecurityCheck[]): readonly SecurityCheck[] => [
  ...worstFirst(checks.filter(({ state, severity }) => state === "fail" && severity !== "info")),
  ...checks.filter(({ id, state }) => state === "unknown" && !OPTIONAL_CHECKS.has(id)),
];

export const isSettled = (check: SecurityCheck): boolean => check.state === "pass" || check.state === "fail";

/** What is about identity, implementation or expiry by its evidence, then facts by id, then sources that said nothing. */
function unknownLine(checks: readonly SecurityCheck[]): string {
  const open = checks.filter((check) => check.state === "unknown");
  const evidenceOf = (ids: (id: string) => boolean): readonly string[] =>
    open.filter(({ id }) => ids(id)).map(({ evidence }) => evidence.replace(/\.$/, ""));
  const facts = open.filter(({ id }) => !EXPLAINED.has(id) && !OPTIONAL_CHECKS.has(id)).map(({ id }) => id);
  const said = [
    ...evidenceOf((id) => EXPLAINED.has(id) && id !== RECORD),
    ...(facts.length === 0 ? [] : [facts.join(", ")]),
    ...evidenceOf((id) => id === RECORD),
  ];
  return said.length === 0 ? "The required facts were not all checked." : `Not known: ${said.join("; ")}.`;
}

/**
 * Law 4: block > unknown > caution > clear. A failed critical or high check blocks; else a required fact that is not
 * known makes `unknown`; else a failed medium check makes `caution`. Low and info findings are shown only.
 */
export function judge(checks: readonly SecurityCheck[]): {
  readonly verdict: SecurityVerdict;
  readonly reason: string;
} {
  const failed = checks.filter((check) => check.state === "fail");
  const blocking = failed.filter((check) => check.severity === "critical" || check.severity === "high");
  if (blocking.length > 0) return { verdict: "block", reason: findingsLine("Blocked", blocking) };

  const isOpen = checks.some((check) => check.state === "unknown" && !OPTIONAL_CHECKS.has(check.id));
  const known = new Set(checks.filter(isSettled).map((check) => check.id));
  const isComplete = Object.values(REQUIRED_CHECKS).some((ids) => ids.every((id) => known.has(id)));
  if (isOpen || !isComplete) return { verdict: "unknown", reason: unknownLine(checks) };

  const cautions = failed.filter((check) => check.severity === "medium");
  if (cautions.length > 0) return { verdict: "caution", reason: findingsLine("Caution", cautions) };
  const passed = checks.filter((check) => check.state === "pass").length;
  return { verdict: "clear", reason: `${passed} checks passed, none that matters failed.` };
}
