// Floor 2. A REDIS_URL → the budgets of exchanges and sources that all processes on it share: of each two names that the server itself lets go, the one
// with the end of the pause, the other with the end of the last turn given. So no clock is read.
import type { VenueBudget } from "#schemas/ports/market.ts";
import { connectRedis, type RedisPlace } from "./redis-client.ts";

/** A budget that answers later than this is done without, ms: a request must not wait for it longer than for the exchange. */
const PATIENCE_MS = 1_000;

/** KEYS: pause, pace. ARGV: spacing, ms. @returns how long it rests; after how long the turn comes, ms */
const TURN = `
  local rest = redis.call("PTTL", KEYS[1])
  if rest > 0 then return {rest, 0} end
  local wait = math.max(0, redis.call("PTTL", KEYS[2]))
  local ends = wait + tonumber(ARGV[1])
  if ends > 0 then redis.call("SET", KEYS[2], "", "PX", ends) end
  return {0, wait}`;

/** KEYS: pause. ARGV: for how long, ms. */
const PAUSE = `
  local ms = tonumber(ARGV[1])
  if ms > math.max(0, redis.call("PTTL", KEYS[1])) then redis.call("SET", KEYS[1], "", "PX", ms) end`;

export interface RedisBudgetPlace extends RedisPlace {
  /** Stands before every name, so that the server may be shared. */
  readonly prefix: string;
}

/**
 * The budgets of one process, over one connection, by whose they are: an id, and the address that stands for it where it is another than
 * its own. While the server is away every process is as if it were alone; nothing fails for that. @throws ConfigError for no Redis URL
 */
export async function openRedisBudgets(
  place: RedisBudgetPlace,
  monotonicMs: () => number,
): Promise<(name: string) => VenueBudget> {
  const redis = await connectRedis(place, monotonicMs, PATIENCE_MS);
  return (name) => budgetOf(redis, place.prefix, name);
}

function budgetOf(redis: Awaited<ReturnType<typeof connectRedis>>, prefix: string, name: string): VenueBudget {
  const [pause, pace] = [`${prefix}venue-pause:${name}`, `${prefix}venue-pace:${name}`];
  return {
    async turn(spacingMs) {
      const turn = await redis.call((client) => client.eval(TURN, 2, pause, pace, Math.ceil(spacingMs)));
      const [pausedForMs = 0, waitMs = 0] = (turn ?? []) as readonly number[];
      return { pausedForMs, waitMs };
    },
    restMs: async () => Math.max(0, (await redis.call((client) => client.pttl(pause))) ?? 0),
    pause: async (forMs) => void (await redis.call((client) => client.eval(PAUSE, 1, pause, Math.ceil(forMs)))),
    close: redis.close,
  };
}
