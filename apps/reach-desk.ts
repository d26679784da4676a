// Floor 6. The desk that answers a command: the one that runs on this home, or one opened here for the length of the command.
import { setTimeout as delay } from "node:timers/promises";
import { HomeLockedError } from "#schemas/errors.ts";
import type { CommandInput } from "./command.ts";
import { makeHomeFolder } from "./home-folder.ts";
import { type Io, showWait } from "./io.ts";
import type { ParsedOptions } from "./options.ts";
import type { Venue } from "./venues.ts";

export interface Reach {
  readonly options: ParsedOptions;
  readonly io: Pick<Io, "note" | "progress">;
  readonly signal: AbortSignal;
}

export interface ReachedDesk {
  execute(input: CommandInput): Promise<unknown>;
  /** Another command of the same desk. */
  run(name: string, input: CommandInput): Promise<unknown>;
  close(): Promise<void>;
}

/** How long a command waits for a home that another process holds: to be told where its desk is, or to have it itself. */
const WAIT_FOR_HOME_MS = 10_000;
const POLL_MS = 100;

/** @throws HomeLockedError; UsageError where a flag contradicts the running desk; what opening a venue or store throws */
export async function reachDesk(name: string, call: Reach): Promise<ReachedDesk> {
  const { options, signal } = call;
  const { askRunningDesk, findRunningDesk, refuseOtherSettings } = await import("./desk-client.ts");
  const remote = (file: NonNullable<Awaited<ReturnType<typeof findRunningDesk>>>): ReachedDesk => {
    refuseOtherSettings(file, options.explicit);
    const run: ReachedDesk["run"] = (command, input) => askRunningDesk(file, { command, ...input }, signal);
    return { execute: (input) => run(name, input), run, close: async () => {} };
  };
  await makeHomeFolder(options.config.home);
  let venue: Venue | null = null;
  for (const deadlineMs = performance.now() + WAIT_FOR_HOME_MS; ; ) {
    const running = await findRunningDesk(options.config.home, signal);
    if (running !== null) return remote(running);
    venue ??= await openVenueWithNotes(call);
    try {
      return await openHere(name, call, venue);
    } catch (error) {
      // A desk that is just starting holds the lock before it has left word where it is; a one-shot is soon done.
      if (!(error instanceof HomeLockedError) || performance.now() > deadlineMs) throw error;
    }
    await delay(POLL_MS, undefined, { signal });
  }
}

async function openHere(name: string, call: Reach, venue: Venue): Promise<ReachedDesk> {
  const { options, io, signal } = call;
  const { openDesk } = await import("./wire.ts");
  const { deskCommandNamed } = await import("./desk-commands.ts");
  const command = deskCommandNamed(name);
  const opening = openDesk(options.config, venue, command.run ?? "latest", {
    signal,
    owner: name,
    onNote: io.note,
    writes: command.writes ?? false,
  });
  const open = await showWait(io, `opening the desk in ${options.config.home}`, opening);
  const run: ReachedDesk["run"] = (other, input) =>
    deskCommandNamed(other).execute(open, input, {
      signal,
      onProgress: (done, of) => io.progress(`${other} ${done}/${of}`),
    });
  return {
    execute: (input) => run(name, input),
    run,
    close: () => open.close(),
  };
}

/** The configured venue; what there is to note about it is said. */
export async function openVenueWithNotes({ options: { config }, io, signal }: Reach): Promise<Venue> {
  const { openVenue } = await import("./venues.ts");
  const what = config.venue === "replay" ? `the candles of ${config.dataDir}` : `the markets of ${config.venue}`;
  const venue = await showWait(io, `reading ${what}`, openVenue(config, { signal, onNote: io.note }));
  for (const note of venue.notes) io.note(note);
  return venue;
}
