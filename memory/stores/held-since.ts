// Floor 2. When this process last knew its account to be its own → how long it may act on that.
import type { OpenAccountOptions } from "#schemas/ports/trading.ts";
import { ACTS_FOR_MS } from "./account-claim.ts";

type Clocks = Pick<OpenAccountOptions, "now" | "monotonicMs">;
interface Moment {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

export class HeldSince {
  readonly #clocks: Clocks;
  #confirmed: Moment | null = null;

  constructor(clocks: Clocks) {
    this.#clocks = clocks;
  }

  /** To be taken before the store is asked, and given to `confirm` once it has said yes. */
  moment(): Moment {
    return { wallMs: this.#clocks.now(), monotonicMs: this.#clocks.monotonicMs() };
  }

  confirm(asked: Moment): void {
    this.#confirmed = asked;
  }

  end(): void {
    this.#confirmed = null;
  }

  /** As `AccountWriter.leftMs`. */
  leftMs(): number {
    if (this.#confirmed === null) return Number.NEGATIVE_INFINITY;
    const now = this.moment();
    // The one clock stands still while the machine sleeps, the other is set: whichever has gone further.
    const ageMs = Math.max(now.wallMs - this.#confirmed.wallMs, now.monotonicMs - this.#confirmed.monotonicMs);
    return ACTS_FOR_MS - ageMs;
  }
}
