// Floor 2. An indicator of the `trading-signals` package → a kernel. Its indicators are objects that take a candle at a time and
// can neither be copied nor restored, so only those of finite memory are taken: a scan feeds a new object the rows before
// the first one wanted. A column costs about ten times a kernel of ours, the next close as many candles as the memory is
// long. Those that remember without end (Keltner, SuperTrend) are kernels of our own, compared with the package in tests.
import { createRequire } from "node:module";
import { InvariantError } from "#schemas/errors.ts";
import { type Kernel, leaveBlank } from "./kernel.ts";

type Library = typeof import("trading-signals");

export const LIBRARY = "trading-signals";

/** A row as the package takes it. */
export interface LibraryCandle {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

interface LibraryIndicator {
  readonly outputs: number;
  /** Rows a value depends on: the package's own `getRequiredInputs()`. */
  readonly memoryRows: number;
  /** A new object of the package, as a function: takes the next candle and gives its values, null while it has none. */
  start(library: Library): (candle: LibraryCandle) => readonly number[] | null;
  /**
   * Where the package divides rounding by rounding or nothing by nothing: `of` a candle, equal over all rows of the
   * memory, means that nothing moved, and the values are these. NaN equals nothing.
   */
  readonly flat?: { of(candle: LibraryCandle): number; values(candle: LibraryCandle): readonly number[] };
}

let loaded: Library | null = null;

/** Importing the package takes about 60 ms, which a command that computes nothing does not pay. */
function library(): Library {
  loaded ??= createRequire(import.meta.url)(LIBRARY) as Library;
  return loaded;
}

export function libraryKernel({ outputs, memoryRows, start, flat }: LibraryIndicator): Kernel {
  return {
    outputs,
    stateLength: 0,
    memoryRows,
    scan(_state, rows, from, to, out, at) {
      const begin = Math.max(from, memoryRows - 1);
      leaveBlank(out, from, Math.min(begin, to), at);
      if (begin >= to) return;
      const add = start(library());
      let run = 0;
      let previous = Number.NaN;
      for (let i = begin - memoryRows + 1; i < to; i++) {
        const candle = {
          open: rows.open[i] ?? Number.NaN,
          high: rows.high[i] ?? Number.NaN,
          low: rows.low[i] ?? Number.NaN,
          close: rows.close[i] ?? Number.NaN,
          volume: rows.volume[i] ?? Number.NaN,
        };
        const key = flat === undefined ? Number.NaN : flat.of(candle);
        run = key === previous ? run + 1 : 1;
        previous = key;
        const values = add(candle);
        if (i < begin) continue;
        const isFlat = flat !== undefined && run >= memoryRows;
        write(isFlat ? flat.values(candle) : values, out, i - from + at);
      }
    },
  };
}

function write(values: readonly number[] | null, out: readonly Float64Array[], place: number): void {
  for (const [k, line] of out.entries()) {
    const value = values?.[k] ?? Number.NaN;
    // The rows were finite; a package that answers otherwise, or not at all, has a case that `flat` does not know.
    if (!Number.isFinite(value)) {
      throw new InvariantError({
        was: `${LIBRARY} gave ${values === null ? "no value" : value} for rows of finite numbers.`,
        expected: "a finite number",
        remedy: "Report the indicator and its settings as a bug.",
      });
    }
    line[place] = value;
  }
}
