// Floor 2. A GoPlus-shaped record of an EVM contract -> checks.
import type { SecurityCheck } from "#schemas/security.ts";
import {
  type CheckContext,
  flagCheck,
  isRecord,
  makeCheck,
  quoteText,
  type RawRecord,
  readAmount,
  readFlag,
  readRatio,
  showPercent,
  trustableFailure,
  unknownCheck,
} from "./goplus-fields.ts";
import { holderChecks, isBurnAddress } from "./holder-checks.ts";
import { EVM_FLAGS, taxSeverity } from "./rubric.ts";

const TAXES: readonly (readonly [id: string, whose: string])[] = [
  ["buy_tax", "a purchase"],
  ["sell_tax", "a sale"],
  ["transfer_tax", "a transfer"],
];

function taxCheck(context: CheckContext, record: RawRecord, id: string, whose: string): SecurityCheck {
  const ratio = readRatio(record[id]);
  if (ratio === null) return unknownCheck(context, id, "high", `the tax on ${whose} is not reported`);
  const evidence = `the tax on ${whose} is ${showPercent(ratio)}`;
  const severity = taxSeverity(ratio);
  return severity === null
    ? makeCheck(context, id, "pass", "high", evidence)
    : makeCheck(context, id, "fail", severity, evidence);
}

/** A mint function is harmless only where the owner is shown to be nobody; an owner that is not named counts as live. */
function mintCheck(context: CheckContext, record: RawRecord): SecurityCheck {
  const id = "is_mintable";
  const isMintable = readFlag(record[id]);
  if (isMintable === null) return unknownCheck(context, id, "high", `${id} is not reported`);
  if (!isMintable) return makeCheck(context, id, "pass", "high", "nobody can mint more");
  const isOwnerless =
    isBurnAddress(record["owner_address"]) &&
    readFlag(record["hidden_owner"]) === false &&
    readFlag(record["can_take_back_ownership"]) !== true;
  return isOwnerless
    ? makeCheck(context, id, "fail", "low", "it has a mint function, but its owner has given up ownership")
    : trustableFailure(context, id, "high", "the owner can mint more");
}

/** The source writes it as a flag, or as an object with the flag in `value`. */
function fakeTokenCheck(context: CheckContext, record: RawRecord): SecurityCheck {
  const raw = record["fake_token"];
  const isFake = readFlag(isRecord(raw) ? raw["value"] : raw);
  if (isFake === null) return unknownCheck(context, "fake_token", "critical", "fake_token is not reported");
  return isFake
    ? makeCheck(context, "fake_token", "fail", "critical", "a counterfeit of another token")
    : makeCheck(context, "fake_token", "pass", "critical", "not a counterfeit");
}

/** Some answers of this field are a count of honeypots, not a flag. */
function flagAnswer(record: RawRecord, id: string): boolean | null {
  if (id !== "honeypot_with_same_creator") return readFlag(record[id]);
  const count = readAmount(record[id]);
  return count === null ? null : count > 0;
}

/** Free text is shown, quoted, and weighs nothing: whoever wrote it may be the token's own maker. */
function textChecks(context: CheckContext, record: RawRecord): readonly SecurityCheck[] {
  return ["other_potential_risks", "note"].flatMap((id) => {
    const text = record[id];
    if (typeof text !== "string" || text.trim() === "") return [];
    return [makeCheck(context, id, "fail", "info", `the source remarks ${quoteText(text)}`)];
  });
}

/** All checks of one EVM record; facts that it leaves open are `unknown` checks, never left out. */
export function evmChecks(source: string, record: RawRecord): readonly SecurityCheck[] {
  const context: CheckContext = { source, trusted: readFlag(record["trust_list"]) === true };
  return [
    ...EVM_FLAGS.map((flag) => flagCheck(context, flag, flagAnswer(record, flag.id))),
    mintCheck(context, record),
    fakeTokenCheck(context, record),
    ...TAXES.map(([id, whose]) => taxCheck(context, record, id, whose)),
    ...holderChecks(context, record),
    ...textChecks(context, record),
  ];
}
