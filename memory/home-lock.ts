// Floor 2. A home folder → the exclusive right to its database. PGlite itself excludes no one, and two processes on one
// folder lose each other's rows without an error (https://github.com/electric-sql/pglite/issues/1106).
//
// The lock is a file beside the database that names its holder. It is written under another name first and then linked
// into place, which fails where a lock is: so a lock is there whole or not at all, however its writer ended. It is never
// taken by age: only the lock of a dead process is replaced, and the one that replaces it must first hold a second lock,
// named after the token of the dead one. Of any number of takers exactly one wins.
import { randomUUID } from "node:crypto";
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { HomeLockedError, StoreError } from "#schemas/errors.ts";
import { parseJson } from "#schemas/json.ts";
import { toIso } from "#schemas/units.ts";
import { lifeOf, ProcessIdentity, thisProcess } from "./stores/process-identity.ts";

const LOCK = "khala.lock";
const DRAFT = `${LOCK}.draft-`;

const LockContent = ProcessIdentity.extend({ token: z.uuid() });
type LockContent = z.infer<typeof LockContent>;

// Homes this very process holds: to the lock file both openers would look like the same living process.
const heldHere = new Set<string>();

/**
 * Takes the lock of a home, the right to it until released, creating the folder where there is none.
 * @param label what the process does, for the one that finds the lock: `start`, `sleep --once`
 * @throws HomeLockedError naming the holder; StoreError where the folder cannot be written
 */
export function acquireHomeLock(home: string, label: string) {
  const path = prepareHome(home);
  const lockPath = join(path, LOCK);
  const self: LockContent = { ...thisProcess(label), token: randomUUID() };
  if (heldHere.has(path)) throw lockedBy(self, lockPath);
  take(lockPath, self);
  heldHere.add(path);
  sweep(path);
  let released = false;
  return {
    /** The home's absolute path. */
    home: path,
    /** Gives the home back; a second call does nothing. */
    release(): void {
      if (released) return;
      released = true;
      heldHere.delete(path);
      if (read(lockPath)?.token === self.token) rmSync(lockPath, { force: true });
    },
  };
}

/** The process that holds a home, or null where no living one does. */
export function homeLockHolder(home: string): ProcessIdentity | null {
  const holder = read(join(home, LOCK));
  return holder === null || lifeOf(holder) === "dead" ? null : holder;
}

function prepareHome(home: string): string {
  try {
    mkdirSync(home, { recursive: true });
    return realpathSync(home);
  } catch (error) {
    throw new StoreError({
      was: `The home folder ${home} cannot be made: ${(error as Error).message}.`,
      remedy: "Name a folder that can be written with --home.",
      cause: error,
    });
  }
}

/** Puts `self` at `path`, where none stands, or in place of a dead one. */
function take(path: string, self: LockContent): void {
  while (!placeNew(path, self)) {
    const holder = read(path);
    if (holder === null) continue; // released in between
    if (lifeOf(holder) !== "dead") throw lockedBy(holder, path);
    const claimPath = `${path}.${holder.token.slice(0, 8)}`;
    take(claimPath, self);
    try {
      // Who held the claim before may have replaced the dead lock already: then it is no longer there, and another one is.
      if (read(path)?.token === holder.token) {
        replace(path, self);
        return;
      }
    } finally {
      rmSync(claimPath, { force: true });
    }
  }
}

/** False where there is a lock already. */
function placeNew(path: string, self: LockContent): boolean {
  const draft = writeDraft(path, self);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw unwritable(path, error);
  } finally {
    rmSync(draft, { force: true });
  }
}

const replace = (path: string, self: LockContent): void => renameSync(writeDraft(path, self), path);

function writeDraft(path: string, self: LockContent): string {
  const draft = join(path, "..", `${DRAFT}${self.pid}-${randomUUID()}`);
  try {
    writeFileSync(draft, JSON.stringify(self), { mode: 0o600, flag: "wx" });
    return draft;
  } catch (error) {
    throw unwritable(path, error);
  }
}

function read(path: string): LockContent | null {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw unwritable(path, error);
  }
  const parsed = LockContent.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new HomeLockedError({
    was: `The lock ${path} was not written by this program.`,
    remedy: "Make sure that no desk uses this home, then delete the file.",
  });
}

/** Removes what killed processes left: drafts, and claims whose lock is long gone. Only the holder of the home does it. */
function sweep(home: string): void {
  for (const name of readdirSync(home)) {
    if (!name.startsWith(`${LOCK}.`)) continue;
    const path = join(home, name);
    try {
      const holder = LockContent.safeParse(parseJson(readFileSync(path, "utf8")));
      const pid = Number(/^draft-(\d+)-/.exec(name.slice(LOCK.length + 1))?.[1] ?? 0);
      const dead = holder.success
        ? lifeOf(holder.data) === "dead"
        : pid > 0 && lifeOf({ ...thisProcess(""), pid, incarnation: "" }) === "dead";
      if (dead) rmSync(path, { force: true });
    } catch {
      // Its writer took it away meanwhile; litter is no reason to fail.
    }
  }
}

function lockedBy(holder: LockContent, path: string): HomeLockedError {
  const here = lifeOf(holder) === "alive";
  const since = writtenAt(path);
  return new HomeLockedError({
    was: `The home is in use by process ${holder.pid} (${holder.label}) on ${holder.host}${since === null ? "" : ` since ${since}`}.`,
    remedy: here
      ? `Stop that process (kill ${holder.pid}), use another --home, or share a database with DATABASE_URL.`
      : `Stop it there; if that machine is gone, delete ${path}.`,
  });
}

function writtenAt(path: string): string | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? null : toIso(stat.mtimeMs);
}

const unwritable = (path: string, cause: unknown): StoreError =>
  new StoreError({
    was: `The lock ${path} cannot be written: ${(cause as Error).message}.`,
    expected: "a folder on a file system with hard links, writable by this user",
    remedy: "Name another folder with --home, or use a database with DATABASE_URL.",
    cause,
  });
