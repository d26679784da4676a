// A Redis for the slow tests: the one that runs, under a prefix of one's own.
import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";

/** A server on which the test may write names of its own. */
export const REDIS_URL = process.env["DEEPTRADER_TEST_REDIS_URL"] ?? "redis://127.0.0.1:6379";

/** A prefix that nobody else has. */
export const freshPrefix = (): string => `deeptrader-test-${randomUUID()}:`;

/** Null where it can be used, else why not. */
export async function whyNoRedis(): Promise<string | null> {
  const redis = new Redis(REDIS_URL, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
  let why = "no answer";
  redis.on("error", (error: NodeJS.ErrnoException) => {
    why = error.message || String(error.code);
  });
  try {
    await redis.connect();
    await redis.ping();
    return null;
  } catch {
    return why;
  } finally {
    redis.disconnect();
  }
}
