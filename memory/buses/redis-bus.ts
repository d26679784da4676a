// Floor 2. The Bus port on Redis publish/subscribe.
import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import type { Bus } from "#schemas/ports/memory.ts";
import { rootMessage } from "../stores/guard.ts";
import type { RedisCachePlace } from "../tiers/redis-cache.ts";
import { connectOnce, connectRedis, redisOptions } from "../tiers/redis-client.ts";
import { CHANNEL, decodeHint, encodeHint } from "./hint-text.ts";
import { createListeners } from "./listeners.ts";

/** Connects in the background where the server is down. @throws ConfigError for something that is no Redis URL */
export async function openRedisBus(place: RedisCachePlace, monotonicMs: () => number): Promise<Bus> {
  const self = randomUUID();
  const channel = place.prefix + CHANNEL;
  const { subscribe, tell } = createListeners();
  // A connection that subscribes can do little else, and must wait out any absence of the server.
  const subscriber = new Redis(place.url, {
    ...redisOptions(place),
    maxRetriesPerRequest: null,
    // Done here, to know when hints arrive again.
    autoResubscribe: false,
  });
  let fault: string | null = null;
  const fail = (error: unknown) => {
    fault = rootMessage(error);
  };
  const listen = async () => {
    try {
      await subscriber.subscribe(channel);
      fault = null;
      // Hints sent while none listened are lost.
      tell({ kind: "everything" });
    } catch (error) {
      fail(error);
    }
  };
  let listening: Promise<void> | undefined;
  subscriber.on("error", fail);
  subscriber.on("close", () => fail(new Error("the connection was closed")));
  subscriber.on("ready", () => {
    listening = listen();
  });
  subscriber.on("message", (_channel, text) => {
    const hint = decodeHint(self, text);
    if (hint !== null) tell(hint);
  });
  const [publisher] = await Promise.all([connectRedis(place, monotonicMs), connectOnce(subscriber).catch(fail)]);
  await listening;

  return {
    async publish(hint) {
      await publisher.call((client) => client.publish(channel, encodeHint(self, hint)));
    },
    subscribe,
    fault: () => fault ?? publisher.fault(),
    async close() {
      subscriber.disconnect();
      await publisher.close();
    },
  };
}
