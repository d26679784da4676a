// Floor 2. An exchange in ccxt → a venue: public reads of its spot markets, each answer checked again before it becomes
// a candle or a price. There is no order function here.
import { z } from "zod";
import { UnknownNameError } from "#schemas/errors.ts";
import { type Market, newestClosed } from "#schemas/market.ts";
import type { Clock, MarketData } from "#schemas/ports/market.ts";
import {
  type MarketSymbol,
  TIMEFRAMES,
  type Timeframe,
  timeframeMs,
  type UnixMs,
  unixMs,
  type VenueId,
} from "#schemas/units.ts";
import { readFrom } from "./ccxt/candle-pages.ts";
import { type CcxtClient, openCcxtClient } from "./ccxt/client.ts";
import { createExchangeOffset } from "./ccxt/exchange-clock.ts";
import { createGuardedRead, type GuardedRead } from "./ccxt/guarded-read.ts";
import { hourly } from "./ccxt/hourly.ts";
import { isBadRequest } from "./ccxt/provider-errors.ts";
import { parseSpotMarkets } from "./ccxt/spot-markets.ts";
import { parseTickers } from "./ccxt/tickers.ts";
import { toSeries } from "./closed-candles.ts";
import { namesPhrase } from "./nearest-names.ts";

/** Exchanges publish a candle within about a second of its close; one younger may still change. */
export const GRACE_MS = 3000;
const DEADLINE_MS = 15_000;
/** Above this many symbols one call for all tickers is the cheaper one (Binance weighs both alike from 101 on). */
const MAX_LISTED_SYMBOLS = 100;
/** The smallest page among the exchanges that ccxt documents one for and that serve more than one window. */
const FALLBACK_PAGE_LIMIT = 300;

export interface CcxtVenueDeps {
  readonly exchangeId: string;
  /** A client made elsewhere; by default one is opened, without keys. */
  readonly exchange?: CcxtClient;
  readonly now: () => UnixMs;
  /** Waits between tries. */
  readonly sleep: Clock["sleep"];
  readonly graceMs?: number;
  /** Bounds each try of each call. */
  readonly deadlineMs?: number;
  readonly overrides?: {
    /** Origin of a self-hosted gateway that speaks the exchange's own REST protocol. */
    readonly apiUrl?: string;
  };
}

/** The most candles of one page, from ccxt's own table of features. */
function pageLimitOf(client: CcxtClient): number {
  const Features = z.object({ spot: z.object({ fetchOHLCV: z.object({ limit: z.int().positive() }) }) });
  return Features.safeParse(client.features).data?.spot.fetchOHLCV.limit ?? FALLBACK_PAGE_LIMIT;
}

/** The market list; listings change by the day, halts by the hour. */
const createMarketList = (client: CcxtClient, read: GuardedRead, now: () => UnixMs) =>
  hourly(async (options): Promise<ReadonlyMap<MarketSymbol, Market>> => {
    // Always `reload`: ccxt keeps a failed first load for ever otherwise.
    const load = async () => parseSpotMarkets(await client.loadMarkets(true), client.precisionMode, client.id);
    const markets = await read("its markets", load, options);
    return new Map(markets.map((market) => [market.symbol, market]));
  }, now);

function requireTimeframe(client: CcxtClient, timeframe: Timeframe): void {
  const offered = TIMEFRAMES.filter((one) => client.timeframes?.[one] !== undefined);
  if (offered.includes(timeframe)) return;
  throw new UnknownNameError({
    was: `${client.id} has no ${timeframe} candles.`,
    expected: `one of ${offered.join(", ")}`,
    remedy: "Choose another --timeframe.",
  });
}

function requireMarket(client: CcxtClient, markets: ReadonlyMap<MarketSymbol, Market>, symbol: MarketSymbol): void {
  if (markets.has(symbol)) return;
  throw new UnknownNameError({
    was: `${client.id} has no spot market ${symbol}.`,
    expected: `a market it lists; nearest: ${namesPhrase(symbol, [...markets.keys()], 5)}`,
    remedy: "Correct the symbol.",
  });
}

/**
 * `venueId` and `venue` are the ccxt id. A candle counts as closed `graceMs` after its close by the slower of both
 * clocks, ours and the venue's: nothing after `nowMs` is ever in an answer, and nothing that the venue still forms.
 * A candle that the venue has not published yet is simply not there; asking again is the caller's part.
 */
export async function createCcxtVenue(deps: CcxtVenueDeps): Promise<MarketData> {
  const { exchangeId, now, sleep, graceMs = GRACE_MS, deadlineMs = DEADLINE_MS } = deps;
  const client = deps.exchange ?? (await openCcxtClient(exchangeId, deps.overrides?.apiUrl));
  const read = createGuardedRead(exchangeId, sleep, deadlineMs);
  const offset = createExchangeOffset(client, read, now);
  const listMarkets = createMarketList(client, read, now);
  const pageLimit = pageLimitOf(client);

  return {
    venueId: exchangeId as VenueId,
    venue: exchangeId,
    simulated: false,
    graceMs,
    async markets(options) {
      return [...(await listMarkets(options)).values()];
    },
    async candles({ symbol, timeframe, nowMs, fromMs }, options) {
      requireTimeframe(client, timeframe);
      requireMarket(client, await listMarkets(options), symbol);
      const slowerNowMs = unixMs(nowMs + Math.min(0, await offset(options)));
      const name = `${exchangeId} ${symbol} ${timeframe}`;
      const ask = (sinceMs: number, limit: number) =>
        read(`candles of ${symbol} ${timeframe}`, () => client.fetchOHLCV(symbol, timeframe, sinceMs, limit), options);
      const lastCloseMs = newestClosed(slowerNowMs, timeframe, graceMs);
      const deps = { ask, name, lengthMs: timeframeMs(timeframe), pageLimit };
      const { rows, askedFromMs } = await readFrom(deps, fromMs, lastCloseMs);
      const series = toSeries({ symbol, timeframe, rows, nowMs: slowerNowMs, graceMs, fromMs });
      return { ...series, askedFromMs };
    },
    async tickers({ symbols }, options) {
      const markets = await listMarkets(options);
      const known = symbols.filter((symbol) => markets.has(symbol));
      if (known.length === 0) return [];
      const offsetMs = await offset(options);
      const listed = known.length > MAX_LISTED_SYMBOLS ? undefined : [...known];
      const ask = (names: string[] | undefined) => read("tickers", () => client.fetchTickers(names), options);
      // One market that has gone since the list was read would take all others with it: then all tickers are asked for.
      const answer = await ask(listed).catch((error: unknown) => {
        if (known.length > 1 && isBadRequest(error)) return ask(undefined);
        throw error;
      });
      return parseTickers(answer, known, { readMs: now(), offsetMs, exchangeId });
    },
  };
}
