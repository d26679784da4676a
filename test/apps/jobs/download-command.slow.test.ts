// `data download --workers` as a user starts it, on an exchange on loopback: the same files as without workers, whoever dies meanwhile.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BinanceServer, startBinanceServer } from "#bench/support/binance-server.ts";
import { MarketSymbol, unixMs } from "#schemas/units.ts";
import { documentOf, emptyFolder, runCli, startCli } from "#test/support/cli.ts";
import { LENGTH_MS, pastOf, recordedSource } from "#test/support/recorded-source.ts";
import { createRedisServer, type RedisServer, whyNoRedisServer } from "../../faults/servers.ts";

const missing = whyNoRedisServer();
if (missing !== null) console.warn(`Left out: downloads on workers (${missing}).`);

const TO_MS = Math.floor(Date.now() / 86_400_000 - 1) * 86_400_000;
/** Three pieces of a market. */
const CANDLES = 12_000;
const FROM_MS = TO_MS - CANDLES * LENGTH_MS;
const SYMBOLS = ["BTC/USDT", "ETH/USDT"].map((name) => MarketSymbol.parse(name));
const AT = ["--from", String(FROM_MS), "--to", String(TO_MS), "--symbols", SYMBOLS.join(",")];

describe.skipIf(missing !== null)("data download --workers", () => {
  let redis: RedisServer;
  let venue: BinanceServer;
  let onRequest = (): void => {};
  const env = () => ({ REDIS_URL: redis.url, DEEPTRADER_EXCHANGE_URL: venue.url });
  const args = (dir: string) => ["data", "download", "--venue", "binance", "--data", dir, ...AT];
  const startWorker = async () => {
    const worker = startCli(["worker", "--nice", "0", "--roles", "download"], { env: { REDIS_URL: redis.url } });
    await worker.waitFor(/worker of DeepTrader .* for download, 2 at once/);
    return worker;
  };
  beforeAll(async () => {
    redis = await createRedisServer();
    await redis.start();
    const past = pastOf(FROM_MS, CANDLES, new Set([100, 101, 300]));
    const { source } = recordedSource({ past: () => past, now: () => unixMs(Number.MAX_SAFE_INTEGER) });
    venue = await startBinanceServer({
      candles: (request, options) => {
        onRequest();
        return source.candles(request, options);
      },
      nowMs: () => Date.now(),
      symbols: SYMBOLS,
    });
  });
  afterAll(async () => {
    await venue.close();
    await redis.kill();
  });

  it("makes the same files, to the byte, as one process; a worker that is killed in the middle loses nothing", async () => {
    await using folder = await emptyFolder();
    const [alone, together] = [join(folder.dir, "alone"), join(folder.dir, "together")];
    const one = await documentOf(args(alone), { env: env() });
    const victim = await startWorker();
    let requests = 0;
    onRequest = () => {
      requests += 1;
      if (requests === 14) victim.signal("SIGKILL");
    };
    const asking = startCli([...args(together), "--workers", "--json"], { env: env() });
    await victim.ended;
    expect((await readdir(together)).some((file) => file.endsWith(".part"))).toBe(true);
    const heir = await startWorker();
    const { code, stdout, stderr } = await asking.ended;
    expect(code, stderr).toBe(0);
    const { markets, ...rest } = JSON.parse(stdout) as { markets: { resumedAtMs: number | null }[] };
    const { markets: own, ...others } = one as { markets: object[] };
    expect({ ...rest, data: "" }).toEqual({ ...others, data: "" });
    expect(markets.map((row) => ({ ...row, resumedAtMs: null }))).toEqual(own);
    expect(markets.some(({ resumedAtMs }) => resumedAtMs !== null)).toBe(true);
    expect(await readdir(together)).toEqual(await readdir(alone));
    for (const file of await readdir(alone)) {
      expect(await readFile(join(together, file))).toEqual(await readFile(join(alone, file)));
    }
    onRequest = () => {};
    // The same once more is work of its own, and finds nothing to do.
    const again = await documentOf([...args(together), "--workers"], { env: env() });
    expect(again["markets"]).toMatchObject([{ added: 0 }, { added: 0 }]);
    heir.signal("SIGTERM");
    expect((await heir.ended).stdout).toMatch(/4 jobs done, 0 failed/);
  });

  it("that is stopped takes back what waits, and leaves what has come", async () => {
    await using folder = await emptyFolder();
    const asking = startCli([...args(folder.dir), "--workers"], { env: env() });
    await asking.waitFor(/no worker is there: start `deeptrader worker` where this folder is/);
    const jobs = async () => (await runCli(["jobs"], { env: env() })).stdout;
    await expect.poll(jobs).toMatch(/download +2 +0/);
    asking.signal("SIGINT");
    expect((await asking.ended).code).toBe(130);
    await expect.poll(jobs).toMatch(/download +0 +0/);
    expect(await readdir(folder.dir)).toEqual([]);
  });
});
