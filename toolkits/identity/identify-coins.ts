// Floor 2. Markets, an exchange's list of coins, its last prices and a ranking → which coin each base is, and what that rests on: five
// checks, of which none passes on a ticker alone.
import { type ContractId, contractId } from "#schemas/chain.ts";
import type {
  CoinIdentity,
  RankedAsset,
  Ranking,
  RankingSourceId,
  VenueCoin,
  VenueCoins,
  VenueMark,
} from "#schemas/coin.ts";
import type { Market } from "#schemas/market.ts";
import type { SecurityCheck } from "#schemas/security.ts";
import { HOUR_MS, type MarketSymbol, type UnixMs, unixMs } from "#schemas/units.ts";
import { quoteText } from "../security/goplus-fields.ts";
import { createDollarPrices } from "./dollar-prices.ts";
import { type Candidate, type Found, findAsset, indexRanking, type RankingIndex } from "./find-asset.ts";
import { nativeByRanking } from "./native-coins.ts";

/** A comparison is held to be true for so long; rankings and lists that cannot be had are tried again meanwhile. */
const VALID_MS = 72 * HOUR_MS;

export interface CoinFacts {
  readonly markets: readonly Market[];
  /** Null: the exchange says nothing of its coins to us. */
  readonly coins: VenueCoins | null;
  /** Null: none was heard. */
  readonly ranking: Ranking | null;
  /** In quote currency, best traded first. */
  readonly lastPrices: ReadonlyMap<MarketSymbol, number>;
  readonly nowMs: UnixMs;
}

const EXCHANGE = "exchange";
type State = Pick<SecurityCheck, "state" | "severity">;
const PASS: State = { state: "pass", severity: "critical" };
const FAIL: State = { state: "fail", severity: "critical" };
const CAUTION: State = { state: "fail", severity: "medium" };
const OPEN: State = { state: "unknown", severity: "critical" };
const NONE: State = { state: "not-applicable", severity: "info" };

const check = (id: string, state: State, source: string, evidence: string): SecurityCheck => ({
  id,
  ...state,
  source,
  evidence,
});

/** `Chainlink (LINK), chainlink`: name, ticker and the ranking's id. */
const titled = ({ name, ticker, id }: RankedAsset): string => `${quoteText(name)} (${ticker}, id ${quoteText(id)})`;
const listOf = (candidates: readonly Candidate[]): string => candidates.map(({ asset }) => titled(asset)).join(" and ");

/** What the checks of ranking, contract and price say. */
type Judged = Pick<CoinIdentity, "asset" | "contract" | "nativeTo" | "checks">;

const CONTRACT_STATE = { same: PASS, unnamed: PASS, different: FAIL, open: OPEN, unstated: CAUTION } as const;
const PRICE_STATE = { near: PASS, far: FAIL, unknown: OPEN } as const;

function judgedAs(
  base: string,
  { asset, factor, contracts, price }: Candidate,
  source: RankingSourceId,
  named: ContractId | null,
): Judged {
  const isAnother = contracts.kind === "different";
  const native = nativeByRanking(source, asset.id);
  const times = factor === 1 ? "" : `, ${factor} of which are one ${base}`;
  const other = factor === 1 && base.toUpperCase() !== asset.ticker ? `, named ${quoteText(base)} here` : "";
  const { id, ticker, name, rank, marketCapUsd } = asset;
  return {
    asset: { id, ticker, name, rank, marketCapUsd },
    contract: isAnother ? named : contracts.contract,
    nativeTo: !isAnother && contracts.contract === null ? (native?.chain ?? null) : null,
    checks: [
      check("ranked", PASS, source, `${titled(asset)}${times}${other}`),
      check("venue_contract", CONTRACT_STATE[contracts.kind], EXCHANGE, contracts.evidence),
      check("price", PRICE_STATE[price.kind], source, price.evidence),
    ],
  };
}

const notKnown = (checks: readonly SecurityCheck[], named: ContractId | null): Judged => ({
  asset: null,
  contract: named,
  nativeTo: null,
  checks: [...checks],
});

function judged(base: string, found: Found, source: RankingSourceId, named: ContractId | null): Judged {
  switch (found.kind) {
    case "one":
      return judgedAs(base, found.candidate, source, named);
    case "torn": {
      const { checks, ...rest } = judgedAs(base, found.candidate, source, named);
      const evidence = `the exchange names a contract of ${titled(found.byContract)} for ${quoteText(base)}: ${found.candidate.contracts.evidence}`;
      const torn = checks.map((one) => (one.id === "venue_contract" ? check(one.id, FAIL, EXCHANGE, evidence) : one));
      return { ...rest, contract: named, nativeTo: null, checks: torn };
    }
    case "several": {
      const evidence = `${listOf(found.candidates)} have this ticker, and neither contract nor price tells which it is`;
      return notKnown(
        [
          check("ranked", OPEN, source, evidence),
          check("venue_contract", OPEN, EXCHANGE, evidence),
          check("price", OPEN, source, evidence),
        ],
        named,
      );
    }
    case "other": {
      const [first] = found.candidates;
      const names = listOf(found.candidates);
      const isContract = found.candidates.every(({ contracts }) => contracts.kind === "different");
      return notKnown(
        [
          check("ranked", OPEN, source, `${names} have this ticker, and it is none of them`),
          isContract
            ? check("venue_contract", FAIL, EXCHANGE, first?.contracts.evidence ?? "")
            : check("venue_contract", OPEN, EXCHANGE, "it cannot be told of which coin"),
          isContract
            ? check("price", OPEN, source, "it cannot be told of which coin")
            : check("price", FAIL, source, `no coin of this ticker costs that: ${first?.price.evidence ?? ""}`),
        ],
        named,
      );
    }
    case "unranked": {
      const evidence = `${quoteText(base)} is no coin of the ranking`;
      return notKnown(
        [
          check("ranked", OPEN, source, evidence),
          check("venue_contract", OPEN, EXCHANGE, evidence),
          check("price", OPEN, source, evidence),
        ],
        named,
      );
    }
  }
}

