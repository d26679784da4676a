// Floor 2. A zip archive, as freqtrade exports its results → the text of its files. Stored and deflated entries only (APPNOTE 6.3, §4.3).
import { inflateRawSync } from "node:zlib";
import { DataFormatError } from "#schemas/errors.ts";

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 65_535;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;
/** A result of some hundred thousand trades; what claims more is no result. */
const MOST_BYTES = 1 << 30;

export const isZip = (bytes: Buffer): boolean => bytes.length >= END_BYTES && bytes.readUInt32LE(0) === LOCAL;

export interface ZipEntry {
  readonly name: string;
  /** @throws DataFormatError where it is cut off, encrypted or packed in another way */
  text(): string;
}

/** The entries in the archive's order. @param where the file, for messages. @throws DataFormatError */
export function readZip(bytes: Buffer, where: string): readonly ZipEntry[] {
  const end = endOf(bytes);
  if (end === null) throw fault(where, "the zip is cut off: it has no list of its files.");
  try {
    const entries: ZipEntry[] = [];
    let at = bytes.readUInt32LE(end + 16);
    for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
      if (bytes.readUInt32LE(at) !== CENTRAL) throw new RangeError("no entry");
      const [nameLength, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset)) as [
        number,
        number,
        number,
      ];
      const name = bytes.toString("utf8", at + 46, at + 46 + nameLength);
      const packed = {
        isEncrypted: (bytes.readUInt16LE(at + 8) & ENCRYPTED) !== 0,
        method: bytes.readUInt16LE(at + 10),
        length: bytes.readUInt32LE(at + 20),
        localAt: bytes.readUInt32LE(at + 42),
      };
      entries.push({ name, text: () => textOf(bytes, packed, `${where}: ${name}`) });
      at += 46 + nameLength + extra + comment;
    }
    return entries;
  } catch (error) {
    if (error instanceof RangeError) throw fault(where, "the zip's list of files is damaged.");
    throw error;
  }
}

interface Packed {
  readonly isEncrypted: boolean;
  readonly method: number;
  readonly length: number;
  readonly localAt: number;
}

function textOf(bytes: Buffer, { isEncrypted, method, length, localAt }: Packed, where: string): string {
  if (isEncrypted) throw fault(where, "it is encrypted.");
  if (method !== STORED && method !== DEFLATED) throw fault(where, `it is packed by method ${method}.`);
  if (localAt + 30 > bytes.length || bytes.readUInt32LE(localAt) !== LOCAL)
    throw fault(where, "it is not where the list says.");
  const from = localAt + 30 + bytes.readUInt16LE(localAt + 26) + bytes.readUInt16LE(localAt + 28);
  const packed = bytes.subarray(from, from + length);
  if (packed.length < length) throw fault(where, "it is cut off.");
  try {
    return (method === STORED ? packed : inflateRawSync(packed, { maxOutputLength: MOST_BYTES })).toString("utf8");
  } catch {
    throw fault(where, "it cannot be unpacked.");
  }
}

/** Where the end record begins, looked for from behind: a comment may follow it. */
function endOf(bytes: Buffer): number | null {
  const first = Math.max(0, bytes.length - END_BYTES - LONGEST_COMMENT);
  for (let at = bytes.length - END_BYTES; at >= first; at--) if (bytes.readUInt32LE(at) === END) return at;
  return null;
}

const fault = (where: string, was: string): DataFormatError =>
  new DataFormatError({
    where,
    was,
    expected: "a zip as freqtrade writes it",
    remedy: "Unzip it, and name the JSON in it.",
  });
