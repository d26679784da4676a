// Some hours of the desk on a store, in a process of its own: so nothing else is in its memory.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Reads } from "./reads.ts";
import type { PlaceSpec } from "./year-desk.ts";

export interface LivedSlot extends Reads {
  readonly slotMs: number;
  readonly tookMs: number;
  /** Of the desk and of its database. */
  readonly cpuMs: number;
  readonly statements: number;
}

/** Of the process, MB, after a collection of what is garbage. */
export interface Held {
  readonly residentMb: number;
  readonly heapMb: number;
  /** The most that was resident so far. */
  readonly peakMb: number;
}

export interface Asked {
  readonly question: string;
  readonly answer: string;
  readonly cpuMs: number;
}

export interface Stretch {
  /** From the opened store to a desk that has read its journal. */
  readonly openMs: number;
  readonly openCpuMs: number;
  readonly opened: Held;
  readonly ended: Held;
  readonly slots: readonly LivedSlot[];
  /** What was journaled meanwhile. */
  readonly events: readonly JournalEvent[];
  readonly asked: readonly Asked[];
  /** Newest analyses, as the store has them. */
  readonly recalls: string;
  readonly account: { readonly portfolio: string; readonly decisionsHash: string; readonly counts: unknown };
}

const SCRIPT = fileURLToPath(new URL("./live-stretch.ts", import.meta.url));

export async function liveStretch(spec: PlaceSpec, slots: number): Promise<Stretch> {
  const args = ["--expose-gc", SCRIPT, JSON.stringify(spec), String(slots)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 28 });
  return JSON.parse(stdout);
}
