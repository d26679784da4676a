// Floor 2. An exchange in ccxt → a venue: public reads of its spot markets, each answer checked again before it becomes
// a candle or a price. There is no order function here.
import { ProviderError, UnknownNameError } from "#schemas/errors.ts";
import { type Market, newestClosed } from "#schemas/market.ts";
import type { Clock, MarketData, VenueBudget, VenueListings } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import {
  type MarketSymbol,
  TIMEFRAMES,
  type Timeframe,
  timeframeMs,
  type UnixMs,
  unixMs,
  type VenueId,
} from "#schemas/units.ts";
import { createLocalBudget } from "../requests/local-budget.ts";
import { readFrom } from "./ccxt/candle-pages.ts";
import { type CcxtClient, type ExchangeKeys, factsOf, openCcxtClient } from "./ccxt/client.ts";
import { createExchangeOffset } from "./ccxt/exchange-clock.ts";
import { createGuardedRead, type GuardedRead } from "./ccxt/guarded-read.ts";
import { hourly } from "./ccxt/hourly.ts";
import { createListings } from "./ccxt/listings.ts";
import { readPrices } from "./ccxt/price-reads.ts";
import { parseSpotMarkets, type SpotMarkets } from "./ccxt/spot-markets.ts";
import { parseTurnovers } from "./ccxt/turnovers.ts";
import { pageRowsAt, type VenueFacts } from "./ccxt/venue-facts.ts";
import { toSeries } from "./closed-candles.ts";
import { namesPhrase } from "./nearest-names.ts";

/** Exchanges publish a candle within about a second of its close; one younger may still change. */
export const GRACE_MS = 3000;
const DEADLINE_MS = 15_000;
/** Reads that may stand before one in ccxt's limiter: a sweep has eight under way, and orders a few. */
const QUEUED_READS = 10;

export interface CcxtVenueDeps {
  readonly exchangeId: string;
  /** A client made elsewhere; by default one is opened, without keys. */
  readonly exchange?: CcxtClient;
  /** Of a key that may read. Nothing but the list of coins is read with it, where the exchange gives that to no one else. */
  readonly keys?: ExchangeKeys | undefined;
  /** The client for that made elsewhere; by default one is opened with the keys. */
  readonly keyed?: (keys: ExchangeKeys) => Promise<CcxtClient>;
  readonly now: () => UnixMs;
  /** Waits between tries. */
  readonly sleep: Clock["sleep"];
  /** Shared with other processes of this address, and with a client that was made elsewhere; left out: this one is alone. */
  readonly budget?: VenueBudget;
  readonly graceMs?: number;
  /** Bounds each try of each call, beside what waits before it in the limiter. */
  readonly deadlineMs?: number;
  readonly overrides?: {
    /** Origin of a self-hosted gateway that speaks the exchange's own REST protocol. */
    readonly apiUrl?: string;
  };
}

/** An exchange as a venue, and what is known of it. */
export interface CcxtVenue extends MarketData {
  readonly listings: VenueListings;
  readonly facts: VenueFacts;
  /** Of ours those that the exchange has. */
  readonly timeframes: readonly Timeframe[];
  /** Venue time minus local time, ms; null: it does not tell its time. */
  clockOffsetMs(options: CallOptions): Promise<number | null>;
  /** Spot markets that it lists under names that the desk cannot write. */
  unnamed(options: CallOptions): Promise<readonly string[]>;
}

/** The market list; listings change by the day, halts by the hour. */
const createMarketList = (client: CcxtClient, facts: VenueFacts, read: GuardedRead, now: () => UnixMs) =>
  hourly(async (options): Promise<SpotMarkets & { readonly bySymbol: ReadonlyMap<MarketSymbol, Market> }> => {
    // Always `reload`: ccxt keeps a failed first load for ever otherwise.
    const load = async () => parseSpotMarkets(await client.loadMarkets(true), client.precisionMode, facts);
    const list = await read("its markets", load, options);
    return { ...list, bySymbol: new Map(list.markets.map((market) => [market.symbol, market])) };
  }, now);

function requireTimeframe({ id }: CcxtClient, offered: readonly Timeframe[], timeframe: Timeframe): void {
  if (offered.includes(timeframe)) return;
  throw new UnknownNameError({
    was: `${id} has no ${timeframe} candles.`,
    expected: `one of ${offered.join(", ")}`,
    remedy: "Choose another --timeframe.",
  });
}

function requireMarket({ id }: CcxtClient, markets: ReadonlyMap<MarketSymbol, Market>, symbol: MarketSymbol): Market {
  const market = markets.get(symbol);
  if (market !== undefined) return market;
  throw new UnknownNameError({
    was: `${id} has no spot market ${symbol}.`,
    expected: `a market it lists; nearest: ${namesPhrase(symbol, [...markets.keys()], 5)}`,
    remedy: "Correct the symbol.",
  });
}

