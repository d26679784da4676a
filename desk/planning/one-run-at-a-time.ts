// Floor 4. Triggers of thought → one pass at a time. What was triggered twice is thought about once; what has changed while a
// pass was thinking is thought about once more.

export interface Passes {
  /**
   * Runs the work, now or after what is under way. Whoever comes with the same key while it waits shares its run. While it
   * runs: `share` (the default) does so too, `again` has it run once more.
   */
  run<T>(key: string, work: () => Promise<T>, whileRunning?: "share" | "again"): Promise<T>;
  /** Resolves when nothing runs and nothing waits. Never rejects. */
  idle(): Promise<void>;
}

export function createPasses(): Passes {
  // Under one key there is one kind of result.
  const waiting = new Map<string, Promise<unknown>>();
  const running = new Map<string, Promise<unknown>>();
  let tail: Promise<unknown> = Promise.resolve();
  return {
    run<T>(key: string, work: () => Promise<T>, whileRunning: "share" | "again" = "share"): Promise<T> {
      const known = waiting.get(key) ?? (whileRunning === "share" ? running.get(key) : undefined);
      if (known !== undefined) return known as Promise<T>;
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      waiting.set(key, promise);
      tail = tail.then(async () => {
        waiting.delete(key);
        running.set(key, promise);
        try {
          resolve(await work());
        } catch (error) {
          reject(error);
        } finally {
          running.delete(key);
        }
      });
      return promise;
    },
    async idle() {
      while (waiting.size + running.size > 0) await tail;
    },
  };
}
