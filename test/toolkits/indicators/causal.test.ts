// What must hold for every indicator of the registry, whatever the candles: value i comes from rows up to i, and is the same to
// the bit however the rows were cut, from where the scan began, and whether the row was there or only tried.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvariantError } from "#schemas/errors.ts";
import { type CandleRows, ROW_COLUMNS, type RowColumn, requireFiniteRows } from "#toolkits/indicators/kernel.ts";
import { createRun, runColumns } from "#toolkits/indicators/run-columns.ts";
import { walkShape } from "./candles.ts";
import { calmRows, differsAt, EVERY, rowsOf, rowsOfShape, slice } from "./kernel-rows.ts";

const RUNS = { numRuns: 30 };
const kernels = EVERY.map(({ kernel }) => kernel);
const names = EVERY.map(({ name }) => name);

/** The first column of the second, by name, that is not the first's; null: they agree. */
function difference(
  whole: ReturnType<typeof runColumns>,
  part: ReturnType<typeof runColumns>,
  offset: number,
): string | null {
  for (const [index, { columns }] of part.entries()) {
    for (const [k, column] of columns.entries()) {
      const row = differsAt(whole[index]?.columns[k] ?? new Float64Array(), column, offset);
      if (row >= 0) return `${names[index]}, output ${k}, row ${row}`;
    }
  }
  return null;
}

