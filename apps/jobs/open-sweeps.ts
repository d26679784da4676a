// Floor 6. Settings → the way to have workers read the candles of each close beside the desk, and ask token sources.
import type { ReceiptElsewhere } from "#desk/receipt/nightly.ts";
import { monotonicMs, systemClock } from "#scheduler/clock.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { StoreError } from "#schemas/errors.ts";
import type { JobQueue } from "#schemas/ports/jobs.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { BenchWorld } from "../research/bench-messages.ts";
import { createReceiptAsker } from "./ask-receipts.ts";
import { createSecurityAsker, type SecurityAsker } from "./ask-security.ts";
import { createSweepAsker, type SweepAsker } from "./ask-sweeps.ts";
import { addressOfWorker } from "./open-queue.ts";

export interface Sweeps extends Pick<SweepAsker, "ask"> {
  /** Network addresses that candles are read from, this desk's with them. */
  readonly addresses: number;
  readonly askSecurity: SecurityAsker["ask"];
  readonly receiptsOf: (world: BenchWorld) => ReceiptElsewhere;
  /** Takes back what nobody has begun. */
  close(): void;
}

export interface SweepsParts {
  readonly config: DeskConfig;
  readonly queue: JobQueue;
  /** Whose jobs they are. */
  readonly owner: string;
  readonly onNote: (text: string) => void;
}

/** Looks for workers, and says who they are. */
export async function openSweeps({ config, queue, owner, onNote }: SweepsParts, options: CallOptions): Promise<Sweeps> {
  const workers = await sweepers(queue, onNote, options);
  const others = new Set(workers.map(addressOfWorker));
  others.delete(config.address);
  if (workers.length > 0 && others.size === 0)
    onNote(
      "they count as the address of this desk: name theirs with --address (docs/scaling.md), else they read nothing sooner",
    );
  const asker = createSweepAsker({ queue, venue: config, owner, onNote });
  const security = createSecurityAsker({ queue, owner, clock: systemClock(), monotonicMs, onNote });
  return {
    ask: asker.ask,
    askSecurity: security.ask,
    receiptsOf: (world) => createReceiptAsker({ queue, config, world, owner, clock: systemClock(), onNote }),
    addresses: 1 + others.size,
    close: () => {
      asker.close();
      security.close();
    },
  };
}

/** A Redis that is away keeps no desk from trading: it reads by itself meanwhile. */
async function sweepers(queue: JobQueue, onNote: (text: string) => void, options: CallOptions) {
  try {
    const { roles } = await queue.overview(options);
    const workers = roles.find(({ role }) => role === "sweep")?.workers ?? [];
    onNote(
      workers.length === 0
        ? "no worker for sweeps is there: start `deeptrader worker` with the same DATABASE_URL; until then this desk reads by itself"
        : `candles are read by this desk and ${workers.length === 1 ? "1 worker" : `${workers.length} workers`}: ${workers.join(", ")}`,
    );
    return workers;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    onNote(`${error.message} Until then this desk reads by itself.`);
    return [];
  }
}
