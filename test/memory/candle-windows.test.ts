import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCandleWindows } from "#memory/candle-windows.ts";
import type { Recall } from "#schemas/analysis.ts";
import type { Candle, CandleSeries } from "#schemas/market.ts";
import type { CandleStore } from "#schemas/ports/memory.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { MarketSymbol, unixMs, VenueId } from "#schemas/units.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { readSeries } from "#test/support/read-series.ts";
import { ETH, KEY, makeAnalysis, makeCandle, makeSeries, msAfter, options, STEP_MS, T0, VENUE } from "./fixtures.ts";

/** Windows over a store in memory, with a diary of what they asked of it and of Khala. */
function windows(keep?: number) {
  const store = createMemoryStore();
  const diary: string[] = [];
  const broken = new Set<string>();
  const say = (word: string) => {
    diary.push(word);
    if (broken.delete(word.split(" ")[0] ?? "")) throw new Error(`${word} failed`);
  };
  const candles: CandleStore = {
    ...store.candles,
    async window(...args) {
      say("window");
      return store.candles.window(...args);
    },
    async put(key, series, ...rest) {
      say(`put ${series.openMs.length}`);
      return store.candles.put(key, series, ...rest);
    },
    versions: store.candles.versions,
  };
  /** The newest analysis of the key; by default one whose window holds every candle of these tests. */
  const analysed = { startStep: 0, endStep: 1000 };
  const khala = {
    async recall(): Promise<Recall> {
      const { indicators } = makeAnalysis();
      const windowStartMs = openMs(analysed.startStep);
      const record = makeAnalysis({
        asOfMs: unixMs(openMs(analysed.endStep)),
        indicators: { ...indicators, windowStartMs },
      });
      return { status: "fresh", record, ageMs: 0 };
    },
    async invalidate(scope: object, why: { readonly reason: string }) {
      say(`invalidate ${JSON.stringify(scope)} ${why.reason}`);
      return 1;
    },
  };
  const open = () => {
    const made = createCandleWindows({
      store: { candles },
      khala,
      venueId: VENUE,
      ...(keep === undefined ? {} : { keep }),
    });
    const note = async (...read: [CandleSeries, CallOptions]) => {
      const { corrected } = await readSeries(made, ...read);
      await made.keep([KEY.symbol], options);
      return { corrected };
    };
    return { note, read: made.read, keep: made.keep };
  };
  return { open, diary, broken, store, analysed, kept: () => store.candles.window(KEY, 10_000, options) };
}

const steps = (from: number, to: number, over: Partial<Candle> = {}) =>
  Array.from({ length: to - from + 1 }, (_, i) => makeCandle(from + i, over));
const openMs = (step: number) => T0 + step * STEP_MS;
const VOIDED = `invalidate ${JSON.stringify(KEY)} source-changed`;

