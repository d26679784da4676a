// Floor 4. The journal's events → the price watches that wait: a fold, so that a desk that was killed forgets none and tells
// none twice.
import type { JournalEvent } from "#schemas/journal.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import type { StandingWatch } from "#schemas/watch.ts";

export class PriceWatches {
  readonly #standing = new Map<string, StandingWatch>();
  #made = 0;

  /** Events in the order of the journal. */
  take(event: JournalEvent): void {
    if (event.type !== "price-watch") return;
    const { watchId, state, watch, by, atMs } = event;
    if (state !== "added") {
      this.#standing.delete(watchId);
      return;
    }
    this.#standing.set(watchId, { watchId, watch, by, atMs });
    this.#made += 1;
  }

  /** In the order in which they were set. */
  standing(): readonly StandingWatch[] {
    return [...this.#standing.values()];
  }

  get(watchId: string): StandingWatch | null {
    return this.#standing.get(watchId) ?? null;
  }

  /** Of the next one. */
  nextId(): string {
    return `w${this.#made + 1}`;
  }

  /** Markets that must be read for them. */
  symbols(): ReadonlySet<MarketSymbol> {
    return new Set(this.standing().map(({ watch }) => watch.symbol));
  }
}
