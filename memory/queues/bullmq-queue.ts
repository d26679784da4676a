// Floor 2. The JobQueue port on BullMQ: jobs lie on a Redis server and are done by workers of any machine. The server may be away, frozen or
// emptied: who asked asks again, and what is asked twice is done once.
import { Queue, QueueEvents } from "bullmq";
import type { Redis } from "ioredis";
import { JobFailedError, JobUntakenError, StoreError } from "#schemas/errors.ts";
import {
  type FailedJob,
  JOB_ROLES,
  type Job,
  type JobHandler,
  type JobQueue,
  type JobRole,
  type JobWorker,
  type RoleOverview,
  type RunOptions,
} from "#schemas/ports/jobs.ts";
import type { Clock } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { rootMessage } from "../stores/guard.ts";
import { connectOnce } from "../tiers/redis-client.ts";
import {
  askingClient,
  cancelChannelOf,
  type JobsPlace,
  prefixOf,
  queueNameOf,
  resultKeyOf,
  waitingClient,
  workersAmong,
} from "./bullmq-places.ts";
import { CANCELLED, startBullWorker } from "./bullmq-worker.ts";
import { jobIdOf, MOST_ATTEMPTS, medianOf, OwnersAhead, turnOf } from "./job-terms.ts";

/** A job of which nothing is heard is looked at so often, ms: the server may have lost it, or the word of its end. */
const LOOK_MS = 2_000;
/** A server that does not answer is asked again after, ms. */
const AWAY_MS = 500;
/** How long a person's command waits for the connection, and how often it looks, ms. */
const PATIENCE_MS = 5_000;
const CONNECTING_MS = 50;
/** A result that somebody has taken stays for others who wait for it, s. */
const TAKEN_S = 60;
/** Ended jobs that the times are taken from. */
const TIMES = 20;
const FAILED_SHOWN = 200;

export interface BullQueueParts {
  readonly place: JobsPlace;
  /** What workers of this process call themselves. */
  readonly name: string;
  readonly nowMs: () => number;
  /** In real time. */
  readonly sleep: Clock["sleep"];
  /** Told when the server stops answering while somebody waits, and when it answers again: a sentence. */
  readonly onNote?: (text: string) => void;
}

/** A server that is down is no error: who asks waits for it. @throws ConfigError for no Redis URL */
export const openBullQueue = (parts: BullQueueParts): JobQueue => new BullQueue(parts);

type Found = { readonly result: unknown } | { readonly state: string };

/** A worker has it, has done it, or met something that may pass. */
const isTaken = (found: Found | null): boolean =>
  found !== null && ("result" in found || found.state === "active" || found.state === "delayed");

class BullQueue implements JobQueue {
  readonly kind = "bullmq";
  readonly #parts: BullQueueParts;
  readonly #redis: Redis;
  /** Resolves when the first connection is made, or is not. */
  readonly #tried: Promise<void>;
  readonly #queues = new Map<JobRole, Queue>();
  readonly #events = new Map<JobRole, QueueEvents>();
  readonly #eventClients: Redis[] = [];
  readonly #workers = new Set<JobWorker>();
  readonly #owners = new OwnersAhead();
  /** By id: wakes all who wait for it here. */
  readonly #waiters = new Map<string, Set<() => void>>();
  #isAway = false;
  /** Why there was no connection when it was tried last. */
  #connectionFault = "there is no connection";