describe("every indicator", () => {
  it("sees no future: a prefix gives the same bits, and so do rows whose future was scrambled", () => {
    fc.assert(
      fc.property(walkShape({ min: 60, max: 400 }), fc.double({ min: 0.1, max: 1, noNaN: true }), (shape, share) => {
        const rows = rowsOfShape(shape);
        const length = rows.close.length;
        const end = Math.ceil(length * share);
        const whole = runColumns(kernels, rows, 0, length);
        expect(difference(whole, runColumns(kernels, slice(rows, 0, end), 0, end), 0)).toBeNull();
        const scrambled = slice(rows, 0, length);
        const other = Object.fromEntries(
          ROW_COLUMNS.map((name) => [name, scrambled[name].map((v, i) => (i < end ? v : v * (1 + ((i * 7) % 5))))]),
        ) as unknown as CandleRows;
        const after = runColumns(kernels, other, 0, length);
        const cut = after.map((run) => ({ ...run, columns: run.columns.map((column) => column.subarray(0, end)) }));
        expect(difference(whole, cut, 0)).toBeNull();
      }),
      RUNS,
    );
  });

  it("does see the past: a higher or a lower row within its memory changes a value", () => {
    const rows = calmRows(400, 5);
    const before = runColumns(kernels, rows, 395, 400);
    const withRow = (factor: number) => {
      const of = (name: RowColumn) => rows[name].map((value, i) => (i === 395 ? value * factor : value));
      return { open: of("open"), high: of("high"), low: of("low"), close: of("close"), volume: of("volume") };
    };
    const others = [1.5, 0.5].map((factor) => runColumns(kernels, withRow(factor), 395, 400));
    for (const [index, run] of before.entries()) {
      const changed = others.some((other) =>
        run.columns.some((column, k) => differsAt(column, other[index]?.columns[k] ?? column) >= 0),
      );
      expect(changed, names[index]).toBe(true);
    }
  });

  it("gives the same bits in one scan, in scans of any lengths, and over any range of rows", () => {
    fc.assert(
      fc.property(
        walkShape({ min: 60, max: 700 }),
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 20 }),
        fc.nat(),
        (shape, lengths, at) => {
          const rows = rowsOfShape(shape);
          const length = rows.close.length;
          const whole = runColumns(kernels, rows, 0, length);
          const first = at % length;
          expect(difference(whole, runColumns(kernels, rows, first, length), first)).toBeNull();
          const pieces = kernels.map((kernel) => createRun(kernel, length));
          for (const { kernel, state, columns } of pieces) {
            for (let from = 0, turn = 0; from < length; turn++) {
              const to = Math.min(length, from + (lengths[turn % lengths.length] ?? 1));
              kernel.scan(state, rows, from, to, columns, from);
              from = to;
            }
          }
          expect(difference(whole, pieces, 0)).toBeNull();
        },
      ),
      RUNS,
    );
  });

  it("of finite memory does not know where the rows began, once they reach back that far", () => {
    fc.assert(
      fc.property(walkShape({ min: 120, max: 500 }), fc.nat(), (shape, at) => {
        const rows = rowsOfShape(shape);
        const length = rows.close.length;
        for (const [index, kernel] of kernels.entries()) {
          if (kernel.memoryRows === null || kernel.memoryRows >= length) continue;
          const begin = at % (length - kernel.memoryRows + 1);
          const first = kernel.memoryRows - 1;
          const [whole] = runColumns([kernel], rows, begin + first, length);
          const [part] = runColumns([kernel], slice(rows, begin, length), first, length - begin);
          whole?.columns.forEach((column, k) => {
            expect(differsAt(column, part?.columns[k] ?? new Float64Array()), names[index]).toBe(-1);
          });
        }
      }),
      RUNS,
    );
  });

  it("of finite memory has its first value in the row that its memory says", () => {
    const rows = calmRows(400, 6);
    for (const [index, { kernel, columns }] of runColumns(kernels, rows, 0, 400).entries()) {
      const first = columns.map((column) => column.findIndex((value) => !Number.isNaN(value)));
      if (kernel.memoryRows !== null)
        expect(first, names[index]).toEqual(columns.map(() => (kernel.memoryRows ?? 0) - 1));
      for (const [k, column] of columns.entries()) {
        expect(column.subarray(first[k]).every(Number.isFinite), names[index]).toBe(true);
      }
    }
  });

  it("is finite wherever it has begun, and in its bounds: still markets, no volume, prices of any size", () => {
    const bounds: Readonly<Record<string, readonly [number, number]>> = {
      rsi: [0, 100],
      adx: [0, 100],
      stochastic: [0, 100],
      mfi: [0, 100],
      "williams-r": [-100, 0],
      aroon: [0, 100],
      cmf: [-1.000001, 1.000001],
    };
    fc.assert(
      fc.property(walkShape({ min: 120, max: 400 }), (shape) => {
        const rows = rowsOfShape(shape);
        for (const [index, { columns }] of runColumns(kernels, rows, 0, rows.close.length).entries()) {
          const name = names[index] ?? "";
          const [least, most] = bounds[name.split(" ")[0] ?? ""] ?? [
            Number.NEGATIVE_INFINITY,
            Number.POSITIVE_INFINITY,
          ];
          for (const column of columns) {
            const first = column.findIndex((value) => !Number.isNaN(value));
            if (first < 0) continue;
            const wrong = column
              .subarray(first)
              .find((value) => !(Number.isFinite(value) && value >= least && value <= most));
            expect(wrong, name).toBeUndefined();
          }
        }
      }),
      RUNS,
    );
  });

  it("says of a market that never moved what its definition says", () => {
    const still = runColumns(kernels, rowsOf(new Float64Array(400).fill(0.1)), 399, 400);
    const last = new Map(names.map((name, i) => [name, still[i]?.columns.map((column) => column[0])]));
    const price = 0.1;
    expect(Object.fromEntries(last)).toMatchObject({
      rsi: [50],
      bollinger: [price, price, price, 0, 0.5],
      atr: [0],
      ema: [price],
      sma: [price],
      macd: [0, 0, 0],
      adx: [0, 0, 0],
      stochastic: [50, 50],
      obv: [0],
      "volume-mean": [0],
      donchian: [price, price, price],
      highest: [price],
      lowest: [price],
      stddev: [0],
      price: [price],
      keltner: [price, price, price],
      supertrend: [price, -1],
      cci: [0],
      mfi: [50],
      roc: [0],
      "williams-r": [-50],
      aroon: [100, 100],
      cmf: [0],
      ichimoku: [price, price, price, price],
      wma: [price],
      hma: [price],
    });
    // The typical price is a third of a sum: 0.1 but for its last bit.
    expect(last.get("vwap")?.[0]).toBe((0.1 + 0.1 + 0.1) / 3);
  });
});

describe("rows that are not finite", () => {
  it.each(ROW_COLUMNS)("are refused before any kernel sees them, naming column and row: %s", (column) => {
    for (const poison of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      for (const row of [0, 7, 99]) {
        const rows = calmRows(100, 4);
        rows[column][row] = poison;
        expect(() => runColumns(kernels, rows, 90, 100)).toThrow(InvariantError);
        expect(() => requireFiniteRows(rows, 0, 100)).toThrow(`${column} of row ${row} is ${poison}`);
        expect(() => requireFiniteRows(rows, row + 1, 100)).not.toThrow();
      }
    }
  });

  it("do not come from finite ones that are very large", () => {
    const rows = rowsOf(new Float64Array(10).fill(1e300));
    expect(() => requireFiniteRows(rows, 0, 10)).not.toThrow();
  });
});
