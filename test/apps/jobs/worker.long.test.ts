// Real workers, started as a user starts them: a search on them ends as one in this process, whoever of them is killed meanwhile.
import { afterAll, beforeAll, expect, it } from "vitest";
import { documentOf, emptyFolder, failureOf, type RunningCli, runCli, startCli } from "#test/support/cli.ts";
import { count } from "#test/support/count.ts";
import { createRedisServer, type RedisServer, whyNoRedisServer } from "../../faults/servers.ts";

const missing = whyNoRedisServer();
const KILLS = count(10, 2);
const ARGS = [
  ...["optimize", "--venue", "sim", "--seed", "5", "--assets", "3", "--cycles", "1500"],
  ...["--as-of", "2026-03-01T00:00:00Z", "--strategy", "mean-reversion", "--search", "random"],
  ...["--trials", String(25 * KILLS)],
];

if (missing !== null) {
  console.warn(`Left out: workers on the command line (${missing}).`);
  it.skip(`workers on the command line were left out: ${missing}`);
} else {
  let redis: RedisServer;
  let env: Readonly<Record<string, string>> = {};
  const alive = new Set<RunningCli>();
  beforeAll(async () => {
    redis = await createRedisServer();
    await redis.start();
    env = { REDIS_URL: redis.url };
  });
  afterAll(async () => {
    for (const worker of alive) worker.signal("SIGKILL");
    await redis.kill();
  });
  const startWorker = async (...args: string[]): Promise<RunningCli> => {
    const worker = startCli(["worker", "--concurrency", "1", "--nice", "0", ...args], { env });
    alive.add(worker);
    await worker.waitFor(/worker of DeepTrader .* at once/);
    return worker;
  };
  const end = async (worker: RunningCli, signal: NodeJS.Signals) => {
    alive.delete(worker);
    worker.signal(signal);
    return worker.ended;
  };

  it("a search on workers that are killed again and again ends, to the byte, as one in this process", async () => {
    await using here = await emptyFolder();
    await using there = await emptyFolder();
    const alone = await documentOf(ARGS, { home: here.dir });
    const workers = [await startWorker(), await startWorker()];
    const search = startCli([...ARGS, "--workers", "--json"], { home: there.dir, env });
    let isOver = false;
    search.ended.then(() => {
      isOver = true;
    });
    let killed = 0;
    while (killed < KILLS && !isOver) {
      const next = await startWorker();
      const victim = workers.shift();
      if (victim === undefined) throw new Error("there are two");
      await end(victim, "SIGKILL");
      killed += 1;
      workers.push(next);
    }
    const { code, stdout, stderr } = await search.ended;
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toEqual(alone);
    expect(killed).toBeGreaterThan(0);
    console.log(`${killed} workers killed during ${25 * KILLS} trials`);
    for (const worker of workers) {
      const ended = await end(worker, "SIGTERM");
      expect([ended.code, ended.stdout]).toEqual([0, expect.stringMatching(/^\d+ jobs done, 0 failed\.\n$/)]);
    }
  });

  it("says what waits and that nobody works on it; a search that is stopped takes its jobs back", async () => {
    await using home = await emptyFolder();
    const search = startCli([...ARGS, "--workers", "--seed", "6"], { home: home.dir, env });
    await search.waitFor(/no worker is there: start `deeptrader worker`/);
    const text = async () => (await runCli(["jobs"], { env })).stdout;
    await expect.poll(text).toMatch(/research: nobody works on it: start `deeptrader worker`/);
    search.signal("SIGINT");
    expect((await search.ended).code).toBe(130);
    await expect.poll(text).toMatch(/research +0 +0 +0 +0/);
  });

  it("gives what is under way back where it does not end in time, and says what it takes", async () => {
    await using home = await emptyFolder();
    const slow = [...ARGS, "--workers", "--seed", "7", "--trials", "1", "--cycles", "12000"];
    const first = await startWorker("--drain", "0");
    const search = startCli([...slow, "--json"], { home: home.dir, env });
    await expect.poll(async () => (await runCli(["jobs"], { env })).stdout).toMatch(/research +0 +1 /);
    expect((await end(first, "SIGTERM")).code).toBe(0);
    await startWorker();
    expect((await search.ended).code).toBe(0);
  });

  it("refuses what it cannot be told, in words", async () => {
    expect(await failureOf(["worker", "--concurrency", "0"], { env })).toMatchObject({
      code: 2,
      message: expect.stringContaining("a whole number from 1 to 1,024"),
    });
    expect(await failureOf(["jobs"], {})).toMatchObject({ code: 2, message: expect.stringContaining("REDIS_URL") });
    expect(await failureOf(["jobs", "retry", "nothing"], { env })).toMatchObject({
      message: expect.stringContaining("There is no job nothing"),
    });
    expect(await failureOf(["optimize", "--workers", "--venue", "sim"], {})).toMatchObject({ code: 2 });
  });
}
