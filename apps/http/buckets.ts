// Floor 6. How many requests a caller may make: a bucket that refills, one a caller. Bounded in number, so that callers who change
// their names fill no memory.
import { LRUCache } from "lru-cache";

export interface BucketSize {
  /** At once. */
  readonly burst: number;
  readonly perSecond: number;
}

const MOST_CALLERS = 1_000;

/** `take(caller)`: 0, or the seconds to wait. @param monotonicMs durations only */
export function createBuckets({ burst, perSecond }: BucketSize, monotonicMs: () => number) {
  const left = new LRUCache<string, { tokens: number; atMs: number }>({ max: MOST_CALLERS });
  return {
    take(caller: string): number {
      const atMs = monotonicMs();
      const bucket = left.get(caller) ?? { tokens: burst, atMs };
      const tokens = Math.min(burst, bucket.tokens + ((atMs - bucket.atMs) / 1000) * perSecond);
      const isEnough = tokens >= 1;
      left.set(caller, { tokens: isEnough ? tokens - 1 : tokens, atMs });
      return isEnough ? 0 : Math.max(1, Math.ceil((1 - tokens) / perSecond));
    },
  };
}
