// kill -9 of workers that have called a model: who asked is answered, each call once, by the next worker within seconds.
import { afterAll, beforeAll, expect, it } from "vitest";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { type RunningCli, startCli } from "#test/support/cli.ts";
import { count } from "#test/support/count.ts";
import { startOpenAiServer } from "#test/support/openai-server.ts";
import { createRedisServer, type RedisServer, whyNoRedisServer } from "../../faults/servers.ts";
import { MODEL, openThinker, WORKER_KEY } from "./thought-place.ts";

const missing = whyNoRedisServer();
const KILLS = count(10, 2);
const CALLS = 8;

if (missing !== null) {
  console.warn(`Left out: workers killed in a model's call (${missing}).`);
  it.skip(`workers killed in a model's call were left out: ${missing}`);
} else {
  let redis: RedisServer;
  const alive = new Set<RunningCli>();
  beforeAll(async () => {
    redis = await createRedisServer();
    await redis.start();
  });
  afterAll(async () => {
    for (const worker of alive) worker.signal("SIGKILL");
    await redis.kill();
  });
  const startWorker = async (url: string): Promise<RunningCli> => {
    const models = { DEEPTRADER_SLEEP_MODEL: MODEL, DEEPTRADER_SLEEP_MODEL_URL: url };
    const env = { REDIS_URL: redis.url, OPENAI_API_KEY: WORKER_KEY, ...models };
    const worker = startCli(["worker", "--roles", "thought", "--nice", "0"], { env });
    alive.add(worker);
    await worker.waitFor(/worker of DeepTrader .* for thought/);
    return worker;
  };

  it("every call of a worker that dies is made again by another in under ten seconds", {
    timeout: 600_000,
  }, async () => {
    const seen = new Map<string, number>();
    await using server = await startOpenAiServer(({ user }) => {
      seen.set(user, (seen.get(user) ?? 0) + 1);
      return seen.get(user) === 1 ? { hang: true } : { text: `Of ${user}.`, usage: { input: 20, output: 5 } };
    });
    const { think, queue, notes } = openThinker(redis.url, "desk");
    let worker = await startWorker(server.url);
    const rescuedMs: number[] = [];
    for (let round = 0; round < KILLS; round += 1) {
      const names = Array.from({ length: CALLS }, (_, n) => `call ${round} ${n}`);
      const asked = names.map(think);
      await expect.poll(() => server.requests.length).toBe((2 * round + 1) * CALLS);
      const next = await startWorker(server.url);
      const killedMs = performance.now();
      worker.signal("SIGKILL");
      alive.delete(worker);
      const answers = await Promise.all(asked);
      rescuedMs.push(performance.now() - killedMs);
      expect(answers.map(({ result }) => result)).toEqual(
        names.map((name) => ({ status: "completed", text: `Of ${name}.` })),
      );
      expect(answers.map(({ work }) => work.inputTokens)).toEqual(names.map(() => 20));
      worker = next;
    }
    expect([...seen.values()]).toEqual(Array.from({ length: KILLS * CALLS }, () => 2));
    expect(Math.max(...rescuedMs)).toBeLessThan(10_000);
    expect(await queue.failed(NEVER_ABORTED)).toEqual([]);
    expect(notes.slice(1)).toEqual([]);
    console.log(
      `${KILLS} workers killed in ${CALLS} calls each: all answered, at most ${(Math.max(...rescuedMs) / 1000).toFixed(1)} s later`,
    );
    await queue.close();
  });
}
