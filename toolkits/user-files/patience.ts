// Floor 2. How long a thread is waited for: so long of the wall clock, and longer where the machine gave it no processor.
import type { UserThread } from "./thread.ts";

/** A thread that got no processor is waited for so many deadlines. */
const STARVED_DEADLINES = 10;

export class Patience {
  readonly #thread: UserThread;
  readonly #deadlineMs: number;
  #waitedMs = 0;
  /** Processor time that the thread had used when it was looked at first; null: it was not yet. */
  #cpuMs: number | null = null;

  constructor(thread: UserThread, deadlineMs: number) {
    this.#thread = thread;
    this.#deadlineMs = deadlineMs;
  }

  /** It gave a sign of life. */
  renew(): void {
    this.#waitedMs = 0;
    this.#cpuMs = null;
  }

  /** Whether it has taken too long, after another `stepMs` without a sign of life. */
  async isOver(stepMs: number): Promise<boolean> {
    this.#waitedMs += stepMs;
    const usedMs = await this.#thread.cpuMs().catch(() => null);
    this.#cpuMs ??= usedMs;
    if (this.#waitedMs < this.#deadlineMs) return false;
    const isStarved = usedMs !== null && usedMs - (this.#cpuMs ?? 0) < (this.#deadlineMs - stepMs) / 2;
    return !isStarved || this.#waitedMs >= STARVED_DEADLINES * this.#deadlineMs;
  }
}
