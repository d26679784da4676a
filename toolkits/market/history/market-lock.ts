// Floor 2. One market's files in a data folder: one process writes them at a time, on whichever machine that has the folder. The lock's owner
// rewrites it while it lives, so no two clocks are compared; a process that was frozen finds before its next write that it has lost the lock.
import { randomUUID } from "node:crypto";
import { open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { DataFolderError } from "#schemas/errors.ts";
import type { Clock } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { writeFault } from "./write-whole.ts";

const BEAT_MS = 1_000;
/** Beats that a lock stands still before its owner is taken for gone. */
const BEATS_MISSED = 5;
/** Digits of a beat: each rewriting is as long as the one before, so no reader finds an empty file. */
const BEAT_DIGITS = 12;

export interface MarketLock extends AsyncDisposable {
  /** To be called before each write. @throws DataFolderError where another process has taken it over */
  requireMine(): Promise<void>;
}

interface LockParts extends Pick<Clock, "sleep"> {
  /** Told once, where another process has it: it is waited for. */
  readonly onWait: () => void;
  /** The owner before is gone: what it was writing is not whole. */
  readonly onTakenOver: () => Promise<void>;
}

/** Waits for a process that writes the same market. @throws DataFolderError; the signal's reason */
export async function lockMarket(
  dir: string,
  file: string,
  { sleep, onWait, onTakenOver }: LockParts,
  options: CallOptions,
): Promise<MarketLock> {
  const path = join(dir, `.${file}.lock`);
  const token = randomUUID();
  const isMine = async (): Promise<boolean> => (await contentOf(path))?.startsWith(token) ?? false;
  let seen: string | null = "";
  for (let missed = 0; !(await begin(path, token)); ) {
    const now = await contentOf(path);
    if (seen === "") onWait();
    missed = now === seen ? missed + 1 : 0;
    seen = now;
    if (missed >= BEATS_MISSED) await rewrite(path, token, 0);
    await sleep(BEAT_MS, options);
    // Of two that take it over at once the last to write has it.
    if (!(await isMine())) continue;
    await onTakenOver();
    break;
  }
  const ended = new AbortController();
  const beating = beat(path, token, isMine, (ms) => sleep(ms, ended)).catch(() => {});
  return {
    async requireMine() {
      if (await isMine()) return;
      throw new DataFolderError({
        was: `Another process has taken over ${join(dir, file)}, since this one stood still.`,
        expected: "one process that writes a market",
        remedy: "Run it again; what was downloaded is kept.",
      });
    },
    async [Symbol.asyncDispose]() {
      ended.abort();
      await beating;
      if (await isMine()) await rm(path, { force: true });
    },
  };
}

/** False: there is one already. */
async function begin(path: string, token: string): Promise<boolean> {
  try {
    const handle = await open(path, "wx");
    await handle.writeFile(contentFor(token, 0));
    await handle.close();
    return true;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EEXIST") return false;
    throw writeFault(path, cause);
  }
}

async function beat(
  path: string,
  token: string,
  isMine: () => Promise<boolean>,
  sleep: (ms: number) => Promise<void>,
): Promise<void> {
  for (let count = 1; ; count += 1) {
    await sleep(BEAT_MS);
    if (!(await isMine())) return;
    await rewrite(path, token, count);
  }
}

const contentFor = (token: string, count: number): string => `${token} ${String(count).padStart(BEAT_DIGITS)}\n`;

async function rewrite(path: string, token: string, count: number): Promise<void> {
  const handle = await open(path, "r+").catch(() => null);
  try {
    await handle?.write(contentFor(token, count), 0);
  } finally {
    await handle?.close();
  }
}

/** Null: there is none. */
const contentOf = (path: string): Promise<string | null> => readFile(path, "utf8").catch(() => null);
