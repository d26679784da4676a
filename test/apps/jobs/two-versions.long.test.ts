// An upgrade while searches run: workers of two versions on one Redis, each a product of its own on the disk. Each does what its own version asks for.
import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { VERSION } from "#apps/version.ts";
import { documentOf, emptyFolder, type RunningCli, runCli, startCli } from "#test/support/cli.ts";
import { ROOT } from "#test/support/sources.ts";
import { createRedisServer, whyNoRedisServer } from "../../faults/servers.ts";

const missing = whyNoRedisServer();
if (missing !== null) console.warn(`Left out: workers of two versions (${missing}).`);
const NEWER = "99.0.0";
const TRIALS = 30;
const ARGS = [
  ...["optimize", "--venue", "sim", "--seed", "5", "--assets", "3", "--cycles", "1500"],
  ...["--as-of", "2026-03-01T00:00:00Z", "--strategy", "mean-reversion", "--search", "random"],
  ...["--trials", String(TRIALS)],
];
const PRODUCT = ["agents", "apps", "bin", "desk", "memory", "scheduler", "schemas", "toolkits", "index.ts"];

/** This product as another version, in a folder of its own; its bin. */
async function newerIn(folder: string): Promise<string> {
  const dir = join(folder, "newer");
  await mkdir(dir);
  for (const name of PRODUCT) await cp(join(ROOT, name), join(dir, name), { recursive: true });
  const manifest = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  await writeFile(join(dir, "package.json"), JSON.stringify({ ...manifest, version: NEWER }));
  await symlink(join(ROOT, "node_modules"), join(dir, "node_modules"));
  return join(dir, "bin", "deeptrader.js");
}

it.skipIf(missing !== null)(
  "each version's jobs wait for its own workers, and `jobs` names what waits for another one",
  async () => {
    const redis = await createRedisServer();
    await redis.start();
    const alive: RunningCli[] = [];
    try {
      await using home = await emptyFolder();
      const env = { REDIS_URL: redis.url };
      const bin = await newerIn(home.dir);
      const worker = async (version: string, of: { readonly bin?: string }): Promise<RunningCli> => {
        const one = startCli(["worker", "--roles", "research", "--concurrency", "1"], { env, ...of });
        alive.push(one);
        await one.waitFor(new RegExp(`worker of DeepTrader ${version} for research`));
        return one;
      };
      const search = (name: string, of: { readonly bin?: string }): RunningCli => {
        const one = startCli([...ARGS, "--workers", "--json"], { home: join(home.dir, name), env, ...of });
        alive.push(one);
        return one;
      };
      const alone = await documentOf(ARGS, { home: join(home.dir, "alone") });
      const newer = await worker(NEWER, { bin });

      // Of the older version nobody works.
      const older = search("older", {});
      await older.waitFor(/no worker is there/);
      const told = async (of: { readonly bin?: string }) => (await runCli(["jobs"], { env, ...of })).stdout;
      const waits = `wait for a worker of version ${VERSION}; this is ${NEWER}.`;
      await expect.poll(() => told({ bin })).toContain(waits);

      // While those wait, a search of the newer one is done; then a worker of the older one comes.
      const searched = await search("newer", { bin }).ended;
      expect(JSON.parse(searched.stdout), searched.stderr).toEqual(alone);
      const late = await worker(VERSION, {});
      const ended = await older.ended;
      expect(JSON.parse(ended.stdout), ended.stderr).toEqual(alone);
      expect(await told({ bin })).not.toContain("wait for a worker of version");
      const done: number[] = [];
      for (const one of [newer, late]) {
        one.signal("SIGTERM");
        const { code, stdout } = await one.ended;
        expect(code).toBe(0);
        done.push(Number(/^(\d+) jobs done, 0 failed/.exec(stdout)?.[1]));
      }
      expect(done[0]).toBeGreaterThanOrEqual(TRIALS);
      expect(done[1]).toBe(done[0]);
    } finally {
      for (const one of alive) one.signal("SIGKILL");
      await Promise.all(alive.map(({ ended }) => ended));
      await redis.kill();
    }
  },
);
