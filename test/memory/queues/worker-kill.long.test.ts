// kill -9 of workers, again and again: what they were at is begun by others within seconds, and everything is done.
import { afterAll, expect, it } from "vitest";
import { freshPrefix, REDIS_URL, whyNoRedis } from "#bench/support/redis-place.ts";
import { openBullQueue } from "#memory/queues/bullmq-queue.ts";
import { systemClock } from "#scheduler/clock.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { JobFailedError } from "#schemas/errors.ts";
import { count } from "#test/support/count.ts";
import { type Child, startChild } from "../child.ts";

const missing = await whyNoRedis();
const { now: nowMs, sleep } = systemClock();
const SCRIPT = new URL("../children/job-worker.ts", import.meta.url);

if (missing !== null) {
  console.warn(`Left out: workers that are killed (${missing}).`);
  it.skip(`workers that are killed were left out: ${missing}`);
} else {
  const alive = new Set<Child>();
  const startWorker = async (prefix: string): Promise<Child> => {
    const child = startChild(SCRIPT, [REDIS_URL, prefix]);
    alive.add(child);
    await child.line("works");
    return child;
  };
  const kill = async (child: Child): Promise<void> => {
    child.process.kill("SIGKILL");
    alive.delete(child);
    await child.ended();
  };
  afterAll(async () => {
    for (const child of alive) await kill(child);
  });
  const openAsker = (prefix: string) =>
    openBullQueue({ place: { url: REDIS_URL, prefix, version: "1" }, name: "asker", nowMs, sleep });
  const jobOf = (name: string, ms: number) =>
    ({ role: "research", key: name, input: { name, ms }, urgency: "research", owner: "desk" }) as const;

  it("loses no job over many killed workers, and gives each one result", { timeout: 600_000 }, async () => {
    const kills = count(100, 3);
    const prefix = freshPrefix();
    const asker = openAsker(prefix);
    const workers = [await startWorker(prefix), await startWorker(prefix)];
    const results: string[] = [];
    let givenUp = 0;
    const stop = new AbortController();
    // Whoever is killed has just begun a job, and that is often one of the last dead: some job may see its fourth worker die, as a
    // poisoned one would. Then who asked hears of it, and asks again.
    const ask = async (name: string): Promise<unknown> => {
      try {
        return await asker.run(jobOf(name, 30), NEVER_ABORTED);
      } catch (error) {
        if (!(error instanceof JobFailedError)) throw error;
        expect(error.message).toMatch(/after [5-9] attempts: job stalled/);
        givenUp += 1;
        return ask(name);
      }
    };
    // Jobs are asked for as long as there is killing, so that every worker dies over some.
    const askOn = async (lane: number): Promise<void> => {
      for (let n = 0; !stop.signal.aborted; n += 1) {
        const name = `job ${lane} ${n}`;
        expect(await ask(name)).toBe(`${name} done`);
        results.push(name);
      }
    };
    const asking = Promise.all(Array.from({ length: 16 }, (_, lane) => askOn(lane)));
    // Awaited after the killing.
    asking.catch(() => {});
    let overJobs = 0;
    for (let n = 0; n < kills; n += 1) {
      const victim = workers.shift();
      if (victim === undefined) throw new Error("there are two");
      const before = victim.lines.length;
      await victim.line("begins");
      await expect.poll(() => victim.lines.length, { interval: 5 }).toBeGreaterThan(before);
      await kill(victim);
      overJobs += 1;
      workers.push(await startWorker(prefix));
    }
    stop.abort();
    await asking;
    expect(overJobs).toBe(kills);
    expect(new Set(results).size).toBe(results.length);
    // Only one whose result was there before its last worker died, so that nobody asked again.
    for (const { reason } of await asker.failed(NEVER_ABORTED)) expect(reason).toMatch(/^job stalled/);
    console.log(
      `${kills} workers killed over ${results.length} jobs: all done, each once for who asked; ${givenUp} given up in between`,
    );
    await asker.close();
  });

  it("begins a dead worker's job with another worker in under ten seconds", async () => {
    const prefix = freshPrefix();
    const asker = openAsker(prefix);
    const workers = [await startWorker(prefix), await startWorker(prefix)];
    const asked = asker.run(jobOf("long", 2_000), NEVER_ABORTED);
    const victim = await Promise.race(workers.map((worker) => worker.line("begins long").then(() => worker)));
    const killedMs = performance.now();
    await kill(victim);
    await workers.find((worker) => worker !== victim)?.line("begins long");
    const rescuedMs = performance.now() - killedMs;
    expect(await asked).toBe("long done");
    console.log(`rescued after ${(rescuedMs / 1000).toFixed(1)} s`);
    expect(rescuedMs).toBeLessThan(10_000);
    await asker.close();
  });

  it("gives a job up that every worker dies of, with a reason, and goes on with the others", async () => {
    const prefix = freshPrefix();
    const asker = openAsker(prefix);
    const poison = asker.run(jobOf("poison", 600_000), NEVER_ABORTED);
    poison.catch(() => {});
    for (let deaths = 0; deaths < 4; deaths += 1) {
      const worker = await startWorker(prefix);
      await worker.line("begins poison");
      await kill(worker);
    }
    await startWorker(prefix);
    expect(await asker.run(jobOf("harmless", 1), NEVER_ABORTED)).toBe("harmless done");
    await expect(poison).rejects.toThrow(/given up.*stalled/);
    expect(await asker.failed(NEVER_ABORTED)).toHaveLength(1);
    await asker.close();
  });
}