function unheard(base: string, named: ContractId | null): Judged {
  const evidence = `identity of ${quoteText(base)} is not established: no ranking was heard`;
  const checks = ["ranked", "venue_contract", "price"].map((id) => check(id, OPEN, "ranking", evidence));
  return notKnown(checks, named);
}

/** Open where deposits and withdrawals are, on one network at least. */
function transfers(coins: VenueCoins | null, coin: VenueCoin | undefined): SecurityCheck {
  if (coins?.statesTransfers !== true)
    return check("transfers", NONE, EXCHANGE, "the exchange says nothing of deposits and withdrawals to us");
  if (coin === undefined) return check("transfers", OPEN, EXCHANGE, "it is not in the exchange's list of coins");
  const { networks } = coin;
  const open = networks.find(({ deposits, withdrawals }) => deposits === true && withdrawals === true);
  if (open !== undefined) return check("transfers", PASS, EXCHANGE, "deposits and withdrawals are open");
  if (networks.length === 0) return check("transfers", OPEN, EXCHANGE, "the exchange names no network of it");
  const isSilent = networks.some(({ deposits, withdrawals }) => deposits !== false && withdrawals !== false);
  const evidence = isSilent
    ? "the exchange does not say whether deposits and withdrawals are open"
    : "deposits or withdrawals are suspended on every network";
  return check("transfers", OPEN, EXCHANGE, evidence);
}

const MARKS: Readonly<Record<VenueMark, string>> = {
  delisting: "the exchange is about to delist it",
  monitoring: "the exchange has it under special watch",
  suspended: "the exchange has suspended its trade",
};

/** Of a coin's several markets a mark counts that all of them carry: one pair of a coin may go and the coin stay. */
function listing(markets: readonly Market[], coin: VenueCoin | undefined): SecurityCheck {
  const marksOf = ({ active, marks = [] }: Market): readonly VenueMark[] => (active ? marks : [...marks, "suspended"]);
  const [first, ...rest] = markets.map(marksOf);
  const common = (first ?? []).filter((mark) => rest.every((marks) => marks.includes(mark)));
  const marks = [...new Set([...(coin?.marks ?? []), ...common])];
  if (marks.length > 0) return check("listing", OPEN, EXCHANGE, marks.map((mark) => MARKS[mark]).join("; "));
  return check("listing", PASS, EXCHANGE, "it trades, without a mark of the exchange");
}

/** A whole contract that the exchange names, on a chain that it can be judged on. */
function namedContract(coin: VenueCoin | undefined): ContractId | null {
  for (const { chain, contract } of coin?.networks ?? []) {
    const id = chain === null || contract === null ? null : contractId(chain, contract);
    if (id !== null) return id;
  }
  return null;
}

/** The same identity with what the exchange says now of transfers and marks; what it no longer says stays as it was. @param markets those of its base */
export function withVenueWord(
  identity: CoinIdentity,
  markets: readonly Market[],
  coins: VenueCoins | null,
): CoinIdentity {
  const coin = coins?.coins.find(({ code }) => code === identity.base);
  const now = [
    ...(coins === null ? [] : [transfers(coins, coin)]),
    ...(markets.length === 0 ? [] : [listing(markets, coin)]),
  ];
  const ids = new Set(now.map(({ id }) => id));
  return { ...identity, checks: [...identity.checks.filter(({ id }) => !ids.has(id)), ...now] };
}

/** By base, for every market; nothing is asked for. Without a ranking nothing is known. */
export function identifyCoins({
  markets,
  coins,
  ranking,
  lastPrices,
  nowMs,
}: CoinFacts): ReadonlyMap<string, CoinIdentity> {
  const heard: RankingIndex | null = ranking !== null && ranking.seenAtMs <= nowMs ? indexRanking(ranking) : null;
  const byCode = new Map(coins?.coins.map((coin) => [coin.code, coin]));
  const dollarPrice = createDollarPrices(
    markets,
    lastPrices,
    (currency) => heard?.ofTicker(currency)[0]?.priceUsd ?? null,
  );
  const seenAtMs = unixMs(Math.min(nowMs, coins?.seenAtMs ?? nowMs, heard?.ranking.seenAtMs ?? nowMs));
  const identities = new Map<string, CoinIdentity>();
  for (const [base, ofBase] of Map.groupBy(markets, (market) => market.base)) {
    const coin = byCode.get(base);
    const listed = { base, coin, statesContracts: coins?.statesContracts === true, price: dollarPrice(base), nowMs };
    const named = namedContract(coin);
    const { checks, ...which } =
      heard === null ? unheard(base, named) : judged(base, findAsset(heard, listed), heard.ranking.source, named);
    identities.set(base, {
      base,
      ...which,
      checks: [...checks, transfers(coins, coin), listing(ofBase, coin)],
      seenAtMs,
      validUntilMs: unixMs(seenAtMs + VALID_MS),
    });
  }
  return identities;
}
