// Floor 6. Which venue → what stands at the ports on its side. Each is imported when it is chosen.
import type { DeskConfig } from "#schemas/config.ts";
import { fitsPattern } from "#schemas/market-patterns.ts";
import type { StrategyHost } from "#toolkits/strategies/host.ts";
import type { Venue, VenueOptions } from "./venues/venue.ts";

/** @throws UnknownNameError for a venue that does not exist; DataFolderError, DataFormatError for a replay folder */
export async function openVenue(config: DeskConfig, options: VenueOptions): Promise<Venue> {
  const { openStrategies } = await import("./strategies.ts");
  const venue = await venueOf(config, options.hosts ?? (await openStrategies(config, options)), options);
  return { ...venue, notes: [...venue.notes, ...patternNotes(config, venue), ...unreadFolder(config)] };
}

async function venueOf(config: DeskConfig, hosts: readonly StrategyHost[], options: VenueOptions): Promise<Venue> {
  switch (config.venue) {
    case "sim":
      return (await import("./venues/simulated.ts")).simulatedVenue(config, hosts, options);
    case "replay":
      return (await import("./venues/replay.ts")).replayVenue(config, hosts, options);
    default:
      return (await import("./venues/exchange.ts")).exchangeVenue(config, hosts, options);
  }
}

/** Such a pattern is a slip of the hand: without a word of it the desk would stand idle. To exclude what is not there is no harm. */
const patternNotes = ({ markets: { include } }: DeskConfig, { markets, marketData }: Venue): readonly string[] =>
  include
    .filter((pattern) => markets.size > 0 && ![...markets.keys()].some((symbol) => fitsPattern(pattern, symbol)))
    .map((pattern) => `markets.include ${pattern} fits no market of ${marketData.venue}`);

const unreadFolder = ({ venue, dataDir }: DeskConfig): readonly string[] =>
  dataDir === null || venue === "replay" ? [] : [`--data ${dataDir} is not read: that takes --venue replay`];
