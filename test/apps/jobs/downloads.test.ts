// `data download --workers`, with workers of this process on a queue in it: which files come of it, and what is said of each market.
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type AskedMarket, askDownloads } from "#apps/jobs/ask-downloads.ts";
import { createDownloadHandler } from "#apps/jobs/download-handler.ts";
import type { DownloadResult } from "#apps/jobs/download-job.ts";
import { createInProcessQueue } from "#memory/queues/in-process-queue.ts";
import { DataFormatError, ProviderError } from "#schemas/errors.ts";
import type { JobQueue } from "#schemas/ports/jobs.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { MarketSymbol, unixMs } from "#schemas/units.ts";
import { FIRST_OPEN_MS } from "#test/support/candle-files.ts";
import { settled } from "#test/support/hand-clock.ts";
import { LENGTH_MS, pastOf, recordedSource } from "#test/support/recorded-source.ts";
import { lockFolder } from "#toolkits/market/history/data-folder.ts";

const CANDLES = 300;
const SYMBOLS = ["BTC/USDT", "ETH/USDT", "UNI/USDT"].map((name) => MarketSymbol.parse(name));
const END_MS = unixMs(FIRST_OPEN_MS + CANDLES * LENGTH_MS);
const now = () => unixMs(END_MS + LENGTH_MS);
const past = pastOf(FIRST_OPEN_MS, CANDLES, new Set([5, 6]));
const PLACE = { venue: "binance", exchangeUrl: null, sandbox: false, timeframe: "5m" } as const;

/** A turn of the event loop, however long it would be. */
const sleep = async (_ms: number, { signal }: CallOptions): Promise<void> => {
  await settled();
  signal.throwIfAborted();
};

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function world({ before = (_symbol: string, _call: number): void => {} } = {}) {
  const dir = await mkdtemp(join(tmpdir(), "deeptrader-"));
  ends.push(() => rm(dir, { recursive: true }));
  const lock = await lockFolder(dir);
  ends.push(async () => lock[Symbol.asyncDispose]());
  let calls = 0;
  const recorded = recordedSource({ past: () => past, now });
  const source: typeof recorded.source = {
    ...recorded.source,
    candles: async (request, options) => {
      calls += 1;
      before(request.symbol, calls);
      return recorded.source.candles(request, options);
    },
  };
  const queue: JobQueue = createInProcessQueue({ sleep, monotonicMs: () => 0, nowMs: now });
  ends.push(() => queue.close());
  const asked = (mark = lock.mark): readonly AskedMarket[] =>
    SYMBOLS.map((symbol) => ({
      ...{ dir, mark, format: "feather" as const, symbol, again: false },
      ...{ fromMs: unixMs(FIRST_OPEN_MS), toMs: END_MS },
    }));
  const work = () =>
    queue.work("download", createDownloadHandler({ open: async () => source, clock: { now, sleep } }), {
      concurrency: 2,
    });
  const run = async (markets = asked(), signal = new AbortController().signal) => {
    const results: DownloadResult[] = [];
    const onDone = (index: number, result: DownloadResult): void => {
      results[index] = result;
    };
    await askDownloads(queue, PLACE, markets, { signal, onDone });
    return results;
  };
  return { dir, asked, work, run, queue, recorded };
}

const filesOf = async (dir: string) =>
  Promise.all(
    (await readdir(dir)).filter((file) => file.endsWith(".feather")).map((file) => readFile(join(dir, file))),
  );

describe("downloads as jobs", () => {
  it("fill the folder to the byte as one worker or two fill it, and say what each market has", async () => {
    const [one, two] = [await world(), await world()];
    one.work();
    two.work();
    const results = await one.run();
    expect(results).toEqual(await two.run());
    expect(results).toMatchObject(
      SYMBOLS.map((symbol) => ({ row: { symbol, added: CANDLES - 2, candles: CANDLES - 2, resumedAtMs: null } })),
    );
    expect(await filesOf(one.dir)).toEqual(await filesOf(two.dir));
    expect((await readdir(one.dir)).filter((file) => file.startsWith("."))).toEqual([".deeptrader-data.lock"]);
  });

  it("are tried again where the exchange was silent, and go on where they stopped", async () => {
    let silent = 12;
    const { work, run } = await world({
      before: (symbol) => {
        if (symbol !== "ETH/USDT" || silent-- <= 0) return;
        throw new ProviderError({ was: "binance is silent.", remedy: "Wait." });
      },
    });
    work();
    expect((await run()).map((result) => "row" in result)).toEqual([true, true, true]);
    expect(silent).toBeLessThanOrEqual(0);
  });

  it("name a market whose candles are others, and one whose exchange stays silent; the others are there", async () => {
    const { work, run } = await world({
      before: (symbol) => {
        if (symbol === "BTC/USDT")
          throw new DataFormatError({ where: "BTC/USDT 5m", was: "other candles.", remedy: "" });
        if (symbol === "ETH/USDT") throw new ProviderError({ was: "binance is silent.", remedy: "Wait." });
      },
    });
    work();
    expect(await run()).toMatchObject([
      { error: expect.stringMatching(/^BTC\/USDT 5m: other candles/) },
      { error: expect.stringMatching(/given up after 6 attempts: binance is silent/) },
      { row: { symbol: "UNI/USDT" } },
    ]);
  });

  it("do nothing in a folder of the same name that is not who asks', and say so", async () => {
    const { dir, asked, work, run, recorded } = await world();
    work();
    await writeFile(join(dir, ".deeptrader-data.lock"), "4711 another's");
    for (const result of await run(asked("mine"))) {
      expect(result).toEqual({ error: expect.stringMatching(/a worker on .* has not the folder .* downloaded into/) });
    }
    expect(recorded.calls).toEqual([]);
  });

  it("are taken back by who stops, with what nobody has begun", async () => {
    const { run, queue } = await world();
    const stop = new AbortController();
    const running = run(undefined, stop.signal);
    await settled();
    const waiting = async () =>
      (await queue.overview({ signal: new AbortController().signal })).roles.map((role) => role.waiting);
    expect(await waiting()).toContain(SYMBOLS.length);
    stop.abort(new Error("Ctrl-C"));
    await expect(running).rejects.toThrow("Ctrl-C");
    expect(new Set(await waiting())).toEqual(new Set([0]));
  });
});
