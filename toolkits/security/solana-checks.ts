// Floor 2. A GoPlus-shaped record of a Solana token -> checks.
import type { SecurityCheck } from "#schemas/security.ts";
import {
  type CheckContext,
  flagCheck,
  isRecord,
  makeCheck,
  type RawRecord,
  readFlag,
  readList,
  readRatio,
  showPercent,
  unknownCheck,
} from "./goplus-fields.ts";
import { holderChecks } from "./holder-checks.ts";
import { SOLANA_FLAGS, taxSeverity } from "./rubric.ts";

/** Powers are written `{status: "0" | "1", authority: [...]}`, transferability as a plain flag under either name. */
function powerAnswer(record: RawRecord, id: string): boolean | null {
  if (id === "non_transferable") return readFlag(record["non_transferable"] ?? record["none_transferable"]);
  const power = record[id];
  return isRecord(power) ? readFlag(power["status"]) : null;
}

/** SPL Token account states: 0 uninitialised, 1 initialised, 2 frozen (https://spl.solana.com/token-2022/extensions). */
function accountStateCheck(context: CheckContext, record: RawRecord): SecurityCheck {
  const id = "default_account_state";
  const state = String(record[id]);
  if (state === "2") return makeCheck(context, id, "fail", "high", "new accounts start frozen");
  if (state === "0" || state === "1") return makeCheck(context, id, "pass", "high", "new accounts start free");
  return unknownCheck(context, id, "high", "the state of new accounts is not reported");
}

/** The worst of the current and the scheduled rates; null where one cannot be read. `{}` means that there is no fee. */
function worstFeeRatio(fee: unknown): number | null {
  if (!isRecord(fee)) return null;
  const scheduled = fee["scheduled_fee_rate"];
  if (scheduled !== undefined && !Array.isArray(scheduled)) return null;
  const rates = [fee["current_fee_rate"], ...(scheduled ?? [])].filter((rate) => rate !== undefined);
  let worst = 0;
  for (const rate of rates) {
    const ratio = isRecord(rate) ? readRatio(rate["fee_rate"]) : null;
    if (ratio === null) return null;
    worst = Math.max(worst, ratio);
  }
  return worst;
}

function transferFeeCheck(context: CheckContext, record: RawRecord): SecurityCheck {
  const id = "transfer_fee";
  const ratio = worstFeeRatio(record[id]);
  if (ratio === null) return unknownCheck(context, id, "high", "the transfer fee is not reported");
  const severity = taxSeverity(ratio);
  const evidence = `the transfer fee is ${showPercent(ratio)}`;
  return severity === null
    ? makeCheck(context, id, "pass", "high", evidence)
    : makeCheck(context, id, "fail", severity, evidence);
}

/** A hook is foreign code that runs in each transfer; one at a known-malicious address is caught by its own check. */
function transferHookCheck(context: CheckContext, record: RawRecord): SecurityCheck {
  const id = "transfer_hook";
  const hooks = readList(record[id]);
  if (hooks === null) return unknownCheck(context, id, "medium", "transfer hooks are not reported");
  return hooks.length === 0
    ? makeCheck(context, id, "pass", "medium", "no foreign code runs in a transfer")
    : makeCheck(context, id, "fail", "medium", "foreign code runs in each transfer");
}

/** Addresses that GoPlus knows as malicious, wherever the record names an authority, a hook or a creator. */
function maliciousCheck(context: CheckContext, record: RawRecord): SecurityCheck {
  const parties = Object.values(record).flatMap((value) => {
    if (Array.isArray(value)) return value;
    return isRecord(value) ? (readList(value["authority"] ?? value["metadata_upgrade_authority"]) ?? []) : [];
  });
  const isMalicious = parties.some((party) => isRecord(party) && readFlag(party["malicious_address"]) === true);
  return isMalicious
    ? makeCheck(context, "malicious_address", "fail", "critical", "a known malicious address has power over it")
    : makeCheck(context, "malicious_address", "pass", "critical", "no known malicious address has power over it");
}

/** All checks of one Solana record; facts that it leaves open are `unknown` checks, never left out. */
export function solanaChecks(source: string, record: RawRecord): readonly SecurityCheck[] {
  const context: CheckContext = { source, trusted: readFlag(record["trusted_token"]) === true };
  return [
    ...SOLANA_FLAGS.map((flag) => flagCheck(context, flag, powerAnswer(record, flag.id))),
    accountStateCheck(context, record),
    transferFeeCheck(context, record),
    transferHookCheck(context, record),
    maliciousCheck(context, record),
    ...holderChecks(context, record),
  ];
}
