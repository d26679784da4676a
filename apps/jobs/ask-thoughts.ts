// Floor 6. A desk's model calls asleep → jobs for workers. Whatever keeps a worker from one leaves it to the desk: nothing waits for workers
// that are not there.
import type { CallRequest } from "#agents/models/call.ts";
import type { Elsewhere, ElsewhereAnswer } from "#agents/models/elsewhere.ts";
import { DeepTraderError, JobUntakenError } from "#schemas/errors.ts";
import { hashOf } from "#schemas/hash.ts";
import type { JobQueue } from "#schemas/ports/jobs.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { repeatsSecret, ThoughtResult, thoughtJob } from "./thought-job.ts";

/** A call that no worker has begun for so long is made by the desk, ms. */
const TAKER_WITHIN_MS = 5_000;
/** Where no worker was there, or none took a call, it is looked again after, ms. */
const LOOK_AGAIN_MS = 30_000;
/** Different calls of which it is remembered how often they were asked. */
const MOST_REMEMBERED = 1_000;

export interface ThoughtAskerParts {
  readonly queue: Pick<JobQueue, "run" | "overview">;
  /** Whose jobs they are. */
  readonly owner: string;
  /** No call waits longer for its answer, ms. */
  readonly longestMs: number;
  /** A call that repeats one is not sent to Redis. */
  readonly secrets: readonly string[];
  readonly monotonicMs: () => number;
  /** Told once of each thing that keeps workers from it. */
  readonly onNote: (text: string) => void;
}

export interface ThoughtAsker {
  readonly ask: Elsewhere;
  /** Looks for workers, and notes who they are. */
  look(options: CallOptions): Promise<void>;
}

const NOT_MADE = { parts: null, wasMade: false, lostTokens: null } as const satisfies ElsewhereAnswer;
const UNREADABLE: ThoughtResult = {
  status: "left",
  why: "its answer cannot be read",
  wasMade: false,
  lostTokens: null,
};

export function createThoughtAsker(parts: ThoughtAskerParts): ThoughtAsker {
  const { queue, owner, longestMs, secrets, monotonicMs, onNote } = parts;
  const said = new Set<string>();
  const say = (kind: string, text: string): void => {
    if (!said.has(kind)) onNote(text);
    said.add(kind);
  };
  const times = timesAsked();
  let areThere = false;
  let lookAtMs = Number.NEGATIVE_INFINITY;
  const noteAbsent = (text: string): void => {
    areThere = false;
    lookAtMs = monotonicMs() + LOOK_AGAIN_MS;
    say("absent", `${text} Until then this desk calls its models itself.`);
  };

  const look = async (options: CallOptions): Promise<void> => {
    try {
      const { roles } = await queue.overview(options);
      const workers = roles.find(({ role }) => role === "thought")?.workers ?? [];
      if (workers.length === 0) {
        return noteAbsent("no worker for thought is there: start `deeptrader worker` with the same models.");
      }
      areThere = true;
      say(
        "present",
        `models are called by ${workers.length === 1 ? "1 worker" : `${workers.length} workers`}: ${workers.join(", ")}`,
      );
    } catch (error) {
      if (!(error instanceof DeepTraderError)) throw error;
      noteAbsent(error.message);
    }
  };

  const askWorkers = async (request: CallRequest, { signal }: CallOptions): Promise<ElsewhereAnswer> => {
    const job = thoughtJob({ request, longestMs }, times(request), owner);
    try {
      const given = await queue.run(job, { signal, takerWithinMs: TAKER_WITHIN_MS });
      const result = ThoughtResult.safeParse(given).data ?? UNREADABLE;
      if (result.status === "answered") {
        said.delete("absent");
        return { parts: result.parts };
      }
      const { why, wasMade, lostTokens } = result;
      say(`left ${why}`, `a worker left a call of ${String(request["model"])} to this desk: ${why}`);
      return { parts: null, wasMade, lostTokens };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof DeepTraderError)) throw error;
      if (error instanceof JobUntakenError) noteAbsent(error.message);
      else say("failed", error.message);
      return NOT_MADE;
    }
  };

  return {
    look,
    async ask(request, options) {
      if (!areThere && monotonicMs() >= lookAtMs) await look(options);
      options.signal.throwIfAborted();
      if (!areThere) return NOT_MADE;
      if (!repeatsSecret(request, secrets)) return askWorkers(request, options);
      say("secret", "a model call repeats a key or a password: no worker is shown it");
      return NOT_MADE;
    },
  };
}

/** How often just this was asked, this time with it. */
function timesAsked(): (request: CallRequest) => number {
  const known = new Map<string, number>();
  return (request) => {
    const name = hashOf(request);
    const times = (known.get(name) ?? 0) + 1;
    known.delete(name);
    known.set(name, times);
    const [oldest] = known.keys();
    if (known.size > MOST_REMEMBERED && oldest !== undefined) known.delete(oldest);
    return times;
  };
}
