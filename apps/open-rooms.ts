// Floor 6. Whether a command writes → the account to itself among all processes, or what another may be writing, to be read.
import { monotonicMs, systemClock } from "#scheduler/clock.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { AccountWriter, OpenAccountOptions } from "#schemas/ports/trading.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { DeskId } from "#schemas/units.ts";

export interface RoomOptions extends CallOptions {
  readonly onNote?: (text: string) => void;
  /** False: the command only reads the account, which another process may be writing. */
  readonly writes: boolean;
  /** What others compare theirs with. */
  readonly settings?: OpenAccountOptions["settings"];
  /** Stands by for as long as the account has an owner that lives; left out: such an owner is an error. */
  readonly standby?:
    | { readonly onOwner: NonNullable<OpenAccountOptions["onOwner"]>; readonly signal: AbortSignal }
    | undefined;
}

/** @throws AccountInUseError where the command writes and another process holds the account */
export async function openRooms(
  store: Store,
  deskId: DeskId,
  { signal, writes, onNote = () => {}, settings, standby }: RoomOptions,
): Promise<Omit<AccountWriter, "fence">> {
  // The embedded store is this process's alone.
  if (writes || store.kind === "pglite") {
    const { sleep, now } = systemClock();
    const waiting = { signal, sleep, now, monotonicMs, onWait: onNote, ...standby };
    return store.openAccount(deskId, settings === undefined ? waiting : { ...waiting, settings });
  }
  const { readOnlyJournal, readOnlyRuns } = await import("#desk/account/read-only.ts");
  return {
    journal: (runId) => readOnlyJournal(store.journal(deskId, runId)),
    runs: (runId) => readOnlyRuns(store.runs(deskId, runId)),
    lost: NEVER_ABORTED.signal,
    leftMs: () => Number.NEGATIVE_INFINITY,
    release: async () => {},
  };
}
