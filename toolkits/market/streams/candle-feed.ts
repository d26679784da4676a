// Floor 2. What tells candles while they form: one connection of an exchange for many markets.
import type { Candle } from "#schemas/market.ts";
import type { MarketSymbol, Timeframe } from "#schemas/units.ts";

export interface CandleListener {
  /** The newest candles of a market as its venue tells them, forming ones and such as were told before among them. */
  onCandles(symbol: MarketSymbol, timeframe: Timeframe, candles: readonly Candle[]): void;
  /** The connection is gone, or what came over it could not be read: from here on something may have been missed. */
  onBreak(): void;
  /** What no lost connection explains, or one that does not come back: once of each kind. `was` is a sentence. */
  onFault(was: string): void;
}

export interface CandleFeed {
  /** Tells this market too, from soon on; asked again it changes nothing. Connects and reconnects by itself. */
  watch(symbol: MarketSymbol, timeframe: Timeframe): void;
  /** No longer tells this market; one that was not watched changes nothing. */
  unwatch(symbol: MarketSymbol, timeframe: Timeframe): void;
  /** Ends the connection; nothing is told afterwards. */
  close(): Promise<void>;
}

export type OpenCandleFeed = (listener: CandleListener) => CandleFeed;
