// Floor 2, ports. Many calls of one kind → at most so many under way at once. What is answered at once makes no promise and is under way
// for no time: five hundred of these are one loop.
import type { Answered } from "#schemas/ports/work.ts";

/** In order of the items. The first error ends it; what is under way then is waited for, and nothing more is begun. */
export async function forEachBounded<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Answered<void>,
): Promise<void> {
  let next = 0;
  let failure: { readonly error: unknown } | null = null;
  const run = async (): Promise<void> => {
    while (next < items.length && failure === null) {
      const item = items[next] as T;
      next += 1;
      try {
        const working = work(item);
        if (working instanceof Promise) await working;
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, run));
  if (failure !== null) throw (failure as { readonly error: unknown }).error;
}
