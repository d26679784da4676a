// Floor 5. What moves together in a backtest: the same markets, hours and functions as on the desk, but made only where a rule
// asks. Of each hour the portfolio and the universe are remembered, which costs nothing; correlations wait for an entry.

import { isThoughtAbout, type UniverseOfDay } from "#desk/run-slot/daily-universe.ts";
import { relatedOrder } from "#desk/run-slot/relationships.ts";
import type { CandleSeries } from "#schemas/market.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { GateRelationships } from "#schemas/relationship.ts";
import { HOUR_MS, type MarketSymbol, type Timeframe, type UnixMs, unixMs } from "#schemas/units.ts";
import { hourMoveOf } from "#toolkits/indicators/trend.ts";
import { windowAt } from "#toolkits/indicators/window.ts";
import { selectClosed } from "#toolkits/market/closed-candles.ts";
import { LazyRelationships } from "#toolkits/relationships/lazy-relationships.ts";
import { hourOf, returnsUpTo } from "#toolkits/relationships/returns.ts";

type SeriesOf = (symbol: MarketSymbol) => CandleSeries | undefined;

export class BacktestRelationships {
  readonly #timeframe: Timeframe;
  readonly #seriesOf: SeriesOf;
  #hourMs = Number.NEGATIVE_INFINITY;
  #begun: { readonly universe: UniverseOfDay; readonly portfolio: Portfolio; readonly slotMs: UnixMs } | null = null;
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
    this.#begun = { universe, portfolio, slotMs };
    this.#made = null;
  }

  /** Those of the hour of the last slot passed. */
  current(): GateRelationships | null {
    if (this.#begun === null) return null;
    const { universe, portfolio, slotMs } = this.#begun;
    const at = { hourMs: unixMs(this.#hourMs), timeframe: this.#timeframe };
    this.#made ??= new LazyRelationships(at, relatedOrder(universe, portfolio), (symbol) => {
      const series = knownAt(this.#seriesOf(symbol), slotMs);
      return series === undefined ? null : returnsUpTo(series, at.hourMs);
    });
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

/** Without a newest candle that was in doubt then. */
const knownAt = (series: CandleSeries | undefined, slotMs: UnixMs): CandleSeries | undefined =>
  series?.agreedLate === undefined ? series : selectClosed(series, { nowMs: slotMs, graceMs: 0, fromMs: unixMs(0) });
