// Floor 6. The bench of a configuration: threads, one a core, each of which opens its venue and strategies once, for as many runs as are
// wanted.
import { availableParallelism } from "node:os";
import { createLocalBench, type ResearchBench } from "#scheduler/research/research-bench.ts";
import { UsageError } from "#schemas/errors.ts";
import { isStrategyFile } from "#toolkits/strategies/registry.ts";
import type { Call } from "../own-command.ts";
import { openVenueWithNotes } from "../reach-desk.ts";
import type { Venue } from "../venues.ts";
import { createThreadBench } from "./thread-bench.ts";

export interface OpenBench {
  /** To be closed: its threads hold the process. */
  readonly bench: ResearchBench;
  /** As it is in this process: for its markets, times and notes. */
  readonly venue: Venue;
}

/**
 * Takes `--cores N` from the call, where its command has it. Strategies from files run in threads of their own, whatever the cores; an
 * exchange is asked by one of them.
 * @throws UnknownNameError, StrategyError, DataFolderError, DataFormatError, ConfigError as `backtest` does; UsageError
 */
export async function openBench(call: Call): Promise<OpenBench> {
  const { config } = call.options;
  const cores = coresOf(call.input.flags["cores"]);
  const venue = await openVenueWithNotes(call);
  const lanes = venue.exchange === undefined ? cores : 1;
  const isHere = lanes === 1 && !config.strategies.some(({ use }) => isStrategyFile(use));
  const bench = isHere
    ? createLocalBench({ config, venue })
    : createThreadBench({ config, lanes, onOutput: call.io.note });
  return { bench, venue };
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
