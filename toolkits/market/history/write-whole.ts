// Floor 2. Bytes → a file that is there whole or not at all: written beside it, made safe on the disk, then put in its place.
import { mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { DataFolderError, DeepTraderError } from "#schemas/errors.ts";

/** Hidden, so that no reader of the folder takes it for a file of candles. */
const besideOf = (dir: string, file: string): string => join(dir, `.${file}.new`);

/** @throws DataFolderError where the folder cannot be written; what was there before still is */
export async function writeWhole(dir: string, file: string, bytes: Uint8Array): Promise<void> {
  const beside = besideOf(dir, file);
  try {
    const handle = await open(beside, "w");
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, join(dir, file));
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => {});
    throw writeFault(join(dir, file), cause);
  }
}

/** What a process left that died while it wrote. One that was frozen writes on into a file that nobody finds. */
export const removeUnfinished = (dir: string, file: string): Promise<void> => rm(besideOf(dir, file), { force: true });

/** The folder, made where it is not there. @throws DataFolderError */
export async function makeFolder(dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true });
  } catch (cause) {
    throw writeFault(dir, cause);
  }
}

/** Any failure of writing as a DataFolderError that names the path; our own errors pass. */
export function writeFault(path: string, cause: unknown): Error {
  if (cause instanceof DeepTraderError) return cause;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown error";
  const [why, remedy] = WHY[code] ?? [`cannot be written (${code})`, "Give another folder with --data DIR."];
  return new DataFolderError({ was: `${path} ${why}.`, expected: "a folder that can be written", remedy, cause });
}

const WHY: Readonly<Record<string, readonly [why: string, remedy: string]>> = {
  ENOSPC: ["cannot be written: the disk is full", "Make room and run it again; what was downloaded is kept."],
  EDQUOT: ["cannot be written: the quota is used up", "Make room and run it again; what was downloaded is kept."],
  EACCES: ["may not be written by this user", "Change the rights of the folder, or give another with --data DIR."],
  EROFS: ["is on a disk that is read only", "Give another folder with --data DIR."],
  EEXIST: ["is a file, no folder", "Give a folder with --data DIR."],
  ENOTDIR: ["is a file, no folder, or lies in one", "Give a folder with --data DIR."],
};
