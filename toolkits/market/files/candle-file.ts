// Floor 2. The bytes of a candle file of any format ↔ a series of candles, judged row by row whatever the format.
import { DataFormatError } from "#schemas/errors.ts";
import type { CandleColumns, CandleSeries } from "#schemas/market.ts";
import { CandleCheck, type RowFault, throwFault } from "./candle-check.ts";
import { plainCsvColumns, writeCsv } from "./csv-columns.ts";
import { readCsvRows } from "./csv-rows.ts";
import { faultless } from "./faultless.ts";
import type { CandleFile, FileFormat } from "./file-names.ts";

export interface ReadOptions {
  readonly signal: AbortSignal;
  /** Hears each fault of a row, which is left out; left out: the first fault is thrown. */
  readonly onFault?: (fault: RowFault) => void;
}

/** @throws DataFormatError where it is none, holds no candle, or has a fault that nobody hears */
export const readCandleFile = async (
  name: CandleFile,
  bytes: Uint8Array,
  options: ReadOptions,
): Promise<CandleSeries> =>
  (await readRows(name, bytes, options)) ??
  throwFault({
    kind: "file",
    where: name.format === "csv" ? `${name.file}:2` : name.file,
    was: name.format === "csv" ? "the file ends after its header; it holds no candle." : "the file holds no candle.",
    expected: "at least one row of candles",
  });

async function readRows(name: CandleFile, bytes: Uint8Array, options: ReadOptions): Promise<CandleSeries | null> {
  options.signal.throwIfAborted();
  switch (name.format) {
    case "feather": {
      const { readFeather } = await import("./feather.ts");
      return judged(name, readFeather(name.file, bytes).columns, options.onFault);
    }
    case "parquet": {
      const { readParquet } = await import("./parquet.ts");
      return judged(name, await readParquet(name.file, bytes), options.onFault);
    }
    case "json":
    case "json.gz": {
      const { readJsonRows } = await import("./json-rows.ts");
      return judged(name, readJsonRows(name.file, bytes, name.format === "json.gz"), options.onFault);
    }
    case "csv": {
      const columns = plainCsvColumns(bytes);
      // Its lines are only known row by row, and so is what else may be wrong.
      const good = columns === null ? null : withoutFault(() => judged(name, columns));
      return good ?? readCsvRows(name, bytes, options);
    }
  }
}

function withoutFault(read: () => CandleSeries | null): CandleSeries | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof DataFormatError) return null;
    throw error;
  }
}

function judged(name: CandleFile, columns: CandleColumns, onFault?: (fault: RowFault) => void): CandleSeries | null {
  const whole = faultless(name, columns);
  if (whole !== null) return whole;
  const check = new CandleCheck(name, (row) => `${name.file} row ${row + 1}`, onFault);
  const { openMs, open, high, low, close, volume } = columns;
  for (let row = 0; row < openMs.length; row++) {
    check.row(
      openMs[row] ?? Number.NaN,
      open[row] ?? Number.NaN,
      high[row] ?? Number.NaN,
      low[row] ?? Number.NaN,
      close[row] ?? Number.NaN,
      volume[row] ?? Number.NaN,
      row,
    );
  }
  return check.series();
}

/** Every value reads back as it is, to the bit. @param note kept in a Feather file beside the candles */
export async function writeCandles(
  format: FileFormat,
  columns: CandleColumns,
  note: string | null = null,
): Promise<Uint8Array> {
  switch (format) {
    case "feather":
      return (await import("./feather.ts")).writeFeather(columns, note);
    case "parquet":
      return (await import("./parquet.ts")).writeParquet(columns);
    case "json":
    case "json.gz":
      return (await import("./json-rows.ts")).writeJsonRows(columns, format === "json.gz");
    case "csv":
      return writeCsv(columns);
  }
}
