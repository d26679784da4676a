// Floor 2. Candle rows, one by one → growing float64 columns; 48 bytes a row, whatever the length of the file.
import { type Candle, type CandleColumns, candleColumns } from "#schemas/market.ts";

const FIELDS = ["openMs", "open", "high", "low", "close", "volume"] as const satisfies readonly (keyof Candle)[];
const FIRST_CAPACITY = 4096;

const newColumns = (capacity: number) => candleColumns(() => new Float64Array(capacity));

export class GrowingColumns {
  #columns = newColumns(FIRST_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(candle: Candle): void {
    if (this.#length === this.#columns.openMs.length) this.#grow();
    for (const field of FIELDS) this.#columns[field][this.#length] = candle[field];
    this.#length += 1;
  }

  /** The last row appended; null while there is none. */
  last(field: keyof Candle): number | null {
    return this.#columns[field][this.#length - 1] ?? null;
  }

  /** The columns at their true length. */
  toColumns(): CandleColumns {
    const cut = newColumns(this.#length);
    for (const field of FIELDS) cut[field].set(this.#columns[field].subarray(0, this.#length));
    return cut;
  }

  #grow(): void {
    const wider = newColumns(this.#columns.openMs.length * 2);
    for (const field of FIELDS) wider[field].set(this.#columns[field]);
    this.#columns = wider;
  }
}
