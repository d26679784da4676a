// Floor 2. What a venue's stream said of one market, over what its REST answered → closed candles that need no request, or the
// word that only a request can tell. A stream is quick, REST is the truth: where one of them could differ, it is REST that counts.
import type { Candle, CandleSeries } from "#schemas/market.ts";
import { candlesOf } from "#schemas/market.ts";

/** Rows kept before the newest close: a slot asks from 3 candles before the newest kept. */
const KEPT_ROWS = 64;

interface Told {
  readonly candle: Candle;
  /** The next candle has begun on the same unbroken connection, so this one was told to its end. */
  settled: boolean;
}

/**
 * A stream tells a candle again and again while it forms, each time whole: the volume never falls, the high never sinks, the low never
 * rises. So of two words the one with more volume is the later one, in whatever order they came; two that fit no such order are
 * an error of the stream, and REST is asked. A candle counts as told to its end once the next one was begun without a break between:
 * the stream's own word "closed" is not in every venue's protocol.
 */
export class StreamedCandles {
  readonly #lengthMs: number;
  /** What REST answered: every closed candle that opens in [fromMs, throughMs). */
  #base: { readonly fromMs: number; readonly throughMs: number; readonly rows: readonly Candle[] } | null = null;
  /** By open time; those after the base. */
  readonly #told = new Map<number, Told>();

  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs;
  }

  /** A word of the stream, in whatever order; the same one may come again. */
  take(candle: Candle): void {
    const { openMs } = candle;
    if (openMs % this.#lengthMs !== 0 || openMs < (this.#base?.throughMs ?? 0)) return;
    const before = this.#told.get(openMs);
    const later = before === undefined ? candle : laterOf(before.candle, candle);
    if (later === null) {
      this.broke();
      this.#told.delete(openMs);
      return;
    }
    this.#told.set(openMs, { candle: later, settled: before?.settled ?? this.#told.has(openMs + this.#lengthMs) });
    const previous = this.#told.get(openMs - this.#lengthMs);
    if (previous !== undefined) previous.settled = true;
    while (this.#told.size > KEPT_ROWS) this.#told.delete(this.#told.keys().next().value ?? 0);
  }

  /** Open time of the oldest candle that REST has not answered yet, ms; Infinity: there is none. */
  get unconfirmedFromMs(): number {
    return Math.min(...this.#told.keys());
  }

  /** The connection broke or was silent: what was not told to its end may have gone on unheard. */
  broke(): void {
    for (const [openMs, { settled }] of this.#told) if (!settled) this.#told.delete(openMs);
  }

  /**
   * REST answered: that counts from now on, also where it takes back what it said before.
   * @param fromMs, throughMs it was asked for the candles that open in [fromMs, throughMs)
   * @returns open times at which the stream had told another candle to its end, or one where there is none, ms
   */
  confirm(series: CandleSeries, fromMs: number, throughMs: number): readonly number[] {
    const rows = candlesOf(series);
    const byOpen = new Map(rows.map((candle) => [candle.openMs, candle]));
    const wrong: number[] = [];
    for (const [openMs, { candle, settled }] of this.#told) {
      if (openMs < fromMs || openMs >= throughMs) continue;
      if (settled && !isSame(byOpen.get(openMs), candle)) wrong.push(openMs);
      this.#told.delete(openMs);
    }
    this.#base = { fromMs, throughMs, rows };
    return wrong;
  }

  /**
   * The closed candles that open in [fromMs, throughMs), oldest first; null: REST must be asked, since some of that time was
   * neither answered by REST nor told to its end.
   */
  read(fromMs: number, throughMs: number): readonly Candle[] | null {
    const base = this.#base;
    if (base === null || fromMs < base.fromMs) return null;
    const rows = base.rows.filter(({ openMs }) => openMs >= fromMs && openMs < throughMs);
    for (let openMs = base.throughMs; openMs < throughMs; openMs += this.#lengthMs) {
      const told = this.#told.get(openMs);
      if (told === undefined || !told.settled) return null;
      rows.push(told.candle);
    }
    return rows;
  }
}

/** Of two words about one candle the one that was said later; null where neither can have followed from the other. */
function laterOf(a: Candle, b: Candle): Candle | null {
  const [first, last] = a.volume <= b.volume ? [a, b] : [b, a];
  if (first.open !== last.open || first.high > last.high || first.low < last.low) return null;
  if (first.volume === last.volume && !isSame(first, last)) return null;
  return last;
}

const isSame = (a: Candle | undefined, b: Candle): boolean =>
  a !== undefined &&
  a.open === b.open &&
  a.high === b.high &&
  a.low === b.low &&
  a.close === b.close &&
  a.volume === b.volume;
