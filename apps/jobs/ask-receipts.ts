// Floor 6. A desk's nightly receipt → a job for a worker. Where none makes it in time, the desk makes it itself.

import type { ReceiptElsewhere } from "#desk/receipt/nightly.ts";
import { reasonOf } from "#memory/queues/job-terms.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { JobUntakenError } from "#schemas/errors.ts";
import type { JobQueue } from "#schemas/ports/jobs.ts";
import type { Clock } from "#schemas/ports/market.ts";
import { MINUTE_MS } from "#schemas/units.ts";
import type { BenchWorld } from "../research/bench-messages.ts";
import { ReceiptResult, receiptJob } from "./receipt-job.ts";

/** A night is long, and a receipt is not urgent; but a worker that is not there must not cost the day its receipt. */
const WITHIN_MS = 10 * MINUTE_MS;
/** Other desks' receipts come first; one that nobody has begun after that is the desk's own. */
const TAKER_WITHIN_MS = MINUTE_MS;

export interface ReceiptAskerParts {
  readonly queue: Pick<JobQueue, "run">;
  readonly config: DeskConfig;
  readonly world: BenchWorld;
  readonly owner: string;
  readonly clock: Pick<Clock, "now" | "sleep">;
  readonly onNote: (text: string) => void;
}

export const createReceiptAsker =
  ({ queue, config, world, owner, clock, onNote }: ReceiptAskerParts): ReceiptElsewhere =>
  async (dayMs, { signal }) => {
    const late = new AbortController();
    const over = new AbortController();
    clock.sleep(WITHIN_MS, over).then(
      () => late.abort(new Error("no worker made it in time")),
      () => {},
    );
    try {
      const job = receiptJob({ config, world, dayMs }, clock.now(), owner);
      const given = { signal: AbortSignal.any([signal, late.signal]), takerWithinMs: TAKER_WITHIN_MS };
      const result = ReceiptResult.parse(await queue.run(job, given));
      if ("summary" in result) return result.summary;
      onNote(`a worker left the receipt to this desk: ${result.left}`);
    } catch (error) {
      const isOwn = signal.aborted || late.signal.aborted || error instanceof JobUntakenError;
      if (!isOwn) onNote(`a receipt was given up by workers: ${reasonOf(error)}`);
    } finally {
      over.abort();
    }
    return null;
  };
