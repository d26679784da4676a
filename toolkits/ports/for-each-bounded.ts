// Floor 2, ports. Many calls of one kind → at most so many under way at once.
import PQueue from "p-queue";

/** In order of the items. The first error ends it; what is under way then is waited for, and nothing more is begun. */
export async function forEachBounded<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = new PQueue({ concurrency: limit });
  const step = (item: T) => async (): Promise<void> => {
    try {
      await work(item);
    } catch (error) {
      // Here, since the next item is begun before a rejection of add() is handled.
      queue.clear();
      throw error;
    }
  };
  try {
    await queue.addAll(items.map(step));
  } finally {
    await queue.onIdle();
  }
}
