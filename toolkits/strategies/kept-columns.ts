// Floor 2. Columns of indicators kept from one run over the same candles to the next: a strategy whose thresholds alone have changed
// computes nothing again. What is kept is what would be computed, to the bit.
import type { CandleSeries } from "#schemas/market.ts";

/** Columns of one indicator, one an output, of one block of rows. */
export type Columns = readonly Float64Array[];

/** All blocks of one indicator with its settings over one series. */
interface Group {
  readonly blocks: Map<string, Columns>;
  bytes: number;
  /** The run that asked for it last. */
  run: number;
}

export class KeptColumns {
  /** Rows of indicators that were computed because they were not kept, and rows that were. */
  rowsComputed = 0;
  rowsShared = 0;
  readonly #mostBytes: number;
  /** Longest unused first. */
  readonly #groups = new Map<string, Group>();
  readonly #ids = new WeakMap<CandleSeries, number>();
  #lastId = 0;
  #bytes = 0;
  #run = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** A run begins: what none but earlier ones asked for may make room. */
  begin(): void {
    this.#run += 1;
  }

  /**
   * What is kept of an indicator over a block of rows, else what `compute` gives, which is kept while there is room. Nobody writes into it.
   * @param definition of the indicator with its settings and timeframe
   * @param block names the rows and the window that they belong to
   */
  columns(series: CandleSeries, definition: string, block: string, compute: () => Columns): Columns {
    const key = `${this.#idOf(series)} ${definition}`;
    const group = this.#used(key);
    const kept = group.blocks.get(block);
    if (kept !== undefined) {
      this.rowsShared += kept[0]?.length ?? 0;
      return kept;
    }
    const made = compute();
    this.rowsComputed += made[0]?.length ?? 0;
    const bytes = made.reduce((sum, column) => sum + column.byteLength, 0);
    if (!this.#makeRoom(bytes)) return made;
    group.blocks.set(block, made);
    group.bytes += bytes;
    this.#bytes += bytes;
    return made;
  }

  #used(key: string): Group {
    const known = this.#groups.get(key);
    if (known?.run === this.#run) return known;
    const group = known ?? { blocks: new Map(), bytes: 0, run: this.#run };
    group.run = this.#run;
    this.#groups.delete(key);
    this.#groups.set(key, group);
    return group;
  }

  /** Groups of earlier runs go, the longest unused first; those of this run stay, or each would push out the next that is asked for. */
  #makeRoom(bytes: number): boolean {
    for (const [key, group] of this.#groups) {
      if (this.#bytes + bytes <= this.#mostBytes) return true;
      if (group.run === this.#run) return false;
      this.#groups.delete(key);
      this.#bytes -= group.bytes;
    }
    return this.#bytes + bytes <= this.#mostBytes;
  }

  #idOf(series: CandleSeries): number {
    const known = this.#ids.get(series);
    if (known !== undefined) return known;
    this.#lastId += 1;
    this.#ids.set(series, this.#lastId);
    return this.#lastId;
  }
}
