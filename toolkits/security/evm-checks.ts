// Floor 2. A GoPlus-shaped record of an EVM contract → checks.
import { isRecord } from "#schemas/is-record.ts";
import type { SecurityCheck } from "#schemas/security.ts";
import {
  type CheckContext,
  flagCheck,
  makeCheck,
  quoteText,
  type RawRecord,
  rateCheck,
  readAmount,
  readFlag,
  readRatio,
} from "./goplus-fields.ts";
import { holderChecks, isBurnAddress } from "./holder-checks.ts";
import { EVM_FLAGS, OTHER_FLAGS } from "./rubric.ts";

const TAXES: readonly (readonly [id: string, whose: string])[] = [
  ["buy_tax", "a purchase"],
  ["sell_tax", "a sale"],
  ["transfer_tax", "a transfer"],
];

/** A mint function is harmless only where the owner is shown to be no one; an owner that is not named counts as live. */
function mintCheck(context: CheckContext, record: RawRecord): SecurityCheck {
  const isMintable = readFlag(record["is_mintable"]);
  const isOwnerless =
    isBurnAddress(record["owner_address"]) &&
    readFlag(record["hidden_owner"]) === false &&
    readFlag(record["can_take_back_ownership"]) !== true;
  return isMintable === true && isOwnerless
    ? makeCheck(context, "is_mintable", "fail", "low", "it has a mint function, but its owner has given up ownership")
    : flagCheck(context, OTHER_FLAGS.is_mintable, isMintable);
}

/** The source writes it as a flag, or as an object with the flag in `value`. */
const isFake = ({ fake_token: raw }: RawRecord): boolean | null => readFlag(isRecord(raw) ? raw["value"] : raw);

/** Some answers of this field are a count of honeypots, not a flag. */
function flagAnswer(record: RawRecord, id: string): boolean | null {
  if (id !== "honeypot_with_same_creator") return readFlag(record[id]);
  const count = readAmount(record[id]);
  return count === null ? null : count > 0;
}

/** Free text is shown, quoted, and weighs nothing: its author may be the token's own maker. */
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
    flagCheck(context, OTHER_FLAGS.fake_token, isFake(record)),
    ...TAXES.map(([id, whose]) => rateCheck(context, id, `the tax on ${whose}`, readRatio(record[id]))),
    ...holderChecks(context, record),
    ...textChecks(context, record),
  ];
}
