import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cronExpression, slotAt } from "#desk/slots.ts";
import { createSimulatedClock } from "#scheduler/clock.ts";
import { type CronDriverSettings, runCron } from "#scheduler/cron-driver.ts";
import { runReplay } from "#scheduler/replay-driver.ts";
import { TIMEFRAMES, type Timeframe, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";

const MIDNIGHT_MS = Date.UTC(2024, 2, 9);
const MINUTE_MS = 60_000;

describe("slots", () => {
  it("fire at the grace after every close, in UTC", () => {
    expect(TIMEFRAMES.map((timeframe) => cronExpression(timeframe, 3_000))).toEqual([
      "3 * * * * *",
      "3 */5 * * * *",
      "3 */15 * * * *",
      "3 0 * * * *",
      "3 0 */4 * * *",
      "3 0 0 * * *",
    ]);
  });

  it("round the grace up: a candle is never taken before it is closed", () => {
    expect(cronExpression("5m", 2_001)).toBe("3 */5 * * * *");
    expect(cronExpression("5m", 0)).toBe("0 */5 * * * *");
  });

  it("refuse a grace that would fire before the close", () => {
    expect(() => cronExpression("5m", 60_000)).toThrow(/less than a minute/);
  });

  it("stand at the newest close that is past its grace", () => {
    expect(slotAt(MIDNIGHT_MS + 2_999, "5m", 3_000)).toBe(MIDNIGHT_MS - 5 * MINUTE_MS);
    expect(slotAt(MIDNIGHT_MS + 3_000, "5m", 3_000)).toBe(MIDNIGHT_MS);
  });
});

describe("the cron driver", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: MIDNIGHT_MS + 60_500 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  interface Tick {
    readonly slotMs: number;
    readonly firedMs: number;
  }

  function start(settings: Partial<CronDriverSettings> & { readonly tick?: (slotMs: UnixMs) => Promise<void> } = {}) {
    const controller = new AbortController();
    const ticks: Tick[] = [];
    const problems: string[] = [];
    const timeframe = settings.timeframe ?? "5m";
    const end = runCron(
      {
        timeframe,
        graceMs: 3_000,
        firstSlotMs: slotAt(Date.now(), timeframe, 3_000),
        cycles: null,
        onProblem: (text) => problems.push(text),
        ...settings,
      },
      async (slotMs) => {
        ticks.push({ slotMs, firedMs: Date.now() });
        await settings.tick?.(slotMs);
      },
      { signal: controller.signal },
    );
    // Looked at by the test, which may come to it later than the rejection.
    end.catch(() => undefined);
    return { controller, ticks, problems, end };
  }

  const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

  it.each(TIMEFRAMES)(
    "%s: runs the current slot at once, then one slot after the other at its close plus grace",
    async (timeframe: Timeframe) => {
      const { controller, ticks, end } = start({ timeframe });
      const stepMs = timeframeMs(timeframe);
      await pass(3 * stepMs);
      controller.abort();
      const counts = await end;
      const first = slotAt(MIDNIGHT_MS + 60_500, timeframe, 3_000);
      expect(ticks[0]).toEqual({ slotMs: first, firedMs: MIDNIGHT_MS + 60_500 });
      expect(ticks.slice(1, 4)).toEqual(
        [1, 2, 3].map((n) => ({ slotMs: first + n * stepMs, firedMs: expect.any(Number) })),
      );
      for (const tick of ticks.slice(1)) expect(tick.firedMs - tick.slotMs - 3_000).toBeLessThan(1_000);
      for (const tick of ticks.slice(1)) expect(tick.firedMs - tick.slotMs).toBeGreaterThanOrEqual(3_000);
      expect(counts).toEqual({ fired: ticks.length, missed: 0, overlap: 0, skipped: 0, caughtUp: 0 });
    },
  );

  it("ends after the cycles asked for", async () => {
    const { ticks, end } = start({ cycles: 3 });
    await pass(60 * MINUTE_MS);
    expect(await end).toMatchObject({ fired: 3 });
    expect(ticks).toHaveLength(3);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("never runs two ticks at a time: a slot that comes meanwhile is counted, the next one runs", async () => {
    const slow = MIDNIGHT_MS + 5 * MINUTE_MS;
    let working = 0;
    let most = 0;
    const { controller, ticks, problems, end } = start({
      tick: async (slotMs) => {
        most = Math.max(most, ++working);
        if (slotMs === slow) await new Promise((resolve) => setTimeout(resolve, 7 * MINUTE_MS));
        working -= 1;
      },
    });
    await pass(20 * MINUTE_MS);
    controller.abort();
    expect(await end).toMatchObject({ overlap: 1, missed: 0, skipped: 1, caughtUp: 1 });
    expect(most).toBe(1);
    expect(ticks.map(({ slotMs }) => (slotMs - MIDNIGHT_MS) / MINUTE_MS)).toEqual([0, 5, 15, 20]);
    expect(problems.length).toBeGreaterThan(0);
  });

  it("catches up with one pass when the first slot outlasts its own time", async () => {
    const { controller, ticks, end } = start({
      tick: async (slotMs) => {
        if (slotMs === MIDNIGHT_MS) await new Promise((resolve) => setTimeout(resolve, 13 * MINUTE_MS));
      },
    });
    await pass(16 * MINUTE_MS);
    controller.abort();
    expect(await end).toMatchObject({ skipped: 1, caughtUp: 1 });
    expect(ticks.map(({ slotMs }) => (slotMs - MIDNIGHT_MS) / MINUTE_MS)).toEqual([0, 10, 15]);
  });

  it("counts what a suspended machine missed, and catches up with one run of the slot of now", async () => {
    const { controller, ticks, end } = start();
    await pass(5 * MINUTE_MS);
    // The machine sleeps: its clock goes on, its timers do not, and fire as much later.
    vi.setSystemTime(MIDNIGHT_MS + 127 * MINUTE_MS);
    await pass(10 * MINUTE_MS);
    controller.abort();
    const counts = await end;
    expect(counts.missed).toBeGreaterThan(20);
    expect(counts).toMatchObject({ skipped: 24, caughtUp: 1 });
    const after = ticks.map(({ slotMs }) => (slotMs - MIDNIGHT_MS) / MINUTE_MS).filter((minute) => minute > 5);
    expect(after).toEqual([130, 135]);
  });

  it("stops at once when aborted between ticks", async () => {
    const { controller, ticks, end } = start();
    await pass(1_000);
    controller.abort();
    expect(await end).toMatchObject({ fired: 1 });
    expect(vi.getTimerCount()).toBe(0);
    await pass(60 * MINUTE_MS);
    expect(ticks).toHaveLength(1);
  });

  it("finishes the tick at work when aborted, and starts no other", async () => {
    let finished = 0;
    const { controller, end } = start({
      tick: async () => {
        await new Promise((resolve) => setTimeout(resolve, 2_000));
        finished += 1;
      },
    });
    await pass(500);
    controller.abort();
    await pass(1_000);
    expect(finished).toBe(0);
    await pass(1_000);
    await end;
    expect(finished).toBe(1);
  });

  it.each([
    ["first", MIDNIGHT_MS],
    ["a later", MIDNIGHT_MS + 5 * MINUTE_MS],
  ])("ends with the error of %s tick, and leaves no timer behind", async (_name, failing) => {
    const { end } = start({
      tick: async (slotMs) => {
        if (slotMs === failing) throw new Error("the store is gone");
      },
    });
    await pass(6 * MINUTE_MS);
    await expect(end).rejects.toThrow("the store is gone");
    expect(vi.getTimerCount()).toBe(0);
  });

  it("writes nothing to stdout, whatever node-cron has to say", async () => {
    const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    const logged = vi.spyOn(console, "log").mockReturnValue(undefined);
    try {
      const { controller, end } = start({
        tick: () => new Promise((resolve) => setTimeout(resolve, 7 * MINUTE_MS)),
      });
      await pass(30 * MINUTE_MS);
      vi.setSystemTime(MIDNIGHT_MS + 500 * MINUTE_MS);
      await pass(30 * MINUTE_MS);
      controller.abort();
      await pass(10 * MINUTE_MS);
      await end;
      expect(written).not.toHaveBeenCalled();
      expect(logged).not.toHaveBeenCalled();
    } finally {
      written.mockRestore();
      logged.mockRestore();
    }
  });
});

describe("the replay driver", () => {
  const FIRST_MS = unixMs(MIDNIGHT_MS);
  const STEP_MS = timeframeMs("5m");

  /** A monotonic timer that moves only when somebody waits or works. */
  function replay(settings: {
    readonly speed?: number | null;
    readonly cycles?: number | null;
    readonly lastSlotMs?: UnixMs | null;
    readonly workMs?: number;
    readonly graceMs?: number;
  }) {
    const clock = createSimulatedClock(FIRST_MS);
    const controller = new AbortController();
    let monotonic = 0;
    const waits: number[] = [];
    const ticks: { readonly slotMs: number; readonly nowMs: number; readonly atMs: number }[] = [];
    const run = (onTick: (n: number) => Promise<void> = async () => undefined) =>
      runReplay(
        {
          clock,
          timeframe: "5m",
          graceMs: settings.graceMs ?? 0,
          firstSlotMs: FIRST_MS,
          speed: settings.speed ?? null,
          cycles: settings.cycles ?? null,
          lastSlotMs: settings.lastSlotMs ?? null,
          monotonicMs: () => monotonic,
          sleep: async (ms, { signal }) => {
            waits.push(ms);
            monotonic += ms;
            signal.throwIfAborted();
          },
        },
        async (slotMs) => {
          ticks.push({ slotMs, nowMs: clock.now(), atMs: monotonic });
          monotonic += settings.workMs ?? 0;
          await onTick(ticks.length);
        },
        { signal: controller.signal },
      );
    const work = (ms: number): void => {
      monotonic += ms;
    };
    return { run, ticks, waits, controller, clock, work };
  }

  it("moves time only when the work of the slot is done", async () => {
    const { run, clock, ticks } = replay({ cycles: 3, graceMs: 2_000 });
    const seen: number[] = [];
    await run(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(clock.now());
    });
    expect(seen).toEqual(ticks.map(({ nowMs }) => nowMs));
    expect(seen).toEqual([0, 1, 2].map((n) => FIRST_MS + n * STEP_MS + 2_000));
  });

  it("speed paces the slots: 300 market seconds at 100 a second take 3 s", async () => {
    const { run, ticks } = replay({ speed: 100, cycles: 4, workMs: 500 });
    await run();
    expect(ticks.map(({ atMs }) => atMs)).toEqual([0, 3_000, 6_000, 9_000]);
  });

  it("skips no slot when the work is slower than the pace, and makes up no lost time in a burst", async () => {
    const works = [100, 1_000, 100, 100, 100];
    const { run, ticks, waits, work } = replay({ speed: 1_000, cycles: 5 });
    await run(async (n) => work(works[n - 1] ?? 0));
    expect(ticks.map(({ slotMs }) => (slotMs - FIRST_MS) / STEP_MS)).toEqual([0, 1, 2, 3, 4]);
    expect(ticks.map(({ atMs }) => atMs)).toEqual([0, 300, 1_300, 1_600, 1_900]);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(0);
  });

  it("without a pace waits for nothing but lets the event loop through", async () => {
    const { run, waits } = replay({ cycles: 3, workMs: 50 });
    await run();
    expect(waits).toEqual([0, 0]);
  });

  it("ends at the last slot with data, that one included", async () => {
    const { run, ticks } = replay({ lastSlotMs: unixMs(FIRST_MS + 2 * STEP_MS) });
    expect(await run()).toBe(3);
    expect(ticks.at(-1)?.slotMs).toBe(FIRST_MS + 2 * STEP_MS);
  });

  it("an abort ends it between slots: the slot at work is finished, nothing is rejected", async () => {
    const { run, ticks, controller } = replay({});
    const done = await run(async (n) => {
      if (n === 2) controller.abort();
    });
    expect(done).toBe(2);
    expect(ticks).toHaveLength(2);
  });

  it("an abort before the first slot runs none", async () => {
    const { run, controller } = replay({});
    controller.abort();
    expect(await run()).toBe(0);
  });

  it("hands on the error of a slot", async () => {
    const { run } = replay({});
    await expect(
      run(async () => {
        throw new Error("the store is gone");
      }),
    ).rejects.toThrow("the store is gone");
  });
});
