// Floor 6. A desk's round over contracts → jobs for workers. Nobody waits for them: what a worker was told is found where the desk looks before
// it asks a source, and what no worker has asked the desk asks.
import { reasonOf } from "#memory/queues/job-terms.ts";
import { type ContractId, contractText } from "#schemas/chain.ts";
import type { JobQueue } from "#schemas/ports/jobs.ts";
import type { Clock } from "#schemas/ports/market.ts";
import { MINUTE_MS } from "#schemas/units.ts";
import { securityJobs } from "./security-job.ts";

/** A contract is not asked for again before: sources that were silent rest, at the worker as here. */
const NOT_AGAIN_MS = 15 * MINUTE_MS;

export interface SecurityAsker {
  readonly ask: (contracts: readonly ContractId[]) => void;
  /** Takes back what has not ended. */
  close(): void;
}

export interface SecurityAskerParts {
  readonly queue: Pick<JobQueue, "run">;
  readonly owner: string;
  readonly clock: Pick<Clock, "now">;
  readonly monotonicMs: () => number;
  /** Told once when jobs begin to fail; not again until one went well. */
  readonly onNote: (text: string) => void;
}

export function createSecurityAsker({ queue, owner, clock, monotonicMs, onNote }: SecurityAskerParts): SecurityAsker {
  const closing = new AbortController();
  /** When each contract was asked for last, and those of which nothing was heard yet. */
  const askedMs = new Map<string, number>();
  const open = new Set<string>();
  let isSaid = false;

  const isFree = (contract: ContractId): boolean => {
    const name = contractText(contract);
    return !open.has(name) && monotonicMs() - (askedMs.get(name) ?? Number.NEGATIVE_INFINITY) >= NOT_AGAIN_MS;
  };

  return {
    ask(contracts) {
      for (const job of securityJobs(contracts.filter(isFree), clock.now(), owner)) {
        const names = job.input.contracts.map(contractText);
        for (const name of names) {
          open.add(name);
          askedMs.set(name, monotonicMs());
        }
        queue
          .run(job, closing)
          .then(
            () => {
              isSaid = false;
            },
            (error: unknown) => {
              if (closing.signal.aborted || isSaid) return;
              isSaid = true;
              onNote(`a job of token sources was given up: ${reasonOf(error)}`);
            },
          )
          .finally(() => {
            for (const name of names) open.delete(name);
          });
      }
    },
    close: () => closing.abort(new Error("the desk has ended")),
  };
}
