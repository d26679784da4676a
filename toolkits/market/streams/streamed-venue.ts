// Floor 2. A venue that is asked, and a feed that tells → the same venue, with fewer requests: what the feed told to its end is not
// asked for. Each market is asked all the same once in a while, and after every break, and what REST says then counts.
import { newestClosed } from "#schemas/market.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import { andThen } from "#schemas/ports/work.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { selectClosed, toSeries } from "../closed-candles.ts";
import type { CandleFeed, OpenCandleFeed } from "./candle-feed.ts";
import { StreamedCandles } from "./streamed-candles.ts";

/** With nothing heard for so long the connection counts as broken: a dead one is told apart from quiet markets by nothing else. */
const SILENT_MS = 5000;
/** Markets asked for all the same in one slot, by turns: so many requests tell whether the feed can be trusted. */
const ASKED_A_SLOT = 4;
/** A market whose feed told another candle than REST is asked for this many candles. */
const DISTRUSTED_CANDLES = 200;

export interface StreamedVenueDeps<V extends MarketData> {
  readonly rest: V;
  readonly open: OpenCandleFeed;
  /** Local time, ms. */
  readonly now: () => UnixMs;
  /** Told once of each kind of fault of the feed; `was` is a sentence. */
  readonly onFault?: (was: string) => void;
  /** Told of every candle at which feed and REST differed. */
  readonly onDifference?: (symbol: MarketSymbol, timeframe: Timeframe, openTimes: readonly number[]) => void;
}

export type StreamedVenue<V extends MarketData> = V & { close(): Promise<void> };

interface Watched {
  readonly symbol: MarketSymbol;
  readonly timeframe: Timeframe;
  readonly turn: number;
  readonly candles: StreamedCandles;
  /** Open time until which it is asked for in every slot. */
  distrustedUntilMs: number;
  /** The newest close that it was asked for, ms. */
  askedThroughMs: number;
}

/**
 * Where REST takes back what the feed told of candles before `fromMs`, the answer begins earlier than it was asked from: at the
 * first candle that it was never asked for, so that whoever keeps the candles finds the difference.
 */
export function createStreamedVenue<V extends MarketData>({
  rest,
  open,
  now,
  onFault,
  onDifference,
}: StreamedVenueDeps<V>): StreamedVenue<V> {
  const watched = new Map<string, Watched>();
  /** Of each timeframe the newest close that was asked for, ms. */
  const newestAsked = new Map<Timeframe, number>();
  let heardMs = Number.NEGATIVE_INFINITY;
  const broke = (): void => {
    for (const { candles } of watched.values()) candles.broke();
  };
  const feed: CandleFeed = open({
    onCandles(symbol, timeframe, told) {
      const silentMs = now() - heardMs;
      heardMs = now();
      if (silentMs > SILENT_MS) broke();
      const of = watched.get(nameOf(symbol, timeframe));
      for (const candle of told) of?.candles.take(candle);
    },
    onBreak: broke,
    onFault: (was) => onFault?.(was),
  });

  function watch(symbol: MarketSymbol, timeframe: Timeframe): Watched {
    const name = nameOf(symbol, timeframe);
    const known = watched.get(name);
    if (known !== undefined) return known;
    const candles = new StreamedCandles(timeframeMs(timeframe));
    const never = Number.NEGATIVE_INFINITY;
    const turn = freeTurn(watched.values());
    const one = { symbol, timeframe, turn, candles, distrustedUntilMs: never, askedThroughMs: never };
    watched.set(name, one);
    feed.watch(symbol, timeframe);
    return one;
  }

  /** At the first question of a slot: what nobody asked for in the one before has left the universe, and is not held. */
  function leave(timeframe: Timeframe, throughMs: number): void {
    const before = newestAsked.get(timeframe) ?? throughMs;
    if (throughMs <= before) return void newestAsked.set(timeframe, before);
    newestAsked.set(timeframe, throughMs);
    for (const [name, one] of watched) {
      if (one.timeframe !== timeframe || one.askedThroughMs >= before) continue;
      watched.delete(name);
      feed.unwatch(one.symbol, timeframe);
    }
  }

  /** By turns, so that every market is asked for again within as many slots as there are groups. */
  const isItsTurn = ({ turn }: Watched, slot: number): boolean => {
    const groups = Math.max(1, Math.ceil(watched.size / ASKED_A_SLOT));
    return turn % groups === slot % groups;
  };

  return {
    ...rest,
    candles(request, options) {
      const { symbol, timeframe, nowMs, fromMs } = request;
      const lengthMs = timeframeMs(timeframe);
      const throughMs = newestClosed(nowMs, timeframe, rest.graceMs);
      const firstMs = Math.ceil(fromMs / lengthMs) * lengthMs;
      leave(timeframe, throughMs);
      const of = watch(symbol, timeframe);
      of.askedThroughMs = Math.max(of.askedThroughMs, throughMs);
      const mustAsk = throughMs <= of.distrustedUntilMs || isItsTurn(of, throughMs / lengthMs);
      const rows = mustAsk ? null : of.candles.read(firstMs, throughMs);
      if (rows !== null) return toSeries({ symbol, timeframe, rows, nowMs, graceMs: rest.graceMs, fromMs });
      // What was told since REST last answered is looked at with it: a word that went amiss must not stay in the window.
      const askedMs = unixMs(Math.min(fromMs, of.candles.unconfirmedFromMs));
      return andThen(rest.candles({ ...request, fromMs: askedMs }, options), (series) => {
        const { checkedThroughMs } = series;
        const ofRequest = { ...selectClosed(series, { nowMs, graceMs: rest.graceMs, fromMs }), checkedThroughMs };
        if (series.askedFromMs > askedMs) return ofRequest;
        const wrong = of.candles.confirm(series, askedMs, answeredTo(series.openMs.at(-1), throughMs, lengthMs));
        if (wrong.length === 0) return ofRequest;
        of.distrustedUntilMs = throughMs + DISTRUSTED_CANDLES * lengthMs;
        onDifference?.(symbol, timeframe, wrong);
        return series;
      });
    },
    close: () => feed.close(),
  };
}

/** The lowest that none has: the groups stay even while markets come and go. */
function freeTurn(watched: Iterable<Watched>): number {
  const taken = new Set(Array.from(watched, ({ turn }) => turn));
  let free = 0;
  while (taken.has(free)) free += 1;
  return free;
}

/** What REST has not published yet it has not answered: the newest candle may still come, by either way. */
const answeredTo = (lastOpenMs: number | undefined, throughMs: number, lengthMs: number): number =>
  Math.min(
    throughMs,
    lastOpenMs === undefined ? throughMs - lengthMs : Math.max(lastOpenMs + lengthMs, throughMs - lengthMs),
  );

const nameOf = (symbol: MarketSymbol, timeframe: Timeframe): string => `${timeframe} ${symbol}`;
