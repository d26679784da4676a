// Floor 2. The holder and liquidity lists of a GoPlus-shaped record → checks on who could empty the market.
import { isRecord } from "#schemas/is-record.ts";
import type { SecurityCheck } from "#schemas/security.ts";
import {
  type CheckContext,
  makeCheck,
  type RawRecord,
  readAmount,
  readFlag,
  readList,
  readRatio,
  showPercent,
  trustableFailure,
  unknownCheck,
} from "./goplus-fields.ts";

const TOP_HOLDERS = 10;
/** Above this share a handful of wallets, or the one who can withdraw the pool, decides the price. */
const MAJORITY_RATIO = 0.5;
/** Unlocked pools above this are too large to be one team's to pull, USD. */
const DEEP_LIQUIDITY_USD = 1_000_000;
/** Fewer holders than this are shown; the number gates nothing. */
const FEW_HOLDERS = 100;

/** Sends to these addresses cannot be undone: what they hold is burnt. */
const BURN_ADDRESSES: ReadonlySet<string> = new Set([
  "0x0000000000000000000000000000000000000000",
  "0x000000000000000000000000000000000000dead",
]);

/** True for the addresses that have no key. */
export const isBurnAddress = (address: unknown): boolean =>
  typeof address === "string" && BURN_ADDRESSES.has(address.toLowerCase());

/** Sum of the members that count; null as soon as one that counts does not give its share. */
function shareOf(entries: readonly unknown[], counts: (entry: RawRecord) => boolean): number | null {
  let sum = 0;
  for (const entry of entries) {
    if (!isRecord(entry)) return null;
    if (!counts(entry)) continue;
    const ratio = readRatio(entry["percent"]);
    if (ratio === null) return null;
    sum += ratio;
  }
  return sum;
}

/** Share of the ten largest wallets; contracts (pools, bridges, vesting) are left out. */
function topHoldersCheck(context: CheckContext, record: RawRecord): SecurityCheck {
  const id = "top_holders";
  const holders = readList(record["holders"]);
  const share =
    holders &&
    shareOf(holders.slice(0, TOP_HOLDERS), (h) => readFlag(h["is_contract"]) !== true && !isBurnAddress(h["address"]));
  if (share === null) return unknownCheck(context, id, "medium", "the largest holders are not reported");
  const evidence = `the ${TOP_HOLDERS} largest wallets hold ${showPercent(share)}`;
  return share > MAJORITY_RATIO
    ? trustableFailure(context, id, "medium", evidence)
    : makeCheck(context, id, "pass", "medium", evidence);
}

/** Liquidity of all pools in USD; null where a pool does not say. EVM writes `liquidity`, Solana `tvl`. */
function liquidityUsd(record: RawRecord): number | null {
  let sum = 0;
  for (const pool of readList(record["dex"]) ?? [null]) {
    const amount = isRecord(pool) ? readAmount(pool["liquidity"] ?? pool["tvl"]) : null;
    if (amount === null) return null;
    sum += amount;
  }
  return sum;
}

/** Could one holder take most of the pool away? Deep pools pass: they belong to many. */
function liquidityLockCheck(context: CheckContext, record: RawRecord): SecurityCheck {
  const id = "liquidity_lock";
  const providers = readList(record["lp_holders"]);
  const unlocked =
    providers && shareOf(providers, (p) => readFlag(p["is_locked"]) !== true && !isBurnAddress(p["address"]));
  if (unlocked === null) return unknownCheck(context, id, "medium", "who provides the liquidity is not reported");
  const liquidity = liquidityUsd(record);
  if (unlocked <= MAJORITY_RATIO)
    return makeCheck(context, id, "pass", "medium", `${showPercent(unlocked)} of the pool is not locked`);
  if (liquidity === null) return unknownCheck(context, id, "medium", "the size of the pool is not reported");
  const evidence = `${showPercent(unlocked)} of a pool of ${Math.round(liquidity)} USD is not locked`;
  return makeCheck(context, id, liquidity < DEEP_LIQUIDITY_USD ? "fail" : "pass", "medium", evidence);
}

function holderCountCheck(context: CheckContext, record: RawRecord): SecurityCheck {
  const id = "holder_count";
  const count = readAmount(record["holder_count"]);
  if (count === null) return unknownCheck(context, id, "low", "the number of holders is not reported");
  return makeCheck(context, id, count < FEW_HOLDERS ? "fail" : "pass", "low", `${count} holders`);
}

/** The three checks on who holds what. All optional: sources leave them out for tokens with no pool. */
export const holderChecks = (context: CheckContext, record: RawRecord): readonly SecurityCheck[] => [
  topHoldersCheck(context, record),
  liquidityLockCheck(context, record),
  holderCountCheck(context, record),
];
