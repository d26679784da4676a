// Floor 4. Where a desk stands in the stream of its venue's reports.
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";

/** How far the venue's reports were read in this process, and which markets it could not read at the last call. */
export interface VenueReports {
  since: string | null;
  unread: readonly string[];
  /** Through which close the stops of a market have followed its price; of a venue that does not report ranges. */
  readonly trailedMs: Map<MarketSymbol, UnixMs>;
}

export const createVenueReports = (): VenueReports => ({ since: null, unread: [], trailedMs: new Map() });
