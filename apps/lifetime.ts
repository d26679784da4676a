// Floor 6. When the process is asked to end: the first signal drains, a second one quits; a dead launcher ends it too.
import { Socket } from "node:net";

/** Ctrl-C in a terminal reaches launcher and desk, and the launcher hands it on: what comes this soon after is the same. */
const SAME_SIGNAL_MS = 500;

export interface Lifetime {
  /** Aborted when the process was asked to end. */
  readonly signal: AbortSignal;
  /** True once a signal has come. */
  readonly stopping: () => boolean;
}

/** @param launcherFd as `launcherPipe` gives it */
export function watchLifetime(launcherFd: number | null, onStop: () => void): Lifetime {
  const controller = new AbortController();
  let firstAtMs = 0;
  const stop = (): void => {
    if (controller.signal.aborted) {
      if (performance.now() - firstAtMs < SAME_SIGNAL_MS) return;
      process.exit(130);
    }
    firstAtMs = performance.now();
    onStop();
    controller.abort(new Error("The process was asked to stop."));
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, stop);
  if (launcherFd !== null) leaveWithLauncher(launcherFd, stop);
  return { signal: controller.signal, stopping: () => controller.signal.aborted };
}

/** bin/deeptrader.js hands over a pipe that closes when it dies, however it dies; null: it did not. Taken out of the environment, where settings are read. */
export function launcherPipe(): number | null {
  const fd = Number(process.env["DEEPTRADER_PARENT_FD"] ?? Number.NaN);
  delete process.env["DEEPTRADER_PARENT_FD"];
  return Number.isInteger(fd) ? fd : null;
}

function leaveWithLauncher(fd: number, stop: () => void): void {
  const pipe = new Socket({ fd, readable: true, writable: false });
  pipe.on("close", stop).on("error", stop).resume();
  pipe.unref();
}