describe("candle windows", () => {
  it("answer at once where the source has what is new at hand, and in turn while another read of the market is under way", async () => {
    const { read } = windows().open();
    const { symbol, timeframe } = KEY;
    const upTo = (step: number) => ({ symbol, timeframe, fromMs: T0, nowMs: unixMs(openMs(step + 1)) });
    const source = (step: number) => ({
      graceMs: 0,
      candles: ({ fromMs }: { readonly fromMs: number }) => makeSeries(steps((fromMs - T0) / STEP_MS, step)),
    });
    const closes = ({ series }: { readonly series: CandleSeries }) => series.close.length;
    expect(closes(await read(source(9), upTo(9), options))).toBe(10);
    for (let i = 0; i < 5; i++) await Promise.resolve();
    const atOnce = read(source(10), upTo(10), options);
    expect(atOnce).not.toBeInstanceOf(Promise);
    expect(closes(await atOnce)).toBe(11);
    const gate = Promise.withResolvers<void>();
    const slow = {
      graceMs: 0,
      candles: async (asked: { readonly fromMs: number }) => {
        await gate.promise;
        return source(11).candles(asked);
      },
    };
    const first = read(slow, upTo(11), options);
    const second = read(source(12), upTo(12), options);
    expect(second).toBeInstanceOf(Promise);
    gate.resolve();
    expect([closes(await first), closes(await second)]).toEqual([12, 13]);
  });

  it("keep what is read, and correct nothing at first", async () => {
    const { open, diary, kept } = windows();
    expect(await open().note(makeSeries(steps(0, 9)), options)).toEqual({ corrected: [] });
    expect(diary).toEqual(["window", "put 10"]);
    expect(await kept()).toEqual(makeSeries(steps(0, 9)));
  });

  it("take a new candle by one statement, and nothing new by none", async () => {
    const { open, diary } = windows();
    const { note } = open();
    await note(makeSeries(steps(0, 9)), options);
    diary.length = 0;
    await note(makeSeries(steps(1, 10)), options);
    await note(makeSeries(steps(1, 10)), options);
    expect(diary).toEqual(["put 1"]);
  });

  it("keep what is new once they are told to, of the markets that are named, and try again what was not written", async () => {
    const { open, diary, store, broken } = windows();
    const { note, read, keep } = open();
    await note(makeSeries(steps(0, 9)), options);
    diary.length = 0;
    const source = { graceMs: 0, candles: async () => makeSeries(steps(6, 10)) };
    const request = { ...KEY, nowMs: unixMs(openMs(11)), fromMs: unixMs(openMs(0)) };
    expect((await read(source, request, options)).series.close).toHaveLength(11);
    expect(diary).toEqual([]);
    await keep([ETH], options);
    expect(diary).toEqual([]);
    broken.add("put");
    await expect(keep([KEY.symbol], options)).rejects.toThrow();
    await keep([KEY.symbol], options);
    await keep([KEY.symbol], options);
    // The one that failed, and the one after it.
    expect(diary).toEqual(["put 1", "put 1"]);
    expect((await store.candles.window(KEY, 20, options))?.close).toHaveLength(11);
  });

  it("notice a correction of a candle that was not kept yet", async () => {
    const { open, kept } = windows();
    const { note, read } = open();
    await note(makeSeries(steps(0, 9)), options);
    const request = { ...KEY, nowMs: unixMs(openMs(11)), fromMs: unixMs(openMs(0)) };
    await read({ graceMs: 0, candles: async () => makeSeries(steps(6, 10)) }, request, options);
    const corrected = steps(6, 11).with(4, makeCandle(10, { close: 101 }));
    expect(await note(makeSeries(corrected), options)).toEqual({ corrected: [openMs(10)] });
    expect((await kept())?.close.at(-2)).toBe(101);
  });

  it.each(["open", "high", "low", "close", "volume"] as const)(
    "void the key whose candle has another %s, once, and say which",
    async (column) => {
      const { open, diary, kept } = windows();
      const { note } = open();
      await note(makeSeries(steps(0, 9)), options);
      diary.length = 0;
      const corrected = steps(0, 10).with(7, makeCandle(7, { [column]: 99.5 }));
      expect(await note(makeSeries(corrected), options)).toEqual({ corrected: [openMs(7)] });
      expect(diary).toEqual(["window", VOIDED, "put 2"]);
      expect(await note(makeSeries(corrected), options)).toEqual({ corrected: [] });
      expect((await kept())?.[column][7]).toBe(99.5);
    },
  );

  it("notice after a restart what was changed while nobody ran", async () => {
    const { open } = windows();
    await open().note(makeSeries(steps(0, 9)), options);
    const corrected = steps(5, 15).with(0, makeCandle(5, { close: 101 }));
    expect(await open().note(makeSeries(corrected), options)).toEqual({ corrected: [openMs(5)] });
  });

  it("do not void again what another process has noticed already", async () => {
    const { open, diary } = windows();
    const [one, other] = [open(), open()];
    for (const { note } of [one, other]) await note(makeSeries(steps(0, 9)), options);
    const corrected = makeSeries(steps(0, 9).with(3, makeCandle(3, { close: 101 })));
    expect((await one.note(corrected, options)).corrected).toHaveLength(1);
    diary.length = 0;
    expect(await other.note(corrected, options)).toEqual({ corrected: [] });
    expect(diary).toEqual(["window"]);
  });

  it("correct nothing by absence, nor when what was absent comes back", async () => {
    const { open, diary } = windows();
    const { note } = open();
    await note(makeSeries(steps(0, 9)), options);
    const gappy = makeSeries(steps(0, 10).filter((_, i) => i !== 4 && i !== 5));
    expect(await note(gappy, options)).toEqual({ corrected: [] });
    expect(await note(makeSeries([]), options)).toEqual({ corrected: [] });
    expect(await note(makeSeries(steps(0, 10)), options)).toEqual({ corrected: [] });
    expect(diary.filter((word) => word.startsWith("invalidate"))).toEqual([]);
  });

  it("take a candle that fills a hole inside what was kept for a correction", async () => {
    const { open } = windows();
    const { note } = open();
    await note(makeSeries(steps(0, 9).filter((_, i) => i !== 4)), options);
    expect(await note(makeSeries(steps(0, 9)), options)).toEqual({ corrected: [openMs(4)] });
  });

  it("correct nothing when a longer window is read than before", async () => {
    const { open, kept } = windows();
    const { note } = open();
    await note(makeSeries(steps(5, 9)), options);
    expect(await note(makeSeries(steps(0, 9)), options)).toEqual({ corrected: [] });
    expect((await kept())?.openMs).toHaveLength(10);
  });

  it("start again after a pause that left candles unread, so that those are no corrections when they are read", async () => {
    const { open, kept } = windows();
    const { note } = open();
    await note(makeSeries(steps(0, 9)), options);
    expect(await note(makeSeries(steps(20, 29)), options)).toEqual({ corrected: [] });
    expect(await kept()).toEqual(makeSeries(steps(20, 29)));
    expect(await note(makeSeries(steps(5, 29)), options)).toEqual({ corrected: [] });
  });

  it("keep no more than they are told", async () => {
    const { open, kept } = windows(4);
    const { note } = open();
    await note(makeSeries(steps(0, 9)), options);
    await note(makeSeries(steps(1, 11)), options);
    expect(await kept()).toEqual(makeSeries(steps(8, 11)));
    expect(await note(makeSeries(steps(1, 11).with(0, makeCandle(1, { close: 101 }))), options)).toEqual({
      corrected: [],
    });
  });

  it("do not let a slow old read undo what a later one has brought", async () => {
    const { open, kept } = windows();
    const { note } = open();
    const old = makeSeries(steps(0, 9), { checkedThroughMs: msAfter(10 * STEP_MS) });
    const corrected = makeSeries(steps(0, 9, { close: 101 }), { checkedThroughMs: msAfter(10 * STEP_MS + 1) });
    await note(corrected, options);
    expect(await note(old, options)).toEqual({ corrected: [] });
    expect([...((await kept())?.close ?? [])]).toEqual(steps(0, 9).map(() => 101));
  });

  it("note one series of a market after the other, and other markets beside it", async () => {
    const { open, kept } = windows();
    const { note } = open();
    const notes = await Promise.all([
      note(makeSeries(steps(0, 9)), options),
      note(makeSeries(steps(0, 9, { close: 101 })), options),
      note(makeSeries(steps(0, 9, { close: 102 }), { symbol: ETH }), options),
    ]);
    expect(notes.map(({ corrected }) => corrected.length)).toEqual([0, 10, 0]);
    expect([...((await kept())?.close ?? [])]).toEqual(steps(0, 9).map(() => 101));
  });

  it.each(["invalidate", "put", "window"])("notice again what they could not finish when %s failed", async (verb) => {
    const { open, broken } = windows();
    const { note } = open();
    await note(makeSeries(steps(0, 9)), options);
    const corrected = makeSeries(steps(0, 9).with(3, makeCandle(3, { close: 101 })));
    broken.add(verb);
    await expect(note(corrected, options)).rejects.toThrow(`${verb}`);
    expect(await note(corrected, options)).toEqual({ corrected: [openMs(3)] });
  });

  it("are not misled by a source that uses its buffers again", async () => {
    const { open } = windows();
    const { note } = open();
    const series = makeSeries(steps(0, 9));
    await note(series, options);
    series.close[3] = 101;
    expect(await note(series, options)).toEqual({ corrected: [openMs(3)] });
  });

  it("keep venues apart", async () => {
    const { store, kept } = windows();
    const khala = { invalidate: async () => 0, recall: async (): Promise<Recall> => ({ status: "missing" }) };
    const other = createCandleWindows({ store, khala, venueId: VenueId.parse("other") });
    await readSeries(other, makeSeries(steps(0, 9)), options);
    expect(await kept()).toBeUndefined();
  });

  it("void exactly what differs, whatever part of a changing market is read", async () => {
    const read = fc.record({
      from: fc.nat({ max: 15 }),
      length: fc.integer({ min: 1, max: 10 }),
      changed: fc.option(fc.nat({ max: 25 })),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(read, { minLength: 1, maxLength: 10 }), fc.boolean(), async (reads, restarting) => {
        const { open, kept } = windows();
        let { note } = open();
        const market = new Map(steps(0, 25).map((candle) => [candle.openMs, candle]));
        for (const [turn, { from, length, changed }] of reads.entries()) {
          if (restarting) ({ note } = open());
          if (changed !== null) market.set(openMs(changed), makeCandle(changed, { close: 100 + turn / 100 }));
          const before = await kept();
          const seen = [...market.values()].slice(from, from + length);
          const { corrected } = await note(makeSeries(seen, { checkedThroughMs: msAfter(turn) }), options);
          const known = new Map([...(before?.openMs ?? [])].map((ms, i) => [ms, before?.close[i]]));
          expect(corrected).toEqual(
            seen
              .filter(({ openMs: ms, close }) => known.has(ms) && known.get(ms) !== close)
              .map((candle) => candle.openMs),
          );
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** A venue whose candles are numbered from T0 on, one slot each; it may lag, leave out and correct. */
function venue(symbol = KEY.symbol) {
  const candles = new Map(steps(0, 1000).map((candle) => [candle.openMs, candle]));
  const asked: number[] = [];
  const state = { lag: 0, givesFrom: 0 };
  const source = {
    graceMs: 0,
    async candles({ nowMs, fromMs }: { readonly nowMs: number; readonly fromMs: number }) {
      asked.push((fromMs - T0) / STEP_MS);
      const from = Math.max(fromMs, openMs(state.givesFrom));
      const rows = [...candles.values()]
        .filter((candle) => candle.openMs >= from && candle.openMs + STEP_MS * (1 + state.lag) <= nowMs)
        .sort((a, b) => a.openMs - b.openMs);
      return makeSeries(rows, { symbol, askedFromMs: unixMs(from), checkedThroughMs: unixMs(nowMs) });
    },
  };
  /** What is asked for in the slot in which candle `step` closes: as a window of 400 rows and more. */
  const at = (step: number, rows = 400) => ({
    symbol,
    timeframe: "5m" as const,
    nowMs: unixMs(openMs(step + 1)),
    fromMs: unixMs(openMs(Math.max(0, Math.floor((step + 1 - rows) / 200) * 200))),
  });
  const correct = (step: number, close = 101) => candles.set(openMs(step), makeCandle(step, { close }));
  return { source, candles, asked, state, at, correct };
}

describe("a kept window", () => {
  it("is read whole once, then from three candles before the newest on", async () => {
    const { source, asked, at } = venue();
    const { read } = windows().open();
    for (const step of [450, 451, 452, 455]) await read(source, at(step), options);
    expect(asked).toEqual([0, 447, 448, 449]);
  });

  it("is what the source gives when it is asked for all of it, in memory that it shares with the slot before", async () => {
    const { source, candles, at } = venue();
    const { read } = windows().open();
    for (const step of [470, 471, 475]) candles.delete(openMs(step));
    let before: CandleSeries | null = null;
    let shared = 0;
    for (let step = 450; step < 700; step++) {
      const { series } = await read(source, at(step), options);
      expect(series).toEqual(await source.candles(at(step)));
      if (before?.close.buffer === series.close.buffer) shared += 1;
      before = series;
    }
    expect(shared).toBeGreaterThan(240);
  });

  it("does not change what was handed out before", async () => {
    const { source, at, correct } = venue();
    const { read } = windows().open();
    const { series } = await read(source, at(450), options);
    const then = series.close.slice();
    correct(449);
    for (let step = 451; step < 500; step++) await read(source, at(step), options);
    expect(series.close).toEqual(then);
  });

  it("is read whole again once in 200 candles, each market's at another candle", async () => {
    const { read } = windows().open();
    const wholeAt = new Map<string, number[]>();
    for (const name of ["BTC/USDT", "ETH/USDT", "SOL/USDT"]) {
      const { source, asked, at } = venue(MarketSymbol.parse(name));
      for (let step = 400; step < 1000; step++) {
        const before = asked.length;
        await read(source, at(step), options);
        if (asked.slice(before).some((from) => from === (at(step).fromMs - T0) / STEP_MS)) {
          wholeAt.set(name, [...(wholeAt.get(name) ?? []), step]);
        }
      }
    }
    const rounds = [...wholeAt.values()].map(([first, ...again]) => {
      expect(first).toBe(400);
      expect(again).toHaveLength(3);
      for (const [i, step] of again.slice(1).entries()) expect(step - (again[i] ?? 0)).toBe(200);
      return (again[0] ?? 0) % 200;
    });
    expect(new Set(rounds).size).toBe(3);
  });

  it("is read from further back where more is wanted, and keeps that", async () => {
    const { source, asked, at } = venue();
    const { read } = windows().open();
    await read(source, at(900), options);
    const { series } = await read(source, at(900, 800), options);
    expect(series.openMs[0]).toBe(at(900, 800).fromMs);
    await read(source, at(901, 800), options);
    const short = await read(source, at(902), options);
    expect(asked).toEqual([400, 0, 897, 898]);
    expect(short.series).toEqual(await source.candles(at(902)));
  });

  it("loses no candle to a source that lags behind itself, and says when that was asked", async () => {
    const { source, state, at } = venue();
    const { read } = windows().open();
    await read(source, at(450), options);
    state.lag = 2;
    const { series, corrected } = await read(source, at(451), options);
    expect([series.openMs.at(-1), series.checkedThroughMs, corrected]).toEqual([openMs(450), openMs(452), []]);
    state.lag = 0;
    expect((await read(source, at(451), options)).series).toEqual(await source.candles(at(451)));
  });

  it("is short where the source's answer is, and whole again with the source", async () => {
    const { source, state, at } = venue();
    const { read } = windows().open();
    await read(source, at(450), options);
    state.givesFrom = 449;
    expect((await read(source, at(451), options)).series.askedFromMs).toBe(openMs(449));
    state.givesFrom = 0;
    expect((await read(source, at(452), options)).series).toEqual(await source.candles(at(452)));
  });

  it("is read whole at once where one of the newest three has changed, and all that changed is found", async () => {
    const { source, asked, at, correct } = venue();
    const { open, diary } = windows();
    const { read } = open();
    await read(source, at(450), options);
    for (const step of [100, 449]) correct(step);
    const { series, corrected } = await read(source, at(451), options);
    expect(asked).toEqual([0, 447, 0]);
    expect(corrected).toEqual([openMs(100), openMs(449)]);
    expect(series.close[100]).toBe(101);
    expect(diary.filter((word) => word === VOIDED)).toHaveLength(1);
  });

  it("finds an older correction, or a hole that was filled, within 200 candles", async () => {
    const { source, at, correct, candles } = venue();
    const { read } = windows().open();
    candles.delete(openMs(421));
    for (let step = 440; step < 450; step++) await read(source, at(step), options);
    correct(420);
    candles.set(openMs(421), makeCandle(421));
    const found: number[] = [];
    for (let step = 450; step < 650; step++) found.push(...(await read(source, at(step), options)).corrected);
    expect(found).toEqual([openMs(420), openMs(421)]);
  });

  it("finds after a restart what was corrected meanwhile, anywhere in it", async () => {
    const { source, at, correct } = venue();
    const { open, diary } = windows();
    await open().read(source, at(450), options);
    correct(7);
    expect((await open().read(source, at(451), options)).corrected).toEqual([openMs(7)]);
    expect(diary).toContain(VOIDED);
  });

  it.each([
    ["the first candle of its window", 200, true],
    ["the candle before its window", 199, false],
    ["its newest candle", 599, true],
    ["a candle that is newer than it", 600, false],
  ])("voids an analysis by a correction of %s, or not: %s", async (_which, step, voided) => {
    const { source, at, correct } = venue();
    const { open, diary, analysed, kept } = windows();
    Object.assign(analysed, { startStep: 200, endStep: 600 });
    await open().read(source, at(601, 800), options);
    correct(step);
    expect((await open().read(source, at(601, 800), options)).corrected).toEqual([openMs(step)]);
    expect(diary.includes(VOIDED)).toBe(voided);
    expect((await kept())?.close[step]).toBe(101);
  });
});
