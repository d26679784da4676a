// Floor 1, ports. Work that any process may do: asked for by a key that names its result, done by whoever is free. Types only.
// No order and no account is ever a job: they have one writer. What a job makes is pure, or written so that twice is once.
import type { CallOptions } from "./work.ts";

/**
 * What a worker can be there for; each has a queue of its own. `research`: backtests of the research bench. `sweep`: candles of some markets
 * at a close, read from their venue into the room of shared answers. `download`: a market's history into a folder of candle files. `security`: what token sources say of some
 * contracts, into the reports that desks share. `thought`: calls of models that judge asleep. `check`: a day's
 * journal worked out again from its records.
 */
export const JOB_ROLES = ["research", "sweep", "download", "security", "thought", "check"] as const;
export type JobRole = (typeof JOB_ROLES)[number];

/** The earlier in this list, the sooner: a question before a slot, a slot before thought, thought before research. */
export const URGENCIES = ["question", "slot", "thought", "research"] as const;
export type Urgency = (typeof URGENCIES)[number];

export interface Job {
  readonly role: JobRole;
  /** Names the result for good, with all that it depends on: two jobs of one key are one piece of work. */
  readonly key: string;
  /** Plain JSON; it holds no secret. */
  readonly input: unknown;
  readonly urgency: Urgency;
  /** Whose it is. Of one urgency, owners have their turns, however many jobs each of them waits for. */
  readonly owner: string;
}

/** What it returns is plain JSON. What it throws decides: an error that may pass is tried again, any other is for a person. */
export type JobHandler = (input: unknown, options: CallOptions) => Promise<unknown>;

export interface RunOptions extends CallOptions {
  /** Where nobody has it under way for so long, ms, or the server does not answer, it is taken back; left out: it is waited for. */
  readonly takerWithinMs?: number;
}

export interface JobWorker {
  /** Resolves when it takes jobs and is listed among the workers: at once, or as soon as the server is there. Resolves, too, where that cannot be. */
  readonly ready: Promise<void>;
  /** Takes no more; resolves when what is under way has ended, or has been given back after `withinMs`. */
  close(withinMs: number): Promise<void>;
}

/** Jobs of one role, of this version of the product. */
export interface RoleOverview {
  readonly role: JobRole;
  readonly waiting: number;
  readonly active: number;
  /** Failed in a way that may pass, and tried again later. */
  readonly delayed: number;
  readonly failed: number;
  /** As they call themselves. */
  readonly workers: readonly string[];
  /** Of the jobs that ended last, ms: how long each took once begun, the middle one; null: none is known. */
  readonly medianRunMs: number | null;
  /** The job that waits longest, ms, by the clock of who asked for it; null: none waits. */
  readonly oldestWaitMs: number | null;
}

export interface JobsOverview {
  readonly roles: readonly RoleOverview[];
  /** Jobs that wait for a worker of another version, by version. */
  readonly otherVersions: readonly { readonly version: string; readonly waiting: number }[];
}

/** Given up, until a person says otherwise. */
export interface FailedJob {
  readonly id: string;
  readonly role: JobRole;
  readonly owner: string;
  readonly reason: string;
  /** How often it was begun. */
  readonly attempts: number;
}

export interface JobQueue {
  /** `in-process` or `bullmq`. */
  readonly kind: string;
  /**
   * Has it done, by this process or another, and gives its result. One that its queue has lost is asked for again; a server that does not
   * answer is waited for. When the signal aborts the job is taken back, unless another waits for it here.
   * @throws JobFailedError where it was given up; JobUntakenError where nobody took it in time; the signal's reason
   */
  run(job: Job, options: RunOptions): Promise<unknown>;
  /** Does jobs of a role, so many at once. A handler must bear being called twice for one job. */
  work(role: JobRole, handle: JobHandler, options: { readonly concurrency: number }): JobWorker;
  /** @throws StoreError where the server does not answer; so do the three below */
  overview(options: CallOptions): Promise<JobsOverview>;
  failed(options: CallOptions): Promise<readonly FailedJob[]>;
  /** Tries a failed job once more. @returns false where there is no such failed job */
  retry(id: string, options: CallOptions): Promise<boolean>;
  /** Takes back a job that waits, failed or is under way. @returns false where there is none */
  cancel(id: string, options: CallOptions): Promise<boolean>;
  /** Ends its workers at once, and its connections. */
  close(): Promise<void>;
}
