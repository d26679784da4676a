// Floor 2. A GoPlus-shaped record of a Solana token → checks.
import { isRecord } from "#schemas/is-record.ts";
import type { SecurityCheck } from "#schemas/security.ts";
import {
  type CheckContext,
  flagCheck,
  type RawRecord,
  rateCheck,
  readFlag,
  readList,
  readRatio,
} from "./goplus-fields.ts";
import { holderChecks } from "./holder-checks.ts";
import { OTHER_FLAGS, SOLANA_FLAGS } from "./rubric.ts";

/** Powers are written `{status: "0" | "1", authority: [...]}`, transferability as a plain flag under either name. */
function powerAnswer(record: RawRecord, id: string): boolean | null {
  if (id === "non_transferable") return readFlag(record["non_transferable"] ?? record["none_transferable"]);
  const power = record[id];
  return isRecord(power) ? readFlag(power["status"]) : null;
}

/** SPL Token account states: 0 uninitialised, 1 initialised, 2 frozen (https://spl.solana.com/token-2022/extensions). */
const startsFrozen = (state: unknown): boolean | null => (/^[012]$/.test(String(state)) ? String(state) === "2" : null);

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

/** A hook is foreign code that runs in each transfer; one at a known-malicious address is caught by its own check. */
const hasHook = (hooks: unknown): boolean | null => (Array.isArray(hooks) ? hooks.length > 0 : null);

/** Addresses that GoPlus knows as malicious, wherever the record names an authority, a hook or a creator. */
function isMalicious(record: RawRecord): boolean {
  const parties = Object.values(record).flatMap((value) => {
    if (Array.isArray(value)) return value;
    return isRecord(value) ? (readList(value["authority"] ?? value["metadata_upgrade_authority"]) ?? []) : [];
  });
  return parties.some((party) => isRecord(party) && readFlag(party["malicious_address"]) === true);
}

/** All checks of one Solana record; facts that it leaves open are `unknown` checks, never left out. */
export function solanaChecks(source: string, record: RawRecord): readonly SecurityCheck[] {
  const context: CheckContext = { source, trusted: readFlag(record["trusted_token"]) === true };
  return [
    ...SOLANA_FLAGS.map((flag) => flagCheck(context, flag, powerAnswer(record, flag.id))),
    flagCheck(context, OTHER_FLAGS.default_account_state, startsFrozen(record["default_account_state"])),
    rateCheck(context, "transfer_fee", "the transfer fee", worstFeeRatio(record["transfer_fee"])),
    flagCheck(context, OTHER_FLAGS.transfer_hook, hasHook(record["transfer_hook"])),
    flagCheck(context, OTHER_FLAGS.malicious_address, isMalicious(record)),
    ...holderChecks(context, record),
  ];
}
