// Floor 2. Identities as they are found and as they were before → the same, but a coin whose price alone has run off is in doubt before it is
// taken for another one. Ranking and exchange are read minutes apart: in a rush that looks like a coin that is not the one it says,
// and on that word a position would be sold.
import type { CoinIdentity } from "#schemas/coin.ts";
import type { SecurityCheck } from "#schemas/security.ts";
import { MINUTE_MS, type UnixMs } from "#schemas/units.ts";

/** A second look sooner than this would meet the same rush. */
export const SECOND_LOOK_MS = 10 * MINUTE_MS;

type Identities = ReadonlyMap<string, CoinIdentity>;

const checkOf = ({ checks }: CoinIdentity, id: string): SecurityCheck | undefined =>
  checks.find((one) => one.id === id);

/** No contract speaks against it, and the price does. */
export const isPriceAlone = (found: CoinIdentity): boolean =>
  checkOf(found, "price")?.state === "fail" &&
  found.checks.every(({ id, state, severity }) => id === "price" || state !== "fail" || severity !== "critical");

/** Was it established, and is it only for a while that its price has not fitted? */
function doubtSince(found: CoinIdentity, before: CoinIdentity | undefined, nowMs: UnixMs): UnixMs | null {
  if (before === undefined || before.validUntilMs <= nowMs || !isPriceAlone(found)) return null;
  const { priceOffSinceMs } = before;
  if (priceOffSinceMs === undefined) return checkOf(before, "price")?.state === "pass" ? nowMs : null;
  return nowMs - priceOffSinceMs < SECOND_LOOK_MS ? priceOffSinceMs : null;
}

/** As it was established, its price unknown until the second look; what the exchange says besides is of now. */
function inDoubt(found: CoinIdentity, before: CoinIdentity, sinceMs: UnixMs): CoinIdentity {
  const price = checkOf(found, "price");
  const doubt: SecurityCheck = {
    id: "price",
    state: "unknown",
    severity: "critical",
    source: price?.source ?? "ranking",
    evidence: "its price has run off what the ranking says; a second look decides whether it is the same coin",
  };
  const ofNow = new Map(
    found.checks.filter(({ id }) => id === "transfers" || id === "listing").map((one) => [one.id, one]),
  );
  const checks = before.checks.map((one) => (one.id === "price" ? doubt : (ofNow.get(one.id) ?? one)));
  return { ...before, checks, priceOffSinceMs: sinceMs };
}

/** Not entered and not sold while in doubt; found by the second look it is `block` as any other. */
export function withSecondLook(found: Identities, before: Identities, nowMs: UnixMs): Identities {
  return new Map(
    [...found].map(([base, identity]) => {
      const known = before.get(base);
      const sinceMs = doubtSince(identity, known, nowMs);
      return [base, known === undefined || sinceMs === null ? identity : inDoubt(identity, known, sinceMs)] as const;
    }),
  );
}
