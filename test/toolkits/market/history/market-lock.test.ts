import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { DataFolderError } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { MarketSymbol, unixMs } from "#schemas/units.ts";
import { FIRST_OPEN_MS, temporaryFolder } from "#test/support/candle-files.ts";
import { handClock, settled } from "#test/support/hand-clock.ts";
import { LENGTH_MS, pastOf, recordedSource } from "#test/support/recorded-source.ts";
import { candleFile } from "#toolkits/market/files/file-names.ts";
import { downloadMarket } from "#toolkits/market/history/download-market.ts";
import { lockMarket } from "#toolkits/market/history/market-lock.ts";
import { readPart } from "#toolkits/market/history/part-file.ts";
import { rowsWithin } from "#toolkits/market/history/rows.ts";

const { signal } = new AbortController();
const FILE = "ETH_USDT-5m.feather";
const BEAT_MS = 1_000;

/** A process that takes the lock, on time of its own: one that is frozen has none. */
function processOn(dir: string) {
  const clock = handClock();
  const said: string[] = [];
  const parts = {
    sleep: clock.sleep,
    onWait: () => void said.push("waits"),
    onTakenOver: async () => void said.push("took over"),
  };
  const taken = lockMarket(dir, FILE, parts, { signal });
  taken.catch(() => {});
  return { clock, said, taken };
}

type Process = ReturnType<typeof processOn>;

/** A beat of time for each of these, in turn; and what they write meanwhile is written. */
async function pass(processes: readonly Process[], beats: number): Promise<void> {
  for (let beat = 0; beat < beats; beat += 1) {
    for (const one of processes) {
      await vi.waitUntil(() => one.clock.sleepers.length > 0);
      await one.clock.advance(BEAT_MS);
    }
  }
}

describe("the lock on a market's files", () => {
  test("is waited for while its owner lives, and given on when it is done", async () => {
    await using folder = await temporaryFolder({});
    const first = processOn(folder.dir);
    const lock = await first.taken;
    const second = processOn(folder.dir);
    await pass([first, second], 20);
    expect(second.said).toEqual(["waits"]);
    await lock.requireMine();
    await lock[Symbol.asyncDispose]();
    await pass([second], 1);
    const next = await second.taken;
    await next.requireMine();
    expect(second.said).toEqual(["waits"]);
    await next[Symbol.asyncDispose]();
    expect(await readdir(folder.dir)).toEqual([]);
  });

  test("of an owner that stands still is taken over; the owner finds it out before it writes, and leaves the lock", async () => {
    await using folder = await temporaryFolder({});
    const frozen = processOn(folder.dir);
    const lost = await frozen.taken;
    const second = processOn(folder.dir);
    await pass([second], 7);
    const lock = await second.taken;
    expect(second.said).toEqual(["waits", "took over"]);
    await expect(lost.requireMine()).rejects.toThrow(DataFolderError);
    await frozen.clock.advance(BEAT_MS);
    await lost[Symbol.asyncDispose]();
    await lock.requireMine();
    await lock[Symbol.asyncDispose]();
  });

  test("goes to one of two that take it over at once", async () => {
    await using folder = await temporaryFolder({});
    await writeFile(join(folder.dir, `.${FILE}.lock`), "of a process that is gone");
    const both = [processOn(folder.dir), processOn(folder.dir)];
    await pass(both, 6);
    const settledOne = await Promise.race(both.map(async ({ taken }, index) => ({ lock: await taken, index })));
    await settledOne.lock.requireMine();
    const other = both[1 - settledOne.index];
    if (other === undefined) throw new Error("there are two");
    await settledOne.lock[Symbol.asyncDispose]();
    await pass([other], 1);
    const next = await other.taken;
    await next.requireMine();
    await next[Symbol.asyncDispose]();
  });
});

describe("two downloads of one market at once", () => {
  test("make the file that one makes, and ask the venue as one does", async () => {
    await using one = await temporaryFolder({});
    await using two = await temporaryFolder({});
    const past = pastOf(FIRST_OPEN_MS, 200, new Set([7, 8]));
    const symbol = MarketSymbol.parse("ETH/USDT");
    const endMs = unixMs(FIRST_OPEN_MS + 200 * LENGTH_MS);
    const now = () => unixMs(endMs + LENGTH_MS);
    const { source, calls } = recordedSource({ past: () => past, now });
    // A turn of the event loop for a second.
    const sleep = async (_ms: number, options: CallOptions): Promise<void> => {
      await settled();
      options.signal.throwIfAborted();
    };
    const name = candleFile(symbol, "5m", "feather");
    const request = { symbol, timeframe: "5m", fromMs: unixMs(FIRST_OPEN_MS), toMs: endMs } as const;
    const download = (dir: string) =>
      downloadMarket({ source, dir, name, now, sleep, pieceCandles: 10 }, request, { signal });
    await download(one.dir);
    const asked = calls.length;
    const results = await Promise.all([download(two.dir), download(two.dir), download(two.dir)]);
    expect(results.map(({ added }) => added).sort()).toEqual([0, 0, 198]);
    expect(calls.length).toBe(2 * asked);
    expect(await readdir(two.dir)).toEqual([FILE]);
    expect(await readFile(join(two.dir, FILE))).toEqual(await readFile(join(one.dir, FILE)));
  });

  test("a last piece that a process wrote after it had lost the lock is not taken twice", async () => {
    await using folder = await temporaryFolder({});
    const past = pastOf(FIRST_OPEN_MS, 60);
    const { appendFrame, beginPart } = await import("#toolkits/market/history/part-file.ts");
    const at = (row: number) => FIRST_OPEN_MS + row * LENGTH_MS;
    await beginPart(folder.dir, FILE, { venue: "binance", askedFromMs: at(0), fromMs: at(0), toMs: at(60) });
    for (const [from, to] of [
      [0, 20],
      [20, 40],
      [20, 40],
      [20, 50],
      [50, 60],
    ] as const) {
      await appendFrame(folder.dir, FILE, { rows: rowsWithin(past, at(from), at(to)), throughMs: at(to) });
    }
    const part = await readPart(folder.dir, FILE);
    expect(part?.frames.map(({ openMs }) => openMs.length)).toEqual([20, 20, 10, 10]);
    expect(part?.throughMs).toBe(at(60));
  });
});
