// Floor 6. Settings → the queue of jobs on their Redis.
import { hostname } from "node:os";
import { systemClock } from "#scheduler/clock.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { UsageError } from "#schemas/errors.ts";
import type { JobQueue } from "#schemas/ports/jobs.ts";
import { VERSION } from "../version.ts";

/** Before the address that a process has named, in what it calls itself. */
const FROM = " from ";

/** The address that a worker has named; null: none. @param worker as it calls itself, with how much it does at once */
export const addressOfWorker = (worker: string): string | null =>
  new RegExp(`${FROM}(\\S+) x\\d+$`).exec(worker)?.[1] ?? null;

/** @param onNote told when the server stops answering, and when it answers again @throws UsageError without a Redis; ConfigError */
export async function openQueue(
  { redisUrl, address }: Pick<DeskConfig, "redisUrl" | "address">,
  onNote: (text: string) => void,
): Promise<JobQueue> {
  if (redisUrl === null) {
    throw new UsageError({
      was: "There is no Redis for jobs.",
      expected: "REDIS_URL, the same for who asks and for the workers",
      remedy: "Set it; without one this process does all of its work itself.",
    });
  }
  const { openBullQueue } = await import("#memory/queues/bullmq-queue.ts");
  const { now: nowMs, sleep } = systemClock();
  const name = `${hostname()} ${process.pid}${address === null ? "" : `${FROM}${address}`}`;
  return openBullQueue({ place: { url: redisUrl, version: VERSION }, name, nowMs, sleep, onNote });
}
