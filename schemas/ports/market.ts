// Floor 1, ports. The world of markets: time, prices, which markets, what is known of a token. Types only.
import type { ContractId } from "../chain.ts";
import type { Ranking, RankingSourceId, VenueCoins } from "../coin.ts";
import type { CandleSeries, Market, Ticker } from "../market.ts";
import type { NewsItem } from "../news.ts";
import type { SecurityReport } from "../security.ts";
import type { MarketSymbol, Timeframe, UnixMs, VenueId } from "../units.ts";
import type { Answered, CallOptions } from "./work.ts";

/** Time. Below apps/ and scheduler/ nothing else tells it. */
export interface Clock {
  /** `simulated`: the future is simply not there yet; `system`: a record from the future is an error. */
  readonly kind: "system" | "simulated";
  now(): UnixMs;
  /** Resolves after `ms` of this clock's time; rejects with the signal's reason when aborted. */
  sleep(ms: number, options: CallOptions): Promise<void>;
}

/** Prices. Everything returned is validated; nothing later than `nowMs` is ever in it (law 3). */
export interface MarketData {
  readonly venueId: VenueId;
  /** Short name for people and JSON: `sim`, `replay` or the ccxt id. */
  readonly venue: string;
  /** Law 10. */
  readonly simulated: boolean;
  /** How long after a close the venue may still change or withhold the candle. */
  readonly graceMs: number;
  /** Markets that exist at this venue; inactive ones included, marked so. */
  markets(options: CallOptions): Promise<readonly Market[]>;
  /**
   * All candles that open at or after `fromMs` and are closed at `nowMs` by law 1, oldest first; none where the market has
   * no candle there. Holes stay holes, exact duplicates are collapsed with a note. `askedFromMs` is `fromMs`, or later
   * where the source did not give all that it was asked for. At once where they are at hand, as those that a stream has told.
   * @throws UnknownNameError for a symbol this venue does not have; DataFormatError; ProviderError
   */
  candles(
    request: {
      readonly symbol: MarketSymbol;
      readonly timeframe: Timeframe;
      readonly nowMs: UnixMs;
      readonly fromMs: UnixMs;
    },
    options: CallOptions,
  ): Answered<CandleSeries>;
  /**
   * What was traded of each market in the 24 h before `nowMs`, in its quote currency; markets for which the venue does not say are
   * left out. What markets are ranked by: no bid and ask is asked for.
   * @throws ProviderError where a venue that has markets states no value at all
   */
  turnovers(request: { readonly nowMs: UnixMs }, options: CallOptions): Promise<ReadonlyMap<MarketSymbol, number>>;
  /** Set where each price of `tickers` is a request of its own: then few are asked for at a time. */
  readonly pricesOneByOne?: boolean;
  /**
   * Best bid and ask at `nowMs`, where an order needs them; symbols without a price, or unknown to the venue, are left out. With
   * `heardWithinMs` prices will do that another process on the store asked for so long before, or later (0: since this call); left out: the
   * venue is asked.
   */
  tickers(
    request: {
      readonly symbols: readonly MarketSymbol[];
      readonly nowMs: UnixMs;
      readonly heardWithinMs?: number;
    },
    options: CallOptions,
  ): Promise<readonly Ticker[]>;
}

/**
 * What all processes on one PostgreSQL or Redis may ask of an exchange, or of a source of rankings, tokens or news: it counts the requests of an address, whoever of us makes them. Times are
 * durations, since processes need not agree on the clock.
 */
export interface VenueBudget {
  /**
   * The right to send one request. `pausedForMs` above 0: none was given, the exchange rests so long. Else the request may be
   * sent in `waitMs`, after those that others were given before.
   * @param spacingMs between two requests of all processes together
   */
  turn(spacingMs: number): Promise<{ readonly pausedForMs: number; readonly waitMs: number }>;
  /** How long the exchange rests from now on, ms, without a turn being taken: another process may have met a limit meanwhile. */
  restMs(): Promise<number>;
  /** Nobody asks for `forMs`; a pause that ends later stays. */
  pause(forMs: number): Promise<void>;
  /** Those that were opened together end together. */
  close(): Promise<void>;
}

