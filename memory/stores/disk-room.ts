// Floor 2. A PGlite in a folder → the same, refusing to write where the disk is nearly full.
//
// A table that cannot grow is an ordinary error of PostgreSQL. A write-ahead log that cannot is its PANIC, and inside
// WebAssembly that is a loop that never ends: the whole process stands still, signals included. So the room for the next
// segments of the log (16 MB each) is asked for before each write.
import { statfsSync } from "node:fs";
import type { PGlite } from "@electric-sql/pglite";

/** Four segments of the log: more than any one statement of ours writes. */
const MIN_FREE_BYTES = 64 * 2 ** 20;

/** @throws Error, for the store to wrap, where the disk of the folder is nearly full */
export function requireRoom(folder: string): void {
  const { bavail, bsize } = statfsSync(folder);
  const freeBytes = bavail * bsize;
  if (freeBytes < MIN_FREE_BYTES) {
    throw new Error(
      `its disk is nearly full, ${inMb(freeBytes)} MB are free and a write wants ${inMb(MIN_FREE_BYTES)} MB`,
    );
  }
}

const inMb = (bytes: number): number => Math.floor(bytes / 2 ** 20);

/** From here on every statement but a plain `select` asks for room first. Changes `pg` itself. */
export function writeOnlyWithRoom(pg: PGlite, folder: string): void {
  const query = pg.query.bind(pg);
  pg.query = async (text, ...rest) => {
    if (!/^\s*select\b/i.test(text)) requireRoom(folder);
    return query(text, ...rest);
  };
  const exec = pg.exec.bind(pg);
  pg.exec = async (text, ...rest) => {
    if (!/^\s*select\b/i.test(text)) requireRoom(folder);
    return exec(text, ...rest);
  };
  const transaction = pg.transaction.bind(pg);
  pg.transaction = async (work) => {
    requireRoom(folder);
    return transaction(work);
  };
}
