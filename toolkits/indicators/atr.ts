// Floor 2. Candles → Wilder's average true range (1978, section III), 14: seed = mean of the first 14 true ranges, then
// (13 × average + new) / 14. The first candle has no close before it and gives no true range.
import { ATR_PERIOD } from "#schemas/indicator.ts";
import { requireFinite } from "./finite.ts";

/** High, low and close of the same candles. */
interface RangeColumns {
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
}

/**
 * ATR (a price distance, unrounded) after the last candle. Null under 15 candles.
 * @throws InvariantError where a value is not a finite number
 */
export function atrOfWindow({ high, low, close }: RangeColumns): number | null {
  const stream = new AtrStream();
  for (let i = 0; i < close.length; i++) {
    stream.push(high[i] ?? Number.NaN, low[i] ?? Number.NaN, close[i] ?? Number.NaN);
  }
  return stream.value;
}

/** ATR one candle at a time, from the first candle pushed. */
export class AtrStream {
  #count = 0;
  #previousClose = 0;
  #average = 0;

  /** @throws InvariantError where a value is not a finite number; the stream is then as before */
  push(high: number, low: number, close: number): void {
    if (!Number.isFinite(high + low + close)) requireFinite(high + low + close, "A candle's high + low + close");
    if (this.#count > 0) {
      const trueRange = Math.max(high, this.#previousClose) - Math.min(low, this.#previousClose);
      this.#average =
        this.#count <= ATR_PERIOD
          ? this.#average + trueRange / ATR_PERIOD
          : (this.#average * (ATR_PERIOD - 1) + trueRange) / ATR_PERIOD;
    }
    this.#previousClose = close;
    this.#count++;
  }

  /** ATR (a price distance); null under 15 candles. */
  get value(): number | null {
    return this.#count > ATR_PERIOD ? this.#average : null;
  }
}
