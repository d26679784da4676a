// Bench. Workers of processes of their own, on a queue that nobody else uses.
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { openBullQueue } from "#memory/queues/bullmq-queue.ts";
import { systemClock } from "#scheduler/clock.ts";
import type { JobQueue } from "#schemas/ports/jobs.ts";
import { freshPrefix, REDIS_URL } from "./redis-place.ts";

const SCRIPT = join(import.meta.dirname, "bench-worker.ts");

/** @param databaseUrl where sweeps are left; left out: the workers do none */
export async function withWorkers<T>(
  workers: number,
  concurrency: number,
  work: (queue: JobQueue) => Promise<T>,
  databaseUrl = "",
): Promise<T> {
  const { now: nowMs, sleep } = systemClock();
  const prefix = freshPrefix();
  const args = [SCRIPT, REDIS_URL, prefix, String(concurrency), databaseUrl];
  const open: ChildProcess[] = [];
  for (let n = 0; n < workers; n += 1) {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    open.push(child);
    await new Promise((resolve) => child.stdout?.once("data", resolve));
  }
  const queue = openBullQueue({ place: { url: REDIS_URL, prefix, version: "bench" }, name: "bench", nowMs, sleep });
  try {
    return await work(queue);
  } finally {
    await queue.close();
    for (const child of open) child.kill("SIGKILL");
  }
}
