// Floor 5. Intrabar detail of a backtest: shorter candles at hand, judged against the candle that they lie in, and what they decided.
import type { Candle, CandleSeries } from "#schemas/market.ts";
import { candleAt } from "#schemas/market.ts";
import type { Fill } from "#schemas/order.ts";
import { type MarketSymbol, type Timeframe, timeframeMs } from "#schemas/units.ts";
import type { AmbiguousCandle, CandleDetail } from "#toolkits/execution/candle-detail.ts";
import { firstIndexAbove } from "#toolkits/market/closed-candles.ts";

/** What shorter candles came to. A candle is counted once a market. */
export interface DetailReport {
  readonly timeframe: Timeframe;
  /** Sales of the whole run, by whatever order. */
  readonly exits: number;
  /** Candles within which a stop or take-profit was touched or a raised stop may have been: there shorter ones were asked for. */
  readonly asked: number;
  /** Of those, where some of the shorter were missing, or did not add up to the candle: it was matched as a whole. */
  readonly missing: number;
  readonly different: number;
  /** Orders that were touched alone, and filled at another price than the whole would: a jump over theirs within the candle. */
  readonly jumps: number;
  /** Of those asked, which could be read in two ways: resolved, by what was sold, and left to the rule (stop first). */
  readonly ambiguous: number;
  readonly stops: number;
  readonly targets: number;
  /** Resolved, and nothing was touched on the way after all. */
  readonly held: number;
  readonly unresolved: number;
}

interface DetailBookInput extends Pick<CandleDetail, "timeframe" | "raisedBy"> {
  readonly base: Timeframe;
  /** Shorter candles of a market; null: there are none. */
  readonly seriesOf: (symbol: MarketSymbol) => CandleSeries | null;
}

export class DetailBook implements CandleDetail {
  readonly timeframe: Timeframe;
  readonly raisedBy: CandleDetail["raisedBy"];
  readonly #input: DetailBookInput;
  readonly #ambiguous: AmbiguousCandle[] = [];
  #asked = 0;
  #missing = 0;
  #different = 0;
  #jumps = 0;

  constructor(input: DetailBookInput) {
    this.#input = input;
    this.timeframe = input.timeframe;
    this.raisedBy = input.raisedBy;
  }

  candlesIn(symbol: MarketSymbol, candle: Candle): readonly Candle[] | null {
    this.#asked += 1;
    const parts = this.#partsOf(symbol, candle);
    if (parts === null) this.#missing += 1;
    else if (!addUp(parts, candle)) this.#different += 1;
    else return parts;
    return null;
  }

  onAmbiguous(candle: AmbiguousCandle): void {
    this.#ambiguous.push(candle);
  }

  onJump(): void {
    this.#jumps += 1;
  }

  /** @param fills of the whole run */
  report(fills: readonly Fill[]): DetailReport {
    const lengthMs = timeframeMs(this.#input.base);
    const sold = fills.filter(({ side }) => side === "sell");
    const inside = Map.groupBy(
      sold.filter(({ basis, role }) => basis !== "next-open" && role !== "exit"),
      ({ symbol, atMs }) => `${symbol} ${atMs - lengthMs}`,
    );
    const resolved = this.#ambiguous.filter(({ isResolved }) => isResolved);
    const exits = resolved.map(({ symbol, openMs, strategyIds }) =>
      (inside.get(`${symbol} ${openMs}`) ?? []).filter(({ strategyId }) => strategyIds.has(strategyId)),
    );
    const count = (role: Fill["role"]): number =>
      exits.reduce((sum, some) => sum + some.filter((fill) => fill.role === role).length, 0);
    return {
      timeframe: this.timeframe,
      exits: sold.length,
      asked: this.#asked,
      missing: this.#missing,
      different: this.#different,
      jumps: this.#jumps,
      ambiguous: this.#ambiguous.length,
      stops: count("stop-loss"),
      targets: count("take-profit"),
      held: exits.filter(({ length }) => length === 0).length,
      unresolved: this.#ambiguous.length - resolved.length,
    };
  }

  #partsOf(symbol: MarketSymbol, { openMs }: Candle): readonly Candle[] | null {
    const series = this.#input.seriesOf(symbol);
    if (series === null) return null;
    const stepMs = timeframeMs(this.timeframe);
    const first = firstIndexAbove(series.openMs, openMs - 1);
    const parts: Candle[] = [];
    for (let n = 0; n < timeframeMs(this.#input.base) / stepMs; n++) {
      const part = candleAt(series, first + n);
      if (part?.openMs !== openMs + n * stepMs) return null;
      parts.push(part);
    }
    return parts;
  }
}

/** Open, high, low and close of the whole, to the last digit. Volume bounds no part: that of the candle does. */
const addUp = (parts: readonly Candle[], { open, high, low, close }: Candle): boolean =>
  parts[0]?.open === open &&
  parts.at(-1)?.close === close &&
  Math.max(...parts.map((part) => part.high)) === high &&
  Math.min(...parts.map((part) => part.low)) === low;
