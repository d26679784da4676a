// Floor 5. A market that has stopped while something of it is held. On a desk its operator writes the position off; a backtest has
// none, so it waits and then does the same. Only the past is looked at: whether candles come again is not known at that moment.
import type { JournalEvent } from "#schemas/journal.ts";
import type { CandleSeries } from "#schemas/market.ts";
import { type Money, multiply } from "#schemas/money.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import { DAY_MS, type MarketSymbol, timeframeMs, toIso, type UnixMs, unixMs } from "#schemas/units.ts";
import { firstIndexAbove } from "#toolkits/market/closed-candles.ts";

/** Longer than any venue's maintenance: a market without a candle for so long has gone. */
const GONE_MS = 7 * DAY_MS;
/** As for a desk: this long, or three candles, is no longer a quiet market. */
const SILENT_MS = DAY_MS;
const SILENT_CANDLES = 3;

export interface GoneMarket {
  readonly symbol: MarketSymbol;
  readonly strategyId: string;
  /** Close of its last candle. */
  readonly lastCloseMs: UnixMs;
  /** When its position was written off at 0; null: the backtest ended before, and it counts at its last close. */
  readonly writtenOffMs: UnixMs | null;
  /** What was paid for it, in quote currency. */
  readonly cost: Money;
}

type SeriesOf = (symbol: MarketSymbol) => CandleSeries | null;

export class GoneMarkets {
  readonly #seriesOf: SeriesOf;
  readonly #writtenOff: GoneMarket[] = [];

  constructor(seriesOf: SeriesOf) {
    this.#seriesOf = seriesOf;
  }

  /** What is to be written off at `slotMs`; looked at once a day. */
  writeOffs(portfolio: Portfolio, slotMs: UnixMs): readonly JournalEvent[] {
    if (slotMs % DAY_MS !== 0 || portfolio.positions.size === 0) return NOTHING;
    return heldSilent(portfolio, this.#seriesOf, slotMs, GONE_MS).map(({ quantity, ...gone }) => {
      this.#writtenOff.push({ ...gone, writtenOffMs: slotMs });
      const { symbol, strategyId, cost, lastCloseMs } = gone;
      const reason = `no candle since ${toIso(lastCloseMs)}`;
      return { type: "write-off", atMs: slotMs, symbol, strategyId, quantity, cost, reason };
    });
  }

  /** Every one of the run, and what is still held of silent markets at its end. */
  all(portfolio: Portfolio, endMs: UnixMs): readonly GoneMarket[] {
    const held = heldSilent(portfolio, this.#seriesOf, endMs, SILENT_MS);
    return [...this.#writtenOff, ...held.map(({ quantity: _, ...gone }) => ({ ...gone, writtenOffMs: null }))];
  }
}

const NOTHING: readonly JournalEvent[] = [];

function heldSilent(portfolio: Portfolio, seriesOf: SeriesOf, nowMs: UnixMs, silentMs: number) {
  return [...portfolio.positions.values()].flatMap(({ symbol, strategyId, quantity, averagePrice }) => {
    const series = seriesOf(symbol);
    if (series === null) return [];
    const lengthMs = timeframeMs(series.timeframe);
    const lastOpenMs = series.openMs[firstIndexAbove(series.openMs, nowMs - lengthMs) - 1];
    if (lastOpenMs === undefined) return [];
    const lastCloseMs = unixMs(lastOpenMs + lengthMs);
    if (nowMs - lastCloseMs < Math.max(silentMs, SILENT_CANDLES * lengthMs)) return [];
    return [{ symbol, strategyId, quantity, lastCloseMs, cost: multiply(quantity, averagePrice) as Money }];
  });
}
