// Floor 3. A model call that failed for the moment → the same call again, twice at most and soon: a question waits.
import type { CallOptions } from "#schemas/ports/work.ts";

/** Waits real time, in milliseconds. @throws the signal's reason when aborted */
export type Wait = (ms: number, options: CallOptions) => Promise<void>;

/**
 * 1.5 s in all, which outlasts a hiccup. A server's Retry-After is not waited for: what it asks is often a minute, and the
 * question has a deadline of seconds and other models to go to.
 */
const RETRY_DELAYS_MS = [500, 1000];

export interface RetryParts {
  readonly wait: Wait;
  readonly signal: AbortSignal;
  /** Called as each further attempt is made. */
  readonly onRetry: () => void;
}

/** The first answer that comes; @throws what the last attempt threw, or the first if it would fail again just so. */
export async function retried<T>(ask: () => Promise<T>, { wait, signal, onRetry }: RetryParts): Promise<T> {
  for (const delayMs of RETRY_DELAYS_MS) {
    try {
      return await ask();
    } catch (error) {
      if (signal.aborted || !isRetryable(error)) throw error;
      await wait(delayMs, { signal });
      onRetry();
    }
  }
  return ask();
}

/** The AI SDK says so of its own errors: no connection, HTTP 408, 409, 429 and 5xx. */
const isRetryable = (error: unknown): boolean =>
  error instanceof Error && "isRetryable" in error && error.isRetryable === true;
