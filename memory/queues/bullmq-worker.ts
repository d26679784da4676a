// Floor 2. A worker on a role's BullMQ queue. A process that dies is missed within seconds: its jobs are begun again by another.
import { type Job as BullJob, UnrecoverableError, WaitingError, Worker } from "bullmq";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import type { JobHandler, JobRole, JobWorker } from "#schemas/ports/jobs.ts";
import type { Clock } from "#schemas/ports/market.ts";
import {
  cancelChannelOf,
  DRAIN_DELAY_S,
  type JobsPlace,
  prefixOf,
  queueNameOf,
  resultKeyOf,
  waitingClient,
  workerClientName,
} from "./bullmq-places.ts";
import { pauseAfter } from "./job-terms.ts";

/** A worker that says nothing for so long is taken for dead, ms; a living one says so twice in it. */
const LOCK_MS = 5_000;
/** How often the dead are looked for, ms. */
const LOOK_MS = 2_000;
/** Workers that may die over one job before it is given up: the job may be what kills them. */
const MOST_DEATHS = 3;
/** A result that nobody has taken yet is kept for so long, s. */
const RESULT_S = 3_600;
/** What is kept of ended jobs: for people, and for `jobs`. */
const KEEP_DONE = { age: 600, count: 5_000 };
const KEEP_FAILED = { age: 7 * 86_400, count: 1_000 };

/** What a worker that ends has still to tell takes at most, ms. */
const LAST_WORDS_MS = 2_000;

/** Why a job that was taken back has failed. */
export const CANCELLED = "it was cancelled";

export interface WorkerParts {
  readonly place: JobsPlace;
  readonly role: JobRole;
  readonly handle: JobHandler;
  readonly concurrency: number;
  /** As it calls itself to others. */
  readonly name: string;
  readonly nowMs: () => number;
  readonly sleep: Clock["sleep"];
}

/** Begins at once, and goes on through every failure of the server. @throws ConfigError for no Redis URL */
export function startBullWorker({ place, role, handle, concurrency, name, nowMs, sleep }: WorkerParts): JobWorker {
  const connection = waitingClient(place);
  const cancels = waitingClient(place, workerClientName(place, role, name));
  let closing = false;
  const process = async (job: BullJob, token?: string, signal?: AbortSignal): Promise<null> => {
    const own = signal ?? NEVER_ABORTED.signal;
    try {
      const result = await handle(job.data.input, { signal: own });
      // Before the job counts as done: whoever hears of it finds the result. Not as BullMQ's own return value, which is copied into its
      // stream of events.
      await connection.set(resultKeyOf(place, job.id ?? ""), JSON.stringify(result ?? null), "EX", RESULT_S);
      return null;
    } catch (error) {
      if (!own.aborted) throw error;
      if (!closing) throw new UnrecoverableError(CANCELLED);
      await job.moveToWait(token);
      throw new WaitingError();
    }
  };
  const worker = new Worker(queueNameOf(role, place.version), process, {
    connection,
    prefix: prefixOf(place),
    // It also says so, on the terminal, where another eviction policy than its own wish is set.
    skipVersionCheck: true,
    concurrency,
    lockDuration: LOCK_MS,
    stalledInterval: LOOK_MS,
    maxStalledCount: MOST_DEATHS,
    drainDelay: DRAIN_DELAY_S,
    removeOnComplete: KEEP_DONE,
    removeOnFail: KEEP_FAILED,
    settings: {
      // −1: it is given up.
      backoffStrategy: (attempts, _type, error) => pauseAfter(error, attempts, nowMs()) ?? -1,
    },
  });
  // A server that is away is waited for.
  worker.on("error", () => {});
  const heard = (_channel: string, id: string): void => void worker.cancelJob(id, CANCELLED);
  cancels.on("message", heard);
  const listed = cancels.subscribe(cancelChannelOf(place));
  return {
    ready: Promise.allSettled([listed, worker.waitUntilReady()]).then(() => {}),
    async close(withinMs) {
      closing = true;
      const drained = new AbortController();
      const giveUp = async (): Promise<void> => {
        await sleep(withinMs, { signal: drained.signal });
        worker.cancelAllJobs();
        await sleep(LAST_WORDS_MS, { signal: drained.signal });
        // The server is away, and what would be told waits for it. Its jobs are found by other workers.
        connection.disconnect();
      };
      giveUp().catch(() => {});
      await worker.close();
      drained.abort();
      cancels.disconnect();
      connection.disconnect();
    },
  };
}
