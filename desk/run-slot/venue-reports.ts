// Floor 4. Where a desk stands in the stream of its venue's reports.

import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { SalePace, SteadyBids } from "./sale-pace.ts";

/** How far the venue's reports were read in this process, and which markets it could not read at the last call. */
export interface VenueReports {
  since: string | null;
  unread: readonly string[];
  /** Through which close the stops of a market have followed its price; of a venue that does not report ranges. */
  readonly trailedMs: Map<MarketSymbol, UnixMs>;
  /** When what covers positions may be sold again, and what was bid before. */
  readonly pace: SalePace;
  readonly bids: SteadyBids;
}

export const createVenueReports = (): VenueReports => ({
  since: null,
  unread: [],
  trailedMs: new Map(),
  pace: new SalePace(),
  bids: new SteadyBids(),
});
