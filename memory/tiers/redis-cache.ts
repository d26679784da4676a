// Floor 2. The HotCache port on Redis: texts by name, shared by every process that has the same REDIS_URL.
import type { HotCache } from "#schemas/ports/memory.ts";
import { connectRedis, type RedisPlace } from "./redis-client.ts";

/** How many names a step of `purge` looks at. */
const SCAN_COUNT = 500;

export interface RedisCachePlace extends RedisPlace {
  /** Stands before every name, so that the server may be shared. */
  readonly prefix: string;
}

/** @throws ConfigError for something that is no Redis URL; a server that is down is no error */
export async function openRedisCache(place: RedisCachePlace, monotonicMs: () => number): Promise<HotCache> {
  const redis = await connectRedis(place, monotonicMs);
  const full = (name: string) => place.prefix + name;
  return {
    async getMany(names) {
      if (names.length === 0) return [];
      const found = await redis.call((client) => client.mget(names.map(full)));
      return names.map((_, index) => found?.[index] ?? undefined);
    },

    async setMany(entries, ttlMs) {
      if (entries.length === 0) return;
      await redis.call(async (client) => {
        const pipeline = client.pipeline();
        for (const [name, body] of entries) pipeline.set(full(name), body, "PX", ttlMs);
        for (const [error] of (await pipeline.exec()) ?? []) if (error !== null) throw error;
      });
    },

    async purge() {
      let gone = 0;
      let cursor = "0";
      do {
        const page = await redis.call(async (client) => {
          const [next, names] = await client.scan(
            cursor,
            "MATCH",
            `${globLiteral(place.prefix)}*`,
            "COUNT",
            SCAN_COUNT,
          );
          return { next, unlinked: names.length === 0 ? 0 : await client.unlink(names) };
        });
        gone += page?.unlinked ?? 0;
        cursor = page?.next ?? "0";
      } while (cursor !== "0");
      return gone;
    },

    fault: redis.fault,
    close: redis.close,
  };
}

const globLiteral = (text: string): string => text.replace(/[\\*?[\]]/g, "\\$&");
