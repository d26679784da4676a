// Floor 4. Triggers of thinking → one run at a time. What was triggered twice is thought about once; what has changed while a
// run was thinking is thought about once more.
import PQueue from "p-queue";

export interface ThinkingRuns {
  /**
   * Runs the work, now or after what is under way. Work of the same key that still waits is shared. While it runs: `share`
   * (the default) shares it too, `again` has it run once more.
   */
  run<T>(key: string, work: () => Promise<T>, whileRunning?: "share" | "again"): Promise<T>;
  /** Resolves when nothing runs and nothing waits. Never rejects. */
  idle(): Promise<void>;
}

export function createThinkingRuns(): ThinkingRuns {
  const queue = new PQueue({ concurrency: 1 });
  // Under one key there is one kind of result.
  const waiting = new Map<string, Promise<unknown>>();
  const running = new Map<string, Promise<unknown>>();
  return {
    run<T>(key: string, work: () => Promise<T>, whileRunning: "share" | "again" = "share"): Promise<T> {
      const known = waiting.get(key) ?? (whileRunning === "share" ? running.get(key) : undefined);
      if (known !== undefined) return known as Promise<T>;
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      waiting.set(key, promise);
      // Never rejects: its failure is the promise's.
      void queue.add(async () => {
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
    idle: () => queue.onIdle(),
  };
}