/**
 * `venueId` and `venue` are the ccxt id. A candle counts as closed `graceMs` after its close by the slower of both
 * clocks, ours and the venue's: nothing after `nowMs` is ever in an answer, and nothing that the venue still forms.
 * A candle that the venue has not published yet is simply not there; asking again is the caller's part.
 */
export async function createCcxtVenue(deps: CcxtVenueDeps): Promise<CcxtVenue> {
  const { exchangeId, now, sleep, keys, graceMs = GRACE_MS, deadlineMs = DEADLINE_MS } = deps;
  // One for both clients: where one is asked to rest, the other rests.
  const { budget = createLocalBudget(now) } = deps;
  const parts = { exchangeId, apiUrl: deps.overrides?.apiUrl, budget, now, sleep };
  const client = deps.exchange ?? (await openCcxtClient(parts));
  const { keyed = (given: ExchangeKeys) => openCcxtClient({ ...parts, keys: given }) } = deps;
  const facts = factsOf(client);
  const { candles } = facts;
  const read = createGuardedRead(exchangeId, { now, sleep }, deadlineMs + QUEUED_READS * candles.paceMs);
  const offset = createExchangeOffset(client, read, now, facts.clockStepMs);
  const listMarkets = createMarketList(client, facts, read, now);
  const timeframes = TIMEFRAMES.filter(
    (one) => client.timeframes?.[one] !== undefined && !candles.missing.includes(one),
  );

  return {
    facts,
    listings: createListings({
      client,
      facts,
      read,
      openKeyed: keys === undefined ? null : () => keyed(keys),
      symbols: async (options) => (await listMarkets(options)).bySymbol.keys(),
    }),
    timeframes,
    venueId: exchangeId as VenueId,
    venue: exchangeId,
    simulated: false,
    graceMs,
    ...(facts.prices === "book" ? { pricesOneByOne: true } : {}),
    async markets(options) {
      return (await listMarkets(options)).markets;
    },
    async clockOffsetMs(options) {
      return client.has["fetchTime"] === true ? offset(options) : null;
    },
    async unnamed(options) {
      return (await listMarkets(options)).unnamed;
    },
    async candles({ symbol, timeframe, nowMs, fromMs }, options) {
      requireTimeframe(client, timeframes, timeframe);
      const { active } = requireMarket(client, (await listMarkets(options)).bySymbol, symbol);
      const slowerNowMs = unixMs(nowMs + Math.min(0, await offset(options)));
      const name = `${exchangeId} ${symbol} ${timeframe}`;
      const lengthMs = timeframeMs(timeframe);
      let answered = 0;
      const ask = async (sinceMs: number, limit: number) => {
        const params = candles.sendsEnd ? { until: sinceMs + limit * lengthMs - 1 } : {};
        const fetch = () => client.fetchOHLCV(symbol, timeframe, sinceMs, limit, params);
        const answer = await read(`candles of ${symbol} ${timeframe}`, fetch, options);
        answered += Array.isArray(answer) ? answer.length : 0;
        return answer;
      };
      const lastCloseMs = newestClosed(slowerNowMs, timeframe, graceMs);
      const rowsAt = (sinceMs: number) => pageRowsAt(facts, timeframe, { sinceMs, nowMs: now() });
      const { rows, askedFromMs } = await readFrom(
        { ask, name, lengthMs, pageRowsAt: rowsAt, showsForming: candles.forming },
        fromMs,
        lastCloseMs,
      );
      // Where quiet markets have candles too, one that trades has at least the one that is forming.
      const reachesNow = now() - lastCloseMs < 2 * lengthMs && fromMs < lastCloseMs;
      if (answered === 0 && candles.quiet && active && reachesNow) throw noCandleAtAll(name);
      const series = toSeries({ symbol, timeframe, rows, nowMs: slowerNowMs, graceMs, fromMs });
      return { ...series, askedFromMs };
    },
    async turnovers(_request, options) {
      const { bySymbol } = await listMarkets(options);
      // Read and understood in one: an answer that states nothing is asked for again.
      const fetch = async () =>
        parseTurnovers(await client.fetchTickers(undefined, facts.tickersParams), bySymbol.keys(), facts);
      return read("what was traded of its markets", fetch, options);
    },
    async tickers({ symbols }, options) {
      const { bySymbol } = await listMarkets(options);
      const known = symbols.filter((symbol) => bySymbol.has(symbol));
      if (known.length === 0) return [];
      return readPrices({ client, facts, read, now }, known, await offset(options), options);
    },
  };
}

const noCandleAtAll = (name: string): ProviderError =>
  new ProviderError({
    was: `${name}: the venue gave no candle at all, not even the one that is forming.`,
    remedy: "Check the venue's status page.",
  });
