// Floor 2. The JobQueue port in one process: nothing outlives it, and nothing is needed for it.
import PQueue from "p-queue";
import { untilAborted } from "#schemas/abort.ts";
import { JobFailedError, JobUntakenError } from "#schemas/errors.ts";
import {
  type FailedJob,
  JOB_ROLES,
  type Job,
  type JobHandler,
  type JobQueue,
  type JobRole,
  type RoleOverview,
  type RunOptions,
} from "#schemas/ports/jobs.ts";
import type { Clock } from "#schemas/ports/market.ts";
import { jobIdOf, medianOf, OwnersAhead, pauseAfter, reasonOf, turnOf } from "./job-terms.ts";

/** Run times that are remembered of a role. */
const TIMES_KEPT = 20;

export interface InProcessParts {
  /** In real time, whatever clock the desk runs on. */
  readonly sleep: Clock["sleep"];
  readonly monotonicMs: () => number;
  /** What a venue's rest is counted by. */
  readonly nowMs: () => number;
}

interface Waiting {
  readonly id: string;
  readonly job: Job;
  readonly askedMs: number;
  readonly controller: AbortController;
  readonly outcome: Promise<unknown>;
  state: "waiting" | "active" | "delayed";
  waiters: number;
}

interface Lane {
  readonly queue: PQueue;
  handle: JobHandler;
}

export const createInProcessQueue = (parts: InProcessParts): JobQueue => new InProcessQueue(parts);

class InProcessQueue implements JobQueue {
  readonly kind = "in-process";
  readonly #parts: InProcessParts;
  readonly #lanes = new Map<JobRole, Lane>();
  readonly #open = new Map<string, Waiting>();
  readonly #failed = new Map<string, FailedJob & { readonly job: Job }>();
  readonly #times = new Map<JobRole, number[]>();
  readonly #owners = new OwnersAhead();

  constructor(parts: InProcessParts) {
    this.#parts = parts;
  }

  async run(job: Job, { signal, takerWithinMs }: RunOptions): Promise<unknown> {
    signal.throwIfAborted();
    const id = jobIdOf(job, "");
    const waiting = this.#open.get(id) ?? this.#begin(id, job);
    const ended = new AbortController();
    const untaken = new AbortController();
    waiting.waiters += 1;
    if (takerWithinMs !== undefined) this.#watch(waiting, takerWithinMs, untaken, ended.signal).catch(() => {});
    try {
      return await untilAborted(waiting.outcome, AbortSignal.any([signal, untaken.signal]));
    } finally {
      ended.abort();
      waiting.waiters -= 1;
      if (waiting.waiters === 0) this.#drop(waiting, signal.reason);
    }
  }

