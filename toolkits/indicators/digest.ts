// Floor 2. CandleWindow → the content address of the candles it was made from: one digest for each 200 candles between two
// grid points, and one for the rows after the last. So equal blocks are hashed once, and a later window hashes its tail only.
import { sha256Hex } from "#schemas/hash.ts";
import { GRID_ROWS } from "#schemas/indicator.ts";
import type { CandleColumns } from "#schemas/market.ts";
import { timeframeMs } from "#schemas/units.ts";
import { firstIndexAbove } from "../market/closed-candles.ts";
import type { CandleWindow } from "./window.ts";

const COLUMNS = ["openMs", "open", "high", "low", "close", "volume"] as const satisfies (keyof CandleColumns)[];

type Digested = Pick<CandleWindow, "symbol" | "timeframe" | "gridMs" | "asOfMs" | "source">;

/**
 * 32 hex digits of market, times, and the received rows with their open times; filled rows follow from them. Equal candles
 * have equal digests, wherever they are read.
 */
export function digestWindow(window: Digested): string {
  const { symbol, timeframe, gridMs, asOfMs } = window;
  return sha256Hex([symbol, timeframe, gridMs, asOfMs, ...blockDigests(window)].join(" ")).slice(0, 32);
}

/** Of each 200 candles from the grid point on, oldest first, and of the rows after the last of them. */
export function blockDigests({ timeframe, gridMs, asOfMs, source }: Digested): readonly string[] {
  const blockMs = GRID_ROWS * timeframeMs(timeframe);
  const digests: string[] = [];
  let from = 0;
  for (let endMs = gridMs + blockMs; endMs <= asOfMs; endMs += blockMs) {
    const to = firstIndexAbove(source.openMs, endMs - 1);
    digests.push(blockDigest(source, from, to));
    from = to;
  }
  digests.push(digestRows(source, from, source.openMs.length));
  return digests;
}

interface KnownBlock {
  readonly buffers: readonly ArrayBufferLike[];
  readonly digest: string;
}

/** By the memory that the closes lie in, then by place there and number of rows. Candles that were handed out do not change. */
const known = new WeakMap<ArrayBufferLike, Map<number, KnownBlock>>();

function blockDigest(source: CandleColumns, from: number, to: number): string {
  const { buffer, byteOffset } = source.close;
  const blocks = known.get(buffer) ?? new Map<number, KnownBlock>();
  if (blocks.size === 0) known.set(buffer, blocks);
  const place = (byteOffset / Float64Array.BYTES_PER_ELEMENT + from) * (GRID_ROWS + 1) + (to - from);
  const found = blocks.get(place);
  if (found !== undefined && isOf(found, source)) return found.digest;
  const digest = digestRows(source, from, to);
  blocks.set(place, { buffers: COLUMNS.map((name) => source[name].buffer), digest });
  return digest;
}

function isOf({ buffers }: KnownBlock, source: CandleColumns): boolean {
  for (let i = 0; i < COLUMNS.length; i++) if (buffers[i] !== source[COLUMNS[i] ?? "openMs"].buffer) return false;
  return true;
}

function digestRows(source: CandleColumns, from: number, to: number): string {
  const rows = to - from;
  const values = rows <= GRID_ROWS ? blockValues : new Float64Array(COLUMNS.length * rows);
  for (let i = 0; i < COLUMNS.length; i++) values.set(source[COLUMNS[i] ?? "openMs"].subarray(from, to), i * rows);
  return sha256Hex(new Uint8Array(values.buffer, 0, COLUMNS.length * rows * Float64Array.BYTES_PER_ELEMENT));
}

/** Room for the columns of a block, one after another. */
const blockValues = new Float64Array(COLUMNS.length * GRID_ROWS);
