// Floor 2. Parquet ↔ columns of candles. It is read for what others have written, and written for what they want to read; our own
// folders are Feather, which loads several times faster.
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { type Compressors, type FileMetaData, parquetMetadata, parquetRead } from "hyparquet";
import { parquetWriteBuffer } from "hyparquet-writer";
import { DataFormatError } from "#schemas/errors.ts";
import type { CandleColumns } from "#schemas/market.ts";
import { DAY_MS } from "#schemas/units.ts";
import { COLUMN_NAMES, int64ToMs, notCandles, rawColumns } from "./raw-columns.ts";

type Chunk = Readonly<{ columnName: string; columnData: unknown; rowStart: number }>;

/** What it is written with beside snappy, which the reader knows. */
const COMPRESSORS: Compressors = { ZSTD: (bytes) => zstdDecompressSync(bytes), GZIP: (bytes) => gunzipSync(bytes) };

/** Columns as they stand in the file, not judged. @throws DataFormatError where it is none, or holds something else */
export async function readParquet(file: string, bytes: Uint8Array): Promise<CandleColumns> {
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const unreadable = (cause: unknown) =>
    notCandles(file, `not a Parquet file that can be read (${cause instanceof Error ? cause.message : cause}).`, cause);
  let metadata: FileMetaData;
  try {
    metadata = parquetMetadata(buffer);
  } catch (cause) {
    throw unreadable(cause);
  }
  const { schema, perMs } = plainTimes(metadata);
  const names = schema.slice(1).map(({ name }) => name);
  const rows = Number(metadata.num_rows);
  const wanted = new Map<string, Float64Array>();
  const columns = rawColumns(file, names, (name) => {
    const column = new Float64Array(rows);
    wanted.set(name, column);
    return column;
  });
  const fill = ({ columnName, columnData, rowStart }: Chunk): void => {
    const cells = numbersOf(columnData, perMs.get(columnName) ?? 1);
    if (cells === null) throw notCandles(file, `the column ${columnName} holds cells that are no numbers.`);
    wanted.get(columnName)?.set(cells, rowStart);
  };
  try {
    await parquetRead({
      file: buffer,
      metadata: { ...metadata, schema },
      columns: [...wanted.keys()],
      compressors: COMPRESSORS,
      onChunk: fill,
    });
  } catch (cause) {
    throw cause instanceof DataFormatError ? cause : unreadable(cause);
  }
  return columns;
}

/** The schema with times as the integers they are stored as, and how many of each make a ms: a million Dates are never made. */
function plainTimes({ schema }: FileMetaData) {
  const perMs = new Map<string, number>();
  const plain = schema.map(({ logical_type: logical, converted_type: converted, ...element }) => {
    const unit = logical?.type === "TIMESTAMP" ? logical.unit : converted?.replace(/^TIMESTAMP_/, "");
    const isDay = logical?.type === "DATE" || converted === "DATE";
    const per =
      unit === "MILLIS" ? 1 : unit === "MICROS" ? 1000 : unit === "NANOS" ? 1_000_000 : isDay ? 1 / DAY_MS : null;
    if (per !== null) perMs.set(element.name, per);
    return {
      ...element,
      ...(per !== null || logical === undefined ? {} : { logical_type: logical }),
      ...(per !== null || converted === undefined ? {} : { converted_type: converted }),
    };
  });
  return { schema: plain, perMs };
}

/** Null where a cell is empty or a text. */
function numbersOf(cells: unknown, perMs: number): ArrayLike<number> | null {
  if (cells instanceof BigInt64Array) return int64ToMs(cells, perMs);
  // Days since 1970 are 32-bit integers.
  if (cells instanceof Int32Array && perMs !== 1) return Float64Array.from(cells, (day) => Math.round(day / perMs));
  if (cells instanceof Float64Array || cells instanceof Float32Array || cells instanceof Int32Array) return cells;
  if (!Array.isArray(cells)) return null;
  const numbers = cells.map((cell: unknown) => {
    if (typeof cell === "bigint") return Number(cell) / perMs;
    return typeof cell === "number" && perMs !== 1 ? Math.round(cell / perMs) : cell;
  });
  return numbers.every((cell) => typeof cell === "number") ? numbers : null;
}

const VALUES = ["open", "high", "low", "close", "volume"] as const;

export function writeParquet(columns: CandleColumns): Uint8Array {
  const [date = "date"] = COLUMN_NAMES.openMs;
  const times = BigInt64Array.from(columns.openMs, BigInt);
  return new Uint8Array(
    parquetWriteBuffer({
      codec: "SNAPPY",
      schema: [
        { name: "schema", num_children: 6 },
        {
          name: date,
          type: "INT64",
          repetition_type: "REQUIRED",
          converted_type: "TIMESTAMP_MILLIS",
          logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MILLIS" },
        },
        ...VALUES.map((name) => ({
          name,
          type: "DOUBLE" as const,
          repetition_type: "REQUIRED" as const,
        })),
      ],
      // A dictionary would take −0 for 0.
      columnData: [
        { name: date, data: times, encoding: "PLAIN" },
        ...VALUES.map((name) => ({ name, data: columns[name], encoding: "PLAIN" as const })),
      ],
    }),
  );
}
