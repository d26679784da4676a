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
    async window(...args) {
      say("window");
      return store.candles.window(...args);
    },
    async put(key, series, ...rest) {
      say(`put ${series.openMs.length}`);
      return store.candles.put(key, series, ...rest);
    },
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
      return { corrected };
    };
    return { note, read: made.read };
  };
  return { open, diary, broken, store, analysed, kept: () => store.candles.window(KEY, 10_000, options) };
}

const steps = (from: number, to: number, over: Partial<Candle> = {}) =>
  Array.from({ length: to - from + 1 }, (_, i) => makeCandle(from + i, over));
const openMs = (step: number) => T0 + step * STEP_MS;
const VOIDED = `invalidate ${JSON.stringify(KEY)} source-changed`;

describe("candle windows", () => {
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
