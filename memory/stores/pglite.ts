// Floor 2. A home folder → a Store on PGlite, PostgreSQL compiled to WebAssembly inside this process. The default store.
//
// It survives the death of the process; it does not survive the loss of power, since PGlite never calls fsync.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { drizzle } from "drizzle-orm/pglite";
import { migrate } from "drizzle-orm/pglite/migrator";
import { StoreError } from "#schemas/errors.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { acquireHomeLock } from "../home-lock.ts";
import { closeAtProcessEnd } from "./close-at-process-end.ts";
import type { Database } from "./db.ts";
import { requireRoom, writeOnlyWithRoom } from "./disk-room.ts";
import { rootMessage } from "./guard.ts";
import { MIGRATIONS } from "./migrations.ts";
import { thisProcess } from "./process-identity.ts";
import { createSqlStore } from "./sql-store.ts";

const FOLDER = "khala";
const UNFINISHED = `${FOLDER}.new-`;
const CREATOR = createRequire(import.meta.url).resolve("#memory/stores/create-pglite.ts");

/** Of what is written between two checkpoints two segments stay, to be written again; as it comes, five and more. */
const SHORT_LOG = ["-c", "min_wal_size=32MB", "-c", "max_wal_size=32MB"];

export interface PgliteOptions extends CallOptions {
  readonly onNote: (text: string) => void;
}

/** @throws HomeLockedError; StoreError */
export const openPgliteStore = async (home: string, label: string, options: PgliteOptions): Promise<Store> =>
  createSqlStore({ ...(await openPgliteDatabase(home, label, options)), owner: thisProcess(label) });

/**
 * Opens `<home>/khala`, making it where there is none, and holds the home's lock until closed.
 * @throws HomeLockedError; StoreError
 */
export async function openPgliteDatabase(home: string, label: string, options: PgliteOptions): Promise<Database> {
  const lock = acquireHomeLock(home, label);
  let pg: PGlite | undefined;
  const disconnect = async () => {
    try {
      if (pg?.closed === false) await pg.close();
    } finally {
      lock.release();
      unwatch();
    }
  };
  const unwatch = closeAtProcessEnd({ close: disconnect, release: lock.release });
  try {
    const folder = join(lock.home, FOLDER);
    removeUnfinished(lock.home);
    requireRoom(lock.home);
    if (!existsSync(folder)) await createFolder(lock.home, folder, options);
    options.signal.throwIfAborted();
    pg = await PGlite.create(folder, { startParams: [...PGlite.defaultStartParams, ...SHORT_LOG] });
    writeOnlyWithRoom(pg, lock.home);
    const db = drizzle(pg);
    await migrate(db, MIGRATIONS);
    options.signal.throwIfAborted();
    return { kind: "pglite", what: `The store in ${folder}`, db, disconnect };
  } catch (error) {
    await disconnect();
    throw error instanceof StoreError || options.signal.aborted ? error : unopenable(lock.home, error);
  }
}

// Creating a cluster takes some 0.9 GB that a process keeps for good, hence a process of its own. It works under another
// name and the parent renames: a folder called `khala` is complete, whatever was killed when.
async function createFolder(home: string, folder: string, { signal, onNote }: PgliteOptions): Promise<void> {
  onNote(`Creating the store in ${folder}; this takes some seconds, once.`);
  const unfinished = join(home, `${UNFINISHED}${randomUUID()}`);
  try {
    await runCreator(unfinished, signal);
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function runCreator(folder: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    // The child ends when its input does, and so with this process however that ends.
    const child = spawn(process.execPath, [CREATOR, folder], {
      stdio: ["pipe", "ignore", "pipe"],
      // Ctrl-C is for this process, which ends the child.
      detached: true,
      killSignal: "SIGKILL",
      signal,
    });
    const said: string[] = [];
    child.stderr.setEncoding("utf8").on("data", (text: string) => said.push(text));
    child.once("error", (error) => (signal.aborted ? undefined : reject(error)));
    child.once("close", (code) => {
      if (code === 0) resolve();
      else if (signal.aborted) reject(signal.reason);
      else reject(new Error(`its creation ended with ${code ?? "a signal"}: ${said.join("").trim().slice(-500)}`));
    });
  });
}

/** What killed creations left. A child may write a moment longer than its parent lived: that goes at the next open. */
function removeUnfinished(home: string): void {
  for (const name of readdirSync(home)) {
    if (name.startsWith(UNFINISHED)) rmSync(join(home, name), { recursive: true, force: true, maxRetries: 3 });
  }
}

const unopenable = (home: string, error: unknown) =>
  new StoreError({
    was: `The store in ${join(home, FOLDER)} cannot be opened: ${rootMessage(error)}.`,
    remedy:
      "Check disk space and rights; if the folder is damaged, move it away (what it holds is lost) or use another --home.",
    cause: error,
  });
