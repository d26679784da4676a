// Floor 5. The cron driver: node-cron fires graceMs after every close under the system clock. It only says "now";
// which slot that is, and whether it was done before, is decided below it.
import cron, { type TaskContext } from "node-cron";
import { cronExpression, slotAt } from "#desk/slots.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type Timeframe, timeframeMs, type UnixMs } from "#schemas/units.ts";

export interface CronDriverSettings {
  readonly timeframe: Timeframe;
  readonly graceMs: number;
  /** The slot that is current now; run at once unless it is done already. */
  readonly firstSlotMs: UnixMs;
  readonly cycles: number | null;
  /** Problems the scheduler itself reports; they are not on stdout. */
  readonly onProblem: (text: string) => void;
}

/**
 * Due against fired: `missed` ticks were never run, `overlap` ticks came while the one before was still at work. Slots that
 * were thus `skipped` are caught up by one run of the slot of now: `caughtUp` times.
 */
export interface CronCounts {
  readonly fired: number;
  readonly missed: number;
  readonly overlap: number;
  readonly skipped: number;
  readonly caughtUp: number;
}

/**
 * Runs until aborted, or for `cycles` slots; a tick at work is finished first. Rejects with the first error of a tick.
 */
export async function runCron(
  settings: CronDriverSettings,
  tick: (slotMs: UnixMs) => Promise<void>,
  { signal }: CallOptions,
): Promise<CronCounts> {
  const { timeframe, graceMs, cycles, onProblem } = settings;
  const counts = { fired: 0, missed: 0, overlap: 0, skipped: 0, caughtUp: 0 };
  const { promise: stop, resolve } = Promise.withResolvers<void>();
  const onStop = (): void => resolve();
  const finished = (): boolean => signal.aborted || (cycles !== null && counts.fired >= cycles);
  let lastSlotMs = -1;
  let working = false;
  let atWork: Promise<void> = Promise.resolve();

  /** Never rejects: an error stops the driver, which then finds it in `atWork`. */
  const run = async (slotMs: UnixMs): Promise<void> => {
    if (slotMs <= lastSlotMs || finished()) return;
    if (working) {
      counts.overlap += 1;
      return;
    }
    const between = lastSlotMs < 0 ? 0 : Math.round((slotMs - lastSlotMs) / timeframeMs(timeframe)) - 1;
    if (between > 0) {
      counts.skipped += between;
      counts.caughtUp += 1;
    }
    lastSlotMs = slotMs;
    counts.fired += 1;
    working = true;
    atWork = tick(slotMs);
    const failed = await atWork.then(
      () => false,
      () => true,
    );
    working = false;
    if (failed || finished()) onStop();
  };

  const task = cron.createTask(
    cronExpression(timeframe, graceMs),
    // The event's own time, not the clock's: a tick that starts late still belongs to its slot. Cron has whole seconds,
    // grace may not: the expression was rounded up, so the slot is never taken too early.
    (context: TaskContext) => run(slotAt(context.date.getTime(), timeframe, graceMs)),
    {
      timezone: "UTC",
      noOverlap: true,
      // By default a tick more than a second late is dropped (measured with node-cron 4.6).
      missedExecutionTolerance: timeframeMs(timeframe),
      suppressMissedWarning: true,
      logger: { info: () => {}, debug: () => {}, warn: onProblem, error: (message) => onProblem(String(message)) },
    },
  );
  task.on("execution:missed", () => {
    counts.missed += 1;
  });
  task.on("execution:overlap", () => {
    counts.overlap += 1;
  });

  signal.addEventListener("abort", onStop, { once: true });
  try {
    await run(settings.firstSlotMs);
    await atWork;
    if (finished()) return counts;
    await task.start();
    // The first tick may have outlasted its slot, before there was a task to notice.
    await run(slotAt(Date.now(), timeframe, graceMs));
    await stop;
    await atWork;
    return counts;
  } finally {
    signal.removeEventListener("abort", onStop);
    await task.destroy();
  }
}
