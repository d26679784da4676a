// Floor 2. A path that a user gave → whether a file can be read there, and what its bytes are.
import { readFileSync, statSync } from "node:fs";
import { extname } from "node:path";
import { sha256Hex } from "#schemas/hash.ts";

/** The parts of an error's message that are about the file. */
export interface FileFault {
  readonly was: string;
  readonly expected?: string;
  readonly remedy: string;
}

/** Larger ones are no strategy or configuration: a data file, or a bundle. */
export const MAX_FILE_BYTES = 1024 * 1024;
const ENDINGS = [".ts", ".mts", ".js", ".mjs"];

/** One file that was read, by content and as the file system describes it. */
export interface FileState {
  /** Absolute. */
  readonly path: string;
  readonly digest: string;
  readonly modifiedMs: number;
  readonly bytes: number;
}

/** What is wrong with a path before anything is read from it; null: it can be read. */
export function pathFault(path: string): FileFault | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  const ending = extname(path);
  if (stat === undefined) return { was: "there is no such file.", remedy: "Correct the path." };
  if (stat.isDirectory()) return { was: "it is a folder.", expected: "a file", remedy: "Name the file in it." };
  if (!ENDINGS.includes(ending)) {
    const was = ending === "" ? "its name has no ending." : `its name ends in ${ending}.`;
    return { was, expected: `a name ending in ${ENDINGS.join(", ")}`, remedy: "Rename the file." };
  }
  return sizeFault(stat.size);
}

function sizeFault(bytes: number): FileFault | null {
  if (bytes <= MAX_FILE_BYTES) return null;
  return {
    was: `it has ${bytes.toLocaleString("en-US")} bytes.`,
    expected: `at most ${MAX_FILE_BYTES.toLocaleString("en-US")}`,
    remedy: "Keep data in a file of its own, and read from it only what is needed.",
  };
}

export class FileTooLargeError extends Error {
  readonly path: string;
  readonly fault: FileFault;

  constructor(path: string, fault: FileFault) {
    super(`${path}: ${fault.was}`);
    this.path = path;
    this.fault = fault;
  }
}

/** @throws FileTooLargeError, or what the file system says */
export function readFileState(path: string): FileState {
  const { mtimeMs, size } = statSync(path);
  const fault = sizeFault(size);
  if (fault !== null) throw new FileTooLargeError(path, fault);
  return { path, digest: sha256Hex(readFileSync(path)), modifiedMs: mtimeMs, bytes: size };
}

/** The first of these files that has other bytes now, or is gone; null: all are as they were. */
export function changedSince(files: readonly FileState[]): string | null {
  return files.find((file) => isChanged(file))?.path ?? null;
}

function isChanged({ path, digest, modifiedMs, bytes }: FileState): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return true;
  // Saved again with the same bytes, it is not changed.
  return (stat.mtimeMs !== modifiedMs || stat.size !== bytes) && sha256Hex(readFileSync(path)) !== digest;
}
