// Floor 2. A Redis URL → a client that costs a caller 150 ms at the very most, once: when the server fails, calls are left
// out at once until it has answered a probe that no caller waits for.
import { Redis } from "ioredis";
import { untilAborted } from "#schemas/abort.ts";
import { ConfigError } from "#schemas/errors.ts";
import { rootMessage } from "../stores/guard.ts";

/** A command that has no answer after this long has failed, ms, unless its caller has more patience. */
const COMMAND_TIMEOUT_MS = 150;
const CONNECT_TIMEOUT_MS = 1000;
/** How long after a failure the server is not even probed, ms. */
const PROBE_AFTER_MS = 250;
const RECONNECT_FROM_MS = 50;
const RECONNECT_UP_TO_MS = 1000;

export interface RedisPlace {
  readonly url: string;
  /** The wire protocol; 2 for old servers and some proxies. */
  readonly protocol: 2 | 3;
}

/** What both kinds of connection share. @throws ConfigError for something that is no Redis URL */
export function redisOptions({ url, protocol }: RedisPlace) {
  const scheme = URL.canParse(url) ? new URL(url).protocol : "";
  if (scheme !== "redis:" && scheme !== "rediss:") {
    throw new ConfigError({
      was: "REDIS_URL is not the URL of a Redis server.",
      expected: "redis://[USER:PASSWORD@]HOST[:PORT][/DB], or rediss:// with TLS",
      remedy: "Correct it, or unset it to do without the shared cache.",
    });
  }
  return {
    protocol,
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: (times: number) => Math.min(RECONNECT_FROM_MS * 2 ** Math.min(times, 10), RECONNECT_UP_TO_MS),
  };
}

/** Waits for the first connection, for so long; the client goes on trying by itself. */
export const connectOnce = (redis: Redis): Promise<void> =>
  untilAborted(redis.connect(), AbortSignal.timeout(CONNECT_TIMEOUT_MS));

/**
 * Connects, and goes on without where that fails: a cache that is down is no error.
 * @throws ConfigError
 */
export async function connectRedis(
  place: RedisPlace,
  monotonicMs: () => number,
  commandTimeoutMs = COMMAND_TIMEOUT_MS,
) {
  const redis = new Redis(place.url, {
    ...redisOptions(place),
    commandTimeout: commandTimeoutMs,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    enableAutoPipelining: true,
  });
  let failure: { readonly text: string; readonly atMs: number } | null = null;
  let probing = false;

  const fail = (error: unknown) => {
    failure = { text: rootMessage(error), atMs: monotonicMs() };
  };
  redis.on("error", fail);
  redis.on("close", () => fail(new Error("the connection was closed")));
  redis.on("ready", () => {
    failure = null;
  });

  const probe = async () => {
    if (probing || redis.status !== "ready") return;
    probing = true;
    try {
      await redis.ping();
      failure = null;
    } catch (error) {
      fail(error);
    } finally {
      probing = false;
    }
  };

  await connectOnce(redis).catch(fail);
  return {
    /** The outcome of the work, or undefined where the server fails; never throws, never waits for a reconnection. */
    async call<T>(work: (redis: Redis) => Promise<T>): Promise<T | undefined> {
      if (failure !== null) {
        if (monotonicMs() - failure.atMs >= PROBE_AFTER_MS) void probe();
        return undefined;
      }
      try {
        return await work(redis);
      } catch (error) {
        fail(error);
        return undefined;
      }
    },
    /** Null where it works, else what is wrong, without secrets. */
    fault: (): string | null => failure?.text ?? null,
    async close(): Promise<void> {
      redis.disconnect();
    },
  };
}
