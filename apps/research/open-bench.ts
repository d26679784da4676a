// Floor 6. The bench of a configuration: opens its venue and strategies once, for as many runs as are wanted.
import { createLocalBench, type ResearchBench } from "#scheduler/research/research-bench.ts";
import type { Call } from "../own-command.ts";
import { openVenueWithNotes } from "../reach-desk.ts";
import type { Venue } from "../venues.ts";

export interface OpenBench {
  readonly bench: ResearchBench;
  /** As it is in this process: for its markets, times and notes. */
  readonly venue: Venue;
}

/** @throws UnknownNameError, StrategyError, DataFolderError, DataFormatError, ConfigError as `backtest` does */
export async function openBench(call: Call): Promise<OpenBench> {
  const venue = await openVenueWithNotes(call);
  return { bench: createLocalBench({ config: call.options.config, venue }), venue };
}
