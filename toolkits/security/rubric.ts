// Floor 2. Checks -> verdict: the table of what is checked, how much each finding weighs, and the lattice in which the
// worst wins. There is no score: good findings never buy off a bad one.
import type { SecurityCheck, SecurityVerdict, Severity } from "#schemas/security.ts";

/** Changes whenever a rule below changes, so that reports made under the old rules become stale. */
export const RUBRIC_DEFINITION_ID = "token-rubric/1";

/** One yes-or-no fact of a token: what it weighs and how it reads. */
export interface FlagRule {
  readonly id: string;
  readonly severity: Severity;
  /** Without this fact there is no verdict better than `unknown`. */
  readonly required: boolean;
  /** By design in well-known tokens (a stablecoin's mint and pause): a trust entry lowers the finding to `info`. */
  readonly trustable: boolean;
  /** The answer that is a finding. */
  readonly badWhen: boolean;
  /** Evidence of the finding, in a trader's words. */
  readonly bad: string;
  /** Evidence of a pass. */
  readonly good: string;
}

type RuleText = readonly [id: string, severity: Severity, bad: string, good: string];
interface RuleTraits {
  readonly required?: boolean;
  readonly trustable?: boolean;
  readonly badWhen?: boolean;
}

const rule = ([id, severity, bad, good]: RuleText, traits: RuleTraits = {}): FlagRule => ({
  id,
  severity,
  bad,
  good,
  required: traits.required ?? false,
  trustable: traits.trustable ?? false,
  badWhen: traits.badWhen ?? true,
});

const REQUIRED: RuleTraits = { required: true };
const TRUSTABLE: RuleTraits = { trustable: true };
const REQUIRED_TRUSTABLE: RuleTraits = { required: true, trustable: true };

/** EVM contracts; ids are the fields of https://docs.gopluslabs.io/reference/response-details */
export const EVM_FLAGS: readonly FlagRule[] = [
  rule(["is_honeypot", "critical", "honeypot: it can be bought but not sold", "it can be sold again"], REQUIRED),
  rule(["cannot_sell_all", "critical", "a holder cannot sell the whole balance", "the whole balance can be sold"]),
  rule(["cannot_buy", "critical", "it cannot be bought", "it can be bought"]),
  rule(
    ["owner_change_balance", "critical", "the owner can change anyone's balance", "balances are out of reach"],
    REQUIRED,
  ),
  rule(["is_airdrop_scam", "critical", "it is handed out as an airdrop scam", "not an airdrop scam"]),
  rule(["is_true_token", "critical", "a counterfeit of another token", "the genuine token"], { badWhen: false }),
  rule(["selfdestruct", "critical", "the contract can destroy itself", "it cannot destroy itself"]),
  rule(
    ["is_open_source", "high", "closed source: nobody can read what the contract does", "source code is published"],
    { required: true, badWhen: false },
  ),
  rule(["hidden_owner", "high", "the contract has a hidden owner", "no hidden owner"], REQUIRED),
  rule(
    ["can_take_back_ownership", "high", "a given-up ownership can be taken back", "ownership stays given up"],
    TRUSTABLE,
  ),
  rule(["slippage_modifiable", "high", "the owner can change the tax", "the tax is fixed"], TRUSTABLE),
  rule(
    ["personal_slippage_modifiable", "high", "the owner can set a tax for one holder", "one tax for all holders"],
    TRUSTABLE,
  ),
  rule(["honeypot_with_same_creator", "high", "its creator has made honeypots", "no honeypot by its creator"]),
  rule(["is_proxy", "medium", "a proxy: its code can be replaced", "its code cannot be replaced"], REQUIRED_TRUSTABLE),
  rule(
    ["transfer_pausable", "medium", "the owner can pause all transfers", "transfers cannot be paused"],
    REQUIRED_TRUSTABLE,
  ),
  // The field says that the contract *has* a blacklist, not that the token is on one.
  rule(["is_blacklisted", "medium", "the contract can bar holders by a blacklist", "it has no blacklist"], TRUSTABLE),
  rule(["trading_cooldown", "medium", "it forces a pause between trades", "no forced pause between trades"], TRUSTABLE),
  rule(["external_call", "medium", "transfers depend on another contract", "transfers depend on no other contract"]),
  rule(["is_whitelisted", "low", "it has a list of favoured holders", "no list of favoured holders"]),
  rule(["is_anti_whale", "low", "it limits the size of a trade or holding", "no limit on trades or holdings"]),
  rule(["anti_whale_modifiable", "low", "the owner can change that limit", "that limit is fixed"]),
];

