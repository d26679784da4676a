// Floor 2, live execution. One request at a time: those that are urgent first, the others as they came.

interface Waiting {
  readonly urgent: boolean;
  readonly start: () => void;
}

export class Turns {
  readonly #waiting: Waiting[] = [];
  #isTaken = false;

  /** @returns what ends the turn, to be called once @throws the signal's reason, without a turn, where the caller went away */
  async take(urgent: boolean, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#isTaken) await this.#wait(urgent, signal);
    this.#isTaken = true;
    return () => {
      this.#isTaken = false;
      this.#next();
    };
  }

  #wait(urgent: boolean, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = (): void => {
      const at = this.#waiting.indexOf(waiting);
      if (at !== -1) this.#waiting.splice(at, 1);
      reject(signal.reason);
    };
    const start = (): void => {
      signal.removeEventListener("abort", leave);
      // Taken here already, so that nobody comes in between before the waiter goes on.
      this.#isTaken = true;
      resolve();
    };
    const waiting: Waiting = { urgent, start };
    this.#waiting.push(waiting);
    signal.addEventListener("abort", leave, { once: true });
    return promise;
  }

  #next(): void {
    const at = Math.max(
      0,
      this.#waiting.findIndex(({ urgent }) => urgent),
    );
    const [next] = this.#waiting.splice(at, 1);
    next?.start();
  }
}
