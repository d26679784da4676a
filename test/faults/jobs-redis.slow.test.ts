// Redis dies, hangs, forgets and comes back while jobs wait and run: every one is done in the end, and none is seen twice.
import { afterAll, beforeAll, expect, it } from "vitest";
import { openBullQueue } from "#memory/queues/bullmq-queue.ts";
import { systemClock } from "#scheduler/clock.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import type { JobQueue } from "#schemas/ports/jobs.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { createRedisServer, type RedisServer, whyNoRedisServer } from "./servers.ts";

const missing = whyNoRedisServer();
const { now: nowMs, sleep } = systemClock();

if (missing !== null) {
  console.warn(`Left out: jobs while Redis fails (${missing}).`);
  it.skip(`jobs while Redis fails were left out: ${missing}`);
} else {
  let server: RedisServer;
  beforeAll(async () => {
    server = await createRedisServer();
    await server.start();
  });
  afterAll(() => server.kill());

  const FAULTS: Readonly<Record<string, () => Promise<void>>> = {
    "is killed and started again, empty": async () => {
      await server.kill();
      await server.start();
    },
    "hangs for three seconds": async () => {
      server.signal("SIGSTOP");
      await sleep(3_000, NEVER_ABORTED);
      server.signal("SIGCONT");
    },
    "is emptied": () => server.flush(),
  };

  it.each(Object.entries(FAULTS))("a Redis that %s loses no job, and gives each one result", async (_name, fail) => {
    const notes: string[] = [];
    const open = (name: string): JobQueue =>
      openBullQueue({ place: { url: server.url, version: "1" }, name, nowMs, sleep, onNote: (n) => notes.push(n) });
    const [asker, worker] = [open("asker"), open("worker")];
    const begun = new Map<unknown, number>();
    const half = Promise.withResolvers<void>();
    worker.work(
      "research",
      async (input) => {
        begun.set(input, (begun.get(input) ?? 0) + 1);
        if (begun.size === 20) half.resolve();
        await sleep(20, NEVER_ABORTED);
        return `result of ${String(input)}`;
      },
      { concurrency: 2 },
    );
    const jobs = Array.from({ length: 40 }, (_, n) => `job ${_name} ${n}`);
    const results = Promise.all(
      jobs.map((key) =>
        asker.run({ role: "research", key, input: key, urgency: "research", owner: "desk" }, NEVER_ABORTED),
      ),
    );
    await half.promise;
    await fail();
    expect(await results).toEqual(jobs.map((key) => `result of ${key}`));
    expect(begun.size).toBe(40);
    // What had a result when it was forgotten, and who asked had it, is not asked for again: few are begun twice.
    expect([...begun.values()].filter((times) => times > 1).length).toBeLessThanOrEqual(20);
    await asker.close();
    await worker.close();
  });

  it("says that Redis does not answer and that it answers again, once each, while somebody waits", async () => {
    const notes: string[] = [];
    const asker = openBullQueue({
      place: { url: server.url, version: "2" },
      name: "asker",
      nowMs,
      sleep,
      onNote: (note) => notes.push(note),
    });
    const job = { role: "research", key: "a", input: 1, urgency: "research", owner: "desk" } as const;
    const asked = asker.run(job, NEVER_ABORTED);
    await expect.poll(async () => (await asker.overview(NEVER_ABORTED)).roles[0]?.waiting).toBe(1);
    await server.kill();
    await expect.poll(() => notes.length).toBe(1);
    await server.start();
    asker.work("research", async () => "done", { concurrency: 1 });
    expect(await asked).toBe("done");
    expect(notes).toEqual([expect.stringMatching(/^Redis does not answer \(.*\); jobs wait/), "Redis answers again."]);
    await asker.close();
  });

  it.each([
    ["idle", null],
    ["busy", "a job"],
  ])("ends a worker that is %s while Redis is away", { timeout: 30_000 }, async (_name, key) => {
    const place = { url: server.url, version: `away-${_name}` };
    const [asker, worker] = [
      openBullQueue({ place, name: "asker", nowMs, sleep }),
      openBullQueue({ place, name: "w", nowMs, sleep }),
    ];
    const begun = Promise.withResolvers<void>();
    const handle = async (_input: unknown, { signal }: CallOptions): Promise<unknown> => {
      begun.resolve();
      return sleep(60_000, { signal });
    };
    worker.work("research", handle, { concurrency: 1 });
    const given = new AbortController();
    if (key !== null) {
      const job = { role: "research", key, input: 1, urgency: "research", owner: "desk" } as const;
      asker.run(job, { signal: given.signal }).catch(() => {});
      await begun.promise;
    }
    await expect.poll(async () => (await asker.overview(NEVER_ABORTED)).roles[0]?.workers).toEqual(["w x1"]);
    await server.kill();
    // It tries again meanwhile, and is between two tries most of the time.
    await sleep(3_000, NEVER_ABORTED);
    await worker.close();
    given.abort();
    await asker.close();
    await server.start();
  });

  it("tells a command in words that there is no Redis", async () => {
    const asker = openBullQueue({ place: { url: "redis://127.0.0.1:1", version: "1" }, name: "asker", nowMs, sleep });
    await expect(asker.overview(NEVER_ABORTED)).rejects.toThrow(
      /Redis at REDIS_URL does not answer: connect ECONNREFUSED 127\.0\.0\.1:1\. Start it/,
    );
    await asker.close();
  });
}
