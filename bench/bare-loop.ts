// Bench. The loops that a backtest is measured against, frozen: RSI and bands of every candle, and the same with the books of a
// position. The two streams are copies of what the product computed with until its indicators became columns; they
// stay as they are, so that a ratio of today can be compared with one of last year.
import type { CandleSeries } from "#schemas/market.ts";

export const WARM_CANDLES = 500;

/** RSI and bands of every candle from the 501st on. The sum is returned so that no engine may leave the work out. */
export function bareLoop({ close }: CandleSeries): number {
  const rsi = new RsiStream();
  const bands = new BollingerStream();
  let sum = 0;
  for (let i = WARM_CANDLES; i < close.length; i++) {
    const price = close[i] ?? 0;
    rsi.push(price);
    bands.push(price);
    sum += rsi.value + bands.lower() + bands.upper();
  }
  return sum;
}

/** Enters at the next open under the lower band, leaves at -10 %, +20 % or over the upper band. Bands only where asked for. */
export function accountedLoop({ open, high, low, close }: CandleSeries): number {
  const rsi = new RsiStream();
  const bands = new BollingerStream();
  let cash = 10_000;
  let held = 0;
  let entry = 0;
  let wanted = 0;
  for (let i = WARM_CANDLES; i < close.length; i++) {
    const price = close[i] ?? 0;
    if (wanted > 0) {
      entry = open[i] ?? price;
      held = 200 / entry;
      cash -= 200;
    } else if (wanted < 0) {
      cash += held * (open[i] ?? price);
      held = 0;
    }
    wanted = 0;
    if (held > 0 && (low[i] ?? price) <= entry * 0.9) {
      cash += held * entry * 0.9;
      held = 0;
    } else if (held > 0 && (high[i] ?? price) >= entry * 1.2) {
      cash += held * entry * 1.2;
      held = 0;
    }
    rsi.push(price);
    bands.push(price);
    if (held === 0 && rsi.value < 30 && price <= bands.lower()) wanted = 1;
    else if (held > 0 && rsi.value > 70 && price >= bands.upper()) wanted = -1;
  }
  return cash + held * (close.at(-1) ?? 0);
}

const RSI_PERIOD = 14;
const RSI_DECAY = (RSI_PERIOD - 1) / RSI_PERIOD;
const BOLLINGER_PERIOD = 20;
const BOLLINGER_DEVIATIONS = 2;
/** Closes kept in a row before the last 19 are moved back to the front: one move in about a thousand pushes. */
const BUFFER_CLOSES = 1024;

class RsiStream {
  #count = 0;
  #previous = 0;
  #total = 0;
  #net = 0;

  push(close: number): void {
    if (!Number.isFinite(close)) refuse(close);
    if (this.#count > 0) {
      const change = close - this.#previous;
      const decay = this.#count > RSI_PERIOD ? RSI_DECAY : 1;
      this.#total = this.#total * decay + Math.abs(change);
      this.#net = this.#net * decay + change;
    }
    this.#previous = close;
    this.#count++;
  }

  get value(): number {
    return this.#total === 0 ? 50 : 50 + 50 * (this.#net / this.#total);
  }
}

class BollingerStream {
  readonly #closes = new Float64Array(BUFFER_CLOSES);
  #end = 0;
  #middle = 0;
  #reach = 0;
  #computed = false;

  push(close: number): void {
    if (!Number.isFinite(close)) refuse(close);
    if (this.#end === BUFFER_CLOSES) {
      this.#closes.copyWithin(0, BUFFER_CLOSES - BOLLINGER_PERIOD + 1);
      this.#end = BOLLINGER_PERIOD - 1;
    }
    this.#closes[this.#end++] = close;
    this.#computed = false;
  }

  lower(): number {
    this.#compute();
    return this.#middle - this.#reach;
  }

  upper(): number {
    this.#compute();
    return this.#middle + this.#reach;
  }

  #compute(): void {
    if (this.#computed) return;
    this.#middle = meanBefore(this.#closes, this.#end);
    this.#reach = BOLLINGER_DEVIATIONS * deviationBefore(this.#closes, this.#end, this.#middle);
    this.#computed = true;
  }
}

function meanBefore(closes: Float64Array, end: number): number {
  const first = closes[end - BOLLINGER_PERIOD] ?? Number.NaN;
  let sum = 0;
  for (let i = end - BOLLINGER_PERIOD + 1; i < end; i++) sum += (closes[i] ?? Number.NaN) - first;
  return first + sum / BOLLINGER_PERIOD;
}

function deviationBefore(closes: Float64Array, end: number, mean: number): number {
  let sum = 0;
  for (let i = end - BOLLINGER_PERIOD; i < end; i++) {
    const distance = (closes[i] ?? Number.NaN) - mean;
    sum += distance * distance;
  }
  return Math.sqrt(sum / BOLLINGER_PERIOD);
}

function refuse(close: number): never {
  throw new Error(`A close is ${close}. Expected a finite number. Report the simulated venue.`);
}
