// Floor 2. Feather (the Arrow IPC file) as freqtrade's data folders have it ↔ columns of candles. Read: any unit of time, LZ4, ZSTD
// or neither. Written: uncompressed, since apache-arrow 21.2.0 puts a wrong length before compressed buffers, which nobody else
// can read (https://github.com/apache/arrow-js/pull/470), and since it loads twice as fast.
import { zstdDecompressSync } from "node:zlib";
import {
  CompressionType,
  compressionRegistry,
  type Data,
  DataType,
  Field,
  Float64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  TimestampNanosecond,
  TimeUnit,
  tableFromIPC,
  tableToIPC,
} from "apache-arrow";
import { type Candle, type CandleColumns, candleColumns } from "#schemas/market.ts";
import { decompressFrame } from "./lz4-frame.ts";
import { COLUMN_NAMES, int64ToMs, notCandles, rawColumns } from "./raw-columns.ts";

compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: decompressFrame });
compressionRegistry.set(CompressionType.ZSTD, { decode: zstdDecompressSync });

const NS_PER_MS = 1_000_000;
const PER_MS: Readonly<Record<TimeUnit, number>> = {
  [TimeUnit.SECOND]: 1 / 1000,
  [TimeUnit.MILLISECOND]: 1,
  [TimeUnit.MICROSECOND]: 1000,
  [TimeUnit.NANOSECOND]: NS_PER_MS,
};
/** Where a file says what it is besides its candles. */
const NOTE_KEY = "deeptrader";

export interface FeatherFile {
  readonly columns: CandleColumns;
  /** What `writeFeather` was given; null: the file is another program's. */
  readonly note: string | null;
}

/** Columns as they stand in the file, not judged. @throws DataFormatError where it is none, or holds something else */
export function readFeather(file: string, bytes: Uint8Array): FeatherFile {
  let table: Table;
  try {
    table = tableFromIPC(bytes);
  } catch (cause) {
    throw notCandles(
      file,
      `not a Feather file that can be read (${cause instanceof Error ? cause.message : cause}).`,
      cause,
    );
  }
  const names = table.schema.fields.map(({ name }) => name);
  const columns = rawColumns(file, names, (name, column) => {
    const chunks = (table.getChild(name)?.data ?? []).map((data) => numbersOf(file, name, column, data));
    const [only] = chunks;
    return chunks.length === 1 && only !== undefined ? only : joined(chunks);
  });
  return { columns, note: table.schema.metadata.get(NOTE_KEY) ?? null };
}

function numbersOf(
  file: string,
  name: string,
  column: keyof Candle,
  { type, values, nullCount, length, offset }: Data,
) {
  if (nullCount > 0) throw notCandles(file, `${nullCount} cells of ${name} are empty.`);
  const cells = values as unknown;
  if (cells instanceof BigInt64Array) {
    const perMs = DataType.isTimestamp(type) ? PER_MS[type.unit as TimeUnit] : 1;
    return int64ToMs(cells.subarray(0, length), perMs);
  }
  if (column !== "openMs" && cells instanceof Float64Array) return cells.subarray(0, length);
  if (column !== "openMs" && (cells instanceof Float32Array || cells instanceof Int32Array))
    return Float64Array.from(cells.subarray(0, length));
  throw notCandles(file, `the column ${name} is of type ${type}${offset === 0 ? "" : " with an offset"}.`);
}

function joined(chunks: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/** @param note kept beside the candles; other programs do not look at it */
export function writeFeather(columns: CandleColumns, note: string | null = null): Uint8Array {
  const length = columns.openMs.length;
  const openNs = BigInt64Array.from(columns.openMs, (ms) => BigInt(ms) * BigInt(NS_PER_MS));
  const time = new TimestampNanosecond("UTC");
  const children: Record<string, Data> = {};
  candleColumns((column) => {
    const [name = column] = COLUMN_NAMES[column];
    children[name] =
      column === "openMs"
        ? makeData({ type: time, length, nullCount: 0, data: openNs })
        : makeData({ type: new Float64(), length, nullCount: 0, data: columns[column] });
    return columns[column];
  });
  const fields = Object.entries(children).map(([name, { type }]) => new Field(name, type, true));
  const schema = new Schema(fields, note === null ? new Map() : new Map([[NOTE_KEY, note]]));
  const struct = makeData({ type: new Struct(fields), length, nullCount: 0, children: Object.values(children) });
  return tableToIPC(new Table(schema, [new RecordBatch(schema, struct)]), "file");
}
