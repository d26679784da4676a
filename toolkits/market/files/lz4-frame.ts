// Floor 2. An LZ4 frame → its content. The blocks are decompressed by lz4js; the frame is walked here, because lz4js 0.2.0 looks for a
// block's checksum before the block instead of behind it, and so makes nonsense of what polars writes.
// https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
import lz4 from "lz4js";

const MAGIC = 0x184d2204;
const VERSION_MASK = 0b1100_0000;
const VERSION = 0b0100_0000;
const HAS_BLOCK_CHECKSUMS = 0b1_0000;
const HAS_CONTENT_SIZE = 0b1000;
const HAS_DICTIONARY = 0b1;
const UNCOMPRESSED = 0x8000_0000;

/** @throws Error where it is no frame, is cut, or does not come to the size that it states */
export function decompressFrame(frame: Uint8Array): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint32(0, true) !== MAGIC) throw new Error("not an LZ4 frame");
  const flags = view.getUint8(4);
  if ((flags & VERSION_MASK) !== VERSION || (flags & HAS_DICTIONARY) !== 0)
    throw new Error("an LZ4 frame of another kind");
  const statesSize = (flags & HAS_CONTENT_SIZE) !== 0;
  const blocks = blocksOf(view, statesSize ? 15 : 7, (flags & HAS_BLOCK_CHECKSUMS) !== 0);
  // 4: 64 KiB, 5: 256 KiB, 6: 1 MiB, 7: 4 MiB
  const mostBytes = blocks.length * 2 ** (8 + 2 * ((view.getUint8(5) >> 4) & 7));
  const size = statesSize ? Number(view.getBigUint64(6, true)) : mostBytes;
  if (size > mostBytes) throw new Error("an LZ4 frame that is cut");
  const content = new Uint8Array(size);
  let end = 0;
  for (const { at, length, compressed } of blocks) {
    if (compressed) end = lz4.decompressBlock(frame, content, at, length, end);
    else if (end + length <= size) {
      content.set(frame.subarray(at, at + length), end);
      end += length;
    }
  }
  if (end > size || (statesSize && end !== size)) throw new Error("an LZ4 frame of another size than it states");
  return content.subarray(0, end);
}

function blocksOf(view: DataView, from: number, checksums: boolean) {
  const blocks: { readonly at: number; readonly length: number; readonly compressed: boolean }[] = [];
  for (let at = from; ; ) {
    const word = view.getUint32(at, true);
    if (word === 0) return blocks;
    const length = word % UNCOMPRESSED;
    blocks.push({ at: at + 4, length, compressed: word < UNCOMPRESSED });
    at += 4 + length + (checksums ? 4 : 0);
  }
}
