// A worker of token sources as a user starts it, beside servers in the sources' shapes: whose keys and addresses it uses, and where the reports are.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SecurityResult, securityJobs } from "#apps/jobs/security-job.ts";
import { VERSION } from "#apps/version.ts";
import { createDatabase, type Database, whyNoPostgres } from "#bench/support/postgres-place.ts";
import { openBullQueue } from "#memory/queues/bullmq-queue.ts";
import { openStore } from "#memory/stores/open.ts";
import { systemClock } from "#scheduler/clock.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import type { JobQueue } from "#schemas/ports/jobs.ts";
import { createTokenServers, type TokenServers } from "#test/coins/token-servers.ts";
import { startCli } from "#test/support/cli.ts";
import { contractOf } from "../../desk/security/token-world.ts";
import { createRedisServer, type RedisServer, whyNoRedisServer } from "../../faults/servers.ts";

const missing = whyNoRedisServer() ?? (await whyNoPostgres());
if (missing !== null) console.warn(`Left out: token security on workers (${missing}).`);
const CONTRACTS = Array.from({ length: 6 }, (_, n) => contractOf(n + 1));

describe.skipIf(missing !== null)("a worker of token sources", () => {
  const { now, sleep } = systemClock();
  let redis: RedisServer;
  let database: Database;
  let servers: TokenServers;
  let queue: JobQueue;
  beforeAll(async () => {
    redis = await createRedisServer();
    await redis.start();
    database = await createDatabase();
    servers = await createTokenServers(now());
    for (const contract of CONTRACTS) servers.addSound(contract);
    queue = openBullQueue({ place: { url: redis.url, version: VERSION }, name: "desk", nowMs: now, sleep });
  });
  afterAll(async () => {
    await queue.close();
    await redis.kill();
    await servers.close();
    await database.drop();
  });

  const startWorker = async () => {
    const { settings } = servers;
    const env = {
      REDIS_URL: redis.url,
      DATABASE_URL: database.url,
      DEEPTRADER_GOPLUS_URL: settings.goplusUrl,
      DEEPTRADER_GOPLUS_PER_MINUTE: "600",
      DEEPTRADER_HONEYPOT_URL: settings.honeypotUrl,
      DEEPTRADER_HONEYPOT_KEY: "of-the-worker",
      DEEPTRADER_RUGCHECK_URL: settings.rugcheckUrl,
      DEEPTRADER_SOURCIFY_URL: settings.sourcifyUrl,
      DEEPTRADER_RPC_URLS: settings.rpcUrls.join(","),
    };
    const worker = startCli(["worker", "--roles", "security", "--nice", "0", "--address", "second"], { env });
    await worker.waitFor(/worker of DeepTrader .* for security, 1 at once/);
    return worker;
  };

  it("asks with its own settings and keys, and leaves the reports to all; one that is killed is followed by another", async () => {
    const [job] = securityJobs(CONTRACTS, now(), "desk");
    if (job === undefined) throw new Error("six contracts make one job");
    expect(JSON.stringify(job)).not.toMatch(/http|of-the-worker/);
    const victim = await startWorker();
    const result = queue.run(job, NEVER_ABORTED);
    await expect.poll(() => servers.honeypot.asked.length).toBeGreaterThan(1);
    victim.signal("SIGKILL");
    await victim.ended;
    const heir = await startWorker();
    const counts = SecurityResult.parse(await result);
    // What the dead one was asking is claimed for two minutes more: it is left to who looks next.
    expect(counts.answered).toBeGreaterThan(0);
    expect(counts.elsewhere).toBeLessThanOrEqual(4);
    expect(counts.silent).toBe(0);
    const store = await openStore({ kind: "postgres", url: database.url, owner: "test" }, NEVER_ABORTED);
    const sources = ["goplus", "honeypot.is", "sourcify", "rpc-1"];
    const questions = CONTRACTS.flatMap((contract) => sources.map((sourceId) => ({ sourceId, contract })));
    const reports = await store.analyses.security(questions, now(), NEVER_ABORTED);
    await store.close();
    expect(reports.filter((report) => report === undefined).length).toBeLessThanOrEqual(counts.elsewhere);
    expect(servers.honeypot.asked.every(({ headers }) => headers["x-api-key"] === "of-the-worker")).toBe(true);
    heir.signal("SIGTERM");
    expect((await heir.ended).stdout).toMatch(/^1 jobs done, 0 failed/);
  });
});
