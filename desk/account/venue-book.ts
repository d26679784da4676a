// Floor 4. What a desk keeps of its account at a venue, beside the orders and positions of its portfolio.
import type { JournalEvent } from "#schemas/journal.ts";
import { OrderCosts } from "#toolkits/execution/slippage.ts";
import { BareSince } from "./bare-since.ts";
import { Differences } from "./differences.ts";
import { DoubtTimes } from "./doubt-times.ts";

export class VenueBook {
  readonly differences = new Differences();
  readonly doubtTimes = new DoubtTimes();
  readonly bareSince = new BareSince();
  /** Of a live run alone: on paper no order goes to a venue. */
  readonly orderCosts = new OrderCosts();
  readonly #isLive: boolean;

  constructor({ mode }: { readonly mode: "paper" | "live" }) {
    this.#isLive = mode === "live";
  }

  /** Events in the order of the journal. */
  take(event: JournalEvent): void {
    this.differences.take(event);
    this.doubtTimes.take(event);
    if (this.#isLive) this.orderCosts.take(event);
  }
}
