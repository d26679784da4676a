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

/** It was known which ranked coin it is. */
const wasEstablished = (before: CoinIdentity | undefined): before is CoinIdentity =>
  before !== undefined && checkOf(before, "ranked")?.state === "pass" && !isAnother(before);

const isAnother = ({ checks }: CoinIdentity): boolean =>
  checks.some(({ state, severity }) => state === "fail" && severity === "critical");

/** Was it established, and is it only for a while that its price has not fitted? */
function doubtSince(found: CoinIdentity, before: CoinIdentity | undefined, nowMs: UnixMs): UnixMs | null {
  if (!wasEstablished(before) || before.validUntilMs <= nowMs || !isPriceAlone(found)) return null;
  const { priceOffSinceMs } = before;
  return priceOffSinceMs === undefined || nowMs - priceOffSinceMs < SECOND_LOOK_MS ? (priceOffSinceMs ?? nowMs) : null;
}

const doubtIn = (found: CoinIdentity, evidence: string): SecurityCheck => ({
  id: "price",
  state: "unknown",
  severity: "critical",
  source: checkOf(found, "price")?.source ?? "ranking",
  evidence,
});

/** As it was established; what the exchange says besides is of now. @param doubt in place of its price; null: none */
function asBefore(found: CoinIdentity, before: CoinIdentity, doubt: SecurityCheck | null): CoinIdentity {
  const ofNow = new Map(
    found.checks.filter(({ id }) => id === "transfers" || id === "listing").map((one) => [one.id, one]),
  );
  const checks = before.checks.map((one) =>
    one.id === "price" && doubt !== null ? doubt : (ofNow.get(one.id) ?? one),
  );
  return { ...before, checks };
}

const RUN_OFF = "its price has run off what the ranking says; a second look decides whether it is the same coin";

/**
 * Not entered and not sold while in doubt; found by the second look it is `block` as any other.
 * @param isSameRanking false: coins have other ids in what was established before
 */
export function withSecondLook(
  found: Identities,
  before: Identities,
  { nowMs, isSameRanking }: { readonly nowMs: UnixMs; readonly isSameRanking: boolean },
): Identities {
  return new Map(
    [...found].map(([base, identity]) => {
      const known = before.get(base);
      const sinceMs = doubtSince(identity, known, nowMs);
      if (known === undefined || sinceMs === null) return [base, identity] as const;
      const asset = isSameRanking ? known.asset : identity.asset;
      return [
        base,
        { ...asBefore(identity, known, doubtIn(identity, RUN_OFF)), asset, priceOffSinceMs: sinceMs },
      ] as const;
    }),
  );
}

/** Of so many coins that are others all at once it is the answer that is wrong: a larger share, and no fewer. */
const MOST_TURNED = { share: 0.2, coins: 3 };

const turnedBases = (found: Identities, before: Identities): readonly string[] =>
  [...found].flatMap(([base, one]) => (wasEstablished(before.get(base)) && isAnother(one) ? [base] : []));

/** Why a look is believed in nothing, as a clause for people; null: it is plausible. */
export function whyImplausible(found: Identities, before: Identities): string | null {
  const turned = turnedBases(found, before).length;
  const of = [...before.values()].filter(wasEstablished).length;
  return turned >= MOST_TURNED.coins && turned > MOST_TURNED.share * of
    ? `${turned} of the ${of} coins that were known would be others than they were, all at once`
    : null;
}

/** What was known before a look that is not believed: what it takes for others is in doubt, what it brings is left out. */
export function unbelieved(found: Identities, before: Identities): Identities {
  const turned = new Set(turnedBases(found, before));
  const evidence = "ranking or exchange gave an answer that cannot be right; the next look decides";
  return new Map(
    [...before].map(([base, known]) => {
      const now = found.get(base);
      const doubt = now !== undefined && turned.has(base) ? doubtIn(now, evidence) : null;
      return [base, now === undefined ? known : asBefore(now, known, doubt)] as const;
    }),
  );
}
