// Floor 2. Rankings, an exchange's list of coins and its last prices, read at about the same moment → which coins there are and which of
// them each base is. Kept by the day; what cannot be had anew stays as it was, with its age.
import { z } from "zod";
import { CoinIdentity, Ranking, type RankingSourceId, type VenueCoins } from "#schemas/coin.ts";
import { isPassing } from "#schemas/errors.ts";
import type { MarketData, RankingSource, VenueListings } from "#schemas/ports/market.ts";
import type { SnapshotStore } from "#schemas/ports/memory.ts";
import type { CallOptions, Lease } from "#schemas/ports/work.ts";
import { DAY_MS, HOUR_MS, startOfDay, type UnixMs } from "#schemas/units.ts";
import { identifyCoins, withVenueWord } from "../identity/identify-coins.ts";
import { isPriceAlone, SECOND_LOOK_MS, unbelieved, whyImplausible, withSecondLook } from "../identity/second-look.ts";
import { RANKING_NAMES } from "./ranking-rows.ts";

/** Longer than a look takes, with the waits for its turns. */
const LOOK_MS = 120_000;
/** One that cannot be given back runs out. */
const RELEASE_WITHIN_MS = 1_000;
/** So many coins are ranked: four pages of CoinGecko. */
export const RANKED_COINS = 1000;

export interface KnownCoins {
  /** The newest one had; null: none ever was. */
  readonly ranking: Ranking | null;
  /** What failed at the newest look; empty: nothing. The ranking is of the day all the same where another source gave it. */
  readonly problems: readonly string[];
  /** By base, as the exchange's markets name it; each has a validity of its own. Empty: none was established. */
  readonly identities: ReadonlyMap<string, CoinIdentity>;
  /** What the exchange itself says; null: nothing to us, or not since the start. */
  readonly coins: VenueCoins | null;
}

export interface CoinBook {
  /** Nobody is asked; null: nothing was ever looked at. */
  newest(): KnownCoins | null;
  /** Takes up what was kept by `nowMs`: after a restart the newest ranking and identities are known at once. @throws StoreError */
  load(nowMs: UnixMs, options: CallOptions): Promise<void>;
  /**
   * Looks at everything anew, at most once a UTC day while all is well; else at each call, and soon again where a price alone does not fit.
   * What the exchange says of transfers and marks is taken up by the hour. What fails is in `problems`, and what was known stays. To be called asleep: a source that hangs takes its deadline. Two calls at once are one look.
   * @throws StoreError
   */
  refresh(request: { readonly nowMs: UnixMs }, options: CallOptions): Promise<KnownCoins>;
}

export interface CoinBookParts {
  /** In the order in which they are asked: the first that answers is the day's. */
  readonly rankings: readonly RankingSource[];
  readonly venue: Pick<MarketData, "venueId" | "venue" | "markets">;
  readonly listings: VenueListings;
  readonly snapshots: SnapshotStore;
  /** Of the store that the snapshots are in, where several processes have it: one of them looks; left out: this one is alone. */
  readonly leases?: Lease;
}

const NOTHING: KnownCoins = { ranking: null, problems: [], identities: new Map(), coins: null };

/** Identities name coins by the ids of one ranking, so they are kept with its source. */
const KeptIdentities = z.object({ source: Ranking.shape.source, identities: z.array(CoinIdentity) });

const ageText = (ms: number): string =>
  ms < HOUR_MS
    ? `${Math.floor(ms / 60_000)} min`
    : ms < 2 * DAY_MS
      ? `${Math.floor(ms / HOUR_MS)} h`
      : `${Math.floor(ms / DAY_MS)} days`;

/** `market cap of CoinGecko, 3 h old`. */
export const rankingBasis = ({ source, seenAtMs }: Pick<Ranking, "source" | "seenAtMs">, nowMs: UnixMs): string =>
  `market cap of ${RANKING_NAMES[source]}, ${ageText(nowMs - seenAtMs)} old`;

