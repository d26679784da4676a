// Floor 4. A venue's candles → those that the desk works with: what is in doubt is held apart, and what was decided of it is kept
// in the store. Composed once, so that analyst, paper venue and views see one series.
import type { CandleWindows } from "#memory/candle-windows.ts";
import type { Market } from "#schemas/market.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import type { CandleStore } from "#schemas/ports/memory.ts";
import { andThen } from "#schemas/ports/work.ts";
import type { MarketSymbol, VenueId } from "#schemas/units.ts";
import {
  type CandleScreen,
  type ReadCandles,
  readScreened,
  type VerdictBook,
} from "#toolkits/market/screen-candles.ts";

const verdictBook = (candles: Pick<CandleStore, "verdicts" | "putVerdicts">, venueId: VenueId): VerdictBook => ({
  known: (market, range, options) => candles.verdicts({ venueId, ...market }, range, options),
  keep: (market, verdicts, options) => candles.putVerdicts({ venueId, ...market }, verdicts, options),
});

/**
 * @param candles where verdicts are kept; null: nowhere
 * @param isReal the venue has quotes of now, which speak for or against a candle
 */
export const screenOf = (
  { marketData, markets }: { readonly marketData: MarketData; readonly markets: ReadonlyMap<MarketSymbol, Market> },
  candles: Pick<CandleStore, "verdicts" | "putVerdicts"> | null,
  isReal: boolean,
): CandleScreen => ({
  graceMs: marketData.graceMs,
  isListed: (symbol) => markets.has(symbol),
  verdicts: candles === null ? null : verdictBook(candles, marketData.venueId),
  tickers: isReal ? marketData.tickers : null,
});

/**
 * Windows that keep the rows as they came, so that corrections are noticed, and hand them out screened. The desk's own port is
 * asked beneath its screen.
 */
export const screenedWindows = (
  windows: CandleWindows,
  { raw, screened }: { readonly raw: MarketData; readonly screened: MarketData },
  screen: CandleScreen,
): CandleWindows => ({
  read(source, request, options) {
    const corrected: number[] = [];
    const read: ReadCandles = (asked, callOptions) =>
      andThen(windows.read(source === screened ? raw : source, asked, callOptions), (answer) => {
        if (asked.symbol === request.symbol) corrected.push(...answer.corrected);
        return answer.series;
      });
    return andThen(readScreened(read, request, screen, options), (series) => ({ series, corrected }));
  },
  keep: windows.keep,
});
