// What desks do to their rooms, at random, for the tests of isolation. Whatever a desk writes carries its secret.

import fc from "fast-check";
import type { Store } from "#schemas/ports/memory.ts";
import { DeskId, RunId } from "#schemas/units.ts";
import { type LedgerEntry, NO_WORK } from "#schemas/work.ts";
import { alone, journalOf, runsOf } from "#test/support/account.ts";
import { control, KEY, makeAnalysis, makeTopic, msAfter, options, T0 } from "./fixtures.ts";

/** Names that start with each other. */
export const DESKS = ["a", "a-b", "ab"].map((name) => DeskId.parse(name));
const RUNS = ["live", "other"].map((name) => RunId.parse(name));
const JOB = "sleep-cycle";
const TOPICS = ["rsi BTC/USDT 5m", "why"];

/** Found in whatever a desk writes, and inside no other desk's. */
export const secretOf = (deskId: DeskId): string => `secret<${deskId}>`;

export type Deed = (store: Store) => Promise<unknown>;

const arbitraryDeed: fc.Arbitrary<Deed> = fc
  .record({
    deskId: fc.constantFrom(...DESKS),
    runId: fc.constantFrom(...RUNS),
    topic: fc.constantFrom(...TOPICS),
    n: fc.nat({ max: 3 }),
    deed: fc.constantFrom("journal", "begin", "run", "ledger", "question", "answer", "digest", "invalidate", "lease"),
  })
  .map(({ deskId, runId, topic, n, deed }) => async (store: Store) => {
    const secret = secretOf(deskId);
    const run = { job: JOB, slotMs: msAfter(n), nowMs: T0 };
    switch (deed) {
      case "journal":
        return journalOf(store, deskId, runId).append([control(n, secret)], options);
      case "begin":
        return runsOf(store, deskId, runId).begin(run, options);
      case "run": {
        const begun = await runsOf(store, deskId, runId).begin(run, options);
        if (begun.status === "done") return;
        return runsOf(store, deskId, runId).finish({ ...run, fence: begun.fence }, { secret }, options);
      }
      case "ledger":
        return store.ledger(deskId).record({ ...ENTRY, atMs: T0 + n, paths: { [secret]: 1 } }, options);
      case "question":
      case "answer":
        return store
          .topics(deskId)
          .put([makeTopic({ kind: deed, deskId, topic, body: { secret, n }, asOfMs: msAfter(n) })], options);
      case "digest":
        return store.topics(null).put([makeTopic({ kind: "digest", deskId: null, topic, body: n })], options);
      case "invalidate":
        return store.topics(deskId).invalidate("answer", n === 0 ? null : topic, secret, options);
      case "lease":
        return store.leases.acquire(`desk:${deskId}:${n}`, 60_000, options);
    }
  });

const ENTRY: Omit<LedgerEntry, "atMs" | "paths"> = {
  phase: "sleep",
  job: JOB,
  misses: {},
  made: 1,
  served: 0,
  work: NO_WORK,
  ageAtUseMs: [],
};

export const arbitraryLife = fc.array(arbitraryDeed, { minLength: 5, maxLength: 40 });

/** Lives it through, over a store that also holds what is shared. */
export async function live(store: Store, life: readonly Deed[]): Promise<void> {
  await store.analyses.put([makeAnalysis(KEY)], options);
  for (const deed of life) await deed(store);
}

/** Everything that a desk can read of its rooms, as text. */
export async function everythingOf(store: Store, deskId: DeskId): Promise<string> {
  const seen: unknown[] = [await store.bindings(deskId, options), await store.ledger(deskId).entries({}, options)];
  for (const runId of RUNS) {
    seen.push(await store.journal(deskId, runId).read({}, options));
    seen.push(await runsOf(store, deskId, runId).lastFinished(JOB, options));
  }
  for (const kind of ["question", "answer", "digest"] as const) {
    const room = store.topics(kind === "digest" ? null : deskId);
    seen.push(await room.newest(kind, TOPICS, msAfter(9), options));
    seen.push(await room.history(kind, { topic: null, nowMs: msAfter(9), limit: 1000 }, options));
    for (const topic of TOPICS) seen.push(await room.history(kind, { topic, nowMs: msAfter(9), limit: 1000 }, options));
  }
  return JSON.stringify(seen);
}

/** As `everythingOf`, and the results of runs; to read those a run is begun, so the desk is changed by it. */
export async function resultsOf(store: Store, deskId: DeskId): Promise<string> {
  const seen: unknown[] = [];
  // Opened anew: the desk may have been purged.
  const writer = await store.openAccount(deskId, alone);
  for (const runId of RUNS) {
    for (let n = 0; n <= 3; n++) {
      const run = { job: JOB, slotMs: msAfter(n), nowMs: T0 };
      seen.push(await writer.runs(runId).begin(run, options));
    }
  }
  return JSON.stringify(seen);
}