  constructor(parts: BullQueueParts) {
    this.#parts = parts;
    this.#redis = askingClient(parts.place);
    this.#redis.on("error", (error: unknown) => {
      this.#connectionFault = rootMessage(error);
    });
    this.#tried = connectOnce(this.#redis).catch(() => {});
  }

  async run(job: Job, options: RunOptions): Promise<unknown> {
    options.signal.throwIfAborted();
    const id = jobIdOf(job, this.#parts.place.version);
    const taker = this.#patienceFor(job.role, id, options);
    const { signal } = taker;
    const { ahead, leave } = this.#owners.enter(job);
    const turn = turnOf(job, ahead);
    let wasAdded = false;
    let waiting = this.#nextWord(id, signal);
    try {
      this.#listen(job.role);
      for (;;) {
        const found = await this.#whileUp(() => this.#look(job.role, id));
        taker.noted(isTaken(found));
        if (found === null) {
          await this.#parts.sleep(AWAY_MS, { signal });
          continue;
        }
        if ("result" in found) return found.result;
        if (found.state === "failed") await this.#giveUp(job.role, id, wasAdded);
        if (found.state === "failed" || found.state === "unknown" || found.state === "completed") {
          wasAdded = (await this.#whileUp(() => this.#add(job, id, turn))) !== null || wasAdded;
        }
        await waiting.word;
        signal.throwIfAborted();
        // Entered before it is looked for again: what ends meanwhile is heard.
        waiting = this.#nextWord(id, signal);
      }
    } finally {
      taker.noted(true);
      leave();
      waiting.end();
      if (signal.aborted && !this.#waiters.has(id)) await this.#takeBack(job.role, id);
    }
  }

  work(role: JobRole, handle: JobHandler, { concurrency }: { readonly concurrency: number }): JobWorker {
    const { place, nowMs, sleep, name } = this.#parts;
    const named = `${name} x${concurrency}`;
    const worker = startBullWorker({ place, role, handle, concurrency, name: named, nowMs, sleep });
    const own: JobWorker = {
      ready: worker.ready,
      close: async (withinMs) => {
        this.#workers.delete(own);
        await worker.close(withinMs);
      },
    };
    this.#workers.add(own);
    return own;
  }

  overview({ signal }: CallOptions) {
    return this.#answered(signal, async () => {
      const clients = String(await this.#redis.client("LIST"));
      const roles = await Promise.all(JOB_ROLES.map((role) => this.#overviewOf(role, clients)));
      return { roles, otherVersions: await this.#otherVersions() };
    });
  }

  failed({ signal }: CallOptions): Promise<readonly FailedJob[]> {
    return this.#answered(signal, async () => {
      const lists = await Promise.all(
        JOB_ROLES.map(async (role) => {
          const jobs = await this.#queueOf(role).getFailed(0, FAILED_SHOWN - 1);
          return jobs.map(({ id, data, failedReason, attemptsStarted }) => ({
            id: id ?? "",
            role,
            owner: String(data.owner),
            reason: failedReason,
            attempts: attemptsStarted,
          }));
        }),
      );
      return lists.flat();
    });
  }

  retry(id: string, { signal }: CallOptions): Promise<boolean> {
    return this.#answered(signal, async () => {
      for (const role of JOB_ROLES) {
        const job = await this.#queueOf(role).getJob(id);
        if (job === undefined || !(await job.isFailed())) continue;
        await job.retry("failed", { resetAttemptsMade: true });
        return true;
      }
      return false;
    });
  }

  cancel(id: string, { signal }: CallOptions): Promise<boolean> {
    return this.#answered(signal, async () => {
      for (const role of JOB_ROLES) {
        const state = await this.#queueOf(role).getJobState(id);
        if (state === "unknown" || state === "completed") continue;
        await this.#remove(role, id);
        return true;
      }
      return false;
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#workers].map((worker) => worker.close(0)));
    await Promise.allSettled([...this.#events.values(), ...this.#queues.values()].map((one) => one.close()));
    for (const client of [this.#redis, ...this.#eventClients]) client.disconnect();
  }

  /** Its signal fires with that of who asked, and where for so long nobody has had the job. */
  #patienceFor(role: JobRole, id: string, { signal, takerWithinMs: withinMs }: RunOptions) {
    if (withinMs === undefined) return { signal, noted: () => {} };
    const untaken = new AbortController();
    let timer: AbortController | null = null;
    const watch = async (own: AbortController): Promise<void> => {
      await this.#parts.sleep(withinMs, own);
      // It may have been taken since it was looked at last.
      const found = await this.#whileUp(() => this.#look(role, id));
      if (timer === own && !isTaken(found)) untaken.abort(new JobUntakenError({ role, withinMs }));
      if (timer === own) timer = null;
    };
    return {
      signal: AbortSignal.any([signal, untaken.signal]),
      noted: (isNow: boolean): void => {
        if (isNow) {
          timer?.abort();
          timer = null;
        } else if (timer === null) {
          timer = new AbortController();
          watch(timer).catch(() => {});
        }
      },
    };
  }

  /** One result, or how the job stands with the server. */
  async #look(role: JobRole, id: string): Promise<Found> {
    const name = resultKeyOf(this.#parts.place, id);
    const [text, state] = await Promise.all([this.#redis.get(name), this.#queueOf(role).getJobState(id)]);
    if (text === null) return { state };
    await this.#redis.expire(name, TAKEN_S);
    return { result: JSON.parse(text) };
  }

  async #add({ role, input, owner }: Job, id: string, priority: number): Promise<true> {
    // One that ended, and whose result is gone, stands in the way of itself.
    await this.#queueOf(role).remove(id);
    const options = { jobId: id, priority, attempts: MOST_ATTEMPTS, backoff: { type: "custom" } };
    await this.#queueOf(role).add(role, { input, owner }, options);
    return true;
  }

  /** One that had failed before it was asked for, or was taken back by another, is asked for anew. @throws JobFailedError */
  async #giveUp(role: JobRole, id: string, wasAdded: boolean): Promise<void> {
    const job = await this.#whileUp(() => this.#queueOf(role).getJob(id));
    if (!wasAdded || job == null || job.failedReason === CANCELLED) return;
    throw new JobFailedError({ id, reason: job.failedReason, attempts: job.attemptsStarted });
  }

  /** Resolves when something is heard of the job, or after a while. */
  #nextWord(id: string, signal: AbortSignal): { readonly word: Promise<void>; readonly end: () => void } {
    const { promise: word, resolve } = Promise.withResolvers<void>();
    const timer = new AbortController();
    const waiters = this.#waiters.get(id) ?? new Set();
    this.#waiters.set(id, waiters);
    const end = (): void => {
      waiters.delete(end);
      if (waiters.size === 0 && this.#waiters.get(id) === waiters) this.#waiters.delete(id);
      timer.abort();
      resolve();
    };
    waiters.add(end);
    this.#parts.sleep(LOOK_MS, { signal: AbortSignal.any([signal, timer.signal]) }).then(end, end);
    return { word, end };
  }

  #listen(role: JobRole): void {
    if (this.#events.has(role)) return;
    const connection = waitingClient(this.#parts.place);
    this.#eventClients.push(connection);
    const { place } = this.#parts;
    const options = { connection, prefix: prefixOf(place), skipVersionCheck: true };
    const events = new QueueEvents(queueNameOf(role, place.version), options);
    this.#events.set(role, events);
    const wake = ({ jobId }: { readonly jobId: string }): void => {
      for (const end of [...(this.#waiters.get(jobId) ?? [])]) end();
    };
    events.on("completed", wake);
    events.on("failed", wake);
    events.on("error", () => {});
  }

  /** Null where the server does not answer, which is said once. */
  async #whileUp<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      await this.#tried;
      const answer = await work();
      if (this.#isAway) this.#parts.onNote?.("Redis answers again.");
      this.#isAway = false;
      return answer;
    } catch (error) {
      if (!this.#isAway) this.#parts.onNote?.(`Redis does not answer (${this.#why(error)}); jobs wait for it.`);
      this.#isAway = true;
      return null;
    }
  }

  async #answered<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    try {
      // Beside its own start a process may be slow to connect.
      for (let waitedMs = 0; this.#redis.status !== "ready" && waitedMs < PATIENCE_MS; waitedMs += CONNECTING_MS) {
        await this.#parts.sleep(CONNECTING_MS, { signal });
      }
      return await work();
    } catch (cause) {
      signal.throwIfAborted();
      throw new StoreError({
        was: `Redis at REDIS_URL does not answer: ${this.#why(cause)}.`,
        remedy: "Start it, or correct REDIS_URL.",
        cause,
      });
    }
  }

  /** Without a connection the client's own words are about its settings. */
  #why(error: unknown): string {
    return this.#redis.status === "ready" ? rootMessage(error) : this.#connectionFault;
  }

  async #takeBack(role: JobRole, id: string): Promise<void> {
    await this.#remove(role, id).catch(() => {});
  }

  async #remove(role: JobRole, id: string): Promise<void> {
    const isGone = (await this.#queueOf(role).remove(id)) === 1;
    // One that is under way is locked: its worker is told.
    if (!isGone) await this.#redis.publish(cancelChannelOf(this.#parts.place), id);
  }

  #queueOf(role: JobRole): Queue {
    const known = this.#queues.get(role);
    if (known !== undefined) return known;
    // One that is made while the server is away never works.
    if (this.#redis.status !== "ready") throw new Error(this.#connectionFault);
    const { place } = this.#parts;
    const name = queueNameOf(role, place.version);
    const options = {
      connection: this.#redis,
      prefix: prefixOf(place),
      skipWaitingForReady: true,
      skipVersionCheck: true,
    };
    const queue = new Queue(name, options);
    queue.on("error", () => {});
    this.#queues.set(role, queue);
    return queue;
  }

  async #overviewOf(role: JobRole, clients: string): Promise<RoleOverview> {
    const queue = this.#queueOf(role);
    const [counts, ended, oldest] = await Promise.all([
      queue.getJobCounts("waiting", "prioritized", "active", "delayed", "failed"),
      queue.getCompleted(0, TIMES - 1),
      queue.getJobs(["waiting", "prioritized"], 0, 0, true),
    ]);
    const times = ended.flatMap(({ processedOn, finishedOn }) =>
      processedOn === undefined || finishedOn === undefined ? [] : [finishedOn - processedOn],
    );
    const [first] = oldest;
    return {
      role,
      waiting: (counts["waiting"] ?? 0) + (counts["prioritized"] ?? 0),
      active: counts["active"] ?? 0,
      delayed: counts["delayed"] ?? 0,
      failed: counts["failed"] ?? 0,
      workers: workersAmong(this.#parts.place, role, clients),
      medianRunMs: medianOf(times),
      oldestWaitMs: first === undefined ? null : Math.max(0, this.#parts.nowMs() - first.timestamp),
    };
  }

  async #otherVersions() {
    const { place } = this.#parts;
    const found: { version: string; waiting: number }[] = [];
    for (const role of JOB_ROLES) {
      const metas = await this.#redis.keys(`${prefixOf(place)}:${role}-*:meta`);
      for (const meta of metas) {
        const name = meta.slice(prefixOf(place).length + 1, -":meta".length);
        if (name === queueNameOf(role, place.version)) continue;
        const waiting = await this.#redis.zcard(`${prefixOf(place)}:${name}:prioritized`);
        if (waiting > 0) found.push({ version: name.slice(role.length + 1), waiting });
      }
    }
    return found;
  }
}
