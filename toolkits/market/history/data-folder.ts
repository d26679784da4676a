// Floor 2. A data folder as the commands of `data` see it: which files it holds, and that one process writes it at a time.
import { randomUUID } from "node:crypto";
import { open, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { DataFolderError } from "#schemas/errors.ts";
import type { MarketSymbol, Timeframe } from "#schemas/units.ts";
import { type CandleFile, candleFile, type FileFormat } from "../files/file-names.ts";
import { folderFault, type ListedFolder, listFolder } from "../replay/folder-files.ts";
import { makeFolder, writeFault } from "./write-whole.ts";

/** @throws DataFolderError where it is not there or cannot be read */
export async function openDataFolder(dir: string): Promise<ListedFolder> {
  try {
    return await listFolder(dir);
  } catch (cause) {
    throw folderFault(dir, cause);
  }
}

/** Made where it is not there. @throws DataFolderError */
export async function openOrMakeFolder(dir: string): Promise<ListedFolder> {
  await makeFolder(dir);
  if (!(await stat(dir)).isDirectory()) throw writeFault(dir, Object.assign(new Error(), { code: "ENOTDIR" }));
  return openDataFolder(dir);
}

/** Where a market's candles are, or will be: in the format of the file that is there. */
export function fileOf(
  { candleFiles }: ListedFolder,
  symbol: MarketSymbol,
  timeframe: Timeframe,
  format: FileFormat = "feather",
): { readonly name: CandleFile; readonly exists: boolean } {
  const found = candleFiles.find((file) => file.symbol === symbol && file.timeframe === timeframe);
  return { name: found ?? candleFile(symbol, timeframe, format), exists: found !== undefined };
}

const LOCK = ".deeptrader-data.lock";

export interface FolderLock extends AsyncDisposable {
  /** Told by the folder alone: who knows it sees whether a folder is the same. */
  readonly mark: string;
}

/**
 * Two processes that download into one folder would write over each other's files. A lock of a process that is gone is taken over.
 * @throws DataFolderError where another process has it
 */
export async function lockFolder(dir: string): Promise<FolderLock> {
  const path = join(dir, LOCK);
  const mark = `${process.pid} ${randomUUID()}`;
  for (let tries = 0; ; tries++) {
    try {
      const handle = await open(path, "wx");
      await handle.writeFile(mark);
      await handle.close();
      return { mark, [Symbol.asyncDispose]: () => rm(path, { force: true }) };
    } catch (cause) {
      if (!(cause instanceof Error && "code" in cause && cause.code === "EEXIST")) throw writeFault(path, cause);
      const owner = Number.parseInt((await markOf(dir)) ?? "", 10);
      if (tries > 0 || isAlive(owner)) throw locked(dir, owner, path);
      await rm(path, { force: true });
    }
  }
}

/** Of who has locked the folder, or had when it died; null: nobody has. */
export const markOf = (dir: string): Promise<string | null> => readFile(join(dir, LOCK), "utf8").catch(() => null);

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    // Asks only whether it is there.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

const locked = (dir: string, owner: number, path: string): DataFolderError =>
  new DataFolderError({
    was: `Process ${owner} is writing ${dir}.`,
    expected: "one process that writes a folder",
    remedy: `Wait for it; where there is none, remove ${path}.`,
  });
