// Several processes on one store in memory, each with its own way to one venue, on time that moves only when it is told to.
import { describe, expect, it } from "vitest";
import { SharedAnswers } from "#memory/shared-answers.ts";
import { shareCandles } from "#memory/shared-candles.ts";
import { DataFormatError, StoreError } from "#schemas/errors.ts";
import { type Candle, newestClosed } from "#schemas/market.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import type { AnswerStore } from "#schemas/ports/memory.ts";
import { MarketSymbol, type UnixMs, unixMs } from "#schemas/units.ts";
import { handClock, settled } from "#test/support/hand-clock.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { BTC, ETH, KEY, makeCandle, makeSeries, options, STEP_MS, T0, VENUE } from "./fixtures.ts";

const CLAIM_MS = 3_000;
/** Steps from T0 that are closed in the slot of these tests. */
const CLOSED = 200;
const NOW_MS = unixMs(T0 + CLOSED * STEP_MS);
const openMs = (step: number) => unixMs(T0 + step * STEP_MS);

type Request = Parameters<MarketData["candles"]>[0];
const tail = (over: Partial<Request> = {}): Request => ({
  symbol: BTC,
  timeframe: KEY.timeframe,
  nowMs: NOW_MS,
  fromMs: openMs(CLOSED - 4),
  ...over,
});
const whole = (over: Partial<Request> = {}) => tail({ fromMs: openMs(0), ...over });

function world() {
  const clock = handClock();
  const store = createMemoryStore({ monotonicMs: clock.monotonicMs });
  const asks: string[] = [];
  /** What the venue has, by step; left out: a usual candle, null: none. */
  const odd = new Map<number, Partial<Candle> | null>();
  /** Candles from this step on are not published yet. */
  let unpublished = Number.POSITIVE_INFINITY;
  const venue = ({ symbol, timeframe, nowMs, fromMs }: Request) => {
    const closed = (newestClosed(nowMs, timeframe, 0) - T0) / STEP_MS;
    const steps = Array.from({ length: closed }, (_, step) => step);
    const rows = steps
      .filter((step) => openMs(step) >= fromMs && step < unpublished && odd.get(step) !== null)
      .map((step) => makeCandle(step, odd.get(step) ?? {}));
    return { ...makeSeries(rows), symbol, timeframe, askedFromMs: fromMs, checkedThroughMs: nowMs };
  };
  /** @param hang asks of this process get no answer; fail: they get this */
  const open = (name: string, over: { hang?: boolean; fail?: Error; answers?: AnswerStore } = {}) => {
    const shared = new SharedAnswers({
      store: over.answers ?? store.answers,
      venueId: VENUE,
      claimMs: CLAIM_MS,
      presentMs: 600_000,
      sleep: clock.sleep,
      monotonicMs: clock.monotonicMs,
    });
    const candles = shareCandles(
      {
        graceMs: 0,
        candles: async (request) => {
          asks.push(`${name} ${request.symbol} ${(request.fromMs - T0) / STEP_MS}`);
          await settled();
          if (over.hang === true) await new Promise(() => {});
          if (over.fail !== undefined) throw over.fail;
          return venue(request);
        },
      },
      shared,
    );
    return { candles: async (request: Request, signal = options) => candles(request, signal), shared };
  };
  /** Time moves on until it has settled, or far beyond every bound. */
  const finish = async <T>(work: Promise<T>): Promise<T> => {
    let isOver = false;
    const watched = work.finally(() => {
      isOver = true;
    });
    watched.catch(() => {});
    for (let turn = 0; turn < 400 && !isOver; turn++) {
      await settled();
      if (!isOver) await clock.advance(50);
    }
    if (!isOver) throw new Error("It waits for ever.");
    return watched;
  };
  const lag = (step: number) => {
    unpublished = step;
  };
  return { clock, store, asks, odd, lag, venue, open, finish };
}

const closes = (series: { readonly close: Float64Array }) => [...series.close];

