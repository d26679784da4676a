// A model's calls over a real Redis: a desk's side of them, and all that lies there.
import { Redis } from "ioredis";
import { DeskRun } from "#agents/desk-run.ts";
import { selectModel } from "#agents/models/select.ts";
import { runModel } from "#agents/run.ts";
import { createThoughtAsker } from "#apps/jobs/ask-thoughts.ts";
import { VERSION } from "#apps/version.ts";
import { openBullQueue } from "#memory/queues/bullmq-queue.ts";
import { monotonicMs, systemClock } from "#scheduler/clock.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { unixMs } from "#schemas/units.ts";
import { WorkTally } from "#schemas/work.ts";

export const MODEL = "openai/gpt-5";
/** What neither Redis nor a log may hold. */
export const DESK_KEY = "sk-canary-desk-7f3a91";
export const WORKER_KEY = "sk-canary-worker-7f3a91";

/** A desk whose own server is not there: what is answered a worker has answered. */
export function openThinker(redisUrl: string, name: string) {
  const { now: nowMs, sleep } = systemClock();
  const queue = openBullQueue({ place: { url: redisUrl, version: VERSION }, name, nowMs, sleep });
  const notes: string[] = [];
  const onNote = (text: string) => void notes.push(text);
  const { ask } = createThoughtAsker({
    queue,
    owner: name,
    longestMs: 60_000,
    secrets: [DESK_KEY],
    monotonicMs,
    onNote,
  });
  return {
    queue,
    ask,
    notes,
    async think(user: string) {
      const { modelFor } = await selectModel({
        model: MODEL,
        modelUrl: "http://127.0.0.1:9/v1",
        env: { OPENAI_API_KEY: DESK_KEY },
        wait: null,
        recording: null,
        elsewhere: ask,
      });
      const tally = new WorkTally();
      const run = new DeskRun({ nowMs: unixMs(0), tally });
      const asked = { system: "Judge.", user, schema: null, maxOutputTokens: 100 };
      const result = await runModel(modelFor([]), asked, { run, deadlineMs: 60_000, ...NEVER_ABORTED });
      return { result, work: tally.total() };
    },
    thoughts: async () => (await queue.overview(NEVER_ABORTED)).roles.find(({ role }) => role === "thought"),
  };
}

/** Every name and value. */
export async function allOnRedis(url: string): Promise<string> {
  const redis = new Redis(url);
  try {
    const read: Readonly<Record<string, (name: string) => Promise<unknown>>> = {
      string: (name) => redis.get(name),
      hash: (name) => redis.hgetall(name),
      list: (name) => redis.lrange(name, 0, -1),
      set: (name) => redis.smembers(name),
      zset: (name) => redis.zrange(name, "0", "-1"),
      stream: (name) => redis.xrange(name, "-", "+"),
    };
    const names = await redis.keys("*");
    const values = await Promise.all(names.map(async (name) => read[await redis.type(name)]?.(name)));
    return JSON.stringify([names, values]);
  } finally {
    redis.disconnect();
  }
}
