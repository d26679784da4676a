// Floor 6. A desk's closes → jobs for workers. Nobody waits for them: what they have read is found in the room of shared answers, and what
// they have not read the desk reads. Those of a close that is past are taken back.
import { reasonOf } from "#memory/queues/job-terms.ts";
import type { CandleClose } from "#memory/shared-candles.ts";
import type { JobQueue } from "#schemas/ports/jobs.ts";
import type { Timeframe } from "#schemas/units.ts";
import { SweepResult, type SweepShard, sweepJobs } from "./sweep-job.ts";

export interface SweepAsker {
  readonly ask: (close: CandleClose) => void;
  /** Takes back what nobody has begun. */
  close(): void;
}

export interface SweepAskerParts {
  readonly queue: Pick<JobQueue, "run">;
  readonly venue: Pick<SweepShard, "venue" | "exchangeUrl" | "sandbox">;
  /** Whose jobs they are. */
  readonly owner: string;
  /** Told when workers begin to fall behind or to fail; not again until a close went well. */
  readonly onNote: (text: string) => void;
}

/** The jobs of one close. */
interface Round {
  readonly past: AbortController;
  readonly of: number;
  done: number;
  /** Nothing was left to the desk that the exchange could have told. */
  isWell: boolean;
}

export function createSweepAsker({ queue, venue, owner, onNote }: SweepAskerParts): SweepAsker {
  const rounds = new Map<Timeframe, Round>();
  const said = new Set<string>();
  const say = (kind: string, text: string): void => {
    if (!said.has(kind)) onNote(text);
    said.add(kind);
  };

  const end = (timeframe: Timeframe): void => {
    const round = rounds.get(timeframe);
    if (round === undefined) return;
    const { past, of, done, isWell } = round;
    past.abort(new Error("the close is past"));
    if (done === of && isWell) said.clear();
    if (done < of)
      say(
        "late",
        `workers did ${done} of ${of} sweeps of ${timeframe} in time; this desk read the other markets itself`,
      );
  };

  const noteResult = (round: Round, timeframe: Timeframe, given: unknown): void => {
    round.done += 1;
    const { left, why } = SweepResult.parse(given);
    if (why === null) return;
    round.isWell = false;
    say("left", `a worker left ${left} of the markets of ${timeframe} to this desk: ${why}`);
  };

  return {
    ask(close) {
      const { timeframe } = close;
      end(timeframe);
      const jobs = sweepJobs(venue, close, owner);
      const round: Round = { past: new AbortController(), of: jobs.length, done: 0, isWell: true };
      rounds.set(timeframe, round);
      const { signal } = round.past;
      for (const job of jobs) {
        queue.run(job, { signal }).then(
          (result) => noteResult(round, timeframe, result),
          (error: unknown) => {
            if (!signal.aborted) say("failed", `a sweep of ${timeframe} was given up: ${reasonOf(error)}`);
          },
        );
      }
    },
    close() {
      for (const { past } of rounds.values()) past.abort(new Error("the desk has ended"));
    },
  };
}
