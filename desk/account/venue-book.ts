// Floor 4. What a desk keeps of its account at a venue, beside the orders and positions of its portfolio.
import type { JournalEvent } from "#schemas/journal.ts";
import { BareSince } from "./bare-since.ts";
import { Differences } from "./differences.ts";
import { DoubtTimes } from "./doubt-times.ts";

export class VenueBook {
  readonly differences = new Differences();
  readonly doubtTimes = new DoubtTimes();
  readonly bareSince = new BareSince();

  /** Events in the order of the journal. */
  take(event: JournalEvent): void {
    this.differences.take(event);
    this.doubtTimes.take(event);
  }
}
