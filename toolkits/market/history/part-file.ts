// Floor 2. What is downloaded of one market and not yet in its file: an append-only file of frames, each with its checksum. A process
// that dies in the middle of a frame leaves one that does not check, and the next begins where the last whole one ended.
//
// The first line is JSON; then frames: rows u32 · CRC-32 u32 of what follows · asked through f64 ms · rows × 6 f64, little endian.
import { open, readFile, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { z } from "zod";
import { DataFolderError } from "#schemas/errors.ts";
import { type CandleColumns, candleColumns } from "#schemas/market.ts";
import { parseJsonFile } from "../replay/json-file.ts";
import { rowsWithin } from "./rows.ts";
import { writeFault, writeWhole } from "./write-whole.ts";

const FIELDS = ["openMs", "open", "high", "low", "close", "volume"] as const;
const HEAD_BYTES = 8;
const THROUGH_BYTES = 8;
const ROW_BYTES = 8 * FIELDS.length;

/** What is downloaded into it: candles that open from `fromMs` on and close by `toMs`. */
export const PartRange = z.object({
  venue: z.string(),
  /** The market has no candle between this and `fromMs`. */
  askedFromMs: z.int().nonnegative(),
  fromMs: z.int().nonnegative(),
  toMs: z.int().nonnegative(),
});
export type PartRange = z.infer<typeof PartRange>;

export interface Part {
  readonly range: PartRange;
  /** A frame each. */
  readonly frames: readonly CandleColumns[];
  /** Up to here the venue was asked: there is no other candle. */
  readonly throughMs: number;
}

/** Hidden, as nobody else's. */
export const partPath = (dir: string, file: string): string => join(dir, `.${file}.part`);

/** Null where there is none. A frame that is not whole is cut off. @throws DataFolderError, DataFormatError */
export async function readPart(dir: string, file: string): Promise<Part | null> {
  const path = partPath(dir, file);
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return null;
    throw writeFault(path, cause);
  });
  if (bytes === null) return null;
  const lineEnd = bytes.indexOf("\n");
  const range = parseJsonFile(path, bytes.toString("utf8", 0, lineEnd < 0 ? bytes.length : lineEnd), PartRange);
  const frames: CandleColumns[] = [];
  let throughMs = range.fromMs;
  let end = lineEnd + 1;
  for (let frame = frameAt(bytes, end); frame !== null; frame = frameAt(bytes, end)) {
    // A process that lost its lock may have written its last frame behind that of its successor.
    if (frame.throughMs > throughMs) {
      frames.push(rowsWithin(frame.rows, throughMs, frame.throughMs));
      throughMs = frame.throughMs;
    }
    end = frame.end;
  }
  if (end < bytes.length) await truncate(path, end);
  return { range, frames, throughMs };
}

function frameAt(bytes: Buffer, at: number) {
  if (at + HEAD_BYTES + THROUGH_BYTES > bytes.length) return null;
  const count = bytes.readUInt32LE(at);
  const from = at + HEAD_BYTES;
  const end = from + THROUGH_BYTES + count * ROW_BYTES;
  if (end > bytes.length || crc32(bytes.subarray(from, end)) !== bytes.readUInt32LE(at + 4)) return null;
  const rows = candleColumns((field) => {
    const column = FIELDS.indexOf(field);
    return Float64Array.from({ length: count }, (_, row) =>
      bytes.readDoubleLE(from + THROUGH_BYTES + row * ROW_BYTES + column * 8),
    );
  });
  return { rows, throughMs: bytes.readDoubleLE(from), end };
}

/** An empty part, ready to be appended to. @throws DataFolderError */
export async function beginPart(dir: string, file: string, range: PartRange): Promise<Part> {
  await writeWhole(dir, partPath("", file), Buffer.from(`${JSON.stringify(range)}\n`));
  return { range, frames: [], throughMs: range.fromMs };
}

/** @throws DataFolderError; what was appended before is kept */
export async function appendFrame(
  dir: string,
  file: string,
  { rows, throughMs }: { readonly rows: CandleColumns; readonly throughMs: number },
): Promise<void> {
  const count = rows.openMs.length;
  const bytes = Buffer.alloc(HEAD_BYTES + THROUGH_BYTES + count * ROW_BYTES);
  bytes.writeUInt32LE(count, 0);
  bytes.writeDoubleLE(throughMs, HEAD_BYTES);
  for (let row = 0; row < count; row++) {
    for (const [column, field] of FIELDS.entries()) {
      bytes.writeDoubleLE(rows[field][row] ?? Number.NaN, HEAD_BYTES + THROUGH_BYTES + row * ROW_BYTES + column * 8);
    }
  }
  bytes.writeUInt32LE(crc32(bytes.subarray(HEAD_BYTES)), 4);
  const path = partPath(dir, file);
  try {
    const handle = await open(path, "a");
    try {
      await handle.appendFile(bytes);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw writeFault(path, cause);
  }
}

export const removePart = (dir: string, file: string): Promise<void> => rm(partPath(dir, file), { force: true });

/** @throws DataFolderError: candles of another venue are no beginning of this one's */
export function requireVenue(path: string, begun: string, venue: string): void {
  if (begun === venue) return;
  throw new DataFolderError({
    was: `${path} holds candles of ${begun}, not of ${venue}.`,
    expected: "one venue a folder: prices of two are not one history",
    remedy: `Go on with --venue ${begun}, or give another folder with --data DIR.`,
  });
}
