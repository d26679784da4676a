// Floor 4. Markets that give nothing, slot after slot, while others answer → asked beside the slots, so that no slot waits for a
// market that has died at a venue that goes on naming it.
import type { SweepOutcomes } from "#agents/market-analyst/sleep-time.ts";
import type { MarketSymbol } from "#schemas/units.ts";

/** Slots in a row without an answer; a shorter silence may be the venue's. */
const GIVEN_UP_AFTER = 2;

export class SilentMarkets {
  readonly #slots = new Map<MarketSymbol, number>();
  readonly #asked = new Set<MarketSymbol>();

  /** True: it is read in no slot until it has answered. */
  readonly has = (symbol: MarketSymbol): boolean => (this.#slots.get(symbol) ?? 0) >= GIVEN_UP_AFTER;

  /** What a slot has got of each market it asked. Where nothing answered, the venue is silent and no market is. */
  note(outcomes: SweepOutcomes): void {
    const answered = [...outcomes.values()].some(({ status }) => status === "analysed");
    if (!answered) return;
    for (const [symbol, outcome] of outcomes) {
      if (this.has(symbol)) continue;
      if (outcome.status === "failed" && outcome.again) this.#slots.set(symbol, (this.#slots.get(symbol) ?? 0) + 1);
      else this.#slots.delete(symbol);
    }
  }

  /** Asks once at a time, and is not waited for; what answers is read again from the next slot on. */
  askBeside(symbol: MarketSymbol, read: () => Promise<unknown>): void {
    if (this.#asked.has(symbol)) return;
    this.#asked.add(symbol);
    read()
      .then(
        () => void this.#slots.delete(symbol),
        // As silent as before; a fault that concerns the desk is met by the markets that are read.
        () => {},
      )
      .finally(() => void this.#asked.delete(symbol));
  }
}