/** Tomorrow; sooner where a price alone speaks against a coin, which may have run while it was looked at. */
function nextLookMs({ identities }: KnownCoins, nowMs: UnixMs): number {
  const all = [...identities.values()];
  if (all.some(({ priceOffSinceMs }) => priceOffSinceMs !== undefined)) return nowMs + SECOND_LOOK_MS;
  const tomorrow = startOfDay(nowMs) + DAY_MS;
  return all.some(isPriceAlone) ? Math.min(nowMs + HOUR_MS, tomorrow) : tomorrow;
}

export function createCoinBook(parts: CoinBookParts): CoinBook {
  const { rankings, venue, listings, snapshots, leases } = parts;
  let known: KnownCoins | null = null;
  /** From then on everything is looked at anew; 0: nothing whole is known of today. */
  let dueMs = 0;
  /** The same of what the exchange says of its coins. */
  let wordDueMs = 0;
  /** What failed at the newest full look: an hour later it is still so. */
  let problemsOfLook: readonly string[] = [];
  let underWay: Promise<KnownCoins> | null = null;

  async function newestRanking(
    nowMs: UnixMs,
    options: CallOptions,
  ): Promise<{ readonly ranking: Ranking | null; readonly problems: readonly string[] }> {
    const problems: string[] = [];
    for (const source of rankings) {
      try {
        return { ranking: await source.ranking({ nowMs, count: RANKED_COINS }, options), problems };
      } catch (error) {
        if (!isPassing(error)) throw error;
        problems.push(error.message);
      }
    }
    return { ranking: null, problems };
  }

  /** The price check needs the exchange's prices of about the ranking's time. */
  async function identified(ranking: Ranking, nowMs: UnixMs, options: CallOptions) {
    const markets = await venue.markets(options);
    const [coins, lastPrices] = [
      await listings.coins({ nowMs }, options),
      await listings.lastPrices({ nowMs }, options),
    ];
    const found = identifyCoins({ markets, coins, ranking, lastPrices, nowMs });
    return { coins, identities: found };
  }

  /** Suspended transfers and marks do not wait for tomorrow. */
  async function heardAnew(before: KnownCoins, nowMs: UnixMs, options: CallOptions): Promise<KnownCoins> {
    wordDueMs = nowMs + HOUR_MS;
    try {
      const ofBase = Map.groupBy(await venue.markets(options), ({ base }) => base);
      const coins = await listings.coins({ nowMs }, options);
      const identities = new Map(
        [...before.identities].map(([base, one]) => [base, withVenueWord(one, ofBase.get(base) ?? [], coins)]),
      );
      const heard = { ...before, problems: problemsOfLook, coins, identities };
      // A restart must not forget that transfers are suspended.
      const isNews = JSON.stringify([...identities.values()]) !== JSON.stringify([...before.identities.values()]);
      if (isNews) await keep(heard, nowMs, options);
      return heard;
    } catch (error) {
      if (!isPassing(error)) throw error;
      wordDueMs = 0;
      const problem = `what ${venue.venue} says of its coins could not be read: ${error.message}`;
      return { ...before, problems: [...problemsOfLook, problem] };
    }
  }

  async function keep({ ranking, identities }: KnownCoins, nowMs: UnixMs, options: CallOptions): Promise<void> {
    if (ranking === null) return;
    await snapshots.put("ranking", [{ scope: ranking.source, seenAtMs: ranking.seenAtMs, body: ranking }], options);
    const body = { source: ranking.source, identities: [...identities.values()] };
    await snapshots.put("identities", [{ scope: venue.venueId, seenAtMs: nowMs, body }], options);
  }

  async function look(nowMs: UnixMs, options: CallOptions): Promise<KnownCoins> {
    const before = known ?? NOTHING;
    const { ranking, problems } = await newestRanking(nowMs, options);
    if (ranking === null) return { ...before, problems };
    try {
      const { coins, identities } = await identified(ranking, nowMs, options);
      const why = whyImplausible(identities, before.identities);
      if (why !== null) {
        dueMs = nowMs + SECOND_LOOK_MS;
        wordDueMs = nowMs + HOUR_MS;
        const problem = `${RANKING_NAMES[ranking.source]} and ${venue.venue} cannot both be right: ${why}. What was known stays.`;
        return {
          ...before,
          coins,
          identities: unbelieved(identities, before.identities),
          problems: [...problems, problem],
        };
      }
      const isSameRanking = before.ranking?.source === ranking.source;
      const checked = withSecondLook(identities, before.identities, { nowMs, isSameRanking });
      const found = { ranking, problems, coins, identities: checked };
      await keep(found, nowMs, options);
      dueMs = nextLookMs(found, nowMs);
      wordDueMs = nowMs + HOUR_MS;
      return found;
    } catch (error) {
      if (!isPassing(error)) throw error;
      const failed = [...problems, `which coins ${venue.venue} lists could not be read: ${error.message}`];
      // A new ranking beside identities by the ids of another one would map nothing.
      return before.ranking?.source === ranking.source || before.identities.size === 0
        ? { ...before, ranking, problems: failed }
        : { ...before, problems: failed };
    }
  }

  const rankingKept = async (source: RankingSourceId | null, nowMs: UnixMs, options: CallOptions) => {
    const range = { scope: source, fromMs: 0 as UnixMs, nowMs, limit: 1 };
    const [newest] = await snapshots.list("ranking", range, options);
    return newest === undefined ? null : (Ranking.safeParse(newest.body).data ?? null);
  };

  /** What this process or another kept last, and from when on it is to be looked at anew; null: nothing that can be read. */
  async function newestKept(nowMs: UnixMs, options: CallOptions) {
    const kept = await snapshots.newest("identities", venue.venueId, nowMs, options);
    const read = KeptIdentities.safeParse(kept?.body).data ?? null;
    const ranking = await rankingKept(read?.source ?? null, nowMs, options);
    if (ranking === null) return null;
    const identities = new Map(read?.identities.map((identity) => [identity.base, identity]));
    const found: KnownCoins = { ...NOTHING, ranking, identities };
    const today = startOfDay(nowMs);
    const isOfToday = kept !== undefined && read !== null && startOfDay(kept.seenAtMs) === today;
    const isWhole = isOfToday && startOfDay(ranking.seenAtMs) === today;
    return { found, seenAtMs: kept?.seenAtMs ?? 0, dueMs: isWhole ? nextLookMs(found, kept.seenAtMs) : 0 };
  }

  /** While another process looks, what is known stays; once it has, that is taken up. */
  async function lookInTurn(nowMs: UnixMs, options: CallOptions): Promise<KnownCoins> {
    if (leases === undefined) return look(nowMs, options);
    const lease = await leases.acquire(`coins:${venue.venueId}`, LOOK_MS, options);
    if (lease === null) return known ?? NOTHING;
    try {
      const kept = await newestKept(nowMs, options);
      if (kept === null || nowMs >= kept.dueMs) return await look(nowMs, options);
      dueMs = kept.dueMs;
      wordDueMs = kept.seenAtMs + HOUR_MS;
      return kept.found;
    } finally {
      await lease.release({ signal: AbortSignal.timeout(RELEASE_WITHIN_MS) }).catch(() => {});
    }
  }

  return {
    newest: () => known,

    async load(nowMs, options) {
      const kept = await newestKept(nowMs, options);
      if (kept === null) return;
      known = kept.found;
      dueMs = kept.dueMs;
    },

    async refresh({ nowMs }, options) {
      const before = known;
      const isKnown = before !== null && nowMs < dueMs;
      if (isKnown && nowMs < wordDueMs) return before;
      underWay ??= (isKnown ? heardAnew(before, nowMs, options) : lookInTurn(nowMs, options))
        .then((found) => {
          known = found;
          if (!isKnown) problemsOfLook = found.problems;
          return found;
        })
        .finally(() => {
          underWay = null;
        });
      return underWay;
    },
  };
}
