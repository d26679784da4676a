// Floor 6. The bench of a configuration: threads, one a core, each of which opens its venue and strategies once, for as many runs as are
// wanted.
import { availableParallelism } from "node:os";
import { createLocalBench, type ResearchBench } from "#scheduler/research/research-bench.ts";
import { UsageError } from "#schemas/errors.ts";
import { isStrategyFile } from "#toolkits/strategies/registry.ts";
import type { Call } from "../own-command.ts";
import { openVenueWithNotes } from "../reach-desk.ts";
import { standBack } from "../stand-back.ts";
import type { Venue } from "../venues/venue.ts";
import { worldOf } from "./bench-messages.ts";
import { createThreadBench } from "./thread-bench.ts";

export interface OpenBench {
  /** To be closed: its threads hold the process. */
  readonly bench: ResearchBench;
  /** As it is in this process: for its markets, times and notes. */
  readonly venue: Venue;
}

/**
 * Takes `--cores N` and `--workers` from the call, where its command has them. Strategies from files run in threads of their own, whatever
 * the cores; an exchange is asked by one of them, and by no worker of another machine.
 * @throws UnknownNameError, StrategyError, DataFolderError, DataFormatError, ConfigError as `backtest` does; UsageError
 */
export async function openBench(call: Call): Promise<OpenBench> {
  const { config } = call.options;
  const cores = coresOf(call.input.flags["cores"]);
  const venue = await openVenueWithNotes(call);
  if (call.input.flags["workers"] === true) return { bench: await benchOfWorkers(call, venue), venue };
  standBack();
  const lanes = venue.exchange === undefined ? cores : 1;
  const isHere = lanes === 1 && !config.strategies.some(({ use }) => isStrategyFile(use));
  const bench = isHere
    ? createLocalBench({ config, venue })
    : createThreadBench({ config, lanes, onOutput: call.io.note });
  return { bench, venue };
}

async function benchOfWorkers({ options: { config }, io, signal }: Call, venue: Venue): Promise<ResearchBench> {
  if (venue.exchange !== undefined) {
    throw new UsageError({
      was: `--workers with the exchange ${config.venue}.`,
      expected: "candles that every worker has: --venue replay, or sim",
      remedy: "Download them first: `deeptrader data download`.",
    });
  }
  const { openQueue } = await import("../jobs/open-queue.ts");
  const { createJobBench } = await import("../jobs/job-bench.ts");
  const queue = await openQueue(config, io.note);
  const { roles } = await queue.overview({ signal });
  const workers = roles.find(({ role }) => role === "research")?.workers ?? [];
  io.note(
    workers.length === 0
      ? "no worker is there: start `deeptrader worker`, here or on another machine; until then the runs wait"
      : `on ${workers.length === 1 ? "1 worker" : `${workers.length} workers`}: ${workers.join(", ")}`,
  );
  return createJobBench(queue, config, worldOf(venue));
}

/** All that there are, unless fewer are asked for. */
function coresOf(given: unknown): number {
  const most = availableParallelism();
  if (given === undefined) return most;
  const cores = Number(given);
  if (Number.isInteger(cores) && cores >= 1 && cores <= 1024) return cores;
  throw new UsageError({
    was: `--cores ${String(given)}.`,
    expected: "a whole number from 1 to 1024",
    remedy: `Leave it out for all ${most} of this machine.`,
  });
}
