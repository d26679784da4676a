// Floor 6. The desk that answers a command: the one that runs on this home, or one opened here for the length of the command.
import { setTimeout as delay } from "node:timers/promises";
import { HomeLockedError } from "#schemas/errors.ts";
import type { CommandInput, CommandOptions } from "./command.ts";
import { makeHomeFolder } from "./home-folder.ts";
import { type Io, showWait } from "./io.ts";
import type { ParsedOptions } from "./options.ts";
import type { Venue, VenueOptions } from "./venues/venue.ts";

export interface Reach {
  readonly options: ParsedOptions;
  readonly io: Pick<Io, "note" | "progress">;
  readonly signal: AbortSignal;
}

export interface ReachedDesk {
  /** False where it was opened here, on the settings of this command. */
  readonly isRunning: boolean;
  /** @param onShown hears a text that comes bit by bit; left out: it comes whole */
  execute(input: CommandInput, onShown?: CommandOptions["onShown"]): Promise<unknown>;
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
  const { deskCommandNamed } = await import("./desk-commands.ts");
  const remote = (file: NonNullable<Awaited<ReturnType<typeof findRunningDesk>>>): ReachedDesk => {
    refuseOtherSettings(file, options.explicit);
    const run = (command: string, input: CommandInput, onShown?: CommandOptions["onShown"]) =>
      askRunningDesk(file, deskCommandNamed(command), input, { signal, onShown });
    return {
      isRunning: true,
      execute: (input, onShown) => run(name, input, onShown),
      run: (command, input) => run(command, input),
      close: async () => {},
    };
  };
  await makeHomeFolder(options.config.home);
  let venue: Venue | null = null;
  for (const deadlineMs = performance.now() + WAIT_FOR_HOME_MS; ; ) {
    const running = await findRunningDesk(options.config.home, signal);
    if (running !== null) return remote(running);
    venue ??= await openVenueWithNotes(call, { marketsFrom: await marketsFromOf(name) });
    try {
      return await openHere(name, call, venue);
    } catch (error) {
      // A desk that is just starting holds the lock before it has left word where it is; a one-shot is soon done.
      if (!(error instanceof HomeLockedError) || performance.now() > deadlineMs) throw error;
    }
    await delay(POLL_MS, undefined, { signal });
  }
}

const MARKETS_FROM = { "not-asked": "home", "when-needed": "home-first" } as const;

async function marketsFromOf(name: string): Promise<NonNullable<VenueOptions["marketsFrom"]>> {
  const { deskCommandNamed } = await import("./desk-commands.ts");
  const { exchange } = deskCommandNamed(name);
  return exchange === undefined ? "exchange" : MARKETS_FROM[exchange];
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
  const run = async (other: string, input: CommandInput, onShown?: CommandOptions["onShown"]) => {
    const onProgress = (done: number, of: number, what = other): void => io.progress(`${what} ${done}/${of}`);
    const given = { signal, onProgress, onShown };
    const named = deskCommandNamed(other);
    await named.first?.(open, input, given);
    return named.execute(open, input, given);
  };
  return {
    isRunning: false,
    execute: (input, onShown) => run(name, input, onShown),
    run: (command, input) => run(command, input),
    close: () => open.close(),
  };
}

/** The configured venue; what there is to note about it is said. */
export async function openVenueWithNotes(
  { options: { config }, io, signal }: Reach,
  opening: Pick<VenueOptions, "streams" | "marketsFrom" | "detail" | "addresses"> = {},
): Promise<Venue> {
  const { openVenue } = await import("./venues.ts");
  const { bareEnvironment } = await import("./wire.ts");
  const what = config.venue === "replay" ? `the candles of ${config.dataDir}` : `the markets of ${config.venue}`;
  const venue = await showWait(
    io,
    `reading ${what}`,
    openVenue(config, { signal, onNote: io.note, env: bareEnvironment(), ...opening }),
  );
  for (const note of venue.notes) io.note(note);
  return venue;
}
