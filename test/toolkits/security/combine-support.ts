// Parts of combined reports: an identity that holds, reports of sources, and what they are put together with.
import type { ContractId } from "#schemas/chain.ts";
import type { CoinIdentity } from "#schemas/coin.ts";
import type { SecurityCheck, SecurityReport } from "#schemas/security.ts";
import { overrideKey, type StandingOverride } from "#schemas/security-trust.ts";
import { DAY_MS, type UnixMs, unixMs } from "#schemas/units.ts";
import { type CombineInput, combinedReport } from "#toolkits/security/combine.ts";
import { freezeReport, reportFromGoPlus } from "#toolkits/security/goplus.ts";
import { underOverrides } from "#toolkits/security/overrides.ts";
import { NOW_MS, OBSERVED_MS, SOUND_EVM, SOUND_SOLANA, VALID_UNTIL_MS } from "./goplus-records.ts";

export const CONTRACT = { chain: "1", contract: "0x00000000000000000000000000000000000c0de1" } as const;
export const CODE_A = "0x000000000000000000000000000000000000aaaa";
export const CODE_B = "0x000000000000000000000000000000000000bbbb";

interface Validity {
  readonly observedAtMs?: number;
  readonly validUntilMs?: number;
}

/** What GoPlus would say of a record. */
export function goplus(
  change: Readonly<Record<string, unknown>> = {},
  more: Validity & { readonly contract?: ContractId; readonly base?: Readonly<Record<string, unknown>> } = {},
): SecurityReport {
  const { contract = CONTRACT, observedAtMs = OBSERVED_MS, validUntilMs = VALID_UNTIL_MS } = more;
  const record = { ...(more.base ?? (contract.chain === "solana" ? SOUND_SOLANA : SOUND_EVM)), ...change };
  const dates = { observedAtMs: unixMs(observedAtMs), validUntilMs: unixMs(validUntilMs), nowMs: unixMs(observedAtMs) };
  return reportFromGoPlus({ record, source: "goplus", ...contract, ...dates });
}

export const checkOf = (
  id: string,
  state: SecurityCheck["state"],
  severity: SecurityCheck["severity"],
  source: string,
): SecurityCheck => ({ id, state, severity, source, evidence: `${id} ${state} at ${source}` });

/** What another source says, its verdict is of no account. */
export function said(
  source: string,
  checks: readonly (readonly [string, SecurityCheck["state"], SecurityCheck["severity"]])[],
  more: Partial<SecurityReport> & Validity = {},
): SecurityReport {
  return freezeReport({
    verdict: "unknown",
    reason: "a part",
    ...CONTRACT,
    checks: checks.map(([id, state, severity]) => checkOf(id, state, severity, source)),
    observedAtMs: OBSERVED_MS,
    validUntilMs: VALID_UNTIL_MS,
    ...more,
  });
}

/** The chain itself: where the calls of a contract go. */
export const rpc = (implementation: string | null, more: Partial<SecurityReport> = {}): SecurityReport =>
  said("rpc", [["is_proxy", implementation === null ? "pass" : "fail", "medium"]], { implementation, ...more });

export const identityOf = (change: Partial<CoinIdentity> = {}): CoinIdentity => ({
  base: "TOK",
  asset: { id: "token", ticker: "TOK", name: "Token", rank: 80, marketCapUsd: 1e9 },
  contract: CONTRACT,
  nativeTo: null,
  checks: ["ranked", "venue_contract", "price", "transfers", "listing"].map((id) =>
    checkOf(id, "pass", "critical", "identity"),
  ),
  seenAtMs: OBSERVED_MS,
  validUntilMs: unixMs(OBSERVED_MS + DAY_MS),
  ...change,
});

export const nativeIdentity = (change: Partial<CoinIdentity> = {}): CoinIdentity =>
  identityOf({ base: "ETH", contract: null, nativeTo: "Ethereum", ...change });

export const pinnedAt = (implementation: string) => ({
  ...CONTRACT,
  implementation,
  seenAtMs: OBSERVED_MS,
  why: "its source is verified",
});

export const override = (change: Partial<StandingOverride> = {}): StandingOverride => ({
  target: `${CONTRACT.chain}:${CONTRACT.contract}`,
  fact: null,
  implementation: null,
  verdict: null,
  by: "ada",
  reason: "read it myself",
  atMs: OBSERVED_MS,
  ...change,
});

export const combine = (change: Partial<CombineInput> = {}): SecurityReport =>
  combinedReport({
    identity: identityOf(),
    reports: [goplus()],
    trusted: [],
    pinned: null,
    nowMs: NOW_MS as UnixMs,
    ...change,
  });

export const under = (report: SecurityReport, ...overrides: readonly StandingOverride[]): SecurityReport =>
  underOverrides(report, "TOK", new Map(overrides.map((one) => [overrideKey(one), one])));
