import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { expect, it } from "vitest";
import { startBinanceServer } from "#bench/support/binance-server.ts";
import { MarketSymbol, unixMs } from "#schemas/units.ts";
import { documentOf, emptyFolder, startCli } from "#test/support/cli.ts";
import { count } from "#test/support/count.ts";
import { sameBits } from "#test/support/recorded-columns.ts";
import { LENGTH_MS, pastOf, recordedSource } from "#test/support/recorded-source.ts";
import { readCandleFile } from "#toolkits/market/files/candle-file.ts";
import { candleFile } from "#toolkits/market/files/file-names.ts";

const KILLS = 20;
const CANDLES = 12_000;
const SYMBOLS = ["BTC/USDT", "ETH/USDT"].map((name) => MarketSymbol.parse(name));
/** Requests of a whole download: lists, clocks, and 13 pages a market. */
const REQUESTS = 30;

it("a download that is killed again and again ends with every candle, and each once", async () => {
  const toMs = Math.floor(Date.now() / 86_400_000 - 1) * 86_400_000;
  const fromMs = toMs - CANDLES * LENGTH_MS;
  const random = xoroshiro128plus(20_261_128);
  const upTo = (most: number): number => uniformInt(random, 0, most);
  const holes = new Set(Array.from({ length: 300 }, () => upTo(CANDLES - 1)));
  const past = pastOf(fromMs, CANDLES, holes);
  const { source } = recordedSource({ past: () => past, now: () => unixMs(Number.MAX_SAFE_INTEGER) });
  let onRequest = () => {};
  const venue = await startBinanceServer({
    candles: (request, options) => {
      onRequest();
      return source.candles(request, options);
    },
    nowMs: () => Date.now(),
    symbols: SYMBOLS,
  });
  await using folder = await emptyFolder();
  const dir = join(folder.dir, "candles");
  const args = ["data", "download", "--venue", "binance", "--data", dir, "--symbols", SYMBOLS.join(",")];
  const all = [...args, "--timeframe", "5m", "--from", String(fromMs), "--to", String(toMs)];
  const settings = { env: { DEEPTRADER_EXCHANGE_URL: venue.url } };
  let killed = 0;
  for (let life = 0; life < count(KILLS); life++) {
    const run = startCli(all, settings);
    // Some die between two answers, some while they write what came, some by Ctrl-C.
    let left = 1 + upTo(life % 3 === 0 ? 6 : REQUESTS / 2);
    const delayMs = upTo(30);
    onRequest = () => {
      left -= 1;
      if (left === 0) setTimeout(() => run.signal(life % 4 === 3 ? "SIGINT" : "SIGKILL"), delayMs);
    };
    const { code, stderr } = await run.ended;
    expect([0, 130, null], stderr).toContain(code);
    if (code !== 0) killed += 1;
  }
  onRequest = () => {};
  expect(killed).toBeGreaterThan(0);
  const { failed } = await documentOf(all, settings);
  expect(failed).toEqual([]);
  expect(await readdir(dir)).toEqual(SYMBOLS.map((symbol) => candleFile(symbol, "5m", "feather").file));
  const { signal } = new AbortController();
  for (const symbol of SYMBOLS) {
    const name = candleFile(symbol, "5m", "feather");
    expect(sameBits(await readCandleFile(name, await readFile(join(dir, name.file)), { signal }), past)).toBe(true);
  }
  expect(await documentOf(["data", "verify", "--data", dir])).toMatchObject({ sound: true });
  await venue.close();
});
