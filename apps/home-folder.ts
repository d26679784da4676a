// Floor 6. The home folder: made where there is none, before anything is written into it; and how files are written there.
import { mkdir, rename, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { StoreError } from "#schemas/errors.ts";

/** @throws StoreError where it cannot be made, or is no folder */
export async function makeHomeFolder(home: string): Promise<void> {
  try {
    await makeFolder(resolve(home));
  } catch (error) {
    throw new StoreError({
      was: `The home folder ${home} cannot be used: ${(error as Error).message}.`,
      expected: "a folder that this user may write to",
      remedy: "Name another one with --home or DEEPTRADER_HOME.",
      cause: error,
    });
  }
}

/**
 * Folder after folder from the first that is there. Node's own `recursive` never returns on file systems that answer
 * ENOENT to every new name, such as /proc.
 */
async function makeFolder(path: string): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (found?.isDirectory()) return;
  if (found === null) await makeFolder(dirname(path));
  try {
    await mkdir(path);
  } catch (error) {
    // Another process may have made it in between.
    const made = (error as NodeJS.ErrnoException).code === "EEXIST" && (await stat(path)).isDirectory();
    if (!made) throw error;
  }
}

/** Written whole or not at all, into a folder that is there. Mode 0600, as everything that steers the desk. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, text, { mode: 0o600 });
  await rename(temporary, path);
}