  work(role: JobRole, handle: JobHandler, { concurrency }: { readonly concurrency: number }) {
    const lane = this.#laneOf(role);
    lane.handle = handle;
    lane.queue.concurrency = concurrency;
    lane.queue.start();
    return {
      ready: Promise.resolve(),
      close: async (withinMs: number): Promise<void> => {
        lane.queue.pause();
        const running = [...this.#open.values()].filter(({ job, state }) => job.role === role && state === "active");
        const ended = Promise.allSettled(running.map(({ outcome }) => outcome));
        await Promise.race([ended, this.#parts.sleep(withinMs, { signal: new AbortController().signal })]);
        for (const { controller } of running) controller.abort(new Error("its worker was closed"));
        await ended;
      },
    };
  }

  async overview() {
    return { roles: JOB_ROLES.map((role) => this.#overviewOf(role)), otherVersions: [] };
  }

  async failed(): Promise<readonly FailedJob[]> {
    return [...this.#failed.values()].map(({ job: _, ...failed }) => failed);
  }

  async retry(id: string): Promise<boolean> {
    const failed = this.#failed.get(id);
    if (failed === undefined) return false;
    this.#begin(id, failed.job);
    return true;
  }

  async cancel(id: string): Promise<boolean> {
    const waiting = this.#open.get(id);
    if (waiting !== undefined) this.#drop(waiting, new Error("it was cancelled"));
    return this.#failed.delete(id) || waiting !== undefined;
  }

  async close(): Promise<void> {
    for (const waiting of [...this.#open.values()]) this.#drop(waiting, new Error("the queue was closed"));
    await Promise.all([...this.#lanes.values()].map(({ queue }) => queue.start().onIdle()));
  }

  #begin(id: string, job: Job): Waiting {
    this.#failed.delete(id);
    const controller = new AbortController();
    const { ahead, leave } = this.#owners.enter(job);
    const { promise: outcome, resolve, reject } = Promise.withResolvers<unknown>();
    outcome.catch(() => {});
    const askedMs = this.#parts.monotonicMs();
    const waiting: Waiting = { id, job, askedMs, controller, outcome, state: "waiting", waiters: 0 };
    this.#open.set(id, waiting);
    const end = (settle: () => void): void => {
      leave();
      if (this.#open.get(id) === waiting) this.#open.delete(id);
      settle();
    };
    this.#attempts(waiting, turnOf(job, ahead)).then(
      (result) => end(() => resolve(result)),
      (error: unknown) => end(() => reject(error)),
    );
    return waiting;
  }

  async #watch({ job, id }: Waiting, withinMs: number, untaken: AbortController, signal: AbortSignal): Promise<void> {
    do await this.#parts.sleep(withinMs, { signal });
    while (this.#open.get(id)?.state !== "waiting");
    untaken.abort(new JobUntakenError({ role: job.role, withinMs }));
  }

  /** One that is to be tried again leaves its place to others meanwhile. */
  async #attempts(waiting: Waiting, turn: number): Promise<unknown> {
    const { id, job, controller } = waiting;
    const { signal } = controller;
    const { queue } = this.#laneOf(job.role);
    for (let attempt = 1; ; attempt += 1) {
      try {
        waiting.state = "waiting";
        // PQueue takes the highest first.
        return await queue.add(() => this.#attempt(waiting), { priority: -turn });
      } catch (error) {
        signal.throwIfAborted();
        const pauseMs = pauseAfter(error, attempt, this.#parts.nowMs());
        if (pauseMs === null) {
          const failed = { id, role: job.role, owner: job.owner, reason: reasonOf(error), attempts: attempt };
          this.#failed.set(id, { ...failed, job });
          throw new JobFailedError(failed);
        }
        waiting.state = "delayed";
        await this.#parts.sleep(pauseMs, { signal });
      }
    }
  }

  async #attempt(waiting: Waiting): Promise<unknown> {
    const { job, controller } = waiting;
    controller.signal.throwIfAborted();
    waiting.state = "active";
    const begunMs = this.#parts.monotonicMs();
    const result = await this.#laneOf(job.role).handle(job.input, { signal: controller.signal });
    this.#noteTime(job.role, this.#parts.monotonicMs() - begunMs);
    return result;
  }

  /** Takes it back: it is not begun any more, or its handler's signal fires. */
  #drop(waiting: Waiting, reason: unknown): void {
    if (this.#open.get(waiting.id) === waiting) this.#open.delete(waiting.id);
    waiting.controller.abort(reason);
  }

  #laneOf(role: JobRole): Lane {
    const known = this.#lanes.get(role);
    if (known !== undefined) return known;
    const lane: Lane = { queue: new PQueue({ autoStart: false, concurrency: 1 }), handle: unheard };
    this.#lanes.set(role, lane);
    return lane;
  }

  #noteTime(role: JobRole, ms: number): void {
    this.#times.set(role, [ms, ...(this.#times.get(role) ?? [])].slice(0, TIMES_KEPT));
  }

  #overviewOf(role: JobRole): RoleOverview {
    const jobs = [...this.#open.values()].filter(({ job }) => job.role === role);
    const count = (state: Waiting["state"]): number => jobs.filter((one) => one.state === state).length;
    const lane = this.#lanes.get(role);
    const waits = jobs.flatMap(({ state, askedMs }) =>
      state === "waiting" ? [this.#parts.monotonicMs() - askedMs] : [],
    );
    return {
      role,
      waiting: count("waiting"),
      active: count("active"),
      delayed: count("delayed"),
      failed: [...this.#failed.values()].filter((failed) => failed.role === role).length,
      workers: lane === undefined || lane.queue.isPaused ? [] : [`this process, ${lane.queue.concurrency} at once`],
      medianRunMs: medianOf(this.#times.get(role) ?? []),
      oldestWaitMs: waits.length === 0 ? null : Math.max(...waits),
    };
  }
}

async function unheard(): Promise<never> {
  throw new Error("A job was begun before anybody works on its role.");
}