describe("candles that several processes share", () => {
  it("are asked for once, and are to the bit what the venue would have told each of them", async () => {
    const { open, asks, venue, finish, odd } = world();
    odd.set(150, null);
    odd.set(160, { close: 0.1 + 0.2, low: 0.1 });
    const processes = ["a", "b", "c"].map((name) => open(name));
    const read = await finish(Promise.all(processes.map(({ candles }) => candles(whole()))));
    expect(asks).toEqual(["a BTC/USDT 0"]);
    for (const series of read) expect(series).toEqual(venue(whole()));
  });

  it("are read by a later process, with another moment and another beginning, as if it had asked", async () => {
    const { open, asks, venue, finish } = world();
    await finish(open("a").candles(whole()));
    const later = tail({ nowMs: unixMs(NOW_MS + 700), fromMs: openMs(120) });
    const series = await finish(open("b").candles(later));
    expect(asks).toHaveLength(1);
    // It says when the venue was asked, and no later.
    expect(series).toEqual({ ...venue(later), checkedThroughMs: NOW_MS });
  });

  it("hold nothing that opens after the moment of who reads them", async () => {
    const { open, asks, venue, finish } = world();
    const next = whole({ nowMs: unixMs(NOW_MS + STEP_MS) });
    await finish(open("a").candles(next));
    const series = await finish(open("b").candles(whole()));
    expect(asks).toHaveLength(1);
    expect(series).toEqual(venue(whole()));
  });

  it("are asked for again from farther back, after the next close, and of another market or timeframe", async () => {
    const { open, asks, finish } = world();
    const [a, b] = [open("a"), open("b")];
    await finish(a.candles(tail()));
    await finish(b.candles(whole()));
    await finish(b.candles(tail({ symbol: ETH })));
    await finish(b.candles(tail({ timeframe: "15m" })));
    await finish(b.candles(tail({ nowMs: unixMs(NOW_MS + STEP_MS) })));
    expect(asks).toEqual([
      // Wide enough for who judges a price by the candles before it, and, where some are known, beginning with one that is there.
      "a BTC/USDT 120",
      "b BTC/USDT 0",
      "b ETH/USDT 120",
      "b BTC/USDT -42",
      "b BTC/USDT 121",
    ]);
  });

  it("are narrow again where the venue has made one of the older ones no candle", async () => {
    const { open, asks, finish, clock } = world();
    const bad = new DataFormatError({ where: "x", was: "no candle.", expected: "one", remedy: "None." });
    const over: { fail?: Error } = {};
    const a = open("a", over);
    await finish(a.candles(whole()));
    over.fail = bad;
    await clock.advance(STEP_MS);
    await expect(finish(a.candles(tail({ nowMs: unixMs(NOW_MS + STEP_MS) })))).rejects.toBe(bad);
    expect(asks).toEqual(["a BTC/USDT 0", "a BTC/USDT 121", "a BTC/USDT 196"]);
  });

  it("that lack the newest are as good as one's own question for a second and a half, and no longer", async () => {
    const { open, asks, finish, lag, clock } = world();
    lag(CLOSED - 1);
    const [a, b, c] = [open("a"), open("b"), open("c")];
    expect((await finish(a.candles(tail()))).openMs.at(-1)).toBe(openMs(CLOSED - 2));
    expect((await finish(b.candles(tail()))).openMs.at(-1)).toBe(openMs(CLOSED - 2));
    expect(asks).toHaveLength(1);
    lag(CLOSED);
    await clock.advance(2_000);
    expect((await finish(b.candles(tail()))).openMs.at(-1)).toBe(openMs(CLOSED - 1));
    expect((await finish(c.candles(tail()))).openMs.at(-1)).toBe(openMs(CLOSED - 1));
    expect((await finish(a.candles(tail()))).openMs.at(-1)).toBe(openMs(CLOSED - 1));
    expect(asks).toHaveLength(2);
  });

  it("of a close that had no candle say nothing of the next", async () => {
    const { open, asks, finish, lag } = world();
    lag(CLOSED - 1);
    await finish(open("a").candles(tail()));
    await finish(open("b").candles(tail({ nowMs: unixMs(NOW_MS + STEP_MS) })));
    expect(asks).toHaveLength(2);
  });

  it("show each process what the venue has corrected", async () => {
    const { open, finish, odd } = world();
    const [a, b] = [open("a"), open("b")];
    await finish(Promise.all([a.candles(whole()), b.candles(whole())]));
    odd.set(CLOSED - 2, { close: 100.5 });
    const next = tail({ nowMs: unixMs(NOW_MS + STEP_MS), fromMs: openMs(CLOSED - 3) });
    const read = await finish(Promise.all([a.candles(next), b.candles(next)]));
    expect(read.map((series) => closes(series)[1])).toEqual([100.5, 100.5]);
  });

  it("are asked for by the next process, and by one, where the first was killed with its claim", async () => {
    const { open, asks, store, finish, clock } = world();
    const dead = [{ question: "candles 5m BTC/USDT", seenMs: 0 }];
    await store.answers.claim(VENUE, "dead", dead, { forMs: CLAIM_MS, most: 8 }, options);
    const processes = ["a", "b", "c"].map((name) => open(name));
    await finish(Promise.all(processes.map(({ candles }) => candles(tail()))));
    expect(asks).toHaveLength(1);
    expect(clock.monotonicMs()).toBeGreaterThanOrEqual(CLAIM_MS);
    expect(clock.monotonicMs()).toBeLessThan(CLAIM_MS + 500);
  });

  it("cost the others two claims at most where all that ask before them hang", async () => {
    const { open, asks, finish, clock } = world();
    for (const name of ["a", "b", "c"])
      open(name, { hang: true })
        .candles(tail())
        .catch(() => {});
    await settled();
    const series = await finish(open("d").candles(tail()));
    expect(series.openMs.at(-1)).toBe(openMs(CLOSED - 1));
    expect(asks[0]).toBe("a BTC/USDT 120");
    expect(asks).toContain("d BTC/USDT 120");
    expect(clock.monotonicMs()).toBeLessThan(2 * CLAIM_MS + 500);
  });

  it("that one process could not read are asked for by the next at once", async () => {
    const { open, asks, finish, clock } = world();
    const a = open("a", { fail: new Error("refused") }).candles(tail());
    const b = open("b").candles(tail());
    await expect(finish(a)).rejects.toThrow("refused");
    expect((await finish(b)).openMs.at(-1)).toBe(openMs(CLOSED - 1));
    expect(asks).toEqual(["a BTC/USDT 120", "b BTC/USDT 120"]);
    expect(clock.monotonicMs()).toBeLessThan(CLAIM_MS / 2);
  });

  it("are each process's own where the store fails, or gives what cannot be read", async () => {
    const { open, asks, finish, store } = world();
    const broken = () => Promise.reject(new StoreError({ was: "It is away.", remedy: "None." }));
    const answers = { present: broken, answers: broken, claim: broken, put: broken, giveUp: broken };
    for (const name of ["a", "b"]) await finish(open(name, { answers }).candles(tail()));
    await store.answers.put(VENUE, [{ question: "candles 5m ETH/USDT", body: '{"of":"another version"}' }], options);
    await finish(open("c").candles(tail({ symbol: ETH })));
    expect(asks).toEqual(["a BTC/USDT 120", "b BTC/USDT 120", "c ETH/USDT 120"]);
  });

  it("are left to who goes on waiting when one that waits is called off", async () => {
    const { open, asks, finish, clock } = world();
    const over = { hang: true };
    open("a", over)
      .candles(tail())
      .catch(() => {});
    await settled();
    const off = new AbortController();
    const b = open("b").candles(tail(), { signal: off.signal });
    b.catch(() => {});
    await clock.advance(20);
    off.abort(new Error("called off"));
    await expect(b).rejects.toThrow("called off");
    expect((await finish(open("c").candles(tail()))).openMs.at(-1)).toBe(openMs(CLOSED - 1));
    expect(asks).toEqual(["a BTC/USDT 120", "c BTC/USDT 120"]);
  });

  it("are asked for at most eight at a time by one process and all of them", async () => {
    const { open, asks } = world();
    const symbols = Array.from({ length: 20 }, (_, i) => MarketSymbol.parse(`A${i}/USDT`));
    for (const name of ["a", "b"]) {
      const { candles } = open(name, { hang: true });
      for (const symbol of symbols) candles(tail({ symbol })).catch(() => {});
    }
    for (let turn = 0; turn < 20; turn++) await settled();
    expect(asks.filter((ask) => ask.startsWith("a"))).toHaveLength(8);
    // One in any case: else it could never find out that it is the others that hang.
    expect(asks.filter((ask) => ask.startsWith("b"))).toHaveLength(1);
  });
});

describe("a process that is alone with its venue", () => {
  const slot = (n: number): UnixMs => unixMs(NOW_MS + n * STEP_MS);

  it("asks as if nothing was shared, once it has looked around twice, and shares again when another comes", async () => {
    const { open, asks, finish, clock, store } = world();
    const a = open("a");
    await finish(a.candles(tail({ nowMs: slot(0) })));
    await clock.advance(STEP_MS);
    a.shared.isSharing();
    await settled();
    expect(a.shared.isSharing()).toBe(false);
    await finish(a.candles(tail({ nowMs: slot(1) })));
    expect(asks.at(-1)).toBe("a BTC/USDT 196");
    const kept = await store.answers.answers(VENUE, [{ question: "candles 5m BTC/USDT", seenMs: 0 }], options);
    expect(JSON.parse(kept[0]?.body ?? "{}").closeMs).toBe(NOW_MS);

    const b = open("b");
    await finish(b.candles(tail({ nowMs: slot(1) })));
    await clock.advance(STEP_MS);
    a.shared.isSharing();
    await settled();
    asks.length = 0;
    const both = [a, b].map(({ candles }) => candles(tail({ nowMs: slot(2) })));
    await finish(Promise.all(both));
    expect(asks).toHaveLength(1);
  });
});
