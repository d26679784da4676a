// Floor 4. Where a desk stands in the stream of its venue's reports.

/** How far the venue's reports were read in this process, and which markets it could not read at the last call. */
export interface VenueReports {
  since: string | null;
  unread: readonly string[];
}

export const createVenueReports = (): VenueReports => ({ since: null, unread: [] });
