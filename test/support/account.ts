// A desk's account, opened once for each store: for tests that are not about who may write it.
import type { Store } from "#schemas/ports/memory.ts";
import type { AccountWriter, Journal, OpenAccountOptions } from "#schemas/ports/trading.ts";
import type { Runs } from "#schemas/ports/work.ts";
import { type DeskId, type RunId, unixMs } from "#schemas/units.ts";

/** Nobody else is there to be waited for, and no sign of life is due before the signal fires. */
export const alone: OpenAccountOptions = {
  signal: new AbortController().signal,
  sleep: (_ms, { signal }) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true })),
  now: () => unixMs(0),
  monotonicMs: () => 0,
  onWait: () => {},
};

const writers = new WeakMap<Store, Map<DeskId, Promise<AccountWriter>>>();

export function writerOf(store: Store, deskId: DeskId): Promise<AccountWriter> {
  const ofStore = writers.get(store) ?? new Map<DeskId, Promise<AccountWriter>>();
  writers.set(store, ofStore);
  const writer = ofStore.get(deskId) ?? store.openAccount(deskId, alone);
  ofStore.set(deskId, writer);
  return writer;
}

/** Where one store is written under many desks: each holds a connection of its own. */
export async function closeAccount(store: Store, deskId: DeskId): Promise<void> {
  const ofStore = writers.get(store);
  const writer = ofStore?.get(deskId);
  ofStore?.delete(deskId);
  await (await writer)?.release();
}

/** After a purge: the desk is opened anew at its next write. */
export const forgetWriters = (store: Store): boolean => writers.delete(store);

export const journalOf = (store: Store, deskId: DeskId, runId: RunId): Journal => ({
  ...store.journal(deskId, runId),
  append: async (events, options) => (await writerOf(store, deskId)).journal(runId).append(events, options),
});

export const runsOf = (store: Store, deskId: DeskId, runId: RunId): Runs => ({
  ...store.runs(deskId, runId),
  begin: async (run, options) => (await writerOf(store, deskId)).runs(runId).begin(run, options),
  finish: async (run, result, options) => (await writerOf(store, deskId)).runs(runId).finish(run, result, options),
});
