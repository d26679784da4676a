// The contract of the CandleStore port, run as a part of the store's.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { retentionCuts } from "#memory/consolidate-cuts.ts";
import type { AnalysisKey } from "#schemas/analysis.ts";
import type { CandleSeries } from "#schemas/market.ts";
import type { Store } from "#schemas/ports/memory.ts";
import { RetentionPolicy } from "#schemas/retention.ts";
import { DAY_MS, type Timeframe, unixMs, VenueId } from "#schemas/units.ts";
import { ETH, KEY, makeCandle, makeSeries, msAfter, options, STEP_MS, T0 } from "#test/memory/fixtures.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";

export function candleContract(open: () => Store): void {
  describe("candles", () => {
    let serial = 0;
    const freshKey = (): AnalysisKey => {
      serial += 1;
      return { ...KEY, venueId: VenueId.parse(`candles:${serial}`) };
    };
    const stepsOf = (series: CandleSeries | undefined) =>
      series === undefined ? undefined : [...series.openMs].map((openMs) => (openMs - T0) / STEP_MS);
    const put = (key: AnalysisKey, steps: readonly number[], keep = 1000, close = 100) =>
      open().candles.put(key, makeSeries(steps.map((step) => makeCandle(step, { close }))), keep, options);
    const read = (key: AnalysisKey, count = 1000) => open().candles.window(key, count, options);

    it("gives back the very numbers that were written, oldest first", async () => {
      const key = freshKey();
      const series = makeSeries([
        makeCandle(0, { low: 5e-324, open: 0.1 + 0.2, close: 1 / 3, high: 1.7976931348623157e308, volume: 0 }),
        makeCandle(1, { volume: 123456789.12345679 }),
      ]);
      await open().candles.put(key, series, 10, options);
      expect(await read(key)).toEqual({ ...series, checkedThroughMs: msAfter(2 * STEP_MS) });
    });

    it("has no window where nothing was kept", async () => {
      expect(await read(freshKey())).toBeUndefined();
      const key = freshKey();
      await put(key, []);
      expect(await read(key)).toBeUndefined();
    });

    it("gives the newest so many", async () => {
      const key = freshKey();
      await put(key, [0, 1, 2, 3]);
      expect(stepsOf(await read(key, 2))).toEqual([2, 3]);
      expect(await read(key, 0)).toBeUndefined();
    });

    it("writes what is corrected over what was there, and leaves the others", async () => {
      const key = freshKey();
      await put(key, [0, 1, 2]);
      await put(key, [1], 1000, 101);
      expect([...((await read(key))?.close ?? [])]).toEqual([100, 101, 100]);
    });

    it("keeps what is corrected as it was, with the times it was known", async () => {
      const key = freshKey();
      const at = (step: number, close: number, turn: number) =>
        open().candles.put(
          key,
          makeSeries([makeCandle(step, { close })], { checkedThroughMs: msAfter(turn) }),
          1000,
          options,
        );
      const versions = async (from = 0, to = 10) => {
        const found = await open().candles.versions(
          key,
          { fromMs: T0 + from * STEP_MS, toMs: T0 + to * STEP_MS },
          options,
        );
        return found.map(({ openMs, close, knownFromMs, replacedMs }) => [
          (openMs - T0) / STEP_MS,
          close,
          knownFromMs - T0,
          replacedMs === null ? null : replacedMs - T0,
        ]);
      };
      expect(await versions()).toEqual([]);
      await at(1, 100, 7);
      await at(2, 100, 7);
      await at(1, 100, 8);
      expect(await versions()).toEqual([
        [1, 100, 7, null],
        [2, 100, 7, null],
      ]);
      await at(1, 101, 9);
      await at(1, 99, 12);
      await at(0, 100, 12);
      expect(await versions()).toEqual([
        [0, 100, 12, null],
        [1, 100, 7, 9],
        [1, 101, 9, 12],
        [1, 99, 12, null],
        [2, 100, 7, null],
      ]);
      expect(await versions(2, 3)).toEqual([[2, 100, 7, null]]);
      expect(await versions(1, 2)).toHaveLength(3);
    });

    it("keeps what was corrected for two days and a window, of its own timeframe", async () => {
      const nowMs = T0 + 400 * DAY_MS;
      const left = async (timeframe: Timeframe, agoMs: number): Promise<number> => {
        const key = { ...freshKey(), timeframe };
        const series = (close: number, knownMs: number) => ({
          ...makeSeries([makeCandle(0, { close })], { checkedThroughMs: unixMs(knownMs) }),
          timeframe,
        });
        await open().candles.put(key, series(100, T0), 1000, options);
        await open().candles.put(key, series(101, nowMs - agoMs), 1000, options);
        await open().consolidate(
          retentionCuts(RetentionPolicy.parse({ allForDays: 36_500, hourlyForDays: 36_500 }), nowMs),
          options,
        );
        const all = await open().candles.versions(key, { fromMs: 0, toMs: nowMs }, options);
        return all.filter(({ replacedMs }) => replacedMs !== null).length;
      };
      for (const [timeframe, lengthMs] of [
        ["5m", 300_000],
        ["4h", 4 * 3_600_000],
      ] as const) {
        const keptMs = 2 * DAY_MS + 600 * lengthMs;
        expect([timeframe, await left(timeframe, keptMs), await left(timeframe, keptMs + 1)]).toEqual([
          timeframe,
          1,
          0,
        ]);
      }
    });

    it("drops what is older than the newest that are to be kept, also of what is written", async () => {
      const key = freshKey();
      await put(key, [0, 1, 2, 3], 3);
      expect(stepsOf(await read(key))).toEqual([1, 2, 3]);
      await put(key, [4, 5], 3);
      expect(stepsOf(await read(key))).toEqual([3, 4, 5]);
      await put(key, [0, 2], 3);
      expect(stepsOf(await read(key))).toEqual([3, 4, 5]);
    });

    it("keeps markets, timeframes and venues apart, also what is dropped of them", async () => {
      const key = freshKey();
      await put(key, [0]);
      for (const other of [{ ...key, symbol: ETH }, { ...key, timeframe: "1h" as const }, freshKey()]) {
        expect(await read(other)).toBeUndefined();
        await put(other, [7, 8, 9], 2);
        expect(stepsOf(await read(key))).toEqual([0]);
      }
    });

    it("keeps what was decided of candles, the word that settled one first for good, nothing before it was said", async () => {
      const key = freshKey();
      const say = (step: number, verdict: "pending" | "agreed" | "hole", turn: number) =>
        open().candles.putVerdicts(key, [{ openMs: T0 + step * STEP_MS, verdict, knownMs: msAfter(turn) }], options);
      const words = async (nowTurn: number, from = 0, of = key) =>
        (await open().candles.verdicts(of, { fromMs: T0 + from * STEP_MS, nowMs: msAfter(nowTurn) }, options)).map(
          ({ openMs, verdict, knownMs }) => [(openMs - T0) / STEP_MS, verdict, knownMs - T0],
        );
      expect(await words(99)).toEqual([]);
      await open().candles.putVerdicts(key, [], options);
      await say(5, "pending", 10);
      await say(5, "pending", 12);
      await say(3, "agreed", 4);
      expect(await words(9)).toEqual([[3, "agreed", 4]]);
      expect(await words(10)).toEqual([
        [3, "agreed", 4],
        [5, "pending", 10],
      ]);
      await say(5, "hole", 15);
      await say(5, "agreed", 20);
      expect(await words(14, 4)).toEqual([[5, "pending", 10]]);
      expect(await words(99, 4)).toEqual([[5, "hole", 15]]);
      expect(await words(99, 0, { ...key, timeframe: "1h" })).toEqual([]);
      expect(await words(99, 0, freshKey())).toEqual([]);
    });

    it("takes the same window from two sides at once", async () => {
      const key = freshKey();
      const steps = Array.from({ length: 500 }, (_, i) => i);
      await Promise.all([put(key, steps, 400), put(key, steps, 400), put(key, steps.slice(100), 400)]);
      expect(stepsOf(await read(key))).toEqual(steps.slice(100));
    });

    it("does what the model in memory does, in whatever order candles come", async () => {
      const write = fc.record({
        steps: fc
          .uniqueArray(fc.integer({ min: 0, max: 8 }), { maxLength: 5 })
          .map((all) => all.toSorted((a, b) => a - b)),
        keep: fc.integer({ min: 1, max: 6 }),
        close: fc.integer({ min: 95, max: 105 }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(write, { maxLength: 8 }), async (writes) => {
          const key = freshKey();
          const model = createMemoryStore().candles;
          for (const { steps, keep, close } of writes) {
            await put(key, steps, keep, close);
            await model.put(key, makeSeries(steps.map((step) => makeCandle(step, { close }))), keep, options);
          }
          expect(await read(key)).toEqual(await model.window(key, 1000, options));
          const range = { fromMs: 0, toMs: T0 + 1e9 };
          const [own, other] = [open().candles, model].map((one) => one.versions(key, range, options));
          expect(await own).toEqual(await other);
        }),
        { numRuns: 60 },
      );
    });
  });
}
