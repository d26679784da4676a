// Floor 2. Where jobs lie on a Redis server: names, and connections as BullMQ needs them.
import { Redis } from "ioredis";
import type { JobRole } from "#schemas/ports/jobs.ts";
import { type RedisPlace, redisOptions } from "../tiers/redis-client.ts";

/** Not under the cache's prefix: what purges the cache must not lose jobs. */
export const JOBS_PREFIX = "deeptrader-jobs";
/** A command without an answer has failed, ms. */
const COMMAND_TIMEOUT_MS = 2_000;
/**
 * A connection on which nothing comes for so long is made anew, ms: a network that is cut says nothing. Longer than a worker waits for a
 * job in one command.
 */
const SILENT_FOR_MS = 15_000;
/** How long a worker that is idle waits for a job in one command, s. */
export const DRAIN_DELAY_S = 5;

export interface JobsPlace extends Pick<RedisPlace, "url"> {
  /** Default `deeptrader-jobs`. */
  readonly prefix?: string;
  /** Of the product. Jobs are taken by workers of the same version only: another one might come to another result. */
  readonly version: string;
}

export const prefixOf = ({ prefix = JOBS_PREFIX }: JobsPlace): string => prefix;
export const queueNameOf = (role: JobRole, version: string): string => `${role}-${version}`;
export const resultKeyOf = (place: JobsPlace, id: string): string => `${prefixOf(place)}:result:${id}`;
export const cancelChannelOf = (place: JobsPlace): string => `${prefixOf(place)}:cancel`;

/** What a worker's connection is called, without the blanks that the server does not take. */
export const workerClientName = (place: JobsPlace, role: JobRole, name: string): string =>
  `${workersOf(place, role)}${encodeURIComponent(name)}`;

/** Names in the server's list of connections → the workers of a role among them, as they call themselves. */
export const workersAmong = (place: JobsPlace, role: JobRole, clients: string): readonly string[] =>
  [...clients.matchAll(/ name=(\S+)/g)]
    .flatMap(([, name = ""]) => (name.startsWith(workersOf(place, role)) ? [name] : []))
    .map((name) => decodeURIComponent(name.slice(workersOf(place, role).length)))
    .sort();

const workersOf = (place: JobsPlace, role: JobRole): string =>
  `${prefixOf(place)}:${queueNameOf(role, place.version)}:worker:`;

/**
 * For questions that somebody waits for: it fails soon, and never waits for a server that is away. Not with ioredis' automatic pipelines:
 * beside BullMQ's transactions they lose count of the answers, and end the process. @throws ConfigError
 */
export const askingClient = (place: JobsPlace): Redis =>
  quiet(
    new Redis(place.url, {
      ...redisOptions({ url: place.url, protocol: 2 }),
      commandTimeout: COMMAND_TIMEOUT_MS,
      maxRetriesPerRequest: 1,
      enableOfflineQueue: false,
    }),
  );

/** For what waits until something comes, however long the server is away. @param named as the server lists it @throws ConfigError */
export const waitingClient = (place: JobsPlace, named?: string): Redis =>
  tellingEnds(
    quiet(
      new Redis(place.url, {
        ...redisOptions({ url: place.url, protocol: 2 }),
        ...(named === undefined ? {} : { connectionName: named }),
        maxRetriesPerRequest: null,
        socketTimeout: SILENT_FOR_MS,
      }),
    ),
  );

/** Its end is told also between two tries to reach a server: there ioredis ends without a word, and BullMQ waits for it for ever. */
function tellingEnds(redis: Redis): Redis {
  const disconnect = redis.disconnect.bind(redis);
  const duplicate = redis.duplicate.bind(redis);
  redis.disconnect = (reconnect = false) => {
    // Nothing is open then, as before the first try, of which the end is told.
    if (redis.status === "reconnecting" && !reconnect) redis.status = "wait";
    disconnect(reconnect);
  };
  redis.duplicate = (override) => tellingEnds(duplicate(override));
  return redis;
}

/** Who calls is told; a connection that is lost is made again by itself. */
function quiet(redis: Redis): Redis {
  redis.on("error", () => {});
  return redis;
}
