// Floor 5. What moves together in a backtest: the same markets, hours and functions as on the desk, but made only where a rule
// asks. Of each hour the portfolio and the universe are remembered, which costs nothing; correlations wait for an entry.

import { isThoughtAbout, type UniverseOfDay } from "#desk/run-slot/daily-universe.ts";
import { relatedOrder } from "#desk/run-slot/relationships.ts";
import type { CandleSeries } from "#schemas/market.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { GateRelationships, Relationships } from "#schemas/relationship.ts";
import { HOUR_MS, type MarketSymbol, splitSymbol, type Timeframe, type UnixMs, unixMs } from "#schemas/units.ts";
import { hourMoveOf } from "#toolkits/indicators/trend.ts";
import { windowAt } from "#toolkits/indicators/window.ts";
import { linkOf, returnLine } from "#toolkits/relationships/correlation.ts";
import { LINKED_CORRELATION, relate } from "#toolkits/relationships/relate.ts";
import { hourOf, returnsUpTo } from "#toolkits/relationships/returns.ts";

type SeriesOf = (symbol: MarketSymbol) => CandleSeries | undefined;

export class BacktestRelationships {
  readonly #timeframe: Timeframe;
  readonly #seriesOf: SeriesOf;
  #hourMs = Number.NEGATIVE_INFINITY;
  #begun: { readonly universe: UniverseOfDay; readonly portfolio: Portfolio } | null = null;
  #made: GateRelationships | null = null;

  /** @param seriesOf candles of any time, the future included: nothing after the hour is read from them */
  constructor(timeframe: Timeframe, seriesOf: SeriesOf) {
    this.#timeframe = timeframe;
    this.#seriesOf = seriesOf;
  }

  /** To be told every slot between settling and deciding, where the desk's sleep cycle stands. */
  pass(slotMs: UnixMs, universe: UniverseOfDay, portfolio: Portfolio): void {
    if (slotMs - this.#hourMs < HOUR_MS) return;
    this.#hourMs = hourOf(slotMs);
    this.#begun = { universe, portfolio };
    this.#made = null;
  }

  /** Those of the hour of the last slot passed. */
  current(): GateRelationships | null {
    if (this.#begun === null) return null;
    const { universe, portfolio } = this.#begun;
    const at = { hourMs: unixMs(this.#hourMs), timeframe: this.#timeframe };
    this.#made ??= lazyRelationships(at, relatedOrder(universe, portfolio), this.#seriesOf);
    return this.#made;
  }

  /**
   * The leader's move over the last hour. Null where it has no candle at the slot, or where the desk would not have read
   * it: neither in the universe nor held nor on order any more.
   */
  leaderHourSigmas(slotMs: UnixMs, universe: UniverseOfDay, portfolio: Portfolio): number | null {
    const leader = this.current()?.leader ?? null;
    if (leader === null || !isThoughtAbout(leader, universe, portfolio)) return null;
    const series = this.#seriesOf(leader);
    const window = series === undefined ? null : windowAt(series, slotMs);
    return window === null ? null : hourMoveOf(window);
  }
}

/** Clusters and links are worked out when they are read first; of single markets it is known before whether they may be linked. */
function lazyRelationships(
  at: Pick<Relationships, "hourMs" | "timeframe">,
  order: readonly MarketSymbol[],
  seriesOf: SeriesOf,
): GateRelationships {
  const returnsOf = remembered((symbol: MarketSymbol) => {
    const series = seriesOf(symbol);
    return series === undefined ? null : returnsUpTo(series, at.hourMs);
  });
  const lineOf = remembered((symbol: MarketSymbol) => {
    const returns = returnsOf(symbol);
    return returns === null ? null : returnLine(symbol, returns);
  });
  const whole = once((): Relationships => {
    const returns = new Map<MarketSymbol, Float64Array>();
    for (const symbol of order) {
      const known = returnsOf(symbol);
      if (known !== null) returns.set(symbol, known);
    }
    return relate(returns, { ...at, order });
  });
  const areLinked = (a: MarketSymbol, b: MarketSymbol): boolean => {
    const [left, right] = [lineOf(a), lineOf(b)];
    return left !== null && right !== null && linkOf(left, right, LINKED_CORRELATION) !== null;
  };
  return {
    ...at,
    leader: order[0] ?? null,
    /** No rule reads them. */
    labels: {},
    /** Members of a cluster are linked, each with each. */
    mayJoin: (symbol, bases) => [
      symbol,
      ...order.filter((o) => o !== symbol && bases.has(splitSymbol(o).base) && areLinked(symbol, o)),
    ],
    get clusters() {
      return whole().clusters;
    },
    get linkedToLeader() {
      return whole().linkedToLeader;
    },
  };
}

function remembered<K, T>(make: (key: K) => T): (key: K) => T {
  const known = new Map<K, T>();
  return (key) => {
    const value = known.get(key);
    if (value !== undefined) return value;
    const made = make(key);
    known.set(key, made);
    return made;
  };
}

function once<T>(make: () => T): () => T {
  const of = remembered<null, T>(make);
  return () => of(null);
}