/** Solana tokens: powers that an authority holds, ids as GoPlus names them. */
export const SOLANA_FLAGS: readonly FlagRule[] = [
  rule(
    ["balance_mutable_authority", "critical", "an authority can change balances", "balances are out of reach"],
    REQUIRED,
  ),
  rule(["non_transferable", "critical", "it cannot be transferred", "it can be transferred"], REQUIRED),
  rule(["mintable", "high", "an authority can mint more", "nobody can mint more"], REQUIRED_TRUSTABLE),
  rule(["freezable", "high", "an authority can freeze accounts", "nobody can freeze accounts"], REQUIRED_TRUSTABLE),
  rule(["closable", "high", "an authority can close the token", "nobody can close the token"], REQUIRED),
  rule(
    ["default_account_state_upgradable", "medium", "new accounts could be frozen later", "account state is fixed"],
    TRUSTABLE,
  ),
  rule(["transfer_fee_upgradable", "medium", "the transfer fee can be raised", "the transfer fee is fixed"], TRUSTABLE),
  rule(
    ["transfer_hook_upgradable", "medium", "the transfer hook can be replaced", "the transfer hook is fixed"],
    TRUSTABLE,
  ),
  rule(["metadata_mutable", "low", "its name and picture can be changed", "its name and picture are fixed"]),
];

const requiredIds = (rules: readonly FlagRule[]): readonly string[] =>
  rules.filter((flag) => flag.required).map((flag) => flag.id);

/** A verdict better than `unknown` needs every fact of one of these sets to be known. */
export const REQUIRED_CHECKS: { readonly evm: readonly string[]; readonly solana: readonly string[] } = {
  evm: [...requiredIds(EVM_FLAGS), "is_mintable", "buy_tax", "sell_tax"],
  solana: [...requiredIds(SOLANA_FLAGS), "default_account_state", "transfer_fee", "transfer_hook"],
};

/** Facts that may stay unknown. Any id not listed counts as required, so that a new check fails closed. */
const OPTIONAL_CHECKS: ReadonlySet<string> = new Set([
  ...[...EVM_FLAGS, ...SOLANA_FLAGS].filter((flag) => !flag.required).map((flag) => flag.id),
  "fake_token",
  "transfer_tax",
  "top_holders",
  "liquidity_lock",
  "holder_count",
]);

/** Ratios (0.05 = 5 %). From 50 % on a sale is robbery, from 10 % no trade can pay for it, under 2 % it is a cost. */
export function taxSeverity(taxRatio: number): Severity | null {
  if (taxRatio >= 0.5) return "critical";
  if (taxRatio >= 0.1) return "high";
  if (taxRatio >= 0.02) return "medium";
  return null;
}

const SEVERITIES: readonly Severity[] = ["critical", "high", "medium", "low", "info"];

const worstFirst = (checks: readonly SecurityCheck[]): readonly SecurityCheck[] =>
  checks.toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));

function findingsLine(label: string, findings: readonly SecurityCheck[]): string {
  const [worst] = worstFirst(findings);
  const rest = findings.length - 1;
  const more = rest === 0 ? "" : `, and ${rest} more ${rest === 1 ? "finding" : "findings"}`;
  return `${label}: ${worst?.evidence ?? ""}${more}.`;
}

const isSettled = (check: SecurityCheck): boolean => check.state === "pass" || check.state === "fail";

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

  const missing = checks.filter((check) => check.state === "unknown" && !OPTIONAL_CHECKS.has(check.id));
  if (missing.length > 0) {
    return { verdict: "unknown", reason: `Not known: ${missing.map((check) => check.id).join(", ")}.` };
  }
  const known = new Set(checks.filter(isSettled).map((check) => check.id));
  const isComplete = Object.values(REQUIRED_CHECKS).some((ids) => ids.every((id) => known.has(id)));
  if (!isComplete) return { verdict: "unknown", reason: "The required facts were not all checked." };

  const cautions = failed.filter((check) => check.severity === "medium");
  if (cautions.length > 0) return { verdict: "caution", reason: findingsLine("Caution", cautions) };
  const passed = checks.filter((check) => check.state === "pass").length;
  return { verdict: "clear", reason: `${passed} checks passed, none that matters failed.` };
}
