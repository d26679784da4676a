// Floor 6. "Too many requests" → how long a service is asked nothing: kept in one place for all calls to it.
import { ProviderError } from "#schemas/errors.ts";

/** Longer rests are asked for by mistake; so long at most nothing is sent. */
const MOST_REST_MS = 3_600_000;

export class Rest {
  readonly #now: () => number;
  #untilMs = 0;

  /** @param now epoch ms of this machine */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The service wants to be left alone for so long from now. */
  take(ms: number): void {
    if (!Number.isFinite(ms) || ms <= 0) return;
    this.#untilMs = Math.max(this.#untilMs, this.#now() + Math.min(ms, MOST_REST_MS));
  }

  /** 0: it may be asked. */
  leftMs(): number {
    return Math.max(0, this.#untilMs - this.#now());
  }

  /** @throws ProviderError while it rests */
  throwIfResting(host: string): void {
    const leftMs = this.leftMs();
    if (leftMs === 0) return;
    throw new ProviderError({
      was: `${host} wants to be left alone for ${Math.ceil(leftMs / 1000)} s more.`,
      remedy: "It is sent again after that.",
    });
  }
}
