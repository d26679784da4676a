// Floor 2. Which servers there are → what lets several processes share one Khala. Nothing heavy is loaded before it is asked
// for.
import type { Bus, HotCache } from "#schemas/ports/memory.ts";
import type { CallOptions } from "#schemas/ports/work.ts";

/** Before every name and channel on a Redis server. */
export const PREFIX = "deeptrader:";

export interface SharingSpec {
  /** Null: an embedded store, which is not shared. */
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  /** Default 3; 2 for old servers and some proxies. */
  readonly redisProtocol?: 2 | 3;
  /** Default `deeptrader:`. */
  readonly redisPrefix?: string;
  /** Never goes back; its zero is anywhere. */
  readonly monotonicMs: () => number;
}

export interface Sharing {
  readonly bus: Bus | null;
  readonly cache: HotCache | null;
  close(): Promise<void>;
}

/**
 * Redis is cache and bus where there is one, else PostgreSQL is the bus. A Redis that is down is no error.
 * @throws ConfigError for a REDIS_URL that is none; StoreError where PostgreSQL cannot be reached
 */
export async function openSharing(spec: SharingSpec, options: CallOptions): Promise<Sharing> {
  const { databaseUrl, redisUrl, monotonicMs } = spec;
  if (databaseUrl === null) return { bus: null, cache: null, close: async () => {} };
  if (redisUrl === null) {
    const { openPostgresBus } = await import("../buses/postgres-bus.ts");
    const bus = await openPostgresBus(databaseUrl, options);
    return { bus, cache: null, close: bus.close };
  }
  const { openRedisCache } = await import("./redis-cache.ts");
  const { openRedisBus } = await import("../buses/redis-bus.ts");
  const place = { url: redisUrl, protocol: spec.redisProtocol ?? 3, prefix: spec.redisPrefix ?? PREFIX };
  const [cache, bus] = await Promise.all([openRedisCache(place, monotonicMs), openRedisBus(place, monotonicMs)]);
  return {
    bus,
    cache,
    close: async () => void (await Promise.all([bus.close(), cache.close()])),
  };
}