/** Which markets are worth thinking about, best first. */
export interface Universe {
  topAssets(
    request: { readonly nowMs: UnixMs; readonly count: number },
    options: CallOptions,
  ): Promise<{
    readonly assets: readonly MarketSymbol[];
    /** Larger is more liquid; breaks ties between entries of equal strength. */
    readonly liquidity: ReadonlyMap<MarketSymbol, number>;
    /** What they are ranked by, whose word it is and how old: `market cap of CoinGecko, 3 h old`; null or left out: it does not say. */
    readonly basis?: string | null;
    /** Why these are not the day's own; null or left out: they are, or nobody has looked yet. */
    readonly problem?: string | null;
    /** They may be better known at the next slot of the same day: it asks again. */
    readonly provisional?: boolean;
  }>;
}

/** What is known of a token's safety. Never throws for an unknown token: absence is the verdict `unknown`. */
export interface SecuritySource {
  readonly id: string;
  /** True where it answers from what is known by now, whatever `nowMs` it is asked for: what it said then is not to be had again. */
  readonly isOfNow?: boolean;
  report(
    request: { readonly symbol: MarketSymbol; readonly nowMs: UnixMs },
    options: CallOptions,
  ): Answered<SecurityReport>;
}

/** Who ranks coins by market cap. */
export interface RankingSource {
  readonly id: RankingSourceId;
  /**
   * The best `count` coins as they stand now, or all that it has. Where a row cannot be read it is left out.
   * @throws ProviderError where it does not answer, or answers with no ranking
   */
  ranking(request: { readonly nowMs: UnixMs; readonly count: number }, options: CallOptions): Promise<Ranking>;
}

/** What a venue says of the coins that it lists. */
export interface VenueListings {
  /** Null: it says nothing of them to whom has no key. @throws ProviderError */
  coins(request: { readonly nowMs: UnixMs }, options: CallOptions): Promise<VenueCoins | null>;
  /** Newest traded price of each market, in its quote currency, best traded first; markets without one are left out. @throws ProviderError */
  lastPrices(request: { readonly nowMs: UnixMs }, options: CallOptions): Promise<ReadonlyMap<MarketSymbol, number>>;
}

/** One place that knows something of contracts: GoPlus, a simulation of a sale, a registry of source code, the chain itself. */
export interface TokenSource {
  /** `goplus`, `honeypot.is`, `rugcheck`, `sourcify`, `rpc-1` (the node of chain 1): its answers are kept under it. */
  readonly id: string;
  serves(chain: string): boolean;
  /**
   * What it knows of one contract, as checks; facts that it leaves open are `unknown` checks. That it has no record is an answer, too, and holds
   * for a short time.
   * @throws ProviderError where it did not answer, VenuePausedError while it rests: then nothing new is known, and what was known before holds
   * until its time is over
   */
  report(contract: ContractId, request: { readonly nowMs: UnixMs }, options: CallOptions): Promise<SecurityReport>;
}

/** Who tells news: one feed. */
export interface NewsSource {
  /** Its host, for people; a second feed of a host has a number behind it. Path and query may be secret, and are not in it. */
  readonly id: string;
  /** A digest of its whole address, by which processes on one store know that they read the same; left out: nobody else reads it. */
  readonly addressDigest?: string;
  /**
   * What the feed holds now, in its order, no id twice: as seen at `nowMs`, coins not yet looked up (`coinId` null).
   * @throws ProviderError where it does not answer, or answers with no feed that can be read whole: then nothing new is known
   */
  items(request: { readonly nowMs: UnixMs }, options: CallOptions): Promise<readonly NewsItem[]>;
}
